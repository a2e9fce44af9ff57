"""The server of a run, and a reviewer who is logged in to it."""
import json
import os
import subprocess

from problem import Problem
from waiting import output_of, wait_until

START_LIMIT = 20
ASK_LIMIT = 60


class Server:
    """weft-server on the bridge's address, with its state in the run's folder."""

    def __init__(self, programs, checkout, folder, address):
        self.programs = programs
        self.state = folder / "server"
        self.log = folder / "weft-server.log"
        settings = folder / "weft-server.yaml"
        settings.write_text(f"secrets: {checkout}/conf/secrets.yaml\n")
        # It ends with this process, be that killed, and not by a Ctrl-C that is meant for this process.
        make = [programs / "weft-server", "init", "--config", settings, "--state", self.state, "--host", address]
        #: By what nodes and people know the server.
        self.fingerprint = output_of(make, ASK_LIMIT).strip()
        command = ["setpriv", "--pdeathsig", "TERM", programs / "weft-server", "serve", "--config", settings]
        command += ["--state", self.state, "--listen", f"{address}:0"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            self.url = wait_until(self.announced, START_LIMIT, "the server's start")
            self.environment = {
                **os.environ, "XDG_CONFIG_HOME": str(folder / "config"),
                "PATH": f"{programs}:{os.environ['PATH']}",
            }
            token = self.token("admin", "reviewer")
            output_of(
                [programs / "weft", "login", self.url, "--fingerprint", self.fingerprint, "--token", "-"], ASK_LIMIT,
                stdin=None, input=token, env=self.environment,
            )
        except BaseException:
            self.close()
            raise

    def announced(self):
        """The address that the server says it listens on."""
        if self.process.poll() is not None:
            raise Problem(f"the server ended with {self.process.returncode}: {self.log.read_text().strip()}")
        said = [line for line in self.log.read_text().splitlines() if " listening on " in line]
        return said[0].split()[-1] if said else None

    def token(self, role, name):
        """A new token."""
        command = [self.programs / "weft-server", "token", "create", "--state", self.state]
        return output_of([*command, "--role", role, "--name", name], ASK_LIMIT).strip()

    def weft(self, *arguments):
        """What a command of the reviewer prints."""
        return output_of([self.programs / "weft", *map(str, arguments)], ASK_LIMIT, env=self.environment)

    def ask(self, *arguments):
        """What a command of the reviewer answers."""
        return json.loads(self.weft(*arguments, "--json"))

    def commits(self, node):
        """The commits of a node that wait for review, with their changes."""
        queue = self.ask("queue", "--node", node)
        return [self.ask("show", commit["id"]) for commit in queue["commits"]]

    def close(self):
        """Ends the server."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
