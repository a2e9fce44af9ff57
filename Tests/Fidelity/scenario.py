"""Scenario folders: an admin's work, and what has to come of it."""
from dataclasses import dataclass
from pathlib import Path

from escaping import unescape
from problem import Problem

FAMILIES = ("rpm", "deb")
KINDS = ("file", "package", "service", "user", "group")


@dataclass(frozen=True)
class Scenario:
    """One folder, read for one family of systems."""

    name: str
    folder: Path
    #: The resources that the commit must name, as escaped `kind:key`.
    expected: frozenset
    #: Paths and other resources that are not compared, with the reason, as escaped `kind:key`.
    ignored: dict
    #: The resources whose steps must fail on the second node, each with a part of the reason that it must give.
    failing: dict

    def script(self, name):
        """The path of an optional script, or None."""
        path = self.folder / name
        return path if path.exists() else None

    @property
    def expected_paths(self):
        """The files that the commit must name, as the system names them."""
        return {unescape(key.removeprefix("file:")) for key in self.expected if key.startswith("file:")}


def read_scenarios(folder, family, names):
    """The scenarios of a folder for a family, in order of their names; or those that are asked for."""
    if not folder.is_dir():
        raise Problem(f"{folder} is no folder")
    folders = {path.name: path for path in sorted(folder.iterdir()) if path.is_dir()}
    for name in names or ():
        if name not in folders:
            raise Problem(f"there is no scenario {name} in {folder}")
    if not folders:
        raise Problem(f"there is no scenario in {folder}")
    wanted = [path for name, path in folders.items() if names is None or name in names]
    for path in wanted:
        if not any(of_family(path, "expect", each) for each in FAMILIES):
            raise Problem(f"{path} has no file that says what is expected")
    return [read_scenario(path, family) for path in wanted if of_family(path, "expect", family)]


def read_part(folder, name):
    """The names of the scenarios that are a part of all."""
    names = lines_of(folder / name)
    if not names:
        raise Problem(f"there is no part {name} in {folder}")
    return names


def of_family(folder, name, family):
    """The file of a name for a family, or else the one for both; None where there is neither."""
    paths = (folder / f"{name}.{family}", folder / name)
    return next((path for path in paths if path.exists()), None)


def read_scenario(folder, family):
    """One folder as a scenario; a Problem where it makes no sense."""
    if not any((folder / name).exists() for name in ("admin.sh", "host.sh")):
        raise Problem(f"{folder} has neither admin.sh nor host.sh")
    expected = frozenset(lines_of(of_family(folder, "expect", family)))
    for key in expected:
        if not is_resource(key):
            raise Problem(f"{folder}: '{key}' is no resource; one begins with {', '.join(KINDS)}")
    ignored = {}
    for line in lines_of(folder / "ignore"):
        item, separator, reason = line.partition("#")
        if not separator or not reason.strip():
            raise Problem(f"{folder}/ignore: '{line}' has no reason after #")
        item = item.strip()
        ignored[item if is_resource(item) else f"file:{item}"] = reason.strip()
    return Scenario(folder.name, folder, expected, ignored, read_failing(folder, family, expected))


def read_failing(folder, family, expected):
    """What must fail on the second node, with a part of the reason."""
    failing = {}
    for line in lines_of(of_family(folder, "fails", family)):
        key, _, part = line.partition(" ")
        if key not in expected:
            raise Problem(f"{folder}: '{key}' is to fail and is not expected in the commit")
        if not part.strip():
            raise Problem(f"{folder}: '{line}' does not say what is told of the failure")
        failing[key] = part.strip()
    return failing


def is_resource(text):
    """Whether a text begins as a resource does."""
    return text.partition(":")[0] in KINDS


def lines_of(path):
    """The lines of a file that say something; none where there is no file."""
    if path is None or not path.exists():
        return []
    return [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
