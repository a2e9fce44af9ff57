import FabricModel
import FoundationEssentials

/// An answer as a server sends it.
struct OutgoingReply<Parameters: Encodable>: Encodable {
    var parameters: Parameters
    var error: String?
    var continues: Bool?

    init(_ parameters: Parameters, error: String? = nil, continues: Bool? = nil) {
        self.parameters = parameters
        self.error = error
        self.continues = continues
    }

    /// The answer's bytes, without the NUL that ends them.
    func encode() throws(NodeControlError) -> [UInt8] {
        do {
            return Array(try CanonicalJSON.encode(self))
        } catch {
            throw NodeControlError(
                .internalError,
                "the answer could not be written",
                cause: String(describing: error)
            )
        }
    }
}

extension OutgoingReply<[String: String]> {
    /// An answer that says why not.
    init(_ error: NodeControlError) {
        let (name, parameters) = ErrorName.encode(error)
        self.init(parameters, error: name)
    }
}

/// What an answer says besides its parameters.
struct ReplyHeader: Decodable {
    var error: String?
    var continues: Bool?
}

/// The parameters out of an answer's bytes.
struct IncomingReply<Parameters: Decodable>: Decodable {
    var parameters: Parameters
}

/// The parameters of an error: texts, of which any may be missing.
struct IncomingError: Decodable {
    var parameters: [String: String?]?
}

struct NoAnswer: Codable {}

struct DiffAnswer: Codable {
    var diffs: [ResourceDiff]
}

struct LogAnswer: Codable {
    var changes: [LoggedChange]
}

struct CommitAnswer: Codable {
    var commits: [MadeCommit]
}

/// *Shape*: Base64, as `Data` is written.
struct ContentAnswer: Codable {
    var content: Data
}

struct ServiceInfo: Codable {
    var vendor: String
    var product: String
    var version: String
    var url: String
    var interfaces: [String]
}

struct DescriptionAnswer: Codable {
    var description: String
}
