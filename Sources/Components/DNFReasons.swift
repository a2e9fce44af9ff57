internal import FabricModel
internal import GRDB
internal import LinuxSystem
internal import SystemPackage

/// Why dnf installed packages, by `NAME.ARCH`.
///
/// *Source*: the state file of dnf 5; for dnf 4 its history, in which the last action on a package tells.
enum DNFReasons {
    /// What is known; `nil` where neither file is there.
    static func read(
        state: FilePath,
        history: FilePath
    ) throws(ComponentsError) -> [String: PackageState.Reason]? {
        do throws(SystemError) {
            if let text = try SystemFile.read(state, limit: 64 << 20) {
                return parse(state: String(decoding: text, as: UTF8.self))
            }
            guard try FileStatus.at(history) != nil else { return nil }
        } catch {
            throw unreadable(state, error)
        }
        do {
            return try read(history: history)
        } catch {
            throw unreadable(history, error)
        }
    }

    // TOML, of which dnf writes only `[packages]` and `"NAME.ARCH" = {reason="User"}`; a table of its own per package,
    // which means the same, is read as well.
    static func parse(state: String) -> [String: PackageState.Reason] {
        var reasons: [String: PackageState.Reason] = [:]
        var isPackages = false
        var package: Substring?
        for line in state.split(whereSeparator: \.isNewline) {
            let text = line.drop { $0 == " " || $0 == "\t" }
            if text.hasPrefix("[") {
                isPackages = text.hasPrefix("[packages]")
                package = text.hasPrefix("[packages.") ? quoted(text) : nil
                continue
            }
            guard let equals = text.firstIndex(of: "=") else { continue }
            let value = text[text.index(after: equals)...]
            if isPackages, let name = quoted(text[..<equals]) {
                // The table of a package holds nothing else.
                reasons[String(name)] = quoted(value).flatMap(reason5)
            } else if let package, text.hasPrefix("reason") {
                reasons[String(package)] = quoted(value).flatMap(reason5)
            }
        }
        return reasons
    }

    private static func quoted(_ text: Substring) -> Substring? {
        guard let open = text.firstIndex(where: { $0 == "\"" || $0 == "'" }) else { return nil }
        let rest = text[text.index(after: open)...]
        return rest.firstIndex(of: text[open]).map { rest[..<$0] }
    }

    private static func reason5(_ word: Substring) -> PackageState.Reason? {
        switch word {
        case "User", "External User", "Group": .user
        case "Dependency", "Weak Dependency", "Clean": .dependency
        default: nil
        }
    }

    private static func read(history: FilePath) throws -> [String: PackageState.Reason] {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(2)
        configuration.label = "dnf"
        let queue = try DatabaseQueue(path: history.string, configuration: configuration)
        let reasons = try queue.read { database in
            var reasons: [String: PackageState.Reason] = [:]
            // Only transactions that were done, without the lines of what was replaced.
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT rpm.name, rpm.arch, item.action, item.reason
                    FROM trans_item AS item JOIN trans ON trans.id = item.trans_id JOIN rpm USING (item_id)
                    WHERE trans.state = 1 AND item.action NOT IN (3, 5, 7, 10)
                    ORDER BY item.trans_id, item.id
                    """
            )
            while let row = try rows.next() {
                let name: String = row[0]
                let arch: String = row[1]
                let isRemoval = row[2] == 8
                reasons["\(name).\(arch)"] = isRemoval ? nil : reason4(row[3])
            }
            return reasons
        }
        try queue.close()
        return reasons
    }

    private static func reason4(_ number: Int) -> PackageState.Reason? {
        switch number {
        // Asked for by name or as part of a group.
        case 2, 5: .user
        // Dependency, no longer needed dependency, weak dependency.
        case 1, 3, 4: .dependency
        default: nil
        }
    }

    private static func unreadable(_ file: FilePath, _ error: any Error) -> ComponentsError {
        ComponentsError(
            .packageDatabaseUnreadable,
            file.bytes,
            "does not tell why packages were installed",
            cause: error
        )
    }
}
