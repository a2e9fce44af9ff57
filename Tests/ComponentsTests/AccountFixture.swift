import Crypto
import FabricModel
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import Components

/// A root with account files of its own, in which the real programs work.
struct AccountFixture {
    static let key = SymmetricKey(data: [UInt8](repeating: 7, count: 32))
    /// Whether the programs can be run: they change the root of their process.
    static let canChange = geteuid() == 0 && Command.exists("useradd") && Command.exists("chpasswd")

    let folder: ScratchFolder

    /// A machine with the system's accounts, and groups that people are put into.
    init() throws {
        folder = try ScratchFolder()
        for name in ["etc", "etc/skel", "etc/default", "etc/sudoers.d", "home", "var", "var/mail"] {
            try folder.makeDirectory(name)
        }
        try folder.write("x\n", to: "etc/skel/.profile")
        try put(
            "passwd",
            "root:x:0:0:root:/root:/bin/bash",
            "daemon:x:1:1::/:/usr/sbin/nologin",
            "nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin"
        )
        try put("group", "root:x:0:", "daemon:x:1:", "nogroup:x:65534:", "sudo:x:27:", "staff:x:50:")
        try put("shadow", "root:*:19000:0:99999:7:::", "daemon:*:19000::::::", "nobody:*:19000::::::")
        try put("gshadow", "root:*::", "daemon:*::", "nogroup:*::", "sudo:*::", "staff:!::")
        try put("subuid")
        try put("subgid")
        try put(
            "login.defs",
            "# of Debian 12",
            "PASS_MAX_DAYS\t99999",
            "PASS_MIN_DAYS\t0",
            "PASS_WARN_AGE\t7",
            "UID_MIN\t\t\t 1000",
            "GID_MIN 1000",
            "USERGROUPS_ENAB yes"
        )
    }

    var root: FilePath { folder.path }

    func put(_ file: String, _ lines: String...) throws {
        try folder.write(lines.map { $0 + "\n" }.joined(), to: "etc/\(file)")
    }

    func append(_ file: String, _ lines: String...) throws {
        let earlier = try text(file)
        try folder.write(earlier + lines.map { $0 + "\n" }.joined(), to: "etc/\(file)")
    }

    func text(_ file: String) throws -> String {
        String(decoding: try SystemFile.read(folder.appending("etc/\(file)")) ?? [], as: UTF8.self)
    }

    func component(
        keptHashes: Set<String> = [],
        tools: (any AccountTools)? = nil,
        directory: AccountNames? = nil,
        loggedIn: @escaping @Sendable () throws -> Set<String> = { [] }
    ) -> AccountComponent {
        AccountComponent(
            root: root,
            tools: tools ?? ShadowUtils(root: root),
            key: Self.key,
            keptHashes: keptHashes,
            directory: directory,
            trees: { ["/etc/site"] },
            loggedIn: loggedIn
        )
    }

    func state(_ key: String, keptHashes: Set<String> = []) throws -> ResourceState {
        let key = try ResourceKey(key)
        return try #require(try component(keptHashes: keptHashes).identify([key]).first).state
    }

    func user(_ name: String, keptHashes: Set<String> = []) throws -> UserState {
        guard case .user(let state) = try state("user:\(name)", keptHashes: keptHashes) else {
            throw Missing(name: name)
        }
        return state
    }

    /// Asks for entries, each from what is there now.
    func change(
        _ wanted: KeyValuePairs<String, Entry>,
        _ component: AccountComponent? = nil
    ) throws -> [String: ComponentsError] {
        let requests = try wanted.map { key, entry in
            ChangeRequest(key: try ResourceKey(key), current: try state(key), wanted: entry)
        }
        let failures = (component ?? self.component()).change(requests)
        return Dictionary(uniqueKeysWithValues: failures.map { ("\($0.key)", $0.value) })
    }

    /// Asks for entries, each of which must be fulfilled.
    func apply(_ wanted: KeyValuePairs<String, Entry>, _ component: AccountComponent? = nil) throws {
        let failures = try change(wanted, component)
        #expect(failures.isEmpty, "\(failures)")
    }

    struct Missing: Error {
        var name: String
    }
}

extension UserWish {
    /// A wish that says enough to make the account.
    static func account(
        _ uid: UInt32,
        group: AccountReference? = nil,
        joins: Set<String> = [],
        _ more: (inout UserWish) -> Void = { _ in }
    ) -> UserWish {
        var wish = UserWish()
        wish.uid = uid
        wish.group = group
        wish.home = "/home/\(uid)"
        wish.shell = "/bin/bash"
        wish.joins = joins
        more(&wish)
        return wish
    }
}
