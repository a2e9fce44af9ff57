"""One booted test node, seen from the host."""
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from problem import Problem
from waiting import finished, output_of

ASK_LIMIT = 60


@dataclass
class Node:
    """A node by name, and the ways into it."""

    name: str
    family: str
    namespace: str
    ssh_config: str
    #: Its file system as the host sees it; ids are the same on both sides.
    root: Path
    address: str

    @cached_property
    def init(self):
        """The pid of the node's first process on the host."""
        for pid in output_of(["ip", "netns", "pids", self.namespace], ASK_LIMIT).split():
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if any(line.startswith("NSpid:") and line.split()[-1] == "1" for line in status.splitlines()):
                return pid
        raise Problem(f"the first process of {self.name} is not found")

    @property
    def inside(self):
        """Its file system as it sees it itself, with what was mounted there; only while it runs."""
        return Path(f"/proc/{self.init}/root")

    def ask(self, *command, seconds=ASK_LIMIT):
        """What a program prints in the node. It is no login, so nobody is taken for having been there."""
        return output_of(self.enter(command), seconds)

    def try_to(self, *command, seconds=ASK_LIMIT):
        """The result of a program in the node, whatever its exit status."""
        return finished(self.enter(command), seconds, stderr=subprocess.PIPE)

    def enter(self, command):
        """A command line that runs a command in the node's namespaces."""
        ways = ("--mount", "--uts", "--ipc", "--net", "--pid")
        return ["nsenter", "--target", self.init, *ways, "--", *map(str, command)]

    def ssh(self, account, *command):
        """A command line that runs a command as an account that has logged in."""
        return ["ssh", "-F", self.ssh_config, f"{account}@{self.name}", *map(str, command)]

    def path(self, inside):
        """Where the host sees one of the node's paths."""
        return self.root / str(inside).lstrip("/")

    def put(self, source, inside):
        """Copies a file or folder of the host into the node."""
        target = self.path(inside)
        target.parent.mkdir(parents=True, exist_ok=True)
        if Path(source).is_dir():
            shutil.copytree(source, target, symlinks=True)
        else:
            shutil.copy2(source, target)

    def write(self, inside, text, mode=0o644):
        """Writes a file in the node."""
        target = self.path(inside)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(mode)
