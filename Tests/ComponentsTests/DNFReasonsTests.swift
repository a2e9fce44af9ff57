import FabricModel
import GRDB
import LinuxSystem
import SystemPackage
import Testing

@testable import Components

@Suite("dnf's reasons")
struct DNFReasonsTests {
    private func history(in folder: ScratchFolder) throws -> FilePath {
        let path = folder.appending("history.sqlite")
        let queue = try DatabaseQueue(path: path.string)
        try queue.writeWithoutTransaction { try $0.execute(sql: DNFHistoryFixture.sql) }
        try queue.close()
        return path
    }

    @Test("the last action in dnf 4's history tells")
    func history() throws {
        let folder = try ScratchFolder()
        let reasons = try DNFReasons.read(state: folder.appending("none"), history: try history(in: folder))
        // weft-sample came as a dependency and was marked later; weft-app was removed.
        let expected: [String: PackageState.Reason] = [
            "weft-sample.noarch": .user, "weft-tool.noarch": .user, "weft-lib.noarch": .dependency,
            "weft-extra.noarch": .dependency,
        ]
        #expect(reasons == expected)
    }

    @Test("the history tells when packages were changed")
    func times() throws {
        let folder = try ScratchFolder()
        let times = try DNFHistory.transactions(in: try history(in: folder))
        #expect(times.count == 5)
        #expect(times.first == TransactionTime(began: 1_795_381_889, ended: 1_795_381_890))
        #expect(times.last == TransactionTime(began: 1_795_382_957, ended: 1_795_382_957))
        #expect(try DNFHistory.transactions(in: folder.appending("none")).isEmpty)
    }

    @Test("dnf 5's state comes before the history of a dnf 4 that was there earlier")
    func state() throws {
        let folder = try ScratchFolder()
        let state = try folder.write(
            "version = \"1.0\"\n[packages]\n\"a.x86_64\" = {reason=\"User\"}\n",
            to: "packages.toml"
        )
        let reasons = try DNFReasons.read(state: state, history: try history(in: folder))
        #expect(reasons == ["a.x86_64": .user])
    }

    @Test("the words of dnf 5, in either form of a table")
    func words() {
        let text = """
            version = "1.0"
            [packages]
            "pkg-libs.x86_64" = {reason="Dependency"}
            "pkg.x86_64" = {reason = "User"}
            'ext.noarch' = { reason = 'External User' }
            "weak.noarch" = {reason="Weak Dependency"}
            "group.noarch" = {reason="Group"}
            "odd.noarch" = {reason="None"}

            [packages."table.i686"]
            reason = "Dependency"

            [other]
            "x.noarch" = {reason="User"}
            reason = "User"
            """
        let expected: [String: PackageState.Reason] = [
            "pkg-libs.x86_64": .dependency, "pkg.x86_64": .user, "ext.noarch": .user,
            "weak.noarch": .dependency,
            "group.noarch": .user, "table.i686": .dependency,
        ]
        #expect(DNFReasons.parse(state: text) == expected)
        #expect(DNFReasons.parse(state: "").isEmpty)
        #expect(DNFReasons.parse(state: "[packages]\n= {reason=\n\"a = \n\"\"\"").isEmpty)
    }

    @Test("where neither is there nothing is known, and a file that is no history is an error")
    func missing() throws {
        let folder = try ScratchFolder()
        let none = folder.appending("none")
        #expect(try DNFReasons.read(state: none, history: none) == nil)
        let path = try folder.write(
            "this is no database, though it is long enough to be looked at as one",
            to: "history"
        )
        let error = #expect(throws: ComponentsError.self) { try DNFReasons.read(state: none, history: path) }
        #expect(error?.code == .packageDatabaseUnreadable)
    }
}
