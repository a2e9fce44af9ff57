import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let approvalOfPackages: [Case] = [
        Case("a package's entry is the wish that its change stands for") { fabric in
            let node = try await fabric.node("web1")
            let changes = [
                try Sample.change("package:downgraded", Sample.package("2-1"), Sample.package("1-1")),
                try Sample.change("package:installed", .absent, Sample.package("1-1")),
                try Sample.change("package:removed", Sample.package("1-1"), .absent),
                try Sample.change("package:updated", Sample.package("1-1"), Sample.package("1-2")),
            ]
            let items = try await fabric.approve(fabric.commit(node, 1, changes)).revision?.items
            let wishes: [Entry?] = [
                .package(try PackageWish("=1-1")), .package(.any), .absent,
                .package(try PackageWish(">=1-2 if installed")),
            ]
            #expect(items?.map(\.after) == wishes)
        },
        Case("an update raises the wish of the tag, also where the tag allowed it before") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            for (number, wish) in [">=1.20", "any", "=1.21-1"].enumerated() {
                try await fabric.set(web, "package:nginx", .package(PackageWish(wish)))
                // Otherwise a second update would never reach the nodes that have the first.
                let update = try Sample.change(
                    "package:nginx",
                    Sample.package("1.21-1"),
                    Sample.package("1.22-1")
                )
                let commit = try await fabric.commit(node, Int64(number + 1), [update])
                #expect(try await fabric.approve(commit, into: web).unchanged == [])
                #expect(try await fabric.entry(web, "package:nginx") == .package(PackageWish(">=1.22-1")))
            }
        },
        Case("an update that is approved into a shared tag takes the place of the same in own tags") {
            fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let update = try Sample.change("package:ssl", Sample.package("3.0-1"), Sample.package("3.0-2"))
            _ = try await fabric.approve(fabric.commit(node, 1, [update]))
            let other = try await fabric.commit(fabric.node("web2"), 1, [update])
            let approval = try await fabric.approve(other, into: web)
            #expect(approval.dropped.map(\.key.name) == ["ssl"])
            let wish = Entry.package(try PackageWish(">=3.0-2 if installed"))
            #expect(try await fabric.entry(web, "package:ssl") == wish)
        },
        Case("a package that is wanted for itself now stays wanted in its version") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            try await fabric.set(web, "package:ssl", .package(PackageWish(">=3.0")))
            guard case .package(var state) = try Sample.package("3.1-1") else { return }
            state.reason = .dependency
            let marked = try Sample.change("package:ssl", .package(state), Sample.package("3.1-1"))
            #expect(try await fabric.approve(fabric.commit(node, 1, [marked]), into: web).unchanged == [1])
            #expect(try await fabric.entry(web, "package:ssl") == .package(PackageWish(">=3.0")))
        },
        Case("a downgrade below the wish replaces it, one from elsewhere conflicts") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            try await fabric.set(web, "package:nginx", .package(PackageWish(">=1.20")))
            let downgrade = try Sample.change(
                "package:nginx",
                Sample.package("1.22-1"),
                Sample.package("1.18-1")
            )
            #expect(
                try await fabric.approve(fabric.commit(node, 1, [downgrade]), into: web).revision?.number == 2
            )
            #expect(try await fabric.entry(web, "package:nginx") == .package(PackageWish("=1.18-1")))
            let other = try Sample.change("package:nginx", Sample.package("1.17-1"), Sample.package("1.19-1"))
            let commit = try await fabric.commit(node, 2, [other])
            await expectRefusal(
                .conflict,
                subject: "package:nginx",
                naming: "=1.18-1",
                "web@2",
                "1.17-1",
                "1.19-1"
            ) {
                try await fabric.approve(commit, into: web)
            }
        },
        Case("the same update on two nodes is approved once and found there the second time") { fabric in
            let web = try await fabric.tag("web")
            let update = try Sample.change("package:ssl", Sample.package("3.0-1"), Sample.package("3.0-2"))
            let first = try await fabric.commit(fabric.node("web1"), 1, [update])
            let second = try await fabric.commit(fabric.node("web2"), 1, [update])
            #expect(try await fabric.approve(first, into: web).unchanged == [])
            #expect(try await fabric.approve(second, into: web).unchanged == [1])
        },
    ]
}
