public import FoundationEssentials
public import NodeControl
import SystemPackage

/// A `weftd` that records trees of its own, with a state of its own.
public final class TrialNode {
    /// What is particular about a node.
    public struct Options {
        /// The recorded trees.
        public var roots: [URL]
        /// The server, and the token to enrol with; with an empty one the node waits to be accepted.
        public var server: (address: String, fingerprint: String, token: String)?
        /// More lines of `weftd.yaml`.
        public var settings = ""
        /// The node's name.
        public var name = "trial"
        /// What is set in its environment besides the caller's own.
        public var environment: [String: String] = [:]
        /// Where the state folder lies; below the trial's folder where `nil`.
        public var state: URL?

        /// A node that records these trees.
        public init(roots: [URL]) {
            self.roots = roots
        }
    }

    /// Its process; replaced by a restart.
    public private(set) var process: RunningProgram?
    /// Its control socket.
    public let socket: URL
    /// Its state folder.
    public let state: URL
    private let programs: Programs
    private let folder: TrialFolder
    private let options: Options
    private let configuration: URL
    private var starts = 0

    /// Starts a node and waits until its baseline is recorded.
    public init(_ programs: Programs = .built, in folder: TrialFolder, _ options: Options) throws {
        self.programs = programs
        self.folder = folder
        self.options = options
        socket = folder["\(options.name).sock"]
        state = options.state ?? folder["\(options.name)-state"]
        let conf = Programs.project.appending(path: "conf")
        var lines = [
            "state: \(state.path)",
            "socket: {path: \(socket.path)}",
            "node: {name: \(options.name)}",
            "files:",
            "  roots: [\(options.roots.map(\.path).joined(separator: ", "))]",
            "  homes: []",
            "  root-home: []",
            "  ignore: \(conf.appending(path: "ignore.yaml").path)",
            "  secrets: \(conf.appending(path: "secrets.yaml").path)",
            "  checks: \(conf.appending(path: "checks.yaml").path)",
        ]
        if let server = options.server {
            let token = try folder.write(server.token, to: "\(options.name)-token")
            lines += [
                "server:", "  url: \(server.address)", "  fingerprint: \(server.fingerprint)",
                "  enrolment-token-file: \(token.path)",
            ]
        }
        if !options.settings.contains("packages:") { lines.append("packages: {database: off}") }
        if !options.settings.contains("feedback:") { lines.append("feedback: {mode: manual}") }
        configuration = try folder.write(
            (lines + [options.settings]).joined(separator: "\n") + "\n",
            to: "\(options.name).yaml"
        )
        try start()
    }

    /// Starts it, and waits until it answers and has recorded or compared everything.
    public func start(within seconds: Double = 60) throws {
        starts += 1
        let process = try RunningProgram(
            programs.weftd,
            ["--config", configuration.path],
            log: folder["\(options.name)-\(starts).log"],
            environment: options.environment
        )
        self.process = process
        try eventually("the node's start", within: seconds) {
            guard process.isRunning else { throw TrialError("weftd ended: \(process.lastLines)") }
            try control.barrier()
            return true
        } as Bool
    }

    /// A connection to its control socket.
    public var control: NodeControlClient { NodeControlClient(path: FilePath(socket.path)) }

    /// Ends it; its exit status.
    @discardableResult
    public func stop() -> Int32 {
        defer { process = nil }
        return process?.stop() ?? -1
    }

    /// Ends it as a power cut would.
    public func kill() {
        process?.signal(9)
        _ = process?.wait(seconds: 10)
        process = nil
    }

    /// Runs `weft` against this node.
    public func weft(_ arguments: String...) throws -> ProgramOutput {
        try runToEnd(programs.weft, arguments, environment: ["WEFT_SOCKET": socket.path])
    }
}
