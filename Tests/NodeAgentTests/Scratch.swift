import FoundationEssentials
import NodeAgent

/// Settings of an agent that touches nothing but a folder.
enum Scratch {
    /// The rule files are those that are shipped; the one recorded tree is `tree`.
    static func settings(in folder: URL) -> NodeSettings {
        let conf = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "conf").path
        var settings = NodeSettings()
        settings.state = folder.appending(path: "state").path
        settings.name = "web1"
        settings.roots = [folder.appending(path: "tree").path]
        settings.ignoreRules = "\(conf)/ignore.yaml"
        settings.secretRules = "\(conf)/secrets.yaml"
        settings.checkRules = "\(conf)/checks.yaml"
        settings.packages = .off
        return settings
    }
}
