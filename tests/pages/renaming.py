"""Libraries in which one private name is another, as it may be in their next version."""

import importlib
import re
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

from lettergen.pages.pdf import private_parts

LIBRARIES = ("weasyprint", "cssselect2")


def rename(name: str) -> None:
    """Give a name of a library another spelling wherever the library has it; it works as before."""
    sys.meta_path.insert(0, _Finder(name))


def hide(name: str) -> None:
    """Let a name not be found by us: one that other libraries and CSS have, too, or that is written in C."""

    def find(owner: Any, wanted: str, *otherwise: Any) -> Any:
        if wanted == name and not otherwise:
            raise AttributeError(name)
        return getattr(owner, wanted, *otherwise)

    def load(wanted: str) -> ModuleType:
        if wanted == name:
            raise ModuleNotFoundError(name=name)
        return importlib.import_module(wanted)

    vars(private_parts).update(getattr=find, import_module=load)


class _Finder(MetaPathFinder):
    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in LIBRARIES:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path, self._name)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, name: str) -> None:
        super().__init__(fullname, path)
        self._word = re.compile(rf"\b{re.escape(name)}\b")

    def get_code(self, fullname: str) -> CodeType | None:
        source = self.get_source(fullname) or ""
        if not self._word.search(source):
            return super().get_code(fullname)
        return compile(self._word.sub(lambda found: f"{found[0]}_renamed", source), self.path, "exec")
