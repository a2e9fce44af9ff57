import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird

/// One route: its method and path, who may call it, what it changes, and what it answers.
struct Endpoint: Sendable {
    var method: HTTPRequest.Method
    /// With captures as `{node}`.
    var path: String
    var access: Access
    var effect: Effect
    var answer: @Sendable (Call) async throws -> Response

    /// A route from its parts; one that only reads changes nothing, and of any other that does not say what it changes
    /// it is taken to be the fabric.
    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ access: Access,
        changing effect: Effect? = nil,
        answer: @escaping @Sendable (Call) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.effect = effect ?? (method == .get ? .nothing : .fabric)
        self.answer = answer
    }

    /// Whether a request's path is one of this route.
    func matches(_ path: String) -> Bool {
        let (own, asked) = (self.path.split(separator: "/"), path.split(separator: "/"))
        return own.count == asked.count && zip(own, asked).allSatisfy { $0.first == "{" || $0 == $1 }
    }
}

/// A request that was let through.
struct Call: Sendable {
    var request: Request
    var context: ServerContext
    /// `nil` on a route that takes no token.
    var principal: Principal?
    /// `nil` on a route that takes none.
    var token: BearerToken?
    /// Refuses whoever may not call the route any more; for a request that has waited.
    var checkAgain: @Sendable () async throws -> Void = {}

    /// Who the history names.
    var author: String { principal?.name ?? "" }

    /// A part of the path, percent-decoded.
    func part(_ name: String) throws -> String { try context.part(name) }

    /// The tag that the path names.
    func tag() throws -> TagName { try TagName(part("tag")) }

    /// The content that the path names.
    ///
    /// - Throws: `invalidRequest` for a digest that is keyed: such a content never leaves its node.
    func digest() throws -> ContentDigest {
        let digest = try ContentDigest(part("digest"))
        guard digest.algorithm == .sha256 else {
            throw APIError(.invalidRequest, "a content is named by its sha256 digest", subject: digest.text)
        }
        return digest
    }
}
