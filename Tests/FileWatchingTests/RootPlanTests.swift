import SystemPackage
import Testing

@testable import FileWatching

@Suite("Roots as one tree of names")
struct RootPlanTests {
    private let plan = RootPlan([
        WatchedRoot(path: "/etc"), WatchedRoot(path: "/home/b", scope: .only(["f", "d/g"])),
        WatchedRoot(path: "/home/a", scope: .only([])), WatchedRoot(path: "/etc/ssh/keys"),
    ])

    @Test("the hints of the top cover each root once, in order of names")
    func hints() {
        #expect(all(plan) == [.tree("/etc"), .path("/home/b/d/g"), .path("/home/b/f")])
        #expect(all(RootPlan([])) == [])
        #expect(all(RootPlan([WatchedRoot(path: "/")])) == [.tree("/")])
    }

    private func all(_ plan: RootPlan) -> [Hint] {
        plan.hints(at: RootPlan.top, path: []).compactMap { $0.hint { _ in false } }
    }

    @Test(
        "a mount concerns a root when it is above, at or below it",
        arguments: [
            ("", true), ("/etc", true), ("/etc/x/y", true), ("/home", true), ("/home/b", true),
            ("/home/b/d", true),
            ("/home/b/f", true), ("/home/b/x", false), ("/home/c", false), ("/usr", false), ("/etcx", false),
        ]
    )
    func concerns(_ path: String, _ expected: Bool) {
        #expect(plan.concerns(Array(path.utf8)) == expected)
    }
}
