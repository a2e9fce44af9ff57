import Testing

@testable import FabricModel

@Suite struct FactQueryTests {
    private static let facts: FactValue = [
        "platform": "debian", "platform_version": "12",
        "kernel": ["release": "6.1.0-18-amd64", "name": "Linux"],
        "memory": ["total": "16304428kB", "swap": ["total": "0kB"]],
        "cpu": [
            "total": .integer(8),
            "0": ["flags": ["fpu", "vmx"], "cache_size": "1024 KB", "mhz": "2596.124"],
        ],
        "network": [
            "interfaces": [
                "eth0": [
                    "mtu": "1500",
                    "addresses": [
                        "02:FC:00:00:00:01": ["family": "lladdr"],
                        "192.0.2.2": ["family": "inet", "prefixlen": "24"],
                    ],
                    "routes": [
                        ["destination": "default", "via": "192.0.2.1"], ["destination": "192.0.2.0/24"],
                    ],
                ],
                "eth0.10": ["mtu": "9000"],
            ]
        ],
        "block_device": ["sda": ["size": "2000000", "rotational": "0"]],
        "filesystem": [
            "by_pair": ["/dev/sda1,/": ["kb_size": "50000000", "percent_used": "55%", "fs_type": "ext4"]]
        ],
        "domain": .null, "fips": ["kernel": ["enabled": .bool(false)]], "empty": [:],
    ]

    @Test(
        "a query is true of what an admin would say it is true of",
        arguments: [
            ("platform=debian", true), ("platform==debian", true), ("platform = \"debian\"", true),
            ("platform=Debian", false), ("platform~DEB", true), ("platform~d*n", true),
            ("platform~e*n", false),
            ("platform=deb*", true), ("platform=\"deb*\"", false),
            ("platform!=debian", false), ("platform!=ubuntu", true), ("missing!=x", false),
            ("platform!~sus", true),
            ("memory.total>=16GB", true), ("memory.total>=16GiB", false), ("memory.total>=15.5GiB", true),
            ("memory.total<17000000kB", true), ("memory.total=16304428kB", true),
            ("memory.total>16304428", false),
            ("memory.swap.total=0", true),
            ("cpu.total>4", true), ("cpu.total>=8", true), ("cpu.total<8", false), ("cpu.total=8", true),
            ("cpu.0.flags=vmx", true), ("cpu.*.flags=vmx", true), ("cpu.*.flags=svm", false),
            ("cpu.*.flags!=svm", true), ("cpu.*.flags!=vmx", false), ("cpu.0.mhz>2000", true),
            ("cpu.0.cache_size>=1MiB", true),
            ("platform_version>=9", true), ("platform_version>9.10", true), ("kernel.release>=6.1", true),
            ("kernel.release<6.10", true), ("kernel.release>=6.2", false), ("kernel.release~amd64", true),
            ("network.interfaces.*.addresses.*.family=lladdr", true),
            ("network.interfaces.eth0.addresses.192.0.2.2.prefixlen=24", true),
            ("network.interfaces.eth0.addresses.\"192.0.2.2\".family=inet", true),
            ("network.interfaces.*.addresses.02:FC:00:00:00:01", true),
            ("network.interfaces.eth0.10.mtu=9000", true), ("network.interfaces.eth0.mtu=9000", false),
            ("network.interfaces.eth?.mtu=9000", false), ("network.interfaces.*.mtu=9000", true),
            ("network.interfaces.eth0.routes.via=192.0.2.1", true),
            ("network.interfaces.eth0.routes.0.destination=default", true),
            ("network.interfaces.eth0.routes.1.destination=default", false),
            ("network.interfaces.eth0.routes.*.destination=default", true),
            ("block_device.*.size>=1GB", true), ("block_device.*.size>=2GB", false),
            ("filesystem.by_pair.*.kb_size>50GB", true), ("filesystem.by_pair.*.percent_used>50%", true),
            ("filesystem.by_pair.*.percent_used>60", false),
            ("filesystem.by_pair./dev/sda1,/.fs_type=ext4", true),
            ("fips.kernel.enabled=false", true), ("domain", true), ("empty", true), ("nothing", false),
            ("platform", true), ("network.interfaces", true), ("not nothing", true), ("NOT platform", false),
            ("platform=debian and cpu.total>4", true), ("platform=debian AND cpu.total>40", false),
            ("platform=suse or platform=debian and cpu.total>4", true),
            ("(platform=suse or platform=debian) and cpu.total>40", false),
            ("not (platform=suse or cpu.total>40)", true), ("not platform=suse and not cpu.total>40", true),
            ("platform>linux", false), ("platform<linux", true), ("network>1", false),
        ]
    )
    func matches(_ text: String, _ expected: Bool) throws {
        #expect((try FactQuery(text).matches(in: Self.facts) != nil) == expected)
    }

