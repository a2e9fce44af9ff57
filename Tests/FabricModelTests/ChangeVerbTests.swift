import FabricModel
import Testing

@Suite("What a change did")
struct ChangeVerbTests {
    @Test("the verb follows from the states")
    func verbs() throws {
        let (a, b) = (ResourceState.file(Samples.file("a")), ResourceState.file(Samples.file("b")))
        let old = ResourceState.package(try Samples.package("1.2"))
        let new = ResourceState.package(try Samples.package("1.10"))
        let table: [(before: ResourceState, after: ResourceState, verb: ChangeVerb)] = [
            (.absent, a, .added),
            (a, .absent, .removed),
            (a, b, .edited),
            (a, .file(Samples.file("b", mode: 0o600)), .edited),
            (a, .file(Samples.file("a", mode: 0o600)), .attributes),
            (a, .file(Samples.symlink("a")), .edited),
            (.absent, old, .installed),
            (old, .absent, .removed),
            (old, new, .updated),
            (new, old, .downgraded),
            (old, old, .changed),
            (.package(PackageState(system: .dpkg, instances: [])), old, .installed),
            (old, a, .changed),
        ]
        for row in table {
            #expect(ChangeVerb(from: row.before, to: row.after) == row.verb)
        }
    }
}
