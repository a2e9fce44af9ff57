import FabricAPI

extension APIError {
    /// What was wrong with a JSON text: the key's path and what is expected there.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(at: context.codingPath + [key], "is missing")
        case .valueNotFound(let type, let context):
            self.init(at: context.codingPath, "is null, but must be \(Self.words(for: type))")
        case .typeMismatch(let type, let context):
            self.init(at: context.codingPath, "must be \(Self.words(for: type))")
        case .dataCorrupted(let context):
            let detail = context.debugDescription
            // Foundation says no more of a text that is not JSON.
            let isSaid = detail == "The given data was not valid JSON."
            let problem = isSaid ? "is not JSON" : "is not JSON: \(detail)"
            self.init(at: context.codingPath, context.codingPath.isEmpty ? problem : detail)
        @unknown default:
            self.init(.invalidRequest, "the body is not what this route takes")
        }
    }

    private init(at path: [any CodingKey], _ problem: String) {
        let place = path.reduce(into: "") { place, key in
            if let index = key.intValue {
                place += "[\(index)]"
            } else {
                place += place.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        self.init(
            .invalidRequest,
            "\(place.isEmpty ? "the body" : "'\(place)'") \(problem)",
            subject: place.isEmpty ? nil : place
        )
    }

    private static func words(for type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is [Any].Type,
            is any Sequence.Type where "\(type)".hasPrefix("Array"):
            "a list"
        default: "an object"
        }
    }
}
