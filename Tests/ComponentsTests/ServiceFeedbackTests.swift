import FabricModel
import Testing

@testable import Components

@Suite("Feedback of services")
struct ServiceFeedbackTests {
    /// One recorded change, by what came after.
    struct Row {
        var after: ResourceState
        var isDuring = false
        var isLate = false
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var system: PackageSystem
        var unit = "cron.service"
        /// Whether the unit's package changed in the batch.
        var isOfPackage = true
        /// Whether the unit's file is there at the end.
        var exists = true
        var before: ResourceState = .absent
        /// What a tag says of the unit.
        var entry: Entry?
        var rows: [Row]
        /// The change that is listed; `nil` for none.
        var listed: (before: ResourceState, after: ResourceState)?
    }

    private static let wants = "multi-user.target.wants"
    private static let running = UnitFixture.state(wants, isRunning: true)
    private static let stopped = UnitFixture.state(wants, isRunning: false)
    private static let off = UnitFixture.state(isRunning: false)
    private static let offRunning = UnitFixture.state(isRunning: true)
    private static let wanted = Entry.service(ServiceState(links: [wants], isRunning: true))
    private static let masked = UnitFixture.state(isMasked: true, isRunning: false)

    // cron.service is enabled by its package, ssh.service is not.
    private static let cases: [Case] = [
        Case(
            testDescription: "Debian enables and starts it",
            system: .dpkg,
            rows: [Row(after: stopped, isDuring: true), Row(after: running, isDuring: true)]
        ),
        Case(
            testDescription: "its start is seen when the lock is let go",
            system: .dpkg,
            rows: [Row(after: stopped, isDuring: true), Row(after: running)]
        ),
        Case(
            testDescription: "all of it is seen then, at once",
            system: .dpkg,
            rows: [Row(after: running)]
        ),
        Case(
            testDescription: "Debian enables it, and its package does not start it",
            system: .dpkg,
            rows: [Row(after: stopped, isDuring: true)]
        ),
        Case(
            testDescription: "installed, then disabled and stopped by an admin",
            system: .dpkg,
            rows: [
                Row(after: stopped, isDuring: true), Row(after: running, isDuring: true), Row(after: off),
            ],
            listed: (running, off)
        ),
        Case(
            testDescription: "installed and disabled, seen at once",
            system: .dpkg,
            rows: [Row(after: offRunning, isDuring: true)],
            listed: (running, offRunning)
        ),
        Case(
            testDescription: "installed, then stopped by an admin",
            system: .dpkg,
            rows: [Row(after: running, isDuring: true), Row(after: stopped)],
            listed: (running, stopped)
        ),
        Case(
            testDescription: "installed, then masked by an admin",
            system: .dpkg,
            rows: [Row(after: running, isDuring: true), Row(after: masked)],
            listed: (running, masked)
        ),
        Case(
            testDescription: "enabled by an admin, though its package is in the batch",
            system: .dpkg,
            unit: "ssh.service",
            rows: [Row(after: running)],
            listed: (off, running)
        ),
        Case(
            testDescription: "the same while packages are installed",
            system: .dpkg,
            unit: "ssh.service",
            rows: [Row(after: running, isDuring: true)],
            listed: (off, running)
        ),
        Case(
            testDescription: "enabled by an admin, of no package in the batch",
            system: .dpkg,
            isOfPackage: false,
            rows: [Row(after: running, isDuring: true)],
            listed: (.absent, running)
        ),
        Case(
            testDescription: "an update starts it anew",
            system: .dpkg,
            before: running,
            rows: [Row(after: stopped, isDuring: true), Row(after: running)]
        ),
        Case(
            testDescription: "an update stops it",
            system: .dpkg,
            before: running,
            rows: [Row(after: stopped, isDuring: true)]
        ),
        Case(
            testDescription: "an update enables it",
            system: .dpkg,
            before: off,
            rows: [Row(after: stopped, isDuring: true), Row(after: running, isDuring: true)]
        ),
        Case(
            testDescription: "stopped by an admin beside its update",
            system: .dpkg,
            before: running,
            rows: [Row(after: stopped)],
            listed: (running, stopped)
        ),
        Case(
            testDescription: "disabled by an admin before its update, which restarts it",
            system: .dpkg,
            before: running,
            rows: [
                Row(after: offRunning), Row(after: off, isDuring: true),
                Row(after: offRunning, isDuring: true),
            ],
            listed: (running, offRunning)
        ),
        Case(
            testDescription: "disabled by an admin while it is updated",
            system: .dpkg,
            before: running,
            rows: [Row(after: offRunning, isDuring: true)],
            listed: (running, offRunning)
        ),
        Case(
            testDescription: "removed with its package, which leaves its link",
            system: .dpkg,
            exists: false,
            before: running,
            rows: [Row(after: stopped, isDuring: true)]
        ),
        Case(
            testDescription: "removed, and masked by Debian until it is purged",
            system: .dpkg,
            unit: "left.service",
            exists: false,
            before: running,
            rows: [Row(after: stopped, isDuring: true), Row(after: masked, isDuring: true)]
        ),
        Case(
            testDescription: "removed, and masked by an admin",
            system: .dpkg,
            exists: false,
            before: running,
            rows: [Row(after: stopped, isDuring: true), Row(after: masked)],
            listed: (stopped, masked)
        ),
        Case(
            testDescription: "gone with its package",
            system: .rpm,
            exists: false,
            before: running,
            rows: [Row(after: off, isDuring: true), Row(after: .absent)]
        ),
        Case(
            testDescription: "gone with its package, though a tag wants it",
            system: .rpm,
            exists: false,
            before: running,
            entry: wanted,
            rows: [Row(after: off, isDuring: true), Row(after: .absent)],
            listed: (running, .absent)
        ),
        Case(
            testDescription: "removed with its package, which leaves its link, though a tag wants it",
            system: .dpkg,
            exists: false,
            before: running,
            entry: wanted,
            rows: [Row(after: stopped, isDuring: true)],
            listed: (running, .absent)
        ),
        Case(
            testDescription: "gone with its package, and a tag does not want it to be started",
            system: .rpm,
            exists: false,
            before: running,
            entry: .service(ServiceState(isRunning: false)),
            rows: [Row(after: off, isDuring: true), Row(after: .absent)]
        ),
        Case(
            testDescription:
                "gone with its package, which brought it in the same batch, though a tag wants it",
            system: .rpm,
            exists: false,
            entry: wanted,
            rows: [Row(after: stopped, isDuring: true), Row(after: .absent)]
        ),
        Case(
            testDescription: "back with its package, though a tag says since it went that it is not there",
            system: .dpkg,
            entry: .absent,
            rows: [Row(after: stopped, isDuring: true), Row(after: running, isDuring: true)],
            listed: (.absent, running)
        ),
        Case(
            testDescription: "back with its package, which does not have it started",
            system: .rpm,
            unit: "ssh.service",
            entry: .absent,
            rows: [Row(after: off, isDuring: true)]
        ),
        Case(
            testDescription: "stopped by an update, though a tag wants it: it can be started again",
            system: .dpkg,
            before: running,
            entry: wanted,
            rows: [Row(after: stopped, isDuring: true)]
        ),
        Case(
            testDescription: "gone, of no package in the batch",
            system: .rpm,
            isOfPackage: false,
            exists: false,
            before: running,
            rows: [Row(after: .absent)],
            listed: (running, .absent)
        ),
        Case(
            testDescription: "a preset enables it",
            system: .rpm,
            rows: [Row(after: stopped, isDuring: true)]
        ),
        Case(
            testDescription: "a preset enables it, and an admin starts it",
            system: .rpm,
            rows: [Row(after: stopped, isDuring: true), Row(after: running)],
            listed: (stopped, running)
        ),
        Case(
            testDescription: "its package starts it too",
            system: .rpm,
            rows: [Row(after: stopped, isDuring: true), Row(after: running, isDuring: true)]
        ),
        Case(
            testDescription: "an admin enables and starts what presets leave alone",
            system: .rpm,
            unit: "ssh.service",
            rows: [Row(after: stopped), Row(after: running)],
            listed: (off, running)
        ),
        Case(
            testDescription: "the same while packages are installed",
            system: .rpm,
            unit: "ssh.service",
            rows: [Row(after: stopped, isDuring: true), Row(after: running, isDuring: true)],
            listed: (off, running)
        ),
        Case(
            testDescription: "an admin enables it, and thinks better of it",
            system: .rpm,
            unit: "ssh.service",
            rows: [Row(after: stopped), Row(after: off)]
        ),
        Case(
            testDescription: "stopped and started again",
            system: .rpm,
            isOfPackage: false,
            before: running,
            rows: [Row(after: stopped), Row(after: running)]
        ),
        Case(
            testDescription: "stopped while other packages change",
            system: .rpm,
            isOfPackage: false,
            before: running,
            rows: [Row(after: stopped, isDuring: true)]
        ),
        Case(
            testDescription: "started while other packages change, which nobody had enabled",
            system: .dpkg,
            isOfPackage: false,
            rows: [Row(after: offRunning, isDuring: true)]
        ),
        Case(
            testDescription: "stopped while other packages change, and then disabled by an admin",
            system: .rpm,
            isOfPackage: false,
            before: running,
            rows: [Row(after: stopped, isDuring: true), Row(after: off)],
            listed: (running, offRunning)
        ),
        Case(
            testDescription: "found stopped after the system was down",
            system: .rpm,
            isOfPackage: false,
            before: running,
            rows: [Row(after: stopped, isLate: true)]
        ),
        Case(
            testDescription: "found stopped, and then started by an admin",
            system: .rpm,
            isOfPackage: false,
            before: running,
            rows: [Row(after: stopped, isLate: true), Row(after: running)]
        ),
        Case(
            testDescription: "found stopped, and then disabled by an admin",
            system: .rpm,
            isOfPackage: false,
            before: running,
            rows: [Row(after: stopped, isLate: true), Row(after: off)],
            listed: (running, offRunning)
        ),
        Case(
            testDescription: "enabled and started while nobody looked",
            system: .rpm,
            isOfPackage: false,
            rows: [Row(after: running, isLate: true)],
            listed: (.absent, running)
        ),
    ]

