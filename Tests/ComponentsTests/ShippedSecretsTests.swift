import LinuxSystem
import RecordingRules
import SystemPackage
import Testing

@testable import Components

@Suite("Secrets in packages", .ownThread)
struct ShippedSecretsTests {
    @Test("no file matches that the base system's packages shipped and nobody edited")
    func basePackages() throws {
        guard let database = try DpkgDatabase() else { return }
        let base: Set = [
            "adduser", "apt", "base-files", "bash", "ca-certificates", "cron", "dbus", "debconf", "dpkg",
            "e2fsprogs",
            "ifupdown", "init-system-helpers", "kmod", "less", "libc-bin", "libpam-modules", "libpam-runtime",
            "libssl3", "login", "logrotate", "mount", "netbase", "openssh-client", "openssh-server",
            "openssl",
            "passwd", "procps", "rsyslog", "sudo", "systemd", "systemd-timesyncd", "tzdata", "udev",
            "util-linux",
            "vim-common", "vim-tiny", "wget",
        ]
        let rules = try FileComponentTests.secrets.get()
        var files = 0
        for file in try database.shippedFiles(under: ["/etc"], of: base) {
            guard let digest = file.digest, rules.rule(forPath: file.path) == nil,
                let content = try? SystemFile.read(file.path, limit: 64 << 20), digest.matches(content)
            else { continue }
            files += 1
            let rule = rules.rule(inContent: content)
            #expect(rule == nil, "\(file.path)")
        }
        #expect(files > 10)
    }
}
