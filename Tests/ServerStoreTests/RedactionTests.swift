import FabricAPI
import FabricModel
import Foundation
import Testing

@testable import ServerStore

/// What is left of a redacted content in the files of the store.
@Suite struct RedactionTests {
    /// A content that cannot be compressed, and pieces of it as they lie in a file.
    struct Secret {
        let bytes: [UInt8]
        let digest: ContentDigest

        init(size: Int) {
            var random = SystemRandomNumberGenerator()
            bytes = (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            digest = .sha256(bytes)
        }

        /// Whether a piece of it lies in any file of the folder.
        func isFound(in folder: String) throws -> Bool {
            let pieces = stride(from: 0, to: bytes.count - 16, by: 500).map { Data(bytes[$0..<$0 + 16]) }
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                let file = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
                if pieces.contains(where: { file.range(of: $0) != nil }) { return true }
            }
            return false
        }
    }

    private func redact(_ secret: Secret, in store: SQLiteStore) async throws {
        let outcome = try await store.redact(secret.digest, reason: nil, by: "root", at: Fabric.moment(1))
        #expect(outcome.wasHeld)
    }

    @Test(
        "no byte of it is left in any file, also where others have the store open",
        arguments: [900, 100_000]
    )
    func bytes(size: Int) async throws {
        try await withTemporaryFolder { root in
            let folder = root + "/store"
            let server = try await SQLiteStore(folder: folder)
            let node = try await Fabric(store: server).node("web1")
            let (secret, kept) = (Secret(size: size), Secret(size: size))
            for content in [secret, kept] {
                try await server.putContent(content.bytes, digest: content.digest, from: node)
            }
            #expect(try secret.isFound(in: folder))
            let other = try await SQLiteStore(folder: folder)
            try await redact(secret, in: other)
            #expect(try !secret.isFound(in: folder))
            try await other.close()
            await expectRefusal(.contentRedacted) { _ = try await server.content(secret.digest) }
            #expect(try await server.content(kept.digest) == kept.bytes)
            try await Fabric(store: server).tag("web")
            try await server.close()
            #expect(try !secret.isFound(in: folder))
        }
    }

    @Test("a database that is restored from a copy of before loses it again when it is opened")
    func restore() async throws {
        try await withTemporaryFolder { root in
            let (folder, copy) = (root + "/store", root + "/copy")
            let files = FileManager.default
            let secret = Secret(size: 5000)
            var store = try await SQLiteStore(folder: folder)
            let node = try await Fabric(store: store).node("web1")
            try await store.putContent(secret.bytes, digest: secret.digest, from: node)
            try await store.close()
            try files.copyItem(atPath: folder, toPath: copy)
            store = try await SQLiteStore(folder: folder)
            try await redact(secret, in: store)
            try await store.close()

            // What is restored has no such file.
            try files.moveItem(atPath: RedactionFile(folder: folder).path, toPath: root + "/kept")
            try files.removeItem(atPath: folder)
            try files.moveItem(atPath: copy, toPath: folder)
            try files.moveItem(atPath: root + "/kept", toPath: RedactionFile(folder: folder).path)
            #expect(try secret.isFound(in: folder))
            store = try await SQLiteStore(folder: folder)
            #expect(try !secret.isFound(in: folder))
            await expectRefusal(.contentRedacted) { _ = try await store.content(secret.digest) }
            await expectRefusal(.contentRedacted) {
                try await store.putContent(secret.bytes, digest: secret.digest, from: node)
            }
            #expect(try await store.redactions(for: node) == [secret.digest])
            try await store.close()
        }
    }

    @Test(
        "a redaction that a crash kept from the database is done when it is opened, and half a line is none"
    )
    func crash() async throws {
        try await withTemporaryFolder { root in
            let folder = root + "/store"
            let secret = Secret(size: 5000)
            var store = try await SQLiteStore(folder: folder)
            let node = try await Fabric(store: store).node("web1")
            try await store.putContent(secret.bytes, digest: secret.digest, from: node)
            try await store.close()
            let file = RedactionFile(folder: folder)
            try Data(#"{"at":"2026-"#.utf8).write(to: URL(filePath: file.path))
            let record = RedactionFile.Record(digest: secret.digest, at: Fabric.moment(1), by: "root")
            try file.append(record)
            #expect(try file.records() == [record])
            store = try await SQLiteStore(folder: folder)
            await expectRefusal(.contentRedacted) { _ = try await store.content(secret.digest) }
            #expect(try !secret.isFound(in: folder))

            try await store.close()
        }
    }
}
