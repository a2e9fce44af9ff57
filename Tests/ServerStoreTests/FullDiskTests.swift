import FabricAPI
import FabricModel
import Foundation
import Glibc
import ServerStore
import Testing

struct FullDiskTests {
    @Test(
        "a full disk is unavailable, loses nothing that was accepted, and is over when there is room again",
        .enabled(if: SmallDisk.isAvailable, "mounting a tmpfs needs CAP_SYS_ADMIN")
    )
    func fullDisk() async throws {
        try await SmallDisk.with(megabytes: 6) { folder in
            let ballast = folder + "/ballast"
            try Data(count: 3 << 20).write(to: URL(filePath: ballast))
            let store = try await SQLiteStore(folder: folder + "/store")
            let node = try await Fabric(store: store).node("web1")
            var kept: [ContentDigest] = []
            await expectRefusal(.unavailable, naming: "try again") {
                for _ in 0..<1000 { kept.append(contentsOf: try await upload(6, to: store, from: node)) }
            }
            #expect(!kept.isEmpty)
            for digest in kept {
                #expect(try await ContentDigest.sha256(store.content(digest)) == digest)
            }
            try FileManager.default.removeItem(atPath: ballast)
            kept += try await upload(6, to: store, from: node)
            try await store.close()

            let again = try await SQLiteStore(folder: folder + "/store")
            for digest in kept {
                #expect(try await ContentDigest.sha256(again.content(digest)) == digest)
            }
            try await again.close()
            try checkIntegrity(folder + "/store")
        }
    }

    /// Uploads contents that cannot be compressed, at the same time; throws when one of them is refused.
    private func upload(
        _ count: Int,
        to store: SQLiteStore,
        from node: NodeID
    ) async throws -> [ContentDigest] {
        try await withThrowingTaskGroup(of: ContentDigest.self) { group in
            for _ in 0..<count {
                group.addTask {
                    var random = SystemRandomNumberGenerator()
                    let content = (0..<20_000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
                    let digest = ContentDigest.sha256(content)
                    try await store.putContent(content, digest: digest, from: node)
                    return digest
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

/// A tmpfs of a few megabytes, mounted for one test.
private enum SmallDisk {
    static let isAvailable: Bool = {
        let path = NSTemporaryDirectory() + "weft-mount-\(UUID().uuidString)"
        guard mkdir(path, 0o700) == 0 else { return false }
        defer { rmdir(path) }
        guard mount("tmpfs", path, "tmpfs", 0, "size=1m") == 0 else { return false }
        return umount2(path, Int32(MNT_DETACH)) == 0
    }()

    static func with(megabytes: Int, _ body: (String) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            try #require(mount("tmpfs", folder, "tmpfs", 0, "size=\(megabytes)m") == 0)
            defer { umount2(folder, Int32(MNT_DETACH)) }
            try await body(folder)
        }
    }
}
