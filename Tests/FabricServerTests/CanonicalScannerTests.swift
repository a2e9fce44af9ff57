import FabricAPI
import FabricModel
import FoundationEssentials
import HTTPTypes
import ServerStore
import Testing

@testable import FabricServer

/// The quick reader of uploads against `JSONDecoder`, which is right by definition.
@Suite struct CanonicalScannerTests {
    private func canonical(_ upload: CommitUpload) throws -> [UInt8] {
        Array(try CanonicalJSON.encode(upload))
    }

    @Test(
        "what nodes send is read the quick way, with the same result and the changes' own text",
        arguments: 0..<200 as Range<UInt64>
    )
    func equal(seed: UInt64) throws {
        var random = RandomCommits(seed: seed)
        let commits = try (0..<3).map { _ in try random.next() }
        let bytes = try canonical(CommitUpload(commits: commits))
        let text = String(decoding: bytes, as: UTF8.self)
        // Control characters are written as \u00xx, which is left to the decoder.
        guard !text.contains("\\u") else {
            #expect(throws: CanonicalScanner.Mismatch.self) { try CommitUpload.canonicalCommits(in: bytes) }
            #expect(try CommitUpload.commits(in: bytes).map(\.commit) == commits)
            return
        }
        let received = try CommitUpload.canonicalCommits(in: bytes)
        #expect(received.map(\.commit) == commits)
        for (received, commit) in zip(received, commits) {
            #expect(
                try received.changesText.map { Array($0.utf8) } == Array(CanonicalJSON.encode(commit.changes))
            )
        }
    }

    @Test("the plain commit of an edit is read the quick way")
    func plain() throws {
        let commit = Sample.commit(
            [try Sample.edit("/etc/motd", from: "a", to: "b")],
            of: .make(at: Sample.time)
        )
        #expect(try CommitUpload.canonicalCommits(in: canonical(CommitUpload(commits: [commit]))).count == 1)
    }

    @Test("JSON in another form is read all the same")
    func otherForms() throws {
        let commit = Sample.commit(
            [try Sample.edit("/etc/motd", from: "a", to: nil)],
            of: .make(at: Sample.time)
        )
        let encoder = JSONEncoder()
        for formatting in [[], .prettyPrinted, [.prettyPrinted, .sortedKeys]]
            as [JSONEncoder.OutputFormatting]
        {
            encoder.outputFormatting = formatting
            let bytes = Array(try encoder.encode(CommitUpload(commits: [commit])))
            #expect(try CommitUpload.commits(in: bytes).map(\.commit) == [commit])
        }
        let text = String(decoding: try canonical(CommitUpload(commits: [commit])), as: UTF8.self)
        let later = text.replacing("\"trigger\":", with: "\"severity\":3,\"trigger\":")
        #expect(try CommitUpload.commits(in: Array(later.utf8)).map(\.commit) == [commit])
        #expect(try CommitUpload.commits(in: Array(later.utf8)).map(\.changesText) == [nil])
    }

    @Test(
        "damaged bytes are never taken for something that JSONDecoder does not read the same way",
        arguments: 0..<40 as Range<UInt64>
    )
    func damaged(seed: UInt64) throws {
        var commits = RandomCommits(seed: seed)
        var random = SplitMix(state: seed)
        let whole = try canonical(CommitUpload(commits: [commits.next()]))
        for _ in 0..<100 {
            var bytes = whole
            for _ in 0...Int.random(in: 0...2, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes[index] = .random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(bytes[index], at: index)
                default: bytes.removeSubrange(index...)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            guard let quick = try? CommitUpload.canonicalCommits(in: bytes) else { continue }
            let slow = try? JSONDecoder().decode(CommitUpload.self, from: Data(bytes))
            #expect(quick.map(\.commit) == slow?.commits, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test(
        "numbers are read as JSON has them",
        arguments: [
            ("0", 0), ("-0", 0), ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("01", nil), ("-", nil), ("", nil),
            ("+1", nil),
            ("1.0", nil), ("1e3", nil),
        ]
    )
    func numbers(text: String, expected: Int64?) {
        var scanner = CanonicalScanner(Array(text.utf8))
        let value = try? scanner.integer() as Int64
        #expect((scanner.isAtEnd ? value : nil) == expected)
    }
}
