internal import FabricModel

/// The packages that dpkg's status file names as installed, or as removed with their configuration kept.
///
/// *Source*: dpkg(1); the states in between count as well, since the package's files are there: after a failed script a
/// package stays *half-configured* until someone mends it.
package struct DpkgStatus {
    /// One package.
    struct Package {
        var name: String
        var arch: String
        var version: String
        /// Whether only its configuration is left.
        var isRemoved: Bool
        /// The lines of its `Conffiles` field.
        var conffiles: [UInt8]
    }

    /// A package that dpkg has not finished.
    struct Unfinished {
        var name: String
        var arch: String
        /// dpkg's word for what it is now.
        var state: String
        /// Whether its files are not all there, so that it has to be unpacked once more.
        var isBroken: Bool
    }

    private struct Identity: Hashable {
        var name: String
        var arch: String
    }

    private var byIdentity: [Identity: Package] = [:]
    private var unfinishedByIdentity: [Identity: Unfinished] = [:]

    /// In no order.
    var packages: some Collection<Package> { byIdentity.values }

    /// In no order.
    var unfinished: some Collection<Unfinished> { unfinishedByIdentity.values }

    /// Reads the status file, and over it the files in which dpkg notes what it has not yet written there.
    package init(status: [UInt8], updates: [[UInt8]], withConffiles: Bool) {
        read(status, withConffiles: withConffiles)
        for update in updates { read(update, withConffiles: withConffiles) }
    }

    private mutating func read(_ file: [UInt8], withConffiles: Bool) {
        let fields = ["Package", "Status", "Architecture", "Version"] + (withConffiles ? ["Conffiles"] : [])
        ControlFile(file)
            .visit(fields) { values in
                guard let name = values[0] else { return }
                let arch = values[2].map { String(decoding: $0, as: UTF8.self) } ?? ""
                let identity = Identity(name: String(decoding: name, as: UTF8.self), arch: arch)
                unfinishedByIdentity[identity] = values[1].flatMap { Self.unfinished(identity, $0) }
                guard let state = values[1], let isRemoved = Self.isRemoved(state), let version = values[3]
                else {
                    byIdentity[identity] = nil
                    return
                }
                byIdentity[identity] = Package(
                    name: identity.name,
                    arch: arch,
                    version: String(decoding: version, as: UTF8.self),
                    isRemoved: isRemoved,
                    conffiles: withConffiles ? values[4].map(Array.init) ?? [] : []
                )
            }
    }

    /// What dpkg has not finished.
    ///
    /// A package that waits for triggers, or has some waiting, is configured and works; dpkg processes them the next time
    /// it runs, whoever has it run.
    private static func unfinished(_ identity: Identity, _ state: UnsafeBufferPointer<UInt8>) -> Unfinished? {
        let words = state.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 3 else { return nil }
        let isBroken = words[1] == "reinstreq" || words[2] == "half-installed"
        guard isBroken || ["unpacked", "half-configured"].contains(words[2]) else { return nil }
        return Unfinished(name: identity.name, arch: identity.arch, state: words[2], isBroken: isBroken)
    }

    /// Whether only a package's configuration is left; `nil` where nothing of it is there.
    private static func isRemoved(_ state: UnsafeBufferPointer<UInt8>) -> Bool? {
        // WANT FLAG STATE
        guard let word = state.split(separator: UInt8(ascii: " ")).last else { return nil }
        if word.elementsEqual("config-files".utf8) { return true }
        return installedStates.contains { word.elementsEqual($0) } ? false : nil
    }

    private static let installedStates = [
        "installed", "triggers-pending", "triggers-awaited", "half-configured", "unpacked",
    ]
    .map { Array($0.utf8) }
}
