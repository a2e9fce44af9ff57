/// The watched directories: a tree of names, found by watch descriptor and by parent and name.
///
/// A directory knows its parent and its own name only, so a node costs about 50 bytes and a path is put together when an
/// event needs it. Two nodes may have the same watch: the kernel gives one per inode, and a bind mount, or a move that is
/// under way, shows an inode under two names.
struct WatchTable {
    typealias Node = Int32

    /// The node of `/`.
    static let top: Node = 0

    struct Record {
        var parent: Node
        var firstChild: Node = -1
        var next: Node = -1
        var previous: Node = -1
        var watch: Int32 = -1
        var nameStart: UInt32
        var nameLength: UInt8
        var marks: Marks = []
    }

    struct Marks: OptionSet {
        let rawValue: UInt8
        /// Everything below is wanted.
        static let everything = Self(rawValue: 1)
        /// Found by the listing that is under way.
        static let seen = Self(rawValue: 2)
        /// Not a directory but a file that something is mounted on.
        static let isFile = Self(rawValue: 4)
        /// Given back; the record waits for its next use.
        static let free = Self(rawValue: 8)
    }

    var records: [Record] = [Record(parent: -1, nameStart: 0, nameLength: 0)]
    var firstFree: Node = -1
    var names: [UInt8] = []
    var unusedNameBytes = 0
    var byName = SlotTable()
    var byWatch = SlotTable()
    /// Further nodes of a watch.
    var aliases: [Int32: [Node]] = [:]
    /// Changes with every change of a path.
    var version = 0

    func child(of parent: Node, named name: UnsafeRawBufferPointer) -> Node? {
        byName.find(Self.hash(parent, name)) { records[Int($0)].parent == parent && hasName($0, name) }
    }

    /// Adds a node that is not there yet.
    mutating func add(_ name: UnsafeRawBufferPointer, to parent: Node) -> Node {
        let record = Record(
            parent: parent,
            nameStart: UInt32(names.count),
            nameLength: UInt8(clamping: name.count)
        )
        names.append(contentsOf: name)
        let node: Node
        if firstFree >= 0 {
            node = firstFree
            firstFree = records[Int(node)].next
            records[Int(node)] = record
        } else {
            node = Node(records.count)
            records.append(record)
        }
        let sibling = records[Int(parent)].firstChild
        records[Int(node)].next = sibling
        if sibling >= 0 { records[Int(sibling)].previous = node }
        records[Int(parent)].firstChild = node
        if byName.isFull { rebuildNameTable() }
        byName.insert(Self.hash(parent, name), node)
        version += 1
        return node
    }

    /// Removes a node and all below it, children first; `released` gets each watch that no other node has, and the node.
    mutating func remove(_ node: Node, released: (_ node: Node, _ watch: Int32?) -> Void) {
        var order = [node]
        var index = 0
        while index < order.count {
            forEachChild(of: order[index]) { order.append($0) }
            index += 1
        }
        for node in order.reversed() {
            released(node, clearWatch(node))
            free(node)
        }
        version += 1
        compactNames()
    }

    /// Gives a node another watch, or none, and removes all below it.
    ///
    /// The new watch is set first: when it belongs to a directory further down that was moved up, it is not released.
    mutating func replace(
        _ node: Node,
        watch: Int32?,
        released: (_ node: Node, _ watch: Int32?) -> Void
    ) {
        let old = clearWatch(node)
        if let watch { setWatch(watch, of: node) }
        released(node, old)
        var children: [Node] = []
        forEachChild(of: node) { children.append($0) }
        for child in children { remove(child, released: released) }
    }

    func parent(of node: Node) -> Node? {
        node == Self.top ? nil : records[Int(node)].parent
    }

    func forEachChild(of node: Node, _ body: (Node) -> Void) {
        var child = records[Int(node)].firstChild
        while child >= 0 {
            body(child)
            child = records[Int(child)].next
        }
    }

    func name(of node: Node) -> [UInt8] {
        let record = records[Int(node)]
        return Array(names[Int(record.nameStart)..<Int(record.nameStart) + Int(record.nameLength)])
    }

    /// The node's path; that of `/` is empty, so that appending a slash and a name always gives a path.
    func path(of node: Node) -> [UInt8] {
        var chain: [Node] = []
        var length = 0
        var current = node
        while current != Self.top {
            chain.append(current)
            length += Int(records[Int(current)].nameLength) + 1
            current = records[Int(current)].parent
        }
        var path: [UInt8] = []
        path.reserveCapacity(length)
        for node in chain.reversed() {
            let record = records[Int(node)]
            path.append(UInt8(ascii: "/"))
            path.append(
                contentsOf: names[Int(record.nameStart)..<Int(record.nameStart) + Int(record.nameLength)]
            )
        }
        return path
    }

    subscript(marks node: Node) -> Marks {
        get { records[Int(node)].marks }
        set { records[Int(node)].marks = newValue }
    }
}
