import LinuxSystem

/// Events that were read from the kernel and not looked at yet.
///
/// The kernel's queue is short (16,384 events) and loses what does not fit, so it is emptied into this one whenever the
/// reader has done a bit of work.
struct EventBacklog {
    private static let readSize = 256 * 1024
    private static let capacity = 32 << 20

    private let inotify: Inotify
    private let scratch: UnsafeMutableRawBufferPointer
    private var chunks: [[UInt8]] = []
    private var head = 0
    private var size = 0

    /// A backlog that has to be given back with ``deallocate()``.
    init(_ inotify: Inotify) {
        self.inotify = inotify
        scratch = .allocate(byteCount: Self.readSize, alignment: MemoryLayout<Int64>.alignment)
    }

    func deallocate() {
        scratch.deallocate()
    }

    /// Takes over what the kernel has, as far as there is room.
    mutating func fill() throws(SystemError) {
        while size < Self.capacity {
            let length = try inotify.read(into: scratch)
            guard length > 0 else { return }
            chunks.append(Array(scratch[..<length]))
            size += length
            // With room left for the longest event the queue was empty.
            if Self.readSize - length > 4096 { return }
        }
    }

    var isEmpty: Bool { head == chunks.count }

    mutating func takeFirst() -> [UInt8]? {
        guard head < chunks.count else { return nil }
        let chunk = chunks[head]
        chunks[head] = []
        head += 1
        size -= chunk.count
        if head == chunks.count {
            chunks = []
            head = 0
        }
        return chunk
    }
}
