import Components
import NodeControl

extension FuzzTarget {
    /// What the daemon reads on its own machine, of which others write a part.
    static var machine: [FuzzTarget] { [control, rpmHeader, dpkgStatus] }

    /// Calls on the daemon's socket, to which every account may connect.
    private static let control = FuzzTarget(
        "control-call",
        seeds: [
            #"{"method":"io.weft.Node.Status"}"#,
            #"{"method":"io.weft.Node.Log","parameters":{"limit":3}}"#,
            #"{"method":"io.weft.Node.Commit","parameters":{"message":"m","resources":["file:/etc/hosts"]}}"#,
            #"{"method":"io.weft.Node.Diff","more":true,"parameters":{"resources":["file:/etc/"]}}"#,
            #"{"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"io.weft.Node"}}"#,
        ]
    ) { input in
        var answers: [[UInt8]] = []
        let dispatcher = CallDispatcher(handler: IdleHandler(), version: "1", answerLimit: 1 << 20)
        let caller = ControlCaller(pid: 1, uid: 0, gid: 0)
        _ = try dispatcher.answer(input, from: caller, access: .root) { answers.append($0) }
        let areObjects = answers.allSatisfy { $0.first == UInt8(ascii: "{") && $0.last == UInt8(ascii: "}") }
        return areObjects ? nil : "an answer is no object"
    }

    /// One of rpm's rows: a packager chose what is in it.
    private static let rpmHeader = FuzzTarget("rpm-header", seeds: [Samples.rpmHeader]) { input in
        try input.withUnsafeBytes { bytes in
            let header = try RPMHeader(bytes)
            for tag in RPMHeader.Tag.allCases {
                _ = try? header.string(tag)
                _ = try? header.strings(tag).map(\.count)
                _ = try? header.numbers(tag)
            }
        }
        return nil
    }

    private static let dpkgStatus = FuzzTarget(
        "dpkg-status",
        seeds: [
            """
            Package: base-files
            Status: install ok installed
            Architecture: amd64
            Version: 12.4+deb12u5
            Conffiles:
             /etc/issue 4d1cd3d1ac2a2bdac8d5e8a8e1f4e6a2

            """
        ]
    ) { input in
        _ = DpkgStatus(status: input, updates: [input], withConffiles: true)
        return nil
    }
}
