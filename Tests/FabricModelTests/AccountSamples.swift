import Crypto
import FabricModel

extension Samples {
    static let nodeKey = SymmetricKey(data: [UInt8](repeating: 3, count: 32))

    static func digest(_ hash: String) -> ContentDigest { .keyed(hash.utf8, key: nodeKey) }

    static func password(
        _ hash: String,
        isLocked: Bool = false,
        isKept: Bool = false
    ) -> UserState.Password {
        .set(digest: digest(hash), isLocked: isLocked, hash: isKept ? hash : nil)
    }

    static func user(_ change: (inout UserState) -> Void = { _ in }) -> UserState {
        var state = UserState(
            uid: 1000,
            group: AccountReference(name: "alice", id: 1000),
            comment: "Alice",
            home: "/home/alice",
            shell: "/bin/bash",
            groups: ["sudo", "adm"],
            password: password("$6$a$b"),
            aging: UserState.Aging(minimum: 0, maximum: 99999, warning: 7),
            subordinateUIDs: [.init(start: 100_000, count: 65536)]
        )
        change(&state)
        return state
    }

    static func wish(_ change: (inout UserWish) -> Void) -> UserWish {
        var wish = UserWish()
        change(&wish)
        return wish
    }

    static func groupWish(_ change: (inout GroupWish) -> Void) -> GroupWish {
        var wish = GroupWish()
        change(&wish)
        return wish
    }
}
