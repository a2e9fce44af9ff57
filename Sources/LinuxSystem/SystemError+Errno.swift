import Glibc

extension SystemError {
    /// What an error number means in `call`: first what that call's man page says, then what it means everywhere.
    static func meaning(of number: Int32, in call: SystemCall) -> (Code, String) {
        special(number, call) ?? general(number, call)
    }

    private static func special(_ number: Int32, _ call: SystemCall) -> (Code, String)? {
        switch (call, number) {
        case (.inotifyAddWatch, ENOSPC):
            (
                .watchLimit,
                "no inotify watch is left for this user; raise fs.inotify.max_user_watches with sysctl"
            )
        case (.inotifyInit, EMFILE):
            (.watchLimit, "no inotify instance is left; raise fs.inotify.max_user_instances with sysctl")
        case (.readlink, EINVAL): (.notSymlink, "is not a symlink any more; look at it again")
        case (.open, ELOOP), (.open, EMLINK):
            (.symlinkInPath, "is a symlink, which is not followed here; name the path that it points to")
        case (.open, ENXIO), (.open, ENODEV):
            (.notRegularFile, "is a FIFO, socket or device without a reader; only regular files are read")
        case (.flock, EWOULDBLOCK): (.alreadyRunning, "is locked by another process; end that one first")
        case (.setxattr, ENOSPC), (.setxattr, EDQUOT), (.setxattr, E2BIG), (.setxattr, ERANGE):
            (.noSpace, "the file system has no room for the attribute; make room or leave the attribute out")
        case (.setxattr, ENOTSUP), (.removexattr, ENOTSUP):
            (
                .unsupported,
                "the file system keeps no such attribute; use one that does, or leave the attribute out"
            )
        case (.rename, EXDEV):
            (.unsupported, "is a mount point, which a rename cannot replace; unmount it or write inside it")
        case (.rename, EISDIR): (.isDirectory, "is a directory, which a file cannot replace; remove it first")
        case (.rename, ENOTDIR):
            (.notDirectory, "is a file, which a directory cannot replace; remove it first")
        case (.rename, EBUSY), (.unlink, EBUSY), (.rmdir, EBUSY):
            (.busy, "is a mount point or in use by the system; unmount it first")
        case (.bus, ENOENT), (.bus, ECONNREFUSED):
            (.notFound, "no D-Bus message bus answers there; start dbus.service")
        case (.bus, ENOTCONN), (.bus, ECONNRESET), (.bus, EPIPE):
            (.inputOutput, "the D-Bus message bus ended the connection; see with systemctl whether dbus runs")
        case (.send, ECONNREFUSED), (.connect, ECONNREFUSED):
            (.notFound, "nobody listens at the socket; start its service")
        case (.threadCreate, EAGAIN):
            (
                .outOfMemory,
                "no thread can be started; raise TasksMax of the service or the limit of processes"
            )
        case (.chmod, EPERM), (.chown, EPERM), (.setxattr, EPERM), (.unlink, EPERM), (.rename, EPERM),
            (.open, EPERM), (.removexattr, EPERM):
            (
                .permissionDenied,
                "not permitted; run as root, and see with lsattr whether the file is marked immutable or append-only"
            )
        default: nil
        }
    }

    private static func general(_ number: Int32, _ call: SystemCall) -> (Code, String) {
        switch number {
        case ENOENT: (.notFound, "does not exist; check the path")
        case ESRCH: (.notFound, "the process has ended; name one that runs")
        case EACCES:
            (.permissionDenied, "permission denied; run as root, or see what SELinux or AppArmor refused")
        case EPERM:
            (
                .permissionDenied,
                "not permitted; run as root, or give the service the capability that it lacks"
            )
        case EEXIST: (.alreadyExists, "exists already; remove it or choose another name")
        case ENOTDIR:
            (.notDirectory, "is not a directory, or lies below something that is none; check the path")
        case EISDIR: (.isDirectory, "is a directory; name a file")
        case ENOTEMPTY: (.directoryNotEmpty, "the directory is not empty; remove what it holds first")
        case ELOOP: (.symlinkInPath, "there are too many symlinks in the path; name the real path")
        case ENAMETOOLONG: (.invalidPath, "the name is too long for the file system; choose a shorter one")
        case ENOSPC, EDQUOT: (.noSpace, "no space is left on the file system; make room, then it works again")
        case EROFS: (.readOnlyFileSystem, "the file system is read-only; remount it writable")
        case EMFILE:
            (.tooManyOpenFiles, "the process has too many open files; raise LimitNOFILE of the service")
        case ENFILE: (.tooManyOpenFiles, "the machine has too many open files; raise fs.file-max with sysctl")
        case ENOMEM: (.outOfMemory, "the kernel has no memory left; stop what uses it up")
        case ENOTSUP, ENOSYS, ENOPROTOOPT:
            (.unsupported, "the kernel or the file system does not support it; use a newer or another one")
        case EBUSY, ETXTBSY, EAGAIN: (.busy, "is in use; try again when it is free")
        case ETIMEDOUT: (.timedOut, "no answer in time; try again")
        case EIO, ESTALE: (.inputOutput, "the disk or the remote file system fails; see the kernel's log")
        default:
            (.failed, "\(text(of: number)); see \(call.rawValue)(\(call == .bus ? 3 : 2)) for what it means")
        }
    }

    private static func text(of number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
        return PrintableBytes.escape(buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }
}
