import Dispatch
import FabricClient

/// Sends a signed event; what comes back is why it was not taken, `nil` where it was.
protocol WebhookSender: Sendable {
    func send(_ message: WebhookMessage, to url: String) async -> String?
}

/// Sends by libcurl, which blocks, so each on a thread of its own.
///
/// The node's client has libcurl with it anyway, and with TLS by the system's authorities; on NIO it would take another
/// HTTP client. Webhooks are few.
struct PostingSender: WebhookSender {
    func send(_ message: WebhookMessage, to url: String) async -> String? {
        do {
            let post = try OutgoingPost()
            let status = try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    DispatchQueue.global()
                        .async {
                            continuation.resume(
                                with: Result {
                                    try post.send(message.body, to: url, headers: message.headers)
                                }
                            )
                        }
                }
            } onCancel: {
                post.cancel()
            }
            return (200..<300).contains(status) ? nil : "it answered with status \(status)"
        } catch let error as ClientError {
            return error.message
        } catch {
            return "\(error)"
        }
    }
}
