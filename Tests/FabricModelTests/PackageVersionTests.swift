import FabricModel
import Foundation
import Testing
import TrialFabric

@Suite("Versions of packages")
struct PackageVersionTests {
    @Test(
        "a version is read into its parts and written again",
        arguments: [
            ("1.22.1-9", 0, "1.22.1", "9"), ("1:2.3-4.el9", 1, "2.3", "4.el9"), ("2.36", 0, "2.36", nil),
            ("1-2-3", 0, "1-2", "3"), ("4294967295:1", 4_294_967_295, "1", nil), ("0:1:2-3", 0, "1:2", "3"),
            ("2:1:2", 2, "1:2", nil), ("1.0~rc1^git2-1", 0, "1.0~rc1^git2", "1"), ("a:1", 0, "a:1", nil),
        ] as [(String, UInt32, String, String?)]
    )
    func parts(text: String, epoch: UInt32, version: String, release: String?) throws {
        let read = try PackageVersion(text)
        #expect(read == PackageVersion(epoch: epoch, version: version, release: release))
        #expect(try PackageVersion(read.description) == read)
    }

    @Test("an epoch of nothing is left out, unless a colon would be taken for one")
    func epochs() throws {
        #expect(try PackageVersion("0:1.2-3").description == "1.2-3")
        #expect(try PackageVersion("01:1.2").description == "1:1.2")
        #expect(PackageVersion(version: "1:2").description == "0:1:2")
    }

    @Test(
        "what is no version is refused",
        arguments: ["", "-", "1-", "-1", "1:", "1:-2", "1 2", " 1", "1\n", "1.2-3\u{0}", "é", "1:2-"]
    )
    func refused(text: String) {
        let error = #expect(throws: ModelError.self) { try PackageVersion(text) }
        #expect(error?.code == .invalidState)
    }

