package import SystemPackage

/// Why a message did not come or go.
package enum ChannelFailure: Error, Hashable, Sendable {
    /// The other end was silent between two messages for too long.
    case idle
    /// The other end took too long within one message.
    case timedOut
    /// The other end closed within a message, or before its answer was sent.
    case closed
    /// The message is over the limit.
    case tooLarge
    case failed(Errno)
}

/// Messages over a stream socket, each ended by a NUL.
///
/// For one thread at a time.
struct MessageChannel: ~Copyable {
    private let socket: StreamSocket
    private let limit: Int
    private var buffer: [UInt8] = []
    /// How much of the buffer holds no NUL for certain.
    private var scanned = 0

    /// A channel whose incoming messages have at most `limit` bytes.
    init(_ socket: StreamSocket, limit: Int) {
        self.socket = socket
        self.limit = limit
    }

    /// The next message without its NUL; `nil` when the other end closed between two messages.
    ///
    /// - Parameters:
    ///   - idle: How long to wait for the first byte.
    ///   - receiving: How long to wait for the rest.
    /// - Returns: The message.
    /// - Throws: `ChannelFailure`.
    mutating func next(
        idle: Duration,
        receiving: Duration
    ) throws(ChannelFailure) -> [UInt8]? {
        var deadline: ContinuousClock.Instant = .now + (buffer.isEmpty ? idle : receiving)
        while true {
            if let end = buffer[scanned...].firstIndex(of: 0) {
                guard end <= limit else { throw .tooLarge }
                let message = Array(buffer[..<end])
                buffer.removeFirst(end + 1)
                scanned = 0
                return message
            }
            scanned = buffer.count
            guard buffer.count <= limit else { throw .tooLarge }
            let wasEmpty = buffer.isEmpty
            guard try receiveMore(until: deadline) else {
                guard wasEmpty else { throw .closed }
                return nil
            }
            if wasEmpty { deadline = .now + receiving }
        }
    }

    /// Sends a message and its NUL.
    func send(_ message: [UInt8], within limit: Duration) throws(ChannelFailure) {
        let bytes = message + [0]
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(StreamFailure) in try socket.send(bytes, until: .now + limit) }
        }
        if case .failure(let failure) = result { throw ChannelFailure(failure, isIdle: false) }
    }

    /// Adds what has come to the buffer; false when the other end closed.
    private mutating func receiveMore(until deadline: ContinuousClock.Instant) throws(ChannelFailure) -> Bool
    {
        let isIdle = buffer.isEmpty
        let socket = socket
        let result = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { chunk in
            Result { () throws(StreamFailure) -> [UInt8] in
                let count = try socket.receive(into: chunk, until: deadline)
                return Array(chunk[..<count])
            }
        }
        switch result {
        case .success(let bytes):
            buffer += bytes
            return !bytes.isEmpty
        case .failure(let failure): throw ChannelFailure(failure, isIdle: isIdle)
        }
    }
}

extension ChannelFailure {
    fileprivate init(_ failure: StreamFailure, isIdle: Bool) {
        self =
            switch failure {
            case .timedOut: isIdle ? .idle : .timedOut
            case .closed: .closed
            case .failed(let error): .failed(error)
            }
    }
}
