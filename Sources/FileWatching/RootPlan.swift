import LinuxSystem
import SystemPackage

/// The watched roots as one tree of names from `/` down to what is wanted.
struct RootPlan {
    /// What is wanted at a stop.
    enum Kind {
        /// Nothing; something further down is.
        case way
        /// This one path.
        case path
        /// This path and everything below it.
        case tree
    }

    struct Stop {
        var children: [[UInt8]: Int] = [:]
        var kind = Kind.way
        /// Whether a root is here or above, so that a symbolic link is not followed.
        var isInRoot = false
    }

    /// The stop of `/`.
    static let top = 0

    private(set) var stops = [Stop()]

    init(_ roots: [WatchedRoot]) {
        for root in roots {
            let components = root.path.components.map(Self.name)
            let stop = add(components, below: Self.top)
            stops[stop].isInRoot = true
            switch root.scope {
            case .tree: stops[stop].kind = .tree
            case .only(let paths):
                for path in paths {
                    let components = FilePath("/").pushing(path).lexicallyNormalized().components
                        .map(Self.name)
                    guard !components.isEmpty else { continue }
                    let leaf = add(components, below: stop)
                    if stops[leaf].kind == .way { stops[leaf].kind = .path }
                }
            }
        }
        markInside(Self.top, false)
    }

    private static func name(_ component: FilePath.Component) -> [UInt8] {
        component.withPlatformString { FilePath(platformString: $0).bytes }
    }

    private mutating func add(_ components: [[UInt8]], below start: Int) -> Int {
        var stop = start
        for name in components {
            if let next = stops[stop].children[name] {
                stop = next
            } else {
                stops.append(Stop())
                stops[stop].children[name] = stops.count - 1
                stop = stops.count - 1
            }
        }
        return stop
    }

    private mutating func markInside(_ stop: Int, _ isInRoot: Bool) {
        if isInRoot { stops[stop].isInRoot = true }
        for child in stops[stop].children.values { markInside(child, stops[stop].isInRoot) }
    }

    func child(of stop: Int, named name: UnsafeRawBufferPointer) -> Int? {
        stops[stop].children.isEmpty ? nil : stops[stop].children[Array(name)]
    }

    /// Whether the directory at `stop` has to be watched, if it is one.
    func isEntered(_ stop: Int) -> Bool {
        stops[stop].kind == .tree || !stops[stop].children.isEmpty
    }

    /// Whether `path` is wanted or on the way to something wanted; that of `/` is empty.
    func concerns(_ path: [UInt8]) -> Bool {
        var stop = Self.top
        for name in path.split(separator: UInt8(ascii: "/")) {
            if stops[stop].kind == .tree { return true }
            guard let next = stops[stop].children[Array(name)] else { return false }
            stop = next
        }
        return isEntered(stop) || stops[stop].kind == .path
    }

    /// What a directory that is only on the way has to be watched for.
    func mask(at stop: Int?) -> InotifyMask {
        let isContentWanted =
            stop.map { stops[$0].children.values.contains { stops[$0].kind != .way } } ?? false
        return isContentWanted
            ? Reader.treeMask
            : [.create, .delete, .movedFrom, .movedTo, .deleteSelf, .moveSelf, .excludeUnlinked]
    }

    /// The hints that cover everything wanted at and below `stop`, which lies at `path`.
    func hints(at stop: Int, path: [UInt8]) -> [RawHint] {
        var hints: [RawHint] = []
        collect(stop, path, &hints)
        return hints
    }

    private func collect(_ stop: Int, _ path: [UInt8], _ hints: inout [RawHint]) {
        switch stops[stop].kind {
        case .way: break
        case .path: hints.append(.candidate(path))
        case .tree:
            hints.append(.tree(path))
            return
        }
        let children = stops[stop].children.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (name, child) in children { collect(child, path + [UInt8(ascii: "/")] + name, &hints) }
    }
}
