/// The shape of `secrets.yaml`.
struct SecretRuleFile: Sendable {
    struct Path: Sendable {
        var path: String
        var rule: String
        var reason: String
    }

    struct Content: Sendable {
        var rule: String
        var reason: String
        var keywords: [String]
        var pattern: String
        var value: Int?
        var ignoreCase: Bool
        var unless: [String]
    }

    var paths: [Path]
    var contents: [Content]
    var placeholders: [String]
    var words: [String]
}

extension SecretRuleFile: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case paths
        case contents
        case placeholders
        case words
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        paths = try container.decodeIfPresent([Path].self, forKey: .paths) ?? []
        contents = try container.decodeIfPresent([Content].self, forKey: .contents) ?? []
        placeholders = try container.decodeIfPresent([String].self, forKey: .placeholders) ?? []
        words = try container.decodeIfPresent([String].self, forKey: .words) ?? []
    }
}

extension SecretRuleFile.Path: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case path
        case rule
        case reason
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        path = try container.decode(String.self, forKey: .path)
        rule = try container.decode(String.self, forKey: .rule)
        reason = try container.decode(String.self, forKey: .reason)
    }
}

extension SecretRuleFile.Content: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case rule
        case reason
        case keywords
        case pattern
        case value
        case ignoreCase
        case unless
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        rule = try container.decode(String.self, forKey: .rule)
        reason = try container.decode(String.self, forKey: .reason)
        keywords = try container.decode([String].self, forKey: .keywords)
        pattern = try container.decode(String.self, forKey: .pattern)
        value = try container.decodeIfPresent(Int.self, forKey: .value)
        ignoreCase = try container.decodeIfPresent(Bool.self, forKey: .ignoreCase) ?? false
        unless = try container.decodeIfPresent([String].self, forKey: .unless) ?? []
    }
}
