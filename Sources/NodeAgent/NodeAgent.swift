import Components
import FabricClient
import FabricModel
import Journal
import LinuxSystem
public import Logging
import NodeControl
public import ServiceLifecycle
import SystemPackage

/// The node daemon: watches, records, commits and sends.
public struct NodeAgent: Sendable {
    /// The daemon's parts in the order in which they start; they end in the opposite one.
    public let services: [any Service]

    /// Opens the state and builds the parts; nothing runs until the services do.
    ///
    /// - Parameters:
    ///   - settings: what the configuration file says.
    ///   - log: where the daemon says what it does.
    /// - Throws: `AgentError`, in one line that names the thing and the way out.
    public init(settings: NodeSettings, log: Logger) throws(AgentError) {
        let server = try Uplink.address(settings)
        do {
            let core = try AgentCore(settings, log: log)
            let uplink = try server.map { try Uplink(core, to: $0) }
            let feedback = try Feedback(
                core,
                for: uplink?.intended,
                onCommit: { uplink?.synchronizer.notify() },
                onSettle: { uplink?.intended.changed.signal() }
            )
            let recording = try Recording(core, feedback)
            let converger = uplink.map { Converger(core, recording, $0) }
            let control = NodeControlServer(
                path: FilePath(settings.socket),
                group: settings.socketGroup,
                version: AgentVersion.text,
                handler: ControlHandler(
                    core: core,
                    recording: recording,
                    committer: feedback.committer,
                    uplink: uplink,
                    converger: converger
                )
            )
            services = try Self.services(core, recording, feedback, uplink, converger, control)
        } catch let error as AgentError {
            throw error
        } catch let error as JournalError {
            throw AgentError(.journal, error.subject, error.message)
        } catch {
            throw AgentError(.stateFolder, settings.state, "the daemon cannot start: \(error)")
        }
    }

    private static func services(
        _ core: AgentCore,
        _ recording: Recording,
        _ feedback: Feedback,
        _ uplink: Uplink?,
        _ converger: Converger?,
        _ control: NodeControlServer
    ) throws -> [any Service] {
        let recorder = recording.recorder
        var services: [any Service] = [
            ThreadService(name: "recorder", body: { recorder.run() }, stop: { recorder.stop() }),
            ThreadService(
                name: "large-files",
                body: { recorder.readLargeFiles() },
                stop: { recorder.large.stop() }
            ),
            WatchingService(watcher: recording.watcher),
        ]
        if let packages = recording.packages {
            services.append(
                ThreadService(name: "packages", body: { packages.run() }, stop: { packages.stop() })
            )
        }
        for watch in recording.watches {
            guard let component = watch.component as? any ListeningComponent else { continue }
            services.append(
                ThreadService(
                    name: "listening",
                    body: { component.run { watch.look(at: $0.sorted(), isLate: !$1) } },
                    stop: { component.stop() }
                )
            )
        }
        if core.settings.feedback == .auto {
            let loop = feedback.loop
            services.append(
                ThreadService(
                    name: "feedback",
                    body: { loop.run(catchUp: recording.catchUp) },
                    stop: { loop.stop() }
                )
            )
        }
        if let uplink {
            let (synchronizer, listener, slots) = (uplink.synchronizer, uplink.listener, uplink.slots)
            services += [
                ThreadService(name: "sync", body: { synchronizer.run() }, stop: { synchronizer.stop() }),
                ThreadService(name: "decisions", body: { listener.run() }, stop: { listener.stop() }),
                ThreadService(name: "slots", body: { slots.run() }, stop: { slots.stop() }),
            ]
            let sender = FactSender(uplink.registration)
            let facts = try FactReporter(core) { report throws(ClientError) in try sender.send(report) }
            recording.packages?.follow { facts.hint() }
            uplink.store.onNewLife { facts.hint() }
            services.append(
                ThreadService(
                    name: "facts",
                    body: { facts.run() },
                    stop: {
                        facts.stop()
                        sender.cancel()
                    }
                )
            )
        }
        if let converger {
            services.append(
                ThreadService(name: "convergence", body: { converger.run() }, stop: { converger.stop() })
            )
        }
        let upkeep = try Upkeep(core, recording)
        services.append(ThreadService(name: "upkeep", body: { upkeep.run() }, stop: { upkeep.stop() }))
        services.append(ControlService(server: control))
        return services
    }
}
