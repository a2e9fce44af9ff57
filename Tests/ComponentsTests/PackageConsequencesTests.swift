import FabricModel
import FoundationEssentials
import Synchronization
import SystemPackage
import Testing

@testable import Components

@Suite final class PackageConsequencesTests {
    /// A database that only tells what packages ship.
    private final class Database: PackageDatabase {
        let system = PackageSystem.rpm
        let hintDirectory: FilePath = "/var/lib/rpm"
        let warnings: [HealthWarning] = []
        let files = Mutex<[ShippedFile]>([])

        func isHint(name: [UInt8]) -> Bool { true }
        func isBusy() throws(ComponentsError) -> Bool { false }
        func packages() throws(ComponentsError) -> [ResourceKey: PackageState] { [:] }

        func stamp() throws(ComponentsError) -> PackageDatabaseStamp {
            do {
                return try PackageDatabaseStamp(of: [])
            } catch {
                throw ComponentsError(.packageDatabaseUnreadable, "test".utf8, "\(error)")
            }
        }

        func shippedFiles(
            under roots: [FilePath],
            of packages: Set<String>?
        ) throws(ComponentsError) -> [ShippedFile] {
            files.withLock { $0.filter { packages?.contains($0.package) ?? true } }
        }
    }

    private let folder: URL
    private let database = Database()
    private let text = Array("shipped\n".utf8)

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weft-consequences-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func consequences() throws -> PackageConsequences {
        try PackageConsequences(database: database, roots: ["/etc"], folder: FilePath(folder.path))
    }

    private func ship(_ names: String...) {
        let files = names.map { name in
            ShippedFile(
                path: FilePath("/etc/\(name)"),
                package: "svc",
                digest: ShippedDigest(algorithm: .sha256, hex: String(ContentDigest.sha256(text).hexDigits)),
                kind: .regular,
                mode: 0o644,
                owner: "root",
                group: "root"
            )
        }
        database.files.withLock { $0 = files }
    }

    private func state(_ text: [UInt8]) -> ResourceState {
        let root = AccountReference(name: "root", id: 0)
        let content = FileContent(digest: .sha256(text), size: UInt64(text.count))
        return .file(FileState(type: .regular, mode: 0o644, owner: root, group: root, content: content))
    }

    private func change(_ name: String, _ before: ResourceState, _ after: ResourceState) throws -> Change {
        Change(
            key: try ResourceKey("file:/etc/\(name)"),
            before: before,
            after: after,
            at: Timestamp(seconds: 1)
        )
    }

    private func listed(_ changes: [Change], by consequences: PackageConsequences) throws -> [String] {
        let seen = changes.map { SeenChange($0, isDuringTransaction: false) }
        return try feedback(of: seen, by: consequences).map(\.key.name)
    }

    private func feedback(of seen: [SeenChange], by consequences: PackageConsequences) throws -> [Change] {
        let edited = Array("edited\n".utf8)
        let context = FeedbackContext(packages: ["svc"]) { [text] digest in
            digest == .sha256(text) ? text : edited
        }
        return try Dictionary(grouping: seen, by: \.change.key).values
            .compactMap { try consequences.feedback(of: $0, in: context) }
            .sorted { $0.key < $1.key }
    }

    private var svc: [ResourceKey] {
        get throws { [try ResourceKey("package:svc")] }
    }

    @Test("what a package brings is not listed, what was made of it afterwards is")
    func installed() throws {
        let consequences = try consequences()
        try consequences.load()
        ship("a", "b")
        try consequences.transactionEnded(changing: svc)
        let changes = try [
            change("a", .absent, state(text)), change("b", .absent, state(Array("edited\n".utf8))),
            change("other", .absent, state(text)),
        ]
        #expect(try listed(changes, by: consequences) == ["/etc/b", "/etc/other"])
    }