    @Test("a sign makes no epoch", arguments: ["+5:1", "-5:1"])
    func signs(text: String) throws {
        if let read = try? PackageVersion(text) { #expect(read.epoch == 0) }
    }

    @Test("random versions come back")
    func roundTrip() throws {
        var random = RandomValues(seed: 6)
        for _ in 0..<3000 {
            let text = random.text(of: "0129aZ.+~^:-", 1...10)
            guard let version = try? PackageVersion(text) else { continue }
            #expect(try PackageVersion(version.description) == version, "\(text)")
        }
    }

    @Test(
        "the epoch counts before the version, and the version before the release",
        arguments: PackageSystem.allCases
    )
    func order(system: PackageSystem) throws {
        let ascending = ["1.0-1", "1.0-2", "1.0-10", "1.1-1", "1.10-1", "1:0.1-1", "1:0.1-2", "2:0-0"]
        let versions = try ascending.map { try PackageVersion($0) }
        for (left, one) in versions.enumerated() {
            for (right, two) in versions.enumerated() {
                #expect(one.compare(to: two, in: system).signum() == (left - right).signum())
            }
        }
    }

    @Test("for rpm a missing release equals any, for dpkg it is the smallest")
    func missingRelease() throws {
        let (bare, first) = (try PackageVersion("1.2"), try PackageVersion("1.2-1"))
        #expect(bare.compare(to: first, in: .rpm) == 0)
        #expect(first.compare(to: bare, in: .rpm) == 0)
        #expect(bare.compare(to: first, in: .dpkg) < 0)
        #expect(first.compare(to: bare, in: .dpkg) > 0)
        #expect(bare.compare(to: try PackageVersion("1.2-0"), in: .dpkg) == 0)
        #expect(bare.compare(to: try PackageVersion("1.2-0~"), in: .dpkg) > 0)
    }
}

/// *Source*: the cases of rpm's `tests/rpmvercmp.at`, as far as they state facts about versions.
@Suite("rpm's order of versions")
struct RPMVersionTests {
    @Test(
        "older, equal and newer",
        arguments: [
            ("1.0", "1.0", 0), ("1.0", "2.0", -1), ("2.0", "1.0", 1), ("2.0.1", "2.0.1", 0),
            ("2.0", "2.0.1", -1),
            ("2.0.1", "2.0", 1), ("2.0.1a", "2.0.1a", 0), ("2.0.1a", "2.0.1", 1), ("2.0.1", "2.0.1a", -1),
            ("5.5p1", "5.5p1", 0), ("5.5p1", "5.5p2", -1), ("5.5p2", "5.5p1", 1), ("5.5p10", "5.5p10", 0),
            ("5.5p1", "5.5p10", -1), ("5.5p10", "5.5p1", 1), ("10xyz", "10.1xyz", -1),
            ("10.1xyz", "10xyz", 1),
            ("xyz10", "xyz10", 0), ("xyz10", "xyz10.1", -1), ("xyz10.1", "xyz10", 1), ("xyz.4", "xyz.4", 0),
            ("xyz.4", "8", -1), ("8", "xyz.4", 1), ("xyz.4", "2", -1), ("2", "xyz.4", 1),
            ("5.5p2", "5.6p1", -1),
            ("5.6p1", "5.5p2", 1), ("5.6p1", "6.5p1", -1), ("6.5p1", "5.6p1", 1), ("6.0.rc1", "6.0", 1),
            ("6.0", "6.0.rc1", -1), ("10b2", "10a1", 1), ("10a2", "10b2", -1), ("1.0aa", "1.0aa", 0),
            ("1.0a", "1.0aa", -1), ("1.0aa", "1.0a", 1), ("10.0001", "10.0001", 0), ("10.0001", "10.1", 0),
            ("10.1", "10.0001", 0), ("10.0001", "10.0039", -1), ("10.0039", "10.0001", 1),
            ("4.999.9", "5.0", -1),
            ("5.0", "4.999.9", 1), ("20101121", "20101121", 0), ("20101121", "20101122", -1),
            ("20101122", "20101121", 1), ("2_0", "2_0", 0), ("2.0", "2_0", 0), ("2_0", "2.0", 0),
            ("a", "a", 0),
            ("a+", "a+", 0), ("a+", "a_", 0), ("a_", "a+", 0), ("+a", "+a", 0), ("+a", "_a", 0),
            ("_a", "+a", 0),
            ("+_", "+_", 0), ("_+", "+_", 0), ("_+", "_+", 0), ("+", "_", 0), ("_", "+", 0),
            // Tilde: before everything.
            ("1.0~rc1", "1.0~rc1", 0), ("1.0~rc1", "1.0", -1), ("1.0", "1.0~rc1", 1),
            ("1.0~rc1", "1.0~rc2", -1),
            ("1.0~rc2", "1.0~rc1", 1), ("1.0~rc1~git123", "1.0~rc1~git123", 0),
            ("1.0~rc1~git123", "1.0~rc1", -1),
            ("1.0~rc1", "1.0~rc1~git123", 1),
            // Caret: after the base, before the next.
            ("1.0^", "1.0^", 0), ("1.0^", "1.0", 1), ("1.0", "1.0^", -1), ("1.0^git1", "1.0^git1", 0),
            ("1.0^git1", "1.0", 1), ("1.0", "1.0^git1", -1), ("1.0^git1", "1.0^git2", -1),
            ("1.0^git2", "1.0^git1", 1), ("1.0^git1", "1.01", -1), ("1.01", "1.0^git1", 1),
            ("1.0^20160101", "1.0^20160101", 0), ("1.0^20160101", "1.0.1", -1), ("1.0.1", "1.0^20160101", 1),
            ("1.0^20160101^git1", "1.0^20160101^git1", 0), ("1.0^20160102", "1.0^20160101^git1", 1),
            ("1.0^20160101^git1", "1.0^20160102", -1), ("1.0~rc1^git1", "1.0~rc1^git1", 0),
            ("1.0~rc1^git1", "1.0~rc1", 1), ("1.0~rc1", "1.0~rc1^git1", -1),
            ("1.0^git1~pre", "1.0^git1~pre", 0),
            ("1.0^git1", "1.0^git1~pre", 1), ("1.0^git1~pre", "1.0^git1", -1),
            // Oddities that are so on purpose.
            ("1b.fc17", "1b.fc17", 0), ("1b.fc17", "1.fc17", -1), ("1.fc17", "1b.fc17", 1),
            ("1g.fc17", "1g.fc17", 0),
            ("1g.fc17", "1.fc17", 1), ("1.fc17", "1g.fc17", -1), ("1.1.α", "1.1.α", 0), ("1.1.α", "1.1.β", 0),
            ("1.1.αα", "1.1.α", 0), ("", "", 0), ("", "1", -1),
            ("99999999999999999999", "99999999999999999998", 1),
        ] as [(String, String, Int)]
    )
    func table(left: String, right: String, order: Int) {
        #expect(PackageSystem.rpm.compare(left, right).signum() == order)
        #expect(PackageSystem.rpm.compare(right, left).signum() == -order)
    }

