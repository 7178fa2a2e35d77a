"""The command that adds something to this installation of lettergen, whoever made it.

A fix that says ``pip install`` is no help where pip belongs to another Python, or is not there:
pipx and uv give each tool an environment of its own, and an environment made by uv has no pip.
"""

import re
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["Environment", "adding", "adding_extra", "environment", "of_extra"]

_NAME = "lettergen"
_EXTRA = re.compile(r"(?P<package>[^;]+?)\s*;.*\bextra\s*==\s*[\"'](?P<extra>[^\"']+)[\"']")
# What pipx and uv put into the environment of a tool, and PEP 668 beside a system's own modules.
_PIPX, _UV_TOOL, _MANAGED = "pipx_metadata.json", "uv-receipt.toml", "EXTERNALLY-MANAGED"


@dataclass(frozen=True, slots=True)
class Environment:
    """Where lettergen runs."""

    prefix: Path
    """The environment's folder; its name is what pipx calls it."""
    python: str
    """The interpreter, as a shell takes it."""
    has_pip: bool = True
    is_system: bool = False
    """The operating system's own Python, which pip changes only if told twice (PEP 668)."""
    has_uv: bool = False

    def command(self, by_name: Sequence[str], packages: Sequence[str]) -> str:
        """Return the command that adds packages.

        Args:
            by_name: What pip is told, which finds lettergen installed.
            packages: The same without a word of lettergen, which uv and pipx would look for anew.
        """
        if (self.prefix / _PIPX).is_file():
            return shlex.join(["pipx", "inject", self.prefix.name, *packages])
        if tool := _tool_with(self.prefix / _UV_TOOL, packages):
            return tool
        pip = f"{self.python} -m pip install"
        if self.has_pip:
            return f"{pip}{' --break-system-packages' if self.is_system else ''} {shlex.join(by_name)}"
        if self.has_uv or (self.prefix / _UV_TOOL).is_file() or _is_made_by_uv(self.prefix):
            return f"uv pip install --python {self.python} {shlex.join(packages)}"
        return f"{self.python} -m ensurepip && {pip} {shlex.join(by_name)}"


def adding(*packages: str) -> str:
    """Return the command that installs packages where lettergen runs: ``weasyprint>=70,<71``."""
    return environment().command(packages, packages)


def adding_extra(*extras: str) -> str:
    """Return the command that installs optional parts of lettergen where it runs."""
    by_name = [f"{_NAME}[{','.join(extras)}]"]
    packages = [package for extra in extras for package in of_extra(extra)]
    return environment().command(by_name, packages or by_name)


def environment() -> Environment:
    """Return where this process runs."""
    import sysconfig

    stdlib = sysconfig.get_path("stdlib")
    return Environment(
        prefix=Path(sys.prefix),
        python=_in_a_shell(sys.executable or "python3"),
        has_pip=find_spec("pip") is not None,
        is_system=sys.prefix == sys.base_prefix and (Path(stdlib) / _MANAGED).is_file(),
        has_uv=shutil.which("uv") is not None,
    )


@cache
def of_extra(extra: str) -> tuple[str, ...]:
    """Return the packages of an optional part; none where lettergen runs out of its source."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        found = map(_EXTRA.match, requires(_NAME) or ())
    except PackageNotFoundError:
        return ()
    return tuple(one["package"] for one in found if one and one["extra"] == extra)


def _in_a_shell(path: str) -> str:
    """Return a path as a shell takes it; a home folder is not named, for messages are passed on."""
    with_home = Path(path)
    home = Path.home()
    if with_home.is_relative_to(home) and home != Path(home.anchor):
        return f"~/{shlex.quote(with_home.relative_to(home).as_posix())}"
    return shlex.quote(path)


def _tool_with(receipt: Path, packages: Sequence[str]) -> str | None:
    """Return how uv adds packages to a tool, with what was added before, which it would drop otherwise.

    None for anything but a tool from an index: that would be another lettergen.
    """
    import tomllib

    try:
        read: Mapping[str, Any] = tomllib.loads(receipt.read_text(encoding="utf-8"))
        known = {one["name"]: one for one in read["tool"]["requirements"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if _NAME not in known or any(set(one) - {"name", "extras", "specifier"} for one in known.values()):
        return None
    own = _requirement(known.pop(_NAME))
    added = [*map(_requirement, known.values()), *packages]
    return shlex.join(["uv", "tool", "install", *_each("--with", added), own])


def _each(option: str, values: Sequence[str]) -> Iterator[str]:
    for value in dict.fromkeys(values):
        yield option
        yield value


def _requirement(row: Mapping[str, Any]) -> str:
    extras = f"[{','.join(row['extras'])}]" if row.get("extras") else ""
    return f"{row['name']}{extras}{row.get('specifier', '')}"


def _is_made_by_uv(prefix: Path) -> bool:
    try:
        lines = (prefix / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return False
    return any(line.partition("=")[0].strip() == "uv" for line in lines)
