import FabricModel
import Testing

@Suite("What comes of approving a change")
struct EntryApprovalTests {
    private static let zsh = user(shell: "/bin/zsh")
    private static let bash = user(shell: "/bin/bash")

    private static func user(shell: String, hash: String? = nil) -> UserState {
        let password = hash.map {
            UserState.Password.set(digest: .sha256($0.utf8), isLocked: false, hash: $0)
        }
        let group = AccountReference(name: "bob", id: 1)
        return UserState(uid: 1, group: group, home: "/", shell: shell, password: password ?? .none)
    }

    private static func wish(_ path: WritableKeyPath<UserWish, String?>, _ value: String) -> Entry {
        var wish = UserWish()
        wish[keyPath: path] = value
        return .user(wish)
    }

    @Test("where a tag says nothing, the change is taken as it is")
    func nothing() throws {
        let change = try Samples.change("user:bob", .user(Self.bash), .user(Self.zsh))
        #expect(Entry.uptake(of: change, over: nil) == .takes(Self.wish(\.shell, "/bin/zsh")))
    }

    @Test("what a tag wants of an account is compared part by part")
    func account() throws {
        let change = try Samples.change("user:bob", .user(Self.bash), .user(Self.zsh))
        let zsh = Self.wish(\.shell, "/bin/zsh")
        let outcomes: [(Entry, Entry.Uptake)] = [
            (zsh, .isThere), (Self.wish(\.shell, "/bin/bash"), .takes(zsh)),
            (Self.wish(\.shell, "/bin/fish"), .conflicts), (.absent, .conflicts),
        ]
        for (earlier, outcome) in outcomes {
            #expect(Entry.uptake(of: change, over: earlier) == outcome, "\(earlier)")
        }
    }

    @Test("a password's hash that the tag has from elsewhere conflicts")
    func hash() throws {
        let change = try Samples.change(
            "user:bob",
            .user(Self.user(shell: "/bin/sh", hash: "$y$1")),
            .user(Self.user(shell: "/bin/sh", hash: "$y$2"))
        )
        #expect(Entry.uptake(of: change, over: Self.wish(\.hash, "$y$3")) == .conflicts)
        for known in ["$y$1", "$y$2"] {
            #expect(Entry.uptake(of: change, over: Self.wish(\.hash, known)) != .conflicts)
        }
    }

    @Test("what stands against a change is only what the change concerns")
    func opposed() throws {
        var wish = UserWish()
        (wish.shell, wish.home, wish.joins) = ("/bin/fish", "/srv", ["wheel"])
        let user = try Samples.change("user:bob", .user(Self.bash), .user(Self.zsh))
        #expect(Entry.user(wish).opposed(by: user) == Self.wish(\.shell, "/bin/fish"))
        wish.shell = "/bin/bash"
        #expect(Entry.user(wish).opposed(by: user) == nil)
        #expect(Entry.absent.opposed(by: user) == .absent)

        var numbered = GroupWish()
        (numbered.gid, numbered.joins) = (60, ["bob"])
        let group = try Samples.change("group:dba", .group(GroupState(gid: 50)), .group(GroupState(gid: 55)))
        var number = GroupWish()
        number.gid = 60
        #expect(Entry.group(numbered).opposed(by: group) == .group(number))

        let enabled = ResourceState.service(ServiceState(links: ["a.wants"], isRunning: true))
        let service = try Samples.change("service:a.service", .service(ServiceState()), enabled)
        let masked = Entry.service(ServiceState(isMasked: true, isRunning: false))
        #expect(masked.opposed(by: service) == .service(ServiceState(isMasked: true)))
        #expect(Entry.service(ServiceState(isRunning: false)).opposed(by: service) == nil)
    }

    /// A version that is installed, for another one's sake where it ends with an asterisk; nothing for `-`.
    private static func installed(_ text: String) throws -> ResourceState {
        guard text != "-" else { return .absent }
        let isDependency = text.hasSuffix("*")
        let version = String(text.prefix { $0 != "*" })
        return .package(try Samples.package(version, reason: isDependency ? .dependency : .user))
    }

    @Test(
        "an update asks for nothing where the package is not installed, unless the tag wants it there",
        arguments: [
            // Over nothing, over the same kind of wish, and over one for a package that is to be there.
            (nil, "1", "2", ">=2 if installed"), (nil, "1*", "2*", ">=2 if installed"),
            (">=1 if installed", "1", "2", ">=2 if installed"),
            (">=2 if installed", "2*", "3*", ">=3 if installed"),
            ("any", "1", "2", ">=2"), (">=1", "1", "2", ">=2"), ("=1", "1", "2", ">=2"),
            // Who chooses a package wants it there, and no node falls back for it.
            (nil, "1*", "2", ">=2"), (">=1 if installed", "1*", "2", ">=2"),
            (">=3 if installed", "1*", "2", ">=3"), (">=2 if installed", "-", "1", ">=2"),
            (">=2 if installed", "-", "3", ">=2"), (">=2 if installed", "1*", "1", ">=2"),
            (">=2 if installed", "2*", "2", ">=2"),
            // Who takes it away or back wants just that.
            (">=2 if installed", "1", "-", "absent"), (">=2 if installed", "2", "-", "absent"),
            (">=2 if installed", "2", "1", "=1"),
            // What is wanted already, and a third version.
            (">=2 if installed", "1", "2", "is there"), (">=2 if installed", "1", "3", "is there"),
            (">=3 if installed", "1", "2", "conflicts"), ("absent", "1", "2", "conflicts"),
        ] as [(String?, String, String, String)]
    )
    func package(earlier: String?, before: String, after: String, outcome: String) throws {
        func entry(_ text: String) throws -> Entry {
            text == "absent" ? .absent : .package(try PackageWish(text))
        }
        let change = try Samples.change("package:web", Self.installed(before), Self.installed(after))
        let expected: Entry.Uptake =
            switch outcome {
            case "is there": .isThere
            case "conflicts": .conflicts
            default: .takes(try entry(outcome))
            }
        #expect(Entry.uptake(of: change, over: try earlier.map(entry)) == expected)
    }

    @Test("files are the same by their owners' names, accounts by that of their group")
    func same() {
        var (file, user) = (Samples.file("a"), UserWish())
        let before = (Entry.file(file), Entry.user(user))
        #expect(before.0.isSame(as: before.0) && before.1.isSame(as: before.1))
        file.mode = 0o600
        user.group = AccountReference(name: "staff", id: 50)
        #expect(!before.0.isSame(as: .file(file)) && !before.1.isSame(as: .user(user)))
        var elsewhere = user
        elsewhere.group?.id = 20
        #expect(Entry.user(user).isSame(as: .user(elsewhere)))
        #expect(!Entry.absent.isSame(as: .file(file)))
    }

    @Test("flags are sorted, joined and compared as sets")
    func flags() throws {
        let flags = EntryFlags(restart: ["b.service", "a.service", "b.service"])
        #expect(flags.restart == ["a.service", "b.service"])
        let more = flags.joined(with: EntryFlags(restart: ["c.service"], reload: ["a.service"]))
        #expect(more == EntryFlags(restart: ["a.service", "b.service", "c.service"], reload: ["a.service"]))
        #expect(flags.isCovered(by: more) && !more.isCovered(by: flags) && !flags.isCovered(by: nil))
        #expect(EntryFlags().isCovered(by: nil))
    }
}
