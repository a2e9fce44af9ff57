internal import FabricModel

/// Debian's apt.
public struct Apt: PackageManager {
    private let ended: ProgramRun.Program

    /// The machine's own.
    public init() {
        self.init { program, arguments throws(ComponentsError) in
            let environment = ["DEBIAN_FRONTEND": "noninteractive"]
            return try ProgramRun.endedApart(
                program,
                arguments,
                environment: environment,
                time: .seconds(3600)
            )
        }
    }

    init(run: @escaping ProgramRun.Program) {
        ended = run
    }

    // The admin's version of a configuration file stays; where nobody edited it, the package's new one is taken.
    private static let configuration = ["--force-confdef", "--force-confold"]
    private static let options =
        ["-y", "-q"] + configuration.flatMap { ["-o", "Dpkg::Options::=\($0)"] } + [
            // Seconds for which another transaction is waited for.
            "-o", "DPkg::Lock::Timeout=120", "--allow-downgrades",
            // A name that no repository has is no regular expression for others: `python3.11` has a dot.
            "-o", "APT::Cmd::Pattern-Only=true",
        ]

    /// Fetches the lists of packages anew.
    public func refresh() throws(ComponentsError) {
        try run("apt-get", ["update", "-q"])
    }

    /// Asks `apt-get --simulate`, which needs no lock.
    public func affected(by requests: [PackageRequest]) throws(ComponentsError) -> Set<String> {
        var affected: Set<String> = []
        for arguments in try commands(for: requests) {
            affected.formUnion(Self.affected(in: try run("apt-get", ["--simulate"] + arguments)))
        }
        return affected
    }

    /// Fulfils requests by one `apt-get install`, in which a minus at a name's end removes.
    ///
    /// With what is removed goes what had come for its sake alone.
    public func fulfil(_ requests: [PackageRequest]) throws(ComponentsError) {
        let commands = try commands(for: requests)
        if requests.contains(where: \.goes) { try checkRemovals(requests, commands) }
        for arguments in commands { try run("apt-get", arguments) }
        // To name a package makes it the admin's choice, which an update of a dependency is not.
        let dependencies = requests.filter { request in
            switch request.wish {
            case .atLeast, .atLeastIfInstalled, .exactly: request.installed?.reason == .dependency
            case .any, .removed, nil: false
            }
        }
        if !dependencies.isEmpty {
            try run("apt-mark", ["auto", "--"] + dependencies.map { Self.name($0.name) })
        }
    }

    /// What `apt-get` is called with, one after the other.
    private func commands(for requests: [PackageRequest]) throws(ComponentsError) -> [[String]] {
        try checkNames(of: requests)
        let purged = requests.filter { $0.wish == nil }.map { Self.name($0.name) }
        let keepsConfiguration = requests.contains { $0.wish == .removed }
        var options = Self.options + ["-o", "APT::Get::AutomaticRemove=\(requests.contains(where: \.goes))"]
        // It holds for all that goes; where some keeps its configuration, the other is purged by itself.
        if !purged.isEmpty, !keepsConfiguration { options.append("--purge") }
        // What goes while apt waits for another transaction does not come back.
        if requests.allSatisfy(\.isForInstalled) { options.append("--only-upgrade") }
        // Rather than take away what somebody wants, it says that it cannot be.
        if !requests.contains(where: \.goes) { options.append("--no-remove") }
        let install = options + ["install", "--"] + requests.map(Self.argument)
        return purged.isEmpty || !keepsConfiguration
            ? [install] : [install, Self.options + ["purge", "--"] + purged]
    }

    /// Refuses to take away what nobody asked to go: of those that depend on what goes, only what came for its sake.
    private func checkRemovals(
        _ requests: [PackageRequest],
        _ commands: [[String]]
    ) throws(ComponentsError) {
        var going: Set<String> = []
        for arguments in commands {
            let output = try run("apt-get", ["--simulate"] + arguments)
            going.formUnion(Self.affected(in: output, by: ["Remv", "Purg"]))
        }
        going.subtract(requests.filter(\.goes).map(\.name))
        guard !going.isEmpty else { return }
        let automatic = String(decoding: try run("apt-mark", ["showauto"]), as: UTF8.self)
        for name in automatic.split(whereSeparator: \.isNewline) {
            going.remove(String(name).replacing(":", with: "."))
        }
        guard let other = going.min() else { return }
        throw ComponentsError.wouldGo(other, with: requests)
    }

    /// Refuses names that `apt-get` would take for something else.
    ///
    /// Where it does not know `g+`, it installs `g`, and where it does not know `g-`, it removes that.
    private func checkNames(of requests: [PackageRequest]) throws(ComponentsError) {
        for request in requests where request.name.hasSuffix("+") || request.name.hasSuffix("-") {
            let output = try run("apt-cache", ["pkgnames", "--", request.name])
            guard
                output.split(separator: UInt8(ascii: "\n"))
                    .contains(where: { $0.elementsEqual(request.name.utf8) })
            else {
                throw ComponentsError(
                    .programFailed,
                    "apt-cache pkgnames -- \(request.name)".utf8,
                    "no repository has the package \(request.name)"
                )
            }
        }
    }

    /// Runs a program; once more when an earlier transaction that was cut off has been finished.
    @discardableResult
    private func run(_ program: String, _ arguments: [String]) throws(ComponentsError) -> [UInt8] {
        do {
            return try once(program, arguments)
        } catch {
            guard error.message.contains("dpkg --configure -a") else { throw error }
        }
        _ = try once("dpkg", Self.configuration + ["--configure", "-a"])
        return try once(program, arguments)
    }

    private func once(_ program: String, _ arguments: [String]) throws(ComponentsError) -> [UInt8] {
        let ended = try ended(program, arguments)
        try ended.check(ProgramRun.command(program, arguments.map { Array($0.utf8) }))
        return ended.output
    }

    /// The packages in the output of `apt-get --simulate`, by the names of their keys.
    ///
    /// *Source*: lines such as `Inst libc6:i386 [2.36-8] (2.36-9 Debian:12 [i386])`, `Remv nginx [1.22]` and `Purg`.
    static func affected(
        in output: [UInt8],
        by verbs: Set<String> = ["Inst", "Remv", "Purg"]
    ) -> Set<String> {
        let names = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline)
            .compactMap { line -> String? in
                let words = line.split(separator: " ", maxSplits: 2).map(String.init)
                guard words.count > 1, verbs.contains(words[0]) else { return nil }
                return words[1].replacing(":", with: ".")
            }
        return Set(names)
    }

    static func argument(_ request: PackageRequest) -> String {
        let name = name(request.name)
        return switch request.wish {
        case nil, .removed: name + "-"
        case .any, .atLeast, .atLeastIfInstalled: name
        case .exactly(let version): "\(name)=\(version)"
        }
    }

    /// Debian writes `NAME:ARCH` where a key has `NAME.ARCH`; no name has a dot before an architecture's.
    private static func name(_ key: String) -> String {
        let architectures = [
            "amd64", "arm64", "armel", "armhf", "i386", "mips64el", "ppc64el", "riscv64", "s390x",
        ]
        guard let dot = key.lastIndex(of: "."), architectures.contains(String(key[key.index(after: dot)...]))
        else {
            return key
        }
        return "\(key[..<dot]):\(key[key.index(after: dot)...])"
    }
}
