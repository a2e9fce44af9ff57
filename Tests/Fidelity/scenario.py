"""Scenario folders: an admin's work, and what has to come of it."""
from dataclasses import dataclass
from pathlib import Path

from escaping import unescape
from problem import Problem

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
    """The scenarios of a folder in order of their names; those that have no `expect` for the family are not for it."""
    if not folder.is_dir():
        raise Problem(f"{folder} is no folder")
    names = sorted(path.name for path in folder.iterdir() if (path / "expect").exists() or expectation(path, family))
    chosen = [name for name in names if only in (None, name)]
    if not chosen:
        raise Problem(f"no scenario {only} in {folder}" if only else f"no scenarios in {folder}")
    return [read_scenario(folder / name, family) for name in chosen if expectation(folder / name, family)]


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
