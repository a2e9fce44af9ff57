"""Programs and conditions, each with a limit."""
import subprocess
import time

from problem import Problem

STEP = 0.05


def wait_until(condition, seconds, what):
    """Asks until `condition` gives something true, and gives that back."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() >= end:
            raise Problem(f"{what} did not happen within {seconds} s")
        time.sleep(STEP)


def output_of(command, seconds, **options):
    """What a program prints; a Problem with the end of its errors where it fails or takes too long."""
    result = finished(command, seconds, stderr=subprocess.PIPE, **options)
    if result.returncode != 0:
        raise Problem(f"{readable(command)} ended with {result.returncode}: {last_lines(result.stderr)}")
    return result.stdout


def finished(command, seconds, **options):
    """The result of a program, whatever its exit status."""
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    try:
        return subprocess.run(command, timeout=seconds, text=True, errors="surrogateescape", **options)
    except subprocess.TimeoutExpired:
        raise Problem(f"{readable(command)} did not end within {seconds} s") from None


def readable(command):
    """A command line as a person would recognise it."""
    return " ".join(str(part).rpartition("/")[2] or str(part) for part in command[:6])


def last_lines(text, count=5):
    """The end of an output, on one line."""
    return " | ".join(line.strip() for line in text.strip().splitlines()[-count:])
