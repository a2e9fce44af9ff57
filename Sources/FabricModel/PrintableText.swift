/// Makes text from elsewhere safe to print: nothing in it can move the cursor, change colours or reorder what is read.
public enum PrintableText {
    /// `text` with everything that does not simply stand there as C escapes of its UTF-8 bytes.
    ///
    /// Besides control characters that are direction marks and other invisible characters, line and paragraph
    /// separators, and code points without a meaning of their own. A tab may stay.
    public static func escape(_ text: String, keepingTabs: Bool = false) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) || keepingTabs && $0 == 0x09 }
        guard !isPlain else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isPrintable(scalar) || keepingTabs && scalar == "\t" {
                result.unicodeScalars.append(scalar)
            } else {
                result += EscapedText.escape(String(scalar).utf8)
            }
        }
        return result
    }

    /// Whether a terminal shows the character and does nothing else with it.
    public static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            false
        default: true
        }
    }
}
