import FabricModel
import Testing

@testable import Components

@Suite("Questions by systemctl")
struct SystemctlTests {
    private let fake: FakeSystemctl

    init() throws { fake = try FakeSystemctl() }

    @Test("what units do, by the list of those in memory, also by that of an older one with marks")
    func list() throws {
        // systemctl list-units --all --full --plain --no-legend --no-pager, on the dpkg node with systemd 252
        let lines = #"""
            home.mount                                                        not-found inactive dead      home.mount
            run-credentials-systemd\x2dsysctl.service.mount                   loaded    active   mounted   /run/credentials/systemd-sysctl.service
            cron.service                                                      loaded    active   running   Regular background program processing daemon
            e2scrub_reap.service                                              loaded    inactive dead      Remove Stale Online ext4 Metadata Check Snapshots
            ● broken.service                                                  loaded    failed   failed    Broken
            slow.service                                                      loaded    activating start start Slow
            slower.service                                                    loaded    deactivating stop-sigterm stop Slower

            """#
        try fake.folder.write(lines, to: "units")
        #expect(
            try fake.questions.activity() == [
                "home.mount": .stopped, #"run-credentials-systemd\x2dsysctl.service.mount"#: .running,
                "cron.service": .running, "e2scrub_reap.service": .stopped, "broken.service": .failed,
                "slow.service": .changing, "slower.service": .changing,
            ]
        )
    }

    // systemctl show --no-pager --property=… -- cron.service nope.service sshd.service, on the same node
    private static let shown = """
        BusName=
        Names=cron.service
        TriggeredBy=
        LoadState=loaded
        ActiveState=active

        BusName=
        Names=nope.service
        TriggeredBy=
        LoadState=not-found
        ActiveState=inactive

        BusName=
        Names=ssh.service sshd.service
        TriggeredBy=
        LoadState=loaded
        ActiveState=active

        """

    @Test("what some units do, by the names that were asked for; nothing while the system is not up")
    func activity() throws {
        try fake.set(shown: Self.shown)
        let units: Set = ["cron.service", "nope.service", "sshd.service"]
        let activity: [String: UnitActivity] = [
            "cron.service": .running, "nope.service": .stopped, "sshd.service": .running,
        ]
        for state in ["running", "degraded", "maintenance"] {
            try fake.set(state: state)
            #expect(try fake.questions.activity(of: units) == activity)
        }
        for state in ["initializing", "starting", "stopping"] {
            try fake.set(state: state)
            #expect(try fake.questions.activity(of: units) == [:])
        }
        try fake.set(state: "offline")
        #expect(throws: ComponentsError.self) { try fake.questions.activity(of: units) }
        #expect(try fake.questions.activity(of: []) == [:])
    }

    @Test(
        "what starts a unit when it is needed: D-Bus, and what is at work",
        arguments: [
            ("TriggeredBy=", "BusName=", "active", false), ("TriggeredBy=", "BusName=org.a", "active", true),
            ("TriggeredBy=a.socket", "BusName=", "active", true),
            ("TriggeredBy=a.socket", "BusName=", "inactive", false),
        ]
    )
    func triggers(by: String, name: String, socket: String, isTriggered: Bool) throws {
        try fake.set(
            shown: FakeSystemctl.stanza("a.service", "LoadState=loaded", by, name)
                + FakeSystemctl.stanza("a.socket", "ActiveState=\(socket)")
        )
        #expect(try fake.questions.isTriggered("a.service") == isTriggered)
    }

    @Test("of a unit that is not there it is not known what starts it")
    func unknown() throws {
        try fake.set(shown: Self.shown)
        let error = #expect(throws: ComponentsError.self) { try fake.questions.isTriggered("nope.service") }
        #expect(error?.code == .programFailed)
    }
}
