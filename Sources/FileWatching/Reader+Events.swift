import Glibc
import LinuxSystem
import SystemPackage

extension Reader {
    func parse(_ chunk: [UInt8]) {
        chunk.withUnsafeBytes { bytes in
            Inotify.forEachEvent(in: bytes) { event in
                handle(event)
                didWork()
            }
        }
    }

    private func handle(_ event: InotifyEvent) {
        if event.mask.contains(.queueOverflow) {
            overflowedAt = overflowedAt ?? MonotonicClock.nanoseconds()
        } else if event.watch == barrierWatch {
            handleBarrier(event)
        } else if let node = table.soleNode(watch: event.watch) {
            handle(event, at: node)
        } else {
            for node in table.nodes(watch: event.watch) where table.watch(of: node) == event.watch {
                handle(event, at: node)
            }
        }
    }

    private func handle(_ event: InotifyEvent, at node: WatchTable.Node) {
        if event.name.isEmpty {
            handleOwn(event, at: node)
            return
        }
        let stop = stops[node].flatMap { plan.child(of: $0, named: event.name) }
        if let stop { handle(event, at: node, stop: stop) }
        if table[marks: node].contains(.everything) { handle(event, inTree: node) }
    }

    // MARK: In a tree

    private func handle(_ event: InotifyEvent, inTree node: WatchTable.Node) {
        let path = path(of: event.name, in: node)
        guard event.mask.contains(.isDirectory) else {
            handleFile(event.mask, .candidate(path))
            return
        }
        guard path != barrierPath, !isIgnored(FilePath(normal: path), true) else { return }
        if !event.mask.isDisjoint(with: [.create, .movedTo]) {
            hint(.path(path))
            let isNew = settle(event.name, in: node, .paths)
            list()
            // Asked when all below is watched: what a comparison records from then on cannot go unseen.
            if isNew, queue.withScans({ $0.mayCover(path) }) { hint(.tree(path)) }
        } else if !event.mask.isDisjoint(with: [.delete, .movedFrom]) {
            settle(event.name, in: node, .paths)
            list()
            hint(.tree(path))
        } else {
            hint(.path(path))
        }
    }

    /// Gives a hint now, or later if the file is still being written.
    private func handleFile(_ mask: InotifyMask, _ hint: RawHint) {
        if !mask.isDisjoint(with: [.closeWrite, .movedFrom, .movedTo, .delete]) {
            delayed.remove(hint)
            self.hint(hint)
        } else if !mask.isDisjoint(with: [.create, .modify]) {
            guard delayed.touch(hint, at: MonotonicClock.nanoseconds()) else {
                self.hint(hint)
                return
            }
            if mask.contains(.create) { created.append(hint) }
        } else if !delayed.contains(hint) {
            self.hint(hint)
        }
    }

    /// Tells those new names apart that no close will follow: links, FIFOs, sockets and devices.
    ///
    /// A regular file with one link has a writer, whose close or quiet time gives the hint.
    func checkCreated() {
        guard !created.isEmpty else { return }
        for hint in created where delayed.contains(hint) {
            var status = stat()
            // One that is gone has its own event; of one that cannot be looked at, the consumer reports the reason.
            let result = withPath(hint.bytes) { lstat($0, &status) }
            if result != 0, errno == ENOENT { continue }
            let isWritten = result == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_nlink == 1
            if !isWritten {
                delayed.remove(hint)
                self.hint(hint)
            }
        }
        created.removeAll(keepingCapacity: created.capacity <= 4096)
    }

    // MARK: On the way to a root

    private func handle(_ event: InotifyEvent, at node: WatchTable.Node, stop: Int) {
        let path = path(of: event.name, in: node)
        let isRenamed = !event.mask.isDisjoint(with: [.create, .delete, .movedFrom, .movedTo])
        if plan.isEntered(stop), isRenamed {
            settle(event.name, in: node, .quiet)
            list()
            for hint in plan.hints(at: stop, path: path) { self.hint(hint) }
        } else if plan.stops[stop].kind != .way {
            let hint = plan.stops[stop].kind == .tree ? RawHint.path(path) : .candidate(path)
            if event.mask.contains(.isDirectory) {
                self.hint(hint)
            } else {
                handleFile(event.mask, hint)
            }
        }
    }

    // MARK: The watched object itself

    private func handleOwn(_ event: InotifyEvent, at node: WatchTable.Node) {
        let isFile = table[marks: node].contains(.isFile)
        if event.mask.contains(.unmount) {
            mounts.expire()
        } else if event.mask.contains(.ignored) {
            table.clearWatch(node)
            resettle(node)
        } else if event.mask.contains(.moveSelf) {
            resettle(node)
        } else if isFile, event.mask.isDisjoint(with: .deleteSelf) {
            handleFile(event.mask, .path(table.path(of: node)))
        } else if event.mask.contains(.attributes), table[marks: node].contains(.everything) {
            hint(.path(table.path(of: node)))
        }
    }

    /// Sees what lies where a directory was found, after the directory itself was moved or its watch ended.
    private func resettle(_ node: WatchTable.Node) {
        guard let parent = table.parent(of: node) else { return }
        let name = table.name(of: node)
        let path = table.path(of: node)
        let wanted: [RawHint] =
            table[marks: node].contains(.everything)
            ? [.tree(path)] : stops[node].map { plan.hints(at: $0, path: path) } ?? []
        let watch = table.watch(of: node)
        if table[marks: node].contains(.isFile) {
            drop(node)
        } else {
            name.withUnsafeBytes { name in
                settle(name, in: parent, .quiet)
                list()
                let now = table.child(of: parent, named: name)
                guard watch == nil || now.flatMap({ table.watch(of: $0) }) != watch else { return }
                for hint in wanted { self.hint(hint) }
            }
        }
    }

    // MARK: Barriers and overflow

    private func handleBarrier(_ event: InotifyEvent) {
        if event.mask.contains(.moveSelf) {
            // Ends with an event of its own.
            inotify.removeWatch(barrierWatch)
        } else if event.mask.contains(.ignored) {
            renewBarrierFolder()
        } else if event.mask.contains(.create), let barrier = barriers.take(event.name) {
            if overflowedAt != nil { recoverFromOverflow() }
            if mounts.isDue || mounts.hasChanged() { refreshMounts() }
            created = []
            hints += delayed.takeAll()
            flush()
            // Whoever waits for the barrier may then look at the watcher's state.
            publish()
            queue.add(barrier)
        }
    }

    private func renewBarrierFolder() {
        do {
            try barriers.prepare()
            barrierWatch = try barriers.watch(with: inotify)
            barriers.renew()
        } catch {
            barriers.end(error)
        }
    }

    /// Goes through all directories and has everything compared, since events were lost.
    func recoverFromOverflow() {
        overflowedAt = nil
        goThrough(.full)
        hints += plan.hints(at: RootPlan.top, path: [])
        flush()
        let barrier = Barrier()
        queue.add(barrier)
        shared.withStatus { $0.overflow = barrier }
        // The files of some barriers may be among what was lost.
        barriers.renew()
    }
}
