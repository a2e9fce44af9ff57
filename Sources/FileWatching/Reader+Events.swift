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
        let bytes = path(of: event.name, in: node)
        let path = FilePath(normal: bytes)
        let isDirectory = event.mask.contains(.isDirectory)
        guard !isIgnored(path, isDirectory), bytes != barrierPath else { return }
        if !isDirectory {
            handleFile(event.mask, .path(path))
        } else if !event.mask.isDisjoint(with: [.create, .movedTo]) {
            hint(.path(path))
            // A comparison that ran after the directory was made and before it was watched may have recorded what has
            // gone away unseen.
            let scans = queue.scans
            if settle(event.name, in: node, .paths),
                scans.started != scansWhenIdle.started || scansWhenIdle.running > 0
            {
                treesToCome.append(.tree(path))
            }
            list()
        } else if !event.mask.isDisjoint(with: [.delete, .movedFrom]) {
            hint(.tree(path))
            settle(event.name, in: node, .paths)
            list()
        } else {
            hint(.path(path))
        }
    }

    /// Gives a hint now, or later if the file is still being written.
    private func handleFile(_ mask: InotifyMask, _ hint: Hint) {
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
            let isWritten: Bool
            do {
                // One that is gone has its own event.
                guard let status = try FileStatus.at(hint.path) else { continue }
                isWritten = status.kind == .regular && status.links == 1
            } catch {
                // Whoever looks at it next reports the reason.
                isWritten = false
            }
            if !isWritten {
                delayed.remove(hint)
                self.hint(hint)
            }
        }
        created.removeAll(keepingCapacity: created.capacity <= 4096)
    }

    // MARK: On the way to a root

    private func handle(_ event: InotifyEvent, at node: WatchTable.Node, stop: Int) {
        let bytes = path(of: event.name, in: node)
        let path = FilePath(normal: bytes)
        let isDirectory = event.mask.contains(.isDirectory)
        let isRenamed = !event.mask.isDisjoint(with: [.create, .delete, .movedFrom, .movedTo])
        if plan.isEntered(stop), isRenamed {
            settle(event.name, in: node, .quiet)
            list()
            for hint in plan.hints(at: stop, path: bytes) { self.hint(hint) }
            return
        }
        guard plan.stops[stop].kind != .way else { return }
        guard plan.stops[stop].kind == .tree || !isIgnored(path, isDirectory) else { return }
        if isDirectory {
            hint(.path(path))
        } else {
            handleFile(event.mask, .path(path))
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
            handleFile(event.mask, .path(FilePath(normal: table.path(of: node))))
        } else if event.mask.contains(.attributes), table[marks: node].contains(.everything) {
            hint(.path(FilePath(normal: table.path(of: node))))
        }
    }

    /// Sees what lies where a directory was found, after the directory itself was moved or its watch ended.
    private func resettle(_ node: WatchTable.Node) {
        guard let parent = table.parent(of: node) else { return }
        let name = table.name(of: node)
        let path = table.path(of: node)
        let wanted: [Hint] =
            table[marks: node].contains(.everything)
            ? [.tree(FilePath(normal: path))] : stops[node].map { plan.hints(at: $0, path: path) } ?? []
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
