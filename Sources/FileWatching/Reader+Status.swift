import LinuxSystem
import SystemPackage

extension Reader {
    /// Watches everything, then has everything compared with the record.
    func begin() {
        _ = mounts.read()
        noteMounts()
        goThrough(.full)
        hints += plan.hints(at: RootPlan.top, path: [])
        queue.setRescan(plan.hints(at: RootPlan.top, path: []), isIgnored: isIgnored)
        flush()
        publish()
    }

    func end() {
        if let failure {
            let warning = WatchWarning(
                code: .stopped,
                message: "watching has ended, no change is seen any more; restart: \(failure)",
                subject: nil
            )
            shared.withStatus { $0.warnings = [warning] }
        }
        barriers.end(WatchError(.notRunning, "the watcher has ended", cause: failure))
        queue.wake()
    }

    /// Takes new roots over; false when the thread has to end.
    func obeyMail() -> Bool {
        let mail = shared.takeMail()
        if mail.isStopping { return false }
        if let new = mail.roots { take(new) }
        return true
    }

    private func take(_ new: [WatchedRoot]) {
        let added = Set(new).subtracting(roots)
        roots = new
        plan = RootPlan(new)
        noteMounts()
        let before = stops.keys
        stops = [:]
        goThrough(.plan)
        for node in before
        where stops[node] == nil && table[marks: node].isDisjoint(with: [.everything, .free]) {
            drop(node)
        }
        hints += RootPlan(new.filter(added.contains)).hints(at: RootPlan.top, path: [])
        queue.setRescan(plan.hints(at: RootPlan.top, path: []), isIgnored: isIgnored)
    }

    func publish() {
        let count = table.watchCount
        guard isStatusStale || count != publishedCount else { return }
        isStatusStale = false
        publishedCount = count
        let warnings = warnings()
        shared.withStatus { status in
            status.warnings = warnings
            status.watchedDirectories = count
        }
    }

    private func warnings() -> [WatchWarning] {
        var warnings: [WatchWarning] = []
        for reason in [Unwatched.limit, .remote, .unwatchable, .kernelView] {
            let paths = unwatched.filter { $0.value == reason }.keys.map { table.path(of: $0) }
            guard let first = paths.min(by: { $0.lexicographicallyPrecedes($1) }) else { continue }
            let (code, message) = Self.explanation(of: reason, interval: settings.pollInterval)
            let more = paths.count > 1 ? " (this one and \(paths.count - 1) more)" : ""
            warnings.append(
                WatchWarning(code: code, message: message + more, subject: FilePath(normal: first))
            )
        }
        if mounts.descriptor < 0 {
            let message =
                "/proc/self/mountinfo cannot be read, so mounts below the roots are not noticed; mount /proc"
            warnings.append(WatchWarning(code: .mountTable, message: message, subject: nil))
        }
        return warnings
    }

    private static func explanation(of reason: Unwatched, interval: Duration) -> (WatchWarning.Code, String) {
        switch reason {
        case .limit:
            (
                .watchLimit,
                "no inotify watch is left, so this subtree is compared every \(interval) only; "
                    + "raise /proc/sys/fs/inotify/max_user_watches"
            )
        case .remote:
            (
                .remoteFileSystem,
                "changes on a remote file system are not told, so it is compared every \(interval) only"
            )
        case .unwatchable, .automount:
            (
                .unwatchable,
                "the directory cannot be watched or listed, so it is compared every \(interval) only; "
                    + "see that it is readable and its path is not too long"
            )
        case .kernelView: (.kernelView, "a view into the kernel holds no configuration and is left out")
        }
    }
}
