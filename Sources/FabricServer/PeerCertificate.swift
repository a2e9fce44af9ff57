import FabricModel
import NIOCore
import NIOSSL

/// The certificate that the other end of a connection has proven to have the key of.
struct PeerCertificate: Sendable {
    /// The certificate's bytes.
    let der: [UInt8]
    /// Under which the store knows it.
    let digest: ContentDigest

    init(der: [UInt8]) {
        self.der = der
        digest = .sha256(der)
    }

    /// That of a connection; `nil` where none was presented, or TLS is not spoken.
    ///
    /// To be called on the connection's event loop.
    static func of(_ channel: any Channel) -> PeerCertificate? {
        let keeper = try? channel.pipeline.syncOperations.handler(type: PeerCertificateKeeper.self)
        if let known = keeper?.certificate { return known }
        guard let certificate = try? channel.pipeline.syncOperations.nioSSL_peerCertificate(),
            let der = try? certificate.toDERBytes()
        else { return nil }
        let peer = PeerCertificate(der: der)
        keeper?.certificate = peer
        return peer
    }
}

/// Keeps the certificate of a connection, which is asked for with each request and stays the same.
final class PeerCertificateKeeper: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    fileprivate(set) var certificate: PeerCertificate?
}
