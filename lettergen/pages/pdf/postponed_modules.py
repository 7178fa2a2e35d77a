"""Modules that a library imports and rarely uses, loaded on first use."""

import importlib
import importlib.util
import sys
import threading
import types
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

__all__ = ["postponed"]

_lock = threading.RLock()
_running: list[types.ModuleType] = []


@contextmanager
def postponed(modules: Sequence[str], names: Mapping[str, Sequence[str]], of: str) -> Iterator[None]:
    """Delay imports within the block until first use.

    Args:
        modules: Modules that are imported as such, by their full names.
        names: Modules of which single names are imported.
        of: The package that imports these names.
    """
    for name in modules:
        if name not in sys.modules:
            with suppress(ImportError):  # whoever asks for it is told
                _put_off(name)
    stand_ins = {name: types.ModuleType(name) for name in names if name not in sys.modules}
    for name, stand_in in stand_ins.items():
        for one in names[name]:
            setattr(stand_in, one, _PostponedName(name, one, of))
        sys.modules[name] = stand_in
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            _take_away(name, stand_in)


def _take_away(name: str, stand_in: types.ModuleType | None) -> None:
    if stand_in is not None and sys.modules.get(name) is stand_in:
        del sys.modules[name]


class _PostponedModule(types.ModuleType):
    """A module that is run when the first name is looked up in it."""

    def __getattr__(self, name: str) -> Any:
        # A second thread waits until the module is run; the first comes by again when it looks itself up.
        with _lock:
            if type(self) is _PostponedModule:
                if self in _running:
                    raise AttributeError(name)
                _run(self)
        return getattr(self, name)


def _run(module: _PostponedModule) -> None:
    given = {key: value for key, value in vars(module).items() if not key.startswith("__")}
    _running.append(module)
    try:
        module.__spec__.loader.exec_module(module)  # type: ignore[union-attr]
    finally:
        _running.remove(module)
    # What has been set from outside in the meantime holds.
    vars(module).update(given)
    module.__class__ = types.ModuleType  # type: ignore[assignment]


def _put_off(name: str) -> None:
    found = importlib.util.find_spec(name)
    if found is None or found.loader is None:
        return
    module = _PostponedModule(name)
    module.__spec__, module.__loader__, module.__file__ = found, found.loader, found.origin
    module.__package__ = found.parent
    if found.submodule_search_locations is not None:
        module.__path__ = found.submodule_search_locations
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


class _PostponedName:
    """A name that is looked up on first use, together with all others of its module."""

    def __init__(self, module: str, name: str, of: str) -> None:
        self._module, self._name, self._of = module, name, of

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._settled()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settled(), name)

    def _settled(self) -> Any:
        with _lock:
            for name, module in list(sys.modules.items()):
                if name.partition(".")[0] == self._of:
                    for key, value in list(vars(module).items()):
                        if type(value) is _PostponedName and value._module == self._module:
                            setattr(module, key, value._real())
        return self._real()

    def _real(self) -> Any:
        found = sys.modules.get(self._module)
        if type(getattr(found, self._name, None)) is _PostponedName:
            # It is wanted while what loads it is still being imported.
            _take_away(self._module, found)
        module = importlib.import_module(self._module)
        with suppress(AttributeError):
            return getattr(module, self._name)
        return importlib.import_module(f"{self._module}.{self._name}")
