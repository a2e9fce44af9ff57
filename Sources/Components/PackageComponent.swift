public import FabricModel

/// Finds out which packages are installed, and changes that by the system's own package manager.
public struct PackageComponent: Component {
    private let database: any PackageDatabase
    private let manager: any PackageManager
    private let protected: @Sendable () throws -> Set<String>

    /// A component on a database and the program that changes it.
    ///
    /// - Parameters:
    ///   - database: What is installed.
    ///   - manager: The program.
    ///   - protected: The packages, by the names of their keys, with which a change would be lost that nobody has
    ///     decided: they stay as they are.
    public init(
        _ database: any PackageDatabase,
        _ manager: any PackageManager,
        protected: @escaping @Sendable () throws -> Set<String>
    ) {
        self.database = database
        self.manager = manager
        self.protected = protected
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

    /// Changes packages in one transaction, without those that are not as the caller knows them.
    ///
    /// What could not be had is tried once more when the repositories were asked anew, and then one by one, so that one
    /// that cannot be had does not keep the others away.
    public func change(_ requests: [ChangeRequest]) -> [ResourceKey: ComponentsError] {
        let (current, stale) = sortOut(requests)
        return stale.merging(changeThose(current)) { $1 }
    }

    private func changeThose(_ requests: [ChangeRequest]) -> [ResourceKey: ComponentsError] {
        var failures = attempt(requests)
        func retried() -> [ChangeRequest] {
            requests.filter { failures[$0.key].map { $0.code != .held } ?? false }
        }
        guard !retried().isEmpty else { return failures }
        do throws(ComponentsError) {
            try manager.refresh()
        } catch {
            for request in retried() { failures[request.key] = error }
            return failures
        }
        func retry(_ requests: [ChangeRequest]) {
            for request in requests { failures[request.key] = nil }
            failures.merge(attempt(requests)) { $1 }
        }
        retry(retried())
        let still = retried()
        guard still.count > 1 else { return failures }
        for request in still { retry([request]) }
        return failures
    }

    /// The requests for what is as the caller knows it, and why not the others.
    private func sortOut(
        _ requests: [ChangeRequest]
    ) -> (current: [ChangeRequest], failures: [ResourceKey: ComponentsError]) {
        do throws(ComponentsError) {
            let now = try database.packages()
            var failures: [ResourceKey: ComponentsError] = [:]
            let current = requests.filter { request in
                let state = now[request.key].map(ResourceState.package) ?? .absent
                if state.matches(request.current) { return true }
                failures[request.key] = ComponentsError(
                    .changedMeanwhile,
                    request.key.nameBytes,
                    "has changed once more, so it was left as it is"
                )
                return false
            }
            return (current, failures)
        } catch {
            return ([], Dictionary(requests.map { ($0.key, error) }) { $1 })
        }
    }

    /// One transaction, without those with which a change would be lost that nobody has decided.
    private func attempt(_ requests: [ChangeRequest]) -> [ResourceKey: ComponentsError] {
        let failures = obstacles(of: requests)
        let free = requests.filter { failures[$0.key] == nil }
        return free.isEmpty ? failures : failures.merging(fulfil(free)) { $1 }
    }

    /// Why requests must not be fulfilled together with the others.
    private func obstacles(of requests: [ChangeRequest]) -> [ResourceKey: ComponentsError] {
        let protected: Set<String>
        do {
            protected = try self.protected()
        } catch {
            // Without knowing what would be lost, nothing is touched.
            let failure = ComponentsError(
                .cannotChange,
                "packages".utf8,
                "it cannot be told whether an undecided change would be lost",
                cause: error
            )
            return Dictionary(requests.map { ($0.key, failure) }) { $1 }
        }
        guard !protected.isEmpty, let obstacle = obstacle(to: requests, by: protected) else { return [:] }
        var failures: [ResourceKey: ComponentsError] = [:]
        for request in requests {
            failures[request.key] =
                requests.count == 1 ? obstacle : self.obstacle(to: [request], by: protected)
        }
        let free = requests.filter { failures[$0.key] == nil }
        // Where what one brings is only touched with another one, none of both is to blame more than the other.
        if !free.isEmpty, let obstacle = self.obstacle(to: free, by: protected) {
            for request in free { failures[request.key] = obstacle }
        }
        return failures
    }

    /// Why a transaction must not be run; `nil` when it may.
    private func obstacle(to requests: [ChangeRequest], by protected: Set<String>) -> ComponentsError? {
        do throws(ComponentsError) {
            let touched = try manager.affected(by: requests.map(PackageRequest.init)).intersection(protected)
            guard let package = touched.min() else { return nil }
            return ComponentsError(
                .held,
                package.utf8,
                "the package \(package) would be changed with it, and one of its files has a change that is not "
                    + "decided yet; it goes on when that is approved, rejected or discarded"
            )
        } catch {
            return error
        }
    }

    /// Why each package is not what is wanted after one transaction.
    private func fulfil(_ requests: [ChangeRequest]) -> [ResourceKey: ComponentsError] {
        var problem: ComponentsError?
        do throws(ComponentsError) {
            try manager.fulfil(requests.map(PackageRequest.init))
        } catch {
            problem = error
        }
        do throws(ComponentsError) {
            // Also after an error, some of them may be what they should be.
            let now = try database.packages()
            // What is unpacked and not configured is there, and does not work.
            let unfinished = Dictionary(try database.unfinished().map { ($0.key, $0.command) }) { $1 }
            return requests.reduce(into: [:]) { failures, request in
                let state = now[request.key].map(ResourceState.package) ?? .absent
                guard !request.wanted.isSatisfied(by: state) || unfinished[request.key] != nil else { return }
                let finishes = unfinished[request.key].map { "has not finished it; '\($0)' tells why" }
                failures[request.key] =
                    problem
                    ?? ComponentsError(
                        .cannotChange,
                        request.key.nameBytes,
                        "the package manager has ended, and "
                            + (finishes ?? "it is not what is wanted; no repository may have that version")
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
            // Its configuration was left; that is no reason of its own.
            if before.instances.isEmpty, after.reason == .dependency { return nil }
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
