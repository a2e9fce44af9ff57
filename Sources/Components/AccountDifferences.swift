internal import FabricModel

/// In what an account is not what is wanted, in words for people; never a hash.
struct AccountDifferences {
    private(set) var texts: [String] = []

    /// The differences between a wish as this node compares it, and a state that is something else.
    init(_ wanted: Entry, _ state: ResourceState) {
        switch (wanted, state) {
        case (.user(let wish), .user(let state)): add(wish, state)
        case (.group(let wish), .group(let state)): add(wish, state)
        case (.absent, _): texts.append("it is still there")
        default: texts.append("it is not there")
        }
        // What is left is what nobody is to read.
        if texts.isEmpty { texts.append("its password, or when that has to be changed") }
    }

    private mutating func add(_ wish: UserWish, _ state: UserState) {
        if !wish.acceptsNumber(of: state) { add("uid", wish.uid, state.uid) }
        if let group = wish.group, !group.matches(state.group) { add("group", group.text, state.group.text) }
        if state.ownsGroup == true { add("group's number", wish.privateGID, state.group.id) }
        add("comment", wish.comment, state.comment)
        add("home", wish.home, state.home)
        add("shell", wish.shell, state.shell)
        for name in wish.joins.subtracting(state.groups).sorted() {
            texts.append(
                "it is not in the group '\(name)'; where that is a directory's and none of this node's own, put it "
                    + "into it there, or make the group here (groupadd)"
            )
        }
        for name in wish.leaves.intersection(state.groups).sorted() {
            texts.append("it is still in the group '\(name)'")
        }
        if let ranges = wish.subordinateUIDs, ranges != state.subordinateUIDs {
            texts.append("its subordinate uids")
        }
        if let ranges = wish.subordinateGIDs, ranges != state.subordinateGIDs {
            texts.append("its subordinate gids")
        }
    }

    private mutating func add(_ wish: GroupWish, _ state: GroupState) {
        if !wish.acceptsNumber(of: state) { add("gid", wish.gid, state.gid) }
        for name in Set(wish.joins ?? []).subtracting(state.guests).sorted() {
            texts.append("'\(name)' is no member")
        }
        for name in Set(wish.leaves ?? []).intersection(state.guests).sorted() {
            texts.append("'\(name)' is still a member")
        }
    }

    private mutating func add<Value: Equatable>(_ name: String, _ wanted: Value?, _ found: Value) {
        guard let wanted, wanted != found else { return }
        texts.append("its \(name) is '\(found)' and not '\(wanted)'")
    }
}
