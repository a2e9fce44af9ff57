internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// When packages were changed, as apt and dpkg log it.
///
/// *Source*: apt's `history.log` has `Start-Date` and `End-Date` of each of its runs, in which it may call dpkg several
/// times; `dpkg.log` begins what each call does with `startup`. Both tell the local time.
enum DpkgLogs {
    /// As much of the end of a log as is read.
    ///
    /// *Units*: bytes.
    private static let limit = 256 << 10

    /// The runs of apt, and the calls of dpkg that were not apt's, in the order in which they began.
    ///
    /// One that has not ended is left out.
    static func transactions(
        apt history: FilePath,
        dpkg log: FilePath
    ) throws(SystemError) -> [TransactionTime] {
        let runs = runs(ofApt: try end(of: history))
        let calls = calls(ofDpkg: try end(of: log))
            .filter { call in !runs.contains { $0.began <= call.began && call.began <= $0.ended } }
        return (runs + calls).sorted { ($0.began, $0.ended) < ($1.began, $1.ended) }
    }

    static func runs(ofApt text: Substring) -> [TransactionTime] {
        var runs: [TransactionTime] = []
        var began: Int64?
        for line in text.split(separator: "\n") {
            if let date = line.value(after: "Start-Date: ") {
                began = localSeconds(date)
            } else if let date = line.value(after: "End-Date: "), let start = began {
                if let end = localSeconds(date), start <= end {
                    runs.append(TransactionTime(began: start, ended: end))
                }
                began = nil
            }
        }
        return runs
    }

    static func calls(ofDpkg text: Substring) -> [TransactionTime] {
        var calls: [TransactionTime] = []
        for line in text.split(separator: "\n") {
            guard let seconds = localSeconds(line.prefix(19)) else { continue }
            if line.dropFirst(19).hasPrefix(" startup ") {
                calls.append(TransactionTime(began: seconds, ended: seconds))
            } else if let last = calls.indices.last {
                calls[last].ended = max(calls[last].began, seconds * TransactionTime.second)
            }
        }
        return calls
    }

    /// The seconds since the epoch of a time like `2026-11-22 20:03:27`; `nil` where the text is none.
    private static func localSeconds(_ text: Substring) -> Int64? {
        let numbers = text.split { $0 == "-" || $0 == " " || $0 == ":" }.map { Int32($0) }
        guard numbers.count == 6, let year = numbers[0], let month = numbers[1], let day = numbers[2],
            let hour = numbers[3], let minute = numbers[4], let second = numbers[5]
        else { return nil }
        var time = tm()
        (time.tm_year, time.tm_mon, time.tm_mday) = (year &- 1900, month &- 1, day)
        (time.tm_hour, time.tm_min, time.tm_sec) = (hour, minute, second)
        // Whether clocks were put forward then is for the system to know.
        time.tm_isdst = -1
        let seconds = mktime(&time)
        return seconds < 0 ? nil : Int64(seconds)
    }

    /// The last lines of a file; none where it is not there.
    private static func end(of file: FilePath) throws(SystemError) -> Substring {
        let bytes = try SystemFile.readEnd(file, limit: limit)
        let text = Substring(decoding: bytes, as: UTF8.self)
        // The first of these lines may have lost its beginning.
        guard bytes.count == limit else { return text }
        return text.drop { $0 != "\n" }
    }
}

extension Substring {
    fileprivate func value(after name: String) -> Substring? {
        hasPrefix(name) ? dropFirst(name.count) : nil
    }
}
