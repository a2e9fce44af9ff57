public import FabricModel

/// One thing that is done to accounts, by one run of a program.
///
/// Names and texts are bytes, as the files have them.
public enum AccountStep: Hashable, Sendable {
    /// A group is made, with a number of its own or a free one.
    case addGroup([UInt8], gid: UInt32?, isSystem: Bool)
    /// A group gets another number.
    case renumberGroup([UInt8], gid: UInt32)
    /// A group gets another name.
    case renameGroup([UInt8], to: [UInt8])
    /// A group goes.
    case removeGroup([UInt8])
    /// Somebody is put into a group who need be no account here.
    case join([UInt8], group: [UInt8])
    /// Somebody is taken out of a group.
    case leave([UInt8], group: [UInt8])
    /// A user is made.
    case addUser(NewUser)
    /// A user gets another name.
    case renameUser([UInt8], to: [UInt8])
    /// A user is changed.
    case changeUser([UInt8], UserEdit)
    /// A user's password gets this hash.
    case setPassword([UInt8], hash: String, isLocked: Bool)
    /// A user's password is locked.
    case lock([UInt8])
    /// A user's password is unlocked.
    case unlock([UInt8])
    /// When a user's password has to be changed, and when the account ends, goes from the one to the other.
    case age([UInt8], from: UserState.Aging, to: UserState.Aging)
    /// A user goes, with the private group; home and mail stay.
    case removeUser([UInt8])

    /// A user that is to be made.
    public struct NewUser: Hashable, Sendable {
        /// The primary group.
        public enum Group: Hashable, Sendable {
            /// One that is made with the user and has its name.
            case own
            /// One that is there, by its name or number.
            case existing([UInt8])
        }

        /// The name.
        public var name: [UInt8]
        /// The number; `nil` for one that the program chooses.
        public var uid: UInt32?
        /// The primary group.
        public var group: Group
        /// The comment.
        public var comment: [UInt8]
        /// The home.
        public var home: [UInt8]
        /// The shell.
        public var shell: [UInt8]
        /// The supplementary groups.
        public var groups: [[UInt8]]
        /// Whether it is an account of the system.
        public var isSystem: Bool
        /// Whether the home is made, with what a new home has.
        public var createsHome: Bool
    }

    /// What changes of a user; the rest stays.
    public struct UserEdit: Hashable, Sendable {
        /// The number; what lies below the home gets it too.
        public var uid: UInt32?
        /// The primary group, by its name or number.
        public var group: [UInt8]?
        /// The comment.
        public var comment: [UInt8]?
        /// The home; what lies in the old one stays there.
        public var home: [UInt8]?
        /// The shell.
        public var shell: [UInt8]?
        /// Groups that the user is put into.
        public var joins: [[UInt8]] = []
        /// Ranges of user ids that the user gets.
        public var addedUIDs: [UserState.Range] = []
        /// Ranges of user ids that the user loses.
        public var removedUIDs: [UserState.Range] = []
        /// Ranges of group ids that the user gets.
        public var addedGIDs: [UserState.Range] = []
        /// Ranges of group ids that the user loses.
        public var removedGIDs: [UserState.Range] = []

        /// Nothing.
        public init() {}

        /// Whether nothing changes.
        public var isEmpty: Bool { self == UserEdit() }
    }
}
