import Compression
import FabricAPI
public import FabricModel

extension FabricClient {
    /// Contents that a node is to forget, for they were redacted.
    public func redactions(of node: NodeID) throws(ClientError) -> [ContentDigest] {
        try ask(.get, RequestPath("v1", "nodes", node.text, "redactions"), for: RedactionList.self).digests
    }

    /// Those of the digests whose contents the server does not hold for a node.
    public func missingContents(
        of node: NodeID,
        among digests: [ContentDigest]
    ) throws(ClientError) -> [ContentDigest] {
        let path = RequestPath("v1", "nodes", node.text, "contents", "missing")
        return try ask(.post, path, ContentInquiry(digests: digests), for: MissingContents.self).missing
    }

    /// Uploads a content that a node recorded.
    public func upload(_ content: [UInt8], digest: ContentDigest, of node: NodeID) throws(ClientError) {
        try put(content, RequestPath("v1", "nodes", node.text, "contents", digest.text))
    }

    /// Uploads a content, as a reviewer, and returns its digest.
    @discardableResult
    public func upload(_ content: [UInt8]) throws(ClientError) -> ContentDigest {
        let digest = ContentDigest.sha256(content)
        try put(content, RequestPath("v1", "contents", digest.text))
        return digest
    }

    /// A content that a node uploaded or that its configuration names.
    ///
    /// - Throws: `ClientError` with code `unexpectedAnswer` when the answer does not have the digest.
    public func content(_ digest: ContentDigest, for node: NodeID) throws(ClientError) -> [UInt8] {
        try get(digest, RequestPath("v1", "nodes", node.text, "contents", digest.text))
    }

    /// A content, for a reviewer.
    ///
    /// - Throws: `ClientError` with code `unexpectedAnswer` when the answer does not have the digest.
    public func content(_ digest: ContentDigest) throws(ClientError) -> [UInt8] {
        try get(digest, RequestPath("v1", "contents", digest.text))
    }

    private func put(_ content: [UInt8], _ path: RequestPath) throws(ClientError) {
        let headers = ["Content-Type": "application/octet-stream", "Content-Encoding": "deflate"]
        try succeed(.put, path, Deflate.compress(content), headers: headers)
    }

    private func get(_ digest: ContentDigest, _ path: RequestPath) throws(ClientError) -> [UInt8] {
        let limit = limits.request + .seconds(APILimits.content / TimeLimits.slowestLine)
        let headers = ["Accept": "application/octet-stream"]
        let response = try succeed(.get, path, headers: headers, timeLimit: limit)
        guard ContentDigest.sha256(response.body) == digest else {
            throw unexpected(response, "the content does not have the digest \(digest)")
        }
        return response.body
    }
}
