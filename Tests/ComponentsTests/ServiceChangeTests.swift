import FabricModel
import Glibc
import Synchronization
import Testing

@testable import Components

@Suite("Changes of services")
struct ServiceChangeTests {
    private let fixture: UnitFixture
    private let wants = "multi-user.target.wants"

    init() throws {
        fixture = try UnitFixture()
    }

    private struct Outcome {
        var error: ComponentsError?
        var state: ResourceState
        var orders: [String]
    }

    private func change(
        _ unit: String,
        to wanted: Entry,
        _ activity: UnitActivity? = .stopped,
        from current: ResourceState? = nil,
        refusing: Set<String> = []
    ) throws -> Outcome {
        let manager = FakeServiceManager(fixture, refusing: refusing)
        manager.set(unit, activity)
        let component = ServiceComponent(manager, .dpkg, root: fixture.folder.path)
        let key = try UnitFixture.key(unit)
        component.watch([key], wanted: [:])
        let now = try #require(try component.identify([key]).first?.state)
        let failures = component.change([ChangeRequest(key: key, current: current ?? now, wanted: wanted)])
        let after = try #require(try component.identify([key]).first?.state)
        return Outcome(error: failures[key], state: after, orders: manager.orders)
    }

    private func entry(_ links: [String] = [], isMasked: Bool = false, isRunning: Bool? = nil) -> Entry {
        .service(ServiceState(links: links, isMasked: isMasked, isRunning: isRunning))
    }

    @Test("a unit is started first, and then enabled by its own links")
    func enable() throws {
        let outcome = try change("cron.service", to: entry([wants], isRunning: true))
        #expect(outcome.error == nil)
        #expect(outcome.state == UnitFixture.state(wants, isRunning: true))
        #expect(outcome.orders == ["refresh cron.service", "start cron.service", "enable cron.service"])
    }

