internal import FabricModel

/// RedHat's dnf, as RHEL 8 and 9 have it.
public struct DNF: PackageManager {
    private let ended: ProgramRun.Program

    /// The machine's own.
    public init() {
        self.init { program, arguments throws(ComponentsError) in
            try ProgramRun.endedApart(program, arguments, time: .seconds(3600))
        }
    }

    init(run: @escaping ProgramRun.Program) {
        ended = run
    }

    /// Fetches what the repositories have anew, also what dnf takes to be new enough.
    public func refresh() throws(ComponentsError) {
        try run("dnf", ["-y", "-q", "makecache", "--refresh"])
    }

    /// Has dnf's shell print the transaction that it would run.
    public func affected(by requests: [PackageRequest]) throws(ComponentsError) -> Set<String> {
        try withScript(for: requests) { script throws(ComponentsError) in
            Set(try simulated(script).flatMap(\.names))
        }
    }

    /// Fulfils requests by one transaction of dnf's shell, the only command that takes all kinds at once.
    ///
    /// With what is removed goes what had come for its sake alone.
    public func fulfil(_ requests: [PackageRequest]) throws(ComponentsError) {
        try withScript(for: requests) { script throws(ComponentsError) in
            if requests.contains(where: \.goes) { try checkRemovals(requests, script) }
            _ = try shell(["-y", "-q", "shell", script])
        }
        // To ask for what is there already changes nothing of why it is there.
        let chosen = requests.filter { $0.wish == .any && $0.installed?.reason == .dependency }.map(\.name)
        if !chosen.isEmpty { try run("dnf", ["-y", "-q", "mark", "install"] + chosen) }
    }

    /// Refuses to take away what nobody asked to go: of those that depend on what goes, only what came for its sake.
    private func checkRemovals(_ requests: [PackageRequest], _ script: String) throws(ComponentsError) {
        let asked = Set(requests.filter(\.goes).map(\.name))
        let others = try simulated(script)
            .filter { $0.isRemovedWithOthers && asked.isDisjoint(with: $0.names) }
        guard !others.isEmpty else { return }
        let arguments = ["-q", "repoquery", "--userinstalled", "--qf", "%{name}.%{arch}"]
        let chosen = Set(ProgramRun.lines(try run("dnf", arguments)))
        let wanted = others.filter { $0.arch == nil || !chosen.isDisjoint(with: $0.names) }
        guard let other = wanted.map(\.name).min() else { return }
        throw ComponentsError.wouldGo(other, with: requests)
    }

    /// The transaction that dnf's shell would run.
    private func simulated(_ script: String) throws(ComponentsError) -> [DNFTransactionLine] {
        DNFTransactionLine.lines(
            of: try shell(["--assumeno", "shell", script], expecting: "Error: Operation aborted.")
        )
    }

    /// Runs the program, which may take an hour.
    @discardableResult
    private func run(_ program: String, _ arguments: [String]) throws(ComponentsError) -> [UInt8] {
        let ended = try ended(program, arguments)
        try ended.check(ProgramRun.command(program, arguments.map { Array($0.utf8) }))
        return ended.output
    }

    private func withScript<Value>(
        for requests: [PackageRequest],
        _ body: (String) throws(ComponentsError) -> Value
    ) throws(ComponentsError) -> Value {
        let lines = requests.map(Self.line) + ["run"]
        let script = try ScriptFile(lines.joined(separator: "\n") + "\n")
        return try withExtendedLifetime(script) { () throws(ComponentsError) in try body(script.path) }
    }

    private func shell(
        _ arguments: [String],
        expecting message: String? = nil
    ) throws(ComponentsError) -> [UInt8] {
        let ended = try ended("dnf", arguments)
        guard let problem = Self.problem(ended, expecting: message) else { return ended.output }
        throw ComponentsError(
            .programFailed,
            (["dnf"] + arguments).joined(separator: " ").utf8,
            problem
        )
    }

    /// What went wrong in dnf's shell, which ends with status 0 also where it does not know a package.
    ///
    /// A message that is expected is no problem, and excuses the status.
    static func problem(_ ended: ProgramRun.Ended, expecting message: String? = nil) -> String? {
        let prefix = "Error:"
        let all = ProgramRun.lines(ended.output + ended.messages)
        let lines = all.filter { $0 != message }
        let status = lines.count < all.count ? nil : ended.problem
        if let status { return "\(status): \(lines.suffix(5).joined(separator: " | "))" }
        guard let first = lines.firstIndex(where: { $0.hasPrefix(prefix) }) else { return nil }
        let said = lines[first...].prefix(5)
            .map { line in
                let rest = line.hasPrefix(prefix) ? line.dropFirst(prefix.count) : line[...]
                return String(rest.drop { $0 == " " })
            }
        return "failed: \(said.filter { !$0.isEmpty }.joined(separator: " | "))"
    }

    static func line(_ request: PackageRequest) -> String {
        let isThere = request.installed != nil
        return switch request.wish {
        case nil, .removed: "remove \(request.name)"
        case .any: "install \(request.name)"
        case .atLeastIfInstalled: "upgrade \(request.name)"
        // To update keeps the reason for which a package is installed.
        case .atLeast: isThere ? "upgrade \(request.name)" : "install \(request.name)"
        case .exactly(let version):
            isThere && isNewer(request, than: version)
                ? "downgrade \(request.name)-\(version)" : "install \(request.name)-\(version)"
        }
    }

    private static func isNewer(_ request: PackageRequest, than version: PackageVersion) -> Bool {
        request.installed?.newest.map { $0.compare(to: version, in: .rpm) > 0 } ?? false
    }
}
