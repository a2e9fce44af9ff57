import FabricModel
import Testing

@Suite("States of services")
struct ServiceStateTests {
    private static let enabled = ServiceState(links: ["multi-user.target.wants"])
    private static let masked = ServiceState(isMasked: true)

    private static func running(_ isRunning: Bool?, links: [String] = []) -> ServiceState {
        ServiceState(links: links, isRunning: isRunning)
    }

    @Test("links have an order of their own and no doubles")
    func links() {
        let state = ServiceState(links: ["sshd.service", "multi-user.target.wants", "sshd.service"])
        #expect(state.links == ["multi-user.target.wants", "sshd.service"])
        #expect(state == ServiceState(links: ["multi-user.target.wants", "sshd.service"]))
    }

    @Test(
        "states are equal by links and mask, and by whether it runs where both know it",
        arguments: [
            (enabled, enabled, true), (enabled, ServiceState(), false), (masked, ServiceState(), false),
            (running(nil), running(true), true), (running(nil), running(false), true),
            (running(true), running(false), false), (running(true), running(true), true),
            (enabled, running(true, links: ["sockets.target.wants"]), false),
        ]
    )
    func matches(left: ServiceState, right: ServiceState, areEqual: Bool) {
        #expect(left.matches(right) == areEqual)
        #expect(right.matches(left) == areEqual)
        #expect(ResourceState.service(left).matches(.service(right)) == areEqual)
    }

    @Test("a mask outweighs links, and any link makes a unit enabled")
    func enablement() {
        #expect(ServiceState().enablement == .disabled)
        #expect(Self.enabled.enablement == .enabled)
        #expect(Self.masked.enablement == .masked)
        #expect(ServiceState(links: ["rc3.d"], isMasked: true).enablement == .masked)
        #expect(ServiceState(links: ["sshd.service"]).enablement == .enabled)
    }

    @Test(
        "a unit that nothing starts, that is not masked and does not run is as if it were not there",
        arguments: [
            (running(nil), true), (running(false), true), (running(true), false), (enabled, false),
            (masked, false),
        ]
    )
    func isThatOfNone(state: ServiceState, isThatOfNone: Bool) {
        #expect(state.isThatOfNone == isThatOfNone)
        #expect(Entry.service(state).isSatisfied(by: .absent) == isThatOfNone)
        #expect(Entry.absent.isSatisfied(by: .service(state)) == isThatOfNone)
    }

    @Test("an entry is satisfied by an equal state, whether it runs or not where it says nothing of that")
    func satisfied() {
        let entry = Entry.service(Self.enabled)
        for isRunning in [nil, true, false] {
            #expect(entry.isSatisfied(by: .service(Self.running(isRunning, links: Self.enabled.links))))
        }
        #expect(!Entry.service(Self.running(true)).isSatisfied(by: .service(Self.running(false))))
        #expect(!entry.isSatisfied(by: .service(ServiceState())))
        #expect(!entry.isSatisfied(by: .file(Samples.file("a"))))
    }

