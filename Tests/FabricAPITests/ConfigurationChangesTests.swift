import FabricAPI
import FabricModel
import FoundationEssentials
import Testing

@Suite struct ConfigurationChangesTests {
    private func item(_ key: String, _ revision: Int64 = 1) throws -> EffectiveConfiguration.Item {
        EffectiveConfiguration.Item(
            key: try ResourceKey(key),
            entry: .absent,
            tag: try TagName("web"),
            revision: revision
        )
    }

    private func configuration(
        _ items: [EffectiveConfiguration.Item],
        _ etag: String = "1"
    ) -> NodeConfiguration {
        NodeConfiguration(
            etag: etag,
            configuration: EffectiveConfiguration(items: items),
            tags: [],
            lastDecision: 0
        )
    }

    /// Changes that lead to these items.
    private func changes(
        _ items: [EffectiveConfiguration.Item],
        removed: [String] = [],
        to whole: [EffectiveConfiguration.Item],
        since: String = "1"
    ) throws -> ConfigurationChanges {
        ConfigurationChanges(
            etag: "2",
            since: since,
            items: items,
            removed: try removed.map { try ResourceKey($0) },
            digest: ConfigurationDigest(of: EffectiveConfiguration(items: whole)),
            tags: [],
            lastDecision: 0
        )
    }

    @Test("items are set, replaced and removed, and stay in order")
    func apply() throws {
        let before = configuration(try ["package:a", "package:c", "package:d"].map { try item($0) })
        let after = try [
            item("file:/etc/a"), item("package:b"), item("package:c", 2), item("user:z"),
        ]
        let step = try changes(
            [item("user:z"), item("package:c", 2), item("package:b"), item("file:/etc/a")],
            removed: ["package:a", "package:d", "package:never-there"],
            to: after
        )
        #expect(before.applying(step) == configuration(after, "2"))
    }

    /// What a server sends that knows a kind more than this version.
    private func newer(_ text: String) throws -> ConfigurationAnswer {
        try CanonicalJSON.decode(ConfigurationAnswer.self, from: Data(text.utf8))
    }

    private let printer =
        #"{"entry":{"printer":{"at":"ipp://x"}},"key":"printer:lobby","revision":1,"tag":"web"}"#
    private let package = #"{"entry":{"absent":true},"key":"package:a","revision":1,"tag":"web"}"#

    @Test("entries of kinds that a newer server knows are left out and told, and changes of them still fit")
    func unknownKinds() throws {
        let list = #"{"items":[\#(package),\#(printer)]}"#
        let text = #"{"configuration":\#(list),"etag":"1","lastDecision":0,"tags":["web"]}"#
        guard case .whole(let whole) = try newer(text) else {
            Issue.record("it is taken for changes")
            return
        }
        #expect(whole.configuration.items == [try item("package:a")])
        let lobby = UnknownItem(key: "printer:lobby", tag: try TagName("web"), revision: 1)
        #expect(whole.configuration.unknown == [lobby])
        var digest = ConfigurationDigest(of: whole.configuration)
        digest.remove("printer:lobby", tag: "web", revision: 1)
        #expect(digest == ConfigurationDigest(of: EffectiveConfiguration(items: whole.configuration.items)))
        digest.add("printer:lobby", tag: "web", revision: 2)
        let again = printer.replacing(#""revision":1"#, with: #""revision":2"#)
        let changed =
            #"{"digest":"\#(digest)","etag":"2","items":[\#(again)],"lastDecision":0,"removed":[],"#
            + #""since":"1","tags":["web"]}"#
        guard case .changes(let changes) = try newer(changed) else {
            Issue.record("it is taken for a whole configuration")
            return
        }
        let later = try #require(whole.applying(changes))
        #expect(later.configuration.unknown.map(\.revision) == [2])
        #expect(later.configuration.items == whole.configuration.items)
        digest.remove("printer:lobby", tag: "web", revision: 2)
        let removed =
            #"{"digest":"\#(digest)","etag":"3","items":[],"lastDecision":0,"removed":["printer:lobby"],"#
            + #""since":"2","tags":["web"]}"#
        guard case .changes(let removal) = try newer(removed) else { return }
        #expect(later.applying(removal)?.configuration.unknown == [])
        #expect(whole.applying(removal) == nil, "it is of another configuration")
    }

    @Test(
        "what is wrong with an entry of a known kind is an error",
        arguments: [
            #"{"entry":{"printer":{}},"key":"package:a","revision":1,"tag":"web"}"#,
            #"{"entry":{"absent":true},"key":"a","revision":1,"tag":"web"}"#,
            #"{"entry":{"absent":true},"key":"file:a","revision":1,"tag":"web"}"#,
            #"{"entry":{"absent":true},"key":"printer:a","revision":1}"#,
        ]
    )
    func wrongItems(item: String) {
        let text = #"{"configuration":{"items":[\#(item)]},"etag":"1","lastDecision":0,"tags":["web"]}"#
        #expect(throws: (any Error).self) { try newer(text) }
    }

    @Test("changes of another configuration, or that do not come to what they should, are not applied")
    func mismatch() throws {
        let before = configuration([try item("package:a")])
        let after = try [item("package:a"), item("package:b")]
        #expect(try before.applying(changes([item("package:b")], to: after, since: "0")) == nil)
        #expect(try before.applying(changes([item("package:b", 2)], to: after)) == nil)
        #expect(try before.applying(changes([], to: after)) == nil)
        #expect(try before.applying(changes([item("package:b")], to: after)) == configuration(after, "2"))
    }

    @Test("a digest does not depend on the order, and what was taken away has left no trace")
    func digest() throws {
        var digest = ConfigurationDigest()
        digest.add("package:a", tag: "web", revision: 1)
        digest.add("package:b", tag: "web", revision: 1)
        var other = ConfigurationDigest()
        for (key, tag) in [("package:b", "web"), ("package:c", "base"), ("package:a", "web")] {
            other.add(key, tag: tag, revision: 1)
        }
        #expect(digest != other)
        other.remove("package:c", tag: "base", revision: 1)
        #expect(digest == other)
        #expect(ConfigurationDigest(digest.description) == digest)
        digest.remove("package:a", tag: "web", revision: 1)
        digest.remove("package:b", tag: "web", revision: 1)
        #expect(digest.description == "00000000000000000000000000000000")
        for text in ["", "0", "0000000000000000000000000000000g", "+000000000000000+000000000000000"] {
            #expect(ConfigurationDigest(text) == nil, "\(text)")
        }
    }
}
