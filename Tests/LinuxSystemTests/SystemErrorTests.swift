import Glibc
import LinuxSystem
import SystemPackage
import Testing

@Suite("System errors")
struct SystemErrorTests {
    @Test(
        "an error number is read by the call that gave it",
        arguments: [
            (SystemCall.open, ENOENT, SystemError.Code.notFound),
            (.open, ELOOP, .symlinkInPath),
            (.open, ENXIO, .notRegularFile),
            (.open, EACCES, .permissionDenied),
            (.open, EMFILE, .tooManyOpenFiles),
            (.lstat, ELOOP, .symlinkInPath),
            (.write, ENOSPC, .noSpace),
            (.write, EDQUOT, .noSpace),
            (.write, EIO, .inputOutput),
            (.rename, EISDIR, .isDirectory),
            (.rename, EBUSY, .busy),
            (.rename, EROFS, .readOnlyFileSystem),
            (.rmdir, ENOTEMPTY, .directoryNotEmpty),
            (.readlink, EINVAL, .notSymlink),
            (.setxattr, ENOTSUP, .unsupported),
            (.setxattr, ENOSPC, .noSpace),
            (.inotifyAddWatch, ENOSPC, .watchLimit),
            (.inotifyInit, EMFILE, .watchLimit),
            (.inotifyAddWatch, ENOMEM, .outOfMemory),
            (.flock, EWOULDBLOCK, .alreadyRunning),
            (.threadCreate, EAGAIN, .outOfMemory),
            (.send, ECONNREFUSED, .notFound),
            (.mkdir, EEXIST, .alreadyExists),
            (.getsockopt, ENOTSOCK, .failed),
        ]
    )
    func mapping(call: SystemCall, number: Int32, code: SystemError.Code) {
        let error = SystemError(call, errno: number, "/x")
        #expect(error.code == code)
        #expect(error.errno == number)
        #expect(error.call == call)
    }

    @Test("every error number of every call has a message with a way out")
    func everyMessage() {
        for call in SystemCall.allCases {
            for number in Int32(1)...133 {
                let error = SystemError(call, errno: number, "/x")
                #expect(error.message.contains(";"), "\(error)")
                #expect(error.message.first?.isUppercase == false || error.code == .failed, "\(error)")
            }
        }
    }

    @Test("codes are lower case words joined by hyphens, and no two are the same")
    func codes() {
        let raw = SystemError.Code.allCases.map(\.rawValue)
        #expect(Set(raw).count == raw.count)
        for code in raw { #expect(code.allSatisfy { $0 == "-" || ("a"..."z").contains($0) }, "\(code)") }
    }

    @Test("a subject cannot forge a line or a colour in a log")
    func escapedSubject() {
        let error = SystemError(.open, errno: ENOENT, FilePath("/etc/a\n\u{1B}[31mb\\é"))
        #expect(error.subject == "/etc/a\\n\\x1b[31mb\\\\\\xc3\\xa9")
        #expect(
            error.description
                == "/etc/a\\n\\x1b[31mb\\\\\\xc3\\xa9: does not exist; check the path (open, errno 2)"
        )
    }
}
