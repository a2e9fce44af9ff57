import CCurl
import CCurlShim
import FabricModel
import Glibc

/// A libcurl handle with its kept-alive connection.
///
/// It serves one request at a time. The multi interface serves a single transfer here, because only it can be woken from another thread.
final class Connection {
    /// What to send and how long to wait for the answer.
    struct Request {
        var method: String
        var url: String
        var trust: ServerTrust
        var certificate: ClientCertificate?
        var headers: [String]
        var body: [UInt8]?
        var connectLimit: Duration
        var limit: Duration
        var answerLimit: Int
        /// Whether a proxy of the environment must be left aside.
        var isDirect: Bool
    }

    let multi: UnsafeMutableRawPointer
    private let easy: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>

    // Thread-safe and once, as every global's initialiser.
    private static let isInitialised = weft_curl_global_init() == CURLE_OK

    init() throws(ClientError) {
        guard Self.isInitialised, let easy = curl_easy_init() else { throw Self.outOfMemory }
        guard let multi = curl_multi_init() else {
            curl_easy_cleanup(easy)
            throw Self.outOfMemory
        }
        self.easy = easy
        self.multi = multi
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        errorText.deallocate()
    }

    /// Sends a request and returns its answer, whatever the status.
    func perform(_ request: Request, isCancelled: () -> Bool) throws(ClientError) -> Response {
        let transfer = Transfer(limit: request.answerLimit)
        let list = try Self.list(request.headers)
        defer { curl_slist_free_all(list) }
        // The handle keeps its connections over a reset.
        curl_easy_reset(easy)
        errorText[0] = 0
        var status = 0
        let code: CURLcode = try withExtendedLifetime(transfer) { () throws(ClientError) in
            try (request.body ?? [])
                .withUnsafeBufferPointer { (body) throws(ClientError) in
                    let context = Unmanaged.passUnretained(transfer).toOpaque()
                    try configure(request, UnsafeRawBufferPointer(body), list, context)
                    return try BrokenPipe.ignored { () throws(ClientError) in try run(isCancelled) }
                }
        }
        weft_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        guard code == CURLE_OK else { throw failure(code, of: transfer, request, status) }
        return Response(status: status, headers: transfer.headers, body: transfer.body)
    }

    private func run(_ isCancelled: () -> Bool) throws(ClientError) -> CURLcode {
        guard curl_multi_add_handle(multi, easy) == CURLM_OK else { throw Self.outOfMemory }
        defer { curl_multi_remove_handle(multi, easy) }
        var running: Int32 = 0
        while true {
            if isCancelled() {
                weft_curl_abandon_lookups(easy)
                throw ClientError(.cancelled, "request", "the request was cancelled because the program ends")
            }
            guard curl_multi_perform(multi, &running) == CURLM_OK else { throw Self.outOfMemory }
            if running == 0 { break }
            // Returns earlier for traffic, for libcurl's own time limits and for `curl_multi_wakeup`.
            guard curl_multi_poll(multi, nil, 0, 60_000, nil) == CURLM_OK else { throw Self.outOfMemory }
        }
        var left: Int32 = 0
        guard let message = curl_multi_info_read(multi, &left), message.pointee.msg == CURLMSG_DONE else {
            return CURLE_RECV_ERROR
        }
        return message.pointee.data.result
    }

    private func configure(
        _ request: Request,
        _ body: UnsafeRawBufferPointer,
        _ headers: UnsafeMutablePointer<curl_slist>?,
        _ context: UnsafeMutableRawPointer
    ) throws(ClientError) {
        var failed = false
        func check(_ code: CURLcode) {
            if code != CURLE_OK { failed = true }
        }
        check(weft_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText))
        check(weft_curl_set_long(easy, CURLOPT_NOSIGNAL, 1))
        check(weft_curl_allow_only_http(easy))
        check(weft_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0))
        check(weft_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)))
        check(weft_curl_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)))
        switch request.trust {
        case .system: break
        case .authorities(let file):
            check(weft_curl_set_string(easy, CURLOPT_CAINFO, file))
            // The system's authorities lie in a folder besides, where libcurl was built so.
            check(weft_curl_set_string(easy, CURLOPT_CAPATH, nil))
        case .nobody:
            check(weft_curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 0))
            check(weft_curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 0))
        }
        if let certificate = request.certificate {
            check(weft_curl_set_string(easy, CURLOPT_SSLCERT, certificate.file))
            check(weft_curl_set_string(easy, CURLOPT_SSLKEY, certificate.file))
        }
        check(weft_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1))
        check(weft_curl_set_string(easy, CURLOPT_ACCEPT_ENCODING, "deflate, gzip"))
        if request.isDirect { check(weft_curl_set_string(easy, CURLOPT_NOPROXY, "*")) }
        check(weft_curl_set_string(easy, CURLOPT_URL, request.url))
        check(weft_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, request.connectLimit.milliseconds))
        check(weft_curl_set_long(easy, CURLOPT_TIMEOUT_MS, request.limit.milliseconds))
        check(weft_curl_set_list(easy, CURLOPT_HTTPHEADER, headers))
        check(weft_curl_set_transfer(easy, CURLOPT_WRITEFUNCTION, Transfer.receiveBody))
        check(weft_curl_set_pointer(easy, CURLOPT_WRITEDATA, context))
        check(weft_curl_set_transfer(easy, CURLOPT_HEADERFUNCTION, Transfer.receiveHeader))
        check(weft_curl_set_pointer(easy, CURLOPT_HEADERDATA, context))
        if request.body != nil {
            check(weft_curl_set_long(easy, CURLOPT_POST, 1))
            check(weft_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
            // An empty array may have no address, which libcurl would take for "no body set".
            check(
                weft_curl_set_pointer(
                    easy,
                    CURLOPT_POSTFIELDS,
                    body.baseAddress ?? UnsafeRawPointer(errorText)
                )
            )
        }
        check(weft_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method))
        if failed { throw Self.outOfMemory }
    }

    private static func list(_ headers: [String]) throws(ClientError) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for header in headers {
            guard let longer = curl_slist_append(list, header) else {
                curl_slist_free_all(list)
                throw outOfMemory
            }
            list = longer
        }
        return list
    }

    private func failure(
        _ code: CURLcode,
        of transfer: Transfer,
        _ request: Request,
        _ status: Int
    ) -> ClientError {
        if transfer.isTooLarge {
            return ClientError(
                .answerTooLarge,
                request.url,
                "the answer is larger than \(request.answerLimit) bytes, so it was not read further",
                status: status == 0 ? nil : status
            )
        }
        let detail =
            errorText[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
        var number = 0
        weft_curl_get_long(easy, CURLINFO_OS_ERRNO, &number)
        let (kind, message) = CurlFailure.classify(
            code,
            number: Int32(truncatingIfNeeded: number),
            detail: detail
        )
        return ClientError(kind, request.url, message, status: status == 0 ? nil : status)
    }

    private static let outOfMemory = ClientError(
        .transport,
        "libcurl",
        "a request could not be set up; the machine is out of memory or its libcurl is older than 7.68"
    )
}
