import Testing

@testable import FabricModel

@Suite struct FactValueTests {
    @Test(
        "a JSON text is read, and every value has one canonical text",
        arguments: [
            (
                #" { "b" : [1, -2.55e1, true ,false, null] , "a":{} } "#,
                #"{"a":{},"b":[1,-25.5,true,false,null]}"#
            ),
            (#""\u00e9\n\"\\\ud83d\ude00\/""#, "\"é\\u000a\\\"\\\\😀/\""),
            ("9223372036854775807", "9223372036854775807"),
            ("9223372036854775808", "9.223372036854776e+18"),
            ("[]", "[]"),
        ]
    )
    func canonical(_ text: String, _ expected: String) throws {
        let value = try FactValue(json: text.utf8)
        #expect(String(decoding: value.canonicalJSON, as: UTF8.self) == expected)
        #expect(try FactValue(json: value.canonicalJSON) == value)
        let data = try CanonicalJSON.encode([value])
        #expect(try CanonicalJSON.decode([FactValue].self, from: data) == [value])
    }

    @Test(
        "what is no JSON text is refused, with the byte",
        arguments: [
            "", "{", "[1,]", "{\"a\" 1}", "{a:1}", "01", "1 2", "\"\u{1}\"", "\"\\x\"", "\"\\u12\"",
            "\"\\ud800\"", "tru", "+1", "-", "1e999", "{\"a\":1,\"a\":2}", "\"abc", ".5", "--1", "nan",
        ]
    )
    func malformed(_ text: String) {
        let error = #expect(throws: ModelError.self) { try FactValue(json: text.utf8) }
        #expect(error?.code == .invalidFacts)
        #expect(error?.message.contains("at byte") == true)
    }

    @Test("a text that is deep or has very many values is refused before it costs anything")
    func bombs() throws {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(throws: ModelError.self) { try FactValue(json: deep.utf8) }
        let edge =
            String(repeating: "[", count: FactValue.deepest)
            + String(repeating: "]", count: FactValue.deepest)
        _ = try FactValue(json: edge.utf8)
        let many = "[" + String(repeating: "0,", count: FactValue.mostValues) + "0]"
        #expect(throws: ModelError.self) { try FactValue(json: many.utf8) }
    }

    @Test("leaves come with their way, numbers in their order")
    func leaves() {
        let facts: FactValue = ["cpu": ["10": "b", "2": "a", "flags": ["x", "y"]], "none": [:]]
        #expect(facts.leaves().map(\.path) == ["cpu.2", "cpu.10", "cpu.flags.0", "cpu.flags.1", "none"])
        #expect(facts[["cpu", "2"]] == "a")
        #expect(facts[["cpu", "3", "x"]] == nil)
    }

    @Test("merging adds what is missing and changes nothing")
    func merging() {
        let own: FactValue = ["a": ["x": "own"], "list": ["1"]]
        let other: FactValue = ["a": ["x": "other", "y": "new"], "list": ["2", "3"], "b": "new"]
        #expect(own.merging(other) == ["a": ["x": "own", "y": "new"], "list": ["1"], "b": "new"])
    }

    @Test("what changes by itself does not change the digest; anything else does")
    func stable() {
        var facts: FactValue = [
            "uptime": "1",
            "memory": ["total": "1kB", "free": "2kB", "swap": ["total": "3kB", "free": "4kB"]],
            "cpu": ["0": ["mhz": "1", "model": "2"]],
            "filesystem": ["by_pair": ["/dev/sda1,/": ["kb_used": "1", "fs_type": "ext4"]]],
            "network": [
                "interfaces": ["eth0": ["mtu": "1500", "addresses": ["2001:db8::7": ["family": "inet6"]]]]
            ],
        ]
        let before = facts.stableDigest
        facts["uptime"] = "9"
        facts["counters"] = ["network": "7"]
        facts["memory"]?["free"] = "9kB"
        facts["memory"]?["swap"]?["free"] = "9kB"
        facts["cpu"]?["0"]?["mhz"] = "9"
        facts["filesystem"]?["by_pair"]?["/dev/sda1,/"]?["kb_used"] = "9"
        facts["filesystem"]?["by_pair"]?["tmpfs,/run/user/1000"] = ["fs_type": "tmpfs"]
        facts["network"]?["interfaces"]?["eth0"]?["arp"] = ["192.0.2.1": "02:00:00:00:00:01"]
        facts["network"]?["interfaces"]?["eth0"]?["addresses"]?["2001:db8::8"] = [
            "tags": ["temporary", "dynamic"]
        ]
        facts["network"]?["interfaces"]?["eth0"]?["addresses"]?["2001:db8::7"]?["tags"] = ["tentative"]
        // A table that has nothing left but what changes by itself is still there.
        facts["network"]?["interfaces"]?["veth12"] = ["mtu": "1500"]
        #expect(facts.stableDigest == before)
        for names in [
            ["memory", "total"], ["memory", "swap", "total"], ["cpu", "0", "model"],
            ["filesystem", "by_pair", "/dev/sda1,/", "fs_type"], ["network", "interfaces", "eth0", "mtu"],
            ["site_plugin"],
        ] {
            var changed = facts
            changed.set("changed", names[...])
            #expect(changed.stableDigest != before, "\(names)")
        }
    }
}

extension FactValue {
    fileprivate mutating func set(_ value: FactValue, _ names: ArraySlice<String>) {
        guard let name = names.first else {
            self = value
            return
        }
        var below = self[name] ?? [:]
        below.set(value, names.dropFirst())
        self[name] = below
    }
}
