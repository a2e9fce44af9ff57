"""What came of a scenario, as a row, as lines below it, and as JSON."""
from dataclasses import dataclass, field

HEADER = ("scenario", "captured", "missing", "noise", "differs", "seconds", "")
WIDTHS = (30, 8, 8, 8, 8, 8, 0)


@dataclass
class Outcome:
    """The result of one scenario."""

    name: str
    captured: list = field(default_factory=list)
    missing: list = field(default_factory=list)
    noise: list = field(default_factory=list)
    #: In words; what is not the same on the second node, or went wrong there.
    differing: list = field(default_factory=list)
    #: From approval to converged; None where it did not come to that.
    seconds: float | None = None
    #: What differed before the work already.
    before: list = field(default_factory=list)
    problem: str | None = None
    skipped: str | None = None
    #: How long the whole scenario took.
    duration: float = 0

    @property
    def verdict(self):
        """passed, failed or skipped."""
        if self.skipped is not None:
            return "skipped"
        return "failed" if self.problem or self.missing or self.noise or self.differing else "passed"

    def row(self):
        """The line of the table."""
        counts = (self.captured, self.missing, self.noise, self.differing)
        seconds = "-" if self.seconds is None else f"{self.seconds:.1f}"
        return line(self.name, *(len(count) for count in counts), seconds, self.verdict)

    def details(self):
        """What is behind a failure, a line each."""
        lines = [f"skipped: {self.skipped}"] if self.skipped else []
        lines += [f"problem: {self.problem}"] if self.problem else []
        for word in ("missing", "noise"):
            lines += [f"{word}: {item}" for item in getattr(self, word)]
        return lines + [f"differs: {item}" for item in self.differing]

    def record(self):
        """The outcome for programs."""
        return {"verdict": self.verdict, **self.__dict__}


def line(*cells):
    """Cells in the columns of the table: the first to the left, numbers to the right."""
    first, *rest = (str(cell) for cell in cells)
    *numbers, last = rest
    columns = [number.rjust(width) for number, width in zip(numbers, WIDTHS[1:])]
    return " ".join([first.ljust(WIDTHS[0]), *columns, f" {last}"]).rstrip()
