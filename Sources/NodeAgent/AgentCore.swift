import Components
import Crypto
import FabricModel
import Journal
import LinuxSystem
import Logging
import SystemPackage

/// What every part of the daemon rests on: settings, rules, identity, journal, clock and warnings.
struct AgentCore: Sendable {
    let settings: NodeSettings
    let rules: Rules
    let state: StateFolder
    let facts: HostFacts
    let identity: NodeIdentity
    let journal: Journal
    let sessions: SessionView
    let accounts: AccountNames
    let scope: RecordingScope
    let packages: (any PackageDatabase)?
    /// What packages do to other resources; `nil` where no packages are recorded.
    let consequences: PackageConsequences?
    let components: ComponentTable
    let files: FileComponent
    let redactions: Redactions
    let warnings: WarningBoard
    let time: any WallTime
    let log: Logger
    let startedAt: Timestamp

    init(_ settings: NodeSettings, log: Logger, time: any WallTime = SystemTime()) throws {
        self.settings = settings
        self.log = log
        self.time = time
        startedAt = time.now()
        warnings = WarningBoard()
        rules = try Rules(settings)
        state = try StateFolder(settings.state, roots: settings.roots)
        facts = try HostFacts.read()
        identity = try NodeIdentity(folder: state.path, name: Self.name(settings, facts), now: time.now())
        journal = try Journal(
            folder: state.path.appending("journal"),
            options: JournalOptions(
                maximumSize: Int64(settings.journalLimit),
                retention: Double(settings.retention) * 86_400
            )
        )
        let redactions = try Redactions(
            journal: journal,
            key: state.secretKey,
            time: time,
            warnings: warnings,
            log: log
        )
        self.redactions = redactions
        accounts = AccountNames()
        let packages = try PackageDatabases.chosen(by: settings)
        let scope = try RecordingScope(
            settings: settings,
            ignore: rules.ignore,
            packages: packages,
            accounts: { try LocalAccount.all() }
        )
        let folder = state.path
        let consequences = try packages.map { database in
            try PackageConsequences(
                database: database,
                roots: settings.roots.map { FilePath($0) },
                folder: folder
            )
        }
        self.packages = packages
        self.scope = scope
        self.consequences = consequences
        files = FileComponent(
            secrets: rules.secrets,
            checks: rules.checks,
            key: state.secretKey,
            contentLimit: settings.contentLimit,
            accounts: accounts,
            consequences: consequences,
            homes: { scope.home(of: $0) },
            isRedacted: { redactions.isSecret($0, $1) }
        )
        sessions = SessionView(
            source: MachineSessions(utmp: UtmpSessions(accounts: accounts)),
            time: time,
            warnings: warnings
        )
        components = try ComponentTable(
            files: files,
            packages: packages,
            consequences: consequences,
            journal: journal,
            scope: scope,
            key: state.secretKey,
            settings: settings,
            sessions: sessions
        )
    }

    private static func name(_ settings: NodeSettings, _ facts: HostFacts) throws -> NodeName {
        guard settings.name.isEmpty else { return try NodeName(settings.name) }
        do {
            return try NodeName(facts.hostName.lowercased())
        } catch {
            throw AgentError(
                .stateFolder,
                facts.hostName,
                "this host name cannot name a node; set 'node.name'"
            )
        }
    }
}

extension PackageDatabases {
    /// The package database that settings choose; `nil` where there is none, or none is wanted.
    ///
    /// - Throws: `ComponentsError` when the one that is asked for is not there.
    fileprivate static func chosen(by settings: NodeSettings) throws -> (any PackageDatabase)? {
        switch settings.packages {
        case .off: nil
        case .auto: try detect(preferred: nil)
        case .rpm: try detect(preferred: .rpm)
        case .dpkg: try detect(preferred: .dpkg)
        }
    }
}
