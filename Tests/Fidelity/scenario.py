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
    #: Paths that are not compared, with the reason.
    ignored: dict

    def script(self, name):
        """The path of an optional script, or None."""
        path = self.folder / name
        return path if path.exists() else None

    @property
    def expected_paths(self):
        """The files that the commit must name, as the system names them."""
        return {unescape(key.removeprefix("file:")) for key in self.expected if key.startswith("file:")}


def read_scenarios(folder, family, only):
    """The scenarios of a folder for a family, in order of their names; or the one that is asked for."""
    if not folder.is_dir():
        raise Problem(f"{folder} is no folder")
    folders = sorted(path for path in folder.iterdir() if path.is_dir() and only in (None, path.name))
    if not folders:
        raise Problem(f"there is no scenario {only or ''} in {folder}")
    for path in folders:
        if not any(expectation(path, each) for each in FAMILIES):
            raise Problem(f"{path} has no file that says what is expected")
    return [read_scenario(path, family) for path in folders if expectation(path, family)]


def expectation(folder, family):
    """The file with what is expected on a family, or None."""
    paths = (folder / f"expect.{family}", folder / "expect")
    return next((path for path in paths if path.exists()), None)


def read_scenario(folder, family):
    """One folder as a scenario; a Problem where it makes no sense."""
    if not any((folder / name).exists() for name in ("admin.sh", "host.sh")):
        raise Problem(f"{folder} has neither admin.sh nor host.sh")
    expected = frozenset(lines_of(expectation(folder, family)))
    for key in expected:
        if key.partition(":")[0] not in KINDS:
            raise Problem(f"{folder}: '{key}' is no resource; one begins with {', '.join(KINDS)}")
    ignored = {}
    for line in lines_of(folder / "ignore"):
        path, separator, reason = line.partition("#")
        if not separator or not reason.strip():
            raise Problem(f"{folder}/ignore: '{line}' has no reason after #")
        ignored[unescape(path.strip())] = reason.strip()
    return Scenario(folder.name, folder, expected, ignored)


def lines_of(path):
    """The lines of a file that say something; none where there is no file."""
    if not path.exists():
        return []
    return [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
