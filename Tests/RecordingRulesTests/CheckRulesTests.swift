import SystemPackage
import Testing

@testable import RecordingRules

@Suite("Check rules")
struct CheckRulesTests {
    @Test(
        "the shipped rules name a program for files that a mistake in would hurt",
        arguments: [
            ("/etc/sudoers.d/ann", "visudo -c -f /tmp/copy"),
            ("/etc/ssh/sshd_config", "/usr/sbin/sshd -t -f /tmp/copy"),
            ("/etc/systemd/system/a.timer", "systemd-analyze verify --man=no /tmp/copy"),
            ("/etc/hosts", nil), ("/etc/systemd/system/a.service.d/b.conf", nil),
        ] as [(FilePath, String?)]
    )
    func shipped(path: FilePath, command: String?) throws {
        let rules = try CheckRules(contentsOf: Checkout.root.appending("conf/checks.yaml"))
        #expect(rules.command(for: path, copy: "/tmp/copy")?.joined(separator: " ") == command)
    }

    @Test(
        "a rule that cannot be used is refused in one line",
        arguments: [
            ("- {path: '/etc/a', command: [a], reason: b}", "[1].command: must be a program"),
            ("- {path: '/etc/a', command: ['{}'], reason: b}", "[1].command: must be a program"),
            ("- {path: 'a/b', command: [a, '{}'], reason: b}", "[1].path: 'a/b' has a slash"),
            ("- {path: '/etc/a', reason: b}", "'command' is missing"),
        ]
    )
    func refused(yaml: String, message: String) {
        let error = #expect(throws: RuleError.self) { try CheckRules(yaml: yaml, file: "checks.yaml") }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
}
