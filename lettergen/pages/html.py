"""`Letter` to HTML: the parts under their trade names as classes, every word escaped."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

from lettergen.letters.letter import (
    Block,
    EnclosedMessage,
    Heading,
    Inline,
    Letter,
    Letterhead,
    ListBlock,
    Paragraph,
    Quote,
    SignatureBlock,
    Span,
    plain,
)
from lettergen.pages.layout.address_fit import address_lines
from lettergen.pages.layout.sheet_css import sheet_css
from lettergen.pages.layout.text_setting import COMFORTABLE, Setting
from lettergen.pages.typefaces.scripts import stretches
from lettergen.reference import language as words
from lettergen.reference.stationery import Stationery

__all__ = [
    "END_OF_LETTER",
    "NUMBERED",
    "ending_together",
    "ends_brief",
    "letter_css",
    "markup",
    "neutral",
    "parted_end",
    "picture_url",
    "render",
    "spoken_text",
]

END_OF_LETTER = "end-of-letter"
"""Id of the empty element after the letter's last line; enclosed messages follow it."""

# At the same height however high the foot is: 10 mm from the edge, clear of what printers cannot reach.
NUMBERED = (
    '@page { @bottom-right { content: counter(page) "\\2009/\\2009" counter(pages); '
    "vertical-align: bottom; padding-bottom: 10mm; } }\n"
)
"""Style sheet that numbers the pages; a single page has no number."""

# In letters: what may not stand alone at a paragraph's end, and the most that is held together for it.
_LEAST_ON_LAST_LINE = 9
_MOST_JOINED = 24
_ONE_LINE = 100

_STYLE = Path(__file__).parent / "styles" / "letter.css"


def render(letter: Letter, stationery: Stationery, setting: Setting = COMFORTABLE) -> str:
    """Return ``letter`` as one HTML file with its styles, for browsers and for WeasyPrint."""
    styles = f"<style>{letter_css()}</style>\n<style>{sheet_css(letter, stationery, setting)}</style>\n"
    return markup(letter, stationery, styles)


@cache
def letter_css() -> str:
    """Return the look that all letters share."""
    return _STYLE.read_text(encoding="utf-8")


@cache
def _right_to_left() -> str:
    return (_STYLE.parent / "right_to_left.css").read_text(encoding="utf-8")


def picture_url(name: str) -> str:
    """Return the only kind of address that is served."""
    return f"asset:{name}"


def neutral(letter: Letter) -> Letter:
    """Return ``letter`` without the parts that differ between the addressees of a mailing.

    The address stands in a field of its own and takes nothing from the text;
    so a setting that suits this one suits every letter with the same text whose
    opening and closing take one line each.
    """
    dash = "\N{EM DASH}"
    changed = replace(
        letter,
        recipient_id=None,
        letter_id="",
        place_and_date=letter.place_and_date and dash,
        references=((dash, dash),) * len(letter.references),
        opening=letter.opening and dash,
        closing=letter.closing and dash,
        document_title="",
        enclosed=(),
    )
    if not letter.inside_address:
        return changed
    notations = (dash,) * len(letter.mailing_notation)
    return replace(changed, return_address="", mailing_notation=notations, inside_address=(dash,))


def markup(
    letter: Letter,
    stationery: Stationery,
    styles: str = "",
    front: str = "",
    address: tuple[str, ...] | None = None,
) -> str:
    """Return the document.

    Args:
        letter: The letter.
        stationery: Its sheet.
        styles: What goes into the document's head.
        front: What stands before the letter.
        address: Lines of its address as they are parted; default: as `address_lines` has them.
    """
    printed = address_lines(letter, stationery) if address is None else address
    language, turned = f'lang="{escape(letter.language)}"', ""
    if words.direction(letter.language) == "rtl":
        language, turned = f'{language} dir="rtl"', f"<style>{_right_to_left()}</style>\n"
    return "".join(
        (
            f'<!DOCTYPE html>\n<html {language}>\n<head>\n<meta charset="utf-8">\n',
            f"<title>{escape(letter.document_title)}</title>\n{styles}{turned}</head>\n",
            f"<body{_continuation_head(letter)}>\n{front}",
            *(_marks(stationery) if letter.inside_address else ()),
            *_parts(_Writer(letter, printed)),
            "</body>\n</html>\n",
        )
    )


def _continuation_head(letter: Letter) -> str:
    """Return the attributes that the head of page 2 on is made of."""
    known = letter.inside_address[0] if letter.inside_address else plain(letter.subject or letter.title)
    return f' data-head="{escape(known)}" data-date="{escape(letter.place_and_date)}"'


