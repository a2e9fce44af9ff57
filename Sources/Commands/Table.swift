/// Rows with aligned columns, two spaces between them.
struct Table {
    var header: [String] = []
    var rows: [[Text]]
    /// Columns of numbers, by index.
    var alignedRight: Set<Int> = []
    /// Columns of resources, by index: what is too long is cut within, and keeps its end.
    var resources: Set<Int> = []

    /// Columns below which no cell is cut: the last one, and the others.
    private static let least = (last: 20, other: 12)
    /// Columns beyond which a cell that is not cut stands out, instead of widening all rows.
    private static let widest = 80

    /// The lines, the header first where there is one; with a width, cells are cut so that no line is longer.
    ///
    /// Without one nothing is cut.
    func lines(width limit: Int? = nil) -> [Text] {
        let cells = (header.isEmpty ? [] : [header.map { Text($0, .dim) }]) + rows
        let columns = cells.map(\.count).max() ?? 0
        var widths = (0..<columns)
            .map { column in
                let all = cells.map { column < $0.count ? $0[column].width : 0 }
                return all.filter { limit != nil || $0 <= Self.widest }.max() ?? 0
            }
        if let limit { Self.fit(&widths, in: limit) }
        return cells.map { row in line(row, widths, limit) }
    }

    /// Narrows columns until a line fits or none gives any more: the last one first, then always the widest.
    private static func fit(_ widths: inout [Int], in limit: Int) {
        guard let last = widths.indices.last else { return }
        var excess = widths.reduce(2 * last, +) - limit
        let given = min(max(0, excess), max(0, widths[last] - least.last))
        widths[last] -= given
        excess -= given
        while excess > 0, let widest = widths.indices.dropLast().max(by: { widths[$0] < widths[$1] }),
            widths[widest] > least.other
        {
            widths[widest] -= 1
            excess -= 1
        }
    }

    private func line(_ row: [Text], _ widths: [Int], _ limit: Int?) -> Text {
        var line = Text("")
        // What is empty at the end leaves no spaces behind.
        let count = row.count - row.reversed().prefix { $0.width == 0 }.count
        for (column, cell) in row.prefix(count).enumerated() {
            let isLast = column == count - 1
            if column > 0 { line += "  " }
            // The end of a line may use the room of the empty cells after it.
            let room = limit.map { isLast ? max(widths[column], $0 - line.width) : widths[column] } ?? .max
            let cell = resources.contains(column) ? cell.shortened(to: room) : cell.truncated(to: room)
            let padding = Text(String(repeating: " ", count: max(0, widths[column] - cell.width)))
            if alignedRight.contains(column) {
                line += padding + cell
            } else {
                line += isLast ? cell : cell + padding
            }
        }
        return line
    }
}
