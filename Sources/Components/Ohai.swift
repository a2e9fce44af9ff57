/// The program ohai, with whatever plug-ins a site has given it.
package enum Ohai {
    /// What it says of this machine, as JSON.
    ///
    /// - Throws: `ComponentsError` with code `programFailed` when it is not here, fails, or takes longer than `time`.
    package static func output(time: Duration) throws(ComponentsError) -> [UInt8] {
        try ProgramRun.output(of: "ohai", [], limit: 16 << 20, time: time)
    }
}
