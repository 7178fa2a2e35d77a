"""The page as one HTML file: nothing outside is asked for, and no value is mark-up."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from lettergen.action_page.letter_parts import ADDRESS, Part
from lettergen.action_page.marks import Visitor
from lettergen.action_page.page_data import PageData
from lettergen.action_page.posting import Written
from lettergen.action_page.skeletons import filled_parts
from lettergen.reference import toml

__all__ = ["interface", "page"]

_HERE = Path(__file__).parent
MOST_PLAIN_LETTERS = 6
"""Letters in one language that the page shows without JavaScript; others differ in their form of address."""


@cache
def interface() -> Mapping[str, Mapping[str, str]]:
    """Return what the page says to a visitor, by language."""
    return toml(_HERE / "interface.toml")


def page(data: PageData) -> str:
    """Return the page; the same data, the same text."""
    style, sheet, script = _read("page.css"), "@page { margin: 20mm; }", _read("page.js")
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)} {_hash(sheet)}; "
        "base-uri 'none'; form-action 'none'"
    )
    own = data.editions[0].language
    language = own if own in interface() else "en"
    words = interface()[language]
    return "".join(
        (
            f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="referrer" content="no-referrer">\n',
            f"<title>{escape(words['title'])}</title>\n",
            f'<style>{style}</style>\n<style id="sheet">{sheet}</style>\n</head>\n<body>\n<main>\n',
            f'<header>\n<h1 data-says="title">{escape(words["title"])}</h1>\n',
            '<p id="days" role="alert"></p>\n</header>\n',
            '<div id="plain">\n',
            *_plain(data),
            "</div>\n",
            _form(),
            "</main>\n",
            f'<script type="application/json" id="data">{_json(data)}</script>\n',
            f"<script>{script}</script>\n</body>\n</html>\n",
        )
    )


def _read(name: str) -> str:
    return "\n" + (_HERE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _json(data: PageData) -> str:
    """Return the data so that no value can end the element that it stands in."""
    record: dict[str, Any] = {**data.record(), "interface": interface()}
    written = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    # Noncharacters, as the marks are, may not stand in HTML as they are (HTML, 13.1).
    return re.sub("[<>&\ufdd0-\ufdef\u2028\u2029]", lambda sign: f"\\u{ord(sign[0]):04x}", written)


def _form() -> str:
    return (_HERE / "form.html").read_text(encoding="utf-8")


def _plain(data: PageData) -> Iterator[str]:
    """Yield what can be read and copied without JavaScript: the letters, and where they go."""
    for edition in data.editions:
        language = edition.language
        words = interface().get(language, interface()["en"])
        usual = [one.written[language].usual for one in data.addressed if language in one.written]
        letters = dict.fromkeys(_without_address(_plain_letter(found)) for found in usual)
        yield f'<section lang="{escape(language)}" dir="auto">\n'
        yield f"<h2>{escape(words['name_of_language'])}</h2>\n<p>{escape(words['plain_lead'])}</p>\n"
        for letter in list(letters)[:MOST_PLAIN_LETTERS]:
            yield f'<div class="to-copy">{escape(_text(letter, words))}</div>\n'
        yield "</section>\n"
    words = interface().get(data.editions[0].language, interface()["en"])
    yield f"<section>\n<h2>{escape(words['plain_to'])}</h2>\n<ul>\n"
    for one in data.addressed:
        language, found = next(iter(one.written.items()))
        mail = f"\n{one.recipient.email}" if one.recipient.email else ""
        yield f'<li lang="{escape(language)}"><address>{escape(found.usual.address + mail)}</address></li>\n'
    yield "</ul>\n</section>\n"


def _plain_letter(found: Written) -> tuple[Part, ...]:
    """Return the letter with the fewest values that it can do with."""
    return next(letter for letter in found.sets[0] if letter is not None)


def _without_address(letter: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part for part in letter if part[0] not in (ADDRESS, "about", "return"))


def _text(letter: tuple[Part, ...], words: Mapping[str, str]) -> str:
    visitor = Visitor(
        name=words["your_name"],
        country="",
        date=words["your_date"],
        address=(words["your_address"],),
    )
    return "\n\n".join(_lines(part) for part in filled_parts(letter, visitor))


def _lines(part: Part) -> str:
    kind, content = part
    if kind == "list":
        start, items = content
        markers = (f"{start + at}." if start else "–" for at in range(len(items)))
        texts = ("\n".join(map(_lines, item)) for item in items)
        return "\n".join(f"{marker} {text}" for marker, text in zip(markers, texts, strict=True))
    if kind == "quote":
        return "\n".join(f"> {_lines(one)}" for one in content)
    if isinstance(content, str):
        return content
    return "".join(piece if isinstance(piece, str) else piece[1] for piece in content)
