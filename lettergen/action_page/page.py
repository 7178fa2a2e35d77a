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

from lettergen.action_page.letter_parts import ABOUT, ADDRESS, Part
from lettergen.action_page.marks import ANY_MARK, Visitor
from lettergen.action_page.page_data import PageData
from lettergen.action_page.skeletons import filled_parts
from lettergen.reference import toml

__all__ = ["interface", "page"]

_HERE = Path(__file__).parent
_UNSEEN = frozenset({ABOUT, ADDRESS, "return"})
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
    record: dict[str, Any] = {**data.record(), "interface": interface()}
    plain = "".join(_plain(data, record))
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
            plain,
            "</div>\n",
            _form(),
            "</main>\n",
            f'<script type="application/json" id="data">{_json(record)}</script>\n',
            f"<script>{script}</script>\n</body>\n</html>\n",
        )
    )


def _read(name: str) -> str:
    """Return a script or a style sheet without comments and indentation."""
    lines = map(str.strip, (_HERE / name).read_text(encoding="utf-8").splitlines())
    kept = (line for line in lines if line and not line.startswith(("//", "/*")))
    return "\n" + "\n".join(kept) + "\n"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _json(record: Mapping[str, Any]) -> str:
    """Return data so that no value can end the element that it stands in."""
    written = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    # Noncharacters, as the marks are, may not stand in HTML as they are (HTML, 13.1).
    return re.sub("[<>&\ufdd0-\ufdef\u2028\u2029]", lambda sign: f"\\u{ord(sign[0]):04x}", written)


def _form() -> str:
    return (_HERE / "form.html").read_text(encoding="utf-8")


def _plain(data: PageData, record: dict[str, Any]) -> Iterator[str]:
    """Yield what can be read and copied without JavaScript: the letters, and where they go.

    Words that stand here are taken out of the record: the script finds them here.
    """
    shown: set[int] = set()
    for edition in data.editions:
        language = edition.language
        words = interface().get(language, interface()["en"])
        sets = (to["written"][language][1] for to in record["to"] if language in to["written"])
        letters = dict.fromkeys(next(one for one in record["sets"][number][0] if one >= 0) for number in sets)
        yield f'<section lang="{escape(language)}" dir="auto">\n'
        yield f"<h2>{escape(words['name_of_language'])}</h2>\n<p>{escape(words['plain_lead'])}</p>\n"
        for letter in list(letters)[:MOST_PLAIN_LETTERS]:
            yield '<div class="to-copy">\n'
            for number in record["letters"][letter]:
                yield _plain_part(number, record["parts"], shown, words)
            yield "</div>\n"
        yield "</section>\n"
    words = interface().get(data.editions[0].language, interface()["en"])
    yield f'<section>\n<h2>{escape(words["plain_to"])}</h2>\n<ul class="addresses">\n'
    for number, one in enumerate(data.addressed):
        mail = f"<br>{escape(one.recipient.email)}" if one.recipient.email else ""
        language = escape(next(iter(one.written)))
        yield f'<li id="to-{number}" lang="{language}">{escape(one.listed)}{mail}</li>\n'
    yield "</ul>\n</section>\n"
    for number in shown:
        del record["parts"][number][1]


def _plain_part(number: int, parts: list[Any], shown: set[int], words: Mapping[str, str]) -> str:
    """Return a paragraph, with an id where it is simple enough for the script to read it."""
    kind, content = parts[number]
    if kind in _UNSEEN:
        return ""
    if isinstance(content, str) and not ANY_MARK.search(content) and number not in shown:
        shown.add(number)
        return f'<p id="part-{number}">{escape(content)}</p>\n'
    if items := _simple_items(kind, content) if number not in shown else []:
        shown.add(number)
        tag = f'ol start="{content[0]}"' if content[0] else "ul"
        listed = "".join(f"<li>{escape(item)}</li>" for item in items)
        return f'<{tag} id="part-{number}">{listed}</{tag[:2]}>\n'
    visitor = Visitor(
        name=f"[{words['name']}]", country="", date=words["your_date"], address=(f"[{words['address']}]",)
    )
    filled = filled_parts(((kind, content),), visitor)
    return "".join(f"<p>{escape(_lines(part))}</p>\n" for part in filled)


def _simple_items(kind: str, content: Any) -> list[str]:
    """Return the texts of a list whose items are paragraphs without marks and styles; of any other, none."""
    if kind != "list" or any(len(item) != 1 or item[0][0] != "p" for item in content[1]):
        return []
    pieces = [item[0][1] for item in content[1]]
    is_simple = all(
        len(one) == 1 and isinstance(one[0], str) and not ANY_MARK.search(one[0]) for one in pieces
    )
    return [one[0] for one in pieces] if is_simple else []


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
