import Glibc

/// The functions of libsystemd's sd-bus that ``SystemBus`` and ``SystemBusMessage`` call.
///
/// The library is on every system with systemd, and is found while the program runs: on others the program works
/// without it.
///
/// *Source*: sd-bus(3).
struct SystemdLibrary: Sendable {
    typealias Handle = OpaquePointer
    typealias Action = @Sendable @convention(c) (Handle?) -> Int32
    typealias Release = @Sendable @convention(c) (Handle?) -> Handle?
    typealias Make = @Sendable @convention(c) (UnsafeMutablePointer<Handle?>) -> Int32
    typealias GiveNumber = @Sendable @convention(c) (Handle, Int32) -> Int32
    typealias GiveText = @Sendable @convention(c) (Handle, UnsafePointer<CChar>) -> Int32
    typealias TakeTime = @Sendable @convention(c) (Handle, UnsafeMutablePointer<UInt64>) -> Int32
    typealias Process = @Sendable @convention(c) (Handle, UnsafeMutablePointer<Handle?>?) -> Int32
    typealias MakeCall =
        @Sendable @convention(c) (
            Handle, UnsafeMutablePointer<Handle?>, UnsafePointer<CChar>, UnsafePointer<CChar>,
            UnsafePointer<CChar>, UnsafePointer<CChar>
        ) -> Int32
    typealias Call =
        @Sendable @convention(c) (
            Handle, Handle, UInt64, UnsafeMutableRawPointer?, UnsafeMutablePointer<Handle?>
        ) -> Int32
    typealias FreeError = @Sendable @convention(c) (UnsafeMutableRawPointer) -> Void
    typealias Container = @Sendable @convention(c) (Handle, CChar, UnsafePointer<CChar>) -> Int32
    typealias Append = @Sendable @convention(c) (Handle, CChar, UnsafeRawPointer) -> Int32
    typealias Read = @Sendable @convention(c) (Handle, CChar, UnsafeMutableRawPointer) -> Int32
    typealias IsSignal =
        @Sendable @convention(c) (Handle, UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32

    let new: Make
    let setAddress: GiveText
    let setBusClient: GiveNumber
    let start: Action
    let close: Release
    let descriptor: Action
    let events: Action
    let timeout: TakeTime
    let process: Process
    let newCall: MakeCall
    let call: Call
    let freeError: FreeError
    let openContainer: Container
    let closeContainer: Action
    let append: Append
    let enterContainer: Container
    let exitContainer: Action
    let read: Read
    let skip: GiveText
    let isAtEnd: GiveNumber
    let isSignal: IsSignal
    let release: Release

    /// Finds the functions in the library of that name.
    ///
    /// - Throws: `SystemError` with code `notFound` when there is no such library, `unsupported` when it lacks one.
    init(_ name: String) throws(SystemError) {
        guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
            throw SystemError(
                .notFound,
                .dlopen,
                name.utf8,
                "is not there or cannot be loaded; install systemd's library"
            )
        }
        func find<Function>(_ symbol: String) throws(SystemError) -> Function {
            guard let address = dlsym(library, symbol) else {
                throw SystemError(
                    .unsupported,
                    .dlopen,
                    name.utf8,
                    "has no function \(symbol); use systemd 219 or newer"
                )
            }
            return unsafeBitCast(address, to: Function.self)
        }
        new = try find("sd_bus_new")
        setAddress = try find("sd_bus_set_address")
        setBusClient = try find("sd_bus_set_bus_client")
        start = try find("sd_bus_start")
        close = try find("sd_bus_flush_close_unref")
        descriptor = try find("sd_bus_get_fd")
        events = try find("sd_bus_get_events")
        timeout = try find("sd_bus_get_timeout")
        process = try find("sd_bus_process")
        newCall = try find("sd_bus_message_new_method_call")
        call = try find("sd_bus_call")
        freeError = try find("sd_bus_error_free")
        openContainer = try find("sd_bus_message_open_container")
        closeContainer = try find("sd_bus_message_close_container")
        append = try find("sd_bus_message_append_basic")
        enterContainer = try find("sd_bus_message_enter_container")
        exitContainer = try find("sd_bus_message_exit_container")
        read = try find("sd_bus_message_read_basic")
        skip = try find("sd_bus_message_skip")
        isAtEnd = try find("sd_bus_message_at_end")
        isSignal = try find("sd_bus_message_is_signal")
        release = try find("sd_bus_message_unref")
    }
}
