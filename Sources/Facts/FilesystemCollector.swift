import FabricModel
import Glibc

/// The file systems: what is mounted where and how, and how much room there is.
///
/// *Source*: proc_pid_mountinfo(5), statvfs(3), and udev's database for what is not mounted. What df(1) leaves out (views of
/// the kernel, and second mounts of the same device) has no room here either.
struct FilesystemCollector: FactCollector {
    let name = "filesystem"

    /// How long a mount that another machine or program answers for may take.
    private static let limit = Duration.seconds(2)
    private static let calls = TimeLimitedCalls<FilesystemRoom?>()

    /// Facts by `device,mount point`, in the order in which ohai comes upon them, which decides whose values a device with
    /// several has.
    private struct Pairs {
        var order: [String] = []
        var facts: [String: FactValue] = [:]

        mutating func add(_ device: String, _ point: String, _ values: [String: FactValue]) {
            let key = "\(device),\(point)"
            if facts[key] == nil {
                order.append(key)
                facts[key] =
                    point.isEmpty
                    ? ["device": .text(device)] : ["device": .text(device), "mount": .text(point)]
            }
            for (name, value) in values { facts[key]?[name] = value }
        }
    }

    func collect(_ machine: MachineFiles) -> FactValue {
        let mounts = machine.lines("proc/self/mountinfo").compactMap(MountedFilesystem.init(line:))
        var pairs = Pairs()
        for mount in Self.withRoom(mounts) {
            guard let room = room(of: mount, machine), room.blocks > 0 else { continue }
            let facts = room.facts
            if !facts.isEmpty { pairs.add(mount.device, mount.point, facts) }
        }
        for mount in mounts {
            let options = FactValue.list(mount.options.map { .text($0) })
            pairs.add(mount.device, mount.point, ["fs_type": .text(mount.type), "mount_options": options])
        }
        for device in devices(machine) {
            let known = pairs.order.filter { $0.hasPrefix("\(device.path),") }
            if known.isEmpty { pairs.add(device.path, "", device.facts) }
            for key in known {
                for (name, value) in device.facts { pairs.facts[key]?[name] = value }
            }
        }
        return ["filesystem": Self.views(pairs)]
    }

    private static func views(_ pairs: Pairs) -> FactValue {
        var (byDevice, byPoint): ([String: FactValue], [String: FactValue]) = ([:], [:])
        for key in pairs.order {
            guard var facts = pairs.facts[key], let device = facts["device"]?.text else { continue }
            let point = facts["mount"]?.text
            facts["device"] = nil
            facts["mount"] = nil
            let mounts = (byDevice[device]?["mounts"]?.items ?? []) + (point.map { [.text($0)] } ?? [])
            byDevice[device] = facts.merging(byDevice[device] ?? [:])
            byDevice[device]?["mounts"] = .list(mounts)
            guard let point else { continue }
            let devices = (byPoint[point]?["devices"]?.items ?? []) + [.text(device)]
            byPoint[point] = facts.merging(byPoint[point] ?? [:])
            byPoint[point]?["devices"] = .list(devices)
        }
        return [
            "by_device": .table(byDevice), "by_mountpoint": .table(byPoint), "by_pair": .table(pairs.facts),
        ]
    }

    /// Of mounts of the same device, the one that df(1) shows.
    private static func withRoom(_ mounts: [MountedFilesystem]) -> [MountedFilesystem] {
        var shown: [MountedFilesystem] = []
        var places: [String: Int] = [:]
        for mount in mounts {
            guard let place = places[mount.number] else {
                places[mount.number] = shown.count
                shown.append(mount)
                continue
            }
            let seen = shown[place]
            if mount.isRemote, seen.isRemote, mount.device != seen.device {
                shown.append(mount)
                continue
            }
            let isReal = mount.device.contains("/") && !seen.device.contains("/")
            let isNearer = mount.point.utf8.count < seen.point.utf8.count
            let isBelow = mount.root.utf8.count > seen.root.utf8.count
            let liesOver = mount.device != seen.device && mount.point == seen.point
            if isReal || (isNearer && !isBelow) || liesOver { shown[place] = mount }
        }
        return shown.filter { !$0.isDummy }
    }

    private func room(of mount: MountedFilesystem, _ machine: MachineFiles) -> FilesystemRoom? {
        guard machine.isThisMachine else { return Self.captured(mount.point, machine) }
        guard mount.mayHang else { return FilesystemRoom.at(mount.point) }
        return Self.calls.call(mount.point, within: Self.limit) { FilesystemRoom.at(mount.point) } ?? nil
    }

    /// What `stat -f` told on the machine of a capture: `point blocks free available size inodes free`.
    private static func captured(_ point: String, _ machine: MachineFiles) -> FilesystemRoom? {
        for line in machine.lines("statvfs") {
            let fields = line.split(separator: " ")
            let numbers = fields.dropFirst().compactMap { UInt64($0) }
            guard fields.first.map(MountedFilesystem.unescaped) == point, numbers.count == 6 else { continue }
            return FilesystemRoom(
                blocks: numbers[0],
                freeBlocks: numbers[1],
                availableBlocks: numbers[2],
                blockSize: numbers[3],
                inodes: numbers[4],
                freeInodes: numbers[5]
            )
        }
        return nil
    }

    /// The block devices as lsblk(8) lists them, with what udev found on them.
    private func devices(_ machine: MachineFiles) -> [(path: String, facts: [String: FactValue])] {
        var devices: [(path: String, facts: [String: FactValue])] = []
        for disk in machine.names(in: "sys/block") {
            let folder = "sys/block/\(disk)"
            // RAM disks are left out, and loop devices that nothing is behind.
            let number = machine.word("\(folder)/dev") ?? ""
            let isUnused = number.hasPrefix("7:") && !machine.exists("\(folder)/loop/backing_file")
            if number.hasPrefix("1:") || isUnused { continue }
            let name = machine.word("\(folder)/dm/name") ?? disk
            devices.append((path(of: name, machine), found(on: number, machine)))
            for part in machine.names(in: folder) where part.hasPrefix(disk) {
                guard let number = machine.word("\(folder)/\(part)/dev") else { continue }
                devices.append((path(of: part, machine), found(on: number, machine)))
            }
        }
        return devices
    }

    private func path(of name: String, _ machine: MachineFiles) -> String {
        ["dev/\(name)", "dev/mapper/\(name)"].first(where: machine.exists).map { "/\($0)" } ?? name
    }

    private func found(on number: String, _ machine: MachineFiles) -> [String: FactValue] {
        var facts: [String: FactValue] = [:]
        for line in machine.lines("run/udev/data/b\(number)") {
            guard line.hasPrefix("E:"), let (name, value) = line.dropFirst(2).divided(at: "="), !value.isEmpty
            else {
                continue
            }
            switch name {
            case "ID_FS_UUID": facts["uuid"] = .text(value)
            case "ID_FS_LABEL": facts["label"] = .text(value)
            case "ID_FS_TYPE": facts["fs_type"] = .text(value)
            default: break
            }
        }
        return facts
    }
}
