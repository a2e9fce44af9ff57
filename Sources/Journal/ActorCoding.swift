import FabricModel

/// The stored form of who did something, and of the login sessions that took part.
enum ActorCoding {
    static func encode(_ actor: Actor) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(actor.tier.rawValue)
        writer.put(actor.name)
        writer.put(actor.session)
        writer.put(actor.evidence)
        return writer.bytes
    }

    static func decode(_ buffer: UnsafeRawBufferPointer) throws -> Actor {
        var reader = ByteReader(buffer)
        let text = try reader.text()
        guard let tier = Actor.Tier(rawValue: text) else {
            throw UnreadableRecord(reason: "an actor has the unknown tier \(text)")
        }
        return Actor(
            tier: tier,
            name: try reader.optionalText(),
            session: try reader.optionalText(),
            evidence: try reader.optionalText()
        )
    }

    static func encode(_ sessions: Set<String>) -> [UInt8]? {
        guard !sessions.isEmpty else { return nil }
        var writer = ByteWriter()
        for session in sessions.sorted() { writer.put(session) }
        return writer.bytes
    }

    static func sessions(_ buffer: UnsafeRawBufferPointer) throws -> Set<String> {
        var reader = ByteReader(buffer)
        var sessions: Set<String> = []
        while !reader.isAtEnd { sessions.insert(try reader.text()) }
        return sessions
    }
}
