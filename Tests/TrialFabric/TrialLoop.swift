public import FabricAPI
public import FabricClient
import FoundationEssentials

/// A server and one node that sends to it.
public final class TrialLoop {
    /// Where everything lies; the node records `tree` in it.
    public let folder: TrialFolder
    /// The server.
    public let server: TrialServer
    /// A client with all rights.
    public let admin: FabricClient
    private let programs: Programs
    private var started: TrialNode?

    /// Starts a server; the node starts with ``start(settings:)``.
    public init(_ programs: Programs = .built) throws {
        self.programs = programs
        folder = try TrialFolder()
        _ = try folder.makeFolder("tree")
        server = try TrialServer(programs, in: folder)
        admin = try server.client(.admin)
    }

    /// Starts the node and waits until it is registered.
    public func start(settings: String = "") throws {
        var options = TrialNode.Options(roots: [folder["tree"]])
        options.server = try server.enrolment()
        options.settings = settings
        started = try TrialNode(programs, in: folder, options)
        _ = try eventually("the node's registration") { try admin.nodes().first }
    }

    /// The node, once it is started.
    public var node: TrialNode {
        get throws {
            guard let started else { throw TrialError("the node was not started") }
            return started
        }
    }

    /// The oldest commit of the queue, once there is one.
    public func queued() throws -> QueuedCommit {
        try eventually("a commit's arrival") { try admin.queue().first }
    }
}
