"""The accounts of a node instead of the files that hold them."""
from escaping import escape

NAMES = ("passwd", "group", "shadow", "gshadow", "subuid", "subgid")
ACCOUNT_FILES = {f"/etc/{name}{suffix}" for name in NAMES for suffix in ("", "-")}
AGEING = {"least days": 3, "most days": 4, "warning days": 5, "inactive days": 6, "expires": 7}


def read_accounts(node):
    """Users and groups by `user:NAME` and `group:NAME`."""
    groups = rows(node, "group")
    names = {group[2]: group[0] for group in groups}
    shadow = {row[0]: row for row in rows(node, "shadow")}
    ranges = {name: rows(node, name) for name in ("subuid", "subgid")}
    found = {}
    for user in rows(node, "passwd"):
        name, _, uid, gid, comment, home, shell = user
        state = {"uid": uid, "group": names.get(gid, gid), "comment": comment, "home": home, "shell": shell}
        state["groups"] = " ".join(sorted(group[0] for group in groups if name in group[3].split(",")))
        for file, lines in ranges.items():
            state[file] = " ".join(":".join(row[1:]) for row in lines if row[0] == name)
        if name in shadow:
            # A password's hash stays on its node unless that is asked for; whether one can log in with it is compared.
            state["password"] = "locked" if shadow[name][1][:1] in ("!", "*") else "usable"
            state.update((what, shadow[name][index]) for what, index in AGEING.items())
        found[f"user:{escape(name)}"] = state
    found.update((f"group:{escape(group[0])}", {"gid": group[2]}) for group in groups)
    for kind, file in (("user", "shadow"), ("group", "gshadow")):
        for row in rows(node, file):
            found.setdefault(f"{kind}:{escape(row[0])}", {})["has a line in"] = f"/etc/{file}"
    return found


def user_names(node):
    """Names of users by number."""
    return {int(row[2]): row[0] for row in rows(node, "passwd")}


def group_names(node):
    """Names of groups by number."""
    return {int(row[2]): row[0] for row in rows(node, "group")}


def rows(node, name):
    """The lines of an account file as lists of fields."""
    path = node.path(f"/etc/{name}")
    if not path.exists():
        return []
    lines = path.read_text(errors="surrogateescape").splitlines()
    return [line.split(":") for line in lines if ":" in line]
