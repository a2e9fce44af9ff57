import FabricModel
import Testing

@testable import Components

@Suite("Commands of shadow-utils")
struct ShadowUtilsTests {
    private func line(_ step: AccountStep) -> String {
        let command = ShadowUtils.command(for: step, today: 20783)
        let arguments = command.arguments.map { String(decoding: $0, as: UTF8.self) }
        let input = command.input.isEmpty ? "" : " < " + String(decoding: command.input, as: UTF8.self)
        return ([command.program] + arguments.map { $0.contains(" ") || $0.isEmpty ? "'\($0)'" : $0 })
            .joined(separator: " ") + input
    }

    private func name(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("a step is one command")
    func commands() {
        var edit = AccountStep.UserEdit()
        #expect(edit.isEmpty)
        edit.uid = 1501
        edit.group = name("staff")
        edit.comment = []
        edit.home = name("/srv/a b")
        edit.shell = name("/bin/sh")
        edit.joins = [name("docker"), name("sudo")]
        edit.addedUIDs = [.init(start: 100_000, count: 10), .init(start: .max, count: 1)]
        edit.removedUIDs = [.init(start: 1, count: 0)]
        edit.removedGIDs = [.init(start: 5, count: 5)]
        let user = AccountStep.NewUser(
            name: name("alice"),
            uid: 1500,
            group: .own,
            comment: name("Alice B"),
            home: name("/home/alice"),
            shell: name("/bin/zsh"),
            groups: [name("docker"), name("sudo")],
            isSystem: false,
            createsHome: true
        )
        var service = user
        service.group = .existing(name("staff"))
        service.comment = []
        service.groups = []
        service.isSystem = true
        service.createsHome = false
        let rows: [(AccountStep, String)] = [
            (.addGroup(name("g"), gid: 7, isSystem: true), "groupadd --gid 7 --system g"),
            (.addGroup(name("g"), gid: nil, isSystem: false), "groupadd g"),
            (.renumberGroup(name("g"), gid: 8), "groupmod --gid 8 g"),
            (.renameGroup(name("g"), to: name("h")), "groupmod --new-name h g"),
            (.renameUser(name("a"), to: name("b")), "usermod --login b a"),
            (.removeGroup(name("g")), "groupdel g"),
            (.join(name("u"), group: name("g")), "gpasswd --add u g"),
            (.leave(name("u"), group: name("g")), "gpasswd --delete u g"),
            (
                .addUser(user),
                "useradd --uid 1500 --user-group --comment 'Alice B' --home-dir /home/alice --shell /bin/zsh"
                    + " --create-home --groups docker,sudo alice"
            ),
            (
                .addUser(service),
                "useradd --uid 1500 --gid staff --no-user-group --home-dir /home/alice --shell /bin/zsh"
                    + " --system --no-create-home alice"
            ),
            (
                .changeUser(name("alice"), edit),
                "usermod --uid 1501 --gid staff --comment '' --home '/srv/a b' --shell /bin/sh --append"
                    + " --groups docker,sudo --add-subuids 100000-100009 --add-subuids 4294967295-4294967295"
                    + " --del-subgids 5-9 alice"
            ),
            (.lock(name("a")), "usermod --lock a"), (.unlock(name("a")), "usermod --unlock a"),
            (.removeUser(name("a")), "userdel a"),
            (
                .setPassword(name("a"), hash: "$6$s$h", isLocked: false),
                "chpasswd --encrypted < a:$6$s$h\n"
            ),
            (
                .setPassword(name("a"), hash: "$6$s$h", isLocked: true), "chpasswd --encrypted < a:!$6$s$h\n"
            ),
            (
                .age(
                    name("a"),
                    from: .init(minimum: 0, maximum: 99999, warning: 7),
                    to: .init(minimum: 0, maximum: 90, inactive: 3, expires: 20000, isDue: true)
                ),
                "chage --lastday 0 --maxdays 90 --warndays -1 --inactive 3 --expiredate 20000 a"
            ),
            (
                .age(name("a"), from: .init(isDue: true), to: .init(minimum: 1)),
                "chage --lastday 20783 --mindays 1 a"
            ),
        ]
        for (step, expected) in rows { #expect(line(step) == expected) }
    }

    @Test(
        "a hash is in no error, whatever the program says",
        .ownThread,
        .enabled(if: AccountFixture.canChange)
    )
    func hashes() throws {
        let fixture = try AccountFixture()
        let hash = "$6$salt$topsecret"
        let error = #expect(throws: ComponentsError.self) {
            try ShadowUtils(root: fixture.root)
                .carryOut(.setPassword(name("nosuch"), hash: hash, isLocked: false))
        }
        #expect(error?.code == .programFailed)
        #expect(error?.subject.hasPrefix("chpasswd --root ") == true)
        #expect(error.map { "\($0)" }?.contains("topsecret") == false)
        #expect(error?.message.contains("ended with status") == true)
    }
}
