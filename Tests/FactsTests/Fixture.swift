import FabricModel
import SystemPackage
import Testing

@testable import Facts

/// What was captured of a machine; `Fixtures/README` says how.
struct Fixture {
    let root: FilePath

    init(_ name: String) {
        root = FilePath(#filePath).removingLastComponent().appending("Fixtures").appending(name)
    }

    var machine: MachineFiles { MachineFiles(root: root) }

    /// What ohai said on that machine.
    func ohai() throws -> FactValue {
        try FactValue(json: #require(machine.bytes("ohai.json"), "no capture at \(root)"))
    }
}

/// Where two trees differ, and what only one of them has.
struct Comparison {
    /// Facts of both that are not the same.
    private(set) var differing: [FactLeaf] = []
    /// Facts of the other one alone.
    private(set) var missing: [FactLeaf] = []
    /// How many facts are of both.
    private(set) var shared = 0

    /// Compares all facts of another tree but those that are expected to differ or to be missing.
    init(_ own: FactValue, _ other: FactValue, except isExpected: (FactLeaf) -> Bool = { _ in false }) {
        let values = Dictionary(own.leaves().map { ($0.names, $0.value) }) { $1 }
        for leaf in other.leaves() where !isExpected(leaf) {
            guard let value = values[leaf.names] else {
                missing.append(leaf)
                continue
            }
            shared += 1
            if value != leaf.value { differing.append(leaf) }
        }
    }
}
