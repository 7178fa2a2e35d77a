"""Laws that hold for any words: they come out as they went in, or are refused by name."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
import yaml
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from lettergen.errors import LettergenError
from lettergen.facts.campaign import Campaign
from lettergen.facts.damaged_text import NOTHING
from lettergen.facts.text_files import fault_in
from lettergen.facts.yaml_reader import parse
from lettergen.letters.assemble import assemble
from lettergen.letters.catalogue import catalogue
from lettergen.letters.letter import Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.template.templates import open_template
from lettergen.outbox.atomic_files import file_name
from lettergen.pages import text as plain_text
from lettergen.pages.pdf.typesetter import Typesetter
from lettergen.plan.orders import Order
from lettergen.reference.stationery import stationery
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer
from tests.pages.reading import BROKEN

# WeasyPrint 70 leaves its own colour profile open for the collector to close.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014.icc:ResourceWarning")

often = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
DAY = date(2026, 1, 15)
PRINTABLE = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
TYPED = st.sampled_from(list("aZ09 <>&\"'\\`*_#-=+[](){}%|~^$@!?:;,./éüŁŏ№–—“”’…\u00a0"))
FRAGMENTS = st.sampled_from(
    [
        *(
            "{{ x }}",
            "{% if %}",
            "<b>",
            "</p>",
            "&amp;",
            "**x**",
            "# x",
            "1. x",
            "- x",
            "> x",
            "[a](b)",
            "```",
        ),
        *("![a](b)", "<script>", "\\", "--", "...", "@a", "=== enclosed message", "Title: x", "%(x)s", "{0}"),
        *("$x", "fi", "ﬁ"),
    ]
)
WORDS = st.lists(TYPED | PRINTABLE | FRAGMENTS, min_size=1, max_size=24).map("".join)
TYPEABLE = st.lists(TYPED | FRAGMENTS, min_size=1, max_size=24).map("".join)

FIELDS: dict[str, Callable[[str], dict[str, object]]] = {
    "recipient": lambda words: {
        "recipient": {"title": words, "organisation": [words], "address": [words]},
    },
    "name of the recipient": lambda words: {"recipient": {"name": words}},
    "salutation": lambda words: {"recipient": {"salutation": words, "closing": words}},
    "sender": lambda words: {"sender": {"organisation": words, "title": words, "place": words}},
    "own words": lambda words: {"sender": {"own_words": words}},
    "case": lambda words: {"case": {"title": words, "summary": words}},
    "person": lambda words: {"person": {"described_as": words}},
    "event": lambda words: {"case": {"events": [{"what": words, "on": "2025-01-01", "kind": "arrest"}]}},
}
TEMPLATE = """\
---
title: A note
uses: [case]
addressee: required
subject: "{{ case.title }}"
postscript: "{{ recipient.title }}"
---
{{ case.summary }}

{{ case.persons | names }}

{% if case.arrest %}
- {{ case.arrest.what }}
{% endif %}

