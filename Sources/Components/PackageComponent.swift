public import FabricModel

/// Finds out which packages are installed, and changes that by the system's own package manager.
public struct PackageComponent: Component {
    private let database: any PackageDatabase
    private let manager: any PackageManager

    /// A component on a database and the program that changes it.
    public init(_ database: any PackageDatabase, _ manager: any PackageManager) {
        self.database = database
        self.manager = manager
    }

    /// Packages.
    public var kinds: Set<ResourceKind> { [.package] }

    /// Reads the database, which is quick only as a whole.
    ///
    /// - Throws: As ``PackageDatabase/packages()``.
    public func identify(_ keys: Set<ResourceKey>?) throws(ComponentsError) -> [Observation] {
        let packages = try database.packages()
        guard let keys else {
            return packages.map { Observation(key: $0.key, state: .package($0.value)) }
        }
        return keys.map { Observation(key: $0, state: packages[$0].map(ResourceState.package) ?? .absent) }
    }

    /// Changes packages in one transaction.
    ///
    /// What could not be had is tried once more when the repositories were asked anew, and then one by one, so that one
    /// that cannot be had does not keep the others away.
    public func change(_ requests: [ChangeRequest]) -> [ResourceKey: ComponentsError] {
        var failures = attempt(requests)
        guard !failures.isEmpty else { return [:] }
        do throws(ComponentsError) {
            try manager.refresh()
        } catch {
            return failures.mapValues { _ in error }
        }
        let failed = requests.filter { failures[$0.key] != nil }
        failures = attempt(failed)
        let still = failed.filter { failures[$0.key] != nil }
        guard still.count > 1 else { return failures }
        return still.reduce(into: [:]) { failures, request in
            failures.merge(attempt([request])) { $1 }
        }
    }

    /// One transaction; why each package is not what is wanted afterwards.
    private func attempt(_ requests: [ChangeRequest]) -> [ResourceKey: ComponentsError] {
        var problem: ComponentsError?
        do throws(ComponentsError) {
            try manager.fulfil(requests.map(PackageRequest.init))
        } catch {
            problem = error
        }
        do throws(ComponentsError) {
            // Also after an error, some of them may be what they should be.
            let now = try database.packages()
            return requests.reduce(into: [:]) { failures, request in
                let state = now[request.key].map(ResourceState.package) ?? .absent
                guard !request.wanted.isSatisfied(by: state) else { return }
                failures[request.key] =
                    problem
                    ?? ComponentsError(
                        .cannotChange,
                        request.key.nameBytes,
                        "the package manager has ended, and it is not what is wanted; no repository may have that version"
                    )
            }
        } catch {
            let error = problem ?? error
            return Dictionary(requests.map { ($0.key, error) }) { $1 }
        }
    }

    /// The net change, unless another package's brought it: then it comes about on every other node too.
    public func feedback(of seen: [SeenChange], in context: FeedbackContext) throws -> Change? {
        guard let change = Change.net(seen.map(\.change)).first else { return nil }
        switch (change.before, change.after) {
        case (.absent, .package(let state)), (.package(let state), .absent):
            return state.reason == .dependency ? nil : change
        case (.package(let before), .package(let after)):
            if after.instances.isEmpty { return before.reason == .dependency ? nil : change }
            // Nobody wants it for itself any more, which no entry can say; it stays as long as another one needs it.
            let isForgotten = before.reason == .user && after.reason == .dependency
            return isForgotten && before.instances == after.instances ? nil : change
        default: return change
        }
    }
}

extension PackageRequest {
    fileprivate init(_ request: ChangeRequest) {
        var wish: PackageWish?
        if case .package(let wanted) = request.wanted { wish = wanted }
        var installed: PackageState?
        if case .package(let state) = request.current { installed = state }
        self.init(name: request.key.name, wish: wish, installed: installed)
    }
}
