import Glibc
import Testing

@testable import Commands

@Suite("Secret input", .timeLimit(.minutes(1)))
struct SecretInputTests {
    /// A pseudo-terminal: what a person types is written to `person`, and what they see is read from it.
    private final class Terminal {
        let person: Int32
        private let program: Int32
        let path: String

        init() throws {
            var (near, far): (Int32, Int32) = (-1, -1)
            var name = [CChar](repeating: 0, count: 128)
            let result = openpty(&near, &far, &name, nil, nil)
            try #require(result == 0)
            (person, program) = (near, far)
            path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }

        deinit {
            close(person)
            close(program)
        }

        var hasEcho: Bool {
            var settings = termios()
            return tcgetattr(program, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
        }

        /// Types once the prompt is there: what is typed before it is thrown away.
        func type(_ keys: String) -> pthread_t {
            final class Typist {
                let terminal: Int32
                let keys: String
                init(_ terminal: Int32, _ keys: String) { (self.terminal, self.keys) = (terminal, keys) }
            }
            var thread = pthread_t()
            let typist = Unmanaged.passRetained(Typist(person, keys))
            pthread_create(
                &thread,
                nil,
                { pointer in
                    guard let pointer else { return nil }
                    let typist = Unmanaged<Typist>.fromOpaque(pointer).takeRetainedValue()
                    var shown = [UInt8](repeating: 0, count: 64)
                    _ = read(typist.terminal, &shown, shown.count)
                    let keys = Array(typist.keys.utf8)
                    _ = write(typist.terminal, keys, keys.count)
                    return nil
                },
                typist.toOpaque()
            )
            return thread
        }
    }

    @Test(
        "a line is read without being shown",
        arguments: [("secret\r", "secret"), ("sex\u{7F}cret\n", "secret"), ("\u{4}", nil), ("a\u{4}", "a")]
    )
    func line(keys: String, line: String?) throws {
        let terminal = try Terminal()
        let typist = terminal.type(keys)
        #expect(try SecretInput.read(prompt: "Token: ", terminal: terminal.path) == line)
        pthread_join(typist, nil)
        #expect(terminal.hasEcho)
    }

    @Test("^C interrupts, and the terminal shows again what is typed")
    func interrupt() throws {
        let terminal = try Terminal()
        let typist = terminal.type("sec\u{3}")
        let error = try #require(throws: CommandError.self) {
            try SecretInput.read(prompt: "Token: ", terminal: terminal.path)
        }
        pthread_join(typist, nil)
        #expect(error.code == .interrupted)
        #expect(terminal.hasEcho)
    }

    @Test("where there is no terminal there is no line")
    func none() throws {
        #expect(try SecretInput.read(prompt: "Token: ", terminal: "/dev/null") == nil)
    }
}
