import FabricAPI
import FabricModel
import FoundationEssentials
import ServerStore

/// Tokens as aligned columns or as JSON; names and ids have nothing to escape.
enum TokenTable {
    private static let header = ["ID", "NAME", "ROLE", "SCOPE", "MADE", "ENDS", "NODE", "USED", "REVOKED"]

    static func lines(of tokens: [TokenSummary]) -> [String] {
        let rows = [header] + tokens.map(row)
        let widths = header.indices.map { column in rows.map { $0[column].utf8.count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths)
                .map { cell, width in
                    cell + String(repeating: " ", count: width - cell.utf8.count)
                }
            let line = cells.joined(separator: "  ")
            return String(line.prefix(through: line.lastIndex { $0 != " " } ?? line.startIndex))
        }
    }

    static func json(of tokens: [TokenSummary]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(List(tokens: tokens.map(Item.init))), as: UTF8.self)
    }

    private struct List: Encodable {
        var tokens: [Item]
    }

    private struct Item: Encodable {
        var id: String
        var name: String
        var role: String
        var addedAt: Timestamp
        var node: NodeName?
        var usedAt: Timestamp?
        var revokedAt: Timestamp?
        var expiresAt: Timestamp?
        var scope: TokenScope?

        init(_ token: TokenSummary) {
            id = token.id
            name = token.name
            role = TokenTable.role(of: token)
            addedAt = token.addedAt
            node = token.node
            usedAt = token.usedAt
            revokedAt = token.revokedAt
            expiresAt = token.expiresAt
            scope = token.scope
        }
    }

    /// The role's name; a node's own token has none.
    static func role(of token: TokenSummary) -> String { token.role?.rawValue ?? "node" }

    /// Its tags, and whether it reads contents besides what its role does.
    private static func scope(of token: TokenSummary) -> String {
        let contents = token.scope?.contents == true ? ["+contents"] : []
        let parts = (token.scope?.tags ?? []).map(\.text) + contents
        return parts.isEmpty ? "-" : parts.joined(separator: ",")
    }

    private static func row(_ token: TokenSummary) -> [String] {
        [
            token.id, token.name, role(of: token), scope(of: token), token.addedAt.toSecond,
            token.expiresAt?.toSecond ?? "-", token.node?.text ?? "-",
            token.usedAt?.toSecond ?? "-", token.revokedAt?.toSecond ?? "-",
        ]
    }
}
