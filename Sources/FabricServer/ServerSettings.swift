import FoundationEssentials
public import Logging
public import Settings

/// The settings of the server; the file `conf/weft-server.yaml` has every key with its default.
public struct ServerSettings: Sendable {
    /// Where the server listens.
    public var listen: ListenAddress
    /// The folder of the database, an absolute path.
    public var state: String
    /// The file of the secret rules, an absolute path.
    public var secretRules: String
    /// The file of the operator's own certificate, its chain after it, an absolute path; `nil` for that of the authority.
    public var certificate: String?
    /// The file of the key of ``certificate``, an absolute path.
    public var certificateKey: String?
    /// How long the certificates of nodes are good for.
    ///
    /// *Units*: days.
    public var certificateDays: Int
    /// The least important messages that are logged.
    public var logLevel: Logger.Level
    /// Seconds without a request after which a connection is closed.
    public var idleTimeout: Int
    /// Connections at a time; more wait to be accepted.
    public var connectionLimit: Int
    /// How long what is not history is kept.
    public var retention: RetentionSettings

    /// Where the file lies unless one is named.
    public static let defaultPath = "/etc/weft/weft-server.yaml"

    private static let listen = Setting<ListenAddress>(
        "listen",
        default: .standard,
        allowed: ListenAddress.allowed
    ) { ListenAddress($0) }
    private static let state = Setting<String>(
        "state",
        default: "/var/lib/weft-server",
        allowed: "an absolute path"
    ) { $0.hasPrefix("/") ? $0 : nil }
    private static let secretRules = Setting<String>(
        "secrets",
        default: "/etc/weft/secrets.yaml",
        allowed: "an absolute path"
    ) { $0.hasPrefix("/") ? $0 : nil }
    private static let certificate = Setting<String>(
        "tls.certificate",
        default: "",
        allowed: "an absolute path, or nothing"
    ) { $0.isEmpty || $0.hasPrefix("/") ? $0 : nil }
    private static let certificateKey = Setting<String>(
        "tls.key",
        default: "",
        allowed: "an absolute path, or nothing"
    ) { $0.isEmpty || $0.hasPrefix("/") ? $0 : nil }
    private static let certificateDays = Setting<Int>
        .integer("nodes.certificate-days", default: 30, in: 1...3650, unit: "days")
    private static let logLevel = Setting<Logger.Level>.choice("log.level", default: .notice)
    private static let idleTimeout = Setting<Int>
        .integer(
            "connections.idle",
            default: 75,
            in: 1...86_400,
            unit: "seconds"
        )
    private static let connectionLimit = Setting<Int>
        .integer(
            "connections.limit",
            default: 16_384,
            in: 1...1_000_000,
            unit: "connections"
        )

    /// Every key that the file may have.
    static let keys: Set<String> = RetentionSettings.keys.union([
        Self.listen.key, Self.state.key, Self.secretRules.key, Self.certificate.key,
        Self.certificateKey.key, Self.certificateDays.key, Self.logLevel.key, Self.idleTimeout.key,
        Self.connectionLimit.key,
    ])

    /// The settings of a file.
    ///
    /// - Throws: `SettingsError` naming file, key and what is allowed.
    public init(_ file: SettingsFile) throws(SettingsError) {
        listen = try file.value(Self.listen)
        state = try file.value(Self.state)
        secretRules = try file.value(Self.secretRules)
        let (certificate, key) = (try file.value(Self.certificate), try file.value(Self.certificateKey))
        guard certificate.isEmpty == key.isEmpty else {
            throw file.error(
                certificate.isEmpty ? Self.certificate.key : Self.certificateKey.key,
                "it is missing: tls.certificate and tls.key are given together, or neither is"
            )
        }
        (self.certificate, certificateKey) = certificate.isEmpty ? (nil, nil) : (certificate, key)
        certificateDays = try file.value(Self.certificateDays)
        logLevel = try file.value(Self.logLevel)
        idleTimeout = try file.value(Self.idleTimeout)
        connectionLimit = try file.value(Self.connectionLimit)
        retention = try RetentionSettings(file)
    }

    /// The settings of the file at `path`; without a path, of the file at ``defaultPath`` if that is there.
    ///
    /// - Throws: `SettingsError`, also when there is no file at `path`.
    public init(path: String?) throws(SettingsError) {
        if let path {
            try self.init(SettingsFile(path: path, keys: Self.keys))
        } else if FileManager.default.fileExists(atPath: Self.defaultPath) {
            try self.init(SettingsFile(path: Self.defaultPath, keys: Self.keys))
        } else {
            try self.init(SettingsFile())
        }
    }

    /// Listens elsewhere than the file says.
    ///
    /// - Throws: `ServerError` with code `invalidSetting`.
    public mutating func listen(on text: String) throws(ServerError) {
        guard let address = ListenAddress(text) else {
            let message = "'\(text)' is not allowed; it must be \(ListenAddress.allowed)"
            throw ServerError(.invalidSetting, "--listen", message)
        }
        listen = address
    }

    /// Keeps the state elsewhere than the file says; a relative path begins at the working directory.
    ///
    /// - Throws: `ServerError` with code `invalidSetting`.
    public mutating func keepState(in path: String) throws(ServerError) {
        guard !path.isEmpty else {
            throw ServerError(.invalidSetting, "--state", "it must be the path of a folder")
        }
        state = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}
