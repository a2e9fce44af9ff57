"""weftd on a node, set up as a package would do it."""
import json

from problem import Problem
from programs import swift_libraries
from waiting import last_lines, wait_until

START_LIMIT = 60
LOG = "/var/log/weftd.log"
SETTINGS = """\
server: {{url: "{url}", fingerprint: "{fingerprint}", enrolment-token-file: /etc/weft/enrolment-token}}
policy: {policy}
feedback: {{mode: manual}}
"""


class Daemon:
    """The daemon of one node."""

    def __init__(self, node):
        self.node = node

    def install(self, programs, checkout, server, policy):
        """Puts programs and settings in place; nothing runs yet."""
        for name in ("weftd", "weft"):
            self.node.put(programs / name, f"/usr/bin/{name}")
            # Each program looks for them where they are on the host.
            for library in swift_libraries(programs / name):
                if not self.node.path(library).exists():
                    self.node.put(library, library)
        for name in ("ignore", "secrets", "checks"):
            self.node.put(checkout / f"conf/{name}.yaml", f"/etc/weft/{name}.yaml")
        settings = SETTINGS.format(url=server.url, fingerprint=server.fingerprint, policy=policy)
        self.node.write("/etc/weft/weftd.yaml", settings)
        self.node.write("/etc/weft/enrolment-token", server.token("enrol", self.node.name) + "\n", 0o600)

    def start(self):
        """Starts the daemon; nothing below /etc is touched for that."""
        self.node.ask(
            "systemd-run", "--quiet", "--unit=weftd", "--property=Type=exec",
            "--property=RuntimeDirectory=weft", f"--property=StandardError=append:{LOG}",
            "/usr/bin/weftd",
        )

    def wait_ready(self):
        """Waits until everything is recorded and the server knows the node."""
        wait_until(self.is_ready, START_LIMIT, f"the first recording on {self.node.name}")

    def is_ready(self):
        """Whether the first recording is done and the server has been reached."""
        state = self.node.try_to("systemctl", "is-active", "weftd").stdout.strip()
        if state not in ("active", "activating"):
            raise Problem(f"weftd on {self.node.name} is {state}: {last_lines(self.log())}")
        if self.node.try_to("weft", "status", "--json").returncode != 0:
            return False
        status = self.status()
        is_recorded = not any(warning["code"] == "baseline" for warning in status["warnings"])
        return is_recorded and status["server"]["state"] == "connected"

    def log(self):
        """What the daemon has logged."""
        path = self.node.path(LOG)
        return path.read_text(errors="replace") if path.exists() else ""

    def status(self):
        """The answer of `weft status`."""
        return json.loads(self.node.ask("weft", "status", "--json"))

    def plan(self):
        """The answer of `weft plan`."""
        return json.loads(self.node.ask("weft", "plan", "--json"))

    def fates(self):
        """What becomes of the steps that are left: `apply`, `failed`, or why they are held."""
        plan = self.plan()
        return {step["fate"] for step in plan["steps"]} if plan["isKnown"] else {"apply"}

    def is_paused(self):
        """Whether the node knows that it is paused."""
        return any(warning["code"] == "paused" for warning in self.status()["warnings"])

    def open_changes(self):
        """What is in no commit yet."""
        return {change["key"] for change in self.status()["openChanges"]}
