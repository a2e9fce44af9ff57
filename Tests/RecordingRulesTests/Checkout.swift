import RecordingRules
import SystemPackage

/// The files of this checkout.
enum Checkout {
    static let root: FilePath = {
        var path = FilePath(#filePath)
        for _ in 0..<3 { path.removeLastComponent() }
        return path
    }()

    static func ignoreRules() throws -> IgnoreRules { try ignore.get() }

    static func secretRules() throws -> SecretRules { try secrets.get() }

    // Read once for all tests.
    private static let ignore = Result { try IgnoreRules(contentsOf: root.appending("conf/ignore.yaml")) }
    private static let secrets = Result { try SecretRules(contentsOf: root.appending("conf/secrets.yaml")) }
}
