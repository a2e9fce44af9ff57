import FabricAPI
public import FabricIdentity

extension FabricClient {
    /// Fetches the authority of a server that nobody vouches for yet, and checks it by its fingerprint.
    ///
    /// Nothing secret is sent: whoever answers is not known. With the certificate that comes back everything later is
    /// checked.
    ///
    /// - Parameters:
    ///   - server: The server.
    ///   - fingerprint: That of the authority, as it was told by another way.
    ///   - program: What asks.
    /// - Returns: The authority's certificate.
    /// - Throws: `ClientError`, with code `tlsFailed` where the server shows another authority.
    public static func authority(
        of server: ServerAddress,
        _ fingerprint: Fingerprint,
        program: String
    ) throws(ClientError) -> CertificateDocument {
        let client = try FabricClient(server: server, trust: .nobody, program: program)
        let answer = try client.authority()
        let shown: CertificateDocument
        do {
            shown = try CertificateDocument(pem: answer.certificate)
        } catch {
            throw ClientError(.unexpectedAnswer, "\(server)", "shows no certificate of an authority")
        }
        guard shown.fingerprint == fingerprint else {
            throw ClientError(
                .tlsFailed,
                "\(server)",
                "shows another authority than the one that was named: \(shown.fingerprint), and not \(fingerprint); "
                    + "somebody may be in between, or the fabric was made anew: 'weft-server fingerprint' on the "
                    + "server tells which is right"
            )
        }
        return shown
    }
}
