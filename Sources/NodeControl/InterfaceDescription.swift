/// The descriptions of the interfaces that the daemon serves, in Varlink's interface definition language.
///
/// *Source*: https://varlink.org/Interface-Definition, https://varlink.org/Service.
public enum InterfaceDescription {
    /// The node's own interface.
    public static let node = "io.weft.Node"
    /// The interface that every Varlink service has.
    public static let service = "org.varlink.service"

    /// The description of an interface by its name; `nil` for one that is not served.
    public static func text(of name: String) -> String? {
        switch name {
        case node: nodeText
        case service: serviceText
        default: nil
        }
    }

    private static let serviceText = """
        # The Varlink Service Interface is provided by every varlink service. It
        # describes the service and the interfaces it implements.
        interface org.varlink.service

        # Get a list of all the interfaces a service provides and information
        # about the implementation.
        method GetInfo() -> (
          vendor: string,
          product: string,
          version: string,
          url: string,
          interfaces: []string
        )

        # Get the description of an interface that is implemented by this service.
        method GetInterfaceDescription(interface: string) -> (description: string)

        # The requested interface was not found.
        error InterfaceNotFound (interface: string)

        # The requested method was not found
        error MethodNotFound (method: string)

        # The interface defines the requested method, but the service does not
        # implement it.
        error MethodNotImplemented (method: string)

        # One of the passed parameters is invalid.
        error InvalidParameter (parameter: string)

        """

