import FabricModel

/// Why the node daemon cannot start, or cannot do what it was asked for.
public struct AgentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable codes; the raw value is API.
    public enum Code: String, CaseIterable, Sendable {
        case stateFolder = "state-folder"
        case rootHoldsState = "root-holds-state"
        case alreadyRunning = "already-running"
        case badRules = "bad-rules"
        case badServer = "bad-server"
        case journal
        case watching
        case control
        case sessions
    }

    /// What went wrong.
    public var code: Code
    /// The thing that it is about, escaped.
    public var subject: String
    /// What is wrong and the way out.
    public var message: String

    /// An error from its parts; escapes the subject.
    public init(_ code: Code, _ subject: String, _ message: String) {
        self.code = code
        self.subject = EscapedText.normalize(subject)
        self.message = message
    }

    /// Whether a person's configuration is to blame, and not the machine.
    public var isConfiguration: Bool {
        switch code {
        case .badRules, .badServer, .rootHoldsState: true
        case .stateFolder, .alreadyRunning, .journal, .watching, .control, .sessions: false
        }
    }

    /// One line: the thing, what is wrong with it, and the way out.
    public var description: String { "\(subject): \(message)" }
}
