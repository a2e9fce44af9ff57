import FuzzTargets
import Glibc

/// Calls a function with ever new inputs, as the arguments of the program say.
///
/// *Source*: https://llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a library".
@_silgen_name("LLVMFuzzerRunDriver")
private func fuzz(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// What is fuzzed.
private enum Chosen {
    /// The target that `WEFT_FUZZ_TARGET` names; with `list` the names of all are printed.
    static let target: FuzzTarget = {
        do {
            let names = try FuzzTarget.all.map(\.name)
            let name = getenv("WEFT_FUZZ_TARGET").map { String(cString: $0) } ?? ""
            if let target = try FuzzTarget.named(name) { return target }
            if name == "list" {
                print(names.joined(separator: "\n"))
                exit(0)
            }
            fatalError("WEFT_FUZZ_TARGET is 'list' or one of: \(names.joined(separator: " "))")
        } catch {
            fatalError("\(error)")
        }
    }()
}

/// What libFuzzer calls with each input; it wants it by this name.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    if case .broken(let promise) = Chosen.target.run(Array(UnsafeBufferPointer(start: start, count: count))) {
        fatalError(promise)
    }
    return 0
}

// The first inputs, for a corpus to begin with.
if let folder = getenv("WEFT_FUZZ_SEEDS") {
    for (number, seed) in Chosen.target.seeds.enumerated() {
        guard let file = fopen("\(String(cString: folder))/seed-\(number)", "w") else { exit(1) }
        let count = fwrite(seed, 1, seed.count, file)
        guard fclose(file) == 0, count == seed.count else { exit(1) }
    }
    exit(0)
}
var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
exit(fuzz(&count, &arguments) { testOneInput($0, $1) })
