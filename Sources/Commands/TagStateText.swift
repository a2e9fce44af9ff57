import FabricAPI
import FabricModel

extension [EffectiveConfiguration.Item] {
    /// A tag's entries, one in a row.
    func table(on page: Page) -> [Text] {
        let rows = map { item in
            [Text("\(item.key)"), Text(item.summary), Text("@\(item.revision)", .dim)]
        }
        return Table(header: ["RESOURCE", "ENTRY", "SET BY"], rows: rows, resources: [0])
            .lines(width: page.width)
    }
}

extension TagState: Displayable {
    func lines(on page: Page) -> [Text] {
        guard let at else { return [Text("\(tag)", .bold) + " had no revision yet."] }
        let digest = digest.map { " (\($0.short))" } ?? ""
        let head = [
            Text("\(tag)", .bold) + Text(" as of revision \(revision)\(digest), \(page.dated(at))"), "",
        ]
        guard !entries.isEmpty else { return head + ["It named no resource."] }
        return head + entries.table(on: page)
    }
}
