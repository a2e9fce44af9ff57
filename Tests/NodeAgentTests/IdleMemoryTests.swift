import Testing

@testable import NodeAgent

@Suite struct IdleMemoryTests {
    @Test("memory is given back once after work, when the daemon is idle again")
    func givesBackOnce() {
        var memory = IdleMemory()
        // Processor time at each look: start, work, its end, then idle, a little work, idle.
        let looks: [UInt64] = [40, 300, 301, 301, 302, 302, 350, 350, 350]
        var given: [Int] = []
        for (index, ticks) in looks.enumerated() {
            memory.look(cpuTicks: ticks) { given.append(index) }
        }
        #expect(given == [2, 7])
    }
}
