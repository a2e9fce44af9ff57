import FabricAPI

/// Whether what is answered may hold what stands for a content, such as the hash of a password.
///
/// Set around every route by who asks; where nobody has set it, it may not.
enum Disclosure {
    @TaskLocal static var hasContents = false
}
