"""One file for each volunteer: what to do, their letters, their envelopes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lettergen.delivery.paper.address_sheets import AddressSheets
from lettergen.delivery.paper.imposition import LetterSources
from lettergen.delivery.paper.kit_cover import KitCovers, KitLetter
from lettergen.errors import InputProblems
from lettergen.letters.outside import first_line, outside
from lettergen.letters.parts import LetterFacts
from lettergen.outbox.atomic_files import file_name, make_folder, remove_torsos, write_piecemeal
from lettergen.outbox.manifest import ManifestEntry
from lettergen.outbox.volumes import COMBINED
from lettergen.pages.vdp.pdf_objects import opened
from lettergen.pages.vdp.volume_writer import VolumeWriter
from lettergen.reference import GRAMMES_PER_SQUARE_METRE, envelopes, kits
from lettergen.reference import language as words
from lettergen.reference.address import country_name

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign

__all__ = ["Kit", "KitOptions", "make_kits"]

KITS = "kits"
"""The folder of a mailing in which its kits lie."""
_ENVELOPE_G = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KitOptions:
    """Options for all kits of a mailing."""

    envelope: str | None = None
    """Key of the envelope; default: the campaign's, then the posting country's usual one."""
    postage: Mapping[str, str] = field(default_factory=dict)
    """The postage for an envelope in the campaign's words, by country of delivery; an empty key is for all
    other countries."""
    post_on: date | None = None
    """When they are posted; default: the letters' date."""
    posted_from: str | None = None


@dataclass(frozen=True, slots=True)
class Kit:
    """A finished kit."""

    sender_id: str
    path: Path
    letters: int
    pages: int


def make_kits(
    campaign: "Campaign",
    mailing: Path,
    entries: Sequence[ManifestEntry],
    kit_options: KitOptions,
    *,
    force: bool,
) -> Iterator[Kit]:
    """Make a kit for each sender who has letters on paper, and yield each as it is written.

    Raises:
        InputProblems: The mailing has no letter on paper.
        RenderError: A letter's file is missing, or an address does not fit the envelope.
        OutputError: A kit exists already, or cannot be written.
    """
    by_sender: dict[str, list[ManifestEntry]] = {}
    for entry in entries:
        if entry.state == "made" and entry.channel not in ("fax", "email") and _pdf_of(entry):
            by_sender.setdefault(entry.sender_id, []).append(entry)
    if not by_sender:
        fix = "make them with `lettergen batch … --format pdf`, or name another mailing."
        raise InputProblems.of("nothing-to-print", "the mailing has no letters on paper.", fix)
    make_folder(mailing / KITS, below=mailing)
    remove_torsos(mailing / KITS)
    builder = _KitBuilder(campaign, mailing, kit_options)
    for sender_id, letters in by_sender.items():
        path = mailing / KITS / file_name(f"kit--{sender_id}", "pdf")
        write_piecemeal(path, partial(builder.write, sender_id, letters), force=force)
        yield Kit(sender_id, path, len(letters), builder.pages)


class _KitBuilder:
    def __init__(self, campaign: "Campaign", mailing: Path, kit_options: KitOptions) -> None:
        folders = tuple(campaign.folder / name for name in campaign.settings.fonts)
        self._campaign = campaign
        self._mailing = mailing
        self._kit_options = kit_options
        self._guides = KitCovers(folders)
        self._outsides = AddressSheets(folders)
        self._sources = LetterSources()
        self.pages = 0

    def write(
        self, sender_id: str, letters: Sequence[ManifestEntry], write: Callable[[bytes], object]
    ) -> None:
        """Write a kit."""
        guide = self._guide(sender_id, letters)
        covers = self._envelopes(sender_id, letters)
        language = kits.kit_words(self._campaign.sender(sender_id).language or "en").language
        volume_writer = VolumeWriter(write, title=self._mailing.name, language=language)
        volume_writer.add_file(opened(guide), "·", "·")
        for number, one in enumerate(letters, start=1):
            pages = self._sources.pages(*self._place(one), one.pages)
            volume_writer.add_file(pages, str(number), one.recipient_id or one.letter_id)
        if covers:
            volume_writer.add_file(opened(covers), "✉", "✉")
        volume_writer.close()
        self.pages = volume_writer.pages

    def _place(self, entry: ManifestEntry) -> tuple[Path, int]:
        """Return the file in which a letter is, and its first page there; 0 for a file of its own."""
        path = self._mailing / _pdf_of(entry)
        return path, entry.first_page if path.name == COMBINED else 0

    def _guide(self, sender_id: str, letters: Sequence[ManifestEntry]) -> bytes:
        sender = self._campaign.sender(sender_id)
        spoken = kits.kit_words(sender.language or "en")
        size = self._sources.size(*self._place(letters[0]))
        listed = [self._listed(one, spoken.language, size) for one in letters]
        dated = date.fromisoformat(letters[0].date)
        facts: dict[str, str] = {
            "dated": words.full_date(dated, spoken.language),
            "date": words.full_date(self._kit_options.post_on or dated, spoken.language),
            "envelope": self._envelope(sender_id).title,
        }
        return self._guides.guide(listed, spoken, sheet=size, facts=facts)

    def _listed(self, entry: ManifestEntry, language: str, size: tuple[float, float]) -> KitLetter:
        recipient = self._campaign.recipient(entry.recipient_id) if entry.recipient_id else None
        weight = entry.pages * size[0] * size[1] * 1e-6 * GRAMMES_PER_SQUARE_METRE + _ENVELOPE_G
        country = (recipient.country or "") if recipient else ""
        return KitLetter(
            addressee=first_line(recipient, language) if recipient else entry.template,
            country=country_name(country, language) if country else "",
            pages=entry.pages,
            weight_g=weight,
            postage=self._kit_options.postage.get(country, self._kit_options.postage.get("", "")),
            is_registered=entry.channel == "registered",
        )

    def _envelope(self, sender_id: str) -> envelopes.Envelope:
        settings, sender = self._campaign.settings, self._campaign.sender(sender_id)
        key = self._kit_options.envelope or settings.envelope
        if key:
            return envelopes.envelope(key)
        return envelopes.for_country(self._kit_options.posted_from or settings.posted_from or sender.country)

    def _envelopes(self, sender_id: str, letters: Sequence[ManifestEntry]) -> bytes:
        sender = self._campaign.sender(sender_id)
        covers = []
        for entry in letters:
            recipient = self._campaign.recipient(entry.recipient_id) if entry.recipient_id else None
            if recipient is None or not recipient.address:
                continue
            facts = LetterFacts(
                campaign=self._campaign,
                sender=sender,
                recipient=recipient,
                on=date.fromisoformat(entry.date),
                posted_from=self._kit_options.posted_from,
            )
            covers.append(outside(facts, entry.language or "en", entry.channel or "post"))
        if not covers:
            return b""
        return self._outsides.envelopes(covers, self._envelope(sender_id), title="Envelopes")


def _pdf_of(entry: ManifestEntry) -> str:
    return next((one.file for one in entry.files if one.file.endswith(".pdf")), "")
