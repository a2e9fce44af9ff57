"""The files of a node, in all that makes them the same or another."""
import hashlib
import os
import stat

from accounts import ACCOUNT_FILES, group_names, user_names
from escaping import escape

ROOTS = ("/etc", "/usr/local/etc", "/var/spool/cron")
#: Where packages put what they bring; of these trees only what the work touched is compared.
PACKAGE_TREES = ("/usr", "/opt")
KINDS = {
    stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "link", stat.S_IFIFO: "pipe",
    stat.S_IFSOCK: "socket", stat.S_IFCHR: "device", stat.S_IFBLK: "device",
}


def read_files(node, paths=()):
    """Every file under the roots, and the paths besides, by `file:PATH`."""
    reader = FileReader(node)
    found = {path: reader.state(path) for root in ROOTS for path in paths_below(node.inside, root)}
    found.update((path, reader.state(path)) for path in paths)
    return {f"file:{escape(path)}": state for path, state in found.items() if state and path not in ACCOUNT_FILES}


def touched(node):
    """Paths in package trees that are not as the image has them, with what tells that they were touched again."""
    upper = node.root.parent / "upper"
    places = {}
    for tree in PACKAGE_TREES:
        for path in paths_below(upper, tree):
            status = os.lstat(f"{upper}{path}")
            is_folder = stat.S_ISDIR(status.st_mode)
            places[path] = None if is_folder else (status.st_ino, status.st_mtime_ns, status.st_ctime_ns)
    return {path: place for path, place in places.items() if "__pycache__" not in path}


def paths_below(tree, top):
    """A path and all below it, as the node names them."""
    if not os.path.lexists(f"{tree}{top}"):
        return
    yield top
    for folder, folders, files in os.walk(f"{tree}{top}"):
        inside = folder[len(str(tree)):]
        for name in folders + files:
            yield f"{inside}/{name}"


class FileReader:
    """Reads the states of one node's files."""

    def __init__(self, node):
        self.root = node.inside
        self.users = user_names(node)
        self.groups = group_names(node)

    def state(self, path):
        """What a file is; None where there is none."""
        place = f"{self.root}{path}"
        try:
            status = os.lstat(place)
        except (FileNotFoundError, NotADirectoryError):
            return None
        kind = KINDS[stat.S_IFMT(status.st_mode)]
        state = {
            "type": kind, "owner": self.users.get(status.st_uid, str(status.st_uid)),
            "group": self.groups.get(status.st_gid, str(status.st_gid)), **attributes(place),
        }
        if kind == "link":
            return {**state, "target": escape(os.readlink(place))}
        state["mode"] = f"{stat.S_IMODE(status.st_mode):04o}"
        if kind == "file":
            with open(place, "rb") as file:
                state["content"] = hashlib.file_digest(file, "sha256").hexdigest()
        return state


def attributes(place):
    """The extended attributes of a file, without those that the overlay keeps for itself."""
    names = os.listxattr(place, follow_symlinks=False)
    return {
        f"attribute {escape(name)}": os.getxattr(place, name, follow_symlinks=False).hex()
        for name in names
        if not name.startswith("trusted.overlay.")
    }
