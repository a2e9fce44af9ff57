public import Crypto
public import FabricModel
public import LinuxSystem
public import RecordingRules
public import SystemPackage

/// Finds out the state of files, and changes it.
public struct FileComponent: Sendable {
    /// What is recorded by keyed digest alone.
    public let secrets: SecretRules
    /// How a file is checked before it is put in place.
    public let checks: CheckRules
    /// Contents up to this size are kept.
    ///
    /// *Units*: bytes.
    public let contentLimit: Int
    private let key: SymmetricKey
    let accounts: AccountNames
    let names: RecentAccountNames
    /// The home that a path lies in, below which no symlink is followed; `nil` elsewhere.
    let homes: @Sendable (FilePath) -> FilePath?
    /// What packages do to files; `nil` where no packages are recorded.
    let consequences: PackageConsequences?
    /// Whether a file is secret since its content, or one that it had, was redacted; the digest is known where the file
    /// was read.
    let isRedacted: @Sendable (FilePath, ContentDigest?) -> Bool
    private let recordsLabels: Bool
    /// A file that changes during each of so many reads is left for later.
    public static let usualAttempts = 4

    /// A component that keeps contents up to a limit.
    ///
    /// - Parameters:
    ///   - secrets: What is recorded by keyed digest alone.
    ///   - checks: How a file is checked before it is put in place.
    ///   - key: Keys the digests of secrets.
    ///   - contentLimit: Contents up to this size are kept, in bytes.
    ///   - accounts: The names of owners.
    ///   - consequences: What packages do to files.
    ///   - homes: Tells the home that a path lies in.
    ///   - isRedacted: Tells whether a file is secret since a content was redacted.
    public init(
        secrets: SecretRules,
        checks: CheckRules = .none,
        key: SymmetricKey,
        contentLimit: Int,
        accounts: AccountNames,
        consequences: PackageConsequences? = nil,
        homes: @escaping @Sendable (FilePath) -> FilePath? = { _ in nil },
        isRedacted: @escaping @Sendable (FilePath, ContentDigest?) -> Bool = { _, _ in false }
    ) {
        // Where SELinux is off, or cannot be asked, labels that lie on the disk mean nothing.
        let enforce = try? FileStatus.at("/sys/fs/selinux/enforce")
        self.init(
            secrets: secrets,
            checks: checks,
            key: key,
            contentLimit: contentLimit,
            accounts: accounts,
            recordsLabels: enforce != nil,
            consequences: consequences,
            homes: homes,
            isRedacted: isRedacted
        )
    }

    init(
        secrets: SecretRules,
        checks: CheckRules = .none,
        key: SymmetricKey,
        contentLimit: Int,
        accounts: AccountNames,
        recordsLabels: Bool,
        consequences: PackageConsequences? = nil,
        homes: @escaping @Sendable (FilePath) -> FilePath? = { _ in nil },
        isRedacted: @escaping @Sendable (FilePath, ContentDigest?) -> Bool = { _, _ in false }
    ) {
        self.secrets = secrets
        self.checks = checks
        self.key = key
        self.contentLimit = contentLimit
        self.accounts = accounts
        self.names = RecentAccountNames(accounts)
        self.recordsLabels = recordsLabels
        self.consequences = consequences
        self.homes = homes
        self.isRedacted = isRedacted
    }

    /// The state of the file at a path; absent where nothing is there.
    ///
    /// The observation has no fingerprint when the file was written so lately that another write might not show in its
    /// status: such a file must be looked at again, however it looks.
    /// - Parameters:
    ///   - path: Absolute and normal.
    ///   - root: A directory on the way below which no symlink is followed: where others than root may swap a directory
    ///     for one, such as a home.
    ///   - known: The fingerprint that was recorded with the file's state.
    ///   - attempts: How often a file that changes while it is read is read.
    ///   - isCancelled: Ends the reading of a file over the limit early, as if it had changed.
    /// - Returns: `nil` when the fingerprint is the known one, so that nothing has changed.
    /// - Throws: `ComponentsError` with code `unstableFile` when the file changed during each read, `unreadableFile`,
    ///   `invalidPath`.
    public func observe(
        _ path: FilePath,
        below root: FilePath? = nil,
        unless known: FileFingerprint? = nil,
        attempts: Int = FileComponent.usualAttempts,
        isCancelled: () -> Bool = { false }
    ) throws(ComponentsError) -> Observation? {
        try observe(path, below: root, status: nil, unless: known, attempts, isCancelled)
    }

