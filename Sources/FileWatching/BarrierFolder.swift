import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

/// The private folder in which barriers are made: the event of a new file there comes after all events before it.
///
/// The kernel keeps one ordered queue per inotify instance, so nothing but such a file marks a place in it.
final class BarrierFolder: Sendable {
    private struct State {
        var counter: UInt64 = 0
        var waiting: [[UInt8]: Barrier] = [:]
        var end: WatchError?
    }

    private static let prefix = Array("barrier-".utf8)

    let path: FilePath
    private let state = Mutex(State())

    init(_ path: FilePath) {
        self.path = path
    }

    /// Makes the folder if it is not there and removes what an earlier process left in it.
    func prepare() throws(WatchError) {
        let result = path.withPlatformString { mkdir($0, 0o700) }
        guard result == 0 || errno == EEXIST else { throw failure(.mkdir, errno) }
        let names: [[UInt8]]
        do {
            names = (try DirectoryListing.entries(of: path) ?? []).map(\.name)
        } catch {
            throw WatchError(.barrierFolder, Self.advice, subject: path, cause: error)
        }
        for name in names where name.starts(with: Self.prefix) { remove(name) }
    }

    /// Watches the folder and returns the watch descriptor.
    func watch(with inotify: Inotify) throws(WatchError) -> Int32 {
        let mask: InotifyMask = [.create, .deleteSelf, .moveSelf, .onlyDirectory, .dontFollow, .addToMask]
        let result: Result<Int32, Errno> = path.withPlatformString { path in
            Result { () throws(Errno) in try inotify.addWatch(path, mask) }
        }
        do {
            return try result.get()
        } catch {
            throw failure(.inotifyAddWatch, error.rawValue)
        }
    }

    /// Makes a barrier; its event reaches the reader in time.
    func makeBarrier() -> Barrier {
        let barrier = Barrier()
        let name: [UInt8]? = state.withLock { state in
            if let end = state.end {
                barrier.fail(end)
                return nil
            }
            state.counter += 1
            let name = Self.prefix + Array("\(getpid())-\(state.counter)".utf8)
            state.waiting[name] = barrier
            return name
        }
        if let name { make(name) }
        return barrier
    }

    /// The barrier whose file has this name.
    func take(_ name: UnsafeRawBufferPointer) -> Barrier? {
        state.withLock { $0.waiting.removeValue(forKey: Array(name)) }
    }

    /// Makes the files of all barriers again whose events may be lost.
    func renew() {
        for name in state.withLock({ Array($0.waiting.keys) }) { make(name) }
    }

    /// Fails every barrier, now and later.
    func end(_ error: WatchError) {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            state.end = error
            return Array(state.waiting.values)
        }
        for barrier in waiting { barrier.fail(error) }
    }

    private func make(_ name: [UInt8]) {
        let file = FilePath(normal: path.bytes + [UInt8(ascii: "/")] + name)
        let descriptor = file.withPlatformString {
            open($0, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        }
        guard descriptor >= 0 else {
            let error = failure(.open, errno)
            state.withLock { $0.waiting.removeValue(forKey: name) }?.fail(error)
            return
        }
        close(descriptor)
        remove(name)
    }

    private func remove(_ name: [UInt8]) {
        // Left behind it does no harm, and the next start removes it.
        _ = FilePath(normal: path.bytes + [UInt8(ascii: "/")] + name).withPlatformString { unlink($0) }
    }

    private static let advice =
        "barriers are made in this folder, which must be on a local file system and writable; make it so"

    private func failure(_ call: SystemCall, _ number: Int32) -> WatchError {
        WatchError(
            .barrierFolder,
            Self.advice,
            subject: path,
            cause: SystemError(call, errno: number, path)
        )
    }
}
