import Components
import Crypto
import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import LinuxSystem
import NodeControl
import TrialFabric

/// What it costs a node to find out that there is nothing to do, with many resources of all kinds.
func measureConvergenceCheck(_ programs: Programs) throws -> Figure {
    let name = "converge.check"
    let checks = 50
    guard let database = try PackageDatabases.detect(preferred: nil) else {
        return Figure(name, failed: "this machine has no package database")
    }
    let folder = try TrialFolder()
    let tree = try folder.makeFolder("tree")
    let server = try TrialServer(programs, in: folder)
    defer { server.stop() }
    let admin = try server.client(.admin)
    let items = try files(1000, in: folder, admin) + packages(300, of: database) + services(50) + users(20)
    // Accounts and services are recorded where /etc is.
    var options = TrialNode.Options(roots: [tree, URL(filePath: "/etc")])
    options.server = try server.enrolment()
    options.settings = "packages: {database: auto}"
    let node = try TrialNode(programs, in: folder, options)
    defer { node.stop() }
    let tag = try TagName("everything")
    _ = try admin.createTag(tag)
    _ = try eventually("the node's registration") { try admin.include([tag], in: "trial") }
    _ = try admin.edit(tag, EditTag(items: items, message: "everything"))
    let plan = try eventually("the node's configuration") {
        let plan = try node.control.plan()
        return plan.isKnown ? plan : nil
    }
    guard plan.steps.isEmpty else {
        throw TrialError("there is something to do: \(plan.steps.prefix(3).map(\.key))")
    }
    guard let pid = node.process?.pid, let before = try ProcessUsage.of(pid) else {
        throw TrialError("the node ended")
    }
    for _ in 0..<checks { _ = try node.control.plan() }
    guard let after = try ProcessUsage.of(pid) else { throw TrialError("the node ended") }
    let seconds = Double(after.cpuTicks - before.cpuTicks) / Double(ProcessUsage.ticksPerSecond)
    let kinds = Dictionary(grouping: items, by: \.key.kind).map { "\($0.value.count) of \($0.key.rawValue)" }
    return Figure(
        name,
        seconds * 1000 / Double(checks),
        "ms CPU",
        .atMost(150),
        note: "mean of \(checks) checks; \(kinds.sorted().joined(separator: ", "))"
    )
}

private func files(_ count: Int, in folder: TrialFolder, _ admin: FabricClient) throws -> [EditTag.Item] {
    let text = "the same content\n"
    let root = AccountReference(name: "root", id: 0)
    let content = FileContent(digest: try admin.upload(Array(text.utf8)), size: UInt64(text.utf8.count))
    let state = FileState(type: .regular, mode: 0o644, owner: root, group: root, content: content)
    return try (0..<count)
        .map { number in
            let file = try folder.write(text, to: "tree/file-\(number)")
            return EditTag.Item(key: try ResourceKey("file:\(file.path)"), entry: .file(state))
        }
}

private func packages(_ count: Int, of database: any PackageDatabase) throws -> [EditTag.Item] {
    try database.packages().sorted { $0.key < $1.key }
        .compactMap { key, state in
            state.newest.map { EditTag.Item(key: key, entry: .package(.atLeast($0))) }
        }
        .prefix(count).map(\.self)
}

/// The services of this machine, and disabled ones that it does not know.
private func services(_ count: Int) throws -> [EditTag.Item] {
    let component = ServiceComponent(try Systemd(), .dpkg)
    let known = try component.identify(nil).prefix(count)
        .compactMap { observation -> EditTag.Item? in
            guard case .service(var state) = observation.state else { return nil }
            state.isRunning = nil
            return EditTag.Item(key: observation.key, entry: .service(state))
        }
    let unknown = try (known.count..<count)
        .map { number in
            EditTag.Item(
                key: try ResourceKey("service:unknown-\(number).service"),
                entry: .service(ServiceState())
            )
        }
    return known + unknown
}

private func users(_ count: Int) throws -> [EditTag.Item] {
    let component = AccountComponent(key: SymmetricKey(size: .bits256)) { [] }
    return try component.identify(nil)
        .compactMap { observation -> EditTag.Item? in
            guard case .user(let state) = observation.state else { return nil }
            return EditTag.Item(key: observation.key, entry: .user(UserWish(from: nil, to: state)))
        }
        .prefix(count).map(\.self)
}
