"""The folder of a hand-over; refuses one in use, clears what an earlier one left."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from lettergen.errors import OutputError
from lettergen.outbox import atomic_files

__all__ = ["put_down"]

# A page of an earlier hand-over beside this one's would be sent, or printed, by mistake.
_OURS = re.compile(r"(?:pages|calls|messages)/\d{5,}-[a-z0-9-]+(?:\.\d{3})?\.(?:tif|pdf|call|eml)")


def put_down(files: Iterable[tuple[str, bytes]], folder: Path, *, force: bool) -> int:
    """Write the files of a hand-over and return how many there are.

    Args:
        files: Names within the folder, with contents.
        folder: Made if missing.
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
        for path in folder.glob("*/*"):
            if _OURS.fullmatch(path.relative_to(folder).as_posix()):
                with suppress(OSError):
                    path.unlink()
    count = 0
    for name, data in files:
        atomic_files.make_folder((folder / name).parent)
        atomic_files.write_file(folder / name, data, force=force)
        count += 1
    return count
