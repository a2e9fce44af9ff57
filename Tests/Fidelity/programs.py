"""The built programs that are put to the test."""
import os
import subprocess
from pathlib import Path

from problem import Problem

NAMES = ("weftd", "weft", "weft-server")
BUILD_LIMIT = 3600


def find_programs(checkout):
    """The folder of the programs: WEFT_PROGRAMS, or packaging/out/bin, where they are built when they are missing."""
    given = os.environ.get("WEFT_PROGRAMS")
    folder = Path(given).resolve() if given else checkout / "packaging/out/bin"
    if not given and not complete(folder):
        subprocess.run([checkout / "packaging/programs"], check=True, timeout=BUILD_LIMIT)
    if not complete(folder):
        raise Problem(f"{folder} does not have {', '.join(NAMES)}")
    return folder


def complete(folder):
    """Whether all programs are there."""
    return all(os.access(folder / name, os.X_OK) for name in NAMES)
