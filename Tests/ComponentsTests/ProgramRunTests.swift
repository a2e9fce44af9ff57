import Testing

@testable import Components

@Suite("Running programs", .ownThread)
struct ProgramRunTests {
    @Test("the output is what the program wrote, in no language but its own")
    func output() throws {
        #expect(
            try ProgramRun.output(of: "sh", ["-c", "printf $LC_ALL"], time: .seconds(10)) == Array("C".utf8)
        )
    }

    @Test("all of a long output arrives, though the program has ended meanwhile", arguments: 0..<20)
    func longOutput(_ round: Int) throws {
        let output = try ProgramRun.output(of: "seq", ["1", "200000"], time: .seconds(60))
        #expect(output.count == 1_288_895)
        #expect(output.suffix(7) == Array("200000\n".utf8)[...])
    }

    @Test(
        "a program that runs apart gives its output, its messages and its status, and has no pipe that could break"
    )
    func apart() throws {
        let script = "echo out; echo $0 >&2; readlink /proc/self/fd/1 /proc/self/fd/2 >&2; exit 3"
        let ended = try ProgramRun.endedApart(
            "sh",
            ["-c", script, "two words"],
            environment: ["A": "b"],
            time: .seconds(30)
        )
        #expect(ended.problem == "ended with status 3")
        let lines = String(decoding: ended.output, as: UTF8.self).split(separator: "\n")
        #expect(lines.prefix(2) == ["out", "two words"])
        #expect(lines.count == 4)
        #expect(
            lines.suffix(2).allSatisfy { $0.hasPrefix("/tmp/weft-output-") && $0.hasSuffix(" (deleted)") }
        )
        #expect(try ProgramRun.endedApart("true", [], time: .seconds(30)).problem == nil)
        #expect(ProgramRun.scope(isBooted: false).isEmpty)
        #expect(ProgramRun.scope(isBooted: true).prefix(2) == ["systemd-run", "--scope"])
    }

    @Test(
        "a program that runs apart and takes too long is ended too, under its own name",
        .timeLimit(.minutes(1))
    )
    func apartTime() throws {
        let error = #expect(throws: ComponentsError.self) {
            try ProgramRun.endedApart("sleep", ["50"], time: .milliseconds(100))
        }
        #expect(error?.code == .programFailed)
        #expect(error?.subject == "sleep 50")
    }

    @Test("a program that takes too long is ended", .timeLimit(.minutes(1)))
    func time() throws {
        let start = ContinuousClock.now
        let error = #expect(throws: ComponentsError.self) {
            try ProgramRun.output(of: "sleep", ["50"], time: .milliseconds(100))
        }
        #expect(error?.code == .programFailed)
        #expect(error?.subject == "sleep 50")
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test("what a program says is told without the control characters in it, line by line")
    func escaped() throws {
        let script = #"printf 'one\r\n\033[31mtwo\n\nthr\303\251e\n\a'; exit 3"#
        let error = #expect(throws: ComponentsError.self) {
            try ProgramRun.carryOut("sh", [Array("-c".utf8), Array(script.utf8)], time: .seconds(10))
        }
        #expect(error?.message == #"ended with status 3: one | \x1b[31mtwo | thr\xc3\xa9e | \x07"#)
        let other = #expect(throws: ComponentsError.self) {
            try ProgramRun.output(of: "sh", ["-c", #"printf '\033c\n' >&2; exit 3"#], time: .seconds(10))
        }
        #expect(other?.message.hasPrefix(#"ended with status 3: \x1bc; run it"#) == true)
    }

    @Test("a failure names the program, its status and what it said first")
    func failure() throws {
        let error = #expect(throws: ComponentsError.self) {
            try ProgramRun.output(
                of: "sh",
                ["-c", "echo no such thing >&2; echo more >&2; exit 3"],
                time: .seconds(10)
            )
        }
        #expect(error?.code == .programFailed)
        #expect(error?.message.contains("3") == true)
        #expect(error?.message.contains("no such thing") == true)
        #expect(error?.message.contains("more") == false)
    }

    @Test("a program that is missing, or writes without end, is an error")
    func bad() throws {
        let missing = #expect(throws: ComponentsError.self) {
            try ProgramRun.output(of: "weft-no-such-program", [], time: .seconds(10))
        }
        #expect(missing?.code == .programFailed)
        let endless = #expect(throws: ComponentsError.self) {
            try ProgramRun.output(of: "cat", ["/dev/zero"], limit: 100_000, time: .seconds(20))
        }
        #expect(endless?.code == .programFailed)
    }

    @Test("arguments are passed on byte by byte, and what a program is to read arrives")
    func arguments() throws {
        func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
        let ended = try ProgramRun.ended(
            "sh",
            bytes: [bytes("-c"), bytes(#"printf %s "$1$2"; cat"#), bytes("sh"), [0xFF, 0x20], []],
            input: bytes("read this\n"),
            time: .seconds(20)
        )
        #expect(ended.problem == nil)
        #expect(ended.output == [0xFF, 0x20] + bytes("read this\n"))
        let long = [UInt8](repeating: 1, count: ProgramRun.inputLimit + 1)
        let error = #expect(throws: ComponentsError.self) {
            try ProgramRun.ended("cat", bytes: [], input: long, time: .seconds(20))
        }
        #expect(error?.code == .programFailed)
        // One that does not read is no harm to whoever writes.
        #expect(try ProgramRun.ended("true", bytes: [], input: bytes("x"), time: .seconds(20)).problem == nil)
    }
}
