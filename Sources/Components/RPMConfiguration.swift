internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// What rpm says of itself: where its database lies, how it is kept, and what architecture the machine has.
struct RPMConfiguration: Hashable {
    /// The folder of the database, symlinks resolved.
    var folder: FilePath
    /// `sqlite`, `ndb`, `bdb`.
    var backend: String
    /// The file that rpm locks for a transaction.
    var lock: FilePath
    /// The names of the machine's own architecture.
    var nativeArchs: Set<String>

    /// Asks rpm; this opens no database.
    init(options: [String], time: Duration) throws(ComponentsError) {
        let question = "%{_dbpath}\n%{_db_backend}\n%{_rpmlock_path}\n%{_arch}\n%{_host_cpu}\n%{_target_cpu}"
        let answer = try ProgramRun.output(
            of: "rpm",
            options + ["-E", question],
            limit: 64 << 10,
            time: time
        )
        let lines = answer.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count >= 6, lines[0].first == UInt8(ascii: "/") else {
            throw ComponentsError(
                .programFailed,
                "rpm -E %{_dbpath}".utf8,
                "did not answer with an absolute path; see rpm --showrc"
            )
        }
        // A macro that this rpm does not know comes back as it is.
        func known(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
            line.isEmpty || line.first == UInt8(ascii: "%") ? nil : line
        }
        let given = FilePath(bytes: lines[0])
        folder = Self.resolved(given)
        // Where rpm knows no such macro it has Berkeley DB alone.
        backend = known(lines[1]).map { String(decoding: $0, as: UTF8.self) } ?? "bdb"
        lock = known(lines[2]).map { FilePath(bytes: $0) } ?? folder.appending(".rpm.lock")
        nativeArchs = Set(lines[3..<6].compactMap(known).map { String(decoding: $0, as: UTF8.self) })
    }

    /// The file whose presence means that there is a database.
    var mainFile: FilePath {
        switch backend {
        case "sqlite": folder.appending("rpmdb.sqlite")
        case "ndb": folder.appending("Packages.db")
        default: folder.appending("Packages")
        }
    }

    // Hints come from the directory itself, not from a link to it.
    private static func resolved(_ path: FilePath) -> FilePath {
        guard let real = path.withPlatformString({ realpath($0, nil) }) else { return path }
        defer { free(real) }
        return FilePath(platformString: real)
    }
}
