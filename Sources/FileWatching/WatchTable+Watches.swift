extension WatchTable {
    /// How many watches are in use.
    var watchCount: Int { byWatch.count }

    func watch(of node: Node) -> Int32? {
        let watch = records[Int(node)].watch
        return watch < 0 ? nil : watch
    }

    /// The node of a watch that has only one.
    func soleNode(watch: Int32) -> Node? {
        aliases.isEmpty || aliases[watch] == nil ? firstNode(watch: watch) : nil
    }

    func nodes(watch: Int32) -> [Node] {
        guard let node = firstNode(watch: watch) else { return [] }
        return [node] + (aliases[watch] ?? [])
    }

    mutating func setWatch(_ watch: Int32, of node: Node) {
        let hasNode = firstNode(watch: watch) != nil
        records[Int(node)].watch = watch
        if hasNode {
            aliases[watch, default: []].append(node)
        } else {
            if byWatch.isFull {
                let records = records
                byWatch.rebuild { Self.hash(records[Int($0)].watch) }
            }
            byWatch.insert(Self.hash(watch), node)
        }
    }

    /// Takes the watch from a node and returns it when no other node has it.
    @discardableResult
    mutating func clearWatch(_ node: Node) -> Int32? {
        guard let watch = watch(of: node) else { return nil }
        records[Int(node)].watch = -1
        let others = (aliases.removeValue(forKey: watch) ?? []).filter { $0 != node }
        guard byWatch.find(Self.hash(watch), { $0 == node }) != nil else {
            if !others.isEmpty { aliases[watch] = others }
            return nil
        }
        byWatch.remove(Self.hash(watch)) { $0 == node }
        guard let heir = others.first else { return watch }
        byWatch.insert(Self.hash(watch), heir)
        if others.count > 1 { aliases[watch] = Array(others.dropFirst()) }
        return nil
    }

    private func firstNode(watch: Int32) -> Node? {
        byWatch.find(Self.hash(watch)) { records[Int($0)].watch == watch }
    }

    private static func hash(_ watch: Int32) -> Int {
        // Descriptors are handed out in ascending order: neighbours are the best spread there is.
        Int(watch)
    }
}
