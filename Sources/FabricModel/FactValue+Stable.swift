extension FactValue {
    /// The digest of what does not change by itself: facts that have the same one are the same machine in the same shape.
    ///
    /// Left out are times, counters, loads, caches of the network, what sessions and containers mount, and the views of
    /// file systems that only repeat others.
    public var stableDigest: ContentDigest {
        ContentDigest.sha256((stable([], [:]) ?? [:]).canonicalJSON)
    }

    /// What is left below these names without what changes by itself.
    private func stable(_ names: [String], _ parent: [String: FactValue]) -> FactValue? {
        if VolatileFacts.contains(names, self) { return nil }
        guard case .table(let table) = self else { return self }
        var kept: [String: FactValue] = [:]
        for (name, value) in table { kept[name] = value.stable(names + [name], table) }
        return .table(kept)
    }
}

/// Facts that change without anybody having changed the machine.
package enum VolatileFacts {
    /// Whether everything below these names changes by itself.
    package static func contains(_ names: [String], _ value: FactValue) -> Bool {
        guard let first = names.first else { return false }
        // RFC 8981: the addresses of today, others tomorrow.
        if names.count == 5, names[3] == "addresses", value["tags"]?.items.contains("temporary") == true {
            return true
        }
        if first == "memory", names.count > 1 {
            return !stableMemory.contains(names.dropFirst().joined(separator: "/"))
        }
        return (patterns[first] ?? []).contains { $0.matches(names) }
    }

    /// Of the amounts of memory only those of what is built in or set up.
    private static let stableMemory: Set<String> = [
        "swap", "swap/total", "total", "hugepages", "hugepages/total", "hugepage_size", "vmalloc_total",
    ]

    /// A pattern for each name from the top.
    private struct Pattern: Sendable {
        let globs: [Glob]

        func matches(_ names: [String]) -> Bool {
            globs.count == names.count && zip(globs, names).allSatisfy { $0.matches($1) }
        }
    }

    /// By the first name, which is never a pattern.
    private static let patterns = Dictionary(
        grouping: [
            "uptime", "uptime_seconds", "idletime", "idletime_seconds", "ohai_time", "counters", "sessions",
            "interrupts", "command", "IPAddress", "docker", "chef_packages",
            // Frequencies as they are at the moment, or are measured at each start.
            "cpu mhz", "cpu * mhz", "cpu * bogomips", "cpu bogomips_per_cpu",
            "kernel modules * refcount",
            "network interfaces * arp", "network interfaces * neighbour_inet6",
            "network interfaces * addresses * tags", "network interfaces * coalesce_params",
            // Of containers and virtual machines.
            "network interfaces veth*", "network interfaces vnet*", "network interfaces tap*",
            "network interfaces cali*",
            "block_device loop*", "block_device ram*",
            "filesystem by_device", "filesystem by_mountpoint",
            "filesystem by_pair * kb_*", "filesystem by_pair * percent_used", "filesystem by_pair * inodes_*",
            "filesystem by_pair * total_inodes",
            // Of sessions, units and containers, which come and go.
            "filesystem by_pair *,/run/user/*", "filesystem by_pair *,/run/credentials/*",
            "filesystem by_pair *,/run/netns*", "filesystem by_pair *,/run/docker/*",
            "filesystem by_pair *,/run/containerd/*", "filesystem by_pair *,/var/lib/docker/*",
            "filesystem by_pair *,/var/lib/containers/*", "filesystem by_pair *,/var/lib/kubelet/*",
            "filesystem by_pair *,/proc/sys/fs/binfmt_misc",
            "filesystem by_pair /dev/loop*",
        ]
        .map { (line: String) in line.split(separator: " ").map(String.init) }
    ) { $0[0] }
    .mapValues { lines in lines.map { Pattern(globs: $0.map(Glob.init)) } }
}
