import FabricModel
import Glibc
import Synchronization
import SystemPackage

@testable import Components

/// A service manager that makes links in a fixture, as systemctl does, and runs nothing.
final class FakeServiceManager: ServiceManager {
    struct State {
        var activity: [String: UnitActivity] = [:]
        var triggered: Set<String> = []
        var orders: [String] = []
        var news: [ServiceNews] = []
        var questions = 0
    }

    let fixture: UnitFixture
    let state = Mutex(State())
    let refusing: Set<String>

    /// A manager that refuses the orders of that name, such as `start a.service`.
    init(_ fixture: UnitFixture, refusing: Set<String> = []) {
        self.fixture = fixture
        self.refusing = refusing
    }

    var orders: [String] { state.withLock(\.orders) }

    func set(_ unit: String, _ activity: UnitActivity?) { state.withLock { $0.activity[unit] = activity } }

    var problem: HealthWarning? { nil }

    /// Tells the news that were put there, one after the other.
    func run(isOfInterest: (String) -> Bool, onNews: (ServiceNews) -> Void) {
        for news in state.withLock(\.news) {
            if case .ordered(let unit, let activity) = news {
                guard isOfInterest(unit) else { continue }
                set(unit, activity)
            }
            onNews(news)
        }
    }

    func stop() {}

    func flush(timeout: Duration) -> Bool { true }

    func activity(of units: Set<String>) throws(ComponentsError) -> [String: UnitActivity] {
        state.withLock { state in
            if !units.isEmpty { state.questions += 1 }
            return state.activity.filter { units.contains($0.key) }
        }
    }

    func isTriggered(_ unit: String) throws(ComponentsError) -> Bool {
        state.withLock { $0.triggered.contains(unit) }
    }

    func reload() throws(ComponentsError) { state.withLock { $0.orders.append("reload") } }

    func fulfil(_ order: UnitOrder, _ unit: String) throws(ComponentsError) {
        let text = "\(order) \(unit)"
        state.withLock { $0.orders.append(text) }
        guard !refusing.contains(text) else {
            if order == .start { set(unit, .failed) }
            throw ComponentsError(.programFailed, text.utf8, "was refused")
        }
        do {
            try perform(order, unit)
        } catch {
            throw ComponentsError(.programFailed, text.utf8, "failed: \(error)", cause: error)
        }
    }

    private func perform(_ order: UnitOrder, _ unit: String) throws {
        let name = UnitName(unit)
        switch order {
        case .mask: try fixture.mask(unit)
        case .unmask: fixture.remove("etc/systemd/system/\(unit)")
        case .enable:
            for other in try name.map({ try withAlso($0) }) ?? [] { try enable(other) }
        case .disable:
            for other in try name.map({ try withAlso($0) }) ?? [] {
                for path in try UnitLinks(fixture.files).units[other]?.paths.values.map(\.string) ?? [] {
                    fixture.remove(String(path.dropFirst()))
                }
            }
        case .wantedBy(let target): try fixture.enable(unit, "\(target).wants")
        case .requiredBy(let target): try fixture.enable(unit, "\(target).requires")
        case .start: set(unit, .running)
        case .stop: set(unit, .stopped)
        case .restart, .reload, .refresh: break
        }
    }

    private func enable(_ unit: UnitName) throws {
        for link in try fixture.files.installation(of: unit).links {
            let place = UnitLinks.isStarting(link) ? "\(link)/\(unit.text)" : link
            try? fixture.link(place, to: "/lib/systemd/system/\(unit.text)")
        }
    }

    /// A unit and those that its file names, and so on.
    private func withAlso(_ unit: UnitName) throws -> [UnitName] {
        var all: [UnitName] = []
        var open = [unit]
        while let next = open.popLast() {
            guard !all.contains(next) else { continue }
            all.append(next)
            open += try fixture.files.installation(of: next).also
        }
        return all
    }
}
