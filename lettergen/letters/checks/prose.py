"""Slips of prose that show only in the finished letter, since facts and templates meet there."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from lettergen.errors import Problem
from lettergen.facts.model import Case, Person
from lettergen.letters.assemble import audiences_of, sight
from lettergen.letters.checks.word_lists import folded
from lettergen.letters.checks.word_origin import pointed
from lettergen.letters.letter import Block, Letter, Paragraph, Quote, plain
from lettergen.letters.parts import LetterFacts
from lettergen.letters.privacy.clearance import named
from lettergen.letters.template.states import state
from lettergen.letters.template.templates import Template
from lettergen.reference import grammar, toml

__all__ = ["courtesy", "introduction", "stops_and_capitals", "tense"]

DOUBLED_STOP = re.compile(
    r"(?:(?<!\.)\.\.(?!\.)|[?!]\.(?!\.)|,,|;;|[,;:]\.(?!\.)|(?<=[^\W\d_]{3})(?<!etc)\.[;:](?=\s|$))"
)
NOT_A_SENTENCE = re.compile(r"\S*(?:://|www\.|@|\.\w)|…")
SMALL_START = re.compile(r"(?P<word>[^\W\d_]{4,}|\d{4})[.?!][”’»)\"]*\s+[“‘«„(\"]*(?P<next>[^\W\d_]\S*)")
GOES_ON = (",", ";", ":", "–", "—", "…")
SHOWN = 40
ROOM = 512
"""Paragraphs that are remembered: most letters of a mailing share all but one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Prose:
    """What one language's letters are looked through for."""

    courtesy: re.Pattern[str]
    abbreviations: frozenset[str]
    pronouns: re.Pattern[str] | None
    present: str


