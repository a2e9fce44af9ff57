"""The packages of a node, with why they are there."""
import contextlib
import shutil
import sqlite3
import tempfile
from pathlib import Path

# Numbers in dnf's history: asked for by name or as part of a group; lines of what was replaced; removal.
CHOSEN = (2, 5)
REMOVAL = 8
LAST_ACTIONS = """
    SELECT rpm.name, rpm.arch, item.action, item.reason
    FROM trans_item AS item JOIN trans ON trans.id = item.trans_id JOIN rpm USING (item_id)
    WHERE trans.state = 1 AND item.action NOT IN (3, 5, 7, 10) ORDER BY item.trans_id, item.id
"""


def read_packages(node):
    """Packages by `package:NAME.ARCHITECTURE`."""
    return rpm_packages(node) if node.family == "rpm" else deb_packages(node)


def rpm_packages(node):
    """What rpm lists, and the reasons in dnf's history."""
    listed = node.ask("rpm", "-qa", "--queryformat", r"%{NAME}.%{ARCH} %{EPOCH}:%{VERSION}-%{RELEASE}\n")
    chosen = dnf_choices(node.path("/var/lib/dnf/history.sqlite"))
    return {
        f"package:{name}": {"version": version.removeprefix("(none):"), "reason": reason(name in chosen)}
        for name, version in (line.split() for line in listed.splitlines())
    }


def dnf_choices(history):
    """The packages that somebody asked for."""
    chosen = set()
    # A copy, since a reader would keep dnf waiting.
    with tempfile.TemporaryDirectory() as folder:
        for file in history.parent.glob(f"{history.name}*"):
            shutil.copy(file, folder)
        with contextlib.closing(sqlite3.connect(Path(folder) / history.name)) as database:
            for name, architecture, action, number in database.execute(LAST_ACTIONS):
                change = chosen.add if action != REMOVAL and number in CHOSEN else chosen.discard
                change(f"{name}.{architecture}")
    return chosen


def deb_packages(node):
    """What dpkg lists, also what was removed and not purged, and the reasons that apt keeps."""
    form = "${Package}.${Architecture} ${Version} ${db:Status-Want} ${db:Status-Status}\\n"
    automatic = apt_automatic(node.path("/var/lib/apt/extended_states"))
    found = {}
    for name, version, want, status in (line.split() for line in node.ask("dpkg-query", "-W", "-f", form).splitlines()):
        state = {"version": version, "wanted": want, "status": status}
        if status == "installed":
            state["reason"] = reason(name not in automatic and name.replace(".all", ".amd64") not in automatic)
        found[f"package:{name}"] = state
    return found


def apt_automatic(states):
    """The packages that came as dependencies."""
    automatic = set()
    for stanza in states.read_text().split("\n\n") if states.exists() else []:
        fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line)
        if fields.get("Auto-Installed") == "1":
            automatic.add(f"{fields['Package']}.{fields['Architecture']}")
    return automatic


def reason(is_chosen):
    """Why a package is there."""
    return "chosen" if is_chosen else "dependency"
