import FabricAPI
import FabricClient
import FabricModel
import LinuxSystem
import NodeControl

/// What `weft` ends with; the numbers are API.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    case failed = 1
    case usage = 2
    case partlyDone = 3
    /// The node is not clean or the queue not empty, asked for with `--exit-code`.
    case drift = 4
    /// Daemon or server cannot be reached.
    case unreachable = 11
    case notAuthorised = 12
    case conflict = 13
    /// Ended with ^C, as a shell tells it.
    case interrupted = 130
}

// The one table from errors to exit statuses. Status 2 is for what was refused before anything was asked.
extension ExitStatus {
    init(_ code: APIError.Code) {
        self =
            switch code {
            case .unauthenticated, .tokenExpired, .certificateExpired, .certificateRevoked, .forbidden,
                .tokenUsed:
                .notAuthorised
            case .conflict, .secretContent, .contentNotKept, .contentRedacted, .alreadyDecided, .nameTaken,
                .tagInUse,
                .alreadyRegistered, .commitMismatch:
                .conflict
            case .unavailable: .unreachable
            case .invalidRequest, .bodyTooLarge, .digestMismatch, .unknownRoute, .wrongMethod, .unknownNode,
                .unknownCommit,
                .unknownChange, .unknownTag, .unknownRevision, .unknownContent, .unknownToken,
                .unknownFacts, .unknownCursor, .unknownWebhook,
                .ambiguousID, .missingContents, .internalError:
                .failed
            }
    }

    init(_ error: ClientError) {
        self =
            switch error.code {
            case .unreachable, .timedOut, .tlsFailed: .unreachable
            case .invalidAddress, .invalidRequest: .usage
            case .notAccepted: .notAuthorised
            case .refused: error.refusal.map { ExitStatus($0.code) } ?? .failed
            case .cancelled, .answerTooLarge, .unexpectedAnswer, .transport: .failed
            }
    }

    init(_ code: NodeControlError.Code) {
        self =
            switch code {
            case .notPermitted: .notAuthorised
            case .unreachable, .connectionLost, .busy, .unavailable: .unreachable
            case .changedMeanwhile, .contentNotKept: .conflict
            case .nothingToCommit, .unknownResource, .cannotDiscard, .unknownContent, .invalidParameter,
                .unknownInterface, .unknownMethod, .notImplemented, .malformedMessage, .messageTooLarge,
                .internalError,
                .invalidAnswer,
                .cannotListen, .alreadyRunning:
                .failed
            }
    }

    init(_ code: CommandError.Code) {
        self =
            switch code {
            case .usage, .needsConfirmation: .usage
            case .notLoggedIn: .notAuthorised
            case .interrupted: .interrupted
            case .unresolved: .conflict
            case .editorFailed, .gitFailed, .declined, .exposedLogin, .invalidLogin, .unknownCandidate,
                .unreadableFile,
                .fileTooLarge,
                .outputFailed, .unknownFact:
                .failed
            }
    }

    init(_ code: ModelError.Code) {
        self =
            switch code {
            case .invalidResourceKey, .invalidEscape, .invalidDigest, .invalidIdentifier, .invalidName,
                .invalidTimestamp, .invalidState, .invalidFacts, .invalidQuery:
                .usage
            }
    }

    init(_ code: SystemError.Code) {
        self =
            switch code {
            case .changed: .conflict
            case .notFound, .permissionDenied, .alreadyExists, .notDirectory, .isDirectory,
                .directoryNotEmpty,
                .notRegularFile, .notSymlink, .symlinkInPath, .invalidPath, .noSpace, .readOnlyFileSystem,
                .tooManyOpenFiles, .watchLimit, .outOfMemory, .unsupported, .busy, .alreadyRunning,
                .invalidData,
                .timedOut, .inputOutput, .failed:
                .failed
            }
    }
}
