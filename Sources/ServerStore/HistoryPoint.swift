public import FabricModel

/// Where in the history of a tag.
public enum HistoryPoint: Hashable, Sendable {
    /// After the revision of this number; 0 is before the first.
    case revision(Int64)
    /// At this moment.
    case time(Timestamp)
}
