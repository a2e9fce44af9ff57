import Glibc

/// The tests that take long, which `packaging/test --full` adds.
public enum LongTests {
    /// Whether they are to run, and those that count something to count further.
    public static var areWanted: Bool { getenv("WEFT_FULL_TESTS") != nil }
}
