import FoundationEssentials
import SystemPackage
import Testing

@testable import NodeAgent

@Suite struct StateFolderTests {
    @Test("a folder in a recorded tree is refused, and not made")
    func belowRoot() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "weft-root-\(UUID())")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        let state = root.appending(path: "deep/state").path
        let error = #expect(throws: AgentError.self) { try StateFolder(state, roots: [root.path]) }
        #expect(error?.code == .rootHoldsState)
        #expect(try FileManager.default.contentsOfDirectory(atPath: root.path).isEmpty)
    }

    @Test("accounts that cannot be read are an error, and a file that is missing has none")
    func accounts() throws {
        #expect(try LocalAccount.all(in: "/nonexistent/passwd").isEmpty)
        #expect(throws: (any Error).self) { try LocalAccount.all(in: "/etc") }
    }
}
