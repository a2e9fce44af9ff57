/// Which trees the consumer compared since the reader last had nothing to do.
///
/// A comparison that runs after a directory was made and before it is watched may record what has gone away unseen. All
/// events that the reader finds were made after it last had none, so older comparisons do not matter.
struct TreeScans {
    private struct Scan {
        let number: Int
        let trees: [[UInt8]]
        var isRunning = true
        /// Over before the mark that ``mark()`` set.
        var isOld = false
    }

    private static let capacity = 1000

    private var scans: [Scan] = []
    private var treeCount = 0
    private var nextNumber = 1

    /// Notes that the consumer gets `trees`; the number is for ``finish(_:)``.
    mutating func start(_ trees: [[UInt8]]) -> Int? {
        guard !trees.isEmpty else { return nil }
        scans.append(Scan(number: nextNumber, trees: trees))
        treeCount += trees.count
        nextNumber += 1
        return nextNumber - 1
    }

    mutating func finish(_ number: Int) {
        guard let index = scans.firstIndex(where: { $0.number == number }) else { return }
        scans[index].isRunning = false
    }

    /// Marks what is over; to be called before the reader looks for events.
    mutating func mark() {
        for index in scans.indices where !scans[index].isRunning { scans[index].isOld = true }
    }

    /// Forgets what was over at the mark, since there were no events after it.
    mutating func forgetMarked() {
        guard !scans.isEmpty else { return }
        scans.removeAll(where: \.isOld)
        treeCount = scans.reduce(0) { $0 + $1.trees.count }
    }

    /// Whether the directory at `path` may have been compared; when there are too many to tell, it may.
    func mayCover(_ path: [UInt8]) -> Bool {
        guard treeCount <= Self.capacity else { return true }
        let directory = RawHint.path(path)
        return scans.contains { $0.trees.contains { directory.isAtOrBelow($0) } }
    }
}
