"""Guards the making of a letter: no network, no program, no file but those it is made of.

The fetcher of `lettergen.pages.pdf.weasyprint_engine` serves nothing but a letter's own
pictures; this module is the second line of defence in case a fault in a library
bypasses it. Python reports every such act to an audit hook (PEP 578) before it
happens. A hook cannot be removed, so this one checks whether the thread
is making a letter, and allows everything else.

What C libraries do by themselves, Python does not see: fontconfig and Pango
read fonts, from the folders that `lettergen.pages.typefaces.fonts.use_only` names.
"""

import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from lettergen.cache import is_at_it
from lettergen.errors import Problem
from lettergen.pages.typefaces import fonts

__all__ = ["RefusedAct", "closed", "opened", "problems"]

_ACTS = frozenset(
    {
        *("socket.__new__", "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"),
        *("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "urllib.Request"),
        *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty"),
        *("os.startfile", "pty.spawn", "ctypes.dlopen", "webbrowser.open", "winreg.OpenKey"),
        *("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.chown"),
        *("os.truncate", "os.utime", "tempfile.mkstemp", "tempfile.mkdtemp"),
    }
)
_WATCHED = _ACTS | {"open"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_COMPILED = "__pycache__"
_LIBRARIES = ("weasyprint", "fontTools", "pyphen", "tinycss2", "PIL", "babel", "jinja2", "markdown_it")


class RefusedAct(PermissionError):
    """An act that does not belong to making a letter."""


class _IoGuard(threading.local):
    """How the guard stands for one thread."""

    is_closed: bool = False
    readable: tuple[str, ...] | None = None
    """Folders from which files are read; None for all."""

    def __init__(self) -> None:
        self.refused: list[str] = []


_guard = _IoGuard()


@contextmanager
def closed(readable: Iterable[Path] | None = None) -> Iterator[list[str]]:
    """Close the guard for this thread while a letter is made.

    A library may swallow the refusal and go on; so look at the list when it is done.

    Args:
        readable: Folders from which files may be read, beside Python's own; default: any.

    Yields:
        What has been refused, by the names of Python's audit events.
    """
    _put_up()
    before = _guard.is_closed, _guard.readable, _guard.refused
    folders = None if readable is None else (*_pythons_own(), *(_folder(path) for path in readable))
    _guard.is_closed, _guard.readable, _guard.refused = True, folders, []
    try:
        yield _guard.refused
    finally:
        _guard.is_closed, _guard.readable, _guard.refused = before


@contextmanager
def opened() -> Iterator[None]:
    """Open the guard for what lettergen does by itself on the way, with nothing of the letter in hand."""
    before = _guard.is_closed
    _guard.is_closed = False
    try:
        yield
    finally:
        _guard.is_closed = before


def problems(letter: str, refused: Iterable[str]) -> tuple[Problem, ...]:
    """Return a problem for each sort of act that was refused."""
    return tuple(
        Problem(
            "refused-act",
            f"making {fonts.called(letter)} tried something that is not allowed (`{act}`) and was refused.",
            "remove pictures and links from it; if there are none, report this as a fault in lettergen.",
        )
        for act in dict.fromkeys(refused)
    )


@cache
def _put_up() -> None:
    sys.addaudithook(_hook)


def _pythons_own() -> tuple[str, ...]:
    """Return where modules lie with what belongs to them: colour profiles, hyphenation, languages."""
    places = {Path(place) for place in (sys.prefix, sys.base_prefix, sys.exec_prefix)}
    places.add(Path(__file__).parents[2])
    for name in _LIBRARIES:
        file = getattr(sys.modules.get(name), "__file__", None)
        if file:
            places.add(Path(file).parent.parent)
    return tuple(sorted(map(_folder, places)))


def _folder(path: Path) -> str:
    return os.path.realpath(path) + os.sep


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if event not in _WATCHED or not _guard.is_closed or is_at_it():
        return
    if event == "open" and _may_open(*args):
        return
    paths = [os.fsdecode(arg) for arg in args if isinstance(arg, str | bytes)]
    if paths and all(_COMPILED in Path(path).parts for path in paths):
        # Python keeps what it has compiled of a module that is imported on the way.
        return
    _guard.refused.append(event)
    raise RefusedAct(event)


def _may_open(path: Any, _mode: object, flags: object) -> bool:
    if not isinstance(path, str | bytes | os.PathLike):
        return True  # a descriptor that is open already
    if isinstance(flags, int) and flags & _WRITING:
        return False
    if _guard.readable is None:
        return True
    real = ""
    with suppress(OSError, ValueError):
        real = os.path.realpath(os.fsdecode(path))
    return real.startswith(_guard.readable)
