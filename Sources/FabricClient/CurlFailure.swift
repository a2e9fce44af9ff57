import CCurl
import CCurlShim
import FabricModel
import Glibc

/// The result codes of libcurl in the words of ``ClientError``.
///
/// *Source*: libcurl-errors(3).
enum CurlFailure {
    /// What a failed transfer comes to; `number` is the system's error, 0 where there is none, `detail` what libcurl says.
    static func classify(
        _ code: CURLcode,
        number: Int32,
        detail: String
    ) -> (code: ClientError.Code, message: String) {
        let detail = EscapedText.escape(detail.utf8)
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            return (
                .unreachable,
                "cannot be reached: no address is known for its name; check the name and this machine's resolver"
            )
        case CURLE_COULDNT_RESOLVE_PROXY:
            return (.unreachable, "cannot be reached: no address is known for the proxy's name")
        case CURLE_COULDNT_CONNECT:
            let reason = number == 0 ? "" : ": " + String(cString: strerror(number)).lowercased()
            return (
                .unreachable,
                "cannot be reached\(reason); check that weft-server runs there and that nothing blocks the port"
            )
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE:
            return (.unreachable, "broke the connection before the answer was complete")
        case CURLE_OPERATION_TIMEDOUT:
            return (.timedOut, "did not answer in time; check that nothing blocks the port")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            return (
                .tlsFailed,
                "has a certificate that this machine does not trust (\(detail)); 'weft login' and 'weft enroll' take "
                    + "--fingerprint with what 'weft-server fingerprint' prints"
            )
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM:
            return (.tlsFailed, "cannot be spoken to by TLS on this port (\(detail))")
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2,
            CURLE_WRITE_ERROR, CURLE_TOO_MANY_REDIRECTS:
            return (
                .unexpectedAnswer,
                "does not answer as a weft-server does; check the address (\(detail))"
            )
        case CURLE_URL_MALFORMAT: return (.invalidRequest, "is no address that can be asked (\(detail))")
        default: return (.transport, "could not be asked (\(detail))")
        }
    }
}
