import FabricModel
import Synchronization
import SystemPackage
import Testing

@testable import Components

@Suite struct PackageComponentTests {
    /// A machine on which packages can be had from a repository, once it was asked anew for those that are new there.
    private final class Machine: PackageDatabase, PackageManager {
        struct State {
            var installed: [String: PackageState] = [:]
            var offered: [String: String] = [:]
            var new: [String: String] = [:]
            var transactions: [[String]] = []
            /// What comes or goes with a package.
            var companions: [String: [String]] = [:]
            var protected: Set<String> = []
            /// What it has not finished when it ends.
            var unfinished: Set<String> = []
        }

        let state = Mutex(State())
        /// Whether what can be had is installed though something else cannot.
        let isPartial: Bool
        let system = PackageSystem.rpm
        let hintDirectory: FilePath = "/var/lib/rpm"
        let warnings: [HealthWarning] = []

        init(isPartial: Bool = false) { self.isPartial = isPartial }

        func isHint(name: [UInt8]) -> Bool { true }
        func isBusy() throws(ComponentsError) -> Bool { false }

        func stamp() throws(ComponentsError) -> PackageDatabaseStamp {
            throw ComponentsError(.packageDatabaseUnreadable, "test".utf8, "is not asked for a stamp")
        }

        func shippedFiles(
            under roots: [FilePath],
            of packages: Set<String>?
        ) throws(ComponentsError) -> [ShippedFile] { [] }

        func packages() throws(ComponentsError) -> [ResourceKey: PackageState] {
            state.withLock { state in
                Dictionary(
                    uniqueKeysWithValues: state.installed.map { (ResourceKey(.package, checked: $0), $1) }
                )
            }
        }

        func unfinished() throws(ComponentsError) -> [UnfinishedPackage] {
            state.withLock(\.unfinished).sorted()
                .map {
                    UnfinishedPackage(
                        key: ResourceKey(.package, checked: $0),
                        state: "half-configured",
                        command: "dpkg --configure -a"
                    )
                }
        }

        func refresh() throws(ComponentsError) {
            state.withLock { $0.offered.merge($0.new) { $1 } }
        }

        func affected(by requests: [PackageRequest]) throws(ComponentsError) -> Set<String> {
            state.withLock { state in
                Set(requests.flatMap { [$0.name] + state.companions[$0.name, default: []] })
            }
        }

        func fulfil(_ requests: [PackageRequest]) throws(ComponentsError) {
            let unknown = state.withLock { state in
                state.transactions.append(requests.map(\.name))
                return requests.first { $0.wish != nil && state.offered[$0.name] == nil }
            }
            if unknown == nil || isPartial { take(requests) }
            if let unknown { throw ComponentsError(.programFailed, "dnf".utf8, "no package \(unknown.name)") }
        }

        private func take(_ requests: [PackageRequest]) {
            state.withLock { state in
                for request in requests {
                    let offer = request.wish == nil ? nil : state.offered[request.name]
                    state.installed[request.name] = offer.flatMap { try? Self.package($0) }
                }
            }
        }

        static func package(_ version: String, _ reason: PackageState.Reason = .user) throws -> PackageState {
            let instance = PackageState.Instance(evr: try PackageVersion(version), arch: "noarch")
            return PackageState(system: .rpm, instances: [instance], reason: reason)
        }
    }

    private let machine = Machine()
    private var component: PackageComponent { component(on: machine) }

    private func component(on machine: Machine) -> PackageComponent {
        PackageComponent(machine, machine, protected: { machine.state.withLock(\.protected) })
    }

    /// A request for what is there now.
    private func request(_ name: String, _ wish: String?) throws -> ChangeRequest {
        let installed = machine.state.withLock { $0.installed[name] }
        return ChangeRequest(
            key: try ResourceKey("package:\(name)"),
            current: installed.map(ResourceState.package) ?? .absent,
            wanted: try wish.map { .package(try PackageWish($0)) } ?? .absent
        )
    }

