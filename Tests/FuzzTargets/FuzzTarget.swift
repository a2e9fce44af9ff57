/// A decoder of what others send, as a fuzzer calls it with bytes of its own.
///
/// Whatever the bytes are, it ends, and either refuses them or keeps its promises.
public struct FuzzTarget: Sendable {
    /// What it is called by.
    public let name: String
    /// Inputs that are accepted, to begin with.
    public let seeds: [[UInt8]]
    private let body: @Sendable ([UInt8]) throws -> String?

    /// A target.
    ///
    /// - Parameters:
    ///   - name: What it is called by.
    ///   - seeds: Inputs that are accepted.
    ///   - body: Decodes; gives the promise that was broken, `nil` for none; throws for what is refused.
    init(_ name: String, seeds: [[UInt8]], _ body: @escaping @Sendable ([UInt8]) throws -> String?) {
        self.name = name
        self.seeds = seeds
        self.body = body
    }

    init(_ name: String, seeds: [String], _ body: @escaping @Sendable ([UInt8]) throws -> String?) {
        self.init(name, seeds: seeds.map { Array($0.utf8) }, body)
    }

    /// What came of an input.
    public enum Outcome: Equatable, Sendable {
        case accepted
        case refused
        /// It was accepted, and something that is to be true of all such inputs is not of this one.
        case broken(String)
    }

    /// Decodes an input.
    public func run(_ input: [UInt8]) -> Outcome {
        do {
            return try body(input).map { .broken($0) } ?? .accepted
        } catch {
            return .refused
        }
    }

    /// Every target.
    ///
    /// - Throws: What encoding their first inputs throws.
    public static var all: [FuzzTarget] { get throws { try messages + texts + machine } }

    /// The target of a name.
    ///
    /// - Returns: `nil` where there is none.
    /// - Throws: As ``all``.
    public static func named(_ name: String) throws -> FuzzTarget? { try all.first { $0.name == name } }
}
