"""Results that take long and can be computed again, kept in a private folder of this user.

A file counts only if nobody else can have written it: it and its folder belong
to this user, the folder is closed to everybody else, and both are looked at by
descriptor, without following links. Nothing about a letter, its people or its
campaign is kept this way, but for a digest by which a whole ledger is known again.
"""

import os
import pickle
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from lettergen.__version__ import __version__

__all__ = [
    "clear",
    "digest",
    "extent",
    "folder",
    "installed",
    "is_at_it",
    "keep",
    "kept",
    "refused",
    "remembered",
    "traces",
]

Value = TypeVar("Value")

_DIGEST = 32


class _Session(threading.local):
    is_going_on = False


_work = _Session()
_passing: list[Path] = []
_refused: set[Path | None] = set()


def folder(name: str) -> Path:
    """Return a cache folder, closed to everybody else; without a home folder, a temporary one."""
    home = _home(name)
    with suppress(OSError):
        # One by one: `parents` would leave those above open to whomever the umask lets in.
        for one in (home.parent.parent, home.parent, home) if home else ():
            one.mkdir(mode=0o700, exist_ok=True)
        if home and _is_usable(home):
            return home
    _refused.add(_home(""))
    return _passing_folder()


def refused() -> Path | None:
    """Return the folder that could not be used, so that nothing is kept from one start to the next."""
    if not _refused:  # asked with every letter
        return None
    home = _home("")
    return (home or Path("~/.cache/lettergen")) if home in _refused else None


def extent() -> tuple[Path | None, int]:
    """Return the folder in which everything is kept, and its bytes; None where there is no place for one."""
    home = _home("")
    sizes = [path.lstat().st_size for path in home.rglob("*") if path.is_file()] if home else []
    return home, sum(sizes)


def clear() -> None:
    """Remove all that is kept; it is computed again when it is needed.

    Raises:
        OSError: It cannot be removed, or its folder is a link to another.
    """
    import shutil

    home = _home("")
    if home and (home.exists() or home.is_symlink()):
        shutil.rmtree(home)


def remembered(name: str, stamp: object, work: Callable[[], Value]) -> Value:
    """Return what ``work`` returns, computed once per machine for the same stamp.

    Args:
        name: What it is.
        stamp: Everything the result depends on; compared by its `repr`.
        work: A slow function that returns plain values.
    """
    file = f"{name}_{_key((stamp, __version__, sys.version))}"
    home = _home("derived")
    data = kept(home / file) if home else None
    if data is not None:
        with suppress(pickle.UnpicklingError, EOFError):  # of another program: the work is done instead
            value: Value = _PlainData(BytesIO(data)).load()
            return value
    value = work()
    with _at_it(), suppress(OSError):
        keep(folder("derived") / file, pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
    return value


def traces(*paths: Path) -> tuple[tuple[str, int, int], ...]:
    """Return name, size and time of files, which differ in another installed version."""
    found = ((path.name, path.stat()) for path in paths)
    return tuple((name, status.st_size, status.st_mtime_ns) for name, status in found)


def digest(*paths: Path) -> str:
    """Return a digest of the contents of files."""
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
    """Return the contents of a cached file; None if it is missing or not to be trusted."""
    from hashlib import sha256

    with _at_it(), suppress(OSError), _opened(path.parent) as home:
        if home is None:
            return None
        with os.fdopen(os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=home), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or not _is_mine(found, closed_to=0o022):
                return None
            digest, data = file.read(_DIGEST), file.read()
        return data if sha256(data).digest() == digest else None
    return None


def keep(path: Path, data: bytes) -> None:
    """Cache something, completely or not at all, and only where it would be trusted."""
    from hashlib import sha256

    with _at_it(), suppress(OSError), _opened(path.parent) as home:
        if home is None:
            return
        # Several processes may come here at once; each puts the same into place.
        torso = f"{path.name}.{os.urandom(8).hex()}"
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with os.fdopen(os.open(torso, flags, 0o600, dir_fd=home), "wb") as file:
                file.write(sha256(data).digest() + data)
            os.replace(torso, path.name, src_dir_fd=home, dst_dir_fd=home)
        except OSError:
            os.unlink(torso, dir_fd=home)


def is_at_it() -> bool:
    """Say whether this thread is just reading or writing the cache."""
    return _work.is_going_on


@contextmanager
def _at_it() -> Iterator[None]:
    before, _work.is_going_on = _work.is_going_on, True
    try:
        yield
    finally:
        _work.is_going_on = before


class _PlainData(pickle.Unpickler):
    """Reads texts, numbers, days and what holds them; nothing of it can be run."""

    def find_class(self, module: str, name: str) -> Any:
        """Look up the one class that plain data has beside those that pickle knows."""
        if (module, name) == ("datetime", "date"):
            return date
        raise pickle.UnpicklingError(name)


def _home(name: str) -> Path | None:
    """Return where a folder of the cache is to be; None where there is no place for it."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():
        # To be ignored, says the XDG Base Directory Specification: it would be another folder in every place.
        with suppress(RuntimeError):  # nobody's home
            base = Path.home() / ".cache"
    return base / "lettergen" / name if base.is_absolute() else None


def _is_usable(home: Path) -> bool:
    with _opened(home) as handle:
        return handle is not None and os.access(home, os.W_OK | os.X_OK)


def _key(stamp: Any) -> str:
    from hashlib import sha256

    return sha256(repr(stamp).encode()).hexdigest()[:16]


@contextmanager
def _opened(folder: Path) -> Iterator[int | None]:
    """Yield a descriptor of a folder of this user's alone; None for any other."""
    if not hasattr(os, "getuid"):
        yield None  # no owners that could be asked for
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield handle if _is_mine(os.fstat(handle), closed_to=0o077) else None
    finally:
        os.close(handle)


def _is_mine(found: os.stat_result, *, closed_to: int) -> bool:
    return found.st_uid == os.getuid() and not found.st_mode & closed_to


def _passing_folder() -> Path:
    if not _passing:
        import atexit
        import shutil
        import tempfile

        made = tempfile.mkdtemp(prefix="lettergen-")
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        _passing.append(Path(made))
    return _passing[0]
