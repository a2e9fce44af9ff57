import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Around every request: a refusal for every error, the request's id, and a line in the debug log.
///
/// Neither bodies nor tokens are logged.
struct RequestEnvelope: RouterMiddleware {
    typealias Context = ServerContext

    /// How long a client may go on sending a body after it was refused.
    var linger: TimeAmount = .seconds(2)
    /// Every route, to tell a method that a path does not have from a path that is not known.
    var endpoints: [Endpoint] = []

    func handle(
        _ request: Request,
        context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        let started = ContinuousClock.now
        var response: Response
        do {
            response = try await next(request, context)
        } catch let lost as LostConnection {
            throw lost.cause
        } catch {
            let refusal = explain(error, request, context)
            response = try .refusal(refusal)
            if refusal.code == .wrongMethod { response.headers[.allow] = methods(of: request) }
            if mayStillSend(request) { close(context, &response) }
        }
        if let name = Self.requestID { response.headers[name] = context.requestID }
        if context.logger.logLevel <= .debug {
            let path = EscapedText.escape(request.uri.string.utf8)
            context.logger.debug(
                "\(request.method.rawValue) \(path)",
                metadata: ["status": "\(response.status.code)", "took": "\(ContinuousClock.now - started)"]
            )
        }
        return response
    }

    private func explain(_ error: any Error, _ request: Request, _ context: ServerContext) -> APIError {
        switch error {
        case let error as APIError:
            if error.code == .unavailable {
                context.logger.error("unavailable: \(PrintableText.escape("\(error)"))")
            }
            return error
        case let error as ModelError:
            return APIError(.invalidRequest, error.message, subject: error.subject)
        case let error as HTTPError where error.status == .notFound:
            let route = "\(request.method.rawValue) \(EscapedText.escape(request.uri.path.utf8))"
            let methods = methods(of: request)
            return methods.isEmpty
                ? APIError(.unknownRoute, "the server has no such route", subject: route)
                : APIError(.wrongMethod, "this path takes \(methods) only", subject: route)
        default:
            context.logger.error("request failed: \(PrintableText.escape("\(error)"))")
            return APIError(
                .internalError,
                "the server failed and stored nothing; its log has the cause under this id",
                subject: context.requestID
            )
        }
    }

    /// The methods that a request's path has.
    private func methods(of request: Request) -> String {
        endpoints.filter { $0.matches(request.uri.path) }.map(\.method.rawValue).joined(separator: ", ")
    }

    /// Whether part of the request's body can still be on its way, as when it is refused for its size.
    private func mayStillSend(_ request: Request) -> Bool {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }) { return length > 64 << 10 }
        return request.headers[.transferEncoding] != nil
    }

    /// Ends the connection: at once would lose the answer, so the client gets a moment to read it.
    private func close(_ context: ServerContext, _ response: inout Response) {
        response.headers[.connection] = "close"
        let channel = context.channel
        channel.eventLoop.scheduleTask(in: linger) { channel.close(promise: nil) }
    }

    private static let requestID = HTTPField.Name("X-Request-ID")
}
