import ArgumentParser
import FabricServer

/// The options by which a subcommand finds the server's settings.
struct SettingsOptions: ParsableArguments {
    @Option(help: "The settings file; \(ServerSettings.defaultPath) where that is there.")
    var config: String?

    @Option(help: "The folder of the database, instead of the one in the settings.")
    var state: String?

    /// The settings of the file, with what the options say.
    func settings() throws -> ServerSettings {
        var settings = try ServerSettings(path: config)
        if let state { try settings.keepState(in: state) }
        return settings
    }
}
