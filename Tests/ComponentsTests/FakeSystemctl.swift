import SystemPackage

@testable import Components

/// A program that answers as systemctl of systemd 252 does, from what a test says of the units.
struct FakeSystemctl {
    let folder: ScratchFolder
    let program: String

    init() throws {
        folder = try ScratchFolder()
        program = folder.appending("systemctl").string
        // Written by another process, for what this one has open for writing cannot be run while it starts a program.
        try Command.run(
            "sh",
            "-c",
            #"""
            cat >"$0/systemctl" <<'SH'
            #!/bin/sh
            case "$1" in
            is-system-running) cat "${0%/*}/state" ;;
            list-units) cat "${0%/*}/units" ;;
            show) cat "${0%/*}/shown" ;;
            *) exit 1 ;;
            esac
            SH
            chmod 0755 "$0/systemctl"
            """#,
            folder.path.string
        )
        try set(state: "running")
        try set(shown: "")
    }

    var questions: Systemctl { Systemctl(program: program) }

    /// What is-system-running prints.
    func set(state: String) throws { try folder.write("\(state)\n", to: "state") }

    /// What show prints; `nil` has it fail.
    func set(shown: String?) throws {
        guard let shown else {
            _ = try Command.run("rm", folder.appending("shown").string)
            return
        }
        try folder.write(shown, to: "shown")
    }

    /// What list-units prints of units, by what it calls active.
    func set(units: KeyValuePairs<String, String>) throws {
        try folder.write(units.map { "\($0) loaded \($1) dead Something\n" }.joined(), to: "units")
    }

    /// What show prints of a unit with these properties.
    static func stanza(_ unit: String, _ properties: String...) -> String {
        (["Names=\(unit)"] + properties).joined(separator: "\n") + "\n\n"
    }
}
