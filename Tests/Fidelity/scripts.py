"""Runs the scripts of a scenario where they belong."""
import os
import subprocess
from contextlib import ExitStack

from problem import Problem, Skipped
from waiting import last_lines

LIMIT = 120
SKIP = 77
#: Where a node finds the scenario's folder.
INSIDE = "/var/tmp/scenario"
ADMINS = {"admin.sh": "ann", "admin2.sh": "bob"}


class Scripts:
    """The scripts of one scenario, with their outputs in a folder."""

    def __init__(self, scenario, nodes, folder, environment):
        self.scenario = scenario
        self.nodes = nodes
        self.folder = folder
        self.environment = environment

    def bring(self):
        """Copies the scenario's folder to the nodes."""
        for node in self.nodes:
            node.put(self.scenario.folder, INSIDE)

    def set_up(self):
        """Runs setup.sh as root on both nodes, then setup.b.sh on the second."""
        self.run_as_root("setup.sh", self.nodes)
        self.run_as_root("setup.b.sh", self.nodes[1:])

    def look(self):
        """Runs check.b.sh as root on the second node."""
        self.run_as_root("check.b.sh", self.nodes[1:])

    def run_as_root(self, script, nodes):
        """Runs a script, where there is one, on nodes at the same time, as no login."""
        if self.scenario.script(script):
            command = ["env", f"FAMILY={self.nodes[0].family}", "bash", f"{INSIDE}/{script}"]
            self.run({f"{script} on {node.name}": node.enter(command) for node in nodes})

    def work(self):
        """Runs the admins' work, all at the same time."""
        first = self.nodes[0]
        commands = {
            name: first.ssh(account, f"FAMILY={first.family}", "bash", f"{INSIDE}/{name}")
            for name, account in ADMINS.items()
            if self.scenario.script(name)
        }
        if self.scenario.script("host.sh"):
            commands["host.sh"] = ["bash", self.scenario.folder / "host.sh"]
        self.run(commands)

    def review(self, **variables):
        """Runs the commands of the reviewer."""
        self.run({"review": ["bash", self.scenario.folder / "review"]}, **variables)

    def run(self, commands, **variables):
        """Runs commands at the same time; each has to end well."""
        environment = {**self.environment, **variables}
        with ExitStack() as stack:
            started = {}
            for name, command in commands.items():
                log = stack.enter_context(open(self.log(name), "w"))
                started[name] = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment,
                    cwd=self.scenario.folder, start_new_session=True,
                )
            try:
                for name, process in started.items():
                    self.check(name, process.wait(LIMIT))
            except subprocess.TimeoutExpired:
                raise Problem(f"{name} did not end within {LIMIT} s") from None
            finally:
                for process in started.values():
                    if process.poll() is None:
                        os.killpg(process.pid, 9)
                        process.wait(10)

    def check(self, name, status):
        """Makes of an exit status what it means."""
        said = last_lines(self.log(name).read_text(errors="replace"))
        if status == SKIP and name.startswith("setup."):
            raise Skipped(said)
        if status != 0:
            raise Problem(f"{name} ended with {status}: {said}")

    def log(self, name):
        """The file with what a script printed."""
        return self.folder / f"{name.replace(' ', '-')}.log"
