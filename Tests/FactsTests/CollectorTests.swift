import FabricModel
import FoundationEssentials
import Glibc
import LinuxSystem
import Synchronization
import SystemPackage
import Testing

@testable import Facts

/// Files of a machine that a test writes.
private final class Machine {
    let files: MachineFiles
    private let root: String

    init(_ texts: [String: String]) throws {
        root = FileManager.default.temporaryDirectory.appending(path: "weft-facts-\(UUID())").path
        files = MachineFiles(root: FilePath(root))
        for (path, text) in texts {
            let url = URL(filePath: root).appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
    }

    /// What a collector finds out, while the files are there.
    func facts(_ collector: some FactCollector) throws -> FactValue {
        try withExtendedLifetime(self) { try collector.collect(files) }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }
}

@Suite struct CollectorTests {
    @Test(
        "a distribution has ohai's name, family and version",
        arguments: [
            ("ID=\"rhel\"\nVERSION_ID=\"9.3\"\n", "redhat", "rhel", "9.3"),
            ("ID=rocky\nVERSION_ID=\"9.4\"\nID_LIKE=\"rhel centos fedora\"\n", "rocky", "rhel", "9.4"),
            ("ID=\"centos\"\nVERSION_ID=\"7\"\n", "centos", "rhel", "7.9.2009"),
            ("ID=\"ol\"\nVERSION_ID=\"8.9\"\n", "oracle", "rhel", "8.9"),
            ("ID=\"sles\"\nVERSION_ID=\"15.5\"\n", "suse", "suse", "15.5"),
            ("ID=\"opensuse-leap\"\nVERSION_ID=\"15.5\"\n", "opensuseleap", "suse", "15.5"),
            ("ID=ubuntu\nVERSION_ID=\"22.04\"\nID_LIKE=debian\n", "ubuntu", "debian", "22.04"),
            ("ID=debian\n", "debian", "debian", "trixie/sid"),
            ("ID=fedora\nVERSION_ID=40\n", "fedora", "fedora", "40"),
            ("ID=arch\n", "arch", "arch", "6.1.0-18-amd64"),
        ]
    )
    func platforms(_ release: String, _ platform: String, _ family: String, _ version: String) throws {
        let machine = try Machine([
            "etc/os-release": "# comment\n" + release + "HOME_URL=\"https://x/?a=b\"\n",
            "etc/redhat-release": "CentOS Linux release 7.9.2009 (Core)\n",
            "etc/debian_version": "trixie/sid\n",
            "proc/sys/kernel/osrelease": "6.1.0-18-amd64\n",
        ])
        let facts = try machine.facts(PlatformCollector())
        #expect(facts["platform"]?.text == platform)
        #expect(facts["platform_family"]?.text == family)
        #expect(facts["platform_version"]?.text == version)
        #expect(facts["os_release"]?["home_url"] == "https://x/?a=b")
    }

    @Test("processors without cores in cpuinfo are counted by their topology")
    func topology() throws {
        let folder = "sys/devices/system/cpu"
        var texts = ["proc/cpuinfo": "", "\(folder)/cpufreq": "", "\(folder)/online": "0-3"]
        for number in 0..<4 {
            texts["proc/cpuinfo", default: ""] +=
                "processor\t: \(number)\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\n\n"
            texts["\(folder)/cpu\(number)/topology/core_id"] = "\(number / 2)\n"
            texts["\(folder)/cpu\(number)/topology/physical_package_id"] = "0\n"
        }
        let cpu = try Machine(texts).facts(CPUCollector())["cpu"]
        #expect(cpu?["total"] == .integer(4))
        #expect(cpu?["cores"] == .integer(2))
        #expect(cpu?["real"] == .integer(1))
        #expect(cpu?["3"]?["features"] == ["fp", "asimd"])
        #expect(cpu?["3"]?["bogomips"] == "50.00")
    }

    @Test("the flags of a processor are not those of its virtual machines")
    func flags() throws {
        let text = "processor\t: 0\nflags\t\t: fpu vmx\nvmx flags\t: vnmi\nphysical id\t: 0\ncpu cores\t: 1\n"
        let cpu = try Machine(["proc/cpuinfo": text]).facts(CPUCollector())["cpu"]
        #expect(cpu?["0"]?["flags"] == ["fpu", "vmx"])
    }

