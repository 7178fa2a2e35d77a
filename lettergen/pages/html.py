"""`Letter` to HTML: the parts under their trade names as classes, every word escaped."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from html import escape
from itertools import chain, repeat
from pathlib import Path

from lettergen.letters.letter import (
    Block,
    EnclosedMessage,
    Heading,
    Letter,
    Letterhead,
    ListBlock,
    Paragraph,
    Quote,
    SignatureBlock,
    Span,
    language_of,
    plain,
)
from lettergen.pages.html_words import Writer, ending_together, spoken
from lettergen.pages.layout.address_fit import address_lines
from lettergen.pages.layout.directions import with_isolates
from lettergen.pages.layout.sheet_css import sheet_css
from lettergen.pages.layout.text_setting import COMFORTABLE, Setting
from lettergen.reference import language as words
from lettergen.reference.petitions import page_words
from lettergen.reference.stationery import Stationery

__all__ = [
    "END_OF_LETTER",
    "NUMBERED",
    "ends_brief",
    "letter_css",
    "markup",
    "neutral",
    "numbered",
    "picture_url",
    "render",
]

END_OF_LETTER = "end-of-letter"
"""Id of the empty element after the letter's last line; enclosed messages follow it."""

# At the same height however high the foot is: 10 mm from the edge, clear of what printers cannot reach.
_NUMBERED = (
    "@page {{ @bottom-right {{ content: {}counter(page){}counter(pages){}; "
    "vertical-align: bottom; padding-bottom: 10mm; }} }}\n"
)
NUMBERED = _NUMBERED.format("", ' "\\2009/\\2009" ', "")
"""Style sheet that numbers the pages; a single page has no number."""

_ONE_LINE = 100
_MOST_IN_A_ROW = 3
"""Signatures side by side."""

# WeasyPrint 70 does not know it; see `layout.korean_words` for what it gets instead.
_FOR_BROWSERS = "<style>:lang(ko) { word-break: keep-all; }</style>\n"

_STYLE = Path(__file__).parent / "styles" / "letter.css"


def render(letter: Letter, stationery: Stationery, setting: Setting = COMFORTABLE) -> str:
    """Return ``letter`` as one HTML file with its styles, for browsers."""
    styles = f"<style>{letter_css()}</style>\n<style>{sheet_css(letter, stationery, setting)}</style>\n"
    styles += _FOR_BROWSERS
    return markup(letter, stationery, styles)


def numbered(letter: Letter, stationery: Stationery) -> str:
    """Return the style sheet that numbers the pages of a letter, in words where its sheet asks for them."""
    parts = page_words(letter.language) if stationery.worded_pages else None
    return NUMBERED if parts is None else _NUMBERED.format(*(f' "{part}" ' for part in parts))


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
    behind: str = "",
) -> str:
    """Return the document.

    Args:
        letter: The letter.
        stationery: Its sheet.
        styles: What goes into the document's head.
        front: What stands before the letter.
        address: Lines of its address as they are parted; default: as `address_lines` has them.
        behind: What stands behind the letter.
    """
    printed = address_lines(letter, stationery) if address is None else address
    languages = [one.language for one in (letter, letter.translation) if one]
    is_turned = any(words.direction(language) == "rtl" for language in languages)
    turned = f"<style>{_right_to_left()}</style>\n" if is_turned else ""
    return "".join(
        (
            f'<!DOCTYPE html>\n<html {_in_its_language(letter)}>\n<head>\n<meta charset="utf-8">\n',
            f"<title>{escape(letter.document_title)}</title>\n{styles}{turned}</head>\n",
            f"<body{_continuation_head(letter)}>\n{front}",
            *(_marks(stationery) if letter.inside_address else ()),
            *_parts(Writer(letter, printed)),
            f"{behind}</body>\n</html>\n",
        )
    )


def _in_its_language(letter: Letter) -> str:
    """Return the attributes that say in which language a letter is, and in which direction it is read."""
    turned = ' dir="rtl"' if words.direction(letter.language) == "rtl" else ""
    return f'lang="{escape(letter.language)}"{turned}'


def _continuation_head(letter: Letter) -> str:
    """Return the attributes that the head of page 2 on is made of."""
    known = letter.translation_notice or plain(letter.subject or letter.title)
    if letter.inside_address:
        known = letter.inside_address[0]
    read = words.direction(letter.language)
    head, day = (escape(with_isolates(text, read)) for text in (known, letter.place_and_date))
    return f' data-head="{head}" data-date="{day}"'


def _marks(stationery: Stationery) -> Iterator[str]:
    for number, _ in enumerate(stationery.fold_marks, start=1):
        yield f'<div class="fold-mark fold-mark-{number}"></div>\n'
    if stationery.punch_mark is not None:
        yield '<div class="punch-mark"></div>\n'


def _parts(write: Writer) -> Iterator[str]:
    letter = write.letter
    yield from _head(write)
    yield "<main>\n"
    yield from _text(write)
    yield f'<div id="{END_OF_LETTER}"></div>\n'
    for message in letter.enclosed:
        yield from _enclosed(write, message)
    if letter.translation:
        yield from _translation(letter.translation)
    yield "</main>\n"


def _translation(letter: Letter) -> Iterator[str]:
    """Write a courtesy translation behind its letter, where both are one document."""
    write = Writer(letter, letter.inside_address)
    # Where the letter is read in the other direction, that is not inherited.
    spoken = f'lang="{escape(letter.language)}" dir="{words.direction(letter.language)}"'
    yield f'<section class="translation" {spoken}>\n'
    yield from _head(write)
    yield from _text(write)
    yield "</section>\n"


