import Glibc
import LinuxSystem

/// What the kernel says of links, addresses, routes and neighbours, as it says it.
struct NetworkDump: Sendable {
    var links: [UInt8] = []
    var addresses: [UInt8] = []
    var routes: [UInt8] = []
    var neighbours: [UInt8] = []

    /// Asks the kernel; of a captured machine, reads `netlink/links` and so on.
    ///
    /// - Throws: `SystemError`, such as `permissionDenied` in a sandbox.
    static func read(_ machine: MachineFiles) throws(SystemError) -> NetworkDump {
        guard machine.isThisMachine else {
            func captured(_ name: String) -> [UInt8] { machine.bytes("netlink/\(name)") ?? [] }
            return NetworkDump(
                links: captured("links"),
                addresses: captured("addresses"),
                routes: captured("routes"),
                neighbours: captured("neighbours")
            )
        }
        return NetworkDump(
            links: try dump(Kind.link.asked),
            addresses: try dump(Kind.address.asked),
            routes: try dump(Kind.route.asked),
            neighbours: try dump(Kind.neighbour.asked)
        )
    }

    /// *Source*: linux/rtnetlink.h: `RTM_NEWLINK` and so on; two above is the one that asks for all.
    enum Kind: UInt16 {
        case link = 16
        case address = 20
        case route = 24
        case neighbour = 28

        var asked: UInt16 { rawValue + 2 }
    }

    private static func dump(_ type: UInt16) throws(SystemError) -> [UInt8] {
        let subject = "rtnetlink".utf8
        let descriptor = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(.socket, errno: errno, subject) }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        // nlmsghdr: length, type, NLM_F_REQUEST | NLM_F_DUMP, sequence, port; then a header of the widest kind, all zero:
        // every address family.
        var request = [UInt8](repeating: 0, count: 36)
        request[0] = 36
        request[4] = UInt8(type)
        request[6] = 0x01
        request[7] = 0x03
        guard send(descriptor, request, request.count, 0) == request.count else {
            throw SystemError(.send, errno: errno, subject)
        }
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = recv(descriptor, &piece, piece.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError(.receive, errno: errno, subject) }
            let part = piece[..<count]
            answer += part
            if try isEnd(part) { return answer }
        }
    }

    /// Whether a part of an answer has its end in it.
    private static func isEnd(_ part: ArraySlice<UInt8>) throws(SystemError) -> Bool {
        var rest = part
        while let length = rest.number(0, UInt32.self).map(Int.init), length >= 16,
            let type = rest.number(4, UInt16.self)
        {
            // NLMSG_DONE, and NLMSG_ERROR with a negative error number.
            if type == 3 { return true }
            if type == 2 {
                throw SystemError(.receive, errno: -(rest.number(16, Int32.self) ?? 0), "rtnetlink".utf8)
            }
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return false
    }
}
