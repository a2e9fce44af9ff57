import FabricAPI
import FabricModel
import Foundation
import ServerStore
import Settings
import Testing

@testable import FabricServer

@Suite struct StoreUpkeepTests {
    private func upkeep(_ bench: Bench, _ yaml: String, daysOn: Double) throws -> StoreUpkeep<ContinuousClock>
    {
        let keys = RetentionSettings.keys
        let file = try SettingsFile(name: "x.yaml", data: Data(yaml.utf8), keys: keys)
        // The store dates uploads by the machine's clock.
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970)).adding(seconds: daysOn * 86_400)
        return StoreUpkeep(
            store: bench.store,
            retention: try RetentionSettings(file),
            clock: ContinuousClock(),
            now: { now },
            logger: bench.log.logger
        )
    }

    @Test("uploads that nothing names go when their days are over, and never where the settings say so")
    func uploads() async throws {
        try await Bench.with { bench in
            let digest = ContentDigest.sha256("one".utf8)
            try await bench.store.putContent(Array("one".utf8), digest: digest, from: bench.web.id)
            for (yaml, days) in [
                ("{}", 6.9), ("retention: {uploads: 0}", 4000), ("retention: {uploads: 30}", 29),
            ] {
                try await upkeep(bench, yaml, daysOn: days).round()
                #expect(try await bench.store.content(digest) == Array("one".utf8), "\(yaml)")
            }
            try await upkeep(bench, "{}", daysOn: 7.1).round()
            #expect(try await bench.store.missing([digest], for: bench.web.id) == [digest])
        }
    }
}
