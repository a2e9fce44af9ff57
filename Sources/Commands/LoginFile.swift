import FabricIdentity
import FabricModel
import FoundationEssentials
import Glibc
import LinuxSystem
import SystemPackage

/// Which server to talk to, and as whom.
struct Login: Codable, Equatable {
    var server: String
    var token: String
    /// The name of the file beside the login with the fabric's authority; without one the system's authorities count.
    var authority: String?
}

/// The login of a person on this machine: `weft/login.json` in the directory for settings, for its owner alone.
///
/// Beside it lies the authority by which the server is believed.
///
/// *Source*: XDG Base Directory Specification; `~/.config` where XDG_CONFIG_HOME is not set.
struct LoginFile {
    let path: FilePath

    init(environment: [String: String]) throws(CommandError) {
        let settings: FilePath
        if let path = environment["XDG_CONFIG_HOME"], path.hasPrefix("/") {
            settings = FilePath(path)
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            settings = FilePath(home).appending(".config")
        } else {
            throw CommandError(
                .invalidLogin,
                "HOME",
                "set HOME or XDG_CONFIG_HOME, so that a login has a place"
            )
        }
        path = settings.appending("weft").appending("login.json")
    }

    /// The login; `nil` where nobody has logged in.
    ///
    /// - Throws: `CommandError` with code `exposedLogin` or `invalidLogin`; `SystemError`.
    func load() throws -> Login? {
        guard let place = place("login.json"), let status = try FileStatus.at(place) else { return nil }
        let subject = EscapedText.escape(path.bytes)
        guard status.permissions & 0o077 == 0 else {
            throw CommandError(.exposedLogin, subject, "others may read the token in it: run chmod 600 on it")
        }
        guard case .complete(let bytes) = try FileReading.read(place, expecting: status, limit: 64 << 10)
        else {
            throw CommandError(
                .invalidLogin,
                subject,
                "it cannot be a login: log in again with 'weft login URL'"
            )
        }
        do {
            return try CanonicalJSON.decode(Login.self, from: Data(bytes))
        } catch {
            throw CommandError(
                .invalidLogin,
                subject,
                "it does not hold a login: log in again with 'weft login URL'"
            )
        }
    }

    /// Keeps a login in place of an earlier one.
    ///
    /// - Throws: `SystemError`.
    func save(_ login: Login) throws {
        try write(Array(CanonicalJSON.encode(login)) + [UInt8(ascii: "\n")], "login.json")
    }

    /// Keeps an authority beside the login; the name of its file.
    ///
    /// - Throws: `SystemError`.
    func save(_ authority: CertificateDocument) throws -> String {
        let name = "authority-\(authority.fingerprint.short).crt"
        try write(Array(authority.pem.utf8), name)
        return name
    }

    /// The path of the file with a login's authority.
    func authority(of login: Login) -> String? {
        login.authority.map { path.removingLastComponent().appending($0).string }
    }

    private func write(_ bytes: [UInt8], _ name: String) throws {
        try Self.createDirectories(path.removingLastComponent())
        try AtomicFile.replace(
            place(name) ?? path.removingLastComponent().appending(name),
            with: bytes,
            mode: 0o600,
            uid: geteuid(),
            gid: getegid()
        )
    }

    // People keep their settings elsewhere and link to them, whereas the writer follows no link.
    private func place(_ name: String) -> FilePath? {
        Self.resolve(path.removingLastComponent())?.appending(name)
    }

    private static func createDirectories(_ directory: FilePath) throws(SystemError) {
        guard resolve(directory) == nil else { return }
        let parent = directory.removingLastComponent()
        if parent != directory { try createDirectories(parent) }
        guard directory.withPlatformString({ mkdir($0, 0o700) }) == 0 || errno == EEXIST else {
            throw SystemError(.mkdir, errno: errno, directory)
        }
    }

    private static func resolve(_ directory: FilePath) -> FilePath? {
        guard let resolved = directory.withPlatformString({ realpath($0, nil) }) else { return nil }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }
}
