"""The command that installs what pip cannot: Pango and HarfBuzz, by the package manager of this machine."""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

__all__ = ["SYSTEMS", "command", "install_pages", "packages"]

LIST = Path(__file__).with_suffix(".txt")
SYSTEMS: Mapping[str, str] = {
    "apt-get": "Debian and Ubuntu",
    "dnf": "Fedora",
    "zypper": "openSUSE",
    "pacman": "Arch",
    "apk": "Alpine",
    "brew": "macOS",
}
_VERBS: Mapping[str, str] = {"pacman": "-S", "apk": "add"}
_ELSEWHERE = (
    "install Pango 1.44 or newer as "
    "https://doc.courtbouillon.org/weasyprint/stable/first_steps.html describes"
)


def packages(manager: str, purpose: str) -> tuple[str, ...]:
    """Return what a package manager calls that which serves a purpose: ``pages`` for Pango and HarfBuzz."""
    return next(names for one, what, names in _rows() if (one, what) == (manager, purpose))


def command(manager: str, *purposes: str, is_root: bool = False) -> str:
    """Return the command that installs the packages; root may have no sudo, and Homebrew wants none."""
    names = [name for purpose in purposes for name in packages(manager, purpose)]
    sudo = "" if is_root or manager == "brew" else "sudo "
    return f"{sudo}{manager} {_VERBS.get(manager, 'install')} {' '.join(names)}"


def install_pages() -> str:
    """Return how to install the libraries that set pages: a command if this machine's manager is known."""
    manager = next(filter(shutil.which, SYSTEMS), None)
    if manager is None:
        return f"{_ELSEWHERE}."
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return f"run `{command(manager, 'pages', is_root=is_root)}`."


def _rows() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            manager, purpose, *names = line.split()
            yield manager, purpose, tuple(names)
