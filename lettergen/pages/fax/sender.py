"""Who sends a fax to whom: the line on every page, and the cover sheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from lettergen.errors import Problem
from lettergen.letters.letter import Letter, plain
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.salutations import display_of
from lettergen.pages.fax.raster import A4, LETTER, FaxPaper
from lettergen.reference import language as words
from lettergen.reference.fax import cover_words, has_letter_paper

__all__ = ["CoverSheet", "PageLine", "cover_of", "page_line", "paper_of", "problems"]

# What fits on two lines beside date and page number.
_LONGEST_IDENTITY = 80


@dataclass(frozen=True, slots=True)
class PageLine:
    """The line at the head of every page: who sends, from which number, when (47 CFR 68.318(d))."""

    identity: str
    number: str
    """Telephone number with its caption; empty if the sender has none."""
    when: str


@dataclass(frozen=True, slots=True)
class CoverSheet:
    """A cover sheet but for the number of its pages."""

    language: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    """Label and lines, as far as there is something to say."""
    pages_label: str
    pass_on: str
    notices: tuple[str, ...]

    def texts(self) -> Iterator[str]:
        """Yield its words, so that a character that no font has is found."""
        for label, lines in self.rows:
            yield label
            yield from lines
        yield from (self.pages_label, self.pass_on, *self.notices, cover_words(self.language).heading)


def page_line(facts: LetterFacts, language: str, at: datetime | None) -> PageLine:
    """Return the line at the head of every page.

    Args:
        facts: The sender and the letter's date.
        language: Of the letter.
        at: When it is sent, in the sender's time; without it, only the letter's date is shown.
    """
    one = facts.signing()[0]
    full = " · ".join(display_of(signing) or "" for signing in facts.signing())
    identity = full if len(full) <= _LONGEST_IDENTITY else one.short_name or full
    captions = words.captions(language)
    caption, number = (captions.telephone, one.phone) if one.phone else (captions.fax, one.fax)
    return PageLine(identity, f"{caption} {number}" if number else "", _when(facts.on, at, language))


def _when(on: date, at: datetime | None, language: str) -> str:
    if at is None:
        return words.full_date(on, language)
    day = at.date()
    return words.date(day, day, "day", "on", f"{at:%H:%M}", language)


def cover_of(letter: Letter, facts: LetterFacts, line: PageLine) -> CoverSheet:
    """Return the cover sheet of ``letter``, in its language."""
    own, captions = cover_words(letter.language), words.captions(letter.language)
    recipient, one = facts.recipient, facts.signing()[0]
    to, organisation, pass_on = "", list[str](), ""
    if recipient:
        to = letter.inside_address[0] if letter.inside_address else recipient.title or ""
        lines = (recipient.title, *recipient.organisation, recipient.care_of)
        organisation = [text for text in lines if text and text != to]
        pass_on = own.pass_on.format(name=to) if recipient.care_of else ""
    rows = (
        (captions.to, (to,)),
        (captions.organisation, organisation),
        (captions.fax, ((recipient.fax or "") if recipient else "",)),
        (captions.sender, (line.identity,)),
        (captions.telephone, (one.phone or "",)),
        (captions.fax, (one.fax or "",)),
        (captions.email, (one.email or "",)),
        (captions.date, (line.when,)),
        (own.subject, (plain(letter.subject) or plain(letter.title),)),
    )
    said = tuple((label, tuple(filter(None, lines))) for label, lines in rows)
    # A letter that all may read asks nobody to keep it to himself.
    is_open = letter.audience in {"public", "press"} or bool(letter.signatories)
    notices = (own.astray, own.incomplete) if is_open else (own.confidential, own.astray, own.incomplete)
    return CoverSheet(letter.language, tuple(row for row in said if row[1]), captions.pages, pass_on, notices)


def paper_of(facts: LetterFacts) -> FaxPaper:
    """Return the paper of the receiving machine; A4 if unknown."""
    country = facts.recipient.country if facts.recipient else None
    return LETTER if has_letter_paper(country) else A4


def problems(facts: LetterFacts, at: datetime | None) -> Iterator[Problem]:
    """Yield what a fax with these facts lacks, and warnings."""
    one, campaign = facts.signing()[0], facts.campaign
    if not (one.phone or one.fax):
        yield Problem(
            "fax-without-sender-number",
            f"sender `{one.id}` has neither `phone` nor `fax`, so the pages do not show the sending number.",
            "add `phone:` to the sender; some countries require it on every page of a fax.",
            campaign.places.get(("sender", one.id)),
            "warning",
        )
    if at is None:
        yield Problem(
            "fax-without-time",
            "the pages of the fax show the letter’s date but no time.",
            'add `--at "2006-12-02 14:30"`, or check that your machine prints its own line with the time.',
            severity="warning",
        )
    if facts.recipient and not facts.recipient.fax:
        yield Problem(
            "fax-number-missing",
            f"recipient `{facts.recipient.id}` has no `fax`, so this file cannot be sent yet.",
            "add `fax:` with the country code to the recipient, or choose another channel.",
            campaign.places.get(("recipient", facts.recipient.id)),
            "warning",
        )
