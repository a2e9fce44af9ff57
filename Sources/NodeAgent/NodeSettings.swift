import FabricIdentity
import FabricModel
import FoundationEssentials
public import Settings

/// Everything that `weftd.yaml` can say.
public struct NodeSettings: Sendable {
    /// File of how files are checked before convergence puts them in place.
    public var checkRules = "/etc/weft/checks.yaml"
    /// Who ends a batch of changes.
    public enum FeedbackMode: String, CaseIterable, Sendable {
        /// Weft does, when the admin has left or been quiet for a while.
        case auto
        /// Only `weft commit` does.
        case manual
    }

    /// Which package database to read.
    public enum PackageChoice: String, CaseIterable, Sendable {
        /// The one that holds packages.
        case auto
        case rpm
        case dpkg
        /// None.
        case off
    }

    /// Folder of journal, identity and keys.
    public var state = "/var/lib/weft"
    /// The control socket.
    public var socket = "/run/weft/weftd.sock"
    /// Whose members may ask for status and log.
    public var socketGroup = "weft"
    /// The server's address; empty: record only.
    public var server = ""
    /// The fingerprint of the fabric's authority; empty: the system's authorities vouch for the server.
    public var fingerprint = ""
    /// File with the token that registers this node; needed once.
    public var enrolmentTokenFile = "/etc/weft/enrolment-token"
    /// The node's name; empty: the host name.
    public var name = ""
    /// Trees that are recorded whole.
    public var roots = ["/etc", "/usr/local/etc", "/var/spool/cron"]
    /// Of each local account's home, these paths alone.
    public var homeFiles = [".ssh/authorized_keys"]
    /// Of root's home, these paths besides.
    public var rootHomeFiles = [
        ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".profile", ".zshrc",
    ]
    /// File of the rules for what is never recorded.
    public var ignoreRules = "/etc/weft/ignore.yaml"
    /// File of the rules for what is recorded without its content.
    public var secretRules = "/etc/weft/secrets.yaml"
    /// Who ends a batch of changes.
    public var feedback = FeedbackMode.auto
    /// Seconds without a change after which a batch ends.
    public var quiet = 120
    /// Seconds after its first change at which a batch ends whatever happens.
    public var deadline = 900
    /// Bytes up to which contents are kept.
    public var contentLimit = 16 << 20
    /// Bytes that the journal may take; beyond, contents stop, rows never do.
    public var journalLimit = 2 << 30
    /// Days that acknowledged commits are kept.
    public var retention = 30
    /// Which package database to read.
    public var packages = PackageChoice.auto
    /// Seconds between two looks at the package database.
    public var packagePoll = 1
    /// Users whose password hashes are kept, for other nodes to have the same password.
    public var keptHashes: [String] = []
    /// Seconds between two looks at what this machine is.
    public var factInterval = 600
    /// Whether ohai is asked too, for what it alone knows.
    public var asksOhai = false
    /// Seconds between two comparisons of everything with the record, in case events were lost; 0: never.
    public var rescan = 3600
    /// What the node lets the server do to it.
    public var policy = Policy.observe
    /// How much is logged.
    public var logLevel = LogLevel.notice

    /// What the node lets the server do to it.
    public enum Policy: String, CaseIterable, Sendable {
        /// Nothing: it records and reports.
        case observe
        /// It converges to its effective configuration.
        case apply
    }

    /// How much is logged.
    public enum LogLevel: String, CaseIterable, Sendable {
        case debug
        case info
        case notice
        case error
    }

    /// The defaults.
    public init() {}
}

extension NodeSettings {
    /// Reads a configuration file, and the ``enrolmentFile`` beside it, where they are there.
    ///
    /// - Parameters:
    ///   - path: the configuration file.
    ///   - isNamed: whether somebody named it, and it must be there.
    /// - Throws: `SettingsError` in one line that names file, key and what is allowed.
    public init(path: String, isNamed: Bool = true) throws(SettingsError) {
        if isNamed || FileManager.default.fileExists(atPath: path) {
            try self.init(file: SettingsFile(path: path, keys: Self.keys))
        } else {
            self.init()
        }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let enrolment = "\(folder)\(Self.enrolmentFile)"
        guard FileManager.default.fileExists(atPath: enrolment) else { return }
        try take(enrolment: SettingsFile(path: enrolment, keys: Self.enrolmentKeys), beside: path)
    }

