import FuzzTargets
import Testing

@Suite struct FuzzTargetTests {
    private static let names = (try? FuzzTarget.all.map(\.name)) ?? []

    @Test("every target accepts what it begins with", arguments: names)
    func seeds(_ name: String) throws {
        let target = try #require(try FuzzTarget.named(name))
        #expect(!target.seeds.isEmpty)
        for seed in target.seeds { #expect(target.run(seed) == .accepted) }
    }

    @Test("what is nearly right is refused, or keeps what is promised of it", arguments: names)
    func mutations(_ name: String) throws {
        let target = try #require(try FuzzTarget.named(name))
        var mutation = Mutation(seed: 4)
        for seed in target.seeds {
            for _ in 0..<2_000 / target.seeds.count {
                let input = mutation.of(seed)
                if case .broken(let promise) = target.run(input) {
                    Issue.record("\(String(decoding: input, as: UTF8.self)): \(promise)")
                }
            }
        }
    }

    @Test("targets have names of their own")
    func unique() throws {
        #expect(Set(Self.names).count == (try FuzzTarget.all.count))
    }
}
