"""The built programs that are put to the test."""
import os
import subprocess
from pathlib import Path

from problem import Problem
from waiting import output_of

NAMES = ("weftd", "weft", "weft-server")
BUILD_LIMIT = 3600
ASK_LIMIT = 60


def find_programs(checkout):
    """The folder of the programs: WEFT_PROGRAMS, or packaging/out/bin, where they are built when they are missing."""
    given = os.environ.get("WEFT_PROGRAMS")
    folder = Path(given).resolve() if given else checkout / "packaging/out/bin"
    if not given and not complete(folder):
        subprocess.run([checkout / "packaging/programs"], check=True, timeout=BUILD_LIMIT)
    if not complete(folder):
        raise Problem(f"{folder} does not have {', '.join(NAMES)}")
    return folder


def swift_libraries(program):
    """The libraries of Swift that a program was not linked with statically, as a debug build is not; by their paths."""
    lines = [line.split() for line in output_of(["ldd", program], ASK_LIMIT).splitlines()]
    paths = [words[2] for words in lines if len(words) > 2 and words[1] == "=>"]
    return [path for path in paths if "/lib/swift/" in path]


def complete(folder):
    """Whether all programs are there."""
    return all(os.access(folder / name, os.X_OK) for name in NAMES)