    @Test(
        "random versions with releases are ordered as this machine's rpm does",
        .enabled("rpm is not installed") { Program.exists("rpm") }
    )
    func asRPM() throws {
        var random = RandomValues(seed: 7)
        for _ in 0..<8 {
            let pairs = (0..<250).map { _ in (Self.version(&random), Self.version(&random)) }
            let calls = pairs.map { "print(rpm.vercmp(\"\($0)\",\"\($1)\")..\"\\n\")" }.joined(separator: " ")
            let output = try Program.run(["rpm", "--eval", "%{lua:\(calls)}"])
            let orders = output.split(whereSeparator: \.isNewline).compactMap { Int($0) }
            #expect(orders.count == pairs.count)
            for (pair, order) in zip(pairs, orders) {
                let (left, right) = (try PackageVersion(pair.0), try PackageVersion(pair.1))
                #expect(left.compare(to: right, in: .rpm).signum() == order, "\(pair)")
            }
        }
    }

    private static func version(_ random: inout RandomValues) -> String {
        let epoch = ["", "", "", "0:", "1:", "2:"].randomElement(using: &random) ?? ""
        let version = random.text(of: "0019abZ..+_~^", 1...7)
        return epoch + version + "-" + random.text(of: "0019abZ..+_~^", 1...4)
    }
}

@Suite("dpkg's order of versions")
struct DebianVersionTests {
    @Test(
        "older, equal and newer, by Debian policy 5.6.12",
        arguments: [
            ("1.0", "1.0", 0), ("1.0", "1.1", -1), ("1.2", "1.10", -1), ("1.0~rc1", "1.0", -1),
            ("1.0~~", "1.0~", -1),
            ("1.0~", "1.0", -1), ("~~", "~~a", -1), ("~~a", "~", -1), ("~", "", -1), ("", "a", -1),
            ("1.0", "1.0a", -1),
            ("1.0a", "1.0+", -1), ("1.0+b1", "1.0.1", -1), ("1.0", "1.0+nmu1", -1),
            ("1.2.3", "1.2.3~bpo1", 1),
            ("007", "7", 0), ("1.00", "1.0", 0), ("1.0", "1.", 0), ("a", "1", 1), ("1.a", "1.1", 1),
            ("Z", "a", -1),
            ("99999999999999999999", "99999999999999999998", 1), ("0", "", 0),
        ] as [(String, String, Int)]
    )
    func table(left: String, right: String, order: Int) {
        #expect(PackageSystem.dpkg.compare(left, right).signum() == order)
        #expect(PackageSystem.dpkg.compare(right, left).signum() == -order)
    }

    @Test(
        "random versions are ordered as this machine's dpkg does",
        .enabled("dpkg is not installed") { Program.exists("dpkg") }
    )
    func asDpkg() throws {
        var random = RandomValues(seed: 8)
        let pairs = try (0..<300).map { _ in (try Self.version(&random), try Self.version(&random)) }
        let compare = """
            while read -r a b; do
                for relation in lt eq gt; do
                    if dpkg --compare-versions "$a" $relation "$b"; then echo $relation; fi
                done
            done
            """
        let input = pairs.map { "\($0.text) \($1.text)" }.joined(separator: "\n")
        let lines = try Program.run(["sh", "-c", "\(compare) <<'END'\n\(input)\nEND"]).split(separator: "\n")
        #expect(lines.count == pairs.count)
        for (pair, line) in zip(pairs, lines) {
            let order = pair.0.version.compare(to: pair.1.version, in: .dpkg).signum()
            #expect(["lt", "eq", "gt"][order + 1] == line, "\(pair)")
        }
    }

    /// A version that dpkg takes too.
    private static func version(
        _ random: inout RandomValues
    ) throws -> (text: String, version: PackageVersion) {
        let epoch = ["", "", "0:", "1:", "2:"].randomElement(using: &random) ?? ""
        let release = Bool.random(using: &random) ? "-" + random.text(of: "0019aZ.+~", 1...4) : ""
        let text = epoch + random.text(of: "019", 1...1) + random.text(of: "0019aZ..+~", 0...5) + release
        return (text, try PackageVersion(text))
    }
}

/// Programs of this machine that know better.
private enum Program {
    static func exists(_ name: String) -> Bool {
        ["/usr/bin/", "/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + name) }
    }

    static func run(_ arguments: [String]) throws -> String {
        try runToEnd(URL(filePath: "/usr/bin/env"), arguments, within: 120).text
    }
}