def _text(write: Writer) -> Iterator[str]:
    letter = write.letter
    yield _reference_line(write)
    if letter.title:
        tag = "p" if letter.subject else "h1"
        turned = write.turned(plain(letter.title))
        yield f'<{tag} class="title"{turned}>{write.inline(letter.title)}</{tag}>\n'
    if letter.subject:
        turned = write.turned(plain(letter.subject))
        yield f'<h1 class="subject"{turned}>{write.inline(letter.subject)}</h1>\n'
    yield write.paragraph("opening", letter.opening)
    brief = " ends-brief" if ends_brief(letter.body) else ""
    yield f'<div class="body{brief}">\n{"".join(_blocks(write, letter.body))}</div>\n'
    yield from _end(write)


def _head(write: Writer) -> Iterator[str]:
    letter = write.letter
    yield write.paragraph("translation-notice", letter.translation_notice)
    if letter.letterhead:
        lines = write.lines("letterhead-lines", letter.letterhead.lines, letter.sender_country)
        own = ending_together(letter.letterhead.name)
        name = write.paragraph("letterhead-name", own, letter.sender_country)
        yield f'<div class="letterhead">\n{_logo(letter.letterhead)}{name}{lines}</div>\n'
    field = "".join(
        (
            write.paragraph("return-address", letter.return_address, letter.sender_country),
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


def _reference_line(write: Writer) -> str:
    references = _table(write, "references", write.letter.references)
    place_and_date = write.paragraph("place-and-date", write.letter.place_and_date)
    return f'<div class="reference-line">\n{references}{place_and_date}</div>\n'


def _blocks(write: Writer, blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(inline):
                own = language_of(inline)
                yield f"<p{spoken(own)}{write.turned(plain(inline))}>{write.inline(inline, own)}</p>\n"
            case Heading(inline, level):
                yield write.heading(inline, level)
            case ListBlock():
                yield _list(write, block)
            case Quote(inner):
                yield f"<blockquote>\n{''.join(_blocks(write, inner))}</blockquote>\n"


def _list(write: Writer, block: ListBlock) -> str:
    tag = "ol" if block.ordered else "ul"
    start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
    items = "".join(f"<li>{''.join(_blocks(write, item))}</li>\n" for item in block.items)
    return f"<{tag}{start}>\n{items}</{tag}>\n"


def _end(write: Writer) -> Iterator[str]:
    letter = write.letter
    farewell = write.paragraph("closing", letter.closing)
    if letter.signatures:
        columns = _columns(len(letter.signatures))
        blocks = "".join(_signature(write, block) for block in letter.signatures)
        typed = " typed" if letter.translation_notice else ""
        farewell += f'<div class="signatures in-{columns}{typed}">{blocks}</div>\n'
    if farewell:
        # Rows of many signatures may go on to the next page; the first stays below the closing.
        many = " of-many" if len(letter.signatures) > _MOST_IN_A_ROW else ""
        yield f'<div class="farewell{many}">\n{farewell}</div>\n'
    yield _signatories(write, letter.signatories, letter.signatory_countries)
    if letter.postscript:
        turned = write.turned(plain(letter.postscript))
        yield f'<p class="postscript"{turned}>{write.inline(letter.postscript)}</p>\n'
    yield write.lines("enclosures", letter.enclosures)
    yield write.lines("copies", letter.copies)
    yield write.lines("contacts", letter.contacts)


def _signature(write: Writer, block: SignatureBlock) -> str:
    picture = ""
    if block.picture:
        # PDF/UA-1 wants words for every picture; the name is what it stands for.
        alternative = escape(block.lines[0] if block.lines else "—")
        picture = f'<img src="{escape(picture_url(block.picture))}" alt="{alternative}">'
    # A translation is not signed.
    room = "" if write.letter.translation_notice else f'<div class="room">{picture}</div>'
    return f'<div class="signature">{room}{write.lines("name", block.lines, block.country)}</div>'


def _columns(count: int) -> int:
    """Return how many columns ``count`` signatures take; four look better two by two."""
    return count if count <= _MOST_IN_A_ROW else 2 if count == 4 else _MOST_IN_A_ROW


def _signatories(
    write: Writer, signatories: Sequence[tuple[str, str]], countries: Sequence[str | None] = ()
) -> str:
    rows = "".join(
        _signatory(write, name, description, country)
        for (name, description), country in zip(signatories, chain(countries, repeat(None)), strict=False)
    )
    columns = 1 if len(signatories) < 4 else 2 if len(signatories) < 12 else 3
    return f'<ul class="signatories in-{columns}">\n{rows}</ul>\n' if rows else ""


def _signatory(write: Writer, name: str, description: str, country: str | None) -> str:
    below = ""
    if description:
        text = write.text(description, country=country)
        below = f'\n<span class="description"{write.turned(description)}>{text}</span>'
    return f"<li{write.turned(name)}>{write.text(name, country=country)}{below}</li>\n"


def _enclosed(write: Writer, message: EnclosedMessage) -> Iterator[str]:
    yield '<section class="enclosed">\n'
    if message.title:
        yield write.heading((Span(message.title),), 2)
    yield _table(write, "provenance", message.head)
    if message.blocks:
        yield f'<div class="message">\n{"".join(_blocks(write, message.blocks))}</div>\n'
    yield f"{_signatories(write, message.names)}</section>\n"


def _table(write: Writer, name: str, rows: Iterable[tuple[str, str]]) -> str:
    cells = "".join(
        f'<tr><th scope="row"{write.turned(label)}>{write.text(label)}</th> '
        f"<td{write.turned(value)}>{write.text(value)}</td></tr>\n"
        for label, value in rows
    )
    return f'<table class="{name}">\n{cells}</table>\n' if cells else ""
