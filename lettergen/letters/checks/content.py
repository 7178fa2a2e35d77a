"""What a letter must contain: whom it is about, when and where, what is asked, who asks."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property

from lettergen.errors import Place, Problem
from lettergen.facts.dates import FactDate
from lettergen.facts.model import Audience, Case, is_for
from lettergen.letters.assemble import audiences_of, sight, words_fit
from lettergen.letters.checks.word_lists import WordList, folded, words
from lettergen.letters.checks.word_origin import pointed
from lettergen.letters.letter import Block, Letter, ListBlock, Paragraph, plain
from lettergen.letters.parts import LetterFacts
from lettergen.letters.privacy import clearance
from lettergen.letters.template.demand_wording import as_clause
from lettergen.letters.template.templates import Template
from lettergen.letters.template.views_of_facts import ViewBuilder
from lettergen.reference import language as phrases

__all__ = ["address", "demands", "own_words", "persons", "place_names", "reply", "time_and_place"]

DEMANDING = frozenset(
    {
        "protest", "appeal", "petition", "joint-appeal", "open-letter", "resolution", "plea", "statement",
        "urgent-action", "communication", "reminder", "complaint",
    }
)  # fmt: skip
"""Kinds of letters that make the case's demands; questions and urgent appeals ask for something else."""
MOST_OWN_WORDS = 150
"""A third of a page; with more, the case is no longer the letter's subject."""
NOT_TOLD = frozenset(
    {
        "letterhead", "return_address", "inside_address", "place_and_date", "references", "opening",
        "signatures", "copies", "contacts",
    }
)  # fmt: skip
DIVIDER = re.compile(r",|\band\b|\bund\b|\bet\b")


