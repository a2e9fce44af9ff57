internal import Crypto
internal import FabricModel
internal import LinuxSystem

extension Accounts {
    /// What a user or a group is; a user's private group is nothing of its own.
    func state(
        of key: ResourceKey,
        _ password: (Accounts.User) -> UserState.Password
    ) -> ResourceState {
        if let user = users[key] { return .user(state(of: user, password)) }
        guard let group = groups[key], !group.isPrivate else { return .absent }
        return .group(
            GroupState(
                gid: group.gid,
                isSystem: definitions.isSystem(gid: group.gid),
                guests: group.guests
            )
        )
    }

    private func state(of user: User, _ password: (User) -> UserState.Password) -> UserState {
        let group = group(user.gid)
        var state = UserState(
            uid: user.uid,
            group: AccountReference(name: group?.referenceName, id: user.gid),
            comment: EscapedText.escape(user.comment),
            home: EscapedText.escape(user.home),
            shell: EscapedText.escape(user.shell),
            groups: user.groups,
            isSystem: definitions.isSystem(uid: user.uid),
            password: password(user),
            aging: user.aging,
            subordinateUIDs: user.subordinateUIDs,
            subordinateGIDs: user.subordinateGIDs
        )
        if let group, group.isPrivate, group.key.name == user.key.name { state.ownsGroup = true }
        return state
    }
}

extension Accounts.Group {
    /// The name as a file's owner has it: text where it is such, else escaped.
    var referenceName: String {
        String(validating: key.nameBytes, as: UTF8.self) ?? key.name
    }
}

extension UserState.Password {
    /// What the field of an account says.
    ///
    /// *Source*: shadow(5), crypt(5): a hash begins with `$` or is one of DES; exclamation marks before it lock it.
    init(field: [UInt8], key: SymmetricKey, keepsHash: Bool) {
        if field.isEmpty {
            self = .notNeeded
            return
        }
        let hash = field.drop { $0 == UInt8(ascii: "!") }
        guard Self.isHash(hash) else {
            self = .none
            return
        }
        let text = String(decoding: hash, as: UTF8.self)
        let canBeKept = keepsHash && (try? UserState.check(hash: text)) != nil
        self = .set(
            digest: .keyed(hash, key: key),
            isLocked: hash.count < field.count,
            hash: canBeKept ? text : nil
        )
    }

    private static func isHash(_ field: ArraySlice<UInt8>) -> Bool {
        if field.first == UInt8(ascii: "$") { return field.count > 1 }
        return field.count == 13
            && field.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: ".")...UInt8(ascii: "9"):
                    true
                default: false
                }
            }
    }
}
