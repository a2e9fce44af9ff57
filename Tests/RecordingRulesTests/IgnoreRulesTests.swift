import LinuxSystem
import SystemPackage
import Testing

@testable import RecordingRules

@Suite("Ignore rules")
struct IgnoreRulesTests {
    @Test(
        "what editors, tools and daemons leave behind is no resource",
        arguments: [
            "/etc/ssh/sshd_config~", "/etc/.fstab.swp", "/etc/.fstab.swo", "/etc/.fstab.swpx", "/etc/4913",
            "/etc/#hosts#", "/etc/.#hosts", "/etc/systemd/system/a.d/.#override.conf1a2b3c4d5e6f7a8b",
            "/etc/.goutputstream-A1B2C3", "/etc/sedKx91Zq", "/etc/.ansible_tmpq1w2hosts",
            "/etc/ansible.cfg.4711.2026-11-22@20:03:27~", "/etc/.weft-0123abcd", "/etc/sudoers.tmp",
            "/etc/sudoers.d/wheel.tmp", "/var/spool/cron/crontabs/tmp.Xq1w2e",
            "/var/spool/cron/tmp.XXXXa1b2c3",
            "/etc/nginx/nginx.conf.dpkg-new", "/etc/nginx/nginx.conf.dpkg-tmp", "/etc/motd;65a1b2c3",
            "/etc/passwd-", "/etc/shadow-", "/etc/subgid-", "/etc/passwd+", "/etc/passwd.lock",
            "/etc/passwd.4711",
            "/etc/.pwd.lock", "/etc/ld.so.cache", "/etc/ld.so.cache~", "/etc/mtab", "/etc/adjtime",
            "/etc/.git/index.lock", "/etc/.git/objects/ab/cdef", "/usr/local/etc/app/.git/HEAD",
            "/etc/ssl/certs/5ed36f99.0", "/etc/aliases.db", "/etc/lvm/archive/vg0_00001.vg",
        ]
    )
    func ignored(path: String) throws {
        #expect(try Checkout.ignoreRules().isIgnored(FilePath(path), isDirectory: false))
    }

    @Test(
        "what an admin meant, or has to decide on, is a resource",
        arguments: [
            "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid",
            "/etc/hosts",
            "/etc/ssh/sshd_config.rpmnew", "/etc/ssh/sshd_config.rpmsave", "/etc/ssh/sshd_config.dpkg-dist",
            "/etc/ssh/sshd_config.dpkg-old", "/etc/ssh/sshd_config.ucf-dist", "/etc/resolv.conf",
            "/etc/sudoers",
            "/etc/sudoers.d/wheel", "/var/spool/cron/crontabs/root", "/var/spool/cron/root", "/etc/gitconfig",
            "/etc/.gitignore", "/etc/sedrc", "/etc/sed.conf", "/etc/4914", "/etc/app/index.lock",
            "/etc/ssl/certs/my-ca.pem", "/etc/postfix/main.cf", "/etc/motd;not-hex!", "/etc/passwd.bak",
            "/etc/lvm/lvm.conf", "/etc/.weft-short", "/home/alice/.ssh/authorized_keys", "/etc/.hidden",
        ]
    )
    func recorded(path: String) throws {
        #expect(try !Checkout.ignoreRules().isIgnored(FilePath(path), isDirectory: false))
    }

    @Test("a pattern without a slash at its end never takes a directory, one with it only directories")
    func directories() throws {
        let rules = try IgnoreRules(
            yaml: """
                - {path: '*~', reason: backup}
                - {path: 'cache/', reason: cache}
                - {path: '/etc/x/*/', reason: below x}
                """,
            file: "test.yaml"
        )
        #expect(rules.isIgnored("/etc/a~", isDirectory: false))
        #expect(!rules.isIgnored("/etc/a~", isDirectory: true))
        #expect(rules.isIgnored("/etc/cache", isDirectory: true))
        #expect(!rules.isIgnored("/etc/cache", isDirectory: false))
        #expect(rules.isIgnored("/etc/cache/deep/file", isDirectory: false))
        #expect(rules.isIgnored("/etc/x/y", isDirectory: true))
        #expect(rules.isIgnored("/etc/x/y/z", isDirectory: false))
        #expect(!rules.isIgnored("/etc/x/y", isDirectory: false))
        #expect(!rules.isIgnored("/etc/x", isDirectory: true))
    }

    @Test("names that are not UTF-8 are compared byte by byte")
    func bytes() throws {
        let path = FilePath(bytes: Array("/etc/caf".utf8) + [0xE9, UInt8(ascii: "~")])
        #expect(try Checkout.ignoreRules().isIgnored(path, isDirectory: false))
        let other = FilePath(bytes: Array("/etc/caf".utf8) + [0xE9])
        #expect(try !Checkout.ignoreRules().isIgnored(other, isDirectory: false))
    }

    @Test("the rule that was hit tells its reason")
    func reason() throws {
        let rules = try Checkout.ignoreRules()
        #expect(rules.rule(for: "/etc/ld.so.cache", isDirectory: false)?.reason == "made by ldconfig")
        #expect(rules.rule(for: "/etc/hosts", isDirectory: false) == nil)
        #expect(rules.rules.allSatisfy { !$0.reason.isEmpty })
    }
}
