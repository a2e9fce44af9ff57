import Testing

@testable import NodeControl

extension NodeControlError.Code {
    /// Errors of the standard interface; they carry no message.
    static let ofEveryService: [Self] = [
        .unknownInterface, .unknownMethod, .notImplemented, .invalidParameter,
    ]
    /// Errors that arise on the caller's side alone.
    static let seenByCaller: [Self] = [
        .unreachable, .connectionLost, .invalidAnswer, .cannotListen, .alreadyRunning,
    ]
    static let sentByDaemon = allCases.filter { !seenByCaller.contains($0) }
}

@Suite("Errors on the wire")
struct WireErrorTests {
    @Test("every error that the daemon sends has a name of its own and reads back")
    func names() {
        var names: Set<String> = []
        for code in NodeControlError.Code.sentByDaemon where code != .internalError {
            let (name, parameters) = ErrorName.encode(NodeControlError(code, "m", subject: "s"))
            #expect(names.insert(name).inserted)
            #expect(!name.hasSuffix(".Internal"))
            let back = ErrorName.decode(name, parameters)
            #expect(back.code == code)
            #expect(back.subject == "s")
        }
        let (name, parameters) = ErrorName.encode(NodeControlError(.internalError, "m", cause: "disk"))
        #expect(name == "io.weft.Node.Internal")
        #expect(parameters == ["message": "m (disk)"])
    }

    @Test("the standard errors carry exactly their one parameter")
    func standardErrors() {
        let (name, parameters) = ErrorName.encode(.invalidParameter("paths"))
        #expect(name == "org.varlink.service.InvalidParameter")
        #expect(parameters == ["parameter": "paths"])
    }

    @Test("an error of an unknown name is an answer that is not understood")
    func unknownName() {
        let error = ErrorName.decode("io.weft.Node.New\u{1B}[2J", [:])
        #expect(error.code == .invalidAnswer)
        #expect(error.subject == "io.weft.Node.New\\x1b[2J")
    }

    @Test("codes are unique and in the spelling of the API")
    func codes() {
        for code in NodeControlError.Code.allCases {
            #expect(code.rawValue.allSatisfy { $0.isASCII && ($0.isLowercase || $0 == "-") })
        }
    }
}