def _marks(stationery: Stationery) -> Iterator[str]:
    for number, _ in enumerate(stationery.fold_marks, start=1):
        yield f'<div class="fold-mark fold-mark-{number}"></div>\n'
    if stationery.punch_mark is not None:
        yield '<div class="punch-mark"></div>\n'


class _Writer:
    """Turns texts of one letter into escaped HTML."""

    def __init__(self, letter: Letter, address: tuple[str, ...]) -> None:
        self.letter = letter
        self.address = address
        self.heading_level = 1 if letter.subject or letter.title else 0

    def text(self, text: str) -> str:
        return spoken_text(text, self.letter.language, self.letter.country)

    def inline(self, inline: Inline) -> str:
        if not inline:
            return ""
        *spans, last = inline
        # What ends a paragraph is not broken either: `unpun-` and `ished.` would be two ends.
        text, word = parted_end(last.text)
        end = f'{self.text(text)}<span class="end">{self.text(word)}</span>'
        return "".join([*(self._span(span, self.text(span.text)) for span in spans), self._span(last, end)])

    def _span(self, span: Span, text: str) -> str:
        if span.emphasis:
            text = f"<em>{text}</em>"
        return f"<strong>{text}</strong>" if span.strong else text

    def paragraph(self, name: str, text: str) -> str:
        return f'<p class="{name}"{self.turned(text)}>{self.text(text)}</p>\n' if text else ""

    def turned(self, text: str) -> str:
        """Return the attribute of a text that is written in the other direction than the letter."""
        own = words.direction(self.letter.language)
        found = words.direction_of(text, own)
        return "" if found == own else f' dir="{found}"'

    def lines(self, name: str, lines: Iterable[str]) -> str:
        """Set one paragraph of lines; each line is a block, so that what runs over can hang."""
        inner = "\n".join(f'<span class="line"{self.turned(line)}>{self.text(line)}</span>' for line in lines)
        return f'<p class="{name}">{inner}</p>\n' if inner else ""

    def heading(self, inline: Inline, level: int) -> str:
        """Set a heading; no level is skipped, as PDF/UA-1 asks (ISO 14289-1, 7.4.2)."""
        self.heading_level = min(max(level, 2), self.heading_level + 1, 6)
        return f"<h{self.heading_level}>{self.inline(inline)}</h{self.heading_level}>\n"


def ending_together(text: str) -> str:
    """Join the last words of a paragraph, so that no short word is left alone on a line."""
    at = len(text)
    while at > 0 and len(text) - at < _LEAST_ON_LAST_LINE:
        at = text.rfind(" ", 0, at)
        if at <= 0 or len(text) - at > _MOST_JOINED:
            break
        text = f"{text[:at]}\N{NO-BREAK SPACE}{text[at + 1 :]}"
    return text


def parted_end(text: str) -> tuple[str, str]:
    """Part a paragraph before the words that are held together at its end, and are not broken."""
    before, space, end = ending_together(text).rpartition(" ")
    return before + space, end


def spoken_text(text: str, language: str, country: str | None = None) -> str:
    """Return ``text`` escaped, with the language marked of what is written in another script.

    Args:
        text: Words of a letter.
        language: BCP 47 tag of the letter's language.
        country: ISO 3166 code of the addressee's country, for the forms of Han characters.
    """
    return "".join(_marked(part, spoken) for part, spoken in stretches(text, language, country))


def _marked(text: str, spoken: str | None) -> str:
    marked = escape(text).replace("\n", "<br>")
    # Hardly any text face has the narrow no-break space of French punctuation.
    marked = marked.replace("\N{NARROW NO-BREAK SPACE}", '<span class="narrow">\N{NO-BREAK SPACE}</span>')
    return f'<span lang="{spoken}">{marked}</span>' if spoken else marked


def _parts(write: _Writer) -> Iterator[str]:
    letter = write.letter
    yield from _head(write)
    yield "<main>\n"
    yield _reference_line(write)
    if letter.title:
        tag = "p" if letter.subject else "h1"
        yield f'<{tag} class="title">{write.inline(letter.title)}</{tag}>\n'
    if letter.subject:
        yield f'<h1 class="subject">{write.inline(letter.subject)}</h1>\n'
    yield write.paragraph("opening", letter.opening)
    brief = " ends-brief" if ends_brief(letter.body) else ""
    yield f'<div class="body{brief}">\n{"".join(_blocks(write, letter.body))}</div>\n'
    yield from _end(write)
    yield f'<div id="{END_OF_LETTER}"></div>\n'
    for message in letter.enclosed:
        yield from _enclosed(write, message)
    yield "</main>\n"


