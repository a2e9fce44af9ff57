import Glibc
import SystemPackage

/// Runs blocking work on a thread of its own, outside the cooperative pool.
enum ControlThread {
    /// Starts `work`; nobody waits for its end.
    static func start(_ work: @escaping @Sendable () -> Void) throws(Errno) {
        let box = Unmanaged.passRetained(Work(work))
        var thread = pthread_t()
        let error = pthread_create(
            &thread,
            nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            },
            box.toOpaque()
        )
        guard error == 0 else {
            box.release()
            throw Errno(rawValue: error)
        }
        pthread_detach(thread)
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
