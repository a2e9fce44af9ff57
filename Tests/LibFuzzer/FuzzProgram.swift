import FuzzTargets
import Glibc

/// The target that `WEFT_FUZZ_TARGET` names; with `list` the names of all are printed.
private let target: FuzzTarget = {
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

/// What libFuzzer calls with each input.
///
/// *Source*: https://llvm.org/docs/LibFuzzer.html.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    if case .broken(let promise) = target.run(Array(UnsafeBufferPointer(start: start, count: count))) {
        fatalError(promise)
    }
    return 0
}
