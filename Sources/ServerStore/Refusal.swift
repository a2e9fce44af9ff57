public import FabricAPI

/// A write that was refused, as the audit log keeps it.
public struct Refusal: Hashable, Sendable {
    /// Who asked; `nil` where nobody could tell.
    public var principal: String?
    /// What was asked for.
    public var action: String
    /// What it was about.
    public var subject: String
    /// Why it was refused.
    public var detail: String?
    /// The code of the refusal.
    public var code: APIError.Code
    /// Refusals before this one that are not kept.
    public var omitted: Int

    /// A refusal from its parts.
    public init(
        principal: String?,
        action: String,
        subject: String,
        detail: String?,
        code: APIError.Code,
        omitted: Int = 0
    ) {
        self.principal = principal
        self.action = action
        self.subject = subject
        self.detail = detail
        self.code = code
        self.omitted = omitted
    }
}