def persons(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield who may be named to the readers of a letter, and is not."""
    case = facts.case
    if case is None or not _tells_of_case(template):
        return
    said = _LetterWords(letter, folded)
    audiences = audiences_of(template, facts.recipient)
    for person in case.persons:
        if clearance.clearance(person, audiences) != "full":
            continue
        if not said.any_of(map(folded, clearance.named(person))):
            yield Problem(
                "person-not-named",
                f"the letter does not name `{person.id}`, who may be named to its readers.",
                "print `{{ case.named | names }}` in the template, so that there is no doubt about the case.",
                facts.campaign.places.get(("case/person", f"{case.stem}/{person.id}")),
                "warning",
            )


def time_and_place(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield whether a letter says neither when nor where its case happened."""
    if facts.case and _tells_of_case(template):
        audiences = audiences_of(template, facts.recipient)
        yield from _time_and_place(facts.case, audiences, facts, letter)


def _tells_of_case(template: Template) -> bool:
    """Say whether a template tells of a case; a card of greetings does not, nor condolences to a family."""
    return template.kind != "condolences" and any(need.fact.startswith("case.") for need in template.found)


def _time_and_place(
    case: Case, audiences: tuple[Audience, ...], facts: LetterFacts, letter: Letter
) -> Iterator[Problem]:
    places, text = facts.campaign.places, _told(letter)
    events = [event for event in case.events if is_for(event, audiences)]
    if events and not any(_has_date(text, event.on, letter.language) for event in events):
        yield Problem(
            "case-date-missing",
            f"the letter gives no date for the case `{case.id}`.",
            "print an event in the template, for example `{{ case.arrest.on | when }}`, "
            "or give the date in `summary:`.",
            places.get(("case/field", f"{case.stem}/events")),
            "warning",
        )
    told = [place.to(audiences) for place in (case.place, *(event.place for event in events)) if place]
    names = list(place_names(filter(None, told)))
    if names and not any(folded(name) in text for name in names):
        yield Problem(
            "case-place-missing",
            f"the letter does not say where the case `{case.id}` happened.",
            "print `{{ case.place }}` in the template, or give the place in `summary:`.",
            places.get(("case/field", f"{case.stem}/place"), places.get(("case", case.stem))),
            "warning",
        )


def _has_date(text: str, on: FactDate, language: str) -> bool:
    """Say whether a text gives a date of the case, to the month or more exactly."""
    written = phrases.date(on.first, on.last, on.precision, on.form, on.time, language)
    if folded(written) in text or on.first.isoformat() in text:
        return True
    if on.precision == "year":
        return str(on.first.year) in text
    middle = on.first + (on.last - on.first) / 2
    return any(_has_month(text, day, language) for day in (on.first, middle, on.last))


def _has_month(text: str, day: date, language: str) -> bool:
    written = folded(phrases.month_year(day, language))
    month, _, after = written.partition(str(day.year))
    if after or not month:  # 2003年1月
        return written in text
    # January 2003, and also January 18, 2003.
    return re.search(rf"{re.escape(month.strip())}\W*(?:\d{{1,2}}\w{{0,2}}\W+)?{day.year}", text) is not None


def place_names(places: Iterable[str]) -> Iterator[str]:
    """Yield the nearest name of each place of a case: Weifang Prison, and not China."""
    for place in places:
        nearest = DIVIDER.split(place)[0]
        name = re.sub(r"^(?:[a-zà-ÿ]+ )+", "", nearest.strip())  # near Jinghong
        if name:
            yield name


def demands(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield a problem for each demand that is left out, and each that is not the case's."""
    case = facts.case
    # What many have signed is not reworded.
    if case is None or template.kind not in DEMANDING or "signatures.text" in template.uses:
        return
    places = facts.campaign.places
    audiences = audiences_of(template, facts.recipient)
    wanted = _wanted(case, sight(template, facts, audiences))
    said = _LetterWords(letter, _bare)
    for number, demand in enumerate(case.demands, 1):
        text = wanted[number - 1]
        if text and not said.any_of([text]):
            key = demand.id or str(number)
            yield Problem(
                "demand-missing",
                f"the letter leaves out the demand `{key}` of the case `{case.id}`.",
                "print `{{ ask }}`, or every demand with `{% for demand in case.demands %}`; "
                "the authorities will do no more than they are asked.",
                places.get(("case/demand", f"{case.stem}/{key}"), places.get(("case", case.stem))),
                "warning",
            )
    for item in _asked(letter.body, list(filter(None, wanted)), words(letter.language)):
        problem = Problem(
            "demand-not-in-case",
            f"the letter asks for something that is not among the demands of the case `{case.id}`.",
            "add it to `demands:` if those who know the case agree, or delete it: asking for more can harm.",
            severity="warning",
        )
        yield pointed(problem, item, template, facts)


def _wanted(case: Case, view: ViewBuilder) -> tuple[str, ...]:
    """Return the demands as the letter's readers may read them; empty where a demand is for others."""
    texts = (one.text if is_for(one, view.audiences) else None for one in case.demands)
    return tuple(_bare(as_clause(view.told(text, case) or "", view.language)) for text in texts)


def _asked(blocks: Sequence[Block], wanted: Sequence[str], listed: WordList | None) -> Iterator[str]:
    """Yield items in lists of demands that contain none of the case's."""
    before = ""
    for block in blocks:
        if isinstance(block, ListBlock):
            items = [_block_text(item) for item in block.items]
            strange = [item for item in items if not any(text in _bare(item) for text in wanted)]
            if len(strange) < len(items) or (listed and _leads_in(before, listed)):
                yield from strange
        before = plain(block.inline) if isinstance(block, Paragraph) else ""


def _leads_in(paragraph: str, listed: WordList) -> bool:
    last = re.split(r"[.?!]\s", folded(paragraph))[-1]
    return last.endswith((":", ",")) and listed.asks.search(last) is not None


def _block_text(blocks: Sequence[Block]) -> str:
    return " ".join(plain(block.inline) for block in blocks if isinstance(block, Paragraph))


def _bare(text: str) -> str:
    """Return the words alone: neither the stop after a demand counts, nor `not to` for `to not`."""
    return folded(re.sub(r"\bnot to\b", "not", re.sub(r"[.;,:]+(?=\s|$)", "", text)))


class _LetterWords:
    """All words of a letter, made comparable; the body is looked through first, as most is found there."""

    def __init__(self, letter: Letter, comparable: Callable[[str], str]) -> None:
        self._letter = letter
        self._comparable = comparable

    def any_of(self, phrases: Iterable[str]) -> bool:
        # Made comparable, the words of the body are a stretch of those of the letter.
        listed = list(phrases)
        return any(one in self._body for one in listed) or any(one in self._whole for one in listed)

    @cached_property
    def _body(self) -> str:
        return self._comparable(" ".join(self._letter.body_texts()))

    @cached_property
    def _whole(self) -> str:
        return self._comparable(" ".join(self._letter.texts()))


def _told(letter: Letter) -> str:
    """Return what the letter tells: a date or place in its head is the sender's, not the case's."""
    return folded(" ".join(letter.texts(without=NOT_TOLD)))


def address(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield a problem for a letter that does not say where an answer can be sent."""
    if not template.headed:
        return
    lines = [line for sender in (facts.sender, *facts.signing()) for line in sender.address]
    if lines and letter.letterhead and folded(lines[0]) in folded(" ".join(letter.letterhead.lines)):
        return
    said = _LetterWords(letter, folded)
    if not said.any_of(map(folded, lines)):
        sender = facts.sender
        yield Problem(
            "no-sender-address",
            f"the letter of the sender `{sender.id}` has no return address.",
            "add `address:`, or the address of an organisation that receives the answers.",
            facts.campaign.places.get(("sender", sender.id)),
            "warning",
        )


def reply(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield a problem for a letter to somebody that does not ask for an answer."""
    listed = words(letter.language)
    if facts.recipient and template.reply and listed and not listed.reply.search(_told(letter)):
        yield Problem(
            "no-reply-asked",
            "the letter does not ask for a reply.",
            "end it with a request such as `I should be grateful for a reply.`",
            Place(template.file, template.body.line),
            "warning",
        )


def own_words(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield a problem where the sender's own words outweigh the letter, or are in another language."""
    sender = facts.sender
    own = sender.own_words
    if own and "own_words" in template.body.names and not words_fit(facts, letter.language):
        yield Problem(
            "own-words-left-out",
            f"own words in `{sender.language}` are left out of letters in `{letter.language}`.",
            "choose letters in the senders' language, translate their paragraphs, or set "
            "`foreign_own_words = true` in lettergen.toml.",
            severity="warning",
        )
        return
    if not own or not _LetterWords(letter, folded).any_of([folded(own)[:40]]):
        return
    place = facts.campaign.places.get(("sender", sender.id))
    count = len(own.split())
    if count > MOST_OWN_WORDS:
        yield Problem(
            "own-words-long",
            f"the sender `{sender.id}` has {count} own words; up to {MOST_OWN_WORDS} are recommended.",
            "keep what connects the sender with the case, and cut the rest.",
            place,
            "warning",
        )
    if (sender.language or letter.language).partition("-")[0] != letter.language.partition("-")[0]:
        yield Problem(
            "own-words-language",
            f"the letter is in `{letter.language}`, but the own words of the sender `{sender.id}` are in "
            f"`{sender.language}`.",
            "translate the paragraph and set `language:`, or set `foreign_own_words = false`.",
            place,
            "warning",
        )
