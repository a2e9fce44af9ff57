import FabricModel
import FoundationEssentials
import NodeControl
import Testing
import TrialFabric

@Suite struct PackageTests {
    @Test("a package that rpm installs, updates and erases is one change each, and its own files are none")
    func rpm() throws {
        let folder = try TrialFolder()
        let tree = try folder.makeFolder("tree")
        let conf = tree.appending(path: "service.conf").path
        let rpm = try ScratchRPM(in: folder)
        try rpm.build("base", version: "1")
        try rpm.build("service", version: "1", files: [conf: "version 1"])
        try rpm.build("service", version: "2", files: [conf: "version 2"])
        try rpm.run("-i", "base-1-1.noarch.rpm")
        var options = TrialNode.Options(roots: [tree])
        options.settings = "packages: {database: rpm}"
        options.environment = ["HOME": rpm.home.path]
        let node = try TrialNode(in: folder, options)
        let key = try ResourceKey("package:service")

        try rpm.run("-i", "service-1-1.noarch.rpm")
        #expect(try commit(node) == [key], "installing")
        try rpm.run("-U", "service-2-1.noarch.rpm")
        #expect(try commit(node) == [key], "updating")
        // What an admin changes in the package's file is a change.
        try Data("version 2, edited\n".utf8).write(to: URL(filePath: conf))
        #expect(try commit(node) == [ResourceKey("file:\(conf)")], "editing")
        try Data("version 2\n".utf8).write(to: URL(filePath: conf))
        _ = try commit(node)
        try rpm.run("-e", "service")
        #expect(try commit(node) == [key], "erasing")
    }

    @Test("the machine's own package database is recorded, and an idle one makes no change")
    func machine() throws {
        let folder = try TrialFolder()
        var options = TrialNode.Options(roots: [try folder.makeFolder("tree")])
        options.settings = "packages: {database: dpkg}"
        let node = try TrialNode(in: folder, options)
        let listed = try runToEnd(
            URL(filePath: "/usr/bin/dpkg-query"),
            ["-W", "-f", "${db:Status-Status} ${binary:Package}\n"]
        )
        let installed = listed.text.split(separator: "\n").count { $0.hasPrefix("installed ") }
        let status = try eventually("the packages' baseline") {
            try node.control.barrier()
            let status = try node.control.status()
            return status.resources["package"] == nil ? nil : status
        }
        #expect(status.resources["package"] == installed)
        #expect(status.openChangeCount == 0)
    }

    /// Commits, and gives what the commit names.
    private func commit(_ node: TrialNode) throws -> [ResourceKey] {
        let made = try node.control.commit()
        return try node.control.log(LogQuery(limit: 100)).filter { $0.commit == made.first?.id }.map(\.key)
    }
}
