import FabricAPI
import FabricClient
import FabricModel

/// Where slots come from: the server, or what a test has in its place.
protocol SlotSource: Sendable {
    func takeSlots(
        _ request: SlotRequest,
        of node: NodeID,
        wait: Duration?
    ) throws(ClientError) -> SlotAnswer
    func report(_ report: SlotReport, of node: NodeID) throws(ClientError)
    /// Ends a request that is under way, and every later one.
    func cancel()
}

extension FabricClient: SlotSource {}
