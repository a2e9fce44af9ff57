internal import FabricModel

/// The users and groups of a node's own files.
///
/// A line that is none, or whose name came before, is nobody's account; the others are there all the same.
struct Accounts: Sendable {
    struct User: Sendable {
        var key: ResourceKey
        var uid: UInt32
        var gid: UInt32
        var comment: [UInt8]
        var home: [UInt8]
        var shell: [UInt8]
        /// The password's field, from whichever file has it.
        var password: [UInt8]
        var aging: UserState.Aging
        /// The names of the groups that list the user, as escaped text.
        var groups: [String] = []
        var subordinateUIDs: [UserState.Range] = []
        var subordinateGIDs: [UserState.Range] = []
    }

    struct Group: Sendable {
        var key: ResourceKey
        var gid: UInt32
        /// Members that are no users here, as escaped text.
        var guests: [String] = []
        /// Whether it is that of one user, who has its name.
        var isPrivate = false
    }

    private(set) var users: [ResourceKey: User] = [:]
    private(set) var groups: [ResourceKey: Group] = [:]
    let definitions: LoginDefinitions
    // Of several groups with one number, the first.
    private var groupsByID: [UInt32: ResourceKey] = [:]

    init(_ files: AccountFiles) {
        definitions = LoginDefinitions(files.definitions)
        let secrets = Self.secrets(files.shadow)
        for line in AccountLines(files.passwd) { add(user: line, secrets) }
        var members: [(ResourceKey, ArraySlice<UInt8>)] = []
        for line in AccountLines(files.group) {
            if let key = add(group: line) { members.append((key, line[3])) }
        }
        for (group, list) in members { add(list, to: group) }
        for key in groups.keys.filter(isPrivate) { groups[key]?.isPrivate = true }
        add(files.subuid, \.subordinateUIDs)
        add(files.subgid, \.subordinateGIDs)
    }

    /// The group of a number.
    func group(_ gid: UInt32) -> Group? { groupsByID[gid].flatMap { groups[$0] } }

    /// The user other than `key` who has a number.
    func user(_ uid: UInt32, besides key: ResourceKey) -> User? {
        users.values.filter { $0.uid == uid && $0.key != key }.min { $0.key < $1.key }
    }

    private mutating func add(user line: [ArraySlice<UInt8>], _ secrets: [[UInt8]: [ArraySlice<UInt8>]]) {
        guard line.count == 7, let key = try? ResourceKey(.user, bytes: line[0]), users[key] == nil,
            let uid = line[2].number(UInt32.self), let gid = line[3].number(UInt32.self)
        else { return }
        let secret = line[1].elementsEqual("x".utf8) ? secrets[Array(line[0])] : nil
        func days(_ index: Int) -> Int? {
            secret.flatMap { $0.count > index ? $0[index].number(Int.self) : nil }
        }
        users[key] = User(
            key: key,
            uid: uid,
            gid: gid,
            comment: Array(line[4]),
            home: Array(line[5]),
            shell: Array(line[6]),
            password: Array(secret?[1] ?? line[1]),
            aging: UserState.Aging(
                minimum: days(3),
                maximum: days(4),
                warning: days(5),
                inactive: days(6),
                expires: days(7),
                isDue: days(2) == 0
            )
        )
    }

    private static func secrets(_ shadow: [UInt8]) -> [[UInt8]: [ArraySlice<UInt8>]] {
        var secrets: [[UInt8]: [ArraySlice<UInt8>]] = [:]
        for line in AccountLines(shadow) where (2...9).contains(line.count) {
            let name = Array(line[0])
            if secrets[name] == nil { secrets[name] = line }
        }
        return secrets
    }

    private mutating func add(group line: [ArraySlice<UInt8>]) -> ResourceKey? {
        guard let group = Self.group(line), groups[group.key] == nil else { return nil }
        groups[group.key] = group
        if groupsByID[group.gid] == nil { groupsByID[group.gid] = group.key }
        return group.key
    }

    /// The groups that lines name, without who is in them.
    static func groups(_ lines: AccountLines) -> [Group] { lines.compactMap(group) }

    private static func group(_ line: [ArraySlice<UInt8>]) -> Group? {
        guard line.count == 4, let key = try? ResourceKey(.group, bytes: line[0]),
            let gid = line[2].number(UInt32.self)
        else { return nil }
        return Group(key: key, gid: gid)
    }

    private mutating func add(_ list: ArraySlice<UInt8>, to group: ResourceKey) {
        for name in list.split(separator: UInt8(ascii: ",")) {
            guard let user = try? ResourceKey(.user, bytes: name) else { continue }
            if users[user] != nil {
                users[user]?.groups.append(group.name)
            } else {
                groups[group]?.guests.append(user.name)
            }
        }
    }

    /// Whose other users are in it, have it in their own state; guests have no state but the group's.
    private func isPrivate(_ key: ResourceKey) -> Bool {
        guard let group = groups[key], let user = users[ResourceKey(.user, checked: key.name)] else {
            return false
        }
        return user.gid == group.gid && group.guests.isEmpty
    }

    private mutating func add(_ file: [UInt8], _ ranges: WritableKeyPath<User, [UserState.Range]>) {
        var byName: [[UInt8]: [UserState.Range]] = [:]
        for line in AccountLines(file) where line.count == 3 {
            guard let start = line[1].number(UInt32.self), let count = line[2].number(UInt32.self) else {
                continue
            }
            byName[Array(line[0]), default: []].append(UserState.Range(start: start, count: count))
        }
        if byName.isEmpty { return }
        for (key, user) in users {
            let own = (byName[key.nameBytes] ?? []) + (byName[Array(String(user.uid).utf8)] ?? [])
            if !own.isEmpty { users[key]?[keyPath: ranges] = own }
        }
    }
}
