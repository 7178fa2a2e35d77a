"""Characters that no font has, found in the files before a letter needs them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from pydantic import BaseModel

from lettergen.errors import LettergenError, Place, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.character_set import signs_of
from lettergen.facts.model import Case, Sender, Signature
from lettergen.facts.signature_lists import SignatureList
from lettergen.facts.value_places import Way
from lettergen.letters import parts
from lettergen.letters.checks import word_origin
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.blocks import blocks_of
from lettergen.letters.template.templates import Template
from lettergen.pages.checks.addresses import AddressedRecipient, RecordOf
from lettergen.pages.typefaces import fonts
from lettergen.reference import address
from lettergen.reference import language as words

__all__ = ["check", "pointed"]

Missing = Callable[[Iterable[str]], frozenset[str]]
"""Returns those of some characters that no font has."""

_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_NEVER_PRINTED = frozenset({"confidential", "aliases", "id", "consent"})


def check(
    everybody: Sequence[AddressedRecipient],
    campaign: Campaign,
    templates: Sequence[Template],
    record: RecordOf,
    missing: Missing,
) -> Iterator[Problem]:
    """Yield the characters that would be empty boxes, by their record or template."""
    for one in everybody:
        given = one.recipient
        texts = [*one.lines, given.salutation or "", given.closing or ""]
        if given.envelope_name:
            texts.append(parts.opening(given, one.language))
        yield from _in_record("recipient", given.id, texts, record, missing)
    today = date.min
    for sender in _perhaps_lacking(campaign.senders, missing):
        texts = list(_of_sender(LetterFacts(campaign=campaign, sender=sender, on=today)))
        yield from _in_record("sender", sender.id, texts, record, missing)
    skipped = _NEVER_PRINTED | _not_used(templates)
    for case in (*campaign.cases, *campaign.translations):
        yield from _in_case(case, skipped, record, missing)
    for one_list in campaign.signatures:
        yield from _in_signatures(one_list, missing)
    for template in templates:
        yield from _in_template(template, missing)
    with suppress(LettergenError):  # a file that cannot be read is told with the templates
        for file, text in blocks_of(campaign.template_folders).texts():
            yield from _in_blocks(file, text, missing)


def pointed(problem: Problem, letter: Letter, template: Template, facts: LetterFacts) -> Problem:
    """Point at the record or the words in which a missing character of a letter stands."""
    folders = tuple(facts.campaign.folder / name for name in facts.campaign.settings.fonts)
    missing = fonts.missing_characters(letter.texts(), folders)
    if not missing:
        return problem
    recipient = facts.recipient
    if recipient and set(missing) & set("".join((*letter.inside_address, letter.opening, letter.closing))):
        return replace(problem, place=facts.campaign.places.get(("recipient", recipient.id)))
    if set(missing) & set("".join(_of_sender(facts))):
        return replace(problem, place=facts.campaign.places.get(("sender", facts.sender.id)))
    return word_origin.pointed(problem, missing[0], template, facts)


def _in_record(
    kind: str, name: str, texts: Iterable[str], record: RecordOf, missing: Missing
) -> Iterator[Problem]:
    found = missing(set[str]().union(*texts))
    if found:
        told = record(kind, name)
        way = next((way for way, text in _texts(_fact(told.campaign, kind, name)) if found & set(text)), ())
        yield told.problem(
            "missing-glyph",
            f"{told} has characters that no font has: {fonts.listed(sorted(found))}.",
            fonts.remedy(found),
            way,
        )


def _fact(campaign: Campaign, kind: str, name: str) -> BaseModel:
    return campaign.recipient(name) if kind == "recipient" else campaign.sender(name)


def _in_case(case: Case, skipped: frozenset[str], record: RecordOf, missing: Missing) -> Iterator[Problem]:
    for way, text in _texts(case):
        found = missing(text)
        if found and not skipped.intersection(map(str, way)):
            told = record("case", case.stem)
            yield told.problem(
                "glyph-may-be-missing",
                f"{told} has characters that no font has: {fonts.listed(sorted(found))}; "
                "letters that print them are refused.",
                fonts.remedy(found),
                way,
                "warning",
            )


def _in_signatures(one: SignatureList, missing: Missing) -> Iterator[Problem]:
    """Yield which printed words of those who signed lack a font, at the first of them."""
    maybe = missing(signs_of(one.signatures))
    found = {
        at: lacking
        for at, signed in enumerate(one.signatures if maybe else ())
        if (lacking := maybe.intersection(_printed(signed)))
    }
    if found:
        first, lacking = next(iter(found)), frozenset[str]().union(*found.values())
        yield Problem(
            "glyph-may-be-missing",
            f"{len(found):,} of those who signed have characters that no font has: "
            f"{fonts.listed(sorted(lacking))}; "
            "letters and annexes that name them are refused.",
            fonts.remedy(lacking),
            one.place(first),
            "warning",
        )


def _printed(signed: Signature) -> str:
    texts = (signed.name, signed.title, signed.organisation, signed.city)
    return "".join(text for one in texts for _, text in _texts(one))


def _in_template(template: Template, missing: Missing) -> Iterator[Problem]:
    for line, found in _lines_lacking("\n".join(template.lines), missing):
        yield template.problem(
            "missing-glyph",
            line,
            f"template `{template.name}` has characters that no font has: {fonts.listed(sorted(found))}.",
            fonts.remedy(found),
        )


def _in_blocks(file: str, text: str, missing: Missing) -> Iterator[Problem]:
    for line, found in _lines_lacking(text, missing):
        yield Problem(
            "missing-glyph",
            f"blocks have characters that no font has: {fonts.listed(sorted(found))}.",
            fonts.remedy(found),
            Place(file, line),
        )


def _lines_lacking(text: str, missing: Missing) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the first line whose words have characters that no font has, and all of these in the text."""
    if not missing(text):
        return
    own = _JINJA.sub(lambda found: "\n" * found[0].count("\n"), text).split("\n")
    lines = [(at, missing(line)) for at, line in enumerate(own, start=1) if not line.startswith("#")]
    every = frozenset[str]().union(*(found for _, found in lines))
    if every:
        yield next(at for at, found in lines if found), every