    @Test("what can be had is changed in one transaction")
    func together() throws {
        machine.state.withLock {
            $0.offered = ["a": "1-1", "b": "1-1"]
            $0.installed["c"] = try? Machine.package("1-1")
        }
        #expect(
            try component.change([request("a", "any"), request("b", ">=1-1"), request("c", nil)]).isEmpty
        )
        #expect(machine.state.withLock(\.transactions) == [["a", "b", "c"]])
        #expect(try component.identify(nil).map(\.key.name).sorted() == ["a", "b"])
    }

    @Test("what is not there is asked for anew, and what is there in vain keeps nothing else away")
    func refreshed() throws {
        machine.state.withLock {
            $0.offered = ["a": "1-1", "old": "1-1"]
            $0.new = ["b": "1-1"]
        }
        let requests = try [
            request("a", "any"), request("b", "any"), request("none", "any"), request("old", ">=2-1"),
        ]
        let failures = component.change(requests)
        #expect(failures.keys.map(\.name).sorted() == ["none", "old"])
        #expect(failures[requests[2].key]?.code == .programFailed)
        #expect(failures[requests[3].key]?.code == .cannotChange)
        #expect(machine.state.withLock { $0.installed.keys.sorted() } == ["a", "b", "old"])
        #expect(
            machine.state.withLock(\.transactions) == [
                ["a", "b", "none", "old"], ["a", "b", "none", "old"], ["a"], ["b"], ["none"], ["old"],
            ]
        )
    }

    @Test("what came although something else could not be had has not failed, and is not asked for again")
    func partial() throws {
        let machine = Machine(isPartial: true)
        machine.state.withLock { $0.offered = ["a": "1-1"] }
        let requests = try [request("a", "any"), request("none", "any")]
        let failures = component(on: machine).change(requests)
        #expect(failures.mapValues(\.message) == [requests[1].key: "no package none"])
        #expect(machine.state.withLock(\.transactions) == [["a", "none"], ["none"]])
    }

    @Test("what is there and was not finished has failed")
    func unfinished() throws {
        machine.state.withLock {
            $0.offered = ["a": "1-1", "b": "1-1"]
            $0.unfinished = ["b", "other"]
        }
        let failures = component.change(try [request("a", "any"), request("b", "any")])
        #expect(failures.map(\.key.name) == ["b"])
        #expect(failures.values.first?.message.contains("has not finished it") == true)
    }

    @Test("what is not as the caller knows it is left as it is")
    func stale() throws {
        machine.state.withLock { $0.offered = ["a": "1-1", "b": "1-1"] }
        let requests = try [request("a", "any"), request("b", "any")]
        machine.state.withLock { $0.installed["a"] = try? Machine.package("2-1") }
        let failures = component.change(requests)
        #expect(failures.mapValues(\.code) == [requests[0].key: .changedMeanwhile])
        #expect(machine.state.withLock(\.transactions) == [["b"]])
    }

    @Test("what would take with it a package of which an edit is undecided is held, and the others go on")
    func held() throws {
        machine.state.withLock {
            $0.offered = ["a": "1-1", "b": "1-1", "c": "1-1"]
            $0.companions = ["a": ["liba"], "b": ["libb"]]
            $0.protected = ["liba"]
        }
        let requests = try [request("a", "any"), request("b", "any"), request("none", "any")]
        let failures = component.change(requests)
        #expect(failures.mapValues(\.code) == [requests[0].key: .held, requests[2].key: .programFailed])
        #expect(failures[requests[0].key]?.subject == "liba")
        #expect(
            machine.state.withLock(\.transactions) == [["b", "none"], ["b", "none"], ["b"], ["none"]]
        )
        machine.state.withLock { $0.transactions = [] }
        #expect(try component.change([request("a", "any")]).count == 1)
        #expect(machine.state.withLock(\.transactions).isEmpty)
    }

    @Test("what came or went because another package did is not listed, an update of it is")
    func dependencies() throws {
        func state(_ version: String, _ reason: PackageState.Reason) throws -> ResourceState {
            .package(try Machine.package(version, reason))
        }
        let (old, new) = (try state("1-1", .dependency), try state("2-1", .dependency))
        let configurationAlone = ResourceState.package(PackageState(system: .dpkg, instances: []))
        let rows: [(String, ResourceState, ResourceState)] = [
            ("svc", .absent, try state("1-1", .user)), ("library", .absent, old), ("gone", old, .absent),
            ("updated", old, new), ("chosen", old, try state("1-1", .user)),
            ("forgotten", try state("1-1", .user), old), ("back", configurationAlone, old),
            ("chosen-again", configurationAlone, try state("1-1", .user)),
        ]
        let listed = try rows.compactMap { row in
            let key = try ResourceKey("package:\(row.0)")
            let change = Change(key: key, before: row.1, after: row.2, at: Timestamp(seconds: 1))
            let seen = [SeenChange(change, isDuringTransaction: false)]
            return try component.feedback(of: seen, in: FeedbackContext())
        }
        #expect(listed.map(\.key.name) == ["svc", "updated", "chosen", "chosen-again"])
    }
}
