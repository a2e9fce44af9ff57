import FabricAPI
import FabricModel
import ServerStore

/// Tokens as aligned columns; names and ids have nothing to escape.
enum TokenTable {
    private static let header = ["ID", "NAME", "ROLE", "MADE", "NODE", "USED", "REVOKED"]

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

    /// The role's name; a node's own token has none.
    static func role(of token: TokenSummary) -> String { token.role?.rawValue ?? "node" }

    private static func row(_ token: TokenSummary) -> [String] {
        [
            token.id, token.name, role(of: token), token.addedAt.toSecond, token.node?.text ?? "-",
            token.usedAt?.toSecond ?? "-", token.revokedAt?.toSecond ?? "-",
        ]
    }
}
