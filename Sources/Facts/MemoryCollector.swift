import FabricModel

/// How much memory there is and what it is used for.
///
/// *Source*: proc_meminfo(5). *Units*: kB of 1024 bytes, written after the number.
struct MemoryCollector: FactCollector {
    let name = "memory"

    func collect(_ machine: MachineFiles) -> FactValue {
        var memory: FactValue = ["swap": [:], "hugepages": [:], "directmap": [:]]
        for line in machine.lines("proc/meminfo") {
            guard let (name, value) = line.divided(at: ":") else { continue }
            let amount = FactValue.text(value.split(separator: " ").joined())
            if let own = Self.names[name] {
                memory[own] = amount
            } else if let own = Self.swap[name] {
                memory["swap"]?[own] = amount
            } else if let own = Self.hugepages[name] {
                memory["hugepages"]?[own] = amount
            } else if name.hasPrefix("DirectMap") {
                memory["directmap"]?[String(name.dropFirst("DirectMap".count))] = amount
            }
        }
        return ["memory": memory]
    }

    private static let swap = ["SwapCached": "cached", "SwapTotal": "total", "SwapFree": "free"]
    private static let hugepages = [
        "HugePages_Total": "total", "HugePages_Free": "free", "HugePages_Rsvd": "reserved",
        "HugePages_Surp": "surplus",
    ]
    private static let names = [
        "MemTotal": "total", "MemFree": "free", "MemAvailable": "available", "Buffers": "buffers",
        "Cached": "cached", "Active": "active", "Inactive": "inactive", "HighTotal": "high_total",
        "HighFree": "high_free", "LowTotal": "low_total", "LowFree": "low_free", "Dirty": "dirty",
        "Writeback": "writeback", "AnonPages": "anon_pages", "Mapped": "mapped", "Slab": "slab",
        "SReclaimable": "slab_reclaimable", "SUnreclaim": "slab_unreclaim", "PageTables": "page_tables",
        "NFS_Unstable": "nfs_unstable", "Bounce": "bounce", "CommitLimit": "commit_limit",
        "Committed_AS": "committed_as", "VmallocTotal": "vmalloc_total", "VmallocUsed": "vmalloc_used",
        "VmallocChunk": "vmalloc_chunk", "Hugepagesize": "hugepage_size", "Hugetlb": "hugetlb",
    ]
}
