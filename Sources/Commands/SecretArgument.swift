import FabricClient

/// A secret that is better not on a command line, which others on the machine can read.
enum SecretArgument {
    /// The token that an option gives; with `-` from standard input, and without it asked for where somebody sits there.
    ///
    /// - Throws: `CommandError` with code `usage` where there is none, or `interrupted`.
    static func token(_ given: String?, for server: ServerAddress, _ console: Console) throws -> String {
        let text =
            if let given, given != "-" {
                given
            } else if given == nil, console.isInputTerminal {
                try console.readSecret("Token for \(server): ")
            } else {
                console.readLine()
            }
        let token = text.map { $0.filter { !$0.isWhitespace } } ?? ""
        guard !token.isEmpty else {
            throw CommandError(.usage, "--token", "no token was given; 'weft-server token create' makes one")
        }
        return token
    }
}
