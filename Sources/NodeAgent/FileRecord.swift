import Components
import FabricModel

/// Files: looked at path by path by the recorder.
struct FileRecord: ResourceRecord {
    let files: FileComponent
    let recorder: Recorder

    var component: any Component { files }

    func covers(_ key: ResourceKey) throws -> Bool {
        try key.filePath.map { try recorder.scope.whyNotRecorded($0) == nil } ?? false
    }

    func look(at keys: [ResourceKey]) {
        recorder.look(at: keys.compactMap(\.filePath), isLate: false)
    }

    func recording(
        _ keys: [ResourceKey],
        by actor: Actor,
        _ body: () -> [ResourceKey: ComponentsError]
    ) throws -> [ResourceKey: ComponentsError] {
        var failures: [ResourceKey: ComponentsError] = [:]
        recorder.look(at: keys.compactMap(\.filePath)) { failures = body() }
        return failures
    }
}
