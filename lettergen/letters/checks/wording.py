"""The words of a letter: polite, finished, without doubled words.

Searched are the letter's own words. Names, titles of treaties, quotations and
messages that are passed on belong to others and are left alone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import groupby

from lettergen.errors import Problem
from lettergen.facts.model import Case, PersonName
from lettergen.letters.checks.word_lists import WordList, caseless, folded, may_stand_in, words
from lettergen.letters.checks.word_origin import pointed
from lettergen.letters.letter import Block, Inline, Letter, block_texts, plain
from lettergen.letters.parts import LetterFacts
from lettergen.letters.privacy.clearance import named
from lettergen.letters.privacy.folding import SEAM
from lettergen.letters.series.identity_cache import IdentityCache
from lettergen.letters.template.templates import Template
from lettergen.reference import table

__all__ = ["Fault", "faults", "left_open", "may_be_open", "style"]

QUOTED = re.compile(r"“[^”]*”|«[^»]*»|„[^“]*“|\"[^\"]*\"|「[^」]*」")
MASK = " · "
"""Replaces somebody else's words; it is not a word and does not end one."""
DOUBLED = re.compile(r"\b([^\W\d_]{2,}) (\1)\b(?![-’'])", re.IGNORECASE)
CAPITALS = re.compile(r"[^\W\d_a-z]{2}")
CLAUSE_END = re.compile(r"[^\w\s'’-]+|\n")
SHOUT = 10
"""More capital letters than this in a row of words are not abbreviations."""
# A Roman thirty after a number belongs to a resolution of the General Assembly: 3452 (XXX).
UNFINISHED = re.compile(
    r"(?<!\d \()\bX{3,}\b|\b(?:TODO|FIXME|TBD|TBC)\b|_{3,}|\.{5,}|\{\{|\}\}|\{%|%\}|(?i:\blorem ipsum\b)"
)
# Folded text without these has nothing that `UNFINISHED` or `BRACKETED` finds.
_SIGNS_LEFT = ("[", "<", "xxx", "todo", "fixme", "tbd", "tbc", "___", ".....", "{", "}", "lorem")
MENTION = re.compile(r"(?<![\w@.])@[a-z0-9]+(?:-[a-z0-9]+)+")
BRACKETED = re.compile(r"\[([^\[\]]{1,40})\]|<([^<>]{1,40})>")

Fault = tuple[str, Problem]
"""Wrong words and what is wrong with them; their place is found later."""


