internal import FabricAPI
internal import FabricModel
internal import GRDB

/// What a caller is told of an error below: its own refusal, `unavailable` where trying again can help, else a failure.
func reported(_ error: any Error) -> any Error {
    switch error {
    case is APIError, is StoreError, is CancellationError:
        return error
    case let error as DatabaseError where error.isStorage:
        let text = error.message ?? "code \(error.resultCode.rawValue)"
        return APIError(
            .unavailable,
            "the server cannot reach its database now (\(text)); nothing was stored, try again"
        )
    case let error as DatabaseError where error.isDamage:
        return StoreError(.damaged, "database", "it is damaged. \(StoreCheck.wayOut)", cause: error)
    case is DecodingError, is RowDecodingError, is ModelError:
        return StoreError(.damaged, "database", "a row does not read back; restore a copy", cause: error)
    default:
        return StoreError(.failed, "database", "it refused a statement; report this", cause: error)
    }
}

extension Error {
    /// Another process holds the database: trying at once again is in vain.
    var isLock: Bool {
        let code = (self as? DatabaseError)?.resultCode
        return code == .SQLITE_BUSY || code == .SQLITE_LOCKED
    }
}

extension DatabaseError {
    /// The storage or a lock is in the way: a matter of the machine, not of the request.
    var isStorage: Bool {
        switch resultCode {
        case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_NOMEM, .SQLITE_READONLY,
            .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_NOLFS:
            true
        default: false
        }
    }

    var isDamage: Bool { resultCode == .SQLITE_CORRUPT || resultCode == .SQLITE_NOTADB }
}
