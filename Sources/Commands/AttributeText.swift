import FabricModel
import LinuxSystem

/// Extended attributes for people: what the kernel keeps in binary as the usual programs write it.
enum AttributeText {
    /// The value of an attribute, which comes as `EscapedText`; one of an unknown form stays as it is.
    ///
    /// Users and groups of ACLs have names where there are `accounts`, those of the machine that the file is on.
    static func describe(_ name: String, _ value: String, accounts: AccountNames?) -> String {
        guard let bytes = try? EscapedText.unescape(value) else { return value }
        switch name {
        case "system.posix_acl_access", "system.posix_acl_default": return acl(bytes, accounts) ?? value
        case "security.capability": return capabilities(bytes) ?? value
        default: return value
        }
    }

    /// An ACL in the short text form, with commas.
    ///
    /// *Source*: linux/posix_acl_xattr.h (version 2, little-endian); acl(5).
    private static func acl(_ bytes: [UInt8], _ accounts: AccountNames?) -> String? {
        guard bytes.count % 8 == 4, word(bytes, 0) == 2 else { return nil }
        var entries: [String] = []
        for start in stride(from: 4, to: bytes.count, by: 8) {
            let (kind, rights) = (half(bytes, start), half(bytes, start + 2))
            let id = word(bytes, start + 4)
            let scope: String? =
                switch kind {
                case 0x01: "user:"
                case 0x02: "user:\(accounts?.user(id) ?? String(id))"
                case 0x04: "group:"
                case 0x08: "group:\(accounts?.group(id) ?? String(id))"
                case 0x10: "mask:"
                case 0x20: "other:"
                default: nil
                }
            guard let scope, rights <= 7 else { return nil }
            let letters = zip("rwx", [4, 2, 1] as [UInt16]).map { rights & $1 == 0 ? "-" : String($0) }
            entries.append("\(scope):\(letters.joined())")
        }
        return entries.joined(separator: ",")
    }

    /// File capabilities as getcap(8) writes them, where all of them have the same flags.
    ///
    /// *Source*: linux/capability.h, `struct vfs_ns_cap_data`; cap_text_formats(7).
    private static func capabilities(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 4 else { return nil }
        let head = word(bytes, 0)
        switch (head >> 24, bytes.count) {
        case (1, 12), (2, 20), (3, 24): break
        default: return nil
        }
        func set(at start: Int) -> UInt64 {
            let high = bytes.count > 12 ? word(bytes, start + 8) : 0
            return UInt64(high) << 32 | UInt64(word(bytes, start))
        }
        let (permitted, inheritable) = (set(at: 4), set(at: 8))
        let all = permitted | inheritable
        guard head & 0x00FF_FFFE == 0, all >> UInt64(names.count) == 0,
            permitted == 0 || inheritable == 0 || permitted == inheritable
        else { return nil }
        let set = names.indices.filter { all >> UInt64($0) & 1 == 1 }.map { "cap_\(names[$0])" }
        let flags =
            (head & 1 == 1 ? "e" : "") + (inheritable == 0 ? "" : "i") + (permitted == 0 ? "" : "p")
        let root = bytes.count == 24 ? word(bytes, 20) : 0
        return set.joined(separator: ",") + "=" + (all == 0 ? "" : flags)
            + (root == 0 ? "" : " [rootid=\(root)]")
    }

    private static func half(_ bytes: [UInt8], _ start: Int) -> UInt16 {
        UInt16(bytes[start]) | UInt16(bytes[start + 1]) << 8
    }

    private static func word(_ bytes: [UInt8], _ start: Int) -> UInt32 {
        UInt32(half(bytes, start)) | UInt32(half(bytes, start + 2)) << 16
    }

    // In the order of their numbers.
    private static let names = [
        "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid",
        "setpcap", "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw",
        "ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct",
        "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease",
        "audit_write", "audit_control", "setfcap", "mac_override", "mac_admin", "syslog", "wake_alarm",
        "block_suspend", "audit_read", "perfmon", "bpf", "checkpoint_restore",
    ]
}
