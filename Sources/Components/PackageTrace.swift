internal import FabricModel

/// Knows what one of a package system's own tools did to files, from the records that the tool keeps.
protocol PackageTrace: Sendable {
    /// Whether a file became what it is because of a package that changed in the same batch.
    ///
    /// - Parameters:
    ///   - change: The file's change.
    ///   - isDuringTransaction: Whether all of it was seen while a package transaction was running.
    ///   - context: What happened besides.
    /// - Returns: Whether the records say so; `false` where they are not there.
    /// - Throws: What reading contents and records throws.
    func explains(
        _ change: Change,
        isDuringTransaction: Bool,
        in context: FeedbackContext
    ) throws -> Bool
}
