"""Files opened once, without waiting, and judged by their descriptor: names can change hands meanwhile."""

import errno
import os
import stat
import sys
from pathlib import Path
from typing import TextIO
from weakref import WeakKeyDictionary

__all__ = [
    "MAX_BYTES",
    "STDIN",
    "LeadsOutsideError",
    "NotRegularError",
    "TooLargeError",
    "open_regular",
    "read_regular",
]

STDIN = Path("-")
"""Standard input, where a command takes a file; below a folder it is a name like any other."""
MAX_BYTES = 64 * 1024 * 1024
# Without O_NONBLOCK, opening a pipe waits until somebody writes to it.
_READING = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))
_read_before: WeakKeyDictionary[TextIO, bytes] = WeakKeyDictionary()
_DESCRIPTORS = Path("/proc/self/fd")


class NotRegularError(OSError):
    """A folder, pipe, device or socket stands where a file should."""


class LeadsOutsideError(OSError):
    """A link on the way leads out of the folder."""


class TooLargeError(OSError):
    """The file is larger than any that is read."""


def open_regular(path: Path, *, below: Path | None = None) -> int:
    """Return the descriptor of a regular file.

    Args:
        path: The file.
        below: A folder that it must lie in when all links have been followed.

    Raises:
        NotRegularError: Something else stands there; nothing was read from it.
        LeadsOutsideError: It lies outside of ``below``.
        OSError: It can't be opened.
    """
    # Opening some devices does something, such as winding a tape; so look first.
    _see_regular(os.stat(path))  # noqa: PTH116 - a campaign has thousands of files
    descriptor = os.open(path, _READING)
    try:
        _see_regular(os.fstat(descriptor))
        if below is not None and not _lies_below(descriptor, path, below):
            raise LeadsOutsideError(errno.EXDEV, "")
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def read_regular(path: Path, *, below: Path | None = None, most: int = MAX_BYTES) -> bytes:
    """Return the contents of a regular file, or of standard input, of at most ``most`` bytes.

    Raises:
        TooLargeError: It is larger; no more than that has been read.
        OSError: As `open_regular`, or it can't be read.
    """
    if path == STDIN and below is None:
        return _standard_input(most)
    with os.fdopen(open_regular(path, below=below), "rb") as file:
        if os.fstat(file.fileno()).st_size > most:
            raise TooLargeError(errno.EFBIG, "")
        data = file.read(most + 1)
    if len(data) > most:  # it is growing, or does not tell its size
        raise TooLargeError(errno.EFBIG, "")
    return data


def _standard_input(most: int) -> bytes:
    """Return what standard input holds; it is read once and can be asked for again."""
    if sys.stdin not in _read_before:
        data = sys.stdin.buffer.read(most + 1)
        if len(data) > most:
            raise TooLargeError(errno.EFBIG, "")
        _read_before[sys.stdin] = data
    return _read_before[sys.stdin]


def _see_regular(seen: os.stat_result) -> None:
    if not stat.S_ISREG(seen.st_mode):
        raise NotRegularError(errno.EINVAL, "")


def _lies_below(descriptor: int, path: Path, below: Path) -> bool:
    """Say whether an open file lies in a folder, whatever its name has become since."""
    return _whereabouts(descriptor, path).startswith(os.path.realpath(below).rstrip(os.sep) + os.sep)


def _whereabouts(descriptor: int, path: Path) -> str:
    """Return the real path of an open file, from the system if it tells."""
    if sys.platform == "darwin":
        import fcntl

        return os.fsdecode(fcntl.fcntl(descriptor, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    told = _DESCRIPTORS / str(descriptor)
    if sys.platform == "linux" and os.path.lexists(told):
        return str(told.readlink())
    real = os.path.realpath(path)
    if not os.path.samestat(os.lstat(real), os.fstat(descriptor)):
        raise LeadsOutsideError(errno.EXDEV, "")
    return real
