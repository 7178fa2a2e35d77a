"""Whether this machine has what letters need, asked thing by thing."""

import ctypes
import ctypes.util
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from lettergen.console.reports import Finding
from lettergen.console.terminal import abilities
from lettergen.errors import LettergenError

__all__ = ["examine"]

OLDEST_PYTHON = (3, 11)
# The names under which WeasyPrint looks for them on Linux, macOS and Windows.
LIBRARIES = {
    "Pango": ("libpango-1.0.so.0", "libpango-1.0-0", "libpango-1.0.dylib", "pango-1.0"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0", "libpangoft2-1.0.dylib", "pangoft2-1.0"),
    "HarfBuzz": ("libharfbuzz.so.0", "libharfbuzz-0", "libharfbuzz.0.dylib", "harfbuzz"),
    "HarfBuzz subset": (
        "libharfbuzz-subset.so.0",
        "libharfbuzz-subset-0",
        "libharfbuzz-subset.0.dylib",
        "harfbuzz-subset",
    ),
    "fontconfig": ("libfontconfig.so.1", "libfontconfig-1", "libfontconfig.1.dylib", "fontconfig"),
}
INSTALLERS = {
    "apt": "sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "dnf": "sudo dnf install pango",
    "zypper": "sudo zypper install libpango-1_0-0",
    "pacman": "sudo pacman -S pango",
    "apk": "sudo apk add pango fontconfig",
    "brew": "brew install pango",
}
NARROWEST = 60


def examine(folder: Path | None) -> tuple[Finding, ...]:
    """Return every finding; nothing is written or fetched."""
    return (_python(), *_libraries(), _fonts(), _cjk(), _terminal(), *_campaign(folder))


def _python() -> Finding:
    found = platform.python_version()
    wanted = ".".join(map(str, OLDEST_PYTHON))
    return Finding("Python", sys.version_info >= OLDEST_PYTHON, found, f"install Python {wanted} or newer.")


def _libraries() -> Iterator[Finding]:
    for name, file_names in LIBRARIES.items():
        loaded = next(filter(None, map(_loads, file_names)), None)
        yield Finding(name, loaded is not None, loaded or "not found", f"{_installer()} - then try again.")


def _loads(file_name: str) -> str | None:
    for known in (file_name, ctypes.util.find_library(file_name)):
        try:
            if known:
                ctypes.CDLL(known)
                return known
        except OSError:
            continue
    return None


def _installer() -> str:
    return next(
        (line for tool, line in INSTALLERS.items() if shutil.which(tool)), "install Pango 1.44 or newer"
    )


def _fonts() -> Finding:
    from lettergen.pages.fonts import FAMILY, SHIPPED

    files = [path for path in SHIPPED.rglob("*") if path.suffix in {".ttf", ".otf"}]
    fix = "install lettergen again; its fonts are part of it."
    return Finding("fonts", bool(files), f"{FAMILY}, {len(files)} files" if files else "none", fix)


def _cjk() -> Finding:
    from lettergen.pages import cjk

    found = "Noto Sans JP, KR, SC, TC" if cjk.is_installed() else f"not installed; {cjk.INSTALL.rstrip('.')}"
    # Letters without a name in Chinese, Japanese or Korean need none of it.
    return Finding("East Asian fonts", True, found)


def _terminal() -> Finding:
    width, is_terminal, colours = abilities()
    kind = f"{width} columns, {colours}" if is_terminal else "output goes to a file or a program"
    fix = f"make the window {NARROWEST} columns wide or more."
    return Finding("terminal", not is_terminal or width >= NARROWEST, kind, fix)


def _campaign(folder: Path | None) -> Iterator[Finding]:
    from lettergen.facts.campaign import Campaign

    try:
        campaign = Campaign.open(folder)
    except LettergenError as fault:
        problem = fault.problems[0]
        yield Finding("campaign", False, problem.message, problem.fix)
        return
    errors = sum(problem.is_error for problem in campaign.problems)
    found = f"{campaign.folder}, {len(campaign.recipients)} recipients, {len(campaign.senders)} senders"
    yield Finding("campaign", not errors, found, f"`lettergen check` shows {errors} problems.")
    yield _outbox(campaign.home / campaign.settings.outbox)


def _outbox(outbox: Path) -> Finding:
    existing = next(path for path in (outbox, *outbox.absolute().parents) if path.exists())
    is_ok = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    found = f"{outbox}{'' if outbox.exists() else ' (will be made)'}"
    return Finding("outbox", is_ok, found, "choose a folder of your own with `outbox` in lettergen.toml.")
