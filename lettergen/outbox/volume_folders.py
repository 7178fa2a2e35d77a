"""Folders of volumes: filled aside, moved into place whole, locked while in use."""

import ctypes
import errno
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lettergen.errors import OutputError
from lettergen.outbox.atomic_files import NEW_FILE, make_folder, refusal, remove_torsos, write_all, write_file

__all__ = [
    "aside",
    "before",
    "clear",
    "discard",
    "fill",
    "install",
    "locked",
    "make_part",
    "same_file",
    "settle",
    "take_away",
]

PART = re.compile(r"\.volume-\d{4,}\.part")
BEFORE = re.compile(r"\.(?P<name>volume-\d{4,})\.before")
OURS = re.compile(r"\d{5,}-[a-z0-9-]+\.[a-z0-9]{1,5}|all-letters\.pdf|manifest\.(?:jsonl|csv)")
"""Files of ours in a volume; any others in a replaced volume's folder are the user's own."""
MARK = ".lettergen"
"""The outbox's own file: whose it is, and what is locked while a mailing is made."""
FORM = 1
"""Version of the outbox; a newer one is refused."""
PATIENCE = 1.0
"""Seconds for the children of a run that was killed to let go of the lock."""


def aside(volume: Path) -> Path:
    """Return where a volume is written until it is complete."""
    return volume.with_name(f".{volume.name}.part")


def before(volume: Path) -> Path:
    """Return where a replaced volume waits until the mailing is finished."""
    return volume.with_name(f".{volume.name}.before")


def make_part(part: Path) -> None:
    """Make an empty folder for a volume, replacing one that a killed run has left.

    Raises:
        OutputError: The disk cannot be written.
    """
    with _refused(part):
        if os.path.lexists(part):
            _remove(part)
    make_folder(part)


def fill(path: Path | str, data: bytes) -> None:
    """Write a new file of a folder aside; `settle` makes sure of all of them together.

    Raises:
        OutputError: The disk cannot be written; nothing of the file is left.
    """
    with _refused(path):
        descriptor = os.open(path, NEW_FILE, 0o600)
        try:
            try:
                write_all(descriptor, data)
            finally:
                os.close(descriptor)
        except BaseException:
            with suppress(OSError):
                os.unlink(path)  # noqa: PTH108 - a `Path` for each of many letters takes time
            raise


def same_file(old: Path | str, new: Path | str) -> None:
    """Give a finished file another name: a link, or a copy if the disk has no links.

    Raises:
        OutputError: The disk cannot be written.
    """
    with _refused(new):
        try:
            os.link(old, new)
        except OSError as fault:
            if fault.errno not in {errno.EPERM, errno.EXDEV, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS}:
                raise
            fill(new, Path(old).read_bytes())


def settle(folder: Path) -> None:
    """Flush all files of a folder to the disk before anybody relies on them.

    Raises:
        OutputError: It does not.
    """
    with _refused(folder):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            # Once for all files is ten times as fast as once for each.
            if not _sync_disk(descriptor):
                for path in folder.iterdir():
                    _sync(path)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def install(part: Path, volume: Path) -> None:
    """Move a finished folder into place; an existing one waits under another name.

    Raises:
        OutputError: Something that is no folder is in the way, or the disk fails.
    """
    if volume.is_symlink() or (volume.exists() and not volume.is_dir()):
        raise OutputError.of(
            "not-a-folder", f"`{volume}` is not a folder.", "move it away, or choose another outbox."
        )
    with _refused(volume):
        if volume.is_dir():
            if before(volume).exists():
                put_away(volume)
            os.rename(volume, before(volume))  # noqa: PTH104 - one word for the one step that counts
        os.rename(part, volume)  # noqa: PTH104
        _sync(volume.parent)


def discard(part: Path) -> None:
    """Delete what was begun."""
    with suppress(OSError):
        _remove(part)


