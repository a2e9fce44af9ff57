import Glibc

/// Writing to a connection that the other side has closed raises SIGPIPE inside the TLS library.
enum BrokenPipe {
    /// Runs `body` so that a SIGPIPE of this thread does nothing; the process's handling of it stays as it is.
    static func ignored<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var pipe = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        var pending = sigset_t()
        sigpending(&pending)
        if sigismember(&pending, SIGPIPE) == 1 { return try body() }
        var earlier = sigset_t()
        guard pthread_sigmask(SIG_BLOCK, &pipe, &earlier) == 0 else { return try body() }
        defer {
            // What was raised meanwhile is taken before the mask is put back.
            var atOnce = timespec(tv_sec: 0, tv_nsec: 0)
            while sigtimedwait(&pipe, nil, &atOnce) == SIGPIPE {}
            pthread_sigmask(SIG_SETMASK, &earlier, nil)
        }
        return try body()
    }
}