    @Test(
        "guests and hosts are told by what hypervisors and containers leave",
        arguments: [
            (["sys/devices/virtual/misc/kvm": "", "proc/cpuinfo": "flags : fpu hypervisor"], "kvm", "guest"),
            (["sys/devices/virtual/misc/kvm": "", "proc/cpuinfo": "flags : fpu"], "kvm", "host"),
            (["proc/cpuinfo": "model name : QEMU Virtual CPU version 2.5+"], "kvm", "guest"),
            (["proc/xen/capabilities": "control_d\n"], "xen", "host"),
            (["proc/xen/capabilities": ""], "xen", "guest"),
            (["proc/modules": "vboxguest 1 2\n"], "vbox", "guest"),
            (["sys/class/dmi/id/sys_vendor": "VMware, Inc."], "vmware", "guest"),
            (["sys/class/dmi/id/product_name": "VirtualBox"], "vbox", "guest"),
            (
                [
                    "sys/class/dmi/id/sys_vendor": "Microsoft Corporation",
                    "sys/class/dmi/id/product_name": "Virtual Machine",
                ], "hyperv", "guest"
            ),
            (["proc/self/cgroup": "12:pids:/docker/0123abc\n"], "docker", "guest"),
            (
                ["proc/self/cgroup": "0::/\n", "proc/1/environ": "a=b\0container=systemd-nspawn\0"], "nspawn",
                "guest"
            ),
            ([".dockerenv": ""], "docker", "guest"), (["proc/cpuinfo": "flags : fpu"], nil, nil),
        ] as [([String: String], String?, String?)]
    )
    func virtualization(_ files: [String: String], _ system: String?, _ role: String?) throws {
        let found = try Machine(files).facts(VirtualizationCollector())["virtualization"]
        #expect(found?["system"]?.text == system)
        #expect(found?["role"]?.text == role)
        #expect(system.map { found?["systems"]?[$0]?.text == role } ?? true)
    }

    @Test(
        "times are told in words",
        arguments: [
            (5, "05 seconds"), (65, "1 minutes 05 seconds"), (3600, "1 hours 00 minutes 00 seconds"),
            (86_400, "1 day 00 hours 00 minutes 00 seconds"),
            (180_061, "2 days 02 hours 01 minutes 01 seconds"),
        ]
    )
    func uptime(_ seconds: Int64, _ words: String) {
        #expect(UptimeCollector.words(seconds) == words)
    }

    @Test("room is counted as df does: upwards, and without what is reserved for root")
    func room() {
        let room = FilesystemRoom(
            blocks: 1000,
            freeBlocks: 300,
            availableBlocks: 250,
            blockSize: 1000,
            inodes: 0,
            freeInodes: 0
        )
        #expect(room.facts["kb_size"] == "977")
        #expect(room.facts["kb_used"] == "684")
        #expect(room.facts["percent_used"] == "74%")
        #expect(room.facts["total_inodes"] == nil)
    }

    @Test(
        "a collector that does not come back is left out, holds one thread, and is asked again once it has ended"
    )
    func timeLimit() throws {
        let gate = Gate()
        let survey = FactSurvey(
            MachineFiles(root: "/nonexistent"),
            collectors: [MemoryCollector(), gate],
            limit: .seconds(1)
        )
        for _ in 0..<3 {
            let outcome = survey.collect()
            #expect(outcome.problems.map(\.collector) == ["gate"])
            #expect(outcome.facts["memory"] != nil)
        }
        #expect(gate.calls == 1)
        gate.open.signal()
        var outcome = survey.collect()
        while !outcome.problems.isEmpty { outcome = survey.collect() }
        #expect(outcome.facts["gate"] == "open")
    }

    @Test("what was found out once stays while its collector fails")
    func lastKnown() {
        struct Moody: FactCollector {
            let name = "moody"
            let count = Count()
            func collect(_ machine: MachineFiles) throws -> FactValue {
                guard count.value.add(1, ordering: .relaxed).oldValue == 0 else {
                    throw SystemError(.socket, errno: EPERM, "rtnetlink".utf8)
                }
                return ["mood": "good"]
            }
        }
        let survey = FactSurvey(MachineFiles(root: "/nonexistent"), collectors: [Moody()])
        let (first, second) = (survey.collect(), survey.collect())
        #expect(first.problems.isEmpty && !second.problems.isEmpty)
        #expect(second.facts == first.facts && first.facts == ["mood": "good"])
    }

    @Test("a collector that fails says why, and the others go on")
    func failure() {
        struct Failing: FactCollector {
            let name = "failing"
            func collect(_ machine: MachineFiles) throws -> FactValue {
                throw SystemError(.socket, errno: EPERM, "rtnetlink".utf8)
            }
        }
        let outcome = FactSurvey(
            MachineFiles(root: "/nonexistent"),
            collectors: [Failing(), MemoryCollector()]
        )
        .collect()
        #expect(outcome.problems.first?.description.contains("failing: rtnetlink") == true)
        #expect(outcome.facts["memory"] != nil)
    }
}

private final class Count: Sendable {
    let value = Atomic(0)
}

/// A collector that comes back when it is let.
private struct Gate: FactCollector {
    let name = "gate"
    let open: Wakeup
    private let count = Count()

    init() {
        do { open = try Wakeup() } catch { preconditionFailure("\(error)") }
    }

    var calls: Int { count.value.load(ordering: .sequentiallyConsistent) }

    func collect(_ machine: MachineFiles) -> FactValue {
        let isFirst = count.value.add(1, ordering: .sequentiallyConsistent).oldValue == 0
        if isFirst { _ = open.wait(timeout: .seconds(60)) }
        return ["gate": "open"]
    }
}
