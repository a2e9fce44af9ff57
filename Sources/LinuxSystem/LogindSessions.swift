public import SystemPackage

/// The sessions that systemd-logind keeps.
///
/// *Source*: one file of `KEY=VALUE` lines per session in `/run/systemd/sessions`, as written by `session_save` in
/// systemd's `logind-session.c` and read by `sd_session_get_*`(3).
public struct LogindSessions: LoginSessionSource {
    private let folder: FilePath

    /// Sessions from the files in `folder`.
    public init(folder: FilePath = "/run/systemd/sessions") {
        self.folder = folder
    }

    /// Whether the folder is there, which logind makes when it starts.
    public func isRunning() throws(SystemError) -> Bool {
        try FileStatus.at(folder)?.kind == .directory
    }

    /// Sessions of people that are online or active, by start; not greeters, services, and those that are closing.
    public func sessions() throws(SystemError) -> [LoginSession] {
        var sessions: [LoginSession] = []
        for (name, status) in try DirectoryListing.entries(of: folder) ?? [] where status.kind == .regular {
            // A file that is gone by now is a session that ended. Beside the sessions lie temporary files and FIFOs.
            guard name.first != UInt8(ascii: "."), let component = FilePath(bytes: name).lastComponent,
                let lines = try SystemFile.lines(folder.appending(component), limit: 64 << 10)
            else { continue }
            if let session = Self.session(PrintableBytes.escape(name), lines) { sessions.append(session) }
        }
        return sessions.sorted { ($0.since, $0.id) < ($1.since, $1.id) }
    }

    private static func session(_ id: String, _ lines: [Substring]) -> LoginSession? {
        var values: [Substring: String] = [:]
        for line in lines where !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let value = String(line[line.index(after: equals)...])
            values[line[..<equals]] = value.isEmpty ? nil : value
        }
        guard let user = values["USER"], let uid = values["UID"].flatMap(UInt32.init),
            isPerson(values["CLASS"]), values["STATE"] == "active" || values["STATE"] == "online"
        else { return nil }
        let terminal = values["TTY"] ?? values["DISPLAY"]
        return LoginSession(
            id: id,
            user: user,
            uid: uid,
            source: values["REMOTE_HOST"].map(unescape) ?? terminal,
            terminal: terminal,
            leader: values["LEADER"].flatMap(Int32.init),
            since: values["REALTIME"].flatMap(Int64.init) ?? 0
        )
    }

    /// `user` and, since systemd 256, its variants; a file without a class is of a systemd before classes.
    private static func isPerson(_ name: String?) -> Bool {
        name.map { $0 == "user" || $0.hasPrefix("user-") && $0 != "user-incomplete" } ?? true
    }

    /// Undoes systemd's `cescape`, or since systemd 254 a shell's quotes.
    private static func unescape(_ text: String) -> String {
        if text.hasPrefix("\"") || text.hasPrefix("'") { return ShellValue.unquote(text) }
        return PrintableBytes.unescape(text).map { String(decoding: $0, as: UTF8.self) } ?? text
    }
}
