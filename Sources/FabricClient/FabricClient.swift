import CCurl
import CCurlShim
public import FabricAPI
import FabricModel
import FoundationEssentials
import Synchronization

/// A client of `weft-server` that blocks the calling thread.
///
/// It keeps one connection alive and makes one request at a time; a second caller waits for the first. Whatever
/// long-polls takes a client of its own, so that nothing else waits behind it.
///
/// A refusal of the server is a ``ClientError`` with code `refused`, which holds what the server said.
public final class FabricClient: Sendable {
    /// Where the server is.
    public let server: ServerAddress
    private let token: String?
    private let trust: ServerTrust
    private let certificate: @Sendable () -> ClientCertificate?
    private let userAgent: String
    let limits: TimeLimits
    private let answerLimit: Int
    private let connection: Mutex<Connection>
    private let wakeup: Wakeup
    private let isCancelled = Atomic<Bool>(false)

    /// A client of the server at an address; connects with the first request.
    ///
    /// People and tools have a bearer `token`, nodes a `certificate`, which is asked for with each request; without either
    /// little answers. `program` is what calls, for the server's log, such as `weftd/1.0`. `answerLimit` is in bytes,
    /// after decompression.
    ///
    /// - Throws: `ClientError` with code `invalidRequest` for a token that no header can hold, or one that would be sent
    ///   to a server that nobody vouches for; `transport`.
    public init(
        server: ServerAddress,
        trust: ServerTrust = .system,
        token: String? = nil,
        certificate: (@Sendable () -> ClientCertificate?)? = nil,
        program: String = "weft",
        limits: TimeLimits = TimeLimits(),
        answerLimit: Int = APILimits.jsonBody
    ) throws(ClientError) {
        for (text, name) in [(token ?? "", "token"), (program, "program")] {
            guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                throw ClientError(.invalidRequest, name, "it must be printable ASCII on one line")
            }
        }
        guard trust != .nobody || (token == nil && certificate == nil) else {
            throw ClientError(.invalidRequest, "token", "it is not sent to a server that nobody vouches for")
        }
        self.server = server
        self.trust = trust
        self.token = token
        self.certificate = certificate ?? { nil }
        self.limits = limits
        self.answerLimit = answerLimit
        userAgent = program
        let handle = try Connection()
        wakeup = Wakeup(multi: handle.multi)
        connection = Mutex(handle)
    }

    /// Ends the running request, and every later one at once, with code `cancelled`; from any thread.
    public func cancel() {
        isCancelled.store(true, ordering: .sequentiallyConsistent)
        wakeup.signal()
    }

    /// Sends a request with an encoded body and returns the answer, whatever its status.
    ///
    /// The path begins with a slash, has the query with it and is percent-encoded. Without a time limit that of the
    /// client counts, and what a large body takes on a slow line.
    ///
    /// - Throws: `ClientError`, but never with code `refused`.
    public func send(
        _ method: HTTPMethod,
        _ path: String,
        body: [UInt8]? = nil,
        headers: [String: String] = [:],
        timeLimit: Duration? = nil
    ) throws(ClientError) -> Response {
        var fields = ["User-Agent": userAgent, "Accept": "application/json"]
        if body != nil { fields["Content-Type"] = "application/json" }
        if let token { fields["Authorization"] = "Bearer \(token)" }
        fields.merge(headers) { _, given in given }
        for (name, value) in fields where !"\(name)\(value)".utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
            throw ClientError(
                .invalidRequest,
                EscapedText.escape(name.utf8),
                "a header is printable ASCII on one line"
            )
        }
        let request = Connection.Request(
            method: method.rawValue,
            url: "\(server)\(path)",
            trust: trust,
            certificate: certificate(),
            headers: ["Expect:"] + fields.map { "\($0): \($1)" },
            body: body,
            connectLimit: limits.connect,
            limit: timeLimit ?? limits.request + .seconds((body?.count ?? 0) / TimeLimits.slowestLine),
            answerLimit: answerLimit,
            isDirect: server.isLoopback
        )
        return try connection.withLock { (connection) throws(ClientError) in
            try connection.perform(request) { isCancelled.load(ordering: .sequentiallyConsistent) }
        }
    }
}

/// The methods that the API uses.
public enum HTTPMethod: String, Sendable {
    case get = "GET"
    case put = "PUT"
    case post = "POST"
    case delete = "DELETE"
}

/// Wakes a thread that waits in `curl_multi_poll`.
// SAFETY: curl_multi_wakeup(3) may be called from any thread while the handle lives; the client owns both.
private struct Wakeup: @unchecked Sendable {
    let multi: UnsafeMutableRawPointer

    func signal() {
        curl_multi_wakeup(multi)
    }
}
