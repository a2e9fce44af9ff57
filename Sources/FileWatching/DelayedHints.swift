/// Files that somebody has open for writing: looked at after a quiet time, or now and then if there is none.
///
/// *Units*: all times in nanoseconds of one clock that never goes back.
struct DelayedHints {
    private struct Window {
        let first: Int64
        var last: Int64

        mutating func note(_ time: Int64) { last = time }
    }

    private static let capacity = 50_000

    private let quiet: Int64
    private let longest: Int64
    private var windows: [RawHint: Window] = [:]
    /// When ``takeDue(_:)`` has to be called next; nil when nothing waits.
    private(set) var nextCheck: Int64?

    init(quiet: Int64, longest: Int64) {
        self.quiet = quiet
        self.longest = longest
    }

    func contains(_ hint: RawHint) -> Bool {
        !windows.isEmpty && windows[hint] != nil
    }

    /// Notes a write to the file; false when too many files wait, so that the hint has to be given at once.
    mutating func touch(_ hint: RawHint, at now: Int64) -> Bool {
        if windows[hint]?.note(now) == nil {
            guard windows.count < Self.capacity else { return false }
            windows[hint] = Window(first: now, last: now)
        }
        nextCheck = min(nextCheck ?? .max, now + min(quiet, longest))
        return true
    }

    /// Forgets the file, for instance since it was closed and the hint is given anyway.
    mutating func remove(_ hint: RawHint) {
        guard !windows.isEmpty, windows.removeValue(forKey: hint) != nil, windows.isEmpty else { return }
        // A burst leaves a large table behind.
        windows = [:]
        nextCheck = nil
    }

    /// Takes out the hints whose time has come.
    mutating func takeDue(_ now: Int64) -> [RawHint] {
        guard let nextCheck, nextCheck <= now else { return [] }
        let due = windows.filter { end(of: $0.value) <= now }.map(\.key)
        for hint in due { windows[hint] = nil }
        self.nextCheck = windows.values.map(end(of:)).min()
        return due
    }

    /// Takes out every hint.
    mutating func takeAll() -> [RawHint] {
        defer {
            windows = [:]
            nextCheck = nil
        }
        return Array(windows.keys)
    }

    private func end(of window: Window) -> Int64 {
        min(window.last + quiet, window.first + longest)
    }
}
