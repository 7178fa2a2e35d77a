"""Files that the manifest of a mailing names and that are no longer there."""

from collections.abc import Iterable
from pathlib import Path

from lettergen.errors import InputProblems
from lettergen.outbox.manifest import ManifestEntry

__all__ = ["refuse_missing"]

_NAMED = 3


def refuse_missing(folder: Path, entries: Iterable[ManifestEntry], suffix: str) -> None:
    """Refuse a mailing some of whose files are gone, before anything is made from the others.

    Args:
        folder: The mailing's.
        entries: Its manifest's.
        suffix: Only these files are needed: ``.pdf``.

    Raises:
        InputProblems: Files are missing; they are counted, and the first of them named.
    """
    made = (file.file for one in entries if one.state == "made" for file in one.files)
    needed = dict.fromkeys(name for name in made if name.endswith(suffix))
    missing = [name for name in needed if not (folder / name).exists()]
    if missing:
        first = ", ".join(f"`{name}`" for name in missing[:_NAMED])
        more = f" and {len(missing) - _NAMED:,} more" if len(missing) > _NAMED else ""
        are = "is" if len(missing) == 1 else "are"
        raise InputProblems.of(
            "letter-file-missing",
            f"{len(missing):,} of {len(needed):,} files of the mailing `{folder.name}` {are} missing: "
            f"{first}{more}.",
            "run the same `lettergen batch` again, which makes what is missing, or restore them from a copy.",
        )
