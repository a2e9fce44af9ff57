import FabricAPI
import FabricModel
import Hummingbird

/// The parameters of a request's query.
struct Query {
    private var values: [String: String] = [:]

    /// Reads the query; a parameter that the route does not take is refused, for it would be a misspelt one.
    ///
    /// - Throws: `invalidRequest`.
    init(of request: Request, allowed: Set<String>) throws(APIError) {
        guard let query = request.uri.query else { return }
        for item in query.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0]),
                let value = PercentEncoding.decode(parts.count == 2 ? parts[1] : "")
            else {
                throw APIError(
                    .invalidRequest,
                    "the query is not percent-encoded UTF-8",
                    subject: String(item)
                )
            }
            guard allowed.contains(name), values[name] == nil else {
                let list = allowed.sorted().joined(separator: ", ")
                let takes =
                    allowed.isEmpty ? "this route takes no query" : "the query takes each of \(list) once"
                throw APIError(.invalidRequest, takes, subject: name)
            }
            values[name] = value
        }
    }

    /// A parameter's text.
    subscript(name: String) -> String? { values[name] }

    /// A whole number; `nil` where the parameter is not given.
    ///
    /// - Throws: `invalidRequest`.
    func integer<Value: FixedWidthInteger>(
        _ name: String,
        in range: ClosedRange<Value>
    ) throws(APIError) -> Value? {
        guard let text = values[name] else { return nil }
        guard let value = Value(text), range.contains(value) else {
            throw APIError(
                .invalidRequest,
                "'\(name)' is a whole number from \(range.lowerBound) to \(range.upperBound)",
                subject: text
            )
        }
        return value
    }

    /// A moment, in UTC; `nil` where the parameter is not given.
    ///
    /// - Throws: `invalidRequest`.
    func time(_ name: String) throws(APIError) -> Timestamp? {
        guard let text = values[name] else { return nil }
        do {
            return try Timestamp(text)
        } catch {
            throw APIError(.invalidRequest, "'\(name)': \(error.message)", subject: text)
        }
    }

    /// How many rows an answer may have.
    ///
    /// - Throws: `invalidRequest`.
    func limit() throws(APIError) -> Int {
        try integer("limit", in: 1...APILimits.rowsPerPage) ?? APILimits.rowsPerPage
    }
}

extension Array {
    /// The first page of rows that were read with one too many, and its last row where there are more.
    func page(_ limit: Int) -> (rows: [Element], last: Element?) {
        count > limit ? (Array(prefix(limit)), self[limit - 1]) : (self, nil)
    }
}