    @Test("what does not run is written with its links, and reads back whatever the order of these")
    func json() throws {
        let state = ServiceState(links: ["sshd.service", "multi-user.target.wants"], isRunning: false)
        let text =
            #"{"service":{"isMasked":false,"isRunning":false,"#
            + #""links":["multi-user.target.wants","sshd.service"]}}"#
        #expect(try Samples.text(ResourceState.service(state)) == text)
        #expect(try Samples.text(Entry.service(state)) == text)
        let unsorted =
            #"{"service":{"isMasked":false,"isRunning":false,"#
            + #""links":["sshd.service","multi-user.target.wants","sshd.service"]}}"#
        #expect(try Samples.read(ResourceState.self, unsorted) == .service(state))
        #expect(
            try Samples.text(Entry.service(ServiceState())) == #"{"service":{"isMasked":false,"links":[]}}"#
        )
    }

    @Test(
        "a link is a folder of systemd's, a unit's name or a runlevel",
        arguments: [
            ("multi-user.target.wants", true), ("default.target.requires", true),
            ("a.service.upholds", true), ("sshd.service", true), ("getty@tty1.service", true),
            (#"dev-disk-by\\x2duuid.device.wants"#, true), ("rc3.d", true), ("rcS.d", true),
            ("rc7.d", false), ("rc33.d", false), ("", false), (".wants", false), ("wants", false),
            ("../../tmp/x.wants", false), ("a/b.service", false), ("multi-user.target.d", false),
            (#"a\x2d.service"#, false),
        ]
    )
    func check(link: String, isAllowed: Bool) {
        let state = ServiceState(links: [link])
        if isAllowed {
            #expect(throws: Never.self) { try state.check() }
        } else {
            let error = #expect(throws: ModelError.self) { try Entry.service(state).check() }
            #expect(error?.code == .invalidState)
            #expect(throws: ModelError.self) { try ResourceState.service(state).check() }
        }
    }

    @Test("an entry asks that a unit runs, or does not, only of whoever changed that")
    func asking() throws {
        let links = Self.enabled.links
        let table: [(ResourceState, ServiceState, ServiceState)] = [
            // enable; enable --now
            (.absent, Self.running(false, links: links), Self.enabled),
            (.absent, Self.running(true, links: links), Self.running(true, links: links)),
            (.service(ServiceState()), Self.running(true, links: links), Self.running(true, links: links)),
            // disable; disable --now
            (.service(Self.running(true, links: links)), Self.running(true), ServiceState()),
            (.service(Self.running(true, links: links)), Self.running(false), Self.running(false)),
            // start; stop
            (
                .service(Self.running(false, links: links)), Self.running(true, links: links),
                Self.running(true, links: links)
            ),
            (
                .service(Self.running(true, links: links)), Self.running(false, links: links),
                Self.running(false, links: links)
            ),
            (.service(Self.enabled), Self.masked, Self.masked),
        ]
        for (before, after, wanted) in table {
            let change = try Samples.change("service:a.service", before, .service(after))
            let entry = Entry(asking: change)
            #expect(entry == .service(wanted))
            #expect(entry.isSatisfied(by: .service(after)))
        }
    }

    @Test("what a tag says of running stays when a change says nothing of it")
    func askingOver() throws {
        let running = Self.running(true, links: Self.enabled.links)
        let change = try Samples.change("service:a.service", .service(running), .service(Self.running(true)))
        #expect(Entry(asking: change, over: .service(running)) == .service(Self.running(true)))
        let stop = try Samples.change("service:a.service", .service(running), .service(Self.running(false)))
        #expect(Entry(asking: stop, over: .service(running)) == .service(Self.running(false)))
        #expect(Entry(asking: change, over: .absent) == .service(ServiceState()))
    }

    @Test("the verb says what became of the enablement, and of running where that stayed")
    func verbs() {
        let enabled = ResourceState.service(Self.enabled)
        let links = Self.enabled.links
        let other = ResourceState.service(ServiceState(links: ["sockets.target.wants"]))
        let runs = ResourceState.service(Self.running(true, links: links))
        let rests = ResourceState.service(Self.running(false, links: links))
        let masked = ResourceState.service(Self.masked)
        let table: [(before: ResourceState, after: ResourceState, verb: ChangeVerb)] = [
            (.absent, enabled, .enabled), (enabled, .absent, .disabled), (.absent, masked, .masked),
            (masked, .absent, .unmasked), (masked, enabled, .unmasked), (runs, masked, .masked),
            (enabled, .service(ServiceState()), .disabled), (runs, rests, .stopped), (rests, runs, .started),
            (enabled, runs, .started), (enabled, other, .changed), (runs, enabled, .changed),
            (rests, .service(Self.running(true)), .disabled),
            (.service(ServiceState()), runs, .enabled),
        ]
        for row in table { #expect(ChangeVerb(from: row.before, to: row.after) == row.verb, "\(row)") }
    }
}
