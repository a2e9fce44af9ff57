import FabricAPI
import FabricClient
import FabricModel
import LinuxSystem
import Logging
import Synchronization

extension ConvergenceSlots {
    /// How long one request waits; a connection that a firewall forgot is noticed by then.
    private static let wait = Duration.seconds(120)

    /// What is to be done next without being asked.
    private enum Task {
        case sleep(nanoseconds: Int64)
        /// Send the report, or renew.
        case shortRequest
        /// A client that can wait is needed.
        case connect
        case wait(Wish, [SlotRequest.State]?, number: Int)
    }

    /// Renews leave in time, waits for it and sends what could not be sent, until ``stop()``.
    func run() {
        var backoff = Backoff(base: 1, cap: 60)
        var generator = SystemRandomNumberGenerator()
        var spare: (any SlotSource)?
        while !stopped.load(ordering: .acquiring) {
            do throws(ClientError) {
                switch task(&spare) {
                case .sleep(let nanoseconds):
                    _ = wakeup.wait(timeout: .nanoseconds(nanoseconds))
                    continue
                case .shortRequest: try turn.withLock { (client) throws(ClientError) in try keep(&client) }
                case .connect:
                    spare = try connect()
                    if spare == nil { _ = wakeup.wait(timeout: .seconds(5)) }
                    continue
                case .wait(let wish, let known, let number): try wait(for: wish, known, number)
                }
                backoff.reset()
            } catch {
                // Another wish, or the end, is no trouble of the server's.
                guard error.code != .cancelled else { continue }
                log.debug("slots", metadata: ["error": "\(error)"])
                let seconds = backoff.next(retryAfter: error.retryAfter.map(Double.init), using: &generator)
                _ = wakeup.wait(timeout: .seconds(seconds))
            }
        }
    }

    /// Ends ``run()`` and the requests that are under way.
    func stop() {
        stopped.store(true, ordering: .releasing)
        state.withLock(\.asking)?.cancel()
        abandonWaiting()
        wakeup.signal()
    }

    /// Ends the request that waits at the server.
    func abandonWaiting() {
        state.withLock { state in
            defer { state.waiting = nil }
            return state.waiting
        }?
        .cancel()
    }

    /// Asks once.
    func ask(
        _ tags: [TagName],
        _ configuration: String,
        _ client: inout (any SlotSource)?
    ) throws(ClientError) -> SlotAnswer {
        let request = SlotRequest(tags: tags, configuration: configuration)
        return try connected(&client).takeSlots(request, of: node, wait: nil)
    }

    /// Sends the report that the server has not got; one that it refuses for good is of no use.
    func sendReport(_ client: inout (any SlotSource)?) throws(ClientError) {
        guard let report = state.withLock(\.unsent) else { return }
        do throws(ClientError) {
            try connected(&client).report(report, of: node)
        } catch {
            guard error.code == .refused, !error.isTransient else { throw error }
            log.error("the server refuses a report", metadata: ["error": "\(error)"])
        }
        state.withLock { state in
            state.unsent = nil
            state.sent = report
        }
    }

    /// The server could not be asked; leave that is still good stays so.
    func failed(_ error: ClientError, _ number: Int) {
        let now = now()
        state.withLock { state in
            guard state.number == number, (state.end ?? .min) <= now else { return }
            state.end = nil
            state.known = [:]
            state.next = 0
            let away = Obstacle.waiting("the server cannot be asked for leave to converge: \(error)")
            state.leave = Leave(obstacles: Dictionary((state.wish?.tags ?? []).map { ($0, away) }) { $1 })
        }
    }

    private func task(_ spare: inout (any SlotSource)?) -> Task {
        let now = now()
        return state.withLock { state in
            if stopped.load(ordering: .acquiring) { return .sleep(nanoseconds: 0) }
            if state.unsent != nil { return .shortRequest }
            guard let wish = state.wish else { return .sleep(nanoseconds: Self.hour) }
            if state.next > now { return .sleep(nanoseconds: min(state.next - now, Self.hour)) }
            if state.end != nil { return .shortRequest }
            if state.waiting == nil {
                guard let client = spare else { return .connect }
                state.waiting = client
                spare = nil
            }
            let known = wish.tags.compactMap { state.known[$0] }
            return .wait(wish, known.count == wish.tags.count ? known : nil, number: state.number)
        }
    }

    private static let hour: Int64 = 3_600_000_000_000

    /// Sends what was not sent, and renews where it is time to.
    private func keep(_ client: inout (any SlotSource)?) throws(ClientError) {
        try sendReport(&client)
        let now = now()
        let due = state.withLock { state -> ([TagName], String, Int)? in
            guard let wish = state.wish, state.end != nil, state.next <= now else { return nil }
            // What it was not given it does not wait for while it holds the others.
            return (state.leave.granted.sorted(), wish.configuration, state.number)
        }
        guard let (tags, configuration, number) = due else { return }
        do throws(ClientError) {
            apply(try ask(tags, configuration, &client), asked: tags, to: number)
        } catch {
            failed(error, number)
            throw error
        }
    }

    /// Waits at the server for another answer.
    private func wait(
        for wish: Wish,
        _ known: [SlotRequest.State]?,
        _ number: Int
    ) throws(ClientError) {
        guard let client = state.withLock(\.waiting) else { return }
        let request = SlotRequest(tags: wish.tags, configuration: wish.configuration, known: known)
        let answer: SlotAnswer
        do throws(ClientError) {
            answer = try client.takeSlots(request, of: node, wait: Self.wait)
        } catch {
            failed(error, number)
            throw error
        }
        apply(answer, asked: wish.tags, to: number)
        if case .granted = answer { onChange() }
    }

    private func connected(_ client: inout (any SlotSource)?) throws(ClientError) -> any SlotSource {
        if let client { return client }
        guard !stopped.load(ordering: .acquiring), let new = try connect() else {
            throw ClientError(.cancelled, "slots", "the node is not registered, or is stopping")
        }
        client = new
        state.withLock { $0.asking = new }
        if stopped.load(ordering: .acquiring) { new.cancel() }
        return new
    }
}
