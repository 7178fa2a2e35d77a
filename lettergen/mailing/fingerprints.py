"""What each letter is made of, as a digest: the same digest means the same letter, byte for byte."""

import platform
from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from lettergen import __version__
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Recipient, Sender
from lettergen.letters.templates import Template, open_template
from lettergen.mailing.formats import PAGED
from lettergen.mailing.plan import Order
from lettergen.mailing.workshop import Terms, Workshop
from lettergen.pages import libraries

__all__ = ["Fingerprints", "digest"]

SIZE = 16
"""Bytes: enough that two letters never share one by chance."""
TYPESETTERS = (
    "weasyprint", "pydyf", "fonttools", "pikepdf", "pillow", "pypdfium2", "jinja2", "markdown-it-py", "babel",
)  # fmt: skip
"""Libraries whose version shows on the page or in the file."""
NOT_ON_PAPER = frozenset({"outbox", "smtp", "sender", "case", "date", "stale_after_days"})
"""Settings that choose letters or places and change no letter."""
FONTS = (".ttf", ".otf", ".ttc")


def digest(*parts: bytes) -> bytes:
    """Return a digest of several parts, each of any length."""
    made = blake2b(digest_size=SIZE)
    for part in parts:
        made.update(len(part).to_bytes(8, "big"))
        made.update(part)
    return made.digest()


class Fingerprints:
    """Digests of letters; what several letters share is digested once."""

    def __init__(self, workshop: Workshop, formats: tuple[str, ...]) -> None:
        """Digest what all letters have in common."""
        self._workshop = workshop
        self._campaign = workshop.campaign
        self._shared = _shared(self._campaign, workshop.terms, formats)
        self._records: dict[tuple[str, str, str | None], bytes] = {}

    def of(self, order: Order) -> str:
        """Return the content key of a letter."""
        parts = (
            self._shared,
            order.on.isoformat().encode(),
            order.channel.encode(),
            self._once("template", order.template, order.language),
            self._once("recipient", order.recipient_id, None),
            self._once("sender", order.sender_id, None),
            self._once("case", order.case_id, order.language),
            self._sheet(order),
        )
        return digest(*parts).hex()

    def _once(self, kind: str, name: str | None, language: str | None) -> bytes:
        if name is None:
            return b""
        at = (kind, name, language)
        found = self._records.get(at)
        if found is None:
            found = self._records[at] = digest(*self._parts(kind, name, language))
        return found

    def _parts(self, kind: str, name: str, language: str | None) -> Iterable[bytes]:
        if kind == "recipient":
            return (_record(self._campaign.recipient(name)),)
        if kind == "sender":
            return self._signer(self._campaign.sender(name))
        if kind == "case":
            # Who may be named goes by all editions of the case.
            editions = (one for one in self._campaign.translations if one.id == name)
            return map(_record, (self._campaign.case(name, language), *editions))
        languages = (language,) if language else ()
        return (_source(open_template(name, self._campaign.template_folders, languages)),)

    def _signer(self, sender: Sender) -> list[bytes]:
        members = [self._campaign.sender(one) for one in sender.members]
        pictures = (one.signature for one in (sender, *members) if one.signature)
        return [
            *(_record(one) for one in (sender, *members)),
            *(_picture(self._campaign.folder, name) for name in pictures),
        ]

    def _sheet(self, order: Order) -> bytes:
        # The country of the sender may decide on it where nothing else does.
        country = self._campaign.sender(order.sender_id).country
        at = ("sheet", order.template, f"{order.language} {country}")
        found = self._records.get(at)
        if found is None:
            found = self._records[at] = digest(repr(self._workshop.stationery(order)).encode())
        return found


def _shared(campaign: Campaign, terms: Terms, formats: tuple[str, ...]) -> bytes:
    settings = campaign.settings.model_dump(exclude=set(NOT_ON_PAPER))
    told = (
        sorted(settings.items()),
        replace(terms, folder=Path(), formats=formats),
        __version__,
        platform.python_version(),
        [_version(name) for name in TYPESETTERS],
        # Text alone needs none of them, and is made where they are missing.
        () if PAGED.isdisjoint(formats) else libraries.versions(),
    )
    fonts = (campaign.folder / name for name in campaign.settings.fonts)
    return digest(repr(told).encode(), *(part for folder in fonts for part in _fonts(folder)))


def _record(record: Recipient | Sender | Case) -> bytes:
    if isinstance(record, Case):
        # Its dates know how precisely they are known; only their own words for it are complete.
        return repr(record).encode("utf-8", "surrogatepass")
    return record.model_dump_json(exclude_defaults=True).encode("utf-8", "surrogatepass")


def _source(template: Template) -> bytes:
    return "\n".join((template.name, template.language, *template.lines)).encode("utf-8", "surrogatepass")


def _picture(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError:
        return b""  # told when the letter is made


def _fonts(folder: Path) -> Iterable[bytes]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in FONTS:
            yield path.name.encode()
            yield str(path.stat().st_size).encode()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
