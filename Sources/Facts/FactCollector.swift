import FabricModel

/// Finds out one part of what a machine is, from the files in which the kernel and the distribution say so.
protocol FactCollector: Sendable {
    /// What it is called where it fails.
    var name: String { get }

    /// A table of facts under ohai's names, to be laid over those of the others.
    ///
    /// - Throws: why nothing could be found out.
    func collect(_ machine: MachineFiles) throws -> FactValue
}
