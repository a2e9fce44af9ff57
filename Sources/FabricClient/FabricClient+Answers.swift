import FabricAPI
import FabricModel
import FoundationEssentials

extension FabricClient {
    /// Sends a request and decodes what a successful answer holds.
    func ask<Answer: Decodable>(
        _ method: HTTPMethod,
        _ path: RequestPath,
        _ body: (some Encodable)? = [String]?.none,
        for type: Answer.Type = Answer.self
    ) throws(ClientError) -> Answer {
        try decode(type, from: succeed(method, path, encode(body), headers: [:], timeLimit: nil))
    }

    /// Sends a request and returns the answer if it is a success, or 304 on a conditional request.
    @discardableResult
    func succeed(
        _ method: HTTPMethod,
        _ path: RequestPath,
        _ body: [UInt8]? = nil,
        headers: [String: String] = [:],
        timeLimit: Duration? = nil
    ) throws(ClientError) -> Response {
        let response = try send(method, path.text, body: body, headers: headers, timeLimit: timeLimit)
        guard (200..<300).contains(response.status) || response.status == 304 else { throw refusal(response) }
        return response
    }

    /// Asks for page after page, until one names none that comes after it.
    func pages<Row, Cursor: Equatable>(
        _ ask: (_ after: Cursor?) throws(ClientError) -> (rows: [Row], next: Cursor?)
    ) throws(ClientError) -> [Row] {
        var page = try ask(nil)
        var rows = page.rows
        while let next = page.next {
            page = try ask(next)
            guard page.next != next else {
                throw ClientError(
                    .unexpectedAnswer,
                    server.description,
                    "a page of the list names itself as the next one; check that both ends are of the same version"
                )
            }
            rows += page.rows
        }
        return rows
    }

    func encode(_ body: (some Encodable)?) throws(ClientError) -> [UInt8]? {
        guard let body else { return nil }
        do {
            return Array(try CanonicalJSON.encode(body))
        } catch {
            throw ClientError(.invalidRequest, "request", "the request cannot be written as JSON")
        }
    }

    func decode<Answer: Decodable>(_ type: Answer.Type, from response: Response) throws(ClientError) -> Answer
    {
        do {
            return try CanonicalJSON.decode(type, from: Data(response.body))
        } catch {
            throw unexpected(response, "the answer is not the \(type) that was asked for")
        }
    }

    func unexpected(_ response: Response, _ message: String) -> ClientError {
        ClientError(
            .unexpectedAnswer,
            server.description,
            "\(message) (HTTP status \(response.status)); check that the address is that of a weft-server "
                + "and that both ends are of the same version",
            status: response.status,
            retryAfter: retryAfter(response)
        )
    }

    private func refusal(_ response: Response) -> ClientError {
        let stated = try? CanonicalJSON.decode(ErrorEnvelope.self, from: Data(response.body)).error
        guard let error = stated ?? implied(by: response.status) else {
            return unexpected(response, "the server refused without saying why in a form that is known")
        }
        return ClientError(
            .refused,
            error.subject ?? server.description,
            error.message,
            refusal: error,
            status: response.status,
            retryAfter: retryAfter(response)
        )
    }

    // What a proxy before the server means, which knows nothing of the API's errors.
    private func implied(by status: Int) -> APIError? {
        switch status {
        case 401:
            APIError(.unauthenticated, "the server does not know the token; log in with 'weft login URL'")
        case 403: APIError(.forbidden, "the token does not allow this")
        case 413: APIError(.bodyTooLarge, "the request is larger than the server or a proxy before it takes")
        case 429, 502, 503, 504: APIError(.unavailable, "the server cannot answer now; try again later")
        default: nil
        }
    }

    private func retryAfter(_ response: Response) -> Int? {
        response.headers["retry-after"].flatMap(Int.init).flatMap { $0 >= 0 ? $0 : nil }
    }
}