def _head(write: _Writer) -> Iterator[str]:
    letter = write.letter
    if letter.letterhead:
        lines = write.lines("letterhead-lines", letter.letterhead.lines)
        name = write.paragraph("letterhead-name", ending_together(letter.letterhead.name))
        yield f'<div class="letterhead">\n{_logo(letter.letterhead)}{name}{lines}</div>\n'
    field = "".join(
        (
            write.paragraph("return-address", letter.return_address),
            write.lines("mailing-notation", letter.mailing_notation),
            write.lines("inside-address", write.address),
        )
    )
    if field:
        yield f'<div class="address-field">\n{field}</div>\n'


def _logo(head: Letterhead) -> str:
    """Return the picture of a letterhead; its height is what the sheet's measures count on."""
    if head.logo is None:
        return ""
    height = f"height: {head.logo.height_mm:g}mm"
    picture = (
        f'<img src="{escape(picture_url(head.logo.file))}" alt="{escape(head.logo.alt)}" style="{height}">'
    )
    return f'<p class="logo">{picture}</p>\n'


def ends_brief(body: tuple[Block, ...]) -> bool:
    """Say whether the body ends in a paragraph of about one line, too little to go with the closing."""
    return bool(body) and isinstance(body[-1], Paragraph) and len(plain(body[-1].inline)) < _ONE_LINE


def _reference_line(write: _Writer) -> str:
    references = _table(write, "references", write.letter.references)
    place_and_date = write.paragraph("place-and-date", write.letter.place_and_date)
    return f'<div class="reference-line">\n{references}{place_and_date}</div>\n'


def _blocks(write: _Writer, blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(inline):
                yield f"<p{write.turned(plain(inline))}>{write.inline(inline)}</p>\n"
            case Heading(inline, level):
                yield write.heading(inline, level)
            case ListBlock():
                yield _list(write, block)
            case Quote(inner):
                yield f"<blockquote>\n{''.join(_blocks(write, inner))}</blockquote>\n"


def _list(write: _Writer, block: ListBlock) -> str:
    tag = "ol" if block.ordered else "ul"
    start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
    items = "".join(f"<li>{''.join(_blocks(write, item))}</li>\n" for item in block.items)
    return f"<{tag}{start}>\n{items}</{tag}>\n"


def _end(write: _Writer) -> Iterator[str]:
    letter = write.letter
    farewell = write.paragraph("closing", letter.closing)
    if letter.signatures:
        columns = _columns(len(letter.signatures))
        blocks = "".join(_signature(write, block) for block in letter.signatures)
        farewell += f'<div class="signatures in-{columns}">{blocks}</div>\n'
    if farewell:
        yield f'<div class="farewell">\n{farewell}</div>\n'
    yield _signatories(write)
    if letter.postscript:
        yield f'<p class="postscript">{write.inline(letter.postscript)}</p>\n'
    yield write.lines("enclosures", letter.enclosures)
    yield write.lines("copies", letter.copies)
    yield write.lines("contacts", letter.contacts)


def _signature(write: _Writer, block: SignatureBlock) -> str:
    picture = ""
    if block.picture:
        # PDF/UA-1 wants words for every picture; the name is what it stands for.
        alternative = escape(block.lines[0] if block.lines else "—")
        picture = f'<img src="{escape(picture_url(block.picture))}" alt="{alternative}">'
    return f'<div class="signature"><div class="room">{picture}</div>{write.lines("name", block.lines)}</div>'


def _columns(count: int) -> int:
    """Return how many columns ``count`` signatures take; four look better two by two."""
    return count if count <= 3 else 2 if count == 4 else 3


def _signatories(write: _Writer) -> str:
    rows = "".join(
        f"<li>{write.text(name)}"
        + (f'\n<span class="description">{write.text(description)}</span>' if description else "")
        + "</li>\n"
        for name, description in write.letter.signatories
    )
    columns = 1 if len(write.letter.signatories) < 4 else 2 if len(write.letter.signatories) < 12 else 3
    return f'<ul class="signatories in-{columns}">\n{rows}</ul>\n' if rows else ""


def _enclosed(write: _Writer, message: EnclosedMessage) -> Iterator[str]:
    yield '<section class="enclosed">\n'
    if message.title:
        yield write.heading((Span(message.title),), 2)
    yield _table(write, "provenance", message.head)
    yield f'<div class="message">\n{"".join(_blocks(write, message.blocks))}</div>\n</section>\n'


def _table(write: _Writer, name: str, rows: Iterable[tuple[str, str]]) -> str:
    cells = "".join(
        f'<tr><th scope="row">{write.text(label)}</th> <td>{write.text(value)}</td></tr>\n'
        for label, value in rows
    )
    return f'<table class="{name}">\n{cells}</table>\n' if cells else ""
