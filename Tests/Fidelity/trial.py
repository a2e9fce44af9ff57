"""One scenario on two fresh nodes, from boot to comparison."""
import json
import shutil
import subprocess
import time
from contextlib import suppress
from functools import partial

from comparison import Comparison
from daemon import Daemon
from escaping import unescape
from outcome import Outcome
from problem import Problem, Skipped
from scripts import Scripts
from waiting import finished, last_lines, wait_until

QUEUE_LIMIT = 30
PAUSE_LIMIT = 20
CONVERGE_LIMIT = 60
HOLD_LIMIT = 10
SETTLE_LIMIT = 3
COMMIT_LIMIT = 60


class Trial:
    """What a run knows while it works on one scenario."""

    def __init__(self, run, scenario, index):
        self.run = run
        self.scenario = scenario
        self.outcome = Outcome(scenario.name)
        self.folder = run.folder / scenario.name
        self.names = [f"a{index}", f"b{index}"]
        self.tag = f"fidelity-{index}"
        self.nodes = []

    def take(self):
        """Runs the scenario and gives its outcome; an interruption passes through, and takes the nodes down too."""
        begin = time.monotonic()
        self.folder.mkdir()
        try:
            self.prepare()
            self.scripts.work()
            self.judge_commits()
            self.decide()
            self.wait_converged()
            self.judge_nodes()
            self.scripts.look()
        except Skipped as skipped:
            self.outcome.skipped = str(skipped)
        except Problem as problem:
            self.outcome.problem = str(problem)
        finally:
            self.keep_logs()
            self.run.fabric.end(self.names)
        self.outcome.duration = time.monotonic() - begin
        return self.outcome

    def prepare(self):
        """Boots the nodes and lets recording begin."""
        self.nodes = self.run.fabric.boot(self.names, self.run.family)
        self.first, self.second = self.daemons = [Daemon(node) for node in self.nodes]
        for daemon, policy in zip(self.daemons, ("observe", "apply")):
            daemon.install(self.run.programs, self.run.checkout, self.run.server, policy)
        self.scripts = Scripts(self.scenario, self.nodes, self.folder, self.environment())
        self.scripts.bring()
        self.scripts.set_up()
        for daemon in self.daemons:
            daemon.start()
        for daemon in self.daemons:
            daemon.wait_ready()
        self.run.server.weft("tag", "create", self.tag)
        self.run.server.weft("node", "tag", self.names[1], self.tag)
        # When it later learns that it may go on, it knows what was approved too: an empty plan then means converged.
        self.run.server.weft("pause", self.names[1])
        wait_until(self.second.is_paused, PAUSE_LIMIT, "the pause of the second node")
        self.comparison = Comparison(*self.nodes, self.scenario)
        self.outcome.before = sorted(f"{each.item} ({each.aspect})" for each in self.comparison.before)

    def environment(self):
        """What scripts that run on the host find in their environment."""
        first, second = self.nodes
        return {
            **self.run.server.environment, "FAMILY": self.run.family, "TAG": self.tag, "SSH_CONFIG": first.ssh_config,
            "NODE_A": first.name, "NODE_B": second.name, "ADDRESS_A": first.address, "ADDRESS_B": second.address,
        }

    def judge_commits(self):
        """Ends the sitting and compares what the commit names with what it must name."""
        self.commit()
        wait_until(lambda: self.first.status()["unsentCommits"] == 0, QUEUE_LIMIT, "the commit's arrival")
        self.commits = self.run.server.commits(self.names[0])
        (self.folder / "commits.json").write_text(json.dumps(self.commits, indent=1))
        named = {change["change"]["key"] for commit in self.commits for change in commit["changes"]}
        self.outcome.captured = sorted(named & self.scenario.expected)
        self.outcome.missing = sorted(self.scenario.expected - named)
        self.outcome.noise = sorted(named - self.scenario.expected)

    def commit(self):
        """Has the admin end the sitting; that there is nothing to commit is an answer too."""
        command = self.nodes[0].ssh("ann", "sudo", "weft", "commit", "-m", self.scenario.name, "--json")
        result = finished(command, COMMIT_LIMIT, stderr=subprocess.PIPE)
        if result.returncode != 0 and '"nothing-to-commit"' not in result.stderr:
            raise Problem(f"weft commit ended with {result.returncode}: {last_lines(result.stderr)}")

    def decide(self):
        """Reviews: everything into the shared tag, unless the scenario says otherwise."""
        self.approved_at = time.monotonic()
        if self.scenario.script("review"):
            self.scripts.review(COMMIT=self.commits[0]["id"] if self.commits else "")
        else:
            for commit in self.commits:
                self.approve(commit)
        self.run.server.weft("resume", self.names[1])

    def approve(self, commit):
        """Takes a commit into the shared tag; where that is refused, what of it is not, so that more can be seen."""
        try:
            self.run.server.weft("approve", commit["id"], "--into", self.tag)
        except Problem as problem:
            self.outcome.problem = str(problem)
            for change in commit["changes"]:
                with suppress(Problem):
                    self.run.server.weft("approve", commit["id"], "--changes", change["number"], "--into", self.tag)

    def wait_converged(self):
        """Waits until the second node has nothing left to do."""
        try:
            wait_until(self.has_no_step_to_take, CONVERGE_LIMIT, "convergence")
            # What is held at the end stays so until somebody decides; for a moment, a step before may be the reason.
            wait_until(self.is_converged, HOLD_LIMIT, "convergence")
            self.outcome.seconds = time.monotonic() - self.approved_at
        except Problem as problem:
            self.outcome.differing.append(str(problem))
        plan = self.second.plan()
        (self.folder / "plan.json").write_text(json.dumps(plan, indent=1))
        self.judge_steps(plan["steps"])

    def judge_steps(self, steps):
        """Wants every step that is left to be one that must fail, and to say why."""
        failing = dict(self.scenario.failing)
        for step in steps:
            message = step.get("message") or ""
            part = failing.pop(step["key"], None)
            if part is None:
                why = f": {last_lines(message)}" if message else ""
                self.outcome.differing.append(f"{step['key']}: {step['fate']}{why}")
            elif step["fate"] != "failed":
                self.outcome.differing.append(f"{step['key']}: {step['fate']}, and not failed")
            elif part not in message:
                self.outcome.differing.append(f"{step['key']}: nothing of '{part}' in: {last_lines(message)}")
        self.outcome.differing += [f"{key}: has not failed" for key in failing]

    def has_no_step_to_take(self):
        """Whether the second node knows what was decided and will do no more by itself."""
        return not self.second.is_paused() and not self.second.fates() & {"apply", "waiting", "stopped"}

    def is_converged(self):
        """Whether the second node has no step left but failed ones."""
        return self.second.fates() <= {"failed"}

    def judge_nodes(self):
        """Compares the nodes, and looks for what was noticed late or is taken for drift."""
        with suppress(Problem):
            wait_until(lambda: not self.second.open_changes(), SETTLE_LIMIT, "the end of what looks like drift")
        differing = self.comparison.after()
        self.outcome.differing += map(str, differing)
        self.outcome.noise += sorted(f"{key} (after the commit)" for key in self.first.open_changes())
        self.outcome.differing += sorted(f"{key}: taken for drift" for key in self.second.open_changes())
        for item in {each.item for each in differing if each.item.startswith("file:")}:
            self.keep_both(unescape(item.removeprefix("file:")))

    def keep_both(self, path):
        """Keeps a file that differs, as it is on either node."""
        for node in self.nodes:
            source, target = node.path(path), self.folder / node.name / path.lstrip("/")
            if source.is_file() and not source.is_symlink():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)

    def keep_logs(self):
        """Keeps the daemons' logs, and what the nodes themselves say where a scenario failed."""
        for node in self.nodes:
            self.try_to_keep(f"weftd-{node.name}.log", Daemon(node).log)
            if self.outcome.verdict == "failed":
                for name in ("status", "plan", "diff"):
                    self.try_to_keep(f"{name}-{node.name}.txt", partial(self.answer, node, name))

    def try_to_keep(self, name, text):
        """Writes a log, as far as it can be had: a node may be in any state."""
        try:
            (self.folder / name).write_text(text(), errors="surrogateescape")
        except (OSError, Problem) as problem:
            (self.folder / name).write_text(f"{problem}\n")

    @staticmethod
    def answer(node, command):
        """What a command of weft says on a node."""
        result = node.try_to("weft", command, seconds=10)
        return result.stdout + result.stderr