def stops_and_capitals(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield stops that stand twice, and sentences that begin in small letters."""
    texts = [*map(plain, (letter.title, letter.subject, letter.postscript)), *letter.body_texts()]
    for phrase in dict.fromkeys(phrase for text in texts for phrase in _doubled_stops(text)):
        problem = Problem(
            "doubled-stop",
            f"the letter has `{phrase}`, two stops in a row.",
            "delete one of the two; `{{ … | sentence }}` adds a stop only where there is none.",
            severity="warning",
        )
        yield pointed(problem, phrase, template, facts)
    goes_on = letter.opening.endswith(",") and grammar.goes_on_from_opening(letter.language)
    for phrase in dict.fromkeys(_small_starts(letter.body, _prose(letter.language), goes_on=goes_on)):
        problem = Problem(
            "lower-case-start",
            f"a sentence of the letter begins in lower case: `{phrase}`.",
            "begin it with a capital; `{{ … | capitalised }}` gives one to a fact.",
            severity="warning",
        )
        yield pointed(problem, phrase, template, facts)


@lru_cache(maxsize=ROOM)
def _doubled_stops(text: str) -> tuple[str, ...]:
    """Return the stops that stand twice, each with the word before it."""
    found = DOUBLED_STOP.finditer(text)
    return tuple(text[: match.end()].rsplit(maxsplit=1)[-1] for match in found)


@lru_cache(maxsize=ROOM)
def _small_within(text: str, prose: "_Prose | None") -> tuple[str, ...]:
    """Return the sentences within a paragraph that begin in small letters."""
    return tuple(
        text[match.start("next") : match.start("next") + SHOWN]
        for match in SMALL_START.finditer(text)
        if match["next"][0].islower()
        and not (prose and match["word"].casefold() in prose.abbreviations)
        and not NOT_A_SENTENCE.match(match["next"])
    )


_folded = lru_cache(maxsize=ROOM)(folded)


def _small_starts(blocks: Iterable[Block], prose: "_Prose | None", *, goes_on: bool) -> Iterator[str]:
    """Yield the beginnings of sentences in small letters; items of lists need not be sentences."""
    for block in blocks:
        if isinstance(block, Quote):
            yield from _small_starts(block.blocks, prose, goes_on=False)
        text = plain(block.inline) if isinstance(block, Paragraph) else ""
        if text[:1].islower() and not goes_on and not NOT_A_SENTENCE.match(text):
            yield text[:SHOWN]
        yield from _small_within(text, prose)
        goes_on = text.rstrip().endswith(GOES_ON) if text else goes_on and isinstance(block, Quote)


def courtesy(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield courtesy titles without a name."""
    prose = _prose(letter.language)
    titles = (title for text in letter.body_texts() for title in _bare_titles(text, prose)) if prose else ()
    for title in dict.fromkeys(titles):
        problem = Problem(
            "courtesy-without-name",
            f"the letter says `{title}` without a name after it.",
            "print `{{ person.name }}`, which has the title and the name, or neither.",
            severity="warning",
        )
        yield pointed(problem, title, template, facts)


@lru_cache(maxsize=ROOM)
def _bare_titles(text: str, prose: "_Prose") -> tuple[str, ...]:
    return tuple(match[0] for match in prose.courtesy.finditer(text))


def introduction(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield a pronoun that stands before anybody is named or described."""
    case, prose = facts.case, _prose(letter.language)
    if case is None or not case.persons or prose is None or prose.pronouns is None:
        return
    text = "\n".join(map(_folded, letter.body_texts()))
    if facts.sender.own_words:
        text = text.replace(folded(facts.sender.own_words), " ")
    told = _introductions(case, template, facts)
    first = min((at for at in map(text.find, told) if at >= 0), default=len(text))
    match = prose.pronouns.search(text, 0, first)
    if match:
        problem = Problem(
            "person-not-introduced",
            f"the letter says `{match[0]}` before it says who that is.",
            "print `{{ introduce }}` first, or the name or the summary of the case.",
            severity="warning",
        )
        yield pointed(problem, text[match.start() : match.start() + SHOWN], template, facts)


def _introductions(case: Case, template: Template, facts: LetterFacts) -> list[str]:
    """Return the words by which readers get to know whom a letter is about."""
    view = sight(template, facts, audiences_of(template, facts.recipient))
    described = [one.described_as.one for one in case.persons if one.described_as]
    told = [view.told(case.summary, case), view.told(case.title, case), *described]
    names = [spelling for person in case.persons for spelling in named(person)]
    events = [view.told(event.what, case) for event in case.events]
    return [folded(text)[:SHOWN] for text in (*told, *names, *events) if text]


def tense(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield what is told of the dead as if they were alive."""
    case, prose = facts.case, _prose(letter.language)
    dead = [one for one in case.persons if state(one, case, facts.on)[0] == "dead"] if case else []
    if not dead or prose is None:
        return
    text = "\n".join(letter.body_texts()).replace("\u00a0", " ")
    for person in dead:
        names = "|".join(re.escape(name) for name in sorted(_called(person), key=len, reverse=True))
        for match in re.finditer(rf"(?:{names})(?:, [^,.\n]{{1,80}},)? {prose.present}", text):
            problem = Problem(
                "dead-in-present",
                f"the letter speaks of `{person.id}`, who is dead, in the present tense: `{match['verb']}`.",
                "write it in the past; `{% if person.is_dead %}` asks, and the block `health` knows.",
                severity="warning",
            )
            yield pointed(problem, match[0], template, facts)


def _called(person: Person) -> frozenset[str]:
    title = f"{person.name.courtesy} " if person.name.courtesy else ""
    family = (f"{title}{person.name.family}",) if title and person.name.family else ()
    given = (person.name.given,) if person.name.given else ()
    return frozenset((*named(person), *family, *given))


@cache
def _prose(language: str) -> _Prose | None:
    tables: Mapping[str, Any] = toml(Path(__file__).with_name("prose.toml"))
    table = tables.get(language.partition("-")[0])
    if table is None:
        return None
    titles, particles = "|".join(table["courtesy"]), "|".join(table["particles"])
    pronouns = "|".join(table["pronouns"])
    verbs = "|".join(one for one in table["present"] if one != "is")
    unless = "|".join(table["unless"])
    verb_is = rf"|is(?! (?:{unless})\b)" if "is" in table["present"] else ""
    return _Prose(
        courtesy=re.compile(
            rf"(?<![\w.])(?:{titles})\b\.?(?:(?=[ \u00a0]*(?:[,;:!?)]|$))"
            rf"|(?=[ \u00a0]+(?!(?:{particles})\b)[a-zà-ÿ]))"
        ),
        abbreviations=frozenset(table["abbreviations"]),
        pronouns=re.compile(rf"\b(?:{pronouns})\b") if pronouns else None,
        present=rf"(?P<verb>(?:{verbs}{verb_is}))\b",
    )
