"""WeasyPrint's start, shortened: its declarations of C functions are read once a machine, not once a process.

`import weasyprint` takes two thirds of a second, and most of that is spent on
two things that come out the same every time: pycparser reads the declarations
of Pango's functions, and for every spelling under which a library might be
known, cffi has ldconfig and the C compiler look for it. So cffi writes the
declarations out once, as it does for packages that are built with it, and
while WeasyPrint is imported a stand-in hands it those. Whatever does not go as
expected, WeasyPrint is imported as it would be without this module.
"""

import hashlib
import importlib
import importlib.util
import os
import re
import sys
import tempfile
import types
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from typing import Any

__all__ = ["quick"]

_CDEF = re.compile(r"ffi\.cdef\('''(.*?)'''\)", re.DOTALL)
# Fallbacks of WeasyPrint for machines without HarfBuzz's subsetter, and variable fonts: loaded when called.
_SELDOM = ("fontTools.subset", "fontTools.ttLib.woff2")
_SELDOM_CALLED = ("fontTools.varLib.instancer", "instantiateVariableFont")


@contextmanager
def quick(home: Path) -> Iterator[None]:
    """Within the block, ``import weasyprint`` is quick.

    Args:
        home: A folder that only this user can write to; the declarations are kept in it.
    """
    if "weasyprint" in sys.modules or "cffi" in sys.modules:
        yield
        return
    declarations = None
    with suppress(Exception):  # no shortcut is worth a fault
        declarations = _declarations(home)
    if declarations is None:
        yield
        return
    stand_in = types.ModuleType("cffi")
    stand_in.FFI = lambda: _Declared(declarations)  # type: ignore[attr-defined]
    sys.modules["cffi"] = stand_in
    with _put_off():
        try:
            yield
        finally:
            sys.modules.pop("cffi", None)


class _Declared:
    """cffi's interface over declarations that have been read already."""

    def __init__(self, declared: Any) -> None:
        self._declared = declared
        # Looked up ten thousand times a letter: plain attributes of this object.
        for name in ("new", "cast", "gc", "string", "unpack", "buffer", "NULL", "dlopen", "typeof"):
            setattr(self, name, getattr(declared, name))

    def cdef(self, *_: Any, **__: Any) -> None:
        """Know already what is declared."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._declared, name)


def _declarations(home: Path) -> Any:
    """Return cffi's compiled declarations of WeasyPrint's functions; made once for each version of all."""
    found = importlib.util.find_spec("weasyprint")
    backend = importlib.import_module("_cffi_backend")
    if found is None or found.origin is None:
        return None
    source = (Path(found.origin).parent / "text" / "ffi.py").read_text(encoding="utf-8")
    stamp = f"{source}{backend.__version__}{sys.version}"
    name = f"declarations_{hashlib.sha256(stamp.encode()).hexdigest()[:16]}"
    path = home / f"{name}.py"
    if not _is_whole(path):
        _write_declarations(name, _CDEF.findall(source), path)
    if not _is_ours(path):
        return None
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        return None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.ffi


def _is_ours(path: Path) -> bool:
    """Say whether nobody else can have written a file: it is run."""
    places = (path.lstat(), path.parent.stat())
    return all(found.st_uid == os.getuid() and not found.st_mode & 0o022 for found in places)


def _is_whole(path: Path) -> bool:
    """Say whether a file is as it was written; its first line is the digest of the others."""
    if not path.exists():
        return False
    digest, _, text = path.read_bytes().partition(b"\n")
    return digest == _digest(text)


def _digest(text: bytes) -> bytes:
    return b"# " + hashlib.sha256(text).hexdigest().encode()


def _write_declarations(name: str, texts: list[str], path: Path) -> None:
    builder = importlib.import_module("cffi").FFI()
    builder.set_source(name, None)
    for text in texts:
        builder.cdef(text)
    # Several processes may come here at once; each puts the same text into place.
    handle, torso = tempfile.mkstemp(dir=path.parent, suffix=".py")
    os.close(handle)
    with redirect_stdout(StringIO()):  # it says what it does; standard output may be a letter
        builder.emit_python_code(torso)
    made = Path(torso)
    emitted = made.read_bytes()
    made.write_bytes(_digest(emitted) + b"\n" + emitted)
    made.chmod(0o600)
    made.replace(path)
    for module in [one for one in sys.modules if one.partition(".")[0] in ("cffi", "pycparser")]:
        del sys.modules[module]


@contextmanager
def _put_off() -> Iterator[None]:
    """Have the modules that WeasyPrint seldom needs loaded when one is used."""
    for name in _SELDOM:
        if name in sys.modules:
            continue
        with suppress(Exception):
            found = importlib.util.find_spec(name)
            if found is None or found.loader is None:
                continue
            loader = importlib.util.LazyLoader(found.loader)
            found.loader = loader
            module = importlib.util.module_from_spec(found)
            sys.modules[name] = module
            loader.exec_module(module)
            parent, _, child = name.rpartition(".")
            setattr(sys.modules[parent], child, module)
    name, function = _SELDOM_CALLED
    if name in sys.modules:
        yield
        return

    def real(*args: Any, **kwargs: Any) -> Any:
        return getattr(importlib.import_module(name), function)(*args, **kwargs)

    stand_in = types.ModuleType(name)
    setattr(stand_in, function, real)
    sys.modules[name] = stand_in
    try:
        yield
    finally:
        del sys.modules[name]
