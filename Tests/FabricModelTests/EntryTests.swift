import FabricModel
import Testing

@Suite("What a tag says of a resource")
struct EntryTests {
    @Test("the entry that asks for what a change did")
    func asking() throws {
        let (old, new) = (try Samples.package("1.2-1"), try Samples.package("1.10-1"))
        let file = Samples.file("a")
        let asked: [(ResourceState, ResourceState, Entry)] = [
            (.absent, .package(new), .package(.any)),
            (
                .package(old), .package(new), .package(.atLeastIfInstalled(try PackageVersion("1.10-1")))
            ),
            (.package(new), .package(old), .package(.exactly(try PackageVersion("1.2-1")))),
            (.package(new), .package(new), .package(.any)),
            (.package(new), .absent, .absent),
            (.package(PackageState(system: .rpm, instances: [])), .package(new), .package(.any)),
            (.absent, .file(file), .file(file)),
            (.file(Samples.file("b")), .file(file), .file(file)),
            (.file(file), .absent, .absent),
        ]
        for (before, after, expected) in asked {
            let change = try Samples.change("file:/a", before, after)
            let entry = Entry(asking: change)
            #expect(entry == expected)
            #expect(entry.isSatisfied(by: after))
        }
    }

    @Test(
        "what a change led to always satisfies the entry that asks for it",
        arguments: PackageSystem.allCases
    )
    func askingIsSatisfied(system: PackageSystem) throws {
        var random = RandomValues(seed: 10)
        for _ in 0..<1000 {
            func state() throws -> ResourceState {
                let versions = try (0..<Int.random(in: 1...2, using: &random))
                    .map { _ in
                        let text = random.text(of: "12", 1...1) + random.text(of: "129a.~", 0...3)
                        let release = Bool.random(using: &random) ? "-" + random.text(of: "12", 1...2) : ""
                        return PackageState.Instance(evr: try PackageVersion(text + release), arch: "x86_64")
                    }
                return .package(PackageState(system: system, instances: versions))
            }
            let change = try Samples.change("package:a", state(), state())
            #expect(Entry(asking: change).isSatisfied(by: change.after), "\(change)")
        }
    }

    @Test("an update is no longer satisfied by what was there before")
    func updateIsNotThere() throws {
        let (old, new) = (ResourceState.package(try Samples.package("1.2-1")), try Samples.package("1.10-1"))
        let update = Entry(asking: try Samples.change("package:a", old, .package(new)))
        #expect(!update.isSatisfied(by: old))
        let downgrade = Entry(asking: try Samples.change("package:a", .package(new), old))
        #expect(!downgrade.isSatisfied(by: .package(new)))
    }

    @Test("absent is satisfied by absence alone, a file by an equal one alone")
    func satisfied() throws {
        let file = Samples.file("a")
        let package = ResourceState.package(try Samples.package("1-1"))
        #expect(Entry.absent.isSatisfied(by: .absent))
        #expect(!Entry.absent.isSatisfied(by: .file(file)))
        #expect(!Entry.absent.isSatisfied(by: package))
        #expect(Entry.file(file).isSatisfied(by: .file(file)))
        #expect(!Entry.file(file).isSatisfied(by: .file(Samples.file("b"))))
        #expect(!Entry.file(file).isSatisfied(by: .absent))
        #expect(!Entry.file(file).isSatisfied(by: package))
        #expect(Entry.package(.any).isSatisfied(by: package))
        #expect(!Entry.package(.any).isSatisfied(by: .absent))
        #expect(!Entry.package(.any).isSatisfied(by: .file(file)))
    }

    @Test("an entry stands under a key of its kind, absent under any")
    func fits() throws {
        let (file, package) = (try Samples.key("file:/a"), try Samples.key("package:a"))
        #expect(Entry.absent.fits(file) && Entry.absent.fits(package))
        #expect(Entry.file(Samples.file("a")).fits(file) && !Entry.file(Samples.file("a")).fits(package))
        #expect(!Entry.package(.any).fits(file) && Entry.package(.any).fits(package))
    }
}

@Suite("The effective configuration")
struct EffectiveConfigurationTests {
    @Test("for random layers, the first tag that names a resource gives it, and the own tag always wins")
    func precedence() throws {
        var random = RandomValues(seed: 11)
        let keys = try ["file:/a", "file:/b", "package:a", "package:b", "package:c"]
            .map { try Samples.key($0) }
        let tags = [
            TagName(ownTagOf: try NodeName("web1")), try TagName("web"), try TagName("base"),
            try TagName("x"),
        ]
        for _ in 0..<500 {
            let layers = tags.map { tag in
                keys.filter { _ in Bool.random(using: &random) }
                    .map { key in
                        let revision = Int64.random(in: 1...9, using: &random)
                        return EffectiveConfiguration.Item(
                            key: key,
                            entry: .absent,
                            tag: tag,
                            revision: revision
                        )
                    }
                    .shuffled(using: &random)
            }
            let configuration = EffectiveConfiguration(layers: layers)
            #expect(configuration.items.map(\.key) == configuration.items.map(\.key).sorted())
            for key in keys {
                let expected = layers.lazy.compactMap { $0.first { $0.key == key } }.first
                #expect(configuration.items.first { $0.key == key } == expected)
                if let own = layers[0].first(where: { $0.key == key }) { #expect(expected == own) }
            }
            #expect(configuration.items.count == Set(layers.joined().map(\.key)).count)
        }
    }

    @Test("no layers and empty layers give nothing")
    func empty() {
        #expect(EffectiveConfiguration(layers: [[EffectiveConfiguration.Item]]()).items == [])
        #expect(EffectiveConfiguration(layers: [[], []]).items == [])
    }
}
