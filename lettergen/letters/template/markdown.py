"""From rendered template text to blocks of a letter. Values are put back after the Markdown is parsed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from lettergen.letters.letter import Block, Heading, Inline, ListBlock, Paragraph, Quote, Span, plain
from lettergen.letters.template.budget import TemplateFault
from lettergen.letters.template.environment import TOKEN
from lettergen.letters.template.foreign_text import language_of_text
from lettergen.reference import language as words
from lettergen.reference.grammar import joined

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["BLANK_LINE", "SPACES", "blocks", "capitalised", "inline", "tie", "value_text"]

# `replacements` stays off: it makes © of the (c) in "Article 1(c)".
RULES = ["heading", "list", "blockquote", "emphasis", "escape", "newline", "smartquotes", "text_join"]
DEEPEST = 19
"""Nested quotes and list levels; the parser silently drops deeper ones."""
MARK = re.compile("[\"'*_]")
MOST_MARKS = 5_000
"""Quotation marks, asterisks and underscores in one text; pairing them takes quadratic time."""
SPACES = re.compile(r"[ \t\r\n\f\v]+")
BLANK_LINE = re.compile(r"\n[ \t]*\n")


@lru_cache(maxsize=8)
def _parser(language: str) -> MarkdownIt:
    marks = words.quotation_marks(language)
    quotes = [marks.opening, marks.closing, marks.inner_opening, marks.inner_closing]
    options = {"typographer": True, "quotes": quotes, "maxNesting": DEEPEST + 1}
    parser = MarkdownIt("zero", options)
    return parser.enable([rule for rule in RULES if rule in _rules(parser)])


def _rules(parser: MarkdownIt) -> set[str]:
    return {rule for group in parser.get_all_rules().values() for rule in group}


def blocks(
    text: str, values: Sequence[str], language: str, *, goes_on: bool = False, as_given: bool = False
) -> tuple[Block, ...]:
    """Parse Markdown whose values are tokens, and put the values back as plain words.

    Args:
        text: A template's text after Jinja; every printed fact is a token.
        values: The facts by number.
        language: For quotation marks and no-break spaces.
        goes_on: The first sentence goes on from the opening, as in German after a comma.
        as_given: Values keep their first letters and stops: they are somebody else's words.

    Raises:
        TemplateFault: Quotes or lists are nested deeper than they can be set, or marks without end.
    """
    _count_marks(text)
    tokens = _parser(language).parse(text)
    if any(token.nesting == 1 and token.level >= DEEPEST for token in tokens):
        raise TemplateFault(
            f"quotes and lists are nested more than {DEEPEST // 2} deep in the letter.",
            "remove some `>` or some indentation.",
        )
    return tuple(_blocks(iter(tokens), _ValueFiller(values, language, goes_on=goes_on, as_given=as_given)))


def inline(text: str, values: Sequence[str], language: str) -> Inline:
    """Parse one line of a letter: a subject, a title, a closing."""
    _count_marks(text)
    (parsed,) = _parser(language).parseInline(SPACES.sub(" ", text).strip())
    return _ValueFiller(values, language).spans(parsed)


def value_text(text: str, values: Sequence[str], language: str) -> str:
    """Return one line of a letter as words without styles."""
    return "".join(span.text for span in inline(text, values, language))


def _count_marks(text: str) -> None:
    count = sum(1 for _ in MARK.finditer(text))
    if count > MOST_MARKS:
        raise TemplateFault(
            f"one text of the letter has {count:,} quotation marks, asterisks and underscores; "
            f"{MOST_MARKS:,} are allowed.",
            "look for a row of them that was typed by mistake.",
        )


class _ValueFiller:
    """Puts values back into the text of parsed tokens."""

    def __init__(
        self, values: Sequence[str], language: str, *, goes_on: bool = False, as_given: bool = False
    ) -> None:
        self.values = values
        self.as_given = as_given
        self.language = language
        self.before = "," if goes_on else ""
        """The paragraph before, or what ends like the opening that a first sentence goes on from."""

    def spans(self, parsed: "Token", *, within: bool = False) -> Inline:
        """Return the words of a paragraph or line.

        Args:
            parsed: The paragraph.
            within: It is an item of a list, which need not begin like a sentence.
        """
        strong = emphasis = 0
        spans: list[Span] = []
        text = "," if within or self.before.endswith(GOES_ON) else ""
        is_new_line = False
        for child in parsed.children or []:
            known = len(spans)
            match child.type:
                case "strong_open" | "strong_close":
                    strong += child.nesting
                case "em_open" | "em_close":
                    emphasis += child.nesting
                case "hardbreak":
                    spans.append(Span("\n"))
                case "softbreak":
                    spans.append(Span(" ", bool(strong), bool(emphasis)))
                case _:
                    # A stop at the end of a template's line ends a sentence, also after `L. R.`
                    before = "" if is_new_line and text.rstrip().endswith(".") else text
                    filled = self._filled(child.content, before)
                    spans += (Span(piece, bool(strong), bool(emphasis), own) for piece, own in filled)
            text += plain(tuple(spans[known:]))
            is_new_line = child.type in ("softbreak", "hardbreak") or (is_new_line and child.type in STYLES)
        self.before = text.rstrip()
        return _joined(spans)

    def _filled(self, text: str, before: str) -> list[tuple[str, str]]:
        """Return the words with their language: the template's own tied and dashed, values as they are.

        A value that begins a sentence gets a capital, and a stop after one that ends in a stop is not
        doubled: which words stand for a person, or what a fact begins with, no template can know.
        """
        filled = before
        parts: list[tuple[str, str]] = []
        for position, piece in enumerate(re.split(TOKEN, text)):
            if position % 2:
                value = self.values[int(piece)]
                told = self._told(SPACES.sub(" ", value), is_start=begins_sentence(filled))
                own, told = joined(parts[-1][0], told, self.language)
                parts[-1:] = [(own, ""), (told, language_of_text(value))]
            else:
                own = tie(_dashes(piece), self.language)
                if position and own.startswith(".") and filled.endswith((".", "…")):
                    own = own if own.startswith("..") else own[1:]
                parts.append((own, ""))
            filled = before + "".join(words for words, _ in parts)
        return parts

    def _told(self, value: str, *, is_start: bool) -> str:
        return capitalised(value) if is_start and not self.as_given else value

    def own_paragraphs(self, parsed: "Token") -> list[Paragraph] | None:
        """Return the paragraphs of a value that stands alone and has several."""
        alone = re.fullmatch(TOKEN, parsed.content.strip())
        if not alone:
            return None
        value = self.values[int(alone[1])]
        parts = [part for part in BLANK_LINE.split(value.strip()) if part.strip()]
        goes_on = self.before.endswith(GOES_ON)
        self.before = parts[-1].rstrip() if parts else ""
        words = [SPACES.sub(" ", part).strip() for part in parts]
        told = [self._told(one, is_start=bool(at) or not goes_on) for at, one in enumerate(words)]
        return [Paragraph((Span(one, language=language_of_text(value)),)) for one in told]


GOES_ON = (",", ";", ":")
"""What a sentence goes on after in the next paragraph."""
STYLES = frozenset({"strong_open", "strong_close", "em_open", "em_close"})
SENTENCE_END = re.compile(
    r"""(?:^|(?:[^\W\d_]{3,}|(?<![\w.])(?!al|bd|ca|cf|co|ed|ex|ff|nr|op|pp|vs)[a-zà-ÿ]{2}|[\d)\]%])\.["”’»)]*\s+"""
    r"""|[?!…]["”’»)]*\s+)["“‘«„(]*$"""
)
"""Nothing, or the end of a sentence; short words with a capital before a stop are taken for abbreviations."""
NOT_A_WORD = re.compile(r"\S*(?://|www\.|@)|\w*\.\w")


