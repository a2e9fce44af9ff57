import Glibc
import LinuxSystem
import SystemPackage

extension Reader {
    /// Takes note of the mounts that concern the roots.
    func noteMounts() {
        mountPoints = [:]
        for entry in mounts.table.entries {
            let bytes = entry.point.bytes
            // The path of `/` is empty here.
            let path = bytes == [UInt8(ascii: "/")] ? [] : bytes
            if plan.concerns(path), mounts.table.isVisible(entry) { mountPoints[path] = entry }
        }
    }

    /// Reads the mount table and looks again at each place where something was mounted or unmounted.
    func refreshMounts() {
        let before = mountPoints
        guard mounts.read() else {
            isStatusStale = true
            return
        }
        noteMounts()
        let paths = Set(before.keys).union(mountPoints.keys)
            .filter { before[$0]?.id != mountPoints[$0]?.id }
            .sorted { $0.count < $1.count }
        for path in paths { remount(path) }
    }

    private func remount(_ path: [UInt8]) {
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else {
            goThrough(.full)
            hints += plan.hints(at: RootPlan.top, path: [])
            return
        }
        var parent = WatchTable.top
        for name in path[..<slash].split(separator: UInt8(ascii: "/")) {
            guard let next = name.withUnsafeBytes({ table.child(of: parent, named: $0) }) else { return }
            parent = next
        }
        path[(slash + 1)...].withUnsafeBytes { remount($0, in: parent, path) }
    }

    private func remount(_ name: UnsafeRawBufferPointer, in parent: WatchTable.Node, _ path: [UInt8]) {
        // The same directory may come back with another file system below it.
        if let known = table.child(of: parent, named: name) { drop(known) }
        settle(name, in: parent, .quiet)
        list()
        let isInTree = table[marks: parent].contains(.everything)
        let stop = stops[parent].flatMap { plan.child(of: $0, named: name) }
        if table.child(of: parent, named: name) == nil, mountPoints[path] != nil,
            isInTree || stop.map({ plan.stops[$0].kind }) == .path
        {
            settleFile(name, in: parent)
        }
        if let stop { hints += plan.hints(at: stop, path: path) }
        if isInTree, !isIgnored(FilePath(normal: path), true) { hints.append(.tree(path)) }
    }

    /// Why the file system at `path` is not to be watched.
    func mountReason(_ path: [UInt8], _ mayFollow: Bool) -> Unwatched? {
        var entry = mountPoints.isEmpty ? nil : mountPoints[path]
        if mayFollow, let real = Self.realPath(path), real.bytes != path {
            entry = mounts.table.entry(containing: real)
        }
        guard let entry else { return nil }
        if entry.isAutomountTrigger { return .automount }
        if entry.isRemote { return .remote }
        return entry.isKernelView ? .kernelView : nil
    }

    private static func realPath(_ path: [UInt8]) -> FilePath? {
        guard let text = FilePath(normal: path).withPlatformString({ realpath($0, nil) }) else { return nil }
        defer { free(text) }
        return FilePath(platformString: text)
    }
}
