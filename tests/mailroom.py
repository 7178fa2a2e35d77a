"""A mailing made in a test: with a ledger of its own, and what is in its folder afterwards."""

import contextlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lettergen.ledger import Ledger
from lettergen.mailing.production import FinishedVolume, Outcome, Production, produce
from lettergen.mailing.workers import WorkerPool
from lettergen.outbox.manifest import Manifest, ManifestEntry, ManifestFile
from lettergen.outbox.volumes import MANIFEST, Outbox
from lettergen.plan.orders import Plan
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer

NOW = "2026-01-15T12:00:00Z"
_open: list[Ledger] = []


def ledger_of(outbox: Path) -> Ledger:
    """The ledger that belongs to an outbox of a test; it lies beside it."""
    folder = outbox.parent / f"ledger-of-{outbox.name}"
    if not folder.is_dir():
        folder.mkdir()
    ledger = Ledger.open(folder / "ledger.sqlite", campaign="Test", now=NOW)
    _open.append(ledger)
    return ledger


@contextlib.contextmanager
def tidy() -> Iterator[None]:
    """Close what a test has opened."""
    yield
    while _open:
        _open.pop().close()


def mail(plan: Plan, terms: RenderTerms, outbox: Path, **options: Any) -> Production:
    """Begin a mailing; options of worker pool and outbox by their names, and `campaign` if it is open."""
    own = ("executor", "workers", "seconds", "grace", "is_elsewhere")
    pool = WorkerPool(**{name: options.pop(name) for name in own if name in options})
    renderer = Renderer(terms, options.pop("campaign", None))
    box = Outbox(folder=outbox, **options)
    return produce(plan, renderer, box, ledger=ledger_of(outbox), pool=pool)


def outcomes_of(volumes: Iterable[FinishedVolume]) -> list[Outcome]:
    return [outcome for volume in volumes for outcome in volume.outcomes]


def made(plan: Plan, terms: RenderTerms, outbox: Path, **options: Any) -> list[Outcome]:
    """Make a mailing and return what became of each letter that was made or tried."""
    return outcomes_of(mail(plan, terms, outbox, **options))


def tree(root: Path) -> dict[str, str]:
    """Every file below ``root`` with the hash of its bytes."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {
        path.relative_to(root).as_posix(): ManifestFile.of("", path.read_bytes()).sha256 for path in files
    }


def manifest(outbox: Path) -> tuple[ManifestEntry, ...]:
    (path,) = outbox.glob(f"*/{MANIFEST}")
    return Manifest.read(path).entries


def states(outbox: Path) -> list[str]:
    return [entry.state for entry in manifest(outbox)]


def letters_in(outbox: Path) -> list[Path]:
    """The files of single letters that are in their places."""
    return sorted(path for path in outbox.glob("*/*/volume-*/*") if re.match(r"\d{5}-", path.name))


def is_as_the_manifest_says(outbox: Path) -> bool:
    mailing = next(path for path in outbox.iterdir() if path.is_dir())
    found = {path.relative_to(mailing).as_posix(): path for path in letters_in(outbox)}
    told = {one.file: one.sha256 for entry in manifest(outbox) for one in entry.files}
    return {name: ManifestFile.of("", path.read_bytes()).sha256 for name, path in found.items()} == told
