import FabricModel
import Synchronization
import SystemPackage
import Testing

@testable import Components

@Suite("Services")
struct ServiceComponentTests {
    private let fixture: UnitFixture
    private let manager: FakeServiceManager
    private let component: ServiceComponent

    init() throws {
        fixture = try UnitFixture()
        manager = FakeServiceManager(fixture)
        component = ServiceComponent(manager, .dpkg, root: fixture.folder.path)
    }

    private func state(_ unit: String) throws -> ResourceState? {
        let observations = try component.identify([UnitFixture.key(unit)])
        #expect(observations.count == 1)
        return observations.first?.state
    }

    @Test("all are those with a link, a mask or an entry")
    func all() throws {
        try fixture.enable("cron.service", "multi-user.target.wants")
        try fixture.mask("nope.service")
        manager.set("cron.service", .running)
        component.watch(
            [try UnitFixture.key("static.service"), try UnitFixture.key("gone.service")],
            wanted: [:]
        )
        let found = try component.identify(nil)
        #expect(found.map(\.key.name) == ["cron.service", "nope.service", "static.service"])
        #expect(
            found.map(\.state) == [
                UnitFixture.state("multi-user.target.wants", isRunning: true),
                UnitFixture.state(isMasked: true), UnitFixture.state(),
            ]
        )
    }

    @Test("a unit that is asked for is there when it exists")
    func asked() throws {
        manager.set("cron.service", .running)
        #expect(try state("cron.service") == UnitFixture.state())
        #expect(try state("getty@tty1.service") == UnitFixture.state())
        #expect(try state("nope.service") == .absent)
    }

    @Test("the links and the mask that a removed package left of a unit are nobody's, those of others are")
    func left() throws {
        let notes = "var/lib/systemd/deb-systemd-helper-enabled"
        for unit in ["left.service", "other.service", "gone.service"] {
            try fixture.enable(unit, "multi-user.target.wants")
        }
        try fixture.write(
            "/etc/systemd/system/multi-user.target.wants/left.service\n",
            to: "\(notes)/left.service.dsh-also"
        )
        try fixture.write("", to: "\(notes)/multi-user.target.wants/left.service")
        try fixture.mask("gone.service")
        #expect(try state("left.service") == .absent)
        #expect(try state("other.service") == UnitFixture.state("multi-user.target.wants"))
        try fixture.enable("left.service", "rescue.target.wants")
        let links = ["multi-user.target.wants", "rescue.target.wants"]
        #expect(try state("left.service") == UnitFixture.state(links[0], links[1]))
        fixture.remove("etc/systemd/system/rescue.target.wants/left.service")
        try fixture.mask("left.service")
        #expect(try state("left.service") == UnitFixture.state(links[0], isMasked: true))
        try fixture.write("", to: "var/lib/systemd/deb-systemd-helper-masked/left.service")
        #expect(try state("left.service") == .absent)
        try fixture.unit("left.service", "[Service]\n")
        #expect(try state("left.service") == UnitFixture.state(links[0], isMasked: true))
    }

    @Test(
        "a unit that ended by itself is a warning until it runs again, and no change of what is recorded",
        arguments: [
            (.failed, true, "service-failed"), (.failed, false, "service-failed"),
            (.stopped, true, "service-ended"), (.stopped, false, nil), (.changing, true, nil),
            (nil, true, nil),
        ] as [(UnitActivity?, Bool, String?)]
    )
    func ended(activity: UnitActivity?, isWanted: Bool, code: String?) throws {
        let key = try UnitFixture.key("cron.service")
        try fixture.enable("cron.service", "multi-user.target.wants")
        manager.set("cron.service", .running)
        component.watch(
            [key],
            wanted: isWanted ? [key: .service(ServiceState(isRunning: true))] : [:]
        )
        let before = try state("cron.service")
        #expect(component.warnings.isEmpty)
        manager.set("cron.service", activity)
        #expect(component.warnings.map(\.code) == [code].compactMap(\.self))
        #expect(component.warnings.allSatisfy { $0.subject == "service:cron.service" })
        #expect(try state("cron.service") == before)
        manager.set("cron.service", .running)
        #expect(component.warnings.isEmpty)
    }

    @Test(
        "a unit that is to run, and has failed before anybody saw it run, is a warning; one stopped by order is none"
    )
    func neverRan() throws {
        let key = try UnitFixture.key("cron.service")
        try fixture.enable("cron.service", "multi-user.target.wants")
        component.watch([key], wanted: [key: .service(ServiceState(isRunning: true))])
        manager.set("cron.service", .failed)
        #expect(component.warnings.map(\.code) == ["service-failed"])
        manager.set("cron.service", .running)
        manager.state.withLock { $0.news = [.ordered(unit: "cron.service", .stopped)] }
        #expect(told().count == 1)
        #expect(component.warnings.isEmpty)
        component.watch([key], wanted: [key: .service(ServiceState(isRunning: false))])
        manager.set("cron.service", .failed)
        #expect(component.warnings.isEmpty)
    }

    @Test(
        "what is found first is whether a unit runs; one that has failed says nothing, one on its way does not run yet",
        arguments: [(.running, true), (.stopped, false), (.failed, nil), (.changing, false), (nil, nil)]
            as [(UnitActivity?, Bool?)]
    )
    func first(activity: UnitActivity?, isRunning: Bool?) throws {
        try fixture.enable("cron.service", "multi-user.target.wants")
        manager.set("cron.service", activity)
        #expect(
            try state("cron.service") == UnitFixture.state("multi-user.target.wants", isRunning: isRunning)
        )
    }

    @Test("an end without an order changes nothing, and nobody is asked again")
    func crash() throws {
        try fixture.enable("cron.service", "multi-user.target.wants")
        manager.set("cron.service", .running)
        let before = try state("cron.service")
        manager.set("cron.service", .stopped)
        #expect(try state("cron.service") == before)
        #expect(manager.state.withLock(\.questions) == 1)
    }

    @Test("an order is told, and is what the unit is then, also once it is disabled")
    func orders() throws {
        try fixture.enable("cron.service", "multi-user.target.wants")
        manager.set("cron.service", .running)
        _ = try component.identify(nil)
        fixture.remove("etc/systemd/system/multi-user.target.wants/cron.service")
        manager.state.withLock {
            $0.news = [
                .ordered(unit: "cron.service", .stopped), .ordered(unit: "static.service", .running),
                .ordered(unit: "user@0.service", .running), .ordered(unit: "nope", .running),
            ]
        }
        #expect(told() == [Told([try UnitFixture.key("cron.service")], true)])
        #expect(try state("cron.service") == UnitFixture.state(isRunning: false))
        #expect(try state("static.service") == UnitFixture.state())
    }

    @Test("of a unit with an entry orders are told, though nothing starts it")
    func watched() throws {
        let key = try UnitFixture.key("static.service")
        component.watch([key], wanted: [:])
        manager.state.withLock { $0.news = [.ordered(unit: "static.service", .running)] }
        #expect(told() == [Told([key], true)])
        #expect(try state("static.service") == UnitFixture.state(isRunning: true))
    }

    @Test(
        "what sockets, timers or D-Bus start runs by nobody's order, unless it is started by itself besides"
    )
    func triggered() throws {
        try fixture.link("sshd.service", to: "/lib/systemd/system/ssh.service")
        try fixture.enable("cron.service", "multi-user.target.wants")
        manager.state.withLock { state in
            state.triggered = ["ssh.service", "cron.service"]
            state.activity = ["ssh.service": .running, "cron.service": .running]
            state.news = [.ordered(unit: "ssh.service", .stopped), .ordered(unit: "cron.service", .stopped)]
        }
        #expect(try state("ssh.service") == UnitFixture.state("sshd.service"))
        #expect(told() == [Told([try UnitFixture.key("cron.service")], true)])
    }

    @Test("when anything may have changed, those that did are told, as seen by nobody")
    func unknown() throws {
        try fixture.enable("cron.service", "multi-user.target.wants")
        try fixture.enable("ssh.service", "multi-user.target.wants")
        try fixture.enable("static.service", "multi-user.target.wants")
        for unit in ["cron.service", "ssh.service", "static.service"] { manager.set(unit, .running) }
        _ = try component.identify(nil)
        manager.set("cron.service", .stopped)
        manager.set("static.service", .failed)
        manager.state.withLock { $0.news = [.unknown, .unknown] }
        #expect(told() == [Told([try UnitFixture.key("cron.service")], false)])
        #expect(try state("cron.service") == UnitFixture.state("multi-user.target.wants", isRunning: false))
        #expect(try state("static.service") == UnitFixture.state("multi-user.target.wants", isRunning: true))
    }

    private struct Told: Equatable {
        var units: Set<ResourceKey>
        var isOrdered: Bool

        init(_ units: Set<ResourceKey>, _ isOrdered: Bool) {
            self.units = units
            self.isOrdered = isOrdered
        }
    }

    private func told() -> [Told] {
        var told: [Told] = []
        component.run { told.append(Told($0, $1)) }
        return told
    }

    @Test(
        "paths below /etc that are a unit's, and those that tell of one",
        arguments: [
            ("/etc/systemd/system", .none), ("/etc/systemd/system/multi-user.target.wants", .owns),
            ("/etc/systemd/system/multi-user.target.wants/cron.service", .owns),
            ("/etc/systemd/system/a.target.requires/x", .owns),
            ("/etc/systemd/system/a.service.upholds", .owns),
            ("/etc/systemd/system/cron.service.d", .owns), ("/etc/systemd/system/service.d", .owns),
            ("/etc/systemd/system/cron.service.d/limits.conf", .tells),
            ("/etc/systemd/system/own.service", .tells), ("/etc/systemd/system/gone.service", .tells),
            ("/etc/systemd/system/masked.service", .owns), ("/etc/systemd/system/sshd.service", .owns),
            ("/etc/systemd/system/linked.service", .tells), ("/etc/systemd/system/default.target", .tells),
            ("/etc/systemd/system/notes.txt", .none), ("/etc/systemd/system/folder/x.conf", .none),
            ("/etc/systemd/system/file.d", .none),
            ("/etc/systemd/system.control", .owns), ("/etc/systemd/system.control/cron.service.d", .owns),
            ("/etc/systemd/system.control/cron.service.d/50-TasksMax.conf", .tells),
            ("/etc/rc3.d", .none), ("/etc/rc3.d/S01cron", .owns), ("/etc/rcS.d/K01x", .owns),
            ("/etc/rc3.d/README", .none), ("/etc/rc9.d/S01cron", .none), ("/etc/rc.local", .none),
            ("/etc/init.d/cron", .tells), ("/etc/init.d", .none), ("/etc/hosts", .none), ("/", .none),
            ("/home/etc/systemd/system/a.wants", .none), ("/etc/systemd/user/a.wants", .none),
        ] as [(FilePath, PathClaim)]
    )
    func claims(path: FilePath, claim: PathClaim) throws {
        try fixture.write("", to: "etc/systemd/system/own.service")
        try fixture.write("", to: "etc/systemd/system/file.d")
        try fixture.write("", to: "etc/systemd/system/cron.service.d/limits.conf")
        try fixture.mask("masked.service")
        try fixture.link("sshd.service", to: "/lib/systemd/system/ssh.service")
        try fixture.link("linked.service", to: "/opt/linked.service")
        try fixture.link("default.target", to: "/lib/systemd/system/graphical.target")
        #expect(component.claim(path) == claim)
    }
}
