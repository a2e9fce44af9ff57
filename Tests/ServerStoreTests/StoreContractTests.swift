import Foundation
import Testing

/// What the contract of a store may rest on.
@Suite struct StoreContractTests {
    private func text(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test("neither the protocol nor its contract knows of an engine")
    func independence() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasPrefix("StoreContract+") || $0 == "StoreContract.swift" }
        #expect(names.count > 20)
        let files = names.map { "Tests/ServerStoreTests/\($0)" } + ["Sources/ServerStore/Store.swift"]
        for file in files {
            let text = try text(file)
            for word in ["@testable", "GRDB", "SQL", "sqlite", "Database("] {
                #expect(!text.contains(word), "\(file): \(word)")
            }
        }
    }

    @Test("every group of cases is among those that an engine has to pass")
    func complete() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().path
        let all = try text("Tests/ServerStoreTests/StoreContract.swift")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder)
        where name.hasPrefix("StoreContract+") {
            let source = try text("Tests/ServerStoreTests/\(name)")
            for match in source.matches(of: /\n    static let (\w+): \[Case\]/) {
                #expect(try all.contains(Regex("\\b\(match.1)\\b")), "\(name): \(match.1)")
            }
        }
        #expect(Set(StoreContract.all.map(\.testDescription)).count == StoreContract.all.count)
    }
}
