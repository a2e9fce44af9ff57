internal import FabricModel
internal import LinuxSystem
public import SystemPackage

/// The programs of shadow-utils, which nearly every distribution has.
///
/// Their options are those of version 4.6.
public struct ShadowUtils: AccountTools {
    private let root: FilePath
    private let patience: Duration = .seconds(120)

    /// Those of the machine, which change the accounts below a root.
    public init(root: FilePath = "/") {
        self.root = root
    }

    /// Runs one of `useradd`, `usermod`, `userdel`, `groupadd`, `groupmod`, `groupdel`, `gpasswd`, `chage`, `chpasswd`.
    public func carryOut(_ step: AccountStep) throws(ComponentsError) {
        let command = Self.command(for: step, today: Int(WallClock.microseconds() / 86_400_000_000))
        do {
            try ProgramRun.carryOut(
                command.program,
                (root == "/" ? [] : [Self.bytes("--root"), root.bytes]) + command.arguments,
                input: command.input,
                time: patience
            )
        } catch {
            throw Self.withoutHash(error, step)
        }
    }

    /// A program that is run.
    struct Command: Hashable, Sendable {
        var program: String
        var arguments: [[UInt8]]
        /// What it reads: everybody can see the arguments.
        var input: [UInt8] = []

        init(_ program: String, _ options: [String] = [], _ rest: [UInt8]...) {
            self.program = program
            self.arguments = options.map(ShadowUtils.bytes) + rest
        }
    }

    /// What is run for a step.
    ///
    /// *Units*: `today` in days since 1970-01-01.
    static func command(for step: AccountStep, today: Int) -> Command {
        switch step {
        case .addGroup(let name, let gid, let isSystem):
            let number = gid.map { ["--gid", String($0)] } ?? []
            return Command("groupadd", number + (isSystem ? ["--system"] : []), name)
        case .renumberGroup(let name, let gid): return Command("groupmod", ["--gid", String(gid)], name)
        case .renameGroup(let name, let new):
            return Command("groupmod", [], bytes("--new-name"), new, name)
        case .removeGroup(let name): return Command("groupdel", [], name)
        case .join(let member, let group): return Command("gpasswd", ["--add"], member, group)
        case .leave(let member, let group): return Command("gpasswd", ["--delete"], member, group)
        case .addUser(let user): return add(user)
        case .renameUser(let name, let new): return Command("usermod", [], bytes("--login"), new, name)
        case .changeUser(let name, let edit): return change(name, edit)
        case .setPassword(let name, let hash, let isLocked):
            var command = Command("chpasswd", ["--encrypted"])
            command.input = name + bytes(":\(isLocked ? "!" : "")\(hash)\n")
            return command
        case .lock(let name): return Command("usermod", ["--lock"], name)
        case .unlock(let name): return Command("usermod", ["--unlock"], name)
        case .age(let name, let old, let new): return age(name, from: old, to: new, today: today)
        case .removeUser(let name): return Command("userdel", [], name)
        }
    }

    private static func add(_ user: AccountStep.NewUser) -> Command {
        var command = Command("useradd", user.uid.map { ["--uid", String($0)] } ?? [])
        switch user.group {
        case .own: command.arguments += [bytes("--user-group")]
        case .existing(let group): command.arguments += [bytes("--gid"), group, bytes("--no-user-group")]
        }
        if !user.comment.isEmpty { command.arguments += [bytes("--comment"), user.comment] }
        command.arguments += [bytes("--home-dir"), user.home, bytes("--shell"), user.shell]
        if user.isSystem { command.arguments.append(bytes("--system")) }
        command.arguments.append(bytes(user.createsHome ? "--create-home" : "--no-create-home"))
        if !user.groups.isEmpty { command.arguments += [bytes("--groups"), list(user.groups)] }
        command.arguments.append(user.name)
        return command
    }

    private static func change(_ name: [UInt8], _ edit: AccountStep.UserEdit) -> Command {
        var command = Command("usermod")
        if let uid = edit.uid { command.arguments += [bytes("--uid"), bytes(String(uid))] }
        if let group = edit.group { command.arguments += [bytes("--gid"), group] }
        if let comment = edit.comment { command.arguments += [bytes("--comment"), comment] }
        if let home = edit.home { command.arguments += [bytes("--home"), home] }
        if let shell = edit.shell { command.arguments += [bytes("--shell"), shell] }
        if !edit.joins.isEmpty {
            command.arguments += [bytes("--append"), bytes("--groups"), list(edit.joins)]
        }
        for (option, ranges) in [
            ("--del-subuids", edit.removedUIDs), ("--add-subuids", edit.addedUIDs),
            ("--del-subgids", edit.removedGIDs), ("--add-subgids", edit.addedGIDs),
        ] {
            for range in ranges where range.count > 0 {
                let last = UInt64(range.start) + UInt64(range.count) - 1
                command.arguments += [bytes(option), bytes("\(range.start)-\(last)")]
            }
        }
        command.arguments.append(name)
        return command
    }

    private static func age(
        _ name: [UInt8],
        from old: UserState.Aging,
        to new: UserState.Aging,
        today: Int
    ) -> Command {
        var options: [String] = []
        // A password that is due was last changed on the first day of all.
        if old.isDue != new.isDue { options += ["--lastday", new.isDue ? "0" : String(today)] }
        for (option, before, after) in [
            ("--mindays", old.minimum, new.minimum), ("--maxdays", old.maximum, new.maximum),
            ("--warndays", old.warning, new.warning), ("--inactive", old.inactive, new.inactive),
            ("--expiredate", old.expires, new.expires),
        ] where before != after {
            options += [option, String(after ?? -1)]
        }
        return Command("chage", options, name)
    }

    /// A program may quote what it was given to read.
    private static func withoutHash(_ error: ComponentsError, _ step: AccountStep) -> ComponentsError {
        guard case .setPassword(_, let hash, _) = step else { return error }
        var error = error
        error.message = error.message.replacing(EscapedText.escape(hash.utf8), with: "HASH")
        return error
    }

    private static func list(_ names: [[UInt8]]) -> [UInt8] {
        Array(names.joined(separator: [UInt8(ascii: ",")]))
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}
