internal import FabricModel

/// RedHat's dnf, as RHEL 8 and 9 have it.
public struct DNF: PackageManager {
    /// The machine's own.
    public init() {}

    /// Fetches what the repositories have anew, also what dnf takes to be new enough.
    public func refresh() throws(ComponentsError) {
        try run("dnf", ["-y", "-q", "makecache", "--refresh"])
    }

    /// Has dnf's shell print the transaction that it would run.
    public func affected(by requests: [PackageRequest]) throws(ComponentsError) -> Set<String> {
        try withScript(for: requests) { script throws(ComponentsError) in
            let output = try shell(["--assumeno", "shell", script], expecting: "Error: Operation aborted.")
            return Self.affected(in: output)
        }
    }

    /// Fulfils requests by one transaction of dnf's shell, the only command that takes all kinds at once.
    ///
    /// With what is removed goes what had come for its sake alone.
    public func fulfil(_ requests: [PackageRequest]) throws(ComponentsError) {
        try withScript(for: requests) { script throws(ComponentsError) in
            _ = try shell(["-y", "-q", "shell", script])
        }
        // To ask for what is there already changes nothing of why it is there.
        let chosen = requests.filter { $0.wish == .any && $0.installed?.reason == .dependency }.map(\.name)
        if !chosen.isEmpty { try run("dnf", ["-y", "-q", "mark", "install"] + chosen) }
    }

    /// Runs the program, which may take an hour.
    private func run(_ program: String, _ arguments: [String]) throws(ComponentsError) {
        let ended = try ProgramRun.endedApart(program, arguments, time: .seconds(3600))
        try ended.check(ProgramRun.command(program, arguments.map { Array($0.utf8) }))
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
        let ended = try ProgramRun.endedApart("dnf", arguments, time: .seconds(3600))
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
        let all = String(decoding: ended.output + ended.messages, as: UTF8.self)
            .split(whereSeparator: \.isNewline).map(String.init)
        let lines = all.filter { $0 != message }
        let status = lines.count < all.count ? nil : ended.problem
        guard status != nil || lines.contains(where: { $0.hasPrefix("Error:") }) else { return nil }
        return "\(status ?? "ended with status 0"): \(lines.suffix(5).joined(separator: " | "))"
    }

    /// The packages in the table that dnf prints of a transaction, by the names of their keys with and without the
    /// architecture, since the table does not tell which one is the machine's own.
    ///
    /// *Source*: `list_transaction` of dnf 4's output.py: titles such as `Upgrading:`, and below them lines that begin with
    /// one space, name and architecture; for what one obsoletes, `     replacing  NAME.ARCH EVR`. Where nobody has a
    /// terminal, lines are not wrapped; where an older one wraps them, the name is on the first.
    static func affected(in output: [UInt8]) -> Set<String> {
        var names: Set<String> = []
        var isListed = false
        for line in String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            guard let first = words.first else { continue }
            if !line.hasPrefix(" ") {
                // Of what is skipped nothing happens.
                isListed = line.hasSuffix(":") && !line.hasPrefix("Skipping")
            } else if isListed, !line.hasPrefix("  ") {
                names.insert(first)
                if words.count > 1 { names.insert("\(first).\(words[1])") }
            } else if isListed, first == "replacing", words.count > 1 {
                names.insert(words[1])
                if let dot = words[1].lastIndex(of: ".") { names.insert(String(words[1][..<dot])) }
            }
        }
        return names
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
