import CCurlShim

/// One answer as it comes in, filled by libcurl's callbacks.
final class Transfer {
    private(set) var headers: [String: String] = [:]
    private(set) var body: [UInt8] = []
    private(set) var isTooLarge = false
    private let limit: Int
    private var headerBytes = 0

    private static let headerLimit = 64 << 10

    init(limit: Int) {
        self.limit = limit
    }

    static let receiveBody: weft_curl_transfer = { buffer, size, count, context in
        receive(buffer, size * count, context) { $0.append($1) }
    }

    static let receiveHeader: weft_curl_transfer = { buffer, size, count, context in
        receive(buffer, size * count, context) { $0.appendHeader($1) }
    }

    private static func receive(
        _ buffer: UnsafeMutablePointer<CChar>?,
        _ length: Int,
        _ context: UnsafeMutableRawPointer?,
        into append: (Transfer, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let context else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        // Any count other than the one given makes libcurl end the transfer.
        return append(transfer, UnsafeRawBufferPointer(start: buffer, count: length)) ? length : length &- 1
    }

    private func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= limit else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    private func appendHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= Self.headerLimit else {
            isTooLarge = true
            return false
        }
        let line = String(decoding: bytes, as: UTF8.self)
        // An interim answer (100 Continue) is followed by the real one.
        if line.hasPrefix("HTTP/") { headers = [:] }
        guard let colon = line.firstIndex(of: ":") else { return true }
        let name = line[..<colon].lowercased()
        let value = line[line.index(after: colon)...].trimmed
        headers[name] = headers[name].map { "\($0), \(value)" } ?? value
        return true
    }
}

extension Substring {
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}
