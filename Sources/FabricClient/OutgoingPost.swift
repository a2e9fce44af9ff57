import CCurl
import CCurlShim
import Synchronization

/// Sends bodies to addresses that are no weft-server, one at a time; it blocks the calling thread.
///
/// No redirection is followed, and certificates are checked against the system's authorities.
public final class OutgoingPost: Sendable {
    private let limits: TimeLimits
    private let connection: Mutex<Connection>
    private let multi: Multi
    private let isCancelled = Atomic<Bool>(false)

    /// Bytes of an answer; nothing in it matters but the status.
    private static let answerLimit = 64 << 10

    /// Makes ready to send; connects with the first body.
    ///
    /// - Throws: `ClientError` with code `transport`.
    public init(
        limits: TimeLimits = TimeLimits(connect: .seconds(5), request: .seconds(10))
    ) throws(ClientError) {
        self.limits = limits
        let handle = try Connection()
        multi = Multi(handle: handle.multi)
        connection = Mutex(handle)
    }

    /// Sends a body and returns the status of the answer.
    ///
    /// - Throws: `ClientError`.
    public func send(_ body: [UInt8], to url: String, headers: [String: String]) throws(ClientError) -> Int {
        let request = Connection.Request(
            method: HTTPMethod.post.rawValue,
            url: url,
            trust: .system,
            headers: ["Expect:"] + headers.map { "\($0): \($1)" },
            body: body,
            connectLimit: limits.connect,
            limit: limits.request,
            answerLimit: Self.answerLimit,
            isDirect: false
        )
        return
            try connection.withLock { (connection) throws(ClientError) in
                try connection.perform(request) { isCancelled.load(ordering: .sequentiallyConsistent) }
            }
            .status
    }

    /// Ends what is being sent, and everything later at once, with code `cancelled`; from any thread.
    public func cancel() {
        isCancelled.store(true, ordering: .sequentiallyConsistent)
        curl_multi_wakeup(multi.handle)
    }

    // SAFETY: curl_multi_wakeup(3) may be called from any thread while the handle lives, as long as this lives.
    private struct Multi: @unchecked Sendable {
        let handle: UnsafeMutableRawPointer
    }
}
