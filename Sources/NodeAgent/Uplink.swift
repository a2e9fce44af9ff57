import FabricClient
import FabricIdentity
import LinuxSystem
import SystemPackage

/// The way to the server: registration, sending, listening for decisions, and leave to converge.
struct Uplink: Sendable {
    let contact: ServerContact
    let synchronizer: Synchronizer
    let listener: DecisionListener
    let store: KnownStore
    let registration: Registration
    let intended: IntendedConfiguration
    /// The leave to converge to shared tags.
    let slots: ConvergenceSlots
    /// What the server is told of how far this node has converged.
    let told: ConvergenceTold

    init(_ core: AgentCore, to server: ServerAddress) throws {
        let registration = try Registration(
            identity: core.identity,
            server: server,
            authority: KnownAuthority(
                of: server,
                try Self.fingerprint(core.settings),
                folder: core.state.path
            ),
            tokenFile: FilePath(core.settings.enrolmentTokenFile),
            facts: core.facts,
            now: { core.time.now() }
        )
        let intended = try IntendedConfiguration()
        self.registration = registration
        self.intended = intended
        contact = ServerContact(address: registration.address, time: core.time, warnings: core.warnings)
        let store = KnownStore(
            core.identity.id,
            journal: core.journal,
            time: core.time,
            warnings: core.warnings,
            log: core.log
        )
        self.store = store
        let listener = try DecisionListener(
            journal: core.journal,
            registration: registration,
            contact: contact,
            store: store,
            redactions: core.redactions,
            warnings: core.warnings,
            log: core.log,
            onConfiguration: { intended.set($0) }
        )
        self.listener = listener
        slots = try ConvergenceSlots(
            of: core.identity.id,
            log: core.log,
            connect: { () throws(ClientError) in try registration.waitingClient() },
            onChange: { intended.changed.signal() }
        )
        let told = ConvergenceTold(log: core.log)
        self.told = told
        let synchronizer = Synchronizer(
            journal: core.journal,
            registration: registration,
            contact: contact,
            told: told,
            time: core.time,
            warnings: core.warnings,
            log: core.log,
            onContact: { listener.notify() }
        )
        self.synchronizer = synchronizer
        store.onNewLife {
            told.forget()
            synchronizer.notify()
        }
    }

    /// The server that the settings name; `nil` where they name none.
    ///
    /// - Throws: `AgentError` with code `badServer`.
    static func address(_ settings: NodeSettings) throws(AgentError) -> ServerAddress? {
        guard !settings.server.isEmpty else { return nil }
        do {
            return try ServerAddress(settings.server)
        } catch {
            throw AgentError(.badServer, "server.url: \(settings.server)", error.message)
        }
    }

    /// The fingerprint of the authority that the settings name; `nil` where they name none.
    private static func fingerprint(_ settings: NodeSettings) throws(AgentError) -> Fingerprint? {
        guard !settings.fingerprint.isEmpty else { return nil }
        do {
            return try Fingerprint(settings.fingerprint)
        } catch {
            throw AgentError(.badServer, "server.fingerprint: \(settings.fingerprint)", error.message)
        }
    }
}
