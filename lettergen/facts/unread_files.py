"""Files of a campaign that look like lists and are read under no name that lettergen knows."""

import difflib
import re
from collections.abc import Iterator
from pathlib import Path

from lettergen.errors import Place, Problem

__all__ = ["unread_files"]

_READ = (".yaml", ".yml", ".csv", ".tsv", ".xlsx", ".ods")
_RESEMBLING = (
    *_READ,
    ".xls",
    ".xlsb",
    ".xlsm",
    ".numbers",
    ".fods",
    ".txt",
    ".tab",
    ".vcf",
    ".vcard",
    ".json",
)
"""What else people save a list as."""
_LISTS = ("recipients", "senders")
_FOLDERS = {"cases": (".yaml", ".yml"), "signatures": _READ}
_ALIKE = 0.8
_TEMPORARY = (".", "~")
"""How the files begin that programs keep beside an open one."""


def unread_files(root: Path) -> Iterator[Problem]:
    """Yield a warning for each file in the folder that seems to be a list or a case and is not read."""
    for path in _files(root):
        kind = _resembled(path)
        if kind and not (re.fullmatch(rf"{kind}(-.+)?", path.stem) and path.suffix.lower() in _READ):
            rule = f"a list of {kind} is called `{kind}.csv` or `{kind}-….csv`"
            yield _problem(path, rule, _fix(path, kind if not list(root.glob(f"{kind}.*")) else f"{kind}-2"))
    for folder, suffixes in _FOLDERS.items():
        for path in _files(root / folder):
            if path.suffix.lower() not in suffixes:
                named = ", ".join(suffixes)
                fix = f"write the case in YAML, as `{path.stem}.yaml`"
                if folder == "signatures":
                    fix = _fix(path, path.stem)
                yield _problem(path, f"files in `{folder}/` end in {named}", fix)


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        path
        for path in found
        if path.suffix.lower() in _RESEMBLING and not path.name.startswith(_TEMPORARY) and path.is_file()
    ]


def _resembled(path: Path) -> str | None:
    """Return the list that a file's name seems to mean: `Senders (1)`, `sender`, `recipients.yaml`."""
    first = re.match(r"[a-z]*", path.name.casefold())
    words = first[0] if first else ""
    return next((kind for kind in _LISTS if _is_alike(words, kind)), None)


def _is_alike(word: str, kind: str) -> bool:
    return difflib.SequenceMatcher(None, word, kind).ratio() >= _ALIKE


def _fix(path: Path, stem: str) -> str:
    suffix = path.suffix.lower()
    if suffix in (".vcf", ".vcard"):
        return f"run `lettergen import {path.name}`"
    if suffix == ".txt":
        return "rename it so that it ends in .csv or .yaml, if it is such a file"
    if suffix not in _READ:
        return "open it in the program that wrote it, save it as .xlsx, .ods or .csv, and delete this one"
    return f"rename it to `{stem}{suffix}`, or to another name if it is not meant"


def _problem(path: Path, rule: str, fix: str) -> Problem:
    return Problem("file-not-read", f"this file is not read: {rule}.", fix, Place(str(path)), "warning")
