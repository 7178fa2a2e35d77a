"""Folders of volumes: filled aside, moved into place whole, locked while in use."""

import ctypes
import errno
import json
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from lettergen.errors import OutputError
from lettergen.outbox.atomic_files import (
    FOLDER,
    NEW_FILE,
    close_folder,
    make_folder,
    names_in,
    open_folder,
    refusal,
    refuse_link,
    remove_torsos,
    write_all,
    write_file,
)

__all__ = [
    "VOLUME",
    "aside",
    "before",
    "clear",
    "discard",
    "fill",
    "install",
    "is_ours",
    "locked",
    "make_part",
    "same_file",
    "settle",
    "take_away",
]

VOLUME = re.compile(r"volume-\d{4,}")
PART = re.compile(r"\.volume-\d{4,}\.part")
BEFORE = re.compile(r"\.(?P<name>volume-\d{4,})\.before")
OURS = re.compile(
    r"\d{5,}-[a-z0-9-]+\.[a-z0-9]{1,5}|all-letters\.pdf|\.all-letters\.json|manifest\.(?:jsonl|csv)"
)
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


def is_ours(name: str) -> bool:
    """Say whether a medium's folder may have something of lettergen under a name."""
    return any(pattern.fullmatch(name) for pattern in (VOLUME, PART, BEFORE))


def make_part(part: Path) -> None:
    """Make an empty folder for a volume, replacing one that a killed run has left.

    Raises:
        OutputError: A link is in the way, or the disk cannot be written.
    """
    make_folder(part.parent, below=_outbox_of(part.parent))
    with _opened(part.parent) as medium, _refused(part):
        refuse_link(part, medium)
        _remove(part.name, medium)
        os.mkdir(part.name, 0o700, dir_fd=medium)


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
        descriptor = os.open(folder, FOLDER | os.O_NOFOLLOW)
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
        OutputError: A link, or something else that is no folder, is in the way; or the disk fails.
    """
    with _opened(volume.parent) as medium, _refused(volume):
        for path in (part, volume, before(volume)):
            refuse_link(path, medium)
        if not _is_folder(volume.name, medium) and volume.name in names_in(medium):
            raise OutputError.of(
                "not-a-folder", f"`{volume}` is not a folder.", "move it away, or choose another outbox."
            )
        _make_way(volume, medium)
        os.rename(part.name, volume.name, src_dir_fd=medium, dst_dir_fd=medium)
        os.fsync(medium)


def discard(part: Path) -> None:
    """Delete what was begun."""
    with suppress(OSError, OutputError), _opened(part.parent) as medium:
        _remove(part.name, medium)


def clear(medium: Path) -> None:
    """Delete what was begun and what was replaced, and the folder if it is then empty.

    Raises:
        OutputError: The folder is a link.
    """
    if not os.path.lexists(medium):
        return
    with _opened(medium) as descriptor:
        for name in names_in(descriptor):
            replaced = BEFORE.fullmatch(name)
            if PART.fullmatch(name):
                with suppress(OSError):
                    _remove(name, descriptor)
            elif replaced:
                _put_away(medium / replaced["name"], descriptor)
    with suppress(OSError):
        medium.rmdir()


def take_away(volume: Path) -> None:
    """Move a volume out of its place, so that nobody posts it; `clear` deletes it.

    Raises:
        OutputError: The disk fails.
    """
    if os.path.lexists(volume.parent):
        with _opened(volume.parent) as medium, _refused(volume):
            _make_way(volume, medium)


def _make_way(volume: Path, medium: int) -> None:
    """Give a volume that is in its place the name under which it waits."""
    if _is_folder(volume.name, medium):
        _put_away(volume, medium)
        os.rename(volume.name, before(volume).name, src_dir_fd=medium, dst_dir_fd=medium)


def _put_away(volume: Path, medium: int) -> None:
    """Remove the volume that another has replaced; what somebody has put into it moves to the new one."""
    old = before(volume).name
    with suppress(OSError), ExitStack() as descriptors:
        here = os.open(old, FOLDER | os.O_NOFOLLOW, dir_fd=medium)
        descriptors.callback(close_folder, here)
        there = None
        if _is_folder(volume.name, medium):
            there = os.open(volume.name, FOLDER | os.O_NOFOLLOW, dir_fd=medium)
            descriptors.callback(close_folder, there)
        for name in names_in(here):
            if OURS.fullmatch(name):
                os.unlink(name, dir_fd=here)
            elif there is not None and name not in names_in(there):
                os.rename(name, name, src_dir_fd=here, dst_dir_fd=there)
        os.rmdir(old, dir_fd=medium)


@contextmanager
def _opened(medium: Path) -> Iterator[int]:
    """Open the folder of volumes, in that of a mailing in an outbox; only the outbox may be a link."""
    descriptor = open_folder(medium, below=_outbox_of(medium))
    try:
        yield descriptor
    finally:
        close_folder(descriptor)


def _outbox_of(medium: Path) -> Path:
    return medium.parents[1]


def _is_folder(name: str, folder: int) -> bool:
    with suppress(FileNotFoundError):
        return stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    return False


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
    refuse_link(path)
    with _refused(path):
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OutputError.of("not-a-file", f"`{path}` is not a regular file.", "move it away.")
        is_alone = _lock(descriptor, outbox)
        _compare(os.read(descriptor, 4096), outbox, campaign)
        remove_torsos(outbox)
        if is_alone:
            _remove_leftovers(outbox)
        yield
    finally:
        with suppress(OSError):  # nothing was written to it
            os.close(descriptor)


def _remove_leftovers(outbox: Path) -> None:
    """Delete what a killed run has begun in any mailing; another run of the same one may never come."""
    for mailing in outbox.iterdir():
        if mailing.is_symlink() or not mailing.is_dir():
            continue
        remove_torsos(mailing)
        for medium in mailing.iterdir():
            if medium.is_dir() and not medium.is_symlink():
                with suppress(OSError), _opened(medium) as descriptor:
                    for name in filter(PART.fullmatch, names_in(descriptor)):
                        _remove(name, descriptor)


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


def _lock(descriptor: int, outbox: Path) -> bool:
    """Lock the outbox, and say whether that keeps others away."""
    if sys.platform == "win32":  # a mailing there is made by one person at one desk
        return False
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
            return False
        else:
            return True


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


def _remove(name: str, folder: int) -> None:
    """Delete a file, or a folder with what is in it; a link is somebody else's, and stays."""
    with suppress(FileNotFoundError):
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            shutil.rmtree(name, dir_fd=folder)
        elif not stat.S_ISLNK(mode):
            os.unlink(name, dir_fd=folder)


@contextmanager
def _refused(path: Path | str) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise refusal(Path(path), fault) from None