    /// The state of the file at a path whose status was just taken, such as by a listing of its directory.
    ///
    /// - Parameters:
    ///   - path: Absolute and normal.
    ///   - status: What the path is.
    ///   - known: The fingerprint that was recorded with the file's state.
    /// - Returns: As ``observe(_:below:unless:)``.
    /// - Throws: As ``observe(_:below:unless:)``.
    public func observe(
        _ path: FilePath,
        status: FileStatus,
        unless known: FileFingerprint? = nil
    ) throws(ComponentsError) -> Observation? {
        try observe(path, below: nil, status: status, unless: known, Self.usualAttempts) { false }
    }

    /// The fingerprint of a status.
    public static func fingerprint(_ status: FileStatus) -> FileFingerprint {
        FileFingerprint(
            device: status.device,
            inode: status.inode,
            mode: status.mode,
            uid: status.uid,
            gid: status.gid,
            size: status.size,
            modified: status.modified,
            changed: status.changed
        )
    }

    private func observe(
        _ path: FilePath,
        below root: FilePath?,
        status first: FileStatus?,
        unless known: FileFingerprint?,
        _ attempts: Int,
        _ isCancelled: () -> Bool
    ) throws(ComponentsError) -> Observation? {
        if let first, let known, Self.fingerprint(first) == known { return nil }
        let key: ResourceKey
        do {
            key = try ResourceKey(file: path)
        } catch {
            throw ComponentsError(.invalidPath, path.bytes, error.message, cause: error)
        }
        do {
            var status = first
            for _ in 0..<attempts {
                // Taken before the status, so that what is settled now cannot change unseen.
                let now = WallClock.nanoseconds()
                if status == nil { status = try Self.status(of: path, below: root) }
                guard let found = status else { return try Self.absence(of: path, key) }
                let fingerprint = Self.fingerprint(found)
                if fingerprint == known { return nil }
                if let (state, content) = try state(of: path, found, isCancelled) {
                    return Observation(
                        key: key,
                        state: .file(state),
                        fingerprint: found.isSettled(at: now) ? fingerprint : nil,
                        content: content,
                        changed: found.changed
                    )
                }
                status = nil
            }
        } catch {
            throw ComponentsError(.unreadableFile, path.bytes, error.message, cause: error)
        }
        throw ComponentsError(
            .unstableFile,
            path.bytes,
            "changed each time while it was read; look again when its writer is through"
        )
    }

    /// That nothing is at a path; it went when the folder it was in last changed, or before.
    ///
    /// - Throws: `SystemError` when that folder cannot be looked at.
    public static func absence(of path: FilePath, _ key: ResourceKey) throws(SystemError) -> Observation {
        var folder = path
        while folder.removeLastComponent() {
            guard let status = try FileStatus.at(folder) else { continue }
            return Observation(key: key, state: .absent, changed: status.modified)
        }
        return Observation(key: key, state: .absent)
    }

    private static func status(of path: FilePath, below root: FilePath?) throws(SystemError) -> FileStatus? {
        guard let root, path != root else { return try FileStatus.at(path) }
        return try FileStatus.at(path, below: root)
    }

