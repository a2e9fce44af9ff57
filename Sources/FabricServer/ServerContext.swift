import FabricAPI
import Hummingbird
import Logging
import NIOCore

/// What is known of a request besides its bytes.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The connection, to be closed under a body that does not end.
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The id under which the log has the request.
    var requestID: String? { logger[metadataKey: "hb.request.id"]?.description }

    /// A part of the path, percent-decoded.
    ///
    /// - Throws: `invalidRequest` when its escapes do not stand for UTF-8.
    func part(_ name: String) throws -> String {
        let raw = try parameters.require(name)
        guard let text = PercentEncoding.decode(raw) else {
            throw APIError(.invalidRequest, "a part of the path is not percent-encoded UTF-8", subject: raw)
        }
        return text
    }
}
