/// A hash table of small integers whose keys live elsewhere: open addressing, four bytes a slot.
struct SlotTable {
    private static let empty: Int32 = -1
    private static let removed: Int32 = -2

    private var slots: [Int32] = Array(repeating: Self.empty, count: 16)
    /// Slots that are not empty, also those of removed values.
    private var used = 0
    private(set) var count = 0

    /// The value with this hash that `matches`.
    func find(_ hash: Int, _ matches: (Int32) -> Bool) -> Int32? {
        slot(hash, matches).map { slots[$0] }
    }

    /// Whether the next ``insert(_:_:)`` must be preceded by ``rebuild(_:)``.
    var isFull: Bool { (used + 1) * 4 > slots.count * 3 }

    /// Adds a value that is not in the table.
    mutating func insert(_ hash: Int, _ value: Int32) {
        var index = hash & (slots.count - 1)
        while slots[index] >= 0 { index = (index + 1) & (slots.count - 1) }
        if slots[index] == Self.empty { used += 1 }
        slots[index] = value
        count += 1
    }

    /// Removes the value with this hash that `matches`.
    mutating func remove(_ hash: Int, _ matches: (Int32) -> Bool) {
        guard let index = slot(hash, matches) else { return }
        slots[index] = Self.removed
        count -= 1
    }

    /// Makes room for one more and puts the values in again, whose hashes `hash` tells.
    mutating func rebuild(_ hash: (Int32) -> Int) {
        let values = slots.filter { $0 >= 0 }
        var capacity = 16
        while (values.count + 1) * 2 > capacity { capacity *= 2 }
        slots = Array(repeating: Self.empty, count: capacity)
        used = 0
        count = 0
        for value in values { insert(hash(value), value) }
    }

    private func slot(_ hash: Int, _ matches: (Int32) -> Bool) -> Int? {
        var index = hash & (slots.count - 1)
        while slots[index] != Self.empty {
            if slots[index] >= 0, matches(slots[index]) { return index }
            index = (index + 1) & (slots.count - 1)
        }
        return nil
    }
}
