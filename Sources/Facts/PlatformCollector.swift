import FabricModel

/// Which distribution it is.
///
/// *Source*: os-release(5), and the files that some distributions had before.
struct PlatformCollector: FactCollector {
    let name = "platform"

    func collect(_ machine: MachineFiles) -> FactValue {
        let place = machine.exists("etc/os-release") ? "etc/os-release" : "usr/lib/os-release"
        let release = machine.assignments(place)
        let values = Dictionary(release) { $1 }
        var facts: FactValue = ["os": "linux"]
        var lowered: [String: FactValue] = [:]
        for (name, value) in release {
            lowered[name.lowercased()] =
                name == "ID_LIKE"
                ? .list(value.split(separator: " ").map { .text(String($0)) }) : .text(value)
        }
        facts["os_release"] = .table(lowered)
        guard let id = values["ID"] else { return facts }
        let platform = Self.names[id] ?? id
        facts["platform"] = .text(platform)
        facts["platform_version"] = version(id, values["VERSION_ID"], machine).map { .text($0) }
        facts["platform_family"] = Self.family(of: platform).map { .text($0) }
        if let lsb = lsb(values, machine) { facts["lsb"] = lsb }
        return facts
    }

    private func version(_ id: String, _ stated: String?, _ machine: MachineFiles) -> String? {
        // CentOS states the major version alone.
        if id == "centos", let text = machine.word("etc/redhat-release") {
            let number = text.split(separator: " ").first { $0.first?.isNumber ?? false }
            if let number { return String(number) }
        }
        // Testing and unstable state none.
        if id == "debian" { return stated ?? machine.word("etc/debian_version") }
        return stated ?? machine.word("proc/sys/kernel/osrelease")
    }

    /// What lsb_release(1) prints, which reads the same files.
    private func lsb(_ release: [String: String], _ machine: MachineFiles) -> FactValue? {
        let stated = Dictionary(machine.assignments("etc/lsb-release")) { $1 }
        if let id = stated["DISTRIB_ID"] {
            var facts: FactValue = ["id": .text(id)]
            facts["description"] = stated["DISTRIB_DESCRIPTION"].map { .text($0) }
            facts["release"] = stated["DISTRIB_RELEASE"].map { .text($0) }
            facts["codename"] = stated["DISTRIB_CODENAME"].map { .text($0) }
            return facts
        }
        guard release["ID"] == "debian", machine.exists("usr/bin/lsb_release") else { return nil }
        var facts: FactValue = ["id": "Debian"]
        facts["description"] = release["PRETTY_NAME"].map { .text($0) }
        facts["release"] = release["VERSION_ID"].map { .text($0) }
        facts["codename"] = release["VERSION_CODENAME"].map { .text($0) }
        return facts
    }

    /// By the distribution's own id: ohai's names are older than os-release.
    private static let names = [
        "alinux": "alibabalinux", "amzn": "amazon", "archarm": "arch", "cumulus-linux": "cumulus",
        "ol": "oracle", "opensuse-leap": "opensuseleap", "rhel": "redhat", "sles_sap": "suse", "sles": "suse",
        "xenenterprise": "xenserver",
    ]

    /// A platform is of the first family of which a word occurs in its name.
    private static let families: [(family: String, words: [String])] = [
        ("debian", ["debian", "ubuntu", "linuxmint", "raspbian", "cumulus", "kali", "pop"]),
        (
            "rhel",
            [
                "oracle", "centos", "redhat", "almalinux", "rocky", "scientific", "enterpriseenterprise",
                "xcp",
                "xenserver", "cloudlinux", "ibm_powerkvm", "parallels", "clearos", "bigip", "alibabalinux",
                "sangoma",
            ]
        ),
        ("amazon", ["amazon"]), ("suse", ["suse", "sles", "sled"]),
        ("fedora", ["fedora", "pidora", "arista_eos"]),
        ("wrlinux", ["nexus", "ios_xr"]), ("gentoo", ["gentoo"]), ("slackware", ["slackware"]),
        ("arch", ["arch", "manjaro", "antergos"]), ("exherbo", ["exherbo"]), ("alpine", ["alpine"]),
        ("clearlinux", ["clearlinux"]), ("mandriva", ["mageia"]),
    ]

    private static func family(of platform: String) -> String? {
        families.first { $0.words.contains { platform.contains($0) } }?.family
    }
}

extension String {
    /// Whether the text has another one in it.
    func contains(_ part: String) -> Bool {
        let (bytes, part) = (Array(utf8), Array(part.utf8))
        guard part.count <= bytes.count else { return false }
        return (0...(bytes.count - part.count)).contains { bytes[$0...].starts(with: part) }
    }
}
