"""What ends a scenario, or the whole run, with a sentence for whoever reads the report."""


class Problem(Exception):
    """Something did not work; the text says what, and where it is known, why."""


class Skipped(Exception):
    """The scenario does not apply here, as its own setup.sh says."""
