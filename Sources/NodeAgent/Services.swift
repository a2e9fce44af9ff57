import FileWatching
import LinuxSystem
import NodeControl
import ServiceLifecycle

/// A part of the daemon that blocks a thread of its own until it is asked to stop.
struct ThreadService: Service {
    let name: String
    let body: @Sendable () -> Void
    let stop: @Sendable () -> Void

    func run() async throws {
        // Cancelled when another part failed: then this one ends too.
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                do {
                    _ = try WorkerThread.start(name: name) {
                        body()
                        continuation.resume()
                    }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        } onCancelOrGracefulShutdown: {
            stop()
        }
    }
}

/// The watcher, which has a thread of its own.
struct WatchingService: Service {
    let watcher: FileWatcher

    func run() async throws {
        do {
            try watcher.start()
        } catch {
            throw AgentError(.watching, "files", "\(error)")
        }
        await waitForShutdown()
        watcher.stop()
    }
}

/// The control socket, which has threads of its own; it opens last, so that whoever reaches it finds the rest running.
struct ControlService: Service {
    let server: NodeControlServer

    func run() async throws {
        do {
            try server.start()
        } catch {
            throw AgentError(.control, error.subject ?? "socket", error.message)
        }
        _ = try ServiceNotification.ready()
        await waitForShutdown()
        _ = try ServiceNotification.stopping()
        server.stop()
    }
}

/// Returns when the daemon is asked to end, or its task is cancelled.
private func waitForShutdown() async {
    // It throws when the task is cancelled, which ends the part as well.
    try? await gracefulShutdown()
}
