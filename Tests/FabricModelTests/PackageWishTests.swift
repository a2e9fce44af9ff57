import FabricModel
import Foundation
import Testing

@Suite("What a tag wants of a package")
struct PackageWishTests {
    static func state(_ system: PackageSystem, _ versions: String...) throws -> PackageState {
        PackageState(
            system: system,
            instances: try versions.map { PackageState.Instance(evr: try PackageVersion($0), arch: "x86_64") }
        )
    }

    @Test(
        "a wish is read and written",
        arguments: [
            "any", "removed", ">=1.2-3", "=1:2.0~rc1-4.el9", ">=2", "=0:1:2", ">=1:2.0-3 if installed",
        ]
    )
    func texts(text: String) throws {
        let wish = try PackageWish(text)
        #expect(wish.description == text)
        #expect(try CanonicalJSON.decode(PackageWish.self, from: CanonicalJSON.encode(wish)) == wish)
    }

    @Test(
        "what is no wish is refused",
        arguments: [
            "", "Any", "1.2", ">1.2", "<=1.2", "==1.2", ">=", "=", ">= 1.2", "=1.2 ", "absent", "=-1",
            "=1.2 if installed", "any if installed", ">= if installed", ">=1.2 if", ">=1.2  if installed",
        ]
    )
    func refused(text: String) {
        // `==1.2` would be read as the version `=1.2`.
        let error = #expect(throws: ModelError.self) { try PackageWish(text) }
        #expect(error?.code == .invalidState)
        #expect(error?.subject == text)
        for part in [
            "'\(text)'", "'any'", "'removed'", "'>=VERSION'", "'>=VERSION if installed'", "'=VERSION'",
            "[EPOCH:]VERSION[-RELEASE]",
        ] {
            #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        }
    }

    @Test(
        "what is installed satisfies it or not",
        arguments: [
            ("any", "1.0-1", true), (">=1.2-3", "1.2-3", true), (">=1.2-3", "1.2-4", true),
            (">=1.2-3", "1.10-1", true),
            (">=1.2-3", "1.2-2", false), (">=1.2-3", "1.2~rc1-9", false), (">=1.2-3", "1:0.1-1", true),
            (">=1:1.2-3", "9.9-9", false), ("=1.2-3", "1.2-3", true), ("=1.2-3", "1.2-4", false),
            ("=1.2-3", "1:1.2-3", false), ("=1.2", "1.2-4", true), (">=1.2", "1.2-0", true),
            ("=1.2", "1.2.1-1", false),
            (">=1.2", "1.1-9", false), ("=01.02-3", "1.2-3", true),
            (">=1.2-3 if installed", "1.2-2", false), (">=1.2-3 if installed", "1.2-3", true),
            (">=1.2-3 if installed", "1.3-1", true),
        ]
    )
    func satisfied(wish: String, version: String, expected: Bool) throws {
        for system in PackageSystem.allCases {
            #expect(try PackageWish(wish).isSatisfied(by: Self.state(system, version)) == expected)
        }
    }

    @Test("one of several versions is enough, and none satisfies nothing")
    func several() throws {
        let kernels = try Self.state(.rpm, "5.14-300", "5.14-100", "5.14-200")
        #expect(kernels.newest == PackageVersion(version: "5.14", release: "300"))
        #expect(try PackageWish("=5.14-100").isSatisfied(by: kernels))
        #expect(try PackageWish(">=5.14-250").isSatisfied(by: kernels))
        #expect(try !PackageWish(">=5.14-301").isSatisfied(by: kernels))
        #expect(try PackageWish(">=5.14-300 if installed").isSatisfied(by: kernels))
        #expect(try !PackageWish(">=5.14-301 if installed").isSatisfied(by: kernels))
        let none = PackageState(system: .rpm, instances: [])
        #expect(!PackageWish.any.isSatisfied(by: none))
        #expect(none.newest == nil)
    }

    @Test("for dpkg a version without a revision is older than the same with one")
    func nativePackages() throws {
        #expect(try !PackageWish(">=1.2-3").isSatisfied(by: Self.state(.dpkg, "1.2")))
        #expect(try !PackageWish("=1.2-3").isSatisfied(by: Self.state(.dpkg, "1.2")))
        #expect(try PackageWish(">=1.2").isSatisfied(by: Self.state(.dpkg, "1.2-3")))
        #expect(try PackageWish("=1.2").isSatisfied(by: Self.state(.dpkg, "1.2-3")))
        let (native, other) = (try Self.state(.dpkg, "1.2"), try Self.state(.dpkg, "1.2-1"))
        let key = try ResourceKey("package:dash")
        let update = Change(
            key: key,
            before: .package(native),
            after: .package(other),
            at: Timestamp(seconds: 0)
        )
        let new = PackageVersion(version: "1.2", release: "1")
        #expect(Entry(asking: update) == .package(.atLeastIfInstalled(new)))
        let downgrade = Change(
            key: key,
            before: .package(other),
            after: .package(native),
            at: Timestamp(seconds: 0)
        )
        #expect(Entry(asking: downgrade) == .package(.exactly(PackageVersion(version: "1.2"))))
    }

    @Test("what is wanted where it is installed is wanted nowhere else, also where its configuration is left")
    func whereInstalled() throws {
        let wish = try PackageWish(">=1-1 if installed")
        #expect(wish.isSatisfiedByNone && Entry.package(wish).isSatisfied(by: .absent))
        #expect(wish.isSatisfied(by: PackageState(system: .dpkg, instances: [])))
        for other in ["any", ">=1-1", "=1-1"] {
            #expect(try !Entry.package(PackageWish(other)).isSatisfied(by: .absent))
        }
    }

    @Test("a package that came for another one's sake is not wanted for its own")
    func chosen() throws {
        var state = try Self.state(.dpkg, "1-1")
        state.reason = .dependency
        #expect(!PackageWish.any.isSatisfied(by: state))
        #expect(try PackageWish(">=1-1").isSatisfied(by: state))
    }

    @Test("removed and purged are two things, and a package that is not there at all is removed too")
    func removed() throws {
        let removed = ResourceState.package(PackageState(system: .dpkg, instances: []))
        let installed = ResourceState.package(try Self.state(.dpkg, "1-1"))
        #expect(Entry.package(.removed).isSatisfied(by: removed))
        #expect(Entry.package(.removed).isSatisfied(by: .absent))
        #expect(!Entry.package(.removed).isSatisfied(by: installed))
        #expect(!Entry.absent.isSatisfied(by: removed))
        #expect(!Entry.package(.any).isSatisfied(by: removed))
        func entry(_ before: ResourceState, _ after: ResourceState) throws -> Entry {
            let key = try ResourceKey("package:a")
            return Entry(asking: Change(key: key, before: before, after: after, at: Timestamp(seconds: 1)))
        }
        #expect(try entry(installed, removed) == .package(.removed))
        #expect(try entry(removed, .absent) == .absent)
        #expect(try entry(removed, installed) == .package(.any))
        #expect(ChangeVerb(from: installed, to: removed) == .removed)
        #expect(ChangeVerb(from: removed, to: installed) == .installed)
    }
}