    @Test("an answer comes with the facts that make it one, each once")
    func leaves() throws {
        let query = try FactQuery("network.interfaces.*.mtu>1400 and (cpu.total>4 or cpu.total>5) and not x")
        let leaves = try #require(query.matches(in: Self.facts))
        #expect(
            leaves.map(\.path) == [
                "network.interfaces.eth0.mtu", "network.interfaces.\"eth0.10\".mtu", "cpu.total",
            ]
        )
        #expect(try FactQuery("not x").matches(in: Self.facts) == [])
    }

    @Test(
        "a query that is none is refused, and the error points at the place",
        arguments: [
            ("", 1), ("platform=", 10), ("platform= and cpu.total>4", 10), ("memory..total", 8),
            ("(platform", 1),
            ("platform debian", 10), ("platform=\"x", 10), ("a=1 or", 7), ("a=1 and or b", 9), (">=3", 1),
            ("a=>3", 2), ("a.=3", 3), ("not", 4), ("a)", 2),
        ]
    )
    func refused(_ text: String, _ place: Int) {
        let error = #expect(throws: ModelError.self) { try FactQuery(text) }
        #expect(error?.code == .invalidQuery)
        let lines = error?.message.split(separator: "\n").map(String.init) ?? []
        #expect(lines.first?.hasSuffix("at character \(place):") == true, "\(lines)")
        #expect(lines.last == "    " + String(repeating: " ", count: place - 1) + "^", "\(lines)")
    }

    @Test("names of facts may be words of the language where an operator follows")
    func words() throws {
        #expect(try FactQuery("not=3").matches(in: ["not": .integer(3)]) != nil)
        #expect(try FactQuery("notebook").matches(in: ["notebook": "x"]) != nil)
        #expect(try FactQuery("order=1 or origin=2").matches(in: ["origin": "2"]) != nil)
    }

    @Test("nothing takes a query apart that is nested too deep")
    func depth() {
        let text = String(repeating: "(", count: 100_000) + "a"
        #expect(throws: ModelError.self) { try FactQuery(text) }
        #expect(throws: ModelError.self) { try FactQuery(String(repeating: "not ", count: 100_000) + "a") }
    }

    @Test("a path is read as it is written, whatever the names are")
    func paths() throws {
        let names = ["a.b", "c \"d\"", "*", "e", "/dev/sda1,/", "0", "ü", ""]
        let path = try FactPath(FactPath.text(of: names))
        var facts: FactValue = "found"
        for name in names.reversed() { facts = [name: facts] }
        #expect(path.values(in: facts) == [FactLeaf(names: names, value: "found")])
        #expect(try FactPath(path.description) == path)
    }

    @Test("a pattern with many stars costs little")
    func glob() {
        let glob = Glob(String(repeating: "*a", count: 40) + "b")
        #expect(!glob.matches(String(repeating: "a", count: 4000)))
        #expect(Glob("*a?").matches("xxab"))
        #expect(!Glob("a?").matches("a"))
    }
}
