"""What each letter is made of, as a digest: the same digest, the same bytes."""

import platform
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from lettergen.__version__ import __version__
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Recipient, Sender, Signature
from lettergen.facts.regular_files import read_regular
from lettergen.facts.signature_lists import SignatureFile
from lettergen.letters.template.templates import Template, open_template
from lettergen.pages.pdf import library_versions
from lettergen.plan.orders import Order
from lettergen.rendering.enclosed_files import files_for
from lettergen.rendering.formats import PAGED
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer

__all__ = ["SIZE", "Fingerprints", "digest"]

SIZE = 16
"""Bytes: enough that two letters never share one by chance."""
TYPESETTERS = (
    "weasyprint", "pydyf", "fonttools", "pikepdf", "pillow", "pypdfium2", "jinja2", "markdown-it-py", "babel",
    "anyascii",
)  # fmt: skip
"""Libraries whose version affects the page or the file."""
NOT_ON_PAPER = frozenset({"outbox", "smtp", "sender", "case", "date", "stale_after_days"})
"""Settings that choose letters or places but do not change any letter."""
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

    def __init__(self, renderer: Renderer, formats: tuple[str, ...]) -> None:
        """Digest what all letters share."""
        self._renderer = renderer
        self._campaign = renderer.campaign
        self._shared = _shared(self._campaign, renderer.terms, formats)
        self._series: dict[tuple[object, ...], Any] = {}
        self._recipients: dict[str | None, bytes] = {None: bytes(SIZE)}
        self._senders: dict[str, tuple[bytes, str | None]] = {}

    def of(self, order: Order) -> bytes:
        """Return the content key of a letter."""
        sender, country = self._sender(order.sender_id)
        # The country of the sender may decide on the sheet where nothing else does.
        languages = (order.language, order.translation)
        key = (order.template, languages, order.case_id, order.on, order.channel, country)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = blake2b(digest(*self._common(order)), digest_size=SIZE)
        made = series.copy()
        made.update(self._recipient(order.recipient_id) + sender)
        if order.earlier:
            # What the ledger knew when the mailing was planned: more of it, another letter.
            made.update(repr(order.earlier).encode())
        return bytes(made.digest())

    def _common(self, order: Order) -> Iterable[bytes]:
        """Return all that a letter has from neither its recipient nor its sender."""
        languages = (order.language,) if order.language else ()
        template = open_template(order.template, self._campaign.template_folders, languages)
        if order.translation is not None:
            yield from self._common(order._replace(language=order.translation, translation=None))
        yield self._shared
        yield order.on.isoformat().encode()
        yield order.channel.encode()
        yield _source(template)
        yield repr(self._renderer.stationery(order)).encode()
        yield from _signatures(self._campaign, order)
        case = self._campaign.case(order.case_id, order.language) if order.case_id else None
        yield from (one.sha256.encode() for one in files_for(template, case, self._campaign.folder))
        if case is not None:
            # Who may be named goes by all editions of the case.
            editions = (one for one in self._campaign.translations if one.id == order.case_id)
            yield from map(_record, (case, *editions))
            told = (*case.write_to, *case.copies_to)
            yield from (self._recipient(one) for one in told if self._campaign.holds("recipient", one))

    def _recipient(self, name: str | None) -> bytes:
        found = self._recipients.get(name)
        if found is None:
            found = self._recipients[name] = digest(_record(self._campaign.recipient(name or "")))
        return found

    def _sender(self, name: str) -> tuple[bytes, str | None]:
        found = self._senders.get(name)
        if found is None:
            sender = self._campaign.sender(name)
            found = self._senders[name] = (digest(*self._signer(sender)), sender.country)
        return found

    def _signer(self, sender: Sender) -> list[bytes]:
        parties = (sender, *map(self._campaign.sender, sender.members))
        signatures = [one.signature for one in parties if one.signature]
        logos = [one.logo.file for one in parties if one.logo]
        pictures = (_picture(self._campaign.folder, name) for name in (*signatures, *logos))
        return [*map(_record, parties), *pictures]


def _shared(campaign: Campaign, terms: RenderTerms, formats: tuple[str, ...]) -> bytes:
    settings = campaign.settings.model_dump(exclude=set(NOT_ON_PAPER))
    told = (
        sorted(settings.items()),
        sorted(campaign.treaties.items()),
        replace(terms, folder=Path(), formats=formats),
        __version__,
        platform.python_version(),
        [_version(name) for name in TYPESETTERS],
        # Text alone needs none of them, and is made where they are missing.
        () if PAGED.isdisjoint(formats) else library_versions.versions(),
    )
    fonts = (campaign.folder / name for name in campaign.settings.fonts)
    return digest(repr(told).encode(), *(part for folder in fonts for part in _fonts(folder)))


def _record(record: Recipient | Sender | Case | Signature | SignatureFile) -> bytes:
    if isinstance(record, Case):
        # Its dates know how precisely they are known; only their own words for it are complete.
        return repr(record).encode("utf-8", "surrogatepass")
    return record.model_dump_json(exclude_defaults=True).encode("utf-8", "surrogatepass")


def _signatures(campaign: Campaign, order: Order) -> Iterable[bytes]:
    """Return what a letter may say of those who signed, where somebody did."""
    lists = campaign.signatures_of(order.case_id)
    for one in lists:
        yield _record(one.about)
        yield from map(_record, one.signatures)


def _source(template: Template) -> bytes:
    told = (template.name, template.language, template.source.text())
    return "\n".join(told).encode("utf-8", "surrogatepass")


def _picture(folder: Path, name: str) -> bytes:
    try:
        return read_regular(folder / name, below=folder)
    except OSError:
        return b""  # told when the letter is made


def _fonts(folder: Path) -> Iterable[bytes]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in FONTS:
            yield path.name.encode()
            yield str(path.stat().st_size).encode()


@cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
