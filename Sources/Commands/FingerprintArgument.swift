import ArgumentParser
import FabricIdentity

/// A fingerprint on the command line.
enum FingerprintArgument {
    @Sendable
    static func read(_ text: String) throws -> Fingerprint {
        do {
            return try Fingerprint(text)
        } catch {
            throw ValidationError(error.message)
        }
    }
}
