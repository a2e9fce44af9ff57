"""A fabric of test nodes that belongs to one run."""
import fcntl
import os
import subprocess
from pathlib import Path

from node import Node
from problem import Problem
from waiting import last_lines, output_of

#: Numbers that runs choose among, away from those that people take.
NUMBERS = range(100, 200)
UP_LIMIT = 900
DOWN_LIMIT = 120


class Fabric:
    """A bridge with a number of its own, and the nodes on it."""

    def __init__(self, scripts):
        self.scripts = scripts
        self.number, self.lock = claim_number()
        self.environment = {**os.environ, "WEFT_FABRIC": self.number}
        self.nodes = []
        # What a run that was killed has left.
        if Path(f"/sys/class/net/weft-{self.number}").exists():
            self.call("network", "down")
        self.address = self.call("network", "up").strip()

    def call(self, script, *arguments, seconds=DOWN_LIMIT):
        """What one of the scripts in Tests/Nodes prints."""
        return output_of([self.scripts / script, *arguments], seconds, env=self.environment)

    def boot(self, names, family):
        """Boots fresh nodes, all at once."""
        self.nodes += names
        starts = [
            subprocess.Popen(
                [self.scripts / "node", "up", name, family], env=self.environment, text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )
            for name in names
        ]
        try:
            for name, start in zip(names, starts):
                output, _ = start.communicate(timeout=UP_LIMIT)
                if start.returncode != 0:
                    raise Problem(f"the node {name} did not come up: {last_lines(output)}")
        except subprocess.TimeoutExpired:
            raise Problem(f"nodes did not come up within {UP_LIMIT} s") from None
        finally:
            for start in starts:
                if start.poll() is None:
                    start.terminate()
                    start.wait(DOWN_LIMIT)
        configuration = self.call("node", "ssh-config").strip()
        return [
            Node(
                name=name, family=family, namespace=f"weft-{self.number}-{name}", ssh_config=configuration,
                root=Path(self.call("node", "root", name).strip()), address=self.call("node", "address", name).strip(),
            )
            for name in names
        ]

    def end(self, names):
        """Takes nodes down."""
        self.call("node", "down", *names)
        self.nodes = [name for name in self.nodes if name not in names]

    def close(self):
        """Takes down everything, and gives the number back."""
        self.call("network", "down")
        os.close(self.lock)


def claim_number():
    """A number that no other run has, and the lock that keeps it; WEFT_FABRIC where it is set."""
    given = os.environ.get("WEFT_FABRIC")
    for number in [given] if given else NUMBERS:
        lock = os.open(f"/run/weft-fidelity-{number}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return str(number), lock
        except BlockingIOError:
            os.close(lock)
    raise Problem(f"the fabric {given} belongs to another run" if given else "all fabrics belong to other runs")
