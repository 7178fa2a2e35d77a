"""The command line: options → one library call → console → exit code."""

import sys
from datetime import date

__all__ = ["COMMANDS", "main", "run"]

COMMANDS = {
    "init": ("Start", "starting"),
    "doctor": ("Start", "starting"),
    "check": ("Look", "reading"),
    "checks": ("Look", "reading"),
    "templates": ("Look", "reading"),
    "recipients": ("Look", "reading"),
    "senders": ("Look", "reading"),
    "cases": ("Look", "reading"),
    "preview": ("Look", "reading"),
    "verify": ("Look", "verifying"),
    "write": ("Make", "making"),
    "batch": ("Make", "batching"),
    "handover": ("Fax", "faxing"),
    "envelopes": ("Paper", "addressing"),
    "labels": ("Paper", "addressing"),
    "print-files": ("Paper", "printing"),
    "kits": ("Paper", "printing"),
    "registered": ("Paper", "printing"),
    "mailto": ("Send", "sending"),
    "send": ("Send", "sending"),
    "ledger": ("Keep", "recording"),
}
"""Panel of the help and module of each command, in the order of the help."""
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
    """Run a command line and return its exit code; every error is told here, and only here.

    Args:
        arguments: The words after `lettergen`.
        today: The day that undated letters and checks go by; without it, the clock's.
    """
    from lettergen.cli import commands

    return commands.run(arguments, today=today)
