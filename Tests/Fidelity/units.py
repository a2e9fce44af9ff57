"""The units of a node: enabled or not, running or not, and whether systemd knows their present text."""
TYPES = ("service", "socket", "timer", "path", "mount", "automount", "swap")
MADE = ("generated", "transient")
RUNNING = ("running", "listening", "waiting", "mounted")
#: They come and go with logins, with the harness, or for the moment of a D-Bus call.
PASSING = ("user@", "user-runtime-dir@", "session-", "run-", "weftd.", "systemd-hostnamed.", "systemd-localed.",
           "systemd-timedated.")
PROPERTIES = "Id,UnitFileState,ActiveState,SubState,NeedDaemonReload"


def read_units(node):
    """Units by `service:NAME`."""
    found = {}
    for line in node.ask("systemctl", "list-unit-files", "--no-legend", "--plain").splitlines():
        name, state = line.split()[:2]
        found[name] = {"enabled": state}
    for stanza in node.ask("systemctl", "show", f"--property={PROPERTIES}", "*").split("\n\n"):
        unit = dict(line.split("=", 1) for line in stanza.splitlines())
        state = found.setdefault(unit["Id"], {"enabled": unit["UnitFileState"]})
        if unit["SubState"] in RUNNING:
            state["running"] = "yes"
        if unit["ActiveState"] == "failed":
            state["running"] = "failed"
        if unit["NeedDaemonReload"] == "yes":
            state["text"] = "systemd has not read it"
    return {f"service:{name}": state for name, state in found.items() if is_lasting(name, state)}


def is_lasting(name, state):
    """Whether a unit is part of what an admin set up: one that systemd made of other files is so while it runs."""
    is_made = state["enabled"] in MADE and "running" not in state
    return name.endswith(tuple(f".{kind}" for kind in TYPES)) and not name.startswith(PASSING) and not is_made