    @Test("links that a unit's file does not name are made one by one", .enabled(if: geteuid() == 0))
    func otherLinks() throws {
        let links = ["a.target.requires", "b.service.upholds", "c.target.wants", "clock.service"]
        let outcome = try change("cron.service", to: entry(links))
        #expect(outcome.error == nil)
        #expect(outcome.state.matches(.service(ServiceState(links: links))))
        #expect(
            outcome.orders == [
                "enable cron.service", "requiredBy(\"a.target\") cron.service",
                "wantedBy(\"c.target\") cron.service", "reload",
            ]
        )
    }

    @Test("links that are too much go, the others stay")
    func surplus() throws {
        try fixture.enable("cron.service", wants, "other.target.wants")
        let outcome = try change("cron.service", to: entry([wants]))
        #expect(outcome.error == nil)
        #expect(outcome.state.matches(UnitFixture.state(wants)))
        #expect(outcome.orders == ["reload"])
    }

    @Test("what is to be absent is neither started by anything nor masked, and does not run")
    func absent() throws {
        try fixture.enable("cron.service", wants)
        let enabled = try change("cron.service", to: .absent, .running)
        #expect(enabled.error == nil)
        #expect(Entry.absent.isSatisfied(by: enabled.state))
        #expect(enabled.orders == ["refresh cron.service", "stop cron.service", "disable cron.service"])
        try fixture.mask("cron.service")
        #expect(try change("cron.service", to: .absent).orders == ["unmask cron.service"])
        #expect(try change("nope.service", to: .absent).orders == [])
    }

    @Test("a mask comes last and goes first")
    func mask() throws {
        try fixture.enable("cron.service", wants)
        let masked = try change("cron.service", to: entry([], isMasked: true, isRunning: false), .running)
        #expect(masked.error == nil)
        #expect(masked.state == UnitFixture.state(isMasked: true, isRunning: false))
        #expect(
            masked.orders
                == ["refresh cron.service", "stop cron.service", "disable cron.service", "mask cron.service"]
        )
        let unmasked = try change("cron.service", to: entry([wants], isRunning: true))
        #expect(unmasked.state == UnitFixture.state(wants, isRunning: true))
        #expect(unmasked.orders.first == "unmask cron.service")
        #expect(try change("nope.service", to: entry(isMasked: true)).orders == ["mask nope.service"])
    }

    @Test("nothing is ordered of a unit that is as it should be, or of whose running nothing is wanted")
    func nothing() throws {
        try fixture.enable("cron.service", wants)
        #expect(try change("cron.service", to: entry([wants], isRunning: true), .running).orders == [])
        #expect(try change("cron.service", to: entry([wants]), .stopped).orders == [])
    }

    @Test(
        "units that are enabled along with others end as each is wanted, and a failure leaves the others going"
    )
    func together() throws {
        try fixture.unit("print.path", "[Install]\nWantedBy=multi-user.target\nAlso=print.service\n")
        try fixture.unit(
            "print.service",
            "[Install]\nWantedBy=printer.target\nAlso=print.path print.socket\n"
        )
        try fixture.unit("print.socket", "[Install]\nWantedBy=sockets.target\n")
        let manager = FakeServiceManager(fixture, refusing: ["start cron.service"])
        let component = ServiceComponent(manager, .dpkg, root: fixture.folder.path)
        let wanted: KeyValuePairs<String, Entry> = [
            "cron.service": entry([wants], isRunning: true), "nope.service": entry([wants]),
            "print.path": entry([wants]), "print.service": entry(["printer.target.wants"]),
            "print.socket": entry(),
        ]
        let requests = try wanted.map { unit, entry in
            let key = try UnitFixture.key(unit)
            let now = try #require(try component.identify([key]).first?.state)
            return ChangeRequest(key: key, current: now, wanted: entry)
        }
        let failures = component.change(requests)
        #expect(failures.keys.map(\.name).sorted() == ["cron.service", "nope.service"])
        for request in requests where failures[request.key] == nil {
            let state = try #require(try component.identify([request.key]).first?.state)
            #expect(request.wanted.isSatisfied(by: state), "\(request.key) is \(state)")
        }
        // Nothing is left to do.
        manager.state.withLock { $0.orders = [] }
        let again = try requests.filter { failures[$0.key] == nil }
            .map { request in
                var request = request
                request.current = try #require(try component.identify([request.key]).first?.state)
                return request
            }
        #expect(component.change(again).isEmpty)
        #expect(manager.orders == [])
    }

    @Test("what changed before is found in all units before the first is changed")
    func changedMeanwhile() throws {
        let manager = FakeServiceManager(fixture)
        let component = ServiceComponent(manager, .dpkg, root: fixture.folder.path)
        let (cron, ssh) = (try UnitFixture.key("cron.service"), try UnitFixture.key("ssh.service"))
        let failures = component.change([
            ChangeRequest(key: cron, current: UnitFixture.state(), wanted: entry([wants])),
            ChangeRequest(key: ssh, current: UnitFixture.state(wants), wanted: entry()),
        ])
        #expect(failures[cron] == nil)
        #expect(failures[ssh]?.code == .changedMeanwhile)
        #expect(manager.orders == ["enable cron.service"])
    }

    @Test("what systemd changes along with a unit: what its file names, other names, what templates make")
    func alsoChanged() throws {
        try fixture.unit(
            "a.service",
            "[Install]\nWantedBy=x.target\nAlso=b.socket c.timer\nAlias=other.service\n"
        )
        try fixture.unit("b.socket", "[Install]\nAlso=a.service d.service\n")
        try fixture.unit("d.service", "[Install]\nAlias=dd.service\n")
        try fixture.link("getty.target.wants/getty@tty7.service", to: "/lib/systemd/system/getty@.service")
        let component = ServiceComponent(FakeServiceManager(fixture), .dpkg, root: fixture.folder.path)
        let table: [(String, [String])] = [
            ("a.service", ["b.socket", "c.timer", "d.service", "dd.service", "other.service"]),
            ("cron.service", []), ("ssh.service", ["sshd.service"]), ("nope.service", []),
            ("getty@.service", ["getty@tty1.service", "getty@tty7.service"]),
        ]
        for (unit, others) in table {
            let request = ChangeRequest(key: try UnitFixture.key(unit), current: .absent, wanted: .absent)
            #expect(try component.alsoChanged(by: request).map(\.name).sorted() == others, "\(unit)")
        }
    }

    @Test("where nothing tells whether a unit runs, it is told all the same, and not stopped in vain")
    func unknown() throws {
        let stopped = try change("cron.service", to: entry(isRunning: false), nil)
        #expect(stopped.orders == ["refresh cron.service", "stop cron.service"])
        let refused = try change(
            "cron.service",
            to: entry([wants], isRunning: true),
            nil,
            refusing: ["enable cron.service"]
        )
        #expect(refused.orders == ["refresh cron.service", "start cron.service", "enable cron.service"])
    }

    @Test("a unit that does not start is left as it was, with the cause")
    func failure() throws {
        try fixture.mask("cron.service")
        let outcome = try change(
            "cron.service",
            to: entry([wants], isRunning: true),
            refusing: ["start cron.service"]
        )
        #expect(outcome.error?.code == .programFailed)
        #expect(outcome.state == UnitFixture.state(isMasked: true, isRunning: false))
        #expect(
            outcome.orders == [
                "unmask cron.service", "refresh cron.service", "start cron.service", "stop cron.service",
                "mask cron.service",
            ]
        )
    }

    @Test("a unit that cannot be enabled does not run either")
    func halfway() throws {
        let refused = try change(
            "cron.service",
            to: entry([wants], isRunning: true),
            refusing: ["enable cron.service"]
        )
        #expect(refused.error?.subject == "enable cron.service")
        #expect(refused.state == UnitFixture.state(isRunning: false))
        try fixture.enable("cron.service", wants)
        let kept = try change("cron.service", to: .absent, .running, refusing: ["disable cron.service"])
        #expect(kept.error?.subject == "disable cron.service")
        #expect(kept.state == UnitFixture.state(wants, isRunning: true))
        #expect(kept.orders.last == "start cron.service")
    }

    @Test("what cannot be is refused before anything is done")
    func refused() throws {
        try fixture.write("", to: "etc/systemd/system/own.service")
        try fixture.write("#!/bin/sh", to: "etc/init.d/legacy")
        let table: [(String, Entry, ResourceState?, ComponentsError.Code, String)] = [
            ("nope.service", entry([wants]), nil, .cannotChange, "does not exist here"),
            ("nope.service", entry([], isRunning: true), nil, .cannotChange, "does not exist here"),
            ("own.service", entry(isMasked: true), nil, .cannotChange, "its own file"),
            ("cron.service", entry(["../../x.wants"]), nil, .cannotChange, "what starts a unit"),
            ("cron.service", .package(.any), nil, .cannotChange, "no state of a service"),
            ("cron.service", entry([wants]), UnitFixture.state(wants), .changedMeanwhile, "once more"),
        ]
        for (unit, wanted, current, code, message) in table {
            let outcome = try change(unit, to: wanted, from: current)
            #expect(outcome.error?.code == code, "\(unit) \(wanted)")
            #expect(outcome.error?.message.contains(message) == true, "\(outcome)")
            #expect(outcome.orders == [])
        }
    }

    @Test("a runlevel that no script brings is an error, and the unit is put back")
    func runlevel() throws {
        let outcome = try change("cron.service", to: entry(["rc3.d"]))
        #expect(outcome.error?.message.contains("rc3.d") == true)
        #expect(outcome.state.matches(.service(ServiceState())))
    }

    @Test("units are restarted and reloaded by the names in an entry's flags, each with its own failure")
    func flags() throws {
        let manager = FakeServiceManager(fixture, refusing: ["restart ssh.service"])
        let component = ServiceComponent(manager, .dpkg, root: fixture.folder.path)
        try fixture.write("", to: #"etc/systemd/system/c\x2dd.service"#)
        // What does not exist does not run either.
        let failures = component.restart([
            "cron.service", "ssh.service", "a/b", #"c\\x2dd.service"#, "nope.service",
        ])
        #expect(failures.keys.sorted() == ["a/b", "ssh.service"])
        #expect(component.reload(["cron.service"]).isEmpty)
        #expect(
            manager.orders == [
                "refresh cron.service", "restart cron.service", "refresh ssh.service", "restart ssh.service",
                #"refresh c\x2dd.service"#, #"restart c\x2dd.service"#, "refresh cron.service",
                "reload cron.service",
            ]
        )
    }
}
