import FabricModel
import SystemPackage

/// How full the journal is, and whether the last write found the disk full.
struct JournalHealth: Sendable {
    var used: Int64 = 0
    /// Bytes of the last content that did not fit; 0 when the last one did.
    var refused: Int64 = 0
    var isDiskFull = false

    mutating func update(from store: ContentStore) {
        used = store.used
        refused = store.refused
    }

    func warnings(maximum: Int64, path: FilePath) -> [HealthWarning] {
        let subject = EscapedText.escape(path.bytes)
        var warnings: [HealthWarning] = []
        if used >= maximum || (refused > 0 && used + refused > maximum) {
            warnings.append(
                HealthWarning(
                    code: "journal-full",
                    message: """
                        the journal holds \(used >> 20) of \(maximum >> 20) MiB: changes are recorded with the digest of their \
                        content only; raise the limit, or let the server acknowledge what waits
                        """,
                    subject: subject
                )
            )
        } else if used >= maximum / 5 * 4 {
            warnings.append(
                HealthWarning(
                    code: "journal-filling",
                    message:
                        "the journal holds \(used >> 20) of \(maximum >> 20) MiB; at the limit contents are not kept",
                    subject: subject
                )
            )
        }
        if isDiskFull {
            warnings.append(
                HealthWarning(
                    code: "disk-full",
                    message: "the disk is full: nothing is recorded until there is space again",
                    subject: subject
                )
            )
        }
        return warnings
    }
}