    /// The name of the file that `weft enroll` writes.
    public static let enrolmentFile = "enrolment.yaml"

    /// The keys of that file.
    static var enrolmentKeys: Set<String> {
        [serverSetting.key, fingerprintSetting.key, enrolmentTokenFileSetting.key]
    }

    /// Takes the server that the machine was enrolled with.
    private mutating func take(enrolment file: SettingsFile, beside path: String) throws(SettingsError) {
        guard server.isEmpty else {
            throw file.error(
                Self.serverSetting.key,
                "\(path) names a server too; leave it in one of the two"
            )
        }
        server = try file.value(Self.serverSetting)
        fingerprint = try file.value(Self.fingerprintSetting)
        enrolmentTokenFile = try file.value(Self.enrolmentTokenFileSetting)
    }

    /// Takes what a configuration file says.
    ///
    /// - Throws: `SettingsError`.
    public init(file: SettingsFile) throws(SettingsError) {
        state = try file.value(Self.stateSetting)
        socket = try file.value(Self.socketSetting)
        socketGroup = try file.value(Self.socketGroupSetting)
        server = try file.value(Self.serverSetting)
        fingerprint = try file.value(Self.fingerprintSetting)
        enrolmentTokenFile = try file.value(Self.enrolmentTokenFileSetting)
        name = try file.value(Self.nameSetting)
        roots = try file.value(Self.rootsSetting)
        homeFiles = try file.value(Self.homeFilesSetting)
        rootHomeFiles = try file.value(Self.rootHomeFilesSetting)
        ignoreRules = try file.value(Self.ignoreRulesSetting)
        secretRules = try file.value(Self.secretRulesSetting)
        checkRules = try file.value(Self.checkRulesSetting)
        feedback = try file.value(Self.feedbackSetting)
        quiet = try file.value(Self.quietSetting)
        deadline = try file.value(Self.deadlineSetting)
        contentLimit = try file.value(Self.contentLimitSetting)
        journalLimit = try file.value(Self.journalLimitSetting)
        retention = try file.value(Self.retentionSetting)
        packages = try file.value(Self.packagesSetting)
        packagePoll = try file.value(Self.packagePollSetting)
        keptHashes = try file.value(Self.keptHashesSetting)
        factInterval = try file.value(Self.factIntervalSetting)
        asksOhai = try file.value(Self.ohaiSetting)
        rescan = try file.value(Self.rescanSetting)
        policy = try file.value(Self.policySetting)
        logLevel = try file.value(Self.logLevelSetting)
    }

    /// All keys of `weftd.yaml`.
    public static var keys: Set<String> {
        [
            stateSetting.key, socketSetting.key, socketGroupSetting.key, serverSetting.key,
            fingerprintSetting.key,
            enrolmentTokenFileSetting.key, nameSetting.key, rootsSetting.key, homeFilesSetting.key,
            rootHomeFilesSetting.key, ignoreRulesSetting.key, secretRulesSetting.key, checkRulesSetting.key,
            feedbackSetting.key,
            quietSetting.key, deadlineSetting.key, contentLimitSetting.key, journalLimitSetting.key,
            retentionSetting.key, packagesSetting.key, packagePollSetting.key, rescanSetting.key,
            keptHashesSetting.key, factIntervalSetting.key, ohaiSetting.key,
            policySetting.key, logLevelSetting.key,
        ]
    }

    private static let defaults = NodeSettings()

    private static func path(_ key: String, _ fallback: String) -> Setting<String> {
        Setting(key, default: fallback, allowed: "an absolute path") { isAbsolute($0) ? $0 : nil }
    }

    private static func relativePaths(_ key: String, _ fallback: [String]) -> Setting<[String]> {
        Setting(list: key, default: fallback, allowed: "a list of paths below the home, without '..'") {
            paths in
            paths.allSatisfy { isAbsolute("/" + $0) && !$0.isEmpty } ? paths : nil
        }
    }

    private static func isAbsolute(_ path: String) -> Bool {
        // A key of a file is checked by the rules that a path must meet here.
        (try? ResourceKey(.file, bytes: path.utf8)) != nil
    }

