public import FoundationEssentials

extension TrialServer {
    /// Makes a backup of the store, whether the server runs or not.
    public func backUp(to file: URL) throws {
        try run(["backup", "--state", stateBase.path, file.path])
    }

    /// Replaces the store by a backup, and gives what was said; the server must not run.
    @discardableResult
    public func restore(_ file: URL) throws -> String {
        try run(["restore", "--state", stateBase.path, "--replace", file.path])
    }

    /// Restores a backup as on a new machine, where nothing is, and gives what was said; the server must not run.
    @discardableResult
    public func restoreAnew(_ file: URL) throws -> String {
        try FileManager.default.removeItem(at: stateBase)
        return try run(["restore", "--state", stateBase.path, file.path])
    }

    @discardableResult
    private func run(_ arguments: [String]) throws -> String {
        let output = try runToEnd(programs.server, arguments)
        guard output.status == 0 else {
            throw TrialError("weft-server \(arguments[0]) ended with \(output.status): \(output.errors)")
        }
        return output.text
    }
}