    @Test("what an admin makes of a packaged file begins with what the package brought")
    func duringTransaction() throws {
        let consequences = try consequences()
        try consequences.load()
        ship("a", "b", "c", "d")
        try consequences.transactionEnded(changing: svc)
        var owned = state(text)
        if case .file(var file) = owned {
            file.owner = AccountReference(name: "svc", id: 101)
            owned = .file(file)
        }
        let edited = state(Array("edited\n".utf8))
        let rows: [(String, ResourceState, ResourceState, Bool)] = [
            ("a", .absent, state(text), true), ("a", state(text), edited, false),
            ("b", .absent, state(text), true), ("b", state(text), .absent, false),
            ("c", .absent, state(text), true), ("c", state(text), owned, true),
            ("d", .absent, state(text), true), ("d", state(text), owned, false),
        ]
        let seen = try rows.map { row in
            SeenChange(try change(row.0, row.1, row.2), isDuringTransaction: row.3)
        }
        let net = try feedback(of: seen, by: consequences)
        #expect(net.map(\.key.name) == ["/etc/a", "/etc/b", "/etc/d"])
        #expect(net.map(\.before) == [state(text), state(text), state(text)])
        #expect(net.map(\.after) == [edited, .absent, owned])
    }

    /// Explains everything that was seen while a transaction was running.
    private struct Moment: PackageTrace {
        func explains(
            _ change: Change,
            isDuringTransaction: Bool,
            in context: FeedbackContext
        ) throws -> Bool { isDuringTransaction }
    }

    @Test("the packages' tools are told whether all of a change was seen while a transaction was running")
    func moment() throws {
        let consequences = try PackageConsequences(
            database: database,
            roots: ["/etc"],
            folder: FilePath(folder.path),
            traces: [Moment()]
        )
        let (old, new) = (state(text), state(Array("edited\n".utf8)))
        let rows: [(String, ResourceState, ResourceState, Bool)] = [
            ("a", .absent, old, true), ("b", .absent, old, false),
            ("c", .absent, old, true), ("c", old, new, false),
            ("d", .absent, old, false), ("d", old, new, true),
        ]
        let seen = try rows.map { SeenChange(try change($0.0, $0.1, $0.2), isDuringTransaction: $0.3) }
        let net = try feedback(of: seen, by: consequences)
        #expect(net.map(\.key.name) == ["/etc/b", "/etc/c", "/etc/d"])
        #expect(net.map(\.before) == [.absent, old, .absent])
    }

    @Test("a file that its package still ships and somebody removed is listed, one that went with it is not")
    func removed() throws {
        ship("a", "b")
        let consequences = try consequences()
        try consequences.load()
        ship("b")
        try consequences.transactionEnded(changing: svc)
        let changes = try [change("a", state(text), .absent), change("b", state(text), .absent)]
        #expect(try listed(changes, by: consequences) == ["/etc/b"])
        try consequences.forgetReplaced()
        #expect(try listed(changes, by: consequences) == ["/etc/a", "/etc/b"])
    }

    @Test("what a package shipped is known after a restart, also when it was removed meanwhile")
    func restarted() throws {
        ship("a")
        try consequences().load()
        ship()
        let changes = try [change("a", state(text), .absent)]
        let again = try consequences()
        try again.transactionEnded(changing: svc)
        #expect(try listed(changes, by: again).isEmpty)
        #expect(try listed(changes, by: consequences()).isEmpty, "between the removal and its commit")
    }

    @Test("what is laid beside a packaged file is never listed, and a file of such a name elsewhere is")
    func leftovers() throws {
        let consequences = try consequences()
        try consequences.load()
        ship("a")
        try consequences.transactionEnded(changing: svc)
        let changes = try [
            change("a.rpmnew", .absent, state(text)), change("a.dpkg-dist", state(text), .absent),
            change("other.rpmnew", .absent, state(text)),
        ]
        #expect(try listed(changes, by: consequences) == ["/etc/other.rpmnew"])
    }

    @Test("units are known by the packages that ship or shipped them")
    func units() throws {
        let files = [
            "/usr/lib/systemd/system/svc.service", "/etc/init.d/old", "/usr/lib/systemd/user/own.service",
        ]
        .map { ShippedFile(path: FilePath($0), package: "svc") }
        database.files.withLock { $0 = files }
        let consequences = try consequences()
        try consequences.load()
        #expect(consequences.units(of: ["svc"]) == ["svc.service", "old.service"])
        #expect(consequences.units(of: ["other"]).isEmpty)
        database.files.withLock { $0 = [] }
        try consequences.transactionEnded(changing: svc)
        #expect(consequences.units(of: ["svc"]) == ["svc.service", "old.service"])
        try consequences.forgetReplaced()
        #expect(consequences.units(of: ["svc"]).isEmpty)
    }
}
