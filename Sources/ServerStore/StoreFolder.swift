internal import Foundation

/// The folder that holds the database: 0700, the files in it 0600.
package struct StoreFolder {
    let path: String

    /// The folder at a path.
    package init(path: String) {
        self.path = path
    }

    var database: String { path + "/store.sqlite" }

    /// Whether a database is there, or the folder is closed to this process, which cannot know then.
    package var hasDatabase: Bool {
        let files = FileManager.default
        let isClosed = files.fileExists(atPath: path) && !files.isReadableFile(atPath: path)
        return isClosed || files.fileExists(atPath: database)
    }

    /// Makes folder and database file where they are missing and takes others' permissions away where they are not.
    ///
    /// A folder that holds anything else is refused instead, so that a mistyped path never closes a system folder.
    package func prepare() throws {
        let files = FileManager.default
        var isDirectory: ObjCBool = false
        if files.fileExists(atPath: path, isDirectory: &isDirectory) {
            guard isDirectory.boolValue else {
                throw StoreError(.cannotOpen, path, "it is not a folder; name another one")
            }
            try close(files)
        } else {
            try files.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        }
        // SQLite gives the -wal and -shm files the mode of the database.
        if !files.fileExists(atPath: database) {
            guard files.createFile(atPath: database, contents: nil, attributes: [.posixPermissions: 0o600])
            else {
                throw StoreError(
                    .cannotOpen,
                    database,
                    "it cannot be made; check owner, space and permissions"
                )
            }
        }
        for file in [database, database + "-wal", database + "-shm"] where files.fileExists(atPath: file) {
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        }
    }

    private func close(_ files: FileManager) throws {
        let mode = try files.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        guard let mode = mode?.intValue, mode & 0o077 != 0 else { return }
        let names = try files.contentsOfDirectory(atPath: path)
        guard names.isEmpty || names.contains("store.sqlite") else {
            throw StoreError(
                .folderNotPrivate,
                path,
                "others can read it and it holds other things; name a folder of its own, or chmod 0700 it"
            )
        }
        try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    }
}
