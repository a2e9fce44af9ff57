import Components
import FabricModel
import LinuxSystem
import SystemPackage
import Testing

@testable import NodeAgent

@Suite struct LargeFilesTests {
    @Test("a large file that cannot be read is shown until it was read")
    func unreadable() throws {
        let warnings = WarningBoard()
        let large = try LargeFiles(over: 10, warnings: warnings)
        large.add("/srv/large")
        var looks = 0
        large.run { path in
            looks += 1
            #expect(warnings.all.contains { $0.code == "reading" && $0.subject == "/srv/large" })
            if looks == 1 {
                throw ComponentsError(.unstableFile, path.bytes, "changed")
            }
            #expect(warnings.all.contains { $0.code == "unreadable" && $0.subject == "/srv/large" })
            large.stop()
        }
        #expect(looks == 2)
        #expect(warnings.all.isEmpty)
    }
}