def left_open(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield placeholders left in a letter, including addresses and messages."""
    found = _left_open("\n".join(letter.texts()), words(letter.language))
    for phrase, problem in dict.fromkeys(found):
        yield pointed(problem, phrase, template, facts)


def style(template: Template, facts: LetterFacts, letter: Letter) -> Iterator[Problem]:
    """Yield what is wrong with the letter's own words, once for each word."""
    own = _own(letter.title, letter.subject, letter.postscript, letter.body)
    names = (*_correspondents(facts), *_standing(_of_case(facts.case), own))
    names = tuple(dict.fromkeys(name for name in names if may_stand_in(name, own)))
    for phrase, problem in _style_of(own, letter.language, names):
        yield pointed(problem, phrase, template, facts)


def faults(text: str, language: str, names: Iterable[str] = ()) -> Iterator[Fault]:
    """Yield what is wrong with a text.

    Args:
        text: Paragraphs, a line each.
        language: Of the text; what is not known of a language is not checked.
        names: Names and titles in it, which nobody can word differently.
    """
    yield from _left_open(text, words(language))
    yield from _style(text, language, names)


@lru_cache(maxsize=64)
def _style_of(text: str, language: str, names: tuple[str, ...]) -> tuple[Fault, ...]:
    """Return each fault once; most letters of a mailing have the same words of their own."""
    return tuple(dict.fromkeys(_style(text, language, names)))


def _style(text: str, language: str, names: Iterable[str]) -> Iterator[Fault]:
    if words(language) is None:
        return
    masks = tuple(names)
    for line in QUOTED.sub(MASK, text).split("\n"):
        yield from _of_line(line, language, masks)


@lru_cache(maxsize=1024)
def _of_line(line: str, language: str, names: tuple[str, ...]) -> tuple[Fault, ...]:
    """Return what is wrong with a paragraph; most of them stand in all letters of a mailing."""
    listed = words(language)
    if listed is None:
        return ()
    told = caseless(line)
    titles = (title for title, sought in _titles(language).items() if sought in told)
    masked = _masked(line, (*names, *titles))
    return (*_impolite(masked, listed), *_loud(masked, listed), *_twice(masked, listed, language))


def _impolite(text: str, listed: WordList) -> Iterator[Fault]:
    for wrong in listed.impolite:
        # A term may stand in a text of any case, so it is masked after folding.
        plain_text = _masked(folded(text), wrong.unless)
        for match in wrong.pattern.finditer(plain_text):
            problem = Problem(
                "impolite-word",
                f"the letter says `{match[0]}`, {wrong.kind}: {wrong.why}.",
                "say what was done, where and when, or delete the word.",
                severity="warning",
            )
            yield match[0], problem


def _loud(text: str, listed: WordList) -> Iterator[Fault]:
    # Abbreviations in a row are parted by commas; what is shouted is not.
    for clause in filter(CAPITALS.search, CLAUSE_END.split(text)):
        for is_loud, group in groupby(clause.split(), _is_in_capitals):
            phrase = " ".join(group)
            if is_loud and " " in phrase and sum(map(str.isalpha, phrase)) >= SHOUT:
                yield _shouted(phrase)
    for word in sorted(set(re.findall(r"\b[^\W\d_]+\b", text)) & listed.shouted):
        yield _shouted(word)
    if match := re.search(r"\S*\s?!", text):
        problem = Problem(
            "exclamation-mark",
            "the letter has an exclamation mark, which sounds like shouting.",
            "end the sentence with a full stop.",
            severity="warning",
        )
        yield match[0], problem


def _is_in_capitals(word: str) -> bool:
    return len(word) > 1 and word.isalpha() and word.isupper()


def _shouted(phrase: str) -> Fault:
    problem = Problem(
        "shouting",
        f"the letter has `{phrase}` in capitals, which reads like shouting.",
        "write it in small letters; a calm request is read to the end.",
        severity="warning",
    )
    return phrase, problem


def _twice(text: str, listed: WordList, language: str) -> Iterator[Fault]:
    for match in DOUBLED.finditer(re.sub(r"[ \u00a0]+", " ", text)):
        word, again = match[1], match[2]
        # Baden Baden, Boutros Boutros: a name. In German every noun has a capital.
        is_name = again[0].isupper() and not language.startswith("de")
        if not is_name and word.casefold() not in listed.doubled:
            problem = Problem(
                "doubled-word",
                f"the letter has `{word.casefold()}` twice in a row.",
                "delete one of the two.",
                severity="warning",
            )
            yield match[0], problem


def may_be_open(text: str, language: str) -> bool:
    """Say whether a part of a letter may hold, or begin, what `left_open` finds in a letter that has it.

    Args:
        text: One part, or several with a `SEAM` between each.
        language: Of the letter.
    """
    plain_text = folded(text)
    if any(sign in plain_text for sign in _SIGNS_LEFT) or ("@" in text and MENTION.search(text)):
        return True
    listed = words(language)
    return listed is not None and (
        any(mark in plain_text for mark in listed.marks)
        or any(one.rstrip().endswith(listed.beginnings) for one in plain_text.split(SEAM))
    )


def _left_open(text: str, listed: WordList | None) -> Iterator[Fault]:
    plain_text = re.sub(r"[ \u00a0]+", " ", text)
    found = [match[0] for match in UNFINISHED.finditer(plain_text)]
    found += [match[0] for match in MENTION.finditer(plain_text)]
    if listed:
        found += [match[0] for match in listed.placeholders.finditer(folded(plain_text))]
        found += [
            match[0]
            for match in BRACKETED.finditer(plain_text)
            if listed.inside.fullmatch(folded(match[1] or match[2]))
        ]
    for phrase in dict.fromkeys(found):
        problem = Problem(
            "placeholder-left",
            f"the letter contains the placeholder `{phrase}`.",
            "fill it in, or delete it.",
        )
        yield phrase, problem


def _words_of_its_own(title: Inline, subject: Inline, postscript: Inline, body: tuple[Block, ...]) -> str:
    """Return the letter's own text, without head, foot and quotations."""
    return "\n".join([*map(plain, (title, subject, postscript)), *block_texts(body, quotes=False)])


_own = IdentityCache(_words_of_its_own)


def _masked(text: str, phrases: Iterable[str]) -> str:
    pattern = _mask_of(frozenset(filter(None, phrases)))
    return pattern.sub(MASK, text) if pattern else text


@lru_cache(maxsize=256)
def _mask_of(phrases: frozenset[str]) -> re.Pattern[str] | None:
    parts = sorted(map(re.escape, phrases), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE) if parts else None


def _correspondents(facts: LetterFacts) -> Iterator[str]:
    """Yield the names of writers and reader, which are not to blame for what they sound like."""
    senders = (facts.sender, *facts.signing()) if facts.sender.members else (facts.sender,)
    for sender in senders:
        yield from _spellings(sender.name)
        yield from (text for text in (sender.organisation, sender.short_name) if text)
    recipient = facts.recipient
    if recipient:
        yield from _spellings(recipient.name)
        yield from (text for text in (recipient.title, *recipient.organisation) if text)


def _names_of(case: Case | None) -> tuple[str, ...]:
    """Return the names in a case."""
    if case is None:
        return ()
    found = [spelling for person in case.persons for spelling in named(person)]
    told = [text for message in case.messages for text in (message.from_, message.organisation)]
    told += [text for event in (*case.events, *case.background) for text in (event.by, event.place)]
    found += [words for text in told if text for words in text.given().values()]
    return tuple(dict.fromkeys(found))


_of_case = IdentityCache(_names_of)


def _which_stand_in(names: tuple[str, ...], text: str) -> tuple[str, ...]:
    return tuple(name for name in names if may_stand_in(name, text))


_standing = IdentityCache(_which_stand_in)


def _spellings(name: PersonName | None) -> Iterator[str]:
    if name:
        yield name.as_written()


@cache
def _titles(language: str) -> Mapping[str, str]:
    """Return the titles of all treaties, in full and as letters say them, each with its caseless form."""
    base = language.partition("-")[0]
    titles: list[str] = []
    for row in table("treaties")["treaties"].values():
        titles += [row["title"], row.get("short", {}).get(base, ""), row.get("of", {}).get(base, "")]
    return {title: caseless(title) for title in titles if title}
