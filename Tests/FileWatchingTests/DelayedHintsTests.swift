import Testing

@testable import FileWatching

@Suite("Files that are open for writing")
struct DelayedHintsTests {
    private func hint(_ path: String) -> RawHint {
        .candidate(Array(path.utf8))
    }

    @Test(
        "a hint comes after the quiet time, which each write starts anew, and after the longest delay at the latest"
    )
    func times() {
        var delayed = DelayedHints(quiet: 10, longest: 25)
        #expect(delayed.nextCheck == nil)
        _ = delayed.touch(hint("/a"), at: 100)
        #expect(delayed.nextCheck == 110)
        _ = delayed.touch(hint("/a"), at: 109)
        let atQuiet = delayed.takeDue(110)
        #expect(atQuiet == [])
        #expect(delayed.nextCheck == 119)
        _ = delayed.touch(hint("/a"), at: 118)
        let beforeLongest = delayed.takeDue(124)
        #expect(beforeLongest == [])
        #expect(delayed.nextCheck == 125)
        let atLongest = delayed.takeDue(125)
        #expect(atLongest == [hint("/a")])
        #expect(delayed.nextCheck == nil)
        let later = delayed.takeDue(1000)
        #expect(later == [])
    }

    @Test("a file that was closed, and all at once, can be taken out")
    func removal() {
        var delayed = DelayedHints(quiet: 10, longest: 25)
        for path in ["/a", "/b", "/c"] { _ = delayed.touch(hint(path), at: 0) }
        delayed.remove(hint("/a"))
        delayed.remove(hint("/unknown"))
        #expect(!delayed.contains(hint("/a")))
        let all = delayed.takeAll()
        #expect(Set(all) == [hint("/b"), hint("/c")])
        #expect(delayed.nextCheck == nil)
    }

    @Test("when too many files are open, the next one has to be looked at right away")
    func capacity() {
        var delayed = DelayedHints(quiet: 10, longest: 25)
        var accepted = 0
        while accepted < 1_000_000, delayed.touch(hint("/\(accepted)"), at: 0) { accepted += 1 }
        #expect((10_000..<1_000_000).contains(accepted))
        let isKnown = delayed.touch(hint("/0"), at: 1)
        #expect(isKnown)
    }
}