{{ own_words }}
"""


def write(folder: Path, changes: dict[str, dict[str, object]]) -> Campaign:
    recipient = {"id": "a", "name": "Ada Berg", "title": "Minister", "address": ["1 Road"], "country": "NO"}
    sender = {"id": "a", "name": "Max Muster", "address": ["Weg 1"], "country": "NO", "own_words": "I agree."}
    person = {"id": "zzz", "name": "Quxnovak Zzjana"} | changes.get("person", {})
    case = {"title": "a case", "summary": "A summary.", "persons": [person]}
    files = {
        "recipients.yaml": {"recipients": [recipient | changes.get("recipient", {})]},
        "senders.yaml": {"senders": [sender | changes.get("sender", {})]},
        "cases/a.yaml": case | changes.get("case", {}),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return Campaign.open(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "letter_templates").mkdir()
    (tmp_path / "letter_templates" / "note.md").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


def letter_of(campaign: Campaign) -> Letter:
    facts = LetterFacts(
        campaign=campaign,
        sender=campaign.sender("a"),
        recipient=campaign.recipient("a"),
        case=campaign.case("a"),
        on=DAY,
    )
    return assemble(open_template("note", campaign.template_folders), facts)


def stands_in(words: str, text: str) -> bool:
    """Say whether words stand in a text as they are, or with a capital where they begin a sentence."""
    found = bare(words)
    first = next((at for at, sign in enumerate(found) if sign.isalpha()), 0)
    capital = found[:first] + found[first : first + 1].upper() + found[first + 1 :]
    return found in text or capital in text


def bare(text: str) -> str:
    """Return the text without what line breaks, hyphenation, ligatures and no-break spaces change."""
    # Arabic letters in the shapes of one place in a word are told as the letters that they are.
    text = re.sub("[\ufb50-\ufdff\ufe70-\ufefc]", lambda sign: unicodedata.normalize("NFKC", sign[0]), text)
    joined = re.sub(f"[{BROKEN}\u00ad]\\s*", "", text)
    # A reader of the PDF takes ligatures apart; nothing else may change.
    parted = re.sub("[\ufb00-\ufb06]", lambda sign: unicodedata.normalize("NFKC", sign[0]), joined)
    return "".join(unicodedata.normalize("NFC", parted).split())


def refusal(fault: LettergenError) -> str:
    """Return the names under which a letter was refused; each is in the catalogue and says what to do."""
    unknown = [one.name for one in fault.problems if one.name not in catalogue() or not one.fix]
    if unknown or not fault.problems:
        pytest.fail(f"refused without a name: {unknown}")
    event(f"refused: {fault}")
    return str(fault)


@often
@given(st.sampled_from(sorted(FIELDS)), WORDS)
@example("case", "{{ x }}<b>**x**")
@example("own words", "=== enclosed message\n\nTitle: x")
@example("person", "a*b_c*")
def test_any_words_in_any_field_stand_literally_in_the_text(folder: Path, field: str, words: str) -> None:
    changes = FIELDS[field](words)
    campaign = write(folder, changes)  # type: ignore[arg-type]
    try:
        letter = letter_of(campaign)
    except LettergenError as fault:
        refusal(fault)
        return
    event("made")
    rendered = bare(plain_text.render(letter))
    assert stands_in(words, rendered)


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


@often
@given(st.sampled_from(sorted(FIELDS)), st.one_of(TYPEABLE, TYPEABLE, TYPEABLE, WORDS))
def test_any_words_in_any_field_stand_literally_in_the_pdf(
    folder: Path, typesetter: Typesetter, field: str, words: str
) -> None:
    campaign = write(folder, FIELDS[field](words))  # type: ignore[arg-type]
    try:
        pdf = typesetter.typeset(letter_of(campaign), stationery("din-5008-b")).pdf
    except LettergenError as fault:
        refusal(fault)
        return
    event("made")
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        read = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert stands_in(words, bare(read))


IDS = st.from_regex(r"[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,3}", fullmatch=True).filter(
    lambda one: len(one) <= 60
)


@often
@given(IDS, st.none() | IDS, IDS, st.integers(1, 10**6))
def test_any_ids_make_one_plain_name_in_the_folder(
    template: str, recipient: str | None, sender: str, number: int
) -> None:
    order = Order(
        template=template, recipient_id=recipient, sender_id=sender, case_id=None, on=DAY, language=None
    )
    name = file_name(order.letter_id, "pdf", sequence=number)
    assert Path(name).name == name
    assert (Path("/outbox") / name).resolve().parent == Path("/outbox").resolve()
    assert name.isascii()
    assert name.isprintable()
    assert name.startswith(f"{number:05d}-")
    assert len(name) <= 120


# To YAML 1.1 the next-line character is a line break, which it folds to a space.
ANY_TEXT = st.text(st.characters(exclude_characters="\x85"), max_size=40)


@often
@given(st.dictionaries(IDS, ANY_TEXT | st.lists(ANY_TEXT, max_size=4), min_size=1))
@example({"a": "NO"})
@example({"a": "0123", "b": ["12:30", "+81", "null", "~", "1e3", "2006-12-02"]})
def test_any_text_survives_yaml(values: dict[str, str | list[str]]) -> None:
    flat = [one for value in values.values() for one in (value if isinstance(value, list) else [value])]
    try:
        read = parse(yaml.safe_dump(values, allow_unicode=True), "x.yaml")
    except LettergenError as fault:
        if not any(fault_in(one) for one in flat):
            pytest.fail(f"refused for nothing: {refusal(fault)}")
        return
    assert read.plain() == values


DAMAGED = {
    "formula-without-result",
    "damaged-text",
    "letter-lost",
    "markup-in-cell",
    "meaningless-value",
    "unusual-name",
}
CELLS = (
    st.lists(TYPED | PRINTABLE, max_size=12)
    .map(lambda signs: "".join(signs).strip())
    .filter(lambda cell: cell not in NOTHING)
)


@often
@given(st.lists(st.tuples(CELLS.filter(bool), CELLS, CELLS), min_size=1, max_size=4), st.sampled_from(",;\t"))
@example([("=1+1", "+47 22 12 34 56", "@SUM(A1)")], ",")
@example([("-1", "\t=x", '"quoted"')], ";")
def test_any_cells_survive_a_csv_file_of_recipients(
    folder: Path, rows: list[tuple[str, str, str]], separator: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(["id", "title", "fax", "organisation", "country", "address"])
    for number, (title, fax, organisation) in enumerate(rows):
        writer.writerow([f"r{number}", title, fax, organisation, "NO", "1 Road"])
    for old in folder.glob("recipients*"):
        old.unlink()
    suffix = "tsv" if separator == "\t" else "csv"
    (folder / f"recipients.{suffix}").write_text(out.getvalue(), encoding="utf-8", newline="")
    campaign = Campaign.open(folder)
    if campaign.problems:
        assert {one.name for one in campaign.problems} <= set(catalogue())
        is_damaged = any(one.name in DAMAGED for one in campaign.problems)
        assert is_damaged or any(fault_in(cell) for row in rows for cell in row)
        return
    read = [(one.title, one.fax or "", " ".join(one.organisation)) for one in campaign.recipients]
    assert [tuple(map(str.strip, row)) for row in rows] == read


@often
@given(TYPEABLE, TYPEABLE)
def test_letters_are_the_same_in_either_order(folder: Path, first: str, second: str) -> None:
    people = [
        {"id": name, "name": words.strip() or "x", "address": ["1 Road"], "country": "NO"}
        for name, words in (("a", first), ("b", second))
    ]
    write(folder, {})
    (folder / "recipients.yaml").write_text(yaml.safe_dump({"recipients": people}, allow_unicode=True))
    terms = RenderTerms(folder=folder, formats=("txt", "html"))
    orders = [
        Order(template="note", recipient_id=name, sender_id="a", case_id="a", on=DAY, language="en")
        for name in ("a", "b")
    ]
    forth, back = Renderer(terms), Renderer(terms)
    one = {order.letter_id: forth.render(order) for order in orders}
    other = {order.letter_id: back.render(order) for order in reversed(orders)}
    assert one == other


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(TYPEABLE, TYPEABLE)
def test_pages_are_the_same_in_either_order(
    folder: Path, typesetter: Typesetter, first: str, second: str
) -> None:
    letters = []
    for words in (first, second):
        try:
            letters.append(letter_of(write(folder, FIELDS["case"](words))))  # type: ignore[arg-type]
        except LettergenError:
            return
    sheet = stationery("din-5008-b")

    def pages(several: list[Letter]) -> list[bytes | str]:
        found: list[bytes | str] = []
        for letter in several:
            try:
                found.append(typesetter.typeset(letter, sheet).pdf)
            except LettergenError as fault:
                found.append(str(fault))
        return found

    assert pages(letters) == pages(letters[::-1])[::-1]
