/// What the server answers when it refuses or fails.
///
/// *Shape* on the wire: `{"error":{"code":"unknown-tag","message":"…","subject":"web-server"}}`.
public struct APIError: Error, Hashable, Codable, Sendable, CustomStringConvertible {
    /// Stable codes; the raw value is API.
    public enum Code: String, Codable, CaseIterable, Sendable {
        /// The body or a parameter is not what the route takes; nothing was stored.
        case invalidRequest = "invalid-request"
        /// The body is larger than the limit, which the message states.
        case bodyTooLarge = "body-too-large"
        /// An uploaded content does not have the digest it was sent under.
        case digestMismatch = "digest-mismatch"
        /// Neither token nor certificate, or one that is not known or was revoked.
        case unauthenticated
        /// The token has ended by itself.
        case tokenExpired = "token-expired"
        /// The node's certificate has ended.
        case certificateExpired = "certificate-expired"
        /// The node's certificate was revoked, or replaced.
        case certificateRevoked = "certificate-revoked"
        /// The token's role or scope does not allow it.
        case forbidden
        /// An enrolment token that has registered another node, or this one too long ago.
        case tokenUsed = "token-used"
        case unknownRoute = "unknown-route"
        /// The path is known, with other methods, which `Allow` lists.
        case wrongMethod = "wrong-method"
        case unknownNode = "unknown-node"
        case unknownCommit = "unknown-commit"
        case unknownChange = "unknown-change"
        case unknownTag = "unknown-tag"
        case unknownRevision = "unknown-revision"
        case unknownContent = "unknown-content"
        case unknownToken = "unknown-token"
        /// The node has reported no facts, or none by then.
        case unknownFacts = "unknown-facts"
        case unknownWebhook = "unknown-webhook"
        /// The feed has no such event, or another one there: the server was restored from a copy of before.
        case unknownCursor = "unknown-cursor"
        /// An abbreviated id that several ids share.
        case ambiguousID = "ambiguous-id"
        /// A tag or node of that name is there already.
        case nameTaken = "name-taken"
        /// The node is registered, and the token was not made to register it again.
        case alreadyRegistered = "already-registered"
        /// The tag is included by nodes.
        case tagInUse = "tag-in-use"
        /// The change was approved or rejected before.
        case alreadyDecided = "already-decided"
        /// The tag says something else than the change began with.
        case conflict
        /// A secret stays on its node: it can be approved into that node's own tag only.
        case secretContent = "secret-content"
        /// The content was not kept, so nothing could be made from it.
        case contentNotKept = "content-not-kept"
        /// The content was redacted: it is gone, and refused for good.
        case contentRedacted = "content-redacted"
        /// The commit names contents that the server does not hold; the subject lists them.
        case missingContents = "missing-contents"
        /// The commit's id is known with other changes, or its sequence is taken.
        case commitMismatch = "commit-mismatch"
        /// The server cannot store now; try again.
        case unavailable
        case internalError = "internal-error"
    }

    /// What kind of refusal or failure it is.
    public var code: Code
    /// What is wrong and the way out.
    public var message: String
    /// The thing that it is about: an id, a name, a key.
    public var subject: String?

    /// An error from its parts.
    public init(_ code: Code, _ message: String, subject: String? = nil) {
        self.code = code
        self.message = message
        self.subject = subject
    }

    /// One line with the subject and the message.
    public var description: String { subject.map { "\($0): \(message)" } ?? message }
}

/// The envelope around an ``APIError``.
public struct ErrorEnvelope: Codable, Sendable {
    /// The error itself.
    public var error: APIError

    /// Wraps an error.
    public init(error: APIError) {
        self.error = error
    }
}