    // `nil` when the path became something else meanwhile. Attributes come first: a content that was read from the
    // same unchanged file afterwards proves that they were its own.
    private func state(
        of path: FilePath,
        _ status: FileStatus,
        _ isCancelled: () -> Bool
    ) throws(SystemError) -> (FileState, content: [UInt8]?)? {
        var state = FileState(
            type: FileState.FileType(status.kind),
            mode: status.kind == .symlink ? 0 : status.permissions,
            owner: AccountReference(name: names.user(status.uid), id: status.uid),
            group: AccountReference(name: names.group(status.gid), id: status.gid)
        )
        do {
            state.attributes = try attributes(of: path)
            switch status.kind {
            case .regular:
                guard let found = try content(of: path, status, isCancelled) else { return nil }
                state.content = found.content
                return (state, found.bytes)
            case .symlink:
                state.target = EscapedText.escape(try FileReading.linkTarget(path))
                guard try FileStatus.at(path) == status else { return nil }
            case .directory:
                // Its times change with every entry, which is not its state.
                guard let after = try FileStatus.at(path), after.inode == status.inode,
                    after.mode == status.mode
                else { return nil }
            case .fifo, .socket, .characterDevice, .blockDevice:
                guard try FileStatus.at(path) == status else { return nil }
            }
            return (state, nil)
        } catch {
            // Gone, or replaced by something else, since its status was taken.
            let passing: [SystemError.Code] = [.notFound, .notDirectory, .notSymlink, .changed]
            if passing.contains(error.code) { return nil }
            throw error
        }
    }

    private func attributes(of path: FilePath) throws(SystemError) -> [String: String] {
        let found = try FileReading.extendedAttributes(path)
        if found.isEmpty { return [:] }
        var attributes: [String: String] = [:]
        for (name, value) in found {
            let isState =
                switch name {
                case "security.capability", "system.posix_acl_access", "system.posix_acl_default": true
                case "security.selinux": recordsLabels
                default: name.hasPrefix("user.")
                }
            if isState { attributes[name] = EscapedText.escape(value) }
        }
        return attributes
    }
}

extension FileComponent {
    // The content's record, and its bytes where they are kept; `nil` when the file changed meanwhile.
    private func content(
        of path: FilePath,
        _ status: FileStatus,
        _ isCancelled: () -> Bool
    ) throws(SystemError) -> (content: FileContent, bytes: [UInt8]?)? {
        let redacted = FileContent.Withholding.redactedRule
        let rule = secrets.rule(forPath: path) ?? (isRedacted(path, nil) ? redacted : nil)
        switch try FileReading.read(path, expecting: status, limit: contentLimit) {
        case .changed: return nil
        case .larger: return try streamedContent(of: path, status, rule, isCancelled).map { ($0, nil) }
        case .complete(let bytes):
            let size = UInt64(bytes.count)
            let plain = ContentDigest.sha256(bytes)
            let found = rule ?? secrets.rule(inContent: bytes)
            if let rule = found ?? (isRedacted(path, plain) ? redacted : nil) {
                let digest = ContentDigest.keyed(bytes, key: key)
                return (FileContent(digest: digest, size: size, withheld: .secret(rule: rule)), nil)
            }
            return (FileContent(digest: plain, size: size), bytes)
        }
    }

    // One pass makes both digests, since only the end of the file tells whether it holds a secret.
    private func streamedContent(
        of path: FilePath,
        _ status: FileStatus,
        _ rule: String?,
        _ isCancelled: () -> Bool
    ) throws(SystemError) -> FileContent? {
        var search = secrets.search()
        var hash = SHA256()
        var code = HMAC<SHA256>(key: key)
        let end = try FileReading.digestStream(path, expecting: status, unless: isCancelled) { piece in
            code.update(data: piece)
            guard rule == nil else { return }
            hash.update(bufferPointer: piece)
            search.update(piece)
        }
        guard end == .complete else { return nil }
        let size = UInt64(status.size)
        if let rule = rule ?? search.finish() {
            let digest = ContentDigest(code.finalize())
            return FileContent(digest: digest, size: size, withheld: .secret(rule: rule))
        }
        return FileContent(digest: ContentDigest(hash.finalize()), size: size, withheld: .tooLarge)
    }
}

extension FileState.FileType {
    init(_ kind: FileStatus.Kind) {
        self =
            switch kind {
            case .regular: .regular
            case .directory: .directory
            case .symlink: .symlink
            case .fifo: .fifo
            case .socket: .socket
            case .characterDevice: .characterDevice
            case .blockDevice: .blockDevice
            }
    }
}
