import TrialFabric

/// What convergence costs, and how soon it comes.
func measureConvergence(_ programs: Programs) throws -> [Figure] {
    [
        try measureConvergenceCheck(programs), try measureConvergenceLatency(programs),
        try measurePlanAgainstPuppet(programs), try measureDelta(programs),
    ]
}
