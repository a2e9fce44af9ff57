import FabricModel
import SystemPackage
import Testing

@testable import Components

@Suite("Links and files of units")
struct UnitLinksTests {
    private let fixture: UnitFixture

    init() throws {
        fixture = try UnitFixture()
    }

    private func links(_ unit: String) throws -> [String]? {
        try UnitName(unit).flatMap { try UnitLinks(fixture.files).units[$0]?.paths.keys.sorted() }
    }

    @Test("a unit has the folders in which it is linked, and its other names")
    func folders() throws {
        try fixture.enable("ssh.service", "multi-user.target.wants", "a.target.requires", "b.service.upholds")
        try fixture.link("sshd.service", to: "/lib/systemd/system/ssh.service")
        #expect(
            try links("ssh.service")
                == ["a.target.requires", "b.service.upholds", "multi-user.target.wants", "sshd.service"]
        )
        #expect(try links("sshd.service") == nil)
        #expect(try links("cron.service") == nil)
    }

    @Test("an instance is linked by its own name to its template, and may have another name too")
    func instances() throws {
        try fixture.link("getty.target.wants/getty@tty1.service", to: "/lib/systemd/system/getty@.service")
        try fixture.link("autovt@.service", to: "/lib/systemd/system/getty@.service")
        try fixture.link("console@tty9.service", to: "/lib/systemd/system/getty@.service")
        try fixture.link("getty@tty5.service", to: "/lib/systemd/system/getty@.service")
        #expect(try links("getty@tty1.service") == ["getty.target.wants"])
        #expect(try links("getty@.service") == ["autovt@.service"])
        #expect(try links("getty@tty9.service") == ["console@tty9.service"])
        #expect(try links("getty@tty5.service") == nil)
    }

    @Test("a link under another name counts for the unit that has it")
    func linkOfAlias() throws {
        try fixture.link("sshd.service", to: "ssh.service")
        try fixture.link("secure.service", to: "/etc/systemd/system/sshd.service")
        try fixture.link("multi-user.target.wants/sshd.service", to: "../sshd.service")
        try fixture.link("/usr/lib/systemd/system/dbus-org.cron.service", to: "cron.service")
        try fixture.link("multi-user.target.wants/dbus-org.cron.service", to: "/lib/x/dbus-org.cron.service")
        #expect(try links("ssh.service") == ["multi-user.target.wants", "secure.service", "sshd.service"])
        #expect(try links("cron.service") == ["multi-user.target.wants"])
    }

    @Test("only a link to /dev/null masks")
    func masks() throws {
        try fixture.mask("cron.service")
        try fixture.link("ssh.service", to: "../../../dev/null")
        try fixture.write("", to: "etc/systemd/system/static.service")
        let units = try UnitLinks(fixture.files).units
        #expect(units.filter(\.value.isMasked).keys.map(\.text).sorted() == ["cron.service", "ssh.service"])
        #expect(units.count == 2)
    }

    @Test("links of the same name, the default target and names of other types are files")
    func files() throws {
        try fixture.link("app.service", to: "/opt/app/app.service")
        try fixture.link("default.target", to: "/lib/systemd/system/graphical.target")
        try fixture.link("app.socket", to: "/opt/app/app.service")
        try fixture.link("notes.txt", to: "/dev/null")
        #expect(try UnitLinks(fixture.files).units.isEmpty)
    }

    @Test("names with escapes are written as escaped text")
    func escapes() throws {
        try fixture.link(#"a\x2db.target.wants/c\x2dd.service"#, to: "/x")
        #expect(try links(#"c\x2dd.service"#) == [#"a\\x2db.target.wants"#])
        #expect(UnitName(#"c\x2dd.service"#)?.key.description == #"service:c\\x2dd.service"#)
    }

    @Test("runlevels count for scripts without a unit, and only links that start")
    func runlevels() throws {
        for name in ["legacy", "cron", "hwclock.sh"] {
            try fixture.write("#!/bin/sh\n", to: "etc/init.d/\(name)")
        }
        for link in [
            "rc2.d/S01legacy", "rc3.d/S01legacy", "rc0.d/K01legacy", "rc3.d/S01cron", "rcS.d/S02hwclock.sh",
        ] {
            try fixture.link("/etc/\(link)", to: "../init.d/x")
        }
        try fixture.write("", to: "etc/rc3.d/README")
        #expect(try links("legacy.service") == ["rc2.d", "rc3.d"])
        #expect(try links("cron.service") == nil)
        #expect(try links("hwclock.service") == ["rcS.d"])
    }

    @Test(
        "a unit exists by its file, its template's, its script or what was made from another file",
        arguments: [
            ("cron.service", true), ("getty@tty7.service", true), ("getty@.service", true),
            ("getty.service", false), ("nope.service", false), ("legacy.service", true),
            ("legacy.timer", false), ("srv.mount", true), ("local.service", true), ("masked.service", false),
            ("vendor.service", true), ("linked.service", true), ("alias.service", false),
        ]
    )
    func exists(unit: String, exists: Bool) throws {
        try fixture.write("#!/bin/sh\n", to: "etc/init.d/legacy")
        try fixture.write("", to: "run/systemd/generator/srv.mount")
        try fixture.write("", to: "etc/systemd/system/local.service")
        try fixture.mask("masked.service")
        try fixture.link("/usr/lib/systemd/system/vendor.service", to: "/dev/null")
        try fixture.link("linked.service", to: "/opt/linked.service")
        try fixture.link("alias.service", to: "/lib/systemd/system/cron.service")
        #expect(try fixture.files.exists(try #require(UnitName(unit))) == exists)
    }

    @Test("what a unit's file says of its links is read with its specifiers")
    func installation() throws {
        try fixture.unit(
            "web@.service",
            """
            [Unit]
            WantedBy=not.target
            [Install]
            # WantedBy=comment.target
            WantedBy = multi-user.target web-%i.target
            RequiredBy=%p.target
            UpheldBy=watch.service
            Alias=www@%i.service
            Also=web.socket web.timer
            DefaultInstance=main
            """
        )
        let installation = try fixture.files.installation(of: try #require(UnitName("web@one.service")))
        #expect(
            installation.links == [
                "multi-user.target.wants", "web-one.target.wants", "web.target.requires",
                "watch.service.upholds", "www@one.service",
            ]
        )
        #expect(installation.also.map(\.text) == ["web.socket", "web.timer"])
        #expect(installation.defaultInstance == "main")
    }

    @Test(
        "units of people and templates do not run by anybody's order",
        arguments: [
            ("cron.service", true), ("a.socket", true), ("a.timer", true), ("srv.mount", true),
            ("a.swap", true), ("multi-user.target", false), ("user.slice", false), ("session-3.scope", false),
            ("user@1000.service", false), ("user-runtime-dir@0.service", false), ("getty@.service", false),
            ("getty@tty1.service", true),
        ]
    )
    func runs(unit: String, runs: Bool) throws {
        #expect(try #require(UnitName(unit)).isOneThatRuns == runs)
    }
}
