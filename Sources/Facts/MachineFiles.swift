import FabricModel
import Glibc
import LinuxSystem
package import SystemPackage

/// The files in which a machine says what it is, below a root that tests set.
package struct MachineFiles: Sendable {
    /// `/`, or where what was captured of a machine lies.
    package let root: FilePath

    /// The files below a root.
    package init(root: FilePath = "/") {
        self.root = root
    }

    /// Whether they are those of the running machine, so that system calls speak of the same.
    var isThisMachine: Bool { root == "/" }

    /// Where a file of the machine lies.
    func path(_ path: String) -> FilePath { root.pushing(FilePath(path)) }

    /// The text of a file; `nil` where it is missing or refuses to be read, as attributes of drivers do.
    func text(_ path: String) -> String? { bytes(path).map { String(decoding: $0, as: UTF8.self) } }

    /// The bytes of a file; `nil` where it is missing or refuses to be read.
    func bytes(_ path: String) -> [UInt8]? {
        do {
            return try SystemFile.read(self.path(path), limit: 16 << 20)
        } catch {
            // A fact that cannot be read is one that is not there.
            return nil
        }
    }

    /// The text of a file without white space around it.
    func word(_ path: String) -> String? { text(path).map { $0.trimmed } }

    /// The lines of a file; none where it is missing.
    func lines(_ path: String) -> [Substring] { text(path)?.split(separator: "\n") ?? [] }

    /// Whether there is such an entry.
    func exists(_ path: String) -> Bool { access(self.path(path).string, F_OK) == 0 }

    /// The names in a folder, in order; none where it is missing.
    func names(in path: String) -> [String] {
        guard let folder = opendir(self.path(path).string) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Whether a program of this name lies where programs do.
    func hasProgram(_ name: String) -> Bool {
        ["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin"]
            .contains { access(path("\($0)/\(name)").string, X_OK) == 0 }
    }

    /// The assignments of a file such as os-release(5), without the quotes around their values.
    func assignments(_ path: String) -> [(name: String, value: String)] {
        lines(path)
            .compactMap { line in
                guard line.first != "#", let equals = line.firstIndex(of: "=") else { return nil }
                var value = line[line.index(after: equals)...]
                if value.first == "\"" { value = value.dropFirst() }
                if value.last == "\"" { value = value.dropLast() }
                return (String(line[..<equals]), String(value))
            }
    }
}

extension StringProtocol {
    /// The text without white space at both ends.
    var trimmed: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace || first == "\0" { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace || last == "\0" { text = text.dropLast() }
        return String(text)
    }

    /// The text before a separator and after it, without white space between; `nil` where it has none.
    func divided(at separator: Character) -> (name: String, value: String)? {
        guard let index = firstIndex(of: separator) else { return nil }
        return (self[..<index].trimmed, self[self.index(after: index)...].trimmed)
    }
}
