import LinuxSystem
import SystemPackage

extension Reader {
    /// Tries again, and has compared at intervals, what cannot be watched.
    func attendUnwatched(_ now: Int64) {
        let interval = settings.pollInterval.wholeNanoseconds
        if unwatched.isEmpty {
            nextPoll = nil
            nextRetry = nil
            hasFreeWatches = false
            return
        }
        if hasFreeWatches {
            hasFreeWatches = false
            nextRetry = nextRetry ?? now + min(interval, 1_000_000_000)
        }
        if let nextRetry, now >= nextRetry {
            self.nextRetry = nil
            retry()
        }
        guard let due = nextPoll else {
            nextPoll = now + interval
            return
        }
        guard now >= due else { return }
        nextPoll = now + interval
        retry()
        poll()
    }

    /// Tries to watch what could not be watched, until that fails for want of watches.
    private func retry() {
        for (node, reason) in unwatched where reason == .limit || reason == .unwatchable {
            // Others may have gone with one that was settled.
            guard unwatched[node] == reason else { continue }
            let path = table.path(of: node)
            let stop = stops[node]
            guard let parent = table.parent(of: node) else {
                goThrough(.full)
                continue
            }
            if table.watch(of: node) != nil {
                unlisted.append((node, .quiet))
            } else {
                _ = table.name(of: node).withUnsafeBytes { settle($0, in: parent, .quiet) }
            }
            let isAll = table[marks: node].contains(.everything)
            list()
            if unwatched[node] == nil {
                hints +=
                    isAll
                    ? [.tree(path)] : stop.map { plan.hints(at: $0, path: path) } ?? []
            } else if reason == .limit {
                return
            }
        }
    }

    private func poll() {
        let nodes = unwatched.filter { $0.value != .automount && $0.value != .kernelView }.keys
        if nodes.count > 64 {
            hints += plan.hints(at: RootPlan.top, path: [])
            return
        }
        for node in nodes {
            let path = table.path(of: node)
            if table[marks: node].contains(.everything) {
                hints.append(.tree(path))
            } else if let stop = stops[node] {
                hints += plan.hints(at: stop, path: path)
            }
        }
    }
}
