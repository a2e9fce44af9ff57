import CCurl
import CCurlShim

/// The result codes of libcurl in the words of ``ClientError``.
///
/// *Source*: libcurl-errors(3).
enum CurlFailure {
    static func classify(_ code: CURLcode) -> (code: ClientError.Code, advice: String?) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            (.unreachable, "check the server's name and the resolver of this machine")
        case CURLE_COULDNT_CONNECT:
            (.unreachable, "check that weft-server runs there and that nothing blocks the port")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE:
            (.unreachable, "the connection broke before the answer was complete")
        case CURLE_OPERATION_TIMEDOUT:
            (.timedOut, nil)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            (.tlsFailed, "the certificate of the server is not one that this machine trusts")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM:
            (.tlsFailed, "check that the server speaks TLS on this port")
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2,
            CURLE_WRITE_ERROR, CURLE_TOO_MANY_REDIRECTS:
            (.unexpectedAnswer, "check that the address is that of a weft-server")
        case CURLE_URL_MALFORMAT: (.invalidRequest, nil)
        default: (.transport, nil)
        }
    }
}
