"""Files that are complete or absent; safe names and folders.

With `outbox.volume_folders`, which puts whole folders in place, the only module of the
package that writes. A file at its final name is complete, readable by its owner
only, and never replaces another file unasked.
"""

import errno
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from lettergen.errors import OutputError

__all__ = [
    "FOLDER",
    "LONGEST_NAME",
    "NEW_FILE",
    "close_folder",
    "file_name",
    "make_folder",
    "names_in",
    "open_folder",
    "refusal",
    "refuse_link",
    "refuse_taken",
    "remove_torsos",
    "write_all",
    "write_file",
    "write_parts",
    "write_piecemeal",
]

LONGEST_NAME = 120
"""Bytes of a file name; below the 143 of encrypted folders, with room for `.torn` copies and the like."""
AT_ONCE = 1 << 20
"""Bytes that are collected before they are written."""
TORSO = re.compile(r"\.lettergen-[0-9a-f]{16}\.part")
SAFE_STEM = re.compile(r"[a-z0-9]+(?:-{1,2}[a-z0-9]+)*")
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
SUFFIX = re.compile(r"[a-z0-9]{1,5}")


def write_file(path: Path, data: bytes, *, force: bool) -> None:
    """Write ``data`` to ``path``, completely or not at all, readable by the owner only.

    The bytes go to a nameless file beside it first. Without ``force`` it is
    then linked into place, which fails if anything has appeared there since;
    with ``force`` it replaces a file or a link, never what a link points to.

    Raises:
        OutputError: The path exists already, or the file cannot be written.
    """
    _place(path, lambda descriptor: write_all(descriptor, data), force=force)


def write_parts(path: Path, parts: Iterable[bytes], *, force: bool) -> None:
    """Put a file of many parts at ``path`` like `write_file`, without ever holding all of it.

    Raises:
        OutputError: The path exists already, or the file cannot be written.
    """

    def fill(write: Callable[[bytes], object]) -> None:
        for part in parts:
            write(part)

    write_piecemeal(path, fill, force=force)


def write_piecemeal(path: Path, fill: Callable[[Callable[[bytes], object]], object], *, force: bool) -> None:
    """Put a file at ``path`` like `write_file`, from what is given piece by piece.

    Args:
        path: Where.
        fill: Is given what takes the pieces.
        force: Replace a file that is there.

    Raises:
        OutputError: The path exists already, or the file cannot be written.
    """

    def pour(descriptor: int) -> None:
        kept = bytearray()

        def write(piece: bytes) -> None:
            kept.extend(piece)
            if len(kept) >= AT_ONCE:
                write_all(descriptor, kept)
                kept.clear()

        fill(write)
        write_all(descriptor, kept)

    _place(path, pour, force=force)


def make_folder(path: Path, *, below: Path | None = None) -> None:
    """Make the folder and its missing parents, closed to everybody else.

    Args:
        path: The folder.
        below: Where the user wants to have it, which may be a link; from there on none is followed.

    Raises:
        OutputError: Something other than a folder is in the way, or the place is not writable.
    """
    if below is not None:
        make_folder(below)
        close_folder(open_folder(path, below=below, is_made=True))
        return
    missing = [folder for folder in (path, *path.parents) if not os.path.lexists(folder)]
    try:
        for folder in reversed(missing):
            # Another run may have made it in the meantime; what it is, is seen below.
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
    except OSError as error:
        raise refusal(path, error) from None
    if not path.is_dir():
        raise _not_a_folder(path)


def open_folder(path: Path, *, below: Path, is_made: bool = False) -> int:
    """Return the descriptor of a folder, reached from ``below`` without following a link.

    Args:
        path: The folder.
        below: One that the user has named, which may be a link.
        is_made: Make what is missing.

    Raises:
        OutputError: A link or something else that is no folder is in the way.
    """
    try:
        at, here = os.open(below, FOLDER), below
    except OSError as error:
        raise refusal(below, error) from None
    for name in path.relative_to(below).parts:
        here /= name
        try:
            if is_made:
                with suppress(FileExistsError):
                    os.mkdir(name, 0o700, dir_fd=at)
            inside = os.open(name, FOLDER | os.O_NOFOLLOW, dir_fd=at)
        except OSError as error:
            refuse_link(here, at)
            if error.errno == errno.ENOTDIR:
                raise _not_a_folder(here) from None
            raise refusal(here, error) from None
        finally:
            close_folder(at)
        at = inside
    return at


def close_folder(descriptor: int) -> None:
    """Close the descriptor of a folder, through which nothing was written that could be lost."""
    with suppress(OSError):
        os.close(descriptor)


def refuse_link(path: Path, folder: int | None = None) -> None:
    """Refuse a link where lettergen has a folder or file of its own: what is behind it is somebody else's.

    Args:
        path: Where it may be.
        folder: The descriptor of its folder, if that is open.

    Raises:
        OutputError: There is a link.
    """
    name = path if folder is None else path.name
    with suppress(FileNotFoundError, NotADirectoryError):
        if stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            raise OutputError.of(
                "link-in-the-way",
                f"`{path}` is a link; nothing is written or deleted behind it.",
                "move the link away. To keep letters on another disk, make the outbox itself a link.",
            )


