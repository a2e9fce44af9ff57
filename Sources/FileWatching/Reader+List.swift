import LinuxSystem
import SystemPackage

extension Reader {
    /// Goes through the whole table, from the top.
    func goThrough(_ pass: Pass) {
        self.pass = pass
        let stop = RootPlan.top
        let goal = Goal(everything: plan.stops[stop].kind == .tree, stop: stop)
        note(goal, WatchTable.top)
        unwatched[WatchTable.top] = nil
        switch look([], goal) {
        case .watched(let watch):
            if table.watch(of: WatchTable.top) != watch {
                table.clearWatch(WatchTable.top)
                table.setWatch(watch, of: WatchTable.top)
            }
        case .unwatched(let reason): unwatched[WatchTable.top] = reason
        case .absent: unwatched[WatchTable.top] = .unwatchable
        }
        unlisted.append((WatchTable.top, .quiet))
        list()
        self.pass = .event
    }

    /// Lists the directories in `unlisted` and what is found below them.
    func list() {
        while let (node, report) = unlisted.popLast() { list(node, report) }
        hints += treesToCome
        treesToCome = []
    }

    private func list(_ node: WatchTable.Node, _ report: Report) {
        var children: [WatchTable.Node] = []
        table.forEachChild(of: node) { children.append($0) }
        for child in children { table[marks: child].remove(.seen) }
        if let stop = stops[node], unwatched[node] != .remote, unwatched[node] != .kernelView {
            listStops(node, stop, report)
        }
        if table[marks: node].contains(.everything) {
            if unwatched[node] == .automount {
                listMounts(node)
            } else {
                listEntries(node, report)
            }
        }
        for child in children where table[marks: child].isDisjoint(with: [.seen, .free]) { drop(child) }
    }

    private func listStops(_ node: WatchTable.Node, _ stop: Int, _ report: Report) {
        for (name, child) in plan.stops[stop].children {
            name.withUnsafeBytes { name in
                let path = path(of: name, in: node)
                if plan.isEntered(child), unwatched[node] != .automount || mountPoints[path] != nil {
                    settle(name, in: node, report)
                } else if plan.stops[child].kind == .path, mountPoints[path] != nil {
                    settleFile(name, in: node)
                }
            }
        }
    }

    private func listMounts(_ node: WatchTable.Node) {
        let prefix = table.path(of: node) + [UInt8(ascii: "/")]
        for path in mountPoints.keys where path.starts(with: prefix) && path.count > prefix.count {
            let name = path[prefix.count...]
            guard !name.contains(UInt8(ascii: "/")) else { continue }
            _ = name.withUnsafeBytes { settle($0, in: node, .quiet) }
        }
    }

    private func listEntries(_ node: WatchTable.Node, _ report: Report) {
        let directory = table.path(of: node)
        do {
            let isThere = try DirectoryNames.visit(directory) { name, isDirectory in
                if isDirectory {
                    let known = table.child(of: node, named: name)
                    if known.map({ table[marks: $0].contains(.seen) }) != true {
                        settle(name, in: node, report)
                    }
                    if report == .paths, table.child(of: node, named: name) != nil {
                        hint(.path(path(of: name, in: node)))
                    }
                } else {
                    didWork()
                    guard report == .paths || !mountPoints.isEmpty else { return }
                    let path = path(of: name, in: node)
                    if mountPoints[path] != nil { settleFile(name, in: node) }
                    if report == .paths { hint(.candidate(path)) }
                }
            }
            if isThere, unwatched[node] != nil { unwatched[node] = nil }
        } catch {
            unwatched[node] = .unwatchable
        }
    }
}
