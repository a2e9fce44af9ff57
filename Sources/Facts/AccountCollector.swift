import FabricModel

/// Root's group and the shells that accounts may have.
///
/// *Source*: passwd(5), group(5), shells(5).
struct AccountCollector: FactCollector {
    let name = "accounts"

    func collect(_ machine: MachineFiles) -> FactValue {
        var facts: FactValue = [:]
        func fields(_ line: Substring) -> [Substring] {
            line.split(separator: ":", omittingEmptySubsequences: false)
        }
        let root = machine.lines("etc/passwd").map(fields).first { $0.first == "root" && $0.count > 3 }
        if let number = root?[3] {
            let group = machine.lines("etc/group").map(fields).first { $0.count > 2 && $0[2] == number }
            facts["root_group"] = group.map { .text(String($0[0])) }
        }
        let shells = machine.lines("etc/shells").filter { $0.first == "/" }
        if machine.exists("etc/shells") { facts["shells"] = .list(shells.map { .text(String($0)) }) }
        return facts
    }
}
