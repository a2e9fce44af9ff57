public import FabricModel
internal import Glibc
public import LinuxSystem

/// systemd, told what to do by systemctl(1), and asked what runs over D-Bus, or by systemctl too where there is none.
public final class Systemd: ServiceManager {
    private static let patience = Duration.seconds(60)
    /// A unit may take `DefaultTimeoutStartSec` and `DefaultTimeoutStopSec` for a restart, 90 s each.
    private static let startPatience = Duration.seconds(300)

    let watch: SystemdWatch
    private let questions: Systemctl
    private var program: String { questions.program }

    /// systemd, as it answers at a D-Bus address.
    ///
    /// - Throws: `SystemError` when too many files are open.
    public convenience init(address: String = SystemBus.usualAddress) throws(SystemError) {
        try self.init(address: address, program: "systemctl")
    }

    init(address: String, program: String) throws(SystemError) {
        questions = Systemctl(program: program)
        watch = try SystemdWatch(address: address, questions)
    }

    /// That D-Bus does not tell what runs.
    public var problem: HealthWarning? {
        watch.problem.map { problem in
            guard let blindness = problem.blindness else {
                let interval = SystemdWatch.interval.components.seconds
                return HealthWarning(
                    code: "services-polled",
                    message:
                        "which services run is asked every \(interval) seconds, for systemd does not signal it, "
                        + "so one that ends well by itself looks like one that was stopped: \(problem.cause)"
                )
            }
            return HealthWarning(
                code: "services-not-observed",
                message: "which services run is not recorded: \(problem.cause); \(blindness)"
            )
        }
    }

    /// Listens on D-Bus for jobs that end; looks again and again where there is none.
    public func run(isOfInterest: (String) -> Bool, onNews: (ServiceNews) -> Void) {
        watch.run(isOfInterest: isOfInterest, onNews: onNews)
    }

    /// Ends listening.
    public func stop() { watch.stop() }

    /// Waits until every signal that systemd sent so far was taken in.
    public func flush(timeout: Duration) -> Bool { watch.flush(timeout: timeout) }

    /// What units do, over a D-Bus connection for this question alone.
    public func activity(of units: Set<String>) throws(ComponentsError) -> [String: UnitActivity] {
        guard !units.isEmpty else { return [:] }
        guard watch.problem == nil else { return try questions.activity(of: units) }
        do {
            return try SystemdBus(address: watch.address).activity(of: units.sorted())
        } catch {
            return try questions.activity(of: units)
        }
    }

    /// Whether a timer, a socket or a path that is at work starts a unit, or D-Bus does.
    public func isTriggered(_ unit: String) throws(ComponentsError) -> Bool {
        // A bus from which no signals come may not answer for long either.
        guard watch.problem == nil else { return try questions.isTriggered(unit) }
        do {
            return try SystemdBus(address: watch.address).isTriggered(unit)
        } catch {
            return try questions.isTriggered(unit)
        }
    }

    /// Runs systemctl for one unit.
    public func fulfil(_ order: UnitOrder, _ unit: String) throws(ComponentsError) {
        switch order {
        case .mask: try systemctl(["mask", "--", unit])
        case .unmask: try systemctl(["unmask", "--", unit])
        case .enable: try systemctl(["enable", "--", unit])
        case .disable: try systemctl(["disable", "--", unit])
        case .wantedBy(let target): try systemctl(["add-wants", "--", target, unit])
        case .requiredBy(let target): try systemctl(["add-requires", "--", target, unit])
        case .start:
            try start("start", unit)
            watch.note(unit, .running)
        case .stop:
            try systemctl(["stop", "--", unit], time: Self.startPatience)
            watch.note(unit, .stopped)
        case .restart: try start("try-restart", unit)
        case .reload: try start("try-reload-or-restart", unit)
        case .refresh:
            let shown = try show("NeedDaemonReload", of: unit)
            if shown == "yes" { try reload() }
        }
    }

    /// Runs `systemctl daemon-reload`.
    public func reload() throws(ComponentsError) {
        // Where it does not run, it has read nothing.
        guard access("/run/systemd/system", F_OK) == 0 else { return }
        try systemctl(["daemon-reload"])
    }

    private func start(_ verb: String, _ unit: String) throws(ComponentsError) {
        do {
            try systemctl([verb, "--", unit], time: Self.startPatience)
        } catch {
            // systemctl tells only that it failed, and where to look for why.
            let status = try? ProgramRun.ended(
                program,
                ["status", "--no-pager", "--full", "--lines=5", "--", unit],
                time: Self.patience
            )
            let lines = Self.lines(status?.output ?? [])
            let result = (try? show("Result", of: unit)).flatMap { $0 == "success" ? nil : "result \($0)" }
            let cause = ([result].compactMap(\.self) + lines.suffix(5)).joined(separator: " | ")
            var error = error
            if !cause.isEmpty { error.message += " | \(EscapedText.escape(cause.utf8))" }
            throw error
        }
    }

    private func show(_ property: String, of unit: String) throws(ComponentsError) -> String {
        let output = try ProgramRun.output(
            of: program,
            ["show", "--property=\(property)", "--value", "--", unit],
            time: Self.patience
        )
        return Self.lines(output).first ?? ""
    }

    private func systemctl(_ arguments: [String], time: Duration = patience) throws(ComponentsError) {
        let arguments = ["--no-ask-password", "--no-pager"] + arguments
        let ended = try ProgramRun.ended(program, arguments, time: time)
        guard let problem = ended.problem else { return }
        let lines = ProgramRun.lines(ended.output + ended.messages)
        throw ComponentsError(
            .programFailed,
            ([program] + arguments).joined(separator: " ").utf8,
            "\(problem): \(lines.suffix(5).joined(separator: " | "))"
        )
    }

    private static func lines(_ output: [UInt8]) -> [String] {
        String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { String($0.trimming(while: \.isWhitespace)) }
    }
}
