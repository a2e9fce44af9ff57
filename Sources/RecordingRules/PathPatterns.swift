/// Many path patterns asked at once; answers with the position of the first that matches.
///
/// *Shape*: a pattern that begins with a slash or `**/` is compared with the whole path, one without a slash with the
/// last component. One with a slash at its end means directories and all that lies below them, any other everything
/// but directories.
struct PathPatterns: Sendable {
    // Most paths match nothing, so patterns are sorted by a byte that they must end or begin with, and few are tried.
    private struct Table: Sendable {
        var byLastByte: [UInt8: [Pattern]] = [:]
        var byFirstByte: [UInt8: [Pattern]] = [:]
        var others: [Pattern] = []
        var ends = ByteSet()
        var beginnings = ByteSet()

        mutating func add(_ pattern: Pattern) {
            if let last = pattern.glob.lastByte {
                byLastByte[last, default: []].append(pattern)
                ends.insert(last)
            } else if let first = pattern.glob.firstByte {
                byFirstByte[first, default: []].append(pattern)
                beginnings.insert(first)
            } else {
                others.append(pattern)
            }
        }

        func first(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
            guard let begin = text.first, let end = text.last else { return nil }
            var found = first(others, text)
            if ends.contains(end), let patterns = byLastByte[end] {
                found = earlier(found, first(patterns, text))
            }
            if beginnings.contains(begin), let patterns = byFirstByte[begin] {
                found = earlier(found, first(patterns, text))
            }
            return found
        }

        var isEmpty: Bool { byLastByte.isEmpty && byFirstByte.isEmpty && others.isEmpty }

        private func first(_ patterns: [Pattern], _ text: UnsafeBufferPointer<UInt8>) -> Int? {
            patterns.first { $0.glob.matches(text) }?.position
        }
    }

    private struct Pattern: Sendable {
        var glob: Glob
        var position: Int
    }

    private var names = Table()
    private var paths = Table()
    private var directoryNames = Table()
    private var directoryPaths = Table()

    init() {}

    /// The patterns of a rule file, in its order; `key` names the one at a position, counted from 1.
    ///
    /// - Throws: `RuleError`, naming file and key.
    init(_ paths: [String], of file: String, key: (Int) -> String) throws(RuleError) {
        for (index, path) in paths.enumerated() {
            do {
                try add(path, position: index)
            } catch {
                throw RuleFile.refused(file, nil, key(index + 1), "'\(path)' \(error.message)")
            }
        }
    }

    /// Adds a pattern, whose answer will be `position`.
    mutating func add(_ pattern: String, position: Int) throws(Glob.Refusal) {
        var bytes = Array(pattern.utf8)
        let isDirectory = bytes.count > 1 && bytes.last == slash
        if isDirectory { bytes.removeLast() }
        let hasSlash = bytes.contains(slash)
        guard !hasSlash || bytes.first == slash || bytes.starts(with: Array("**/".utf8)) else {
            throw Glob.Refusal(message: "has a slash and so must begin with '/' or '**/'")
        }
        let compiled = Pattern(glob: try Glob(bytes), position: position)
        switch (isDirectory, hasSlash) {
        case (false, false): names.add(compiled)
        case (false, true): paths.add(compiled)
        case (true, false): directoryNames.add(compiled)
        case (true, true): directoryPaths.add(compiled)
        }
    }

    /// The smallest position of a pattern that matches an absolute path.
    func first(_ path: UnsafeBufferPointer<UInt8>, isDirectory: Bool) -> Int? {
        var found: Int?
        if !isDirectory {
            let name = (path.lastIndex(of: slash) ?? -1) + 1
            found = earlier(names.first(UnsafeBufferPointer(rebasing: path[name...])), paths.first(path))
        }
        if !directoryNames.isEmpty || !directoryPaths.isEmpty {
            found = earlier(found, firstDirectory(path, isDirectory: isDirectory))
        }
        return found
    }

    private func firstDirectory(_ path: UnsafeBufferPointer<UInt8>, isDirectory: Bool) -> Int? {
        var found: Int?
        var begin = 0
        for index in 0...path.count {
            guard index == path.count ? isDirectory : path[index] == slash else { continue }
            if index > begin {
                let name = UnsafeBufferPointer(rebasing: path[begin..<index])
                found = earlier(found, directoryNames.first(name))
                if !directoryPaths.isEmpty {
                    found = earlier(
                        found,
                        directoryPaths.first(UnsafeBufferPointer(rebasing: path[..<index]))
                    )
                }
            }
            begin = index + 1
        }
        return found
    }
}

private let slash = UInt8(ascii: "/")

private func earlier(_ one: Int?, _ two: Int?) -> Int? {
    guard let one, let two else { return one ?? two }
    return min(one, two)
}