def begins_sentence(before: str) -> bool:
    """Say whether what follows a text begins a sentence."""
    return SENTENCE_END.search(before[-80:] if len(before) > 80 else before) is not None


def capitalised(text: str) -> str:
    """Return a value with a capital; an address of the web or of e-mail stays as it is."""
    first = text[:1]
    return text if not first.islower() or NOT_A_WORD.match(text) else first.title() + text[1:]


def _dashes(text: str) -> str:
    return text.replace("---", "—").replace("--", "–")


def _joined(spans: list[Span]) -> Inline:
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and replace(last, text="") == replace(span, text=""):
            joined[-1] = replace(span, text=last.text + span.text)
        elif span.text:
            joined.append(span)
    return tuple(joined)


def _blocks(
    tokens: Iterator["Token"], fill: _ValueFiller, until: str = "", *, within: bool = False
) -> Iterator[Block]:
    """Yield the blocks up to the closing token named ``until``; ``within`` a list."""
    for token in tokens:
        match token.type:
            case "paragraph_open":
                parsed = next(tokens)
                next(tokens)
                own = None if within else fill.own_paragraphs(parsed)
                yield from own or [Paragraph(fill.spans(parsed, within=within))]
            case "heading_open":
                parsed = next(tokens)
                next(tokens)
                yield Heading(fill.spans(parsed), max(int(token.tag[1:]), 2))
            case "blockquote_open":
                yield Quote(tuple(_blocks(tokens, fill, "blockquote_close")))
            case "bullet_list_open" | "ordered_list_open":
                ordered = token.type == "ordered_list_open"
                items = tuple(_items(tokens, fill, token.type.replace("open", "close")))
                yield ListBlock(items, ordered, int(token.attrGet("start") or 1) if ordered else 1)
            case closing if closing == until:
                return


def _items(tokens: Iterator["Token"], fill: _ValueFiller, until: str) -> Iterator[tuple[Block, ...]]:
    for token in tokens:
        if token.type == "list_item_open":
            yield tuple(_blocks(tokens, fill, "list_item_close", within=True))
        elif token.type == until:
            return


# Titles before a name, references before their number, a day before its month.
_EN_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_FR_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_DE_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        r"(?<!\w)(?:(?:Mr|Mrs|Ms|Dr|Prof|Hon|St|No|Nos|Art|Arts|para|p|vol)\.?|Articles?|Section|Chapter)"
        r"(?P<gap> )(?=[\dA-Z“‘])"
        rf"|(?<=\d)(?P<day> )(?={_EN_MONTHS})"
    ),
    "fr": re.compile(
        r"(?<!\w)(?:MM?\.|Mmes?|Mlle|n°|art\.|articles?|p\.|vol\.)(?P<gap> )(?=[\dA-ZÉ])"
        rf"|(?<=\d|r)(?P<day> )(?={_FR_MONTHS})"
        r"|(?P<mark> )(?=[:;?!»])|(?<=«)(?P<open> )"
    ),
    "de": re.compile(
        r"(?<!\w)(?:Herrn?|Frau|Dr\.|Prof\.|Nr\.|Art\.|Artikels?|S\.|Bd\.)(?P<gap> )(?=[\dA-ZÄÖÜ])"
        rf"|(?<=\d\.)(?P<day> )(?={_DE_MONTHS})"
    ),
}


def tie(text: str, language: str) -> str:
    """Return the words of a template with no-break spaces where the language wants them."""
    pattern = PATTERNS.get(language.partition("-")[0])
    if pattern is None:
        return text
    return pattern.sub(lambda match: match[0].replace(" ", "\u00a0"), text)
