import Components
import FabricModel
import Synchronization
import SystemPackage

/// A component of groups that are kept in memory.
final class ScriptedComponent: Component {
    struct State {
        var groups: [ResourceKey: GroupState] = [:]
        var requests: [ChangeRequest] = []
        var fails = false
        /// What changes end with, though they were made.
        var failure: ComponentsError.Code?
        /// What happens while a change is made.
        var meanwhile: [ResourceKey: GroupState] = [:]
        /// What changes along with any resource.
        var besides: Set<ResourceKey> = []
        /// Called before a change is made.
        var onChange: (@Sendable () -> Void)?
        var acted: [EntryFlags] = []
        var followed: [String] = []
    }

    let state = Mutex(State())
    let kinds: Set<ResourceKind> = [.group]
    let knowsAll: Bool

    init(knowsAll: Bool = true) {
        self.knowsAll = knowsAll
    }

    func identify(_ keys: Set<ResourceKey>?) throws(ComponentsError) -> [Observation] {
        let (groups, fails) = state.withLock { ($0.groups, $0.fails) }
        if fails { throw ComponentsError(.unreadableFile, "/etc/group".utf8, "cannot be read") }
        return (keys ?? Set(groups.keys)).sorted()
            .map { Observation(key: $0, state: groups[$0].map(ResourceState.group) ?? .absent) }
    }

    func change(_ requests: [ChangeRequest]) -> [ResourceKey: ComponentsError] {
        state.withLock(\.onChange)?()
        return state.withLock { state in
            state.requests += requests
            state.groups.merge(state.meanwhile) { $1 }
            for request in requests {
                guard case .group(let wish) = request.wanted else {
                    state.groups[request.key] = nil
                    continue
                }
                let guests = state.failure == nil ? wish.joins ?? [] : []
                state.groups[request.key] = GroupState(gid: wish.gid ?? 0, guests: guests)
            }
            guard let failure = state.failure else { return [:] }
            let failures = requests.map { ($0.key, ComponentsError(failure, $0.key.name.utf8, "fails")) }
            return Dictionary(uniqueKeysWithValues: failures)
        }
    }

    func alsoChanged(by request: ChangeRequest) -> Set<ResourceKey> { state.withLock(\.besides) }

    func act(on flags: EntryFlags) -> [ResourceKey: ComponentsError] {
        state.withLock { state in
            state.acted.append(flags)
            guard state.fails else { return [:] }
            return Dictionary(
                uniqueKeysWithValues: (flags.restart + flags.reload)
                    .map {
                        (
                            ResourceKey(.service, checked: $0),
                            ComponentsError(.programFailed, $0.utf8, "fails")
                        )
                    }
            )
        }
    }

    func follow(_ paths: [FilePath]) throws(ComponentsError) {
        state.withLock { $0.followed += paths.map(\.string) }
    }

    func claim(_ path: FilePath) -> PathClaim {
        path == "/etc/group" ? .owns : path == "/etc/unit" ? .tells : .none
    }

    func feedback(of seen: [SeenChange], in context: FeedbackContext) throws -> Change? {
        Change.net(seen.map(\.change)).first
    }
}
