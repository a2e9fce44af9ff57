import FabricAPI

/// Numbers of changes, as `--changes 1,3-5` names them.
enum ChangeNumbers {
    /// Reads a list of numbers and ranges; the result is ascending, each number once.
    ///
    /// - Throws: `CommandError` with code `usage`.
    static func read(_ text: String) throws(CommandError) -> [Int] {
        var numbers: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(number)
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
                first <= last
            else {
                throw CommandError(
                    .usage,
                    text,
                    "changes are numbers and ranges from 1 to \(APILimits.changesPerCommit), such as 1,3-5"
                )
            }
            numbers.formUnion(first...last)
        }
        return numbers.sorted()
    }

    /// Writes numbers as briefly as they can be read back.
    static func write(_ numbers: [Int]) -> String {
        var parts: [String] = []
        var rest = numbers.sorted()[...]
        while let first = rest.first {
            var last = first
            while let next = rest.first, next <= last + 1 {
                last = next
                rest.removeFirst()
            }
            parts.append(first == last ? "\(first)" : "\(first)-\(last)")
        }
        return parts.joined(separator: ",")
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 6, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(text), (1...APILimits.changesPerCommit).contains(number)
        else { return nil }
        return number
    }
}