    @Test("what stands for itself is listed, what follows is not", arguments: cases)
    func listed(row: Case) throws {
        let fixture = try UnitFixture()
        let notes = "var/lib/systemd/deb-systemd-helper-enabled"
        try fixture.write(
            "/etc/systemd/system/multi-user.target.wants/cron.service\n",
            to: "\(notes)/cron.service.dsh-also"
        )
        try fixture.write("", to: "\(notes)/multi-user.target.wants/cron.service")
        try fixture.write("", to: "var/lib/systemd/deb-systemd-helper-masked/left.service")
        try fixture.write("enable cron.service\ndisable *\n", to: "usr/lib/systemd/system-preset/90.preset")
        if !row.exists { fixture.remove("usr/lib/systemd/system/\(row.unit)") }
        let component = ServiceComponent(FakeServiceManager(fixture), row.system, root: fixture.folder.path)

        var before = row.before
        var seen: [SeenChange] = []
        for (second, step) in row.rows.enumerated() {
            let change = Change(
                key: try UnitFixture.key(row.unit),
                before: before,
                after: step.after,
                at: Timestamp(seconds: Int64(second)),
                actor: second == 0 ? Actor(tier: .inferred, name: "ann") : .unknown,
                isLate: step.isLate
            )
            seen.append(SeenChange(change, isDuringTransaction: step.isDuring))
            before = step.after
        }
        let units: Set<String> = row.isOfPackage ? [row.unit, "other.service"] : ["other.service"]
        let context = FeedbackContext(units: units, entry: { _ in row.entry })
        let change = try component.feedback(of: seen, in: context)
        #expect(change?.before == row.listed?.before)
        #expect(change?.after == row.listed?.after)
        if let change {
            #expect(change.at == seen.last?.change.at)
            #expect(change.actor.name == "ann")
        }
    }
}
