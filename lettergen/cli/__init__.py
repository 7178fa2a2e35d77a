"""The command line: options → one library call → console → exit code."""

import sys
from datetime import date

__all__ = ["main", "run"]

_BETWEEN_COLLECTIONS = 400_000
"""New objects: more than one letter leaves behind, less than 60 MB."""


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    import atexit
    import gc
    import os

    # What a command loads it keeps to its end; Python's collector would look it through every 700 objects,
    # and three times more when everything goes anyway: a fifth of the time of one letter, measured.
    gc.set_threshold(_BETWEEN_COLLECTIONS, 10, 10)
    atexit.register(gc.freeze)
    # Nobody's plugins look into people's facts; to search every installed package for some takes time, too.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str], *, today: date | None = None) -> int:
    """Run a command line and return its exit code; every error is reported here, and only here.

    Args:
        arguments: The words after `lettergen`.
        today: The date for undated letters and checks; default: the clock's.
    """
    from lettergen.cli import commands

    return commands.run(arguments, today=today)
