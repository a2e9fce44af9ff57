import FabricModel
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import Components

/// The numbers and the order are those of a node with systemd 252, taken with `busctl monitor`.
@Suite("Jobs of systemd")
struct SystemdJobsTests {
    @Test("one order after the other: neither follows from the other")
    func apart() {
        // systemctl start a b, where b requires dep
        var jobs = SystemdJobs()
        jobs.added(351, "a.service")
        #expect(jobs.removed(351) == [])
        jobs.added(401, "b.service")
        jobs.added(402, "dep.service")
        #expect(jobs.removed(402) == ["b.service"])
        #expect(jobs.removed(401) == [])
    }

    @Test("a job that ends last, but was announced first, follows from none")
    func anchor() {
        // systemctl stop dep
        var jobs = SystemdJobs()
        jobs.added(504, "dep.service")
        jobs.added(505, "b.service")
        #expect(jobs.removed(505) == ["dep.service"])
        #expect(jobs.removed(504) == [])
    }

    @Test("numbers count, not the order of what was announced together")
    func numbers() {
        // systemctl isolate multi-user.target
        var jobs = SystemdJobs()
        jobs.added(1465, "multi-user.target")
        jobs.added(1512, "modprobe@efi_pstore.service")
        jobs.added(1475, "systemd-modules-load.service")
        #expect(jobs.removed(1475) == ["multi-user.target"])
        #expect(jobs.removed(1512) == ["multi-user.target", "systemd-modules-load.service"])
        #expect(SystemdJobs.haveTarget(["multi-user.target", "a.service"]))
        #expect(!SystemdJobs.haveTarget(["a.service"]))
    }

    @Test("a job of which nothing was announced, or that has ended already, follows from none")
    func unknown() {
        var jobs = SystemdJobs()
        #expect(jobs.removed(7) == [])
        jobs.added(8, "a.service")
        jobs.added(9, "b.service")
        #expect(jobs.removed(9) == ["a.service"])
        #expect(jobs.removed(9) == [])
    }

    @Test(
        "a unit's object has its name with escapes",
        arguments: [
            ("cron.service", "cron_2eservice"), ("getty@tty1.service", "getty_40tty1_2eservice"),
            (#"a\x2db.mount"#, "a_5cx2db_2emount"), ("3proxy.service", "_33proxy_2eservice"),
        ]
    )
    func path(unit: String, name: String) {
        #expect(SystemdBus.unitPath(unit) == "/org/freedesktop/systemd1/unit/\(name)")
    }

    @Test(
        "what systemd calls active",
        arguments: [
            ("active", .running), ("reloading", .running), ("inactive", .stopped), ("deactivating", .stopped),
            ("failed", .failed), ("activating", .changing),
        ] as [(String, UnitActivity)]
    )
    func activity(active: String, activity: UnitActivity) {
        #expect(SystemdBus.activity(active) == activity)
    }

    @Test(
        "where neither a bus nor systemctl answers, that is a problem, no news come, and it ends when it is told to",
        .ownThread
    )
    func noBus() throws {
        let folder = try ScratchFolder()
        let systemd = try Systemd(
            address: "unix:path=\(folder.appending("nobody").string)",
            program: folder.appending("no-systemctl").string
        )
        let thread = try WorkerThread.start(name: "systemd") {
            systemd.run(isOfInterest: { _ in true }) { _ in }
        }
        var problem = systemd.problem
        while problem == nil {
            sched_yield()
            problem = systemd.problem
        }
        #expect(problem?.code == "services-not-observed")
        #expect(!systemd.flush(timeout: .seconds(60)))
        let error = #expect(throws: ComponentsError.self) { try systemd.activity(of: ["cron.service"]) }
        #expect(error?.code == .programFailed)
        systemd.stop()
        #expect(thread.join(timeout: .seconds(60)))
    }
}
