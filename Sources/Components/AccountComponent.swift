public import Crypto
public import FabricModel
public import LinuxSystem
public import SystemPackage

/// The users and groups of the node's own files, which other programs change by tools of their own.
///
/// A user's private group, with its name and as its primary one, belongs to the user, and so do the ranges of ids for its
/// containers. Groups that a user is in besides are the user's state.
public struct AccountComponent: Component {
    /// Users and groups.
    public let kinds: Set<ResourceKind> = [.user, .group]
    let tools: any AccountTools
    let loggedIn: @Sendable () throws -> Set<String>
    let root: FilePath
    let directory: AccountNames?
    let trees: @Sendable () -> [FilePath]
    private let keptHashes: Set<String>
    private let key: SymmetricKey

    /// The accounts below a root.
    ///
    /// - Parameters:
    ///   - root: Where `/etc` lies.
    ///   - tools: What changes the accounts below the same root.
    ///   - key: Keys the digests of passwords.
    ///   - keptHashes: The names of the users whose password hashes are kept for other nodes.
    ///   - directory: Knows the groups of directory services, too; `nil` where there are but the files below the root.
    ///   - trees: Where files lie that an account keeps when it gets another number.
    ///   - loggedIn: The names of the users who are logged in.
    public init(
        root: FilePath = "/",
        tools: any AccountTools = ShadowUtils(),
        key: SymmetricKey,
        keptHashes: Set<String> = [],
        directory: AccountNames? = nil,
        trees: @escaping @Sendable () -> [FilePath] = { [] },
        loggedIn: @escaping @Sendable () throws -> Set<String>
    ) {
        self.root = root
        self.tools = tools
        self.key = key
        self.keptHashes = keptHashes
        self.directory = directory
        self.trees = trees
        self.loggedIn = loggedIn
    }

    /// The accounts; those that are asked for, or all.
    ///
    /// - Throws: `ComponentsError` with code `unreadableFile`, `unstableFile`.
    public func identify(_ keys: Set<ResourceKey>?) throws(ComponentsError) -> [Observation] {
        let accounts = try read()
        let times = try AccountTimes(below: root)
        let all = keys ?? Set(accounts.users.keys).union(accounts.groups.keys)
        let observations = all.sorted()
            .map { key in
                let state = state(of: key, in: accounts)
                return Observation(
                    key: key,
                    state: state,
                    changed: times.changed(key, isThere: state != .absent)
                )
            }
        return keys == nil ? observations.filter { $0.state != .absent } : observations
    }

    /// What was made of an account since the last commit.
    ///
    /// One of the system that came or went while packages changed is the packages' own.
    public func feedback(of seen: [SeenChange], in context: FeedbackContext) throws -> Change? {
        guard let net = Change.net(seen.map(\.change)).first else { return nil }
        let isOfPackages = !context.packages.isEmpty && seen.allSatisfy(\.isDuringTransaction)
        switch (net.before, net.after) {
        case (.absent, let state), (let state, .absent):
            return isOfPackages && state.isSystemAccount ? nil : net
        default: return net
        }
    }

    /// The account files are this component's, with what programs write beside them; ranges of numbers it only reads.
    ///
    /// *Source*: lckpwdf(3), and commonio.c of shadow-utils: `NAME-` is the version before, `NAME+` the next one,
    /// `NAME.lock` and `NAME.PID` are locks.
    public func claim(_ path: FilePath) -> PathClaim {
        guard path.removingLastComponent() == "/etc", let component = path.lastComponent else { return .none }
        let name = component.string
        if name == "login.defs" { return .tells }
        if name == ".pwd.lock" { return .owns }
        guard let file = Self.files.first(where: { name.hasPrefix($0) }) else { return .none }
        let rest = name.dropFirst(file.count)
        let isPID = rest.first == "." && rest.count > 1 && rest.dropFirst().allSatisfy(\.isWholeNumber)
        return rest.isEmpty || ["-", "+", ".lock"].contains(rest) || isPID ? .owns : .none
    }

    private static let files = ["passwd", "group", "shadow", "gshadow", "subuid", "subgid"]

    /// What a tag says, with the digest of a password's hash as this node makes it, so that it can be compared.
    public func localised(_ entry: Entry) -> Entry {
        if case .user(let wish) = entry { .user(localised(wish)) } else { entry }
    }

    /// A wish with the digest of its hash under this node's key, without one where it has no hash; and with the primary
    /// group as states of this node tell it.
    public func localised(_ wish: UserWish) -> UserWish {
        var wish = wish
        wish.group = wish.group.map(localised)
        wish.digest = wish.hash.map { .keyed(Array($0.utf8), key: key) }
        return wish
    }

    /// A group by its name in the node's own files; one that only a directory service knows, by its number.
    private func localised(_ group: AccountReference) -> AccountReference {
        // What cannot be read now is not compared now either.
        guard let groups = try? AccountFiles.groups(below: root) else { return group }
        guard let name = group.name else {
            return AccountReference(name: groups.first { $0.value == group.id }?.key, id: group.id)
        }
        guard groups[name] == nil, let gid = directory?.gid(named: name) else { return group }
        return AccountReference(name: nil, id: gid)
    }

    /// The account as it is wanted; the digest of a hash tells enough, and the hash itself is no business of the journal's.
    public func expectations(of request: ChangeRequest) -> [ResourceKey: [Entry]] {
        guard case .user(var wish) = request.wanted else { return [request.key: [request.wanted]] }
        wish.hash = nil
        return [request.key: [.user(wish)]]
    }

    func read() throws(ComponentsError) -> Accounts {
        let accounts = Accounts(try AccountFiles.read(below: root))
        guard accounts.users.values.contains(where: { $0.uid == 0 }) else {
            // A program that writes in place has emptied it: all accounts would seem to be gone.
            throw ComponentsError(
                .unstableFile,
                root.appending("etc/passwd").bytes,
                "has no account with the number 0, so it is being written or damaged; look again later"
            )
        }
        return accounts
    }

    func state(of key: ResourceKey, in accounts: Accounts) -> ResourceState {
        accounts.state(of: key) { user in
            UserState.Password(
                field: user.password,
                key: self.key,
                keepsHash: keptHashes.contains(String(decoding: user.key.nameBytes, as: UTF8.self))
            )
        }
    }
}

extension ResourceState {
    fileprivate var isSystemAccount: Bool {
        switch self {
        case .user(let state): state.isSystem
        case .group(let state): state.isSystem
        default: false
        }
    }
}
