public import FabricModel

extension ServiceComponent {
    /// The units that systemd enables and disables with a unit: those that its file names, and so on with theirs, the
    /// other names of all of these, and the units that are made from templates.
    ///
    /// *Source*: systemctl(1), systemd.unit(5) on `Also=`, `Alias=` and `DefaultInstance=`.
    /// - Throws: `ComponentsError` with code `unreadableFile`.
    public func alsoChanged(by request: ChangeRequest) throws(ComponentsError) -> Set<ResourceKey> {
        guard let unit = UnitName(request.key) else { return [] }
        var found: Set<UnitName> = []
        var open = [unit]
        while let next = open.popLast() {
            guard found.insert(next).inserted else { continue }
            let installation = try files.installation(of: next)
            open += installation.also
            for link in installation.links where !UnitLinks.isStarting(link) {
                guard let name = try? EscapedText.unescape(link) else { continue }
                if let alias = UnitName(String(decoding: name, as: UTF8.self)) { found.insert(alias) }
            }
            guard next.isTemplate else { continue }
            if let instance = installation.defaultInstance.flatMap({ next.instance($0) }) {
                found.insert(instance)
            }
            found.formUnion(try UnitLinks(files).units.keys.filter { $0.template == next })
        }
        found.remove(unit)
        return Set(found.map(\.key))
    }
}
