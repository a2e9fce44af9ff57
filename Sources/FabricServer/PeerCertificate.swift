import FabricModel
import NIOCore
import NIOSSL

/// The certificate that the other end of a connection has proven to have the key of.
struct PeerCertificate: Sendable {
    /// The certificate's bytes.
    let der: [UInt8]

    /// Under which the store knows it.
    var digest: ContentDigest { .sha256(der) }

    /// That of a connection; `nil` where none was presented, or TLS is not spoken.
    ///
    /// To be called on the connection's event loop.
    init?(of channel: any Channel) {
        guard let certificate = try? channel.pipeline.syncOperations.nioSSL_peerCertificate(),
            let der = try? certificate.toDERBytes()
        else { return nil }
        self.der = der
    }

    init(der: [UInt8]) {
        self.der = der
    }
}
