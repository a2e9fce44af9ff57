import CLinux
import Glibc
public import SystemPackage

/// The sessions in the login records, for machines without logind.
///
/// *Source*: utmp(5): records of `struct utmp`, whose size is the architecture's.
public struct UtmpSessions: LoginSessionSource {
    private let file: FilePath
    private let accounts: AccountNames
    private let isAlive: @Sendable (Int32) -> Bool

    /// Sessions from the records in `file`, with the numbers of the accounts from `accounts`.
    ///
    /// Records of logins that ended badly stay in the file, so `isAlive` says whether a process still runs.
    public init(
        file: FilePath = "/run/utmp",
        accounts: AccountNames,
        isAlive: @escaping @Sendable (Int32) -> Bool = ProcessUsage.isRunning
    ) {
        self.file = file
        self.accounts = accounts
        self.isAlive = isAlive
    }

    /// The sessions of people whose process still runs, by start.
    ///
    /// - Throws: `SystemError`: `invalidData` when the file is no sequence of login records.
    public func sessions() throws(SystemError) -> [LoginSession] {
        guard let bytes = try SystemFile.read(file, limit: 16 << 20) else { return [] }
        let size = MemoryLayout<utmp>.size
        guard bytes.count.isMultiple(of: size) else {
            throw SystemError(
                .invalidData,
                .read,
                file.bytes,
                "is no sequence of login records of \(size) bytes; remove it, the next boot makes a new one"
            )
        }
        var sessions: [LoginSession] = []
        bytes.withUnsafeBytes { records in
            for start in stride(from: 0, to: records.count, by: size) {
                let record = records.loadUnaligned(fromByteOffset: start, as: utmp.self)
                if let session = session(record) { sessions.append(session) }
            }
        }
        return sessions.sorted { ($0.since, $0.id) < ($1.since, $1.id) }
    }

    private func session(_ record: utmp) -> LoginSession? {
        guard Int32(record.ut_type) == USER_PROCESS, record.ut_pid > 0, isAlive(record.ut_pid) else {
            return nil
        }
        let user = Self.text(record.ut_user)
        guard !user.isEmpty, let uid = accounts.uid(named: user) else { return nil }
        let terminal = Self.text(record.ut_line)
        let host = Self.text(record.ut_host)
        return LoginSession(
            id: "\(terminal.isEmpty ? "-" : terminal):\(record.ut_pid)",
            user: user,
            uid: uid,
            source: host.isEmpty ? (terminal.isEmpty ? nil : terminal) : host,
            terminal: terminal.isEmpty ? nil : terminal,
            leader: record.ut_pid,
            since: Int64(record.ut_tv.tv_sec) * 1_000_000 + Int64(record.ut_tv.tv_usec)
        )
    }

    /// A field of fixed length that ends at its first NUL, if it has one.
    private static func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { PrintableBytes.escape($0.prefix { $0 != 0 }) }
    }
}
