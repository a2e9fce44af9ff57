import Glibc
import LinuxSystem
import SystemPackage
import Testing

private let hasLibrary: Bool = {
    guard let library = dlopen("libsystemd.so.0", RTLD_NOW) else { return false }
    dlclose(library)
    return true
}()

@Suite("Message buses", .enabled(if: hasLibrary && TestBus.isInstalled), .timeLimit(.minutes(1)))
struct SystemBusTests {
    private static let name = "org.freedesktop.DBus"
    private let folder: TestFolder
    private let daemon: TestBus

    init() throws {
        folder = try TestFolder()
        daemon = try TestBus(folder)
    }

    private func call(
        _ bus: SystemBus,
        _ member: String,
        _ arguments: SystemBus.Argument...
    ) throws -> SystemBusMessage {
        let (name, path) = (Self.name, "/org/freedesktop/DBus")
        guard let argument = arguments.first else {
            return try bus.call(name, path, name, member, timeout: .seconds(20))
        }
        return try bus.call(name, path, name, member, argument, timeout: .seconds(20))
    }

    @Test("strings, numbers and truth values are read as they were sent")
    func values() throws {
        let bus = try SystemBus(address: daemon.address)
        #expect(try call(bus, "ListNames").strings().contains(Self.name))
        #expect(try call(bus, "GetNameOwner", .string(Self.name)).string() == Self.name)
        #expect(try call(bus, "NameHasOwner", .string("org.example.Nobody")).boolean() == false)
        #expect(try call(bus, "GetConnectionUnixUser", .string(Self.name)).number() == getuid())
    }

    @Test("a table of variants is read, what nobody asks for passed over")
    func containers() throws {
        let bus = try SystemBus(address: daemon.address)
        let message = try call(bus, "GetConnectionCredentials", .string(Self.name))
        let users = try message.elements(of: "{sv}") { () throws(SystemError) -> UInt32? in
            try message.inside("e", "sv") { () throws(SystemError) -> UInt32? in
                guard try message.string() == "UnixUserID" else {
                    try message.skip("v")
                    return nil
                }
                return try message.inside("v", "u") { () throws(SystemError) in try message.number() }
            }
        }
        #expect(users.compactMap(\.self) == [getuid()])
    }

    @Test("what is read as something else than it is, is an error")
    func wrongType() throws {
        let bus = try SystemBus(address: daemon.address)
        let error = #expect(throws: SystemError.self) { try call(bus, "ListNames").number() }
        #expect(error?.code == .invalidData)
    }

    @Test("what the other side refuses is told in its words")
    func refusal() throws {
        let bus = try SystemBus(address: daemon.address)
        let error = #expect(throws: SystemError.self) {
            try call(bus, "GetNameOwner", .string("org.example.Nobody"))
        }
        #expect(error?.code == .failed)
        #expect(error?.message.contains("org.example.Nobody") == true)
        // Arguments of another type than the method's are sent as they are.
        let strings = #expect(throws: SystemError.self) {
            try call(bus, "GetNameOwner", .strings(["a", "b"]))
        }
        #expect(strings?.code == .failed)
    }

    @Test("what was sent before an answer has arrived with it, in its order")
    func order() throws {
        let listener = try SystemBus(address: daemon.address)
        _ = try call(
            listener,
            "AddMatch",
            .string("type='signal',interface='\(Self.name)',member='NameOwnerChanged'")
        )
        var others: [SystemBus] = []
        for _ in 0..<3 {
            let other = try SystemBus(address: daemon.address)
            // The bus knows it when it answers.
            _ = try call(other, "GetId")
            others.append(other)
        }
        _ = try call(listener, "GetId")
        var hasCome: [Bool] = []
        while let message = try listener.next() {
            guard message.isSignal(Self.name, "NameOwnerChanged") else { continue }
            #expect(!message.isSignal(Self.name, "NameLost"))
            try message.skip("ss")
            hasCome.append(try !message.string().isEmpty)
        }
        #expect(hasCome == Array(repeating: true, count: others.count))
    }

    @Test("waiting ends when something arrives, and when another thread says so")
    func waiting() throws {
        let bus = try SystemBus(address: daemon.address)
        let wakeup = try Wakeup()
        wakeup.signal()
        #expect(try waitForWakeup(bus, wakeup))
        _ = try call(
            bus,
            "AddMatch",
            .string("type='signal',interface='\(Self.name)',member='NameOwnerChanged'")
        )
        while try bus.next() != nil {}
        let other = try SystemBus(address: daemon.address)
        _ = try call(other, "GetId")
        var signal: SystemBusMessage?
        while signal == nil {
            #expect(try !bus.wait(or: wakeup))
            signal = try bus.next()
        }
        #expect(signal?.isSignal(Self.name, "NameOwnerChanged") == true)
    }

    private func waitForWakeup(_ bus: SystemBus, _ wakeup: Wakeup) throws -> Bool {
        while try bus.next() != nil {}
        return try bus.wait(or: wakeup)
    }

    @Test("a bus that goes away is an error, not silence")
    func ended() throws {
        let bus = try SystemBus(address: daemon.address)
        _ = try call(bus, "GetId")
        let wakeup = try Wakeup()
        daemon.end()
        let error = #expect(throws: SystemError.self) {
            while true {
                while try bus.next() != nil {}
                _ = try bus.wait(or: wakeup)
            }
        }
        #expect(error?.code == .inputOutput)
    }

    @Test("where no bus answers, or there is no library, the error says so")
    func missing() throws {
        let nobody = #expect(throws: SystemError.self) {
            try SystemBus(address: "unix:path=\(folder("nobody").string)")
        }
        #expect(nobody?.code == .notFound)
        let library = #expect(throws: SystemError.self) {
            try SystemBus(address: daemon.address, library: "libweft-no-such.so.0")
        }
        #expect(library?.code == .notFound)
        let other = #expect(throws: SystemError.self) {
            try SystemBus(address: daemon.address, library: "libc.so.6")
        }
        #expect(other?.code == .unsupported)
    }
}