def clear(medium: Path) -> None:
    """Delete what was begun and what was replaced, and the folder if it is then empty."""
    for path in sorted(medium.iterdir()) if medium.is_dir() else ():
        replaced = BEFORE.fullmatch(path.name)
        if PART.fullmatch(path.name):
            discard(path)
        elif replaced:
            put_away(medium / replaced["name"])
    with suppress(OSError):
        medium.rmdir()


def take_away(volume: Path) -> None:
    """Move a volume out of its place, so that nobody posts it; `clear` deletes it.

    Raises:
        OutputError: The disk fails.
    """
    if volume.is_dir():
        with _refused(volume):
            if before(volume).exists():
                put_away(volume)
            os.rename(volume, before(volume))  # noqa: PTH104 - as in `install`


def put_away(volume: Path) -> None:
    """Remove the volume that another has replaced; what somebody has put into it moves to the new one."""
    old = before(volume)
    with suppress(OSError):
        for path in sorted(old.iterdir()):
            if OURS.fullmatch(path.name):
                path.unlink()
            elif volume.is_dir() and not os.path.lexists(volume / path.name):
                path.rename(volume / path.name)
        old.rmdir()


@contextmanager
def locked(outbox: Path, campaign: str) -> Iterator[None]:
    """Lock an outbox; the lock ends with the process, whatever ends it.

    Raises:
        OutputError: Another run works here, or the outbox is another campaign's or a newer version's.
    """
    make_folder(outbox)
    path = outbox / MARK
    if not os.path.lexists(path):
        with suppress(OutputError):  # another run may have been first
            write_file(path, _mark(campaign), force=False)
    with _refused(path):
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    try:
        _lock(descriptor, outbox)
        _compare(os.read(descriptor, 4096), outbox, campaign)
        remove_torsos(outbox)
        yield
    finally:
        with suppress(OSError):  # nothing was written to it
            os.close(descriptor)


def _mark(campaign: str) -> bytes:
    return (json.dumps({"lettergen": FORM, "campaign": campaign}) + "\n").encode("ascii")


def _compare(found: bytes, outbox: Path, campaign: str) -> None:
    try:
        told = json.loads(found)
        form, owner = int(told["lettergen"]), str(told["campaign"])
    except (ValueError, TypeError, KeyError):
        message = f"`{outbox / MARK}`, which says whose outbox it is, is damaged."
        fix = "if its letters are this campaign's, delete that file and run this command again; nothing else "
        fix += "of the outbox is lost."
        raise OutputError.of("outbox-mark-damaged", message, fix) from None
    if form > FORM:
        message = f"the outbox `{outbox}` is from a newer lettergen (version {form}; this one knows {FORM})."
        fix = "use that version of lettergen, or choose another outbox with `--outbox`."
        raise OutputError.of("newer-outbox", message, fix)
    if owner != campaign:
        message = f"the outbox `{outbox}` belongs to the campaign `{owner}`."
        fix = "choose another outbox with `--outbox`, because letters of two campaigns are never mixed."
        raise OutputError.of("outbox-of-another-campaign", message, fix)


def _lock(descriptor: int, outbox: Path) -> None:
    if sys.platform == "win32":  # a mailing there is made by one person at one desk
        return
    import fcntl

    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < give_up:
                time.sleep(0.05)
                continue
            message = f"another run is making letters in `{outbox}`."
            fix = "wait until it has finished, or choose another outbox with `--outbox`."
            raise OutputError.of("outbox-in-use", message, fix) from None
        except OSError:  # a network disk that knows no locks
            return
        else:
            return


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_disk(descriptor: int) -> bool:
    """Flush the whole disk of a folder, where the system can (Linux, syncfs(2))."""
    if sys.platform != "linux":
        return False
    try:
        return bool(ctypes.CDLL(None, use_errno=True).syncfs(descriptor) == 0)
    except (OSError, AttributeError):
        return False


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


@contextmanager
def _refused(path: Path | str) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise refusal(Path(path), fault) from None
