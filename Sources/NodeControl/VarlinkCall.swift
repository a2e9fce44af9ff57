import FabricModel
import FoundationEssentials

/// What a call says besides its parameters.
///
/// *Source*: https://varlink.org/Method-Call.
struct CallHeader: Codable {
    var method: String
    var oneway: Bool?
    var more: Bool?
    var upgrade: Bool?
}

/// A call as a client sends it.
struct OutgoingCall<Parameters: CallParameters>: Encodable {
    var method: String
    var parameters: Parameters
    var more: Bool?
}

/// The parameters out of a call's bytes.
struct IncomingParameters<Parameters: CallParameters>: Decodable {
    var parameters: Parameters

    init(from decoder: any Decoder) throws {
        let name = AnyKey(stringValue: "parameters")
        let call = try decoder.container(keyedBy: AnyKey.self)
        guard call.contains(name), try !call.decodeNil(forKey: name) else {
            parameters = try Parameters(ParameterValues(container: nil))
            return
        }
        let known = Set(Parameters.Key.allCases.map(\.stringValue))
        let given = try call.nestedContainer(keyedBy: AnyKey.self, forKey: name).allKeys
        if let unknown = given.map(\.stringValue).sorted().first(where: { !known.contains($0) }) {
            throw NodeControlError.invalidParameter(unknown)
        }
        let container = try call.nestedContainer(keyedBy: Parameters.Key.self, forKey: name)
        parameters = try Parameters(ParameterValues(container: container))
    }

    /// Reads the parameters of a call.
    ///
    /// - Throws: `NodeControlError` with code `invalidParameter`.
    static func read(_ message: [UInt8]) throws(NodeControlError) -> Parameters {
        do {
            return try JSONDecoder().decode(Self.self, from: Data(message)).parameters
        } catch let error as NodeControlError {
            throw error
        } catch {
            throw .invalidParameter("parameters")
        }
    }
}
