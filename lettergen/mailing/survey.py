"""What of a plan exists already: which volumes and letters stand, and which are to be made or replaced."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from lettergen.ledger import Ledger
from lettergen.mailing.volume_builder import NumberedOrder
from lettergen.outbox.mailing_folder import MailingFolder, place_of
from lettergen.outbox.volumes import Outbox, Volume, volumes_of
from lettergen.plan.channels import default_formats, medium_of
from lettergen.plan.orders import Order, Plan
from lettergen.rendering.fingerprints import SIZE, Fingerprints, digest
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import FORMATS, Renderer

__all__ = ["Forecast", "News", "Survey", "terms_of"]

News = Literal["new", "changed", "kept"]


def terms_of(terms: RenderTerms, medium: str) -> RenderTerms:
    """Return the terms for letters of a medium; without a chosen format, in the medium's own."""
    formats = tuple(dict.fromkeys(terms.formats)) or default_formats(medium, FORMATS)
    return replace(terms, formats=formats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a run would do to a mailing that exists."""

    new: int
    changed: Mapping[str, str]
    """Letters that would be replaced: id → digest of everything that they would be made from."""
    kept: int
    removed: tuple[str, ...]
    """Existing letters that are not in the plan."""
    orders: tuple[Order, ...]
    """The letters to be made, those that replace others included."""


class Survey:
    """A plan held against the outbox and the ledger; nothing is written."""

    def __init__(self, plan: Plan, renderer: Renderer, outbox: Outbox, ledger: Ledger) -> None:
        """Compare volume by volume, and letter by letter where a volume is to be made.

        Raises:
            OutputError: Something else is in the mailing's folder.
        """
        self._plan = plan
        self._renderer = renderer
        self._outbox = outbox
        self._ledger = ledger
        self._prints: dict[str, Fingerprints] = {}
        self._content: dict[Volume, bytes] = {}
        self._kept: dict[Volume, list[Path | None]] = {}
        self.mailing_folder = MailingFolder(plan, outbox, is_known=ledger.has_mailing(plan.name))
        mine = [one for one in volumes_of(plan.orders, outbox.volume_size) if outbox.has(one)]
        self.keys = {volume: self._key(volume) for volume in mine}
        """The digest of each volume."""
        recorded = ledger.volume_keys(plan.name)
        self.standing = tuple(volume for volume in mine if self._stands(volume, recorded))
        standing = set(self.standing)
        self.missing = tuple(volume for volume in mine if volume not in standing)
        for volume in self.standing:
            del self._content[volume]
        is_changed = bool(self.missing) or self.mailing_folder.has_stale()
        is_known = is_changed and ledger.has_mailing(plan.name)
        self._places = self.mailing_folder.places() if is_known else {}
        self._letters = ledger.letter_keys(plan.name) if self._places else {}
        self.removed = self.mailing_folder.removed(self._places)

    def take(self, volume: Volume) -> tuple[NumberedOrder, ...]:
        """Return the orders of a volume that is to be made, once: what is known of its letters is dropped."""
        jobs = tuple(self._jobs(volume))
        del self._content[volume]
        self._kept.pop(volume, None)
        return jobs

    def to_make(self, volume: Volume) -> int:
        """Return how many letters of a volume have to be made, the others being kept."""
        return self._kept_of(volume).count(None) if self._letters else len(volume)

    def news(self, job: NumberedOrder) -> News:
        """Say whether a letter existed before: changed, or the same and kept."""
        if not self._places:
            return "new"
        if job.kept_in is not None:
            return "kept"
        place = place_of(job.order.letter_id, medium_of(job.order.channel))
        return "changed" if place in self._places else "new"

    def forecast(self) -> Forecast:
        """Return what a run would do; to be asked before the first volume is taken."""
        jobs = [(self.news(job), job) for volume in self.missing for job in self._jobs(volume)]
        told = Counter(news for news, _ in jobs)
        return Forecast(
            new=told["new"],
            changed={job.order.letter_id: job.content_key for news, job in jobs if news == "changed"},
            kept=told["kept"] + sum(map(len, self.standing)),
            removed=self.removed,
            orders=tuple(job.order for news, job in jobs if news != "kept"),
        )

    def _stands(self, volume: Volume, recorded: Mapping[tuple[str, int], str]) -> bool:
        seal = self._ledger.volume_seal_of(self.keys[volume])
        formats = terms_of(self._renderer.terms, volume.medium).formats
        is_recorded = recorded.get((volume.medium, volume.number)) == seal
        return is_recorded and self.mailing_folder.holds(volume, len(formats))

    def _jobs(self, volume: Volume) -> Iterator[NumberedOrder]:
        kept = self._kept_of(volume) if self._letters else [None] * len(volume)
        for (place, order, key), folder in zip(self._keyed(volume), kept, strict=True):
            yield NumberedOrder(place + 1, order, key, folder)

    def _kept_of(self, volume: Volume) -> list[Path | None]:
        """Return, for each letter of a volume, the folder in which it stands as it would be again."""
        if volume not in self._kept:
            self._kept[volume] = [self._kept_in(order, key) for _, order, key in self._keyed(volume)]
        return self._kept[volume]

    def _keyed(self, volume: Volume) -> Iterator[tuple[int, Order, str]]:
        keys = self._content[volume]
        for at, place in enumerate(range(volume.start, volume.stop)):
            yield place, self._plan.orders[place], keys[at * SIZE : (at + 1) * SIZE].hex()

    def _kept_in(self, order: Order, key: str) -> Path | None:
        if not self._letters:
            return None
        if self._letters.get(self._ledger.key_of(order.letter_id)) != self._ledger.seal_of(key):
            return None
        return self._places.get(place_of(order.letter_id, medium_of(order.channel)))

    def _key(self, volume: Volume) -> str:
        """Return the digest of a volume: its letters, their numbers, its form."""
        medium = volume.medium
        if medium not in self._prints:
            formats = terms_of(self._renderer.terms, medium).formats
            self._prints[medium] = Fingerprints(self._renderer, formats)
        orders = self._plan.orders[volume.start : volume.stop]
        keys = self._content[volume] = b"".join(map(self._prints[medium].of, orders))
        letters = "\n".join(order.letter_id for order in orders)
        form = f"{self._outbox.files} {volume.start} {self._plan.name}"
        return digest(form.encode(), letters.encode(), keys).hex()
