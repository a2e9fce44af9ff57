import FabricModel
import GRDB

/// When, by whom and in which sessions a batch was seen: the same for all its changes.
struct Occasion {
    let at: Timestamp
    let actor: Actor
    let sessions: Set<String>
    let isLate: Bool
    /// Whether what was observed became so while a package transaction was running.
    let isDuringTransaction: (Observation) -> Bool
    /// Whether the changes are closed at once: they are Weft's own.
    let isSettled: Bool
    private let encodedActor: [UInt8]
    private let encodedSessions: [UInt8]?

    init(
        at: Timestamp,
        actor: Actor,
        sessions: Set<String> = [],
        isLate: Bool = false,
        isDuringTransaction: @escaping (Observation) -> Bool = { _ in false },
        isSettled: Bool = false
    ) {
        self.at = at
        self.actor = actor
        self.sessions = sessions
        self.isLate = isLate
        self.isDuringTransaction = isDuringTransaction
        self.isSettled = isSettled
        encodedActor = ActorCoding.encode(actor)
        encodedSessions = ActorCoding.encode(sessions)
    }

    /// Adds a row and gives its sequence.
    func insertChange(
        _ key: ResourceKey,
        isDuringTransaction: Bool,
        before: (state: [UInt8]?, content: Int64?),
        after: (state: [UInt8]?, content: Int64?),
        in db: Database
    ) throws -> Int64 {
        try db.run(
            """
            INSERT INTO change (
                kind, name, at, is_late, commit_number, before_content, after_content, before, after, actor, sessions)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .text(key.kind.rawValue),
            .text(key.name),
            .integer(at.microseconds),
            .integer((isLate ? 1 : 0) | (isDuringTransaction ? 2 : 0)),
            .integer(isSettled ? 0 : nil),
            .integer(before.content),
            .integer(after.content),
            .bytes(before.state),
            .bytes(after.state),
            .bytes(encodedActor),
            .bytes(encodedSessions)
        )
        return db.lastInsertedRowID
    }
}

/// One observation compared with the baseline.
struct Comparison {
    enum Outcome {
        /// Nothing to write.
        case same
        /// The same state with another fingerprint, or with details that are no change.
        case refreshed(ResourceState)
        case different
    }

    let observation: Observation
    let place: ResourcePlace
    let known: BaselineRow?
    let outcome: Outcome

    init(_ observation: Observation, _ db: Database) throws {
        self.observation = observation
        place = ResourcePlace(observation.key)
        known = try db.baselineRow(place)
        let before = known?.state ?? .absent
        let isUntouched = observation.fingerprint != nil && known?.fingerprint == observation.fingerprint
        guard before.matches(observation.state, isUntouched: isUntouched) else {
            outcome = .different
            return
        }
        let state = before.refreshed(by: observation)
        outcome =
            state == before && known?.fingerprint == observation.fingerprint ? .same : .refreshed(state)
    }

    /// Writes what is to be written; gives the change when it is an open one.
    func write(_ occasion: Occasion?, _ store: ContentStore, in db: Database) throws -> RecordedChange? {
        switch outcome {
        case .same: return nil
        case .refreshed(let state):
            try refresh(state, store, in: db)
            return nil
        case .different: return try replace(occasion, store, in: db)
        }
    }

    private func refresh(_ state: ResourceState, _ store: ContentStore, in db: Database) throws {
        var state = state
        var content = known?.content
        // A content for which there was no room when it was first seen.
        if content == nil { content = try keep(&state, references: 1, store, in: db) }
        guard let encoded = try StateCoding.encode(state) else { return }
        try db.putBaseline(place, encoded, content, observation.fingerprint)
    }

    private func replace(
        _ occasion: Occasion?,
        _ store: ContentStore,
        in db: Database
    ) throws -> RecordedChange? {
        var state = observation.state
        let content = try keep(&state, references: occasion == nil ? 1 : 2, store, in: db)
        let encoded = try StateCoding.encode(state)
        if let encoded {
            try db.putBaseline(place, encoded, content, observation.fingerprint)
        } else {
            try db.removeBaseline(place)
        }
        guard let occasion else {
            if let content = known?.content { try store.release(content, in: db) }
            return nil
        }
        // The baseline's name of the content before becomes the change's.
        let isDuringTransaction = occasion.isDuringTransaction(observation)
        let sequence = try occasion.insertChange(
            observation.key,
            isDuringTransaction: isDuringTransaction,
            before: (known?.encoded, known?.content),
            after: (encoded, content),
            in: db
        )
        guard !occasion.isSettled else { return nil }
        let change = Change(
            key: observation.key,
            before: known?.state ?? .absent,
            after: state,
            at: occasion.at,
            actor: occasion.actor,
            isLate: occasion.isLate
        )
        return RecordedChange(
            sequence: sequence,
            change: change,
            sessions: occasion.sessions,
            isDuringTransaction: isDuringTransaction
        )
    }

    /// Keeps the state's content, or marks it as not kept where the journal is full.
    private func keep(
        _ state: inout ResourceState,
        references: Int64,
        _ store: ContentStore,
        in db: Database
    ) throws -> Int64? {
        guard case .file(var file) = state, var content = file.content, content.withheld == nil else {
            return nil
        }
        if let id = try store.keep(content, observation.content, references: references, in: db) { return id }
        content.withheld = .journalFull
        file.content = content
        state = .file(file)
        return nil
    }
}

extension ResourceState {
    /// Whether both are the same state.
    ///
    /// Of a file that nobody touched the owner's number counts: the account got another name, or went.
    fileprivate func matches(_ other: ResourceState, isUntouched: Bool) -> Bool {
        guard isUntouched, case .file(var file) = self, case .file(let new) = other,
            file.owner.id == new.owner.id, file.group.id == new.group.id
        else { return matches(other) }
        (file.owner, file.group) = (new.owner, new.group)
        return file.matches(new)
    }

    /// This state with what a matching observation adds to it.
    ///
    /// Ids behind equal names, a package's reason and whether a service runs where that was not known, and a content that
    /// was not kept; what is known already stays, so that later changes are measured against it. Of an account all is
    /// taken that is there now: a password's hash goes when the node's settings keep it no more.
    fileprivate func refreshed(by observation: Observation) -> ResourceState {
        switch (self, observation.state) {
        case (.file(let known), .file(var file)):
            let isRefill =
                known.content?.withheld == .journalFull && file.content?.withheld == nil
                && observation.content != nil
            if !isRefill { file.content = known.content }
            return .file(file)
        case (.package(let known), .package(var package)):
            package.reason = package.reason ?? known.reason
            return .package(package)
        case (.service(let known), .service(var service)):
            service.isRunning = service.isRunning ?? known.isRunning
            return .service(service)
        case (.user, .user), (.group, .group): return observation.state
        default: return self
        }
    }
}