def _of_sender(facts: LetterFacts) -> Iterator[str]:
    """Yield all that a letter prints of its sender."""
    sender = facts.sender
    yield sender.own_words or ""
    yield sender.place or ""
    # A member who is not there is told elsewhere.
    with suppress(LettergenError):
        head = parts.letterhead(facts, (sender.language or "en"))
        if head:
            yield from (head.name, *head.lines)
        yield parts.return_address(facts, (sender.language or "en"))
        for block in parts.signatures(facts, (sender.language or "en")):
            yield from block.lines
        for row in parts.signatories(facts, (sender.language or "en")):
            yield from row


def _perhaps_lacking(senders: Sequence[Sender], missing: Missing) -> Iterator[Sender]:
    """Yield the senders whose letters may need a character that no font has; usually none."""
    lacking = missing(signs_of(senders))
    added = {(one.country, one.language or "en") for one in senders}
    odd = {pair for pair in added if missing(set("".join(_added(*pair))))}
    # Letters of several print other records in this one's language, and capitals may be other signs.
    others = {
        one.id
        for one in senders
        if one.members or one.signatories or one.signs_for or (one.name and one.name.caps_family)
    }
    for one in senders if others or odd or lacking else ():
        has_others = one.id in others
        is_odd = odd and (one.country, one.language or "en") in odd
        if has_others or is_odd or (lacking and lacking & signs_of([one])):
            yield one


def _added(country: str | None, language: str) -> Iterator[str]:
    """Yield what a letter sets beside the words of its sender."""
    captions = words.captions(language)
    yield from (captions.telephone, captions.fax, " ·/,")
    if country:
        yield address.country_name(country, language)


def _not_used(templates: Sequence[Template]) -> frozenset[str]:
    """Return the facts in other scripts that no template prints."""
    printed = {need.fact.rpartition(".")[2] for template in templates for need in template.found}
    return frozenset({"native_name", "source", "sources", "documents"} - printed)


def _texts(value: object, way: Way = ()) -> Iterator[tuple[Way, str]]:
    """Yield every text of a record with the way to it."""
    if isinstance(value, str):
        yield way, value
    elif isinstance(value, BaseModel):
        for name, inside in value:
            yield from _texts(inside, (*way, name))
    elif isinstance(value, Mapping):
        for key, inside in value.items():
            yield from _texts(inside, (*way, str(key)))
    elif isinstance(value, tuple | list):
        for at, inside in enumerate(value):
            yield from _texts(inside, (*way, at))
