"""What two nodes are, and where they differ."""
from dataclasses import dataclass

from accounts import read_accounts
from files import FileReader, read_files, touched
from escaping import escape
from packages import read_packages
from units import read_units


@dataclass(frozen=True)
class Difference:
    """One aspect in which the second node is not as the first."""

    item: str
    aspect: str
    first: str
    second: str

    def __str__(self):
        if self.aspect == "presence":
            return f"{self.item}: {self.second}"
        return f"{self.item}: {self.aspect} is {shown(self.second)}, not {shown(self.first)}"


def shown(value):
    """A value in a line: digests are cut."""
    return "none" if value is None else value if len(value) <= 40 else f"{value[:12]}…"


def differences(first, second):
    """All aspects in which two snapshots differ."""
    found = set()
    for item in first.keys() | second.keys():
        if item not in second or item not in first:
            found.add(Difference(item, "presence", "", "missing" if item in first else "too much"))
            continue
        before, after = first[item], second[item]
        for aspect in before.keys() | after.keys():
            if before.get(aspect) != after.get(aspect):
                found.add(Difference(item, aspect, before.get(aspect), after.get(aspect)))
    return found


class Comparison:
    """Two nodes before and after the work."""

    def __init__(self, first, second, scenario):
        self.nodes = (first, second)
        self.scenario = scenario
        self.before = differences(*map(self.snapshot, self.nodes))
        self.untouched = [touched(node) for node in self.nodes]

    def snapshot(self, node):
        """Everything that is compared."""
        files = read_files(node, self.scenario.expected_paths)
        return {**files, **read_accounts(node), **read_packages(node), **read_units(node)}

    def after(self):
        """What differs now and did not before, or is what the scenario is about."""
        known = {(difference.item, difference.aspect) for difference in self.before}
        now = differences(*map(self.snapshot, self.nodes)) | self.in_package_trees()
        return sorted(
            (
                difference
                for difference in now
                if not covered(difference.item, self.scenario.ignored)
                and not fails(difference.item, self.scenario.failing)
                and (difference.item in self.scenario.expected or (difference.item, difference.aspect) not in known)
            ),
            key=lambda difference: (difference.item, difference.aspect),
        )

    def in_package_trees(self):
        """What differs of that which the work touched outside the roots; the same image lies below both nodes."""
        paths = set()
        for node, untouched in zip(self.nodes, self.untouched):
            paths |= {path for path, place in touched(node).items() if untouched.get(path, ()) != place}
        readers = [FileReader(node) for node in self.nodes]
        snapshots = [
            {f"file:{escape(path)}": state for path in paths if (state := reader.state(path))} for reader in readers
        ]
        return differences(*snapshots)


def fails(item, failing):
    """Whether an item is a resource that must fail, or such a package in one architecture."""
    return item in failing or (item.startswith("package:") and item.rpartition(".")[0] in failing)


def covered(item, ignored):
    """Whether an item is an ignored path or lies below one."""
    return any(item == path or item.startswith(f"{path}/") for path in ignored)
