import Testing

@testable import Components

@Suite("What distributions make of new units")
struct UnitDefaultsTests {
    private let fixture: UnitFixture

    init() throws {
        fixture = try UnitFixture()
    }

    private func name(_ unit: String) throws -> UnitName { try #require(UnitName(unit)) }

    // As Debian 12 has it after its openssh-server was installed: ssh.socket could be enabled and was not.
    @Test("Debian's notes name the links that were made, and those that could have been")
    func debian() throws {
        let notes = "var/lib/systemd/deb-systemd-helper-enabled"
        try fixture.write(
            "/etc/systemd/system/sshd.service\n/etc/systemd/system/multi-user.target.wants/ssh.service\n",
            to: "\(notes)/ssh.service.dsh-also"
        )
        try fixture.write(
            "/etc/systemd/system/sockets.target.wants/ssh.socket\n",
            to: "\(notes)/ssh.socket.dsh-also"
        )
        try fixture.write("", to: "\(notes)/multi-user.target.wants/ssh.service")
        try fixture.write("", to: "\(notes)/sshd.service")
        let helper = DebSystemdHelper(files: fixture.files)
        #expect(
            try helper.links(of: name("ssh.service"), among: []) == [
                "multi-user.target.wants", "sshd.service",
            ]
        )
        #expect(try helper.links(of: name("ssh.socket"), among: []) == [])
        #expect(try helper.links(of: name("cron.service"), among: []) == [])
        try fixture.write("", to: "var/lib/systemd/deb-systemd-helper-masked/cron.service")
        #expect(try helper.isLeftMasked(name("cron.service")))
        #expect(try !helper.isLeftMasked(name("ssh.service")))
    }

    @Test("a script for System V is started in the runlevels that it names")
    func script() throws {
        try fixture.write(
            "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: legacy\n# Default-Start:     2 3\n# Default-Stop: 0\n",
            to: "etc/init.d/legacy"
        )
        let helper = DebSystemdHelper(files: fixture.files)
        #expect(try helper.links(of: name("legacy.service"), among: []) == ["rc2.d", "rc3.d"])
    }

    @Test(
        "the first line of the sorted presets decides",
        arguments: [
            ("cron.service", true), ("ssh.service", false), ("web.service", true), ("nginx.service", false),
            ("getty@tty1.service", true), ("getty@tty2.service", false), ("any.timer", true),
        ]
    )
    func presets(unit: String, isEnabled: Bool) throws {
        try fixture.write("disable nginx.service\n", to: "usr/lib/systemd/system-preset/50-own.preset")
        try fixture.write("enable nginx.service\n", to: "usr/lib/systemd/system-preset/60-own.preset")
        try fixture.write("enable ssh.service\n", to: "usr/lib/systemd/system-preset/10-masked.preset")
        try fixture.link("/etc/systemd/system-preset/10-masked.preset", to: "/dev/null")
        try fixture.write("disable web.service\n", to: "usr/lib/systemd/system-preset/20-local.preset")
        try fixture.write("enable web.service\n", to: "etc/systemd/system-preset/20-local.preset")
        try fixture.write("disable cron.service\n", to: "usr/lib/systemd/system-preset/notes.txt")
        try fixture.write(
            "# enable ssh.service\n\nenable cron.*\nenable getty@.service tty1\nenable *.timer\ndisable *\n",
            to: "usr/lib/systemd/system-preset/99-last.preset"
        )
        let rules = try UnitPresets(files: fixture.files).rules()
        #expect(UnitPresets.isEnabled(try name(unit), by: rules) == isEnabled)
    }

    @Test("without a preset all are enabled, by the links that their files name")
    func noPreset() throws {
        let presets = UnitPresets(files: fixture.files)
        #expect(
            try presets.links(of: name("ssh.service"), among: []) == [
                "multi-user.target.wants", "sshd.service",
            ]
        )
        #expect(try presets.links(of: name("static.service"), among: []) == [])
    }

    @Test("a unit is enabled with another one of its package that names it")
    func also() throws {
        try fixture.write("enable cups.service\ndisable *\n", to: "usr/lib/systemd/system-preset/90.preset")
        try fixture.unit("cups.service", "[Install]\nAlso=cups.socket\nWantedBy=printer.target\n")
        try fixture.unit("cups.socket", "[Install]\nWantedBy=sockets.target\n")
        let presets = UnitPresets(files: fixture.files)
        let (service, socket) = (try name("cups.service"), try name("cups.socket"))
        #expect(try presets.links(of: service, among: [service, socket]) == ["printer.target.wants"])
        #expect(try presets.links(of: socket, among: [service, socket]) == ["sockets.target.wants"])
        #expect(try presets.links(of: socket, among: [socket]) == [])
    }
}
