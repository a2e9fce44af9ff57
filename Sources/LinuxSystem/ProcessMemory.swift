import CLinux
import Glibc

/// The memory of this process.
public enum ProcessMemory {
    /// Gives back to the kernel what is not used now: freed memory, and the pages of program text.
    ///
    /// Most of a Swift program's text is used once, at its start, but stays mapped until the machine is short of memory;
    /// the kernel even maps 64 KiB around each page that is touched. What is used again is mapped again, from the page
    /// cache: some hundred page faults, which cost less than a millisecond.
    public static func giveBack() {
        malloc_trim(0)
        weft_unmap_program_text()
    }

    /// Makes all threads share few memory pools, so that none keeps freed memory for itself.
    ///
    /// Must be called before the second thread starts. *Source*: mallopt(3), `M_ARENA_MAX`.
    public static func sharePools() {
        mallopt(M_ARENA_MAX, 2)
    }

    /// Memory that is resident.
    ///
    /// *Units*: bytes.
    public static func residentBytes() throws(SystemError) -> UInt64 {
        try ProcessUsage.current().residentBytes
    }
}
