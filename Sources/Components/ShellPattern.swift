internal import Glibc

/// A pattern as shells know it, with `*`, `?` and `[…]`.
///
/// *Source*: fnmatch(3), which systemd asks too.
enum ShellPattern {
    static func matches(_ pattern: String, _ text: String) -> Bool {
        fnmatch(pattern, text, FNM_NOESCAPE) == 0
    }
}