def names_in(folder: int) -> list[str]:
    """Return the names in an open folder, in their order."""
    return sorted(os.listdir(folder))


def file_name(letter_id: str, suffix: str, *, sequence: int | None = None) -> str:
    """Return the name of a letter's file: ``00007-protest--cn-premier--lfnkr.pdf``.

    A letter id consists of ids, so it contains nothing that a file system, a shell
    or a print shop could trip over; anything else is a fault of the program.
    What is longer than `LONGEST_NAME` is cut and marked with a hash of the whole.
    """
    if not SAFE_STEM.fullmatch(letter_id) or not SUFFIX.fullmatch(suffix):
        raise ValueError("a letter id is made of small letters, digits and hyphens")
    before = "" if sequence is None else f"{sequence:05d}-"
    room = LONGEST_NAME - len(before) - len(suffix) - 1
    if len(letter_id) > room:
        mark = hashlib.sha256(letter_id.encode("ascii")).hexdigest()[:10]
        letter_id = f"{letter_id[: room - len(mark) - 1].rstrip('-')}-{mark}"
    return f"{before}{letter_id}.{suffix}"


def remove_torsos(folder: Path) -> None:
    """Delete what a killed run left behind; only files that this module named."""
    for path in folder.iterdir():
        if TORSO.fullmatch(path.name):
            with suppress(OSError):
                path.unlink()


def _place(path: Path, pour: Callable[[int], object], *, force: bool) -> None:
    try:
        _refuse_if_taken(path, force=force)
        torso = path.parent / f".lettergen-{secrets.token_hex(8)}.part"
        descriptor = os.open(torso, NEW_FILE, 0o600)
        try:
            try:
                pour(descriptor)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)  # a full disk on the network may say so only here
            if force:
                torso.replace(path)
            else:
                _link(torso, path)
        finally:
            with suppress(OSError):
                torso.unlink()
    except OSError as error:
        raise refusal(path, error) from None


def _link(torso: Path, path: Path) -> None:
    """Give the finished file its name unless that is taken; there is no moment in between."""
    try:
        os.link(torso, path)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}:
            raise
        # Memory sticks (FAT, exFAT) know no links: take the name first, then the contents.
        descriptor = os.open(path, NEW_FILE, 0o600)
        try:
            os.close(descriptor)
            torso.replace(path)
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise


def write_all(descriptor: int, data: bytes | bytearray) -> int:
    """Write every byte, in as many calls as needed; return the number of bytes."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    return len(data)


def refuse_taken(paths: Iterable[Path], *, force: bool) -> None:
    """Check that none of several files is there, before the first is written.

    Raises:
        OutputError: One is, and ``force`` is not set, or it is no file.
    """
    for path in paths:
        try:
            _refuse_if_taken(path, force=force)
        except OSError as error:
            raise refusal(path, error) from None


def _refuse_if_taken(path: Path, *, force: bool) -> None:
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        kind = "a folder" if stat.S_ISDIR(mode) else "not a file but a device or a pipe"
        raise OutputError.of("not-a-file", f"`{path}` is {kind}.", "choose another name for the file.")
    if not force:
        raise FileExistsError(errno.EEXIST, "")


def _not_a_folder(path: Path) -> OutputError:
    fix = "move it away, or choose another folder."
    return OutputError.of("not-a-folder", f"`{path}` is not a folder.", fix)


def refusal(path: Path, error: OSError) -> OutputError:
    """Return a disk error as a problem for the person who wants ``path``."""
    match error.errno:
        case errno.EEXIST:
            return OutputError.of(
                "file-exists",
                f"`{path}` exists already.",
                "add `--force` to replace it, or choose another name.",
            )
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return OutputError.of(
                "disk-full",
                f"the disk is full: `{path}` was not written.",
                "free some space, or choose a folder on another disk.",
            )
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return OutputError.of(
                "not-writable",
                f"`{path}` cannot be written: you have no permission to write to its folder.",
                "choose a folder that you can write to.",
            )
        case errno.ENOTDIR:
            return _not_a_folder(path.parent)
        case errno.ENOENT if not path.parent.is_dir():
            return OutputError.of(
                "no-folder",
                f"the folder `{path.parent}` does not exist.",
                f"create it: `mkdir -p {path.parent}`.",
            )
        case errno.ENAMETOOLONG:
            return OutputError.of(
                "name-too-long", f"the name `{path.name}` is too long.", "choose a shorter name."
            )
    code = errno.errorcode.get(error.errno or 0, "unknown")
    return OutputError.of(
        "not-written",
        f"`{path}` could not be written (system code `{code}`).",
        "choose another folder or disk.",
    )
