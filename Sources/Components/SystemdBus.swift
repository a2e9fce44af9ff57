import LinuxSystem

/// Questions to systemd over D-Bus, on one connection of one thread.
///
/// *Source*: org.freedesktop.systemd1(5).
struct SystemdBus {
    static let name = "org.freedesktop.systemd1"
    static let path = "/org/freedesktop/systemd1"
    static let manager = "org.freedesktop.systemd1.Manager"
    static let unit = "org.freedesktop.systemd1.Unit"
    static let patience = Duration.seconds(25)

    let bus: SystemBus

    init(address: String) throws(SystemError) {
        bus = try SystemBus(address: address)
    }

    /// Has systemd send its signals, and the bus pass on those of jobs and of the end of start-up.
    func subscribe() throws(SystemError) {
        for signal in ["JobNew", "JobRemoved", "StartupFinished"] {
            _ = try bus.call(
                "org.freedesktop.DBus",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus",
                "AddMatch",
                .string(
                    "type='signal',sender='\(Self.name)',path='\(Self.path)',interface='\(Self.manager)',member='\(signal)'"
                ),
                timeout: Self.patience
            )
        }
        _ = try bus.call(Self.name, Self.path, Self.manager, "Subscribe", timeout: Self.patience)
    }

    /// Whether the system has started up and is not on its way down.
    func isUp() throws(SystemError) -> Bool {
        let state = try property(Self.path, Self.manager, "SystemState", "s") {
            (message) throws(SystemError) in try message.string()
        }
        return !["initializing", "starting", "stopping"].contains(state)
    }

    /// What units do, those that are loaded or can be; nothing while the system starts up or goes down.
    func activity(of units: [String]) throws(SystemError) -> [String: UnitActivity] {
        guard !units.isEmpty, try isUp() else { return [:] }
        let message = try bus.call(
            Self.name,
            Self.path,
            Self.manager,
            "ListUnitsByNames",
            .strings(units),
            timeout: Self.patience
        )
        let row = "ssssssouso"
        let listed = try message.elements(of: "(\(row))") { () throws(SystemError) in
            try message.inside("r", row) { () throws(SystemError) in
                let name = try message.string()
                try message.skip("ss")
                let active = try message.string()
                try message.skip("ssouso")
                return (name, active)
            }
        }
        return Dictionary(listed.map { ($0.0, Self.activity($0.1)) }) { first, _ in first }
    }

    static func activity(_ active: String) -> UnitActivity {
        switch active {
        case "active", "reloading", "refreshing": .running
        case "failed": .failed
        case "activating": .changing
        default: .stopped
        }
    }

    /// The dependencies by which a unit is stopped because another one is started, stopped or started anew.
    private static let stopping: Set<String> = [
        "Requires", "Requisite", "BindsTo", "PartOf", "StopPropagatedFrom", "Conflicts", "ConflictedBy",
    ]
    /// Those by which it is started, or started anew, because another one is.
    private static let starting: Set<String> = [
        "RequiredBy", "WantedBy", "BoundBy", "UpheldBy", "Requires", "Requisite", "BindsTo", "PartOf",
    ]

    static func bonds(leadingTo activity: UnitActivity) -> Set<String> {
        activity == .running ? starting : stopping
    }

    /// Whether a unit's own dependencies made of it what it is, because one of these units was started or stopped.
    func follows(
        _ unit: String,
        _ activity: UnitActivity,
        from others: Set<String>
    ) throws(SystemError) -> Bool {
        let bonds = Self.bonds(leadingTo: activity)
        let message = try bus.call(
            Self.name,
            Self.unitPath(unit),
            "org.freedesktop.DBus.Properties",
            "GetAll",
            .string(Self.unit),
            timeout: Self.patience
        )
        let follows = try message.elements(of: "{sv}") { () throws(SystemError) in
            try message.inside("e", "sv") { () throws(SystemError) in
                guard try bonds.contains(message.string()) else {
                    try message.skip("v")
                    return false
                }
                let names = try message.inside("v", "as") { () throws(SystemError) in try message.strings() }
                return !others.isDisjoint(with: names)
            }
        }
        return follows.contains(true)
    }

    /// Whether a unit is started when it is needed, by D-Bus or by another unit that is at work.
    func isTriggered(_ unit: String) throws(SystemError) -> Bool {
        let triggers = try unitProperty(unit, Self.unit, "TriggeredBy", "as") {
            (message) throws(SystemError) in try message.strings()
        }
        // One that is merely there, such as Debian's ssh.socket, triggers nothing.
        if try activity(of: triggers).values.contains(.running) { return true }
        guard unit.hasSuffix(".service") else { return false }
        let name = try unitProperty(unit, "org.freedesktop.systemd1.Service", "BusName", "s") {
            (message) throws(SystemError) in try message.string()
        }
        return !name.isEmpty
    }

    private func unitProperty<Value>(
        _ unit: String,
        _ interface: String,
        _ name: String,
        _ signature: String,
        _ read: (SystemBusMessage) throws(SystemError) -> Value
    ) throws(SystemError) -> Value {
        try property(Self.unitPath(unit), interface, name, signature, read)
    }

    private func property<Value>(
        _ path: String,
        _ interface: String,
        _ name: String,
        _ signature: String,
        _ read: (SystemBusMessage) throws(SystemError) -> Value
    ) throws(SystemError) -> Value {
        let message = try bus.call(
            Self.name,
            path,
            "org.freedesktop.DBus.Properties",
            "Get",
            .string(interface),
            .string(name),
            timeout: Self.patience
        )
        return try message.inside("v", signature) { () throws(SystemError) in try read(message) }
    }

    /// The path of a unit's object: all but letters and digits of the name as `_xx`.
    static func unitPath(_ unit: String) -> String {
        var name = path + "/unit/"
        for (index, byte) in unit.utf8.enumerated() {
            let character = Character(Unicode.Scalar(byte))
            let isKept = character.isASCII && (character.isLetter || character.isNumber && index > 0)
            name += isKept ? String(character) : "_" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return name
    }
}
