"""The folder of a hand-over; refuses one in use, clears what an earlier one left."""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from lettergen.errors import OutputError
from lettergen.outbox.atomic_files import close_folder, make_folder, names_in, open_folder, write_file

__all__ = ["put_down"]

# A page of an earlier hand-over beside this one's would be sent, or printed, by mistake.
_NAMES = ("pages", "calls", "messages")
_OURS = re.compile(r"\d{5,}-[a-z0-9-]+(?:\.\d{3})?\.(?:tif|pdf|call|eml)")


def put_down(files: Iterable[tuple[str, bytes]], folder: Path, *, force: bool) -> int:
    """Write the files of a hand-over and return how many there are.

    Args:
        files: Names within the folder, with contents.
        folder: Made if missing. It may be a link; within it none is followed.
        force: Replace an earlier hand-over there.

    Raises:
        OutputError: The folder is in use, or cannot be written.
    """
    if folder.is_dir() and any(folder.iterdir()):
        if not force:
            raise OutputError.of(
                "handover-exists",
                f"`{folder}` is not empty.",
                "add `--force` to replace an earlier hand-over, or choose another folder with `-o`.",
            )
        for name in _NAMES:
            _clear(folder / name, folder)
    count = 0
    for name, data in files:
        make_folder((folder / name).parent, below=folder)
        write_file(folder / name, data, force=force)
        count += 1
    return count


def _clear(inside: Path, folder: Path) -> None:
    if not os.path.lexists(inside):
        return
    descriptor = open_folder(inside, below=folder)
    try:
        for name in names_in(descriptor):
            if _OURS.fullmatch(name):
                with suppress(OSError):
                    os.unlink(name, dir_fd=descriptor)
    finally:
        close_folder(descriptor)
