import LinuxSystem
import SystemPackage
import Testing

@testable import FileWatching

@Suite("The table of watched directories")
struct WatchTableTests {
    private func add(_ name: String, to parent: WatchTable.Node, _ table: inout WatchTable) -> WatchTable.Node
    {
        Array(name.utf8).withUnsafeBytes { table.add($0, to: parent) }
    }

    private func child(_ name: String, of parent: WatchTable.Node, _ table: WatchTable) -> WatchTable.Node? {
        Array(name.utf8).withUnsafeBytes { table.child(of: parent, named: $0) }
    }

    @Test("a path is put together from the names above")
    func paths() {
        var table = WatchTable()
        let etc = add("etc", to: WatchTable.top, &table)
        let ssh = add("ssh", to: etc, &table)
        #expect(table.path(of: WatchTable.top).isEmpty)
        #expect(FilePath(normal: table.path(of: ssh)) == "/etc/ssh")
        #expect(FilePath(normal: []) == "/")
        #expect(child("ssh", of: etc, table) == ssh)
        #expect(child("ssh", of: WatchTable.top, table) == nil)
        #expect(table.parent(of: ssh) == etc)
    }

    @Test("two directories with one watch keep it until both are gone")
    func aliases() {
        var table = WatchTable()
        let nodes = ["a", "b", "c"].map { add($0, to: WatchTable.top, &table) }
        for node in nodes { table.setWatch(7, of: node) }
        #expect(Set(table.nodes(watch: 7)) == Set(nodes))
        #expect(table.soleNode(watch: 7) == nil)
        #expect(table.watchCount == 1)
        let firstTwo = [table.clearWatch(nodes[0]), table.clearWatch(nodes[2])]
        #expect(firstTwo == [nil, nil])
        #expect(table.soleNode(watch: 7) == nodes[1])
        let last = table.clearWatch(nodes[1])
        #expect(last == 7)
        #expect(table.nodes(watch: 7).isEmpty)
        #expect(table.watchCount == 0)
    }

    @Test("a directory that takes over the watch of one below it does not release it")
    func replace() {
        var table = WatchTable()
        let parent = add("parent", to: WatchTable.top, &table)
        let below = add("below", to: parent, &table)
        table.setWatch(1, of: parent)
        table.setWatch(2, of: below)
        var released: [Int32] = []
        table.replace(parent, watch: 2) { _, watch in if let watch { released.append(watch) } }
        #expect(released == [1])
        #expect(table.soleNode(watch: 2) == parent)
        #expect(child("below", of: parent, table) == nil)
    }

    @Test("after random changes everything is found as in plain dictionaries")
    func random() {
        var table = WatchTable()
        var random = SystemRandomNumberGenerator()
        var paths: [[UInt8]: WatchTable.Node] = [[]: WatchTable.top]
        var watches: [Int32: WatchTable.Node] = [:]
        var nextWatch: Int32 = 1
        for _ in 0..<20_000 {
            guard let (path, node) = paths.randomElement(using: &random) else { continue }
            if Int.random(in: 0..<10, using: &random) < 8 || path.isEmpty {
                let name = Array("name-\(Int.random(in: 0..<1000, using: &random))".utf8)
                let childPath = path + [UInt8(ascii: "/")] + name
                let known = name.withUnsafeBytes { table.child(of: node, named: $0) }
                #expect(known == paths[childPath])
                guard known == nil, childPath.count < 120 else { continue }
                let child = name.withUnsafeBytes { table.add($0, to: node) }
                table.setWatch(nextWatch, of: child)
                paths[childPath] = child
                watches[nextWatch] = child
                nextWatch += 1
            } else {
                var released: Set<Int32> = []
                table.remove(node) { _, watch in if let watch { released.insert(watch) } }
                let gone = paths.filter { $0.key.starts(with: path + [UInt8(ascii: "/")]) || $0.key == path }
                for (path, _) in gone { paths[path] = nil }
                #expect(released.count == gone.count)
                for watch in released { watches[watch] = nil }
            }
        }
        for (path, node) in paths { #expect(table.path(of: node) == path) }
        for (watch, node) in watches { #expect(table.nodes(watch: watch) == [node]) }
        #expect(table.watchCount == watches.count)
        // Many names in one directory, and the space of names that are gone.
        let parent = add("many", to: WatchTable.top, &table)
        for number in 0..<20_000 { _ = add("directory-\(number)", to: parent, &table) }
        let size = table.names.count
        table.remove(parent) { _, _ in }
        #expect(table.names.count < size / 2)
        for (path, node) in paths { #expect(table.path(of: node) == path) }
    }
}
