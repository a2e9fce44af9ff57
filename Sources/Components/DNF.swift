internal import FabricModel

/// RedHat's dnf, as RHEL 8 and 9 have it.
public struct DNF: PackageManager {
    /// The machine's own.
    public init() {}

    /// Fetches what the repositories have anew, also what dnf takes to be new enough.
    public func refresh() throws(ComponentsError) {
        try run("dnf", ["-y", "-q", "makecache", "--refresh"])
    }

    /// The packages that are asked for.
    ///
    /// What dnf prints of a transaction before it asks is a table for people, with lines that are cut and wrapped by the
    /// terminal's width; and rpm keeps an edited configuration file, as what it is or as `.rpmsave`.
    public func affected(by requests: [PackageRequest]) throws(ComponentsError) -> Set<String> {
        Set(requests.map(\.name))
    }

    /// Fulfils requests by one transaction of dnf's shell, the only command that takes all kinds at once.
    ///
    /// With what is removed goes what had come for its sake alone.
    public func fulfil(_ requests: [PackageRequest]) throws(ComponentsError) {
        let lines = requests.map(Self.line) + ["run"]
        let script = try ScriptFile(lines.joined(separator: "\n") + "\n")
        try withExtendedLifetime(script) { () throws(ComponentsError) in
            try shell(script.path)
        }
        // To ask for what is there already changes nothing of why it is there.
        let chosen = requests.filter { $0.wish == .any && $0.installed?.reason == .dependency }.map(\.name)
        if !chosen.isEmpty { try run("dnf", ["-y", "-q", "mark", "install"] + chosen) }
    }

    private func shell(_ script: String) throws(ComponentsError) {
        let arguments = ["-y", "-q", "shell", script]
        let ended = try ProgramRun.ended("dnf", arguments, time: .seconds(3600))
        guard let problem = Self.problem(ended) else { return }
        throw ComponentsError(
            .programFailed,
            (["dnf"] + arguments).joined(separator: " ").utf8,
            problem
        )
    }

    /// What went wrong in dnf's shell, which ends with status 0 also where it does not know a package.
    static func problem(_ ended: ProgramRun.Ended) -> String? {
        let lines = String(decoding: ended.output + ended.messages, as: UTF8.self)
            .split(whereSeparator: \.isNewline)
        guard ended.problem != nil || lines.contains(where: { $0.hasPrefix("Error:") }) else { return nil }
        return "\(ended.problem ?? "ended with status 0"): \(lines.suffix(5).joined(separator: " | "))"
    }

    static func line(_ request: PackageRequest) -> String {
        let isThere = request.installed != nil
        return switch request.wish {
        case nil, .removed: "remove \(request.name)"
        case .any: "install \(request.name)"
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
