import Testing

@testable import Components

@Suite("File digests")
struct FileDigestTests {
    @Test(
        "digests are those of coreutils",
        arguments: [
            (.md5, "900150983cd24fb0d6963f7d28e17f72"), (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] as [(FileDigest.Algorithm, String)]
    )
    func digests(algorithm: FileDigest.Algorithm, hex: String) {
        #expect(FileDigest.hex(algorithm, of: Array("abc".utf8)) == hex)
    }

    @Test("each algorithm has its length", arguments: FileDigest.Algorithm.allCases)
    func lengths(algorithm: FileDigest.Algorithm) {
        let lengths: [FileDigest.Algorithm: Int] = [
            .md5: 32, .sha1: 40, .sha256: 64, .sha384: 96, .sha512: 128,
        ]
        #expect(FileDigest.hex(algorithm, of: []).utf8.count == lengths[algorithm])
    }
}
