"""A command that is run again whenever a file of the campaign changes."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lettergen.errors import MissingOptionError
from lettergen.installation import adding_extra

__all__ = ["run_at_every_change"]

_WAIT_MS = 200
"""Between two looks; an editor that writes a file in several steps is done by then."""


def run_at_every_change(command: Sequence[str], folder: Path, *, outbox: Path) -> None:
    """Run a lettergen command now and at every change, each time in a process of its own, until Ctrl-C.

    What the command says of a file that is missing or faulty stands on the screen until the file is mended.

    Args:
        command: The words after `lettergen`.
        folder: Every file in it is watched, but for hidden ones, the ledger and finished letters.
        outbox: Where finished letters are.

    Raises:
        MissingOptionError: The library that watches files is not installed.
    """
    from lettergen.console.terminal import clear, say

    try:
        from watchfiles import Change, watch
    except ImportError:
        raise MissingOptionError.of(
            "no-watchfiles",
            "`--watch` needs the library watchfiles, which is not installed.",
            f"run `{adding_extra('preview')}`.",
        ) from None

    def matters(_change: Change, path: str) -> bool:
        return _matters(Path(path), folder, outbox)

    is_first = True
    looks = watch(
        folder,
        watch_filter=matters,
        rust_timeout=_WAIT_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    try:
        for changes in looks:
            if changes or is_first:
                is_first = False
                clear()
                # The interpreter and the words are those of this command itself.
                subprocess.run([sys.executable, "-m", "lettergen", *command], check=False)  # noqa: S603
                say("Shown again at every change; Ctrl-C ends.")
    except KeyboardInterrupt:
        return


def _matters(path: Path, folder: Path, outbox: Path) -> bool:
    if path.is_relative_to(outbox):
        return False
    inside = path.relative_to(folder).parts if path.is_relative_to(folder) else path.parts
    return not any(part.startswith((".", "ledger.")) or part.endswith("~") for part in inside)
