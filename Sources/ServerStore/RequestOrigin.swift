/// Where the request comes from that the current task answers; the audit log has it with each write.
public enum RequestOrigin {
    /// The address; `nil` for what is done on the server's own machine.
    @TaskLocal public static var address: String?
}