    private static let nodeText = """
        # What a Weft node records of itself, and what can be done with it.
        #
        # Times are RFC 3339 in UTC. Paths and resource keys are printable ASCII: other
        # bytes and the backslash are written as C escapes. A resource key is the kind, a
        # colon and the name: file:/etc/hosts, package:nginx.
        #
        # Root may call everything. Members of the daemon's group may call GetStatus,
        # GetLog and Barrier; everything else fails for them with NotPermitted.
        interface io.weft.Node

        # Who did something, how sure that is and what it rests on.
        type Actor (
          tier: (exact, strong, inferred, unknown),
          name: ?string,
          session: ?string,
          evidence: ?string
        )

        # An owner or group; the name is missing where the id has none.
        type Account (name: ?string, id: int)

        # Why only a digest was recorded: too-large, secret (with the rule's name) or
        # journal-full.
        type Withholding (reason: string, rule: ?string)

        # What a regular file holds. The digest is sha256: or, keyed, hmac-sha256:.
        type Content (digest: string, size: int, withheld: ?Withholding)

        # A path. The type is regular, directory, symlink, fifo, socket, character-device
        # or block-device; the mode is octal.
        type File (
          type: string,
          mode: string,
          owner: Account,
          group: Account,
          content: ?Content,
          target: ?string,
          attributes: ?[string]string
        )

        # An installed version of a package: [EPOCH:]VERSION[-RELEASE].
        type Instance (evr: string, arch: string)

        # A package; several instances where several may be installed.
        type Package (
          system: (rpm, dpkg),
          instances: []Instance,
          reason: ?(user, dependency)
        )

        # A unit of systemd: what starts it, whether nothing can, and whether it runs, where
        # that was somebody's order.
        type Service (links: []string, isMasked: bool, isRunning: ?bool)

        # How one logs in with a password: none, not-needed, or set, whose digest is keyed.
        # The hash is there only where the node's settings say so.
        type Password (use: string, digest: ?string, isLocked: ?bool, hash: ?string)

        # When a password has to be changed and when the account ends, in days; "expires"
        # counts them from 1970-01-01.
        type Aging (
          minimum: ?int,
          maximum: ?int,
          warning: ?int,
          inactive: ?int,
          expires: ?int,
          isDue: bool
        )

        # Ids for containers.
        type IdRange (start: int, count: int)

        # An account of the node's own database. Its primary group is its own where it is a
        # private one, whose number is the account's, and lost where a change has left it
        # without. Its other name is that on the other side of
        # a change that only gave it another one.
        type User (
          uid: int,
          group: Account,
          comment: string,
          home: string,
          shell: string,
          groups: []string,
          isSystem: bool,
          password: Password,
          aging: Aging,
          subordinateUIDs: []IdRange,
          subordinateGIDs: []IdRange,
          ownsGroup: ?bool,
          losesGroup: ?bool,
          otherName: ?string
        )

        # A group; its guests are members that are no accounts of the node's own database.
        type Group (gid: int, isSystem: bool, guests: []string, otherName: ?string)

        # Exactly one of the fields is there.
        type State (
          absent: ?bool,
          file: ?File,
          package: ?Package,
          service: ?Service,
          user: ?User,
          group: ?Group
        )

        # A resource that went from one state to another. A late change happened while
        # nothing was watching; its time is when it was found.
        type Change (
          key: string,
          before: State,
          after: State,
          at: string,
          actor: Actor,
          isLate: bool
        )

        # What a change did, in one word.
        type Verb (
          added,
          edited,
          attributes,
          removed,
          installed,
          updated,
          downgraded,
          changed,
          enabled,
          disabled,
          masked,
          unmasked,
          started,
          stopped,
          locked,
          unlocked
        )

        # The server and how it was reached last.
        type Server (
          state: (unconfigured, connecting, connected, unreachable, waiting, refused),
          address: ?string,
          lastContact: ?string,
          lastError: ?string
        )

        # A net change that is in no commit yet.
        type OpenChange (key: string, what: Verb, since: string, actor: Actor)

        # A committed resource on which server and node do not agree.
        type HeldResource (
          key: string,
          reason: (unsent, undecided, rejected, rollBack, conflicted),
          commit: ?string,
          by: ?string,
          message: ?string,
          since: string
        )

        # Something that is degraded and how to mend it.
        type Warning (code: string, message: string, subject: ?string)

        # One side of a difference: text, or a note that says why there is none.
        type DiffContent (text: ?string, note: ?string)

        # A net change that is in no commit yet, with both contents.
        type Diff (change: Change, what: Verb, before: DiffContent, after: DiffContent)

        # A recorded change; its states in one line each.
        type LogEntry (
          sequence: int,
          key: string,
          what: Verb,
          before: string,
          after: string,
          at: string,
          actor: Actor,
          isLate: bool,
          state: (open, settled, committed, queued, approved, rejected, rollBack, rolledBack),
          commit: ?string,
          message: ?string,
          by: ?string,
          reason: ?string,
          obstacle: ?string
        )

        # A tag that went back at the server: the revision that the node has seen, and the
        # one that the server has.
        type StepBack (tag: string, from: int, to: int)

        # A feedback commit that was made.
        type MadeCommit (id: string, changes: int, message: string)

        # A resource that is not what the node's tags say, or that is to be rolled back, with
        # its state and what is wanted in one line each. The revision is TAG@NUMBER; a
        # roll-back has the commit instead.
        type PlannedStep (
          key: string,
          fate: (apply, waiting, stopped, paused, failed, open, undecided, tolerated, conflicted),
          revision: ?string,
          commit: ?string,
          current: string,
          wanted: string,
          message: ?string
        )

        # Where the node stands. The lists of open changes and held resources end at a
        # thousand; the counts tell how many there are.
        method GetStatus() -> (
          id: string,
          name: string,
          state: (clean, pending, drifted, conflicted, failed),
          server: Server,
          roots: []string,
          watchedDirectories: int,
          resources: [string]int,
          openChanges: []OpenChange,
          openChangeCount: int,
          unsentCommits: int,
          oldestUnsent: ?string,
          heldResources: []HeldResource,
          heldResourceCount: int,
          plannedSteps: int,
          failedSteps: int,
          warnings: []Warning,
          feedback: (auto, manual),
          policy: (observe, apply),
          pid: int,
          version: string,
          since: string
        )

        # Net changes that are in no commit yet, with contents, by key. Paths are absolute
        # and mean what lies below them too; resource keys will do as well; none means all.
        # With "more" they come one by one, and an empty list ends them.
        method GetDiff(paths: ?[]string) -> (diffs: []Diff)

        # What convergence would do to the node now, in order, then what is held. Nothing is
        # touched. It is known once the server has said what the node should be.
        method GetPlan() -> (
          policy: (observe, apply),
          isKnown: bool,
          steps: []PlannedStep
        )

        # Recorded changes, newest first: those below the sequence "before", at most
        # "limit" of them (100 when it is missing, 10000 at most).
        method GetLog(path: ?string, limit: ?int, before: ?int) -> (changes: []LogEntry)

        # Puts open changes into feedback commits.
        method Commit(message: ?string, paths: ?[]string) -> (commits: []MadeCommit)

        # Puts the state of the last commit, or the baseline, back. With a state that is
        # expected, any other is not touched.
        method Discard(path: string, expected: ?State) ->
          (key: string, discarded: State, restored: State)

        # A kept content in Base64.
        method GetContent(digest: string) -> (content: string)

        # Tries the server now, and returns when that has succeeded or failed.
        method Sync() -> (server: Server, sent: int, unsent: int)

        # Lets the node follow tags that went back at the server, and says which; none
        # where nothing waited for that.
        method Confirm() -> (tags: []StepBack)

        # Returns when everything that happened before the call is recorded.
        method Barrier() -> ()

        # Compares everything with the record, as after lost events, and returns when
        # what differed is recorded.
        method Rescan() -> ()

        # The caller may not do this.
        error NotPermitted (message: string, subject: ?string)

        # Nothing that was asked for is open.
        error NothingToCommit (message: string, subject: ?string)

        # The resource is not recorded, or has no open change.
        error UnknownResource (message: string, subject: ?string)

        # A resource of that kind or state cannot be put back.
        error CannotDiscard (message: string, subject: ?string)

        # The recorded content was not kept.
        error ContentNotKept (message: string, subject: ?string)

        # No content has that digest.
        error UnknownContent (message: string, subject: ?string)

        # The resource changed while the daemon worked on it.
        error ChangedMeanwhile (message: string, subject: ?string)

        # The message is not a Varlink call; the connection ends.
        error MalformedMessage (message: string, subject: ?string)

        # The call or its answer is over the limit.
        error MessageTooLarge (message: string, subject: ?string)

        # The daemon serves as many callers as it can.
        error Busy (message: string, subject: ?string)

        # The daemon cannot do it now.
        error Unavailable (message: string, subject: ?string)

        # The daemon failed; its log says more.
        error Internal (message: string, subject: ?string)

        """
}
