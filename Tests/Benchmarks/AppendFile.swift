import FoundationEssentials
import Glibc
import TrialFabric

/// The reference of everything durable: appending 4 KiB to a file and waiting for the disk.
struct AppendFile: ~Copyable {
    private let descriptor: Int32
    private let block = [UInt8](repeating: 0x57, count: 4096)

    init(_ url: URL) throws {
        descriptor = open(url.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw TrialError("\(url.path) cannot be opened") }
    }

    deinit {
        close(descriptor)
    }

    /// Appends once; how long it took, in milliseconds.
    func append() throws -> Double {
        let begin = monotonicSeconds()
        guard write(descriptor, block, block.count) == block.count, fdatasync(descriptor) == 0 else {
            throw TrialError("the reference file cannot be written")
        }
        return (monotonicSeconds() - begin) * 1000
    }
}
