import Glibc
import SystemPackage
import Testing

@testable import Components

@Suite("when dpkg changed packages")
struct DpkgLogsTests {
    // Written by apt 2.6 and dpkg 1.21 on Debian 12 for `apt-get install` of one package and `dpkg -i` of another; the
    // lists of packages are cut.
    private static let history = """

        Start-Date: 2026-11-26  11:57:02
        Commandline: apt-get install -y -qq prometheus
        Install: prometheus:amd64 (2.42.0+ds-5+deb12u1)
        End-Date: 2026-11-26  11:57:23

        """
    private static let log = """
        2026-11-26 11:57:02 startup archives unpack
        2026-11-26 11:57:02 install prometheus:amd64 <none> 2.42.0+ds-5+deb12u1
        2026-11-26 11:57:12 startup packages configure
        2026-11-26 11:57:23 status installed prometheus:amd64 2.42.0+ds-5+deb12u1
        2026-11-26 12:10:40 startup archives install
        2026-11-26 12:10:41 status installed weft-sample:all 1.0

        """

    private func seconds(_ hour: Int32, _ minute: Int32, _ second: Int32) -> Int64 {
        var time = tm()
        (time.tm_year, time.tm_mon, time.tm_mday) = (126, 10, 26)
        (time.tm_hour, time.tm_min, time.tm_sec, time.tm_isdst) = (hour, minute, second, -1)
        return Int64(mktime(&time))
    }

    private func transactions(_ history: String, _ log: String) throws -> [TransactionTime] {
        let folder = try ScratchFolder()
        return try DpkgLogs.transactions(
            apt: try folder.write(history, to: "history.log"),
            dpkg: try folder.write(log, to: "dpkg.log")
        )
    }

    @Test("what apt has dpkg do is one transaction, what dpkg is told by itself another")
    func both() throws {
        #expect(
            try transactions(Self.history, Self.log) == [
                TransactionTime(began: seconds(11, 57, 2), ended: seconds(11, 57, 23)),
                TransactionTime(began: seconds(12, 10, 40), ended: seconds(12, 10, 41)),
            ]
        )
    }

    @Test("a run of apt that has not ended is none yet")
    func running() throws {
        let history = Self.history.split(separator: "\n").dropLast().joined(separator: "\n")
        #expect(try transactions(history, "").isEmpty)
    }

    @Test(
        "logs that are not there, or hold something else, tell nothing",
        arguments: ["", "x\n", "2026-13 startup\n"]
    )
    func nothing(_ text: String) throws {
        #expect(try transactions(text, text).isEmpty)
        #expect(try DpkgLogs.transactions(apt: "/nonexistent/a", dpkg: "/nonexistent/b").isEmpty)
    }

    @Test("of a log that is very long the end is read")
    func long() throws {
        let line = "2026-11-20 10:00:00 status installed weft-sample:all 1.0\n"
        let log = String(repeating: line, count: 8_000) + Self.log
        #expect(try transactions("", log).count == 3)
    }
}
