/// Rows with aligned columns, two spaces between them.
struct Table {
    var header: [String] = []
    var rows: [[Text]]
    /// Columns of numbers, by index.
    var alignedRight: Set<Int> = []

    /// The lines, the header first where there is one; with a width the last column is cut so that no line is longer.
    func lines(width limit: Int? = nil) -> [Text] {
        let cells = (header.isEmpty ? [] : [header.map { Text($0, .dim) }]) + rows
        let columns = cells.map(\.count).max() ?? 0
        let widths = (0..<columns)
            .map { column in
                cells.map { column < $0.count ? $0[column].width : 0 }.max() ?? 0
            }
        return cells.map { row in line(row, widths, limit) }
    }

    private func line(_ row: [Text], _ widths: [Int], _ limit: Int?) -> Text {
        var line = Text("")
        // What is empty at the end leaves no spaces behind.
        let count = row.count - row.reversed().prefix { $0.width == 0 }.count
        for (column, cell) in row.prefix(count).enumerated() {
            let padding = Text(String(repeating: " ", count: widths[column] - cell.width))
            let isLast = column == count - 1
            if column > 0 { line += "  " }
            if alignedRight.contains(column) {
                line += padding + cell
            } else if isLast {
                line += limit.map { cell.truncated(to: max(20, $0 - line.width)) } ?? cell
            } else {
                line += cell + padding
            }
        }
        return line
    }
}
