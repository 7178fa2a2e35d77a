"""What Python compiles anew in every process although it comes out the same: kept compiled.

A hundred and fifty dataclasses write their methods as text and compile it, and
as many regular expressions are parsed while modules load: an eighth of the
time of one letter. Only what stands in modules is kept; an expression that a
function puts together may hold a name, and is compiled where it is needed.
"""

import dataclasses
import marshal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CodeType
from typing import Any

from lettergen import __version__
from lettergen.keeping import folder, keep, kept

__all__ = ["precompiled"]

# Functions have it, modules and bodies of classes have not (`inspect.CO_OPTIMIZED`).
_OF_A_FUNCTION = 0x1
_COMPILER = "re._compiler"

Texts = dict[str, CodeType]
Patterns = dict[tuple[str | bytes, int], tuple[Any, ...]]


@contextmanager
def precompiled(what: str) -> Iterator[None]:
    """Within the block, modules load with what was kept for them; what is new is kept for the next time.

    Args:
        what: Which modules load, in a word: a command has its own.
    """
    texts: Texts = {}
    patterns: Patterns = {}
    path = None
    with suppress(Exception):  # a shortcut: without, all is compiled as ever
        path = _path(what)
        data = kept(path)
        if data is not None:
            found = marshal.loads(data)  # noqa: S302 - only from ourselves
            texts, patterns = map(dict, found)
    before = len(texts), len(patterns)
    with _texts_run(texts), _patterns_compiled(patterns):
        yield
    if path and (len(texts), len(patterns)) != before:
        with suppress(Exception):
            keep(path, marshal.dumps((texts, patterns)))


def _path(what: str) -> Path:
    from hashlib import sha256

    stamp = sha256(f"{sys.version} {sys.flags.optimize} {__version__} {what}".encode()).hexdigest()[:16]
    return folder("derived") / f"code_{stamp}"


@contextmanager
def _texts_run(known: Texts) -> Iterator[None]:
    """Run the texts that dataclasses write from ``known``, and put new ones there."""

    def run(text: str, *scopes: dict[str, Any]) -> None:
        code = known.get(text)
        if code is None:
            code = known[text] = compile(text, "<string>", "exec", dont_inherit=True)
        exec(code, *scopes)  # noqa: S102 - what dataclasses would have run

    with _instead(dataclasses, "exec", run):
        yield


@contextmanager
def _patterns_compiled(known: Patterns) -> Iterator[None]:
    """Make the expressions of modules from ``known``, and put new ones there."""
    compiler: Any = sys.modules.get(_COMPILER)
    if compiler is None:
        yield
        return
    work, engine = compiler.compile, compiler._sre

    def made(pattern: Any, flags: int = 0) -> Any:
        key = (pattern, flags)
        if isinstance(pattern, str | bytes) and key in known:
            return engine.compile(*known[key])
        if not isinstance(pattern, str | bytes) or _in_function():
            return work(pattern, flags)
        with _instead(compiler, "_sre", _Listener(engine)):
            found = work(pattern, flags)
            heard = compiler._sre.heard
        if heard and heard[0] == pattern:
            _, its_flags, code, *groups = heard
            # They are numbers with names.
            known[pattern, int(flags)] = (pattern, int(its_flags), [int(one) for one in code], *groups)
        return found

    with _instead(compiler, "compile", made):
        yield


class _Listener:
    """Python's engine of regular expressions; what it was asked for last is heard."""

    heard: tuple[Any, ...] = ()

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def compile(self, *terms: Any) -> Any:
        self.heard = terms
        return self._engine.compile(*terms)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def _in_function() -> bool:
    """Say whether an expression is compiled by a function, and not by a module or the body of a class."""
    frame = sys._getframe(2)
    while frame.f_back and frame.f_globals.get("__name__") in ("re", _COMPILER):
        frame = frame.f_back
    return bool(frame.f_code.co_flags & _OF_A_FUNCTION)


@contextmanager
def _instead(module: Any, name: str, stand_in: Callable[..., Any] | _Listener) -> Iterator[None]:
    before = vars(module).get(name)
    setattr(module, name, stand_in)
    try:
        yield
    finally:
        if before is None:
            delattr(module, name)
        else:
            setattr(module, name, before)
