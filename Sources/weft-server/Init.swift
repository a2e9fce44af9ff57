import ArgumentParser
import FabricIdentity
import FabricServer
import Foundation

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Make the authority of a new fabric and the server's certificate, and print the fingerprint.",
        discussion: """
            The authority signs the certificates of the fabric's nodes. Its key stays in the server's state folder; back \
            it up, for nodes trust no other. Nodes and people are told its fingerprint, by which they check the server \
            when they first speak to it.

            Example: weft-server init --host weft.example.org
            """
    )

    @OptionGroup var options: SettingsOptions

    @Option(help: "What the fabric is called; the machine's name unless it is given.")
    var name: String?

    @Option(
        help:
            "A name or address by which the server is reached, several times; the machine's name and loopback besides."
    )
    var host: [String] = []

    func run() throws {
        let machine = ProcessInfo.processInfo.hostName
        let certificate = try ServerIdentity.make(
            options.settings(),
            name: name ?? machine,
            hosts: Hosts.all(host)
        )
        Output.result.write("\(certificate.fingerprint)\n")
    }
}

/// Under which names and addresses a server is reached.
enum Hosts {
    /// Those that were given first, and after them those that it always has.
    static func all(_ given: [String]) -> [String] {
        var hosts: [String] = []
        for name in given + [ProcessInfo.processInfo.hostName, "localhost", "127.0.0.1", "::1"]
        where !hosts.contains(name) {
            hosts.append(name)
        }
        return hosts
    }
}

struct Certificate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Make the server's certificate anew, for other names; the server takes it when it starts again."
    )

    @OptionGroup var options: SettingsOptions

    @Option(
        help:
            "A name or address by which the server is reached, several times; the machine's name and loopback besides."
    )
    var host: [String] = []

    func run() throws {
        try ServerIdentity.certify(options.settings(), hosts: Hosts.all(host))
    }
}

struct Fingerprint: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the fingerprint of the authority, by which nodes and people check the server."
    )

    @OptionGroup var options: SettingsOptions

    func run() throws {
        Output.result.write("\(try ServerIdentity.fingerprint(options.settings()))\n")
    }
}
