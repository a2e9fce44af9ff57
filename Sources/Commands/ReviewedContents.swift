import FabricAPI
import FabricClient
import FabricModel
import NodeControl

/// Contents from the server, as far as it shows them to whoever asks.
struct ReviewedContents {
    private let client: FabricClient
    private(set) var isRefused = false

    init(_ client: FabricClient) {
        self.client = client
    }

    mutating func of(_ state: ResourceState) throws -> DiffContent {
        guard !isRefused || state.keptDigest == nil else { return Self.refused }
        guard let digest = state.keptDigest else { return DiffContent(of: state) { _ in nil } }
        do throws(ClientError) {
            return DiffContent(bytes: try client.content(digest))
        } catch {
            switch error.refusal?.code {
            case .forbidden:
                isRefused = true
                return Self.refused
            case .contentRedacted: return DiffContent(note: "redacted")
            case .unknownContent: return DiffContent(of: state) { _ in nil }
            default: throw error
            }
        }
    }

    private static let refused = DiffContent(note: "not shown: that needs the role reviewer")
}
