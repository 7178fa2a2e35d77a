"""The pages of docs/reference that are made from the reference tables."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from lettergen.reference import law, protocol, table
from lettergen.reference.stationery import Rectangle, Stationery, stationery
from lettergen.reference.stationery import keys as stationery_keys

ROOT = Path(__file__).parent.parent
MADE_FROM = (
    "<!-- Made by script/docs-reference from lettergen/reference/{file}; change that and run it again. -->\n"
)
LANGUAGES = {
    "en": "English",
    "fr": "French",
    "de": "German",
    "es": "Spanish",
    "ru": "Russian",
    "ar": "Arabic",
    "ja": "Japanese",
    "ko": "Korean",
    "zh": "Chinese",
}
CONFIDENCE = {"read": "read in the source", "common": "common knowledge: compare before relying on it"}


def cell(text: str) -> str:
    """Make `text` fit for a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *([cell(text) for text in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def patterns(texts: Iterable[str]) -> str:
    """Return patterns in the order in which they are tried."""
    return ", else ".join(f"`{text}`" if text else "nothing" for text in texts)


def forms_page() -> str:
    """Return docs/reference/forms-of-address.md."""
    parts = [
        "# Forms of address\n",
        MADE_FROM.format(file="protocol.toml"),
        "What an office is called on the envelope, at the opening and at the closing. The `office` of a\n"
        "recipient names a row; `envelope_name`, `salutation` and `closing` of the recipient replace what\n"
        "the row gives. A language without a row makes no letter to that office.\n",
        "Of several patterns the first is used whose words are all known. `{his}` and the like are known\n"
        "only where the holder's own courtesy title (`Mr.`, `Ms.`, `Frau`) shows them: gender is never\n"
        "guessed. What else a courtesy title says (`Frau Dr.`) is printed before the name, and `suffix`\n"
        "(`MP`, `KC`, `Jr.`) after it. `{salutation}` repeats the opening.\n",
        "## Offices and languages\n",
        "read: one source at least was read; common: common usage; · no row.\n",
        offices_table(),
        "## Usage of States\n",
        "What takes the place of a row below where the office is one of this State; *at home*: only in\n"
        "letters that do not leave the country.\n",
        grid(
            ("State", "language", "office", "where", "envelope", "opening", "source"),
            [usage_row(*usage) for usage in protocol.usages()],
        ),
    ]
    for language, name in LANGUAGES.items():
        parts.append(f"## {name}\n")
        parts += [form_section(protocol.form(office, language)) for office in offices_of(language)]
    return "\n".join(parts)


def offices_table() -> str:
    """Return which office has a row in which language, and what it rests on."""
    rows = [
        (
            f"`{office}`",
            *(
                protocol.form(office, language).confidence if language in protocol.languages(office) else "·"
                for language in LANGUAGES
            ),
        )
        for office in protocol.offices()
    ]
    return grid(("office", *LANGUAGES), rows)


def usage_row(state: str, language: str, office: str) -> tuple[str, ...]:
    """Return what one State does otherwise."""
    row = table("protocol")["usage"][state][language][office]
    form = protocol.form(office, language, state, state)
    where = "at home" if row.get("at_home") else "everywhere"
    envelope, opening = patterns(form.envelopes), patterns(form.openings)
    return (state, language, f"`{office}`", where, envelope, opening, "; ".join(form.sources))


def offices_of(language: str) -> Iterator[str]:
    """Yield the offices that have a row of their own in a language."""
    return (office for office in protocol.offices() if language in protocol.languages(office))


def form_section(form: protocol.FormOfAddress) -> str:
    """Return one office in one language."""
    rows = [
        ("envelope", patterns(form.envelopes)),
        ("opening", patterns(form.openings)),
        ("in the text", form.style),
        ("closing", form.closing),
        ("source", f"{'; '.join(form.sources)} ({CONFIDENCE[form.confidence]})"),
    ]
    rows += [("note", form.note)] if form.note else []
    return f"### {protocol.title(form.office)}: `{form.office}` ({form.language})\n\n" + grid(("", ""), rows)


def treaties_page() -> str:
    """Return docs/reference/treaties.md."""
    parts = [
        "# Treaties\n",
        MADE_FROM.format(file="treaties.toml"),
        'Instruments that `cite("refugee51", 33)` and `legal_basis:` can name. What an article asks is told\n'
        "in one sentence of our own, in English, French, German and Spanish (`statements.toml`); it must\n"
        "not be printed as a quotation. A campaign adds its own in `treaties/KEY.toml`\n"
        "([how](../how-to/new-country-treaty-stationery.md#a-treaty-of-your-own)).\n",
        instruments_table(),
    ]
    instruments = law.keys()
    parts += [treaty_section(law.treaty(key)) for key in instruments]
    parts += [
        "## Parties\n",
        "Day or year of ratification, accession or succession; `party_status` adds the weeks until it\n"
        "binds. Where only the year is known, a day on which it may or may not have been binding already is\n"
        "unknown. `signed` alone does not bind. A State that is not named is unknown.\n",
        *map(parties_of, [key for key in instruments if law.treaty(key).is_treaty]),
        "## Reservations\n",
        "Articles that do not bind a State although the treaty does. A State without a row may have\n"
        "reservations all the same: compare the depositary's list.\n",
        grid(
            ("treaty", "State", "articles", "until", "note", "from"),
            [
                (
                    f"`{key}`",
                    one.state,
                    ", ".join(one.articles),
                    str(one.until or ""),
                    one.note,
                    CONFIDENCE[one.confidence].partition(":")[0],
                )
                for key in instruments
                for one in law.reservations(key)
            ],
        ),
    ]
    return "\n".join(parts)


def treaty_section(one: law.Treaty) -> str:
    """Return one instrument with its articles."""
    facts = [
        ("title", one.title),
        ("adopted", str(one.adopted)),
        *([("in force", str(one.in_force))] if one.in_force else []),
        *([("binds a State", one.binding)] if one.binding else []),
        ("published", one.reference),
        ("cited as", law.cite(one.key, [one.articles[-1].number])),
        ("formal", law.cite(one.key, style="formal")),
        ("source", f"{one.source} ({CONFIDENCE[one.confidence]})"),
    ]
    said = [
        (article.number, article.statement, CONFIDENCE[article.confidence].partition(":")[0])
        for article in one.articles
    ]
    return f"## `{one.key}`\n\n{grid(('', ''), facts)}\n{grid(('article', 'what it asks', 'from'), said)}"


def instruments_table() -> str:
    """Return each instrument in a line: what is known of it."""
    rows = []
    instruments = law.keys()
    for key in instruments:
        parties = law.parties(key)
        rows.append(
            (
                f"`{key}`",
                law.treaty(key).title,
                str(len(parties)) if parties else "",
                str(sum(1 for _ in law.reservations(key)) or ""),
                str(len(law.articles(key))),
            )
        )
    return grid(("key", "title", "States known", "reservations", "statements"), rows)


def parties_of(key: str) -> str:
    """Return who is a party to a treaty since when, who only signed, and who is not one."""
    entries = sorted(law.parties(key).items())
    joined = [f"{state} {entry['party']}" for state, entry in entries if "party" in entry]
    signed = [
        f"{state} {'' if e['signed'] is True else e['signed']}".strip()
        for state, e in entries
        if "signed" in e and "party" not in e
    ]
    others = [state for state, entry in entries if not {"party", "signed"} & entry.keys()]
    sources = dict.fromkeys(f"{e['source']} (held on {e['checked']})" for _, e in entries if "checked" in e)
    notes = [f"{state}: {entry['note']}" for state, entry in entries if "note" in entry]
    lines = [
        f"### Parties to `{key}`\n",
        f"Joined: {', '.join(joined) or 'nobody known here'}.\n",
        *([f"Signed only: {', '.join(signed)}.\n"] if signed else []),
        *([f"Not parties: {', '.join(others)}.\n"] if others else []),
        *(f"{note}\n" for note in notes),
        f"Source: {'; '.join(sources)}.\n",
    ]
    return "\n".join(lines)


def stationery_page() -> str:
    """Return docs/reference/stationery.md."""
    defaults = table("stationery")["countries"]
    parts = [
        "# Stationery\n",
        MADE_FROM.format(file="stationery.toml"),
        "Sheets and where things stand on them, in millimetres from the sheet's top left corner. "
        "`--stationery KEY` chooses one; otherwise the country of posting does.\n",
        grid(
            ("country of posting", "stationery"),
            [*((code, f"`{key}`") for code, key in defaults.items()), ("any other", "`din-5008-b`")],
        ),
        "A field is told as left, top, width × height. The safe zone is what the window shows wherever the\n"
        "folded sheet slides in that envelope. All ink lies in the printable area but for the marks, which\n"
        "stand 3.5 from the left edge, where KOMA has them: a printer may leave them out, and no letter is\n"
        "the worse for it.\n",
    ]
    parts += [stationery_section(stationery(key)) for key in stationery_keys()]
    return "\n".join(parts)


def stationery_section(one: Stationery) -> str:
    """Return one stationery."""
    margins = one.margins
    block = one.information_block
    rows = [
        ("sheet", f"{one.sheet_width:g} × {one.sheet_height:g}"),
        ("address field" if one.has_window else "inside address", field(one.address_field)),
        ("text indent in the field", f"{one.text_indent:g}"),
        ("return address / notation zone", f"{one.return_line_height:g} / {one.notation_height:g} high"),
        ("fold marks", ", ".join(f"{mark:g}" for mark in one.fold_marks) or "none"),
        ("punch mark", f"{one.punch_mark:g}" if one.punch_mark else "none"),
        ("reference line", f"{one.reference_line:g}"),
        *([("information block", field(block))] if block else []),
        (
            "margins",
            f"top {margins.top:g}, right {margins.right:g}, bottom {margins.bottom:g}, left {margins.left:g}",
        ),
        ("printable area", field(one.printable)),
        *((f"safe zone in {zone.envelope}", field(zone.zone)) for zone in one.safe_zones),
        ("envelopes", one.envelopes),
        ("source", f"{one.source} ({CONFIDENCE[one.confidence]})"),
        *([("note", one.note)] if one.note else []),
    ]
    return f"## {one.title}: `{one.key}`\n\n{grid(('', ''), rows)}"


def field(rectangle: Rectangle) -> str:
    """Return a rectangle in words."""
    return f"{rectangle.left:g}, {rectangle.top:g}, {rectangle.width:g} × {rectangle.height:g}"


def pages() -> dict[Path, str]:
    """Return each page with its text."""
    docs = ROOT / "docs" / "reference"
    return {
        docs / "forms-of-address.md": forms_page(),
        docs / "treaties.md": treaties_page(),
        docs / "stationery.md": stationery_page(),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        sys.stderr.write(f"{path.relative_to(ROOT)}\n")