    private static let stateSetting = path("state", defaults.state)
    private static let socketSetting = path("socket.path", defaults.socket)
    private static let socketGroupSetting = Setting(
        "socket.group",
        default: defaults.socketGroup,
        allowed: "a group"
    ) {
        $0.isEmpty ? nil : $0
    }
    private static let serverSetting = Setting(
        "server.url",
        default: defaults.server,
        allowed: "a server's address such as https://weft.example.org:8440"
    ) { $0.isEmpty || $0.hasPrefix("https://") ? $0 : nil }
    private static let fingerprintSetting = Setting(
        "server.fingerprint",
        default: defaults.fingerprint,
        allowed: "what 'weft-server fingerprint' prints, such as sha256:64 hex digits"
    ) { $0.isEmpty || (try? Fingerprint($0)) != nil ? $0 : nil }
    private static let enrolmentTokenFileSetting = path(
        "server.enrolment-token-file",
        defaults.enrolmentTokenFile
    )
    private static let nameSetting = Setting(
        "node.name",
        default: defaults.name,
        allowed: "1 to 63 lower-case letters, digits and . _ -"
    ) { text in text.isEmpty || (try? NodeName(text)) != nil ? text : nil }
    private static let rootsSetting = Setting(
        list: "files.roots",
        default: defaults.roots,
        allowed: "a list of absolute paths"
    ) { paths in paths.allSatisfy(isAbsolute) ? paths : nil }
    private static let homeFilesSetting = relativePaths("files.homes", defaults.homeFiles)
    private static let rootHomeFilesSetting = relativePaths("files.root-home", defaults.rootHomeFiles)
    private static let ignoreRulesSetting = path("files.ignore", defaults.ignoreRules)
    private static let secretRulesSetting = path("files.secrets", defaults.secretRules)
    private static let checkRulesSetting = path("files.checks", defaults.checkRules)
    private static let contentLimitSetting = Setting<Int>
        .size(
            "files.content-limit",
            default: defaults.contentLimit,
            in: 0...(16 << 20)
        )
    private static let rescanSetting = Setting<Int>
        .integer(
            "files.rescan",
            default: defaults.rescan,
            in: 0...(7 * 86_400),
            unit: "seconds"
        )
    private static let feedbackSetting = Setting<FeedbackMode>
        .choice("feedback.mode", default: defaults.feedback)
    private static let quietSetting = Setting<Int>
        .integer(
            "feedback.quiet",
            default: defaults.quiet,
            in: 1...86_400,
            unit: "seconds"
        )
    private static let deadlineSetting = Setting<Int>
        .integer(
            "feedback.deadline",
            default: defaults.deadline,
            in: 1...86_400,
            unit: "seconds"
        )
    private static let journalLimitSetting = Setting<Int>
        .size(
            "journal.limit",
            default: defaults.journalLimit,
            in: (1 << 20)...(1 << 44)
        )
    private static let retentionSetting = Setting<Int>
        .integer(
            "journal.retention",
            default: defaults.retention,
            in: 1...3650,
            unit: "days"
        )
    private static let packagesSetting = Setting<PackageChoice>
        .choice("packages.database", default: defaults.packages)
    private static let packagePollSetting = Setting<Int>
        .integer(
            "packages.poll",
            default: defaults.packagePoll,
            in: 1...3600,
            unit: "seconds"
        )
    private static let keptHashesSetting = Setting(
        list: "accounts.keep-hashes",
        default: defaults.keptHashes,
        allowed: "a list of users"
    ) { names in names.allSatisfy { (try? ResourceKey(.user, bytes: $0.utf8)) != nil } ? names : nil }
    private static let factIntervalSetting = Setting<Int>
        .integer(
            "facts.interval",
            default: defaults.factInterval,
            in: 10...86_400,
            unit: "seconds"
        )
    private static let ohaiSetting = Setting<Bool>.flag("facts.ohai", default: defaults.asksOhai)
    private static let policySetting = Setting<Policy>.choice("policy", default: defaults.policy)
    private static let logLevelSetting = Setting<LogLevel>.choice("log.level", default: defaults.logLevel)
}
