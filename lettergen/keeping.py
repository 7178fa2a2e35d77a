"""What can be made again and takes long: kept in a folder of this user's, and believed only from there.

What is kept is run or unpickled, so a file counts only if nobody else can have
written it. Nothing about a letter, its people or its campaign is kept this way.
"""

import os
import pickle
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from lettergen import __version__

__all__ = ["digest", "folder", "installed", "is_at_it", "keep", "kept", "remembered", "traces"]

Value = TypeVar("Value")

_DIGEST = 32


class _Work(threading.local):
    is_going_on = False


_work = _Work()
_passing: list[Path] = []


def folder(name: str) -> Path:
    """Return a folder for what can be made again, closed to everybody else; without a home, a passing one."""
    home = _home(name)
    try:
        # One by one: `parents` would leave those above open to whomever the umask lets in.
        for one in (home.parent.parent, home.parent, home):
            one.mkdir(mode=0o700, exist_ok=True)
        if os.access(home, os.W_OK | os.X_OK) and home.stat().st_uid == os.getuid():
            return home
    except OSError:
        pass
    return _passing_folder()


def remembered(name: str, stamp: object, work: Callable[[], Value]) -> Value:
    """Return what ``work`` returns, worked out once a machine for the same stamp.

    Args:
        name: What it is.
        stamp: All that the result depends on; told by its `repr`.
        work: Takes long, and has plain values for a result.
    """
    path = _home("derived") / f"{name}_{_key((stamp, __version__, sys.version))}"
    data = kept(path)
    if data is not None:
        with suppress(Exception):  # a shortcut: the work is done instead
            value: Value = pickle.loads(data)  # noqa: S301 - only from ourselves
            return value
    value = work()
    with _at_it(), suppress(OSError):
        keep(folder("derived") / path.name, pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
    return value


def traces(*paths: Path) -> tuple[tuple[str, int, int], ...]:
    """Return name, size and time of files, which are others in another version of what is installed."""
    found = ((path.name, path.stat()) for path in paths)
    return tuple((name, status.st_size, status.st_mtime_ns) for name, status in found)


def digest(*paths: Path) -> str:
    """Return a digest of what stands in files."""
    from hashlib import sha256

    found = sha256()
    for path in paths:
        found.update(sha256(path.read_bytes()).digest())
    return found.hexdigest()


def installed(package: str) -> Path:
    """Return the folder of a package without loading it.

    Raises:
        ModuleNotFoundError: There is no such package.
    """
    from importlib.util import find_spec

    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(package)
    return Path(found.origin).parent


def kept(path: Path) -> bytes | None:
    """Return what was kept in a file; None if there is nothing, or not to be believed."""
    from hashlib import sha256

    with _at_it(), suppress(OSError, AttributeError):  # there may be no `getuid`
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            if not (_is_mine(path.parent.stat()) and _is_mine(os.fstat(file.fileno()))):
                return None
            digest, data = file.read(_DIGEST), file.read()
        return data if sha256(data).digest() == digest else None
    return None


def keep(path: Path, data: bytes) -> None:
    """Keep something, whole or not at all; where it would not be believed, don't."""
    from hashlib import sha256
    from tempfile import mkstemp

    with _at_it(), suppress(OSError, AttributeError):
        if not _is_mine(path.parent.stat()):
            return
        # Several processes may come here at once; each puts the same into place.
        handle, torso = mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sha256(data).digest() + data)
            Path(torso).replace(path)
        except OSError:
            Path(torso).unlink(missing_ok=True)


def is_at_it() -> bool:
    """Say whether this thread is reading or writing what is kept, and nothing else."""
    return _work.is_going_on


@contextmanager
def _at_it() -> Iterator[None]:
    before, _work.is_going_on = _work.is_going_on, True
    try:
        yield
    finally:
        _work.is_going_on = before


def _home(name: str) -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "lettergen" / name


def _key(stamp: Any) -> str:
    from hashlib import sha256

    return sha256(repr(stamp).encode()).hexdigest()[:16]


def _is_mine(found: os.stat_result) -> bool:
    is_known = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
    return is_known and found.st_uid == os.getuid() and not found.st_mode & 0o022


def _passing_folder() -> Path:
    if not _passing:
        import atexit
        import shutil
        import tempfile

        made = tempfile.mkdtemp(prefix="lettergen-")
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        _passing.append(Path(made))
    return _passing[0]
