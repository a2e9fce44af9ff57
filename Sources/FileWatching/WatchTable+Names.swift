extension WatchTable {
    func hasName(_ node: Node, _ name: UnsafeRawBufferPointer) -> Bool {
        let record = records[Int(node)]
        guard Int(record.nameLength) == name.count else { return false }
        let start = Int(record.nameStart)
        for offset in 0..<name.count where names[start + offset] != name[offset] { return false }
        return true
    }

    mutating func free(_ node: Node) {
        let record = records[Int(node)]
        if record.previous >= 0 {
            records[Int(record.previous)].next = record.next
        } else {
            records[Int(record.parent)].firstChild = record.next
        }
        if record.next >= 0 { records[Int(record.next)].previous = record.previous }
        byName.remove(name(of: node).withUnsafeBytes { Self.hash(record.parent, $0) }) { $0 == node }
        unusedNameBytes += Int(record.nameLength)
        records[Int(node)].marks = .free
        records[Int(node)].nameLength = 0
        records[Int(node)].next = firstFree
        firstFree = node
    }

    mutating func rebuildNameTable() {
        let records = records
        let names = names
        byName.rebuild { node in
            let record = records[Int(node)]
            let start = Int(record.nameStart)
            return names.withUnsafeBytes { bytes in
                Self.hash(
                    record.parent,
                    UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(record.nameLength)])
                )
            }
        }
    }

    /// Drops the bytes of names that are gone once they are the greater part.
    mutating func compactNames() {
        guard unusedNameBytes > 64 * 1024, unusedNameBytes > names.count / 2 else { return }
        var kept: [UInt8] = []
        kept.reserveCapacity(names.count - unusedNameBytes)
        for index in records.indices where !records[index].marks.contains(.free) {
            let start = Int(records[index].nameStart)
            records[index].nameStart = UInt32(kept.count)
            kept.append(contentsOf: names[start..<start + Int(records[index].nameLength)])
        }
        names = kept
        unusedNameBytes = 0
    }

    static func hash(_ parent: Node, _ name: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(parent)
        hasher.combine(bytes: name)
        return hasher.finalize()
    }
}
