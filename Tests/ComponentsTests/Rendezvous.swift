import Glibc
import SystemPackage
import Testing

/// Two FIFOs by which a package's script says that it runs, and waits until it may end.
///
/// Both ends of each are open here all the time, so that neither side can wait for, or write to, a reader who is gone.
struct Rendezvous {
    private let entered: FileDescriptor
    private let leave: FileDescriptor

    /// Makes `entered`, to which the script writes a byte, and `leave`, from which it then reads one.
    init(in folder: FilePath) throws {
        func fifo(_ name: String) throws -> FileDescriptor {
            let path = folder.appending(name)
            try #require(path.withPlatformString { mkfifo($0, 0o600) } == 0)
            return try FileDescriptor.open(path, .readWrite)
        }
        entered = try fifo("entered")
        leave = try fifo("leave")
    }

    /// Returns when the script runs.
    func awaitEntry() throws {
        var poller = pollfd(fd: entered.rawValue, events: Int16(POLLIN), revents: 0)
        try #require(poll(&poller, 1, 60_000) == 1, "the script did not run within a minute")
    }

    /// Lets the script end.
    func letGo() throws {
        try leave.writeAll("x\n".utf8)
    }

    func close() throws {
        try entered.close()
        try leave.close()
    }
}
