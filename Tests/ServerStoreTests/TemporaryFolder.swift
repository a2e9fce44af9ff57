import FabricModel
import Foundation
import ServerStore
import Testing

/// Runs a test in a folder that is removed afterwards.
func withTemporaryFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let path = NSTemporaryDirectory() + "weft-store-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
        atPath: path,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o755]
    )
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

/// Runs a test with an empty store.
func withStore(_ body: (SQLiteStore) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
        let store = try await SQLiteStore(folder: folder + "/store")
        try await body(store)
        try await store.close()
    }
}

/// The permission bits of a file.
func permissions(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
}

/// Expects the store not to open.
func expectNotOpened(
    _ code: StoreError.Code,
    _ folder: String,
    at location: SourceLocation = #_sourceLocation
) async {
    do {
        let store = try await SQLiteStore(folder: folder)
        try await store.close()
        Issue.record("was opened", sourceLocation: location)
    } catch let error as StoreError {
        #expect(error.code == code, "\(error)", sourceLocation: location)
        #expect(error.description.hasPrefix(folder), sourceLocation: location)
    } catch {
        Issue.record(error, sourceLocation: location)
    }
}
