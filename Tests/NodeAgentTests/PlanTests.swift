import FabricModel
import Testing

@testable import NodeAgent

@Suite struct PlanTests {
    private func step(_ key: String, _ entry: Entry? = nil) throws -> Plan.Step {
        let key = try ResourceKey(key)
        let root = AccountReference(name: "root", id: 0)
        let file = FileState(type: .directory, mode: 0o755, owner: root, group: root)
        let wanted = entry ?? (key.kind == .package ? .package(.any) : .file(file))
        return Plan.Step(
            item: .init(key: key, entry: wanted, tag: try TagName("web"), revision: 1),
            current: .absent
        )
    }

    @Test(
        "repositories come before packages, these before files, and what goes goes last, from the bottom up"
    )
    func order() throws {
        let steps = try [
            step("file:/etc/old", .absent), step("file:/etc/nginx/nginx.conf"), step("package:nginx"),
            step("file:/etc/old/below", .absent), step("file:/etc/nginx"), step("package:apache2", .absent),
            step("file:/etc/apt/sources.list.d/own.list"), step("file:/etc/yum.repos.d/own.repo"),
        ]
        #expect(
            Plan.ordered(steps).map(\.item.key.description) == [
                "file:/etc/apt/sources.list.d/own.list", "file:/etc/yum.repos.d/own.repo", "package:apache2",
                "package:nginx", "file:/etc/nginx", "file:/etc/nginx/nginx.conf", "file:/etc/old/below",
                "file:/etc/old",
            ]
        )
    }
}
