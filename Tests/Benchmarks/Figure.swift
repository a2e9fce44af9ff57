/// One measured figure and what it must reach.
///
/// *Shape* as printed, on one line:
/// `{"figure":"capture.p50","value":0.41,"unit":"ms","reference":0.15,"ratio":2.7,"must":"<= 6","ok":true}`.
struct Figure {
    var figure: String
    var value: Double?
    var unit: String
    /// The same kind of work done barely, in the same run.
    var reference: Double?
    /// Value by reference, where the limit is on that.
    var ratio: Double?
    /// The limit: on the ratio where there is one, else on the value.
    var must: String
    var ok: Bool
    /// Why a figure could not be measured, or what it was measured with.
    var note: String?

    /// A limit on a figure.
    enum Limit {
        case atMost(Double)
        case atLeast(Double)

        func holds(_ value: Double) -> Bool {
            switch self {
            case .atMost(let limit): value <= limit
            case .atLeast(let limit): value >= limit
            }
        }

        var text: String {
            switch self {
            case .atMost(let limit): "<= \(Figure.short(limit))"
            case .atLeast(let limit): ">= \(Figure.short(limit))"
            }
        }
    }

    /// A figure whose ratio to a reference is limited.
    init(
        _ name: String,
        _ value: Double,
        _ unit: String,
        reference: Double,
        ratio limit: Limit,
        note: String? = nil
    ) {
        figure = name
        self.value = Self.rounded(value)
        self.unit = unit
        self.reference = Self.rounded(reference)
        let ratio = value / reference
        self.ratio = Self.rounded(ratio)
        must = limit.text
        ok = limit.holds(ratio)
        self.note = note
    }

    /// A figure that is limited itself.
    init(
        _ name: String,
        _ value: Double,
        _ unit: String,
        _ limit: Limit,
        reference: Double? = nil,
        note: String? = nil
    ) {
        figure = name
        self.value = Self.rounded(value)
        self.unit = unit
        self.reference = reference.map(Self.rounded)
        must = limit.text
        ok = limit.holds(value)
        self.note = note
    }

    /// A figure that could not be measured.
    init(_ name: String, failed reason: String) {
        figure = name
        unit = ""
        must = "be measured"
        ok = false
        note = reason
    }

    /// The line to print.
    var line: String {
        var parts = ["\"figure\":\(Self.quoted(figure))"]
        if let value { parts.append("\"value\":\(Self.short(value))") }
        if !unit.isEmpty { parts.append("\"unit\":\(Self.quoted(unit))") }
        if let reference { parts.append("\"reference\":\(Self.short(reference))") }
        if let ratio { parts.append("\"ratio\":\(Self.short(ratio))") }
        parts.append("\"must\":\(Self.quoted(must)),\"ok\":\(ok)")
        if let note { parts.append("\"note\":\(Self.quoted(note))") }
        return "{\(parts.joined(separator: ","))}"
    }

    private static func quoted(_ text: String) -> String {
        let plain = text.unicodeScalars.map { scalar in
            scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : scalar.value < 32 ? " " : String(scalar)
        }
        return "\"\(plain.joined())\""
    }

    /// Three significant digits.
    private static func rounded(_ value: Double) -> Double {
        guard value.isFinite, value != 0 else { return 0 }
        var scale = 1.0
        var magnitude = abs(value)
        while magnitude < 100 {
            magnitude *= 10
            scale *= 10
        }
        return (value * scale).rounded() / scale
    }

    private static func short(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : String(value)
    }
}

/// The value below which a share of the samples lies.
func percentile(_ share: Double, of samples: [Double]) -> Double {
    let sorted = samples.sorted()
    guard !sorted.isEmpty else { return .infinity }
    return sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.up)) - 1)]
}
