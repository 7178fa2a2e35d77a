"""The command that says whether this machine has what letters need."""

import ctypes
import ctypes.util
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from lettergen import cache, installation, system_packages
from lettergen.cli import options
from lettergen.cli.selection import folder_of
from lettergen.console.reports import MachineCheck
from lettergen.console.terminal import abilities
from lettergen.errors import ExitCode, LettergenError, OutputError

__all__ = ["doctor", "examine"]

OLDEST_PYTHON = (3, 11)
# The names under which WeasyPrint looks for them on Linux, macOS and Windows.
LIBRARIES = {
    "GObject": ("libgobject-2.0.so.0", "libgobject-2.0-0", "libgobject-2.0.dylib", "gobject-2.0"),
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
NARROWEST = 60


def examine(folder: Path | None) -> tuple[MachineCheck, ...]:
    """Return every finding; this writes and fetches nothing."""
    return (_python(), *_libraries(), _fonts(), _extra_fonts(), _terminal(), _cache(), *_campaign(folder))


def _python() -> MachineCheck:
    found = platform.python_version()
    wanted = ".".join(map(str, OLDEST_PYTHON))
    return MachineCheck(
        "Python", sys.version_info >= OLDEST_PYTHON, found, f"install Python {wanted} or newer."
    )


def _libraries() -> Iterator[MachineCheck]:
    for name, file_names in LIBRARIES.items():
        loaded = next(filter(None, map(_loads, file_names)), None)
        yield MachineCheck(name, loaded is not None, loaded or "not found", system_packages.install_pages())


def _loads(file_name: str) -> str | None:
    for known in (file_name, ctypes.util.find_library(file_name)):
        try:
            if known:
                ctypes.CDLL(known)
                return known
        except OSError:
            continue
    return None


def _fonts() -> MachineCheck:
    from lettergen.pages.typefaces.fonts import FAMILY, SHIPPED

    files = [path for path in SHIPPED.rglob("*") if path.suffix in {".ttf", ".otf"}]
    fix = "reinstall lettergen; it includes the fonts."
    return MachineCheck("fonts", bool(files), f"{FAMILY}, {len(files)} files" if files else "none", fix)


def _extra_fonts() -> MachineCheck:
    from lettergen.pages.typefaces import extra_fonts

    found = extra_fonts.families(extra_fonts.installed())
    # Letters without a name in another script need none of it.
    none = f"not installed; Chinese, Japanese and Korean: {installation.adding_extra('cjk')}"
    return MachineCheck("other scripts", True, ", ".join(found) or none)


def _terminal() -> MachineCheck:
    width, is_terminal, colours = abilities()
    kind = f"{width} columns, {colours}" if is_terminal else "output goes to a file or a program"
    fix = f"make the window {NARROWEST} columns wide or more."
    return MachineCheck("terminal", not is_terminal or width >= NARROWEST, kind, fix)


def _cache() -> MachineCheck:
    home, size = cache.extent()
    found = f"{home}, {size / 1_000_000:.1f} MB" if home else "none; there is no home folder"
    return MachineCheck("cache", True, found)


def _campaign(folder: Path | None) -> Iterator[MachineCheck]:
    from lettergen.facts.campaign import Campaign

    try:
        campaign = Campaign.open(folder)
    except LettergenError as fault:
        problem = fault.problems[0]
        yield MachineCheck("campaign", False, problem.message, problem.fix)
        return
    errors = sum(problem.is_error for problem in campaign.problems)
    found = f"{campaign.folder}, {len(campaign.recipients)} recipients, {len(campaign.senders)} senders"
    yield MachineCheck("campaign", not errors, found, f"`lettergen check` shows {errors} problems.")
    yield _outbox(campaign.home / campaign.settings.outbox)


def _outbox(outbox: Path) -> MachineCheck:
    existing = next(path for path in (outbox, *outbox.absolute().parents) if path.exists())
    is_ok = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    found = f"{outbox}{'' if outbox.exists() else ' (will be made)'}"
    return MachineCheck("outbox", is_ok, found, "set `outbox` in lettergen.toml to a folder of your own.")


def _clear_cache() -> None:
    try:
        cache.clear()
    except OSError as error:
        home, _ = cache.extent()
        raise OutputError.of(
            "cache-not-cleared",
            f"the cache `{home}` cannot be removed: {error.strerror or 'it is a link to another folder'}.",
            "remove it yourself; lettergen works without it.",
        ) from None


def doctor(
    ctx: typer.Context,
    as_json: options.AsJson = False,
    clear_cache: Annotated[
        bool,
        typer.Option("--clear-cache", help="First remove what lettergen has kept to start faster."),
    ] = False,
) -> None:
    """Check whether this machine is ready to make letters, and say what to install.

    Checks Python, the typesetting libraries (Pango, HarfBuzz, fontconfig), the fonts, the
    terminal, the cache, the campaign folder and its outbox. Exit code 1 if something is missing. With
    --clear-cache, what was computed once for this machine is removed; no letter depends on it.

    Example:
      lettergen doctor
      lettergen doctor --clear-cache
    """
    from lettergen.console.reports import show_diagnosis

    if clear_cache:
        _clear_cache()
    findings = examine(folder_of(ctx))
    show_diagnosis(findings, as_json=as_json)
    raise typer.Exit(ExitCode.OK if all(one.is_ok for one in findings) else ExitCode.PROBLEMS)
