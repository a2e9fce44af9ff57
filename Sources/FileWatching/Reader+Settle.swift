import LinuxSystem
import SystemPackage

extension Reader {
    /// What is wanted of a directory.
    struct Goal {
        /// It and all below it.
        var everything: Bool
        /// The plan's stop, when it is on the way to a root or is one.
        var stop: Int?
    }

    enum Look {
        case watched(Int32)
        case unwatched(Unwatched)
        case absent
    }

    /// The path of `name` in the directory of `node`.
    func path(of name: UnsafeRawBufferPointer, in node: WatchTable.Node) -> [UInt8] {
        if pathCache?.node != node || pathCache?.version != table.version {
            pathCache = (node, table.version, table.path(of: node) + [UInt8(ascii: "/")])
        }
        var path = pathCache?.path ?? []
        path.append(contentsOf: name)
        return path
    }

    /// Sees what lies at `name` now and watches it, or forgets it, as that and the plan demand; whether it is new.
    ///
    /// What is below a new directory waits in `unlisted` for ``list()``.
    @discardableResult
    func settle(_ name: UnsafeRawBufferPointer, in parent: WatchTable.Node, _ report: Report) -> Bool {
        didWork()
        let known = table.child(of: parent, named: name)
        let path = path(of: name, in: parent)
        guard let goal = goal(of: name, in: parent, path) else {
            if let known { drop(known) }
            return false
        }
        switch look(path, goal) {
        case .absent:
            if let known { drop(known) }
            return false
        case .unwatched(let reason):
            let node = renew(known, keeping: nil, name, parent)
            note(goal, node)
            if reason == .automount { unlisted.append((node, report)) }
            if unwatched[node] != reason {
                unwatched[node] = reason
                if report == .paths { treesToCome.append(.tree(path)) }
            }
            return false
        case .watched(let watch):
            let isKnown = known.map { table.watch(of: $0) == watch } ?? false
            let hadGoal = known.map { table[marks: $0].contains(.everything) } ?? false
            let node = renew(known, keeping: watch, name, parent)
            note(goal, node)
            if !isKnown, !unwatched.isEmpty { unwatched[node] = nil }
            let isToList =
                switch pass {
                case .event: false
                case .plan: goal.stop != nil
                case .full: true
                }
            if !isKnown || isToList || hadGoal != goal.everything { unlisted.append((node, report)) }
            return !isKnown
        }
    }

    /// The node at `name`: `known` when it has that watch (or none, where there is none), else a new one.
    private func renew(
        _ known: WatchTable.Node?,
        keeping watch: Int32?,
        _ name: UnsafeRawBufferPointer,
        _ parent: WatchTable.Node
    ) -> WatchTable.Node {
        if let known {
            if table.watch(of: known) == watch { return known }
            table.replace(known, watch: watch) { node, watch in forget(node, watch) }
            return known
        }
        let node = table.add(name, to: parent)
        if let watch { table.setWatch(watch, of: node) }
        return node
    }

    func note(_ goal: Goal, _ node: WatchTable.Node) {
        table[marks: node] = goal.everything ? [.seen, .everything] : .seen
        stops[node] = goal.stop
    }

    /// Forgets a directory and all below it.
    func drop(_ node: WatchTable.Node) {
        table.remove(node) { node, watch in forget(node, watch) }
    }

    private func forget(_ node: WatchTable.Node, _ watch: Int32?) {
        if let watch {
            inotify.removeWatch(watch)
            hasFreeWatches = true
        }
        stops[node] = nil
        if !unwatched.isEmpty { unwatched[node] = nil }
    }

    private func goal(of name: UnsafeRawBufferPointer, in parent: WatchTable.Node, _ path: [UInt8]) -> Goal? {
        let stop = stops[parent].flatMap { plan.child(of: $0, named: name) }
            .flatMap { plan.isEntered($0) ? $0 : nil }
        if let stop, plan.stops[stop].kind == .tree { return Goal(everything: true, stop: stop) }
        if table[marks: parent].contains(.everything), path != barrierPath,
            !isIgnored(FilePath(normal: path), true)
        {
            return Goal(everything: true, stop: stop)
        }
        return stop.map { Goal(everything: false, stop: $0) }
    }

    func look(_ path: [UInt8], _ goal: Goal) -> Look {
        let mayFollow = !goal.everything && goal.stop.map { !plan.stops[$0].isInRoot } ?? false
        if let reason = mountReason(path, mayFollow) { return .unwatched(reason) }
        var mask = goal.everything ? Self.treeMask : plan.mask(at: goal.stop)
        mask.formUnion(mayFollow ? [.onlyDirectory] : [.onlyDirectory, .dontFollow])
        let watch: Int32
        do {
            watch = try addWatch(path, mask)
        } catch {
            switch error {
            case .noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels: return .absent
            case .noSpace, .noMemory: return .unwatched(.limit)
            default: return .unwatched(.unwatchable)
            }
        }
        if let maximum = settings.maximumWatches, table.watchCount >= maximum,
            table.nodes(watch: watch).isEmpty
        {
            inotify.removeWatch(watch)
            return .unwatched(.limit)
        }
        return .watched(watch)
    }

    private func addWatch(_ path: [UInt8], _ mask: InotifyMask) throws(Errno) -> Int32 {
        let result: Result<Int32, Errno> = withPath(path) { path in
            Result { () throws(Errno) in try inotify.addWatch(path, mask.union(.addToMask)) }
        }
        return try result.get()
    }

    /// Watches a file that something is mounted on, which its directory's watch does not see.
    func settleFile(_ name: UnsafeRawBufferPointer, in parent: WatchTable.Node) {
        let known = table.child(of: parent, named: name)
        do {
            let watch = try addWatch(path(of: name, in: parent), Self.fileMask)
            let node = renew(known, keeping: watch, name, parent)
            table[marks: node] = [.seen, .isFile]
        } catch {
            // It is gone, or it cannot be watched: the periodic comparison sees it.
            if let known { drop(known) }
        }
    }

    static let treeMask: InotifyMask = [
        .closeWrite, .modify, .attributes, .create, .delete, .movedFrom, .movedTo, .deleteSelf, .moveSelf,
        .excludeUnlinked,
    ]
    static let fileMask: InotifyMask = [
        .closeWrite, .modify, .attributes, .deleteSelf, .moveSelf, .dontFollow,
    ]
}
