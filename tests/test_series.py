"""Many letters at once are the very letters, problems and refusals that each would have by itself."""

import random
import re
import string
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lettergen.errors import LettergenError, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Person, PersonName, Recipient, Sender
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.checks import check_letter
from lettergen.letters.checks.word_lists import may_stand_in
from lettergen.letters.checks.wording import faults, may_be_open
from lettergen.letters.letter import EnclosedMessage, Letter, Paragraph, Span
from lettergen.letters.privacy.folding import fold
from lettergen.letters.privacy.name_matching import forms
from lettergen.letters.privacy.name_search import Hidden, NameSearch
from lettergen.letters.series import screening
from lettergen.letters.series.identity_cache import IdentityCache
from lettergen.letters.series.series import LetterSeries
from lettergen.letters.series.tracked_reads import TrackedCache, TrackedRecord, is_given
from lettergen.letters.template.templates import Template, catalogue, open_template
from lettergen.pages import text
from lettergen.pages.terminal.columns import _wrap_line, wrap
from lettergen.plan.orders import Order
from lettergen.rendering.render_terms import RenderTerms
from lettergen.rendering.renderer import Renderer
from tests import letter_matrix

STARTER = Campaign.open()
TEMPLATES = catalogue(STARTER.template_folders)[0]
DAY = date(2006, 12, 2)
CASE = Case.model_validate(
    {
        "id": "two",
        "title": "two teachers in Northport",
        "summary": "@ana was arrested in Northport on 18 January 2003, and @li with her.",
        "place": "Northport Prison",
        "persons": [
            {
                "id": "ana",
                "name": {"family": "Alder", "given": "Ana", "courtesy": "Ms."},
                "publish": {"addressee": "full", "press": "initials"},
                "consent": {"by": "herself", "on": "2003-02-01", "scope": ["addressee", "press"]},
            },
            {
                "id": "li",
                "name": {"family": "Li", "given": "Song-yong"},
                "native_name": "李松勇",
                "aliases": ["Li Songyong"],
                "described_as": "a student",
            },
        ],
        "events": [
            {"on": "2003-01-18", "kind": "arrest", "what": "police arrested @ana", "place": "Northport"}
        ],
        "demands": ["release @ana and @li at once", "let a doctor see them"],
    }
)
TEMPLATE = """\
---
title: An appeal
kind: appeal
language: en
uses: [sender, recipient, case]
subject: "{{ case.title | capitalised }}"
our_reference: "{{ sender.short_name if sender.short_name else 'none' }}"
---
{{ case.summary }} I write to {{ recipient.style
}}{{ " of " ~ recipient.state_short if recipient.state_short else "" }}.

{% for demand in case.demands %}
- {{ demand.text }}{{ "." if loop.last else ";" }}
{% endfor %}

{{ own_words if own_words else "" }}

{% if sender.members %}
{{ sender.members | map(attribute="name") | list | listed }} sign this.
{% endif %}
May I hope for a reply{{ " to my address" if sender.address else "" }}?
"""

often = settings(max_examples=60, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    folder = tmp_path_factory.mktemp("campaign")
    (folder / "letter_templates").mkdir()
    (folder / "letter_templates" / "note.md").write_text(TEMPLATE, encoding="utf-8")
    members = [sender(id=name, name=f"{name.title()} Member") for name in ("one", "two")]
    return replace(
        STARTER,
        folder=folder,
        template_folders=(folder / "letter_templates",),
        senders=tuple(members),
        recipients=(),
        cases=(CASE,),
        translations=(),
    )


@pytest.fixture(scope="module")
def note(campaign: Campaign) -> Template:
    return open_template("note", campaign.template_folders)


def sender(**facts: object) -> Sender:
    return Sender.model_validate({"id": "s", "name": "Jane Roe", **facts})


def recipient(**facts: object) -> Recipient:
    return Recipient.model_validate({"id": "r", "name": "Ada Berg", "office": "minister", **facts})


Answer = tuple[Letter, tuple[Problem, ...]] | tuple[type, tuple[Problem, ...]]


def alone(template: Template, facts: LetterFacts) -> Answer:
    """Return what one letter by itself comes to, a refusal as its kind and its problems."""
    try:
        letter = assemble(template, facts)
        return letter, check_letter(template, facts, letter)
    except LettergenError as fault:
        return type(fault), fault.problems


def among(series: LetterSeries, recipient: Recipient | None, sender: Sender) -> Answer:
    try:
        return series.letter(recipient, sender)
    except LettergenError as fault:
        return type(fault), fault.problems


def compared(
    template: Template,
    campaign: Campaign,
    case: Case | None,
    pairs: Sequence[tuple[Recipient | None, Sender]],
    on: date = DAY,
) -> int:
    """Compare the letters of some pairs, each asked for twice, and return how many were written."""
    series = LetterSeries(template, campaign, case=case, on=on)
    made = 0
    wanted = [
        alone(template, LetterFacts(campaign=campaign, sender=s, recipient=r, case=case, on=on))
        for r, s in pairs
    ]
    for _ in range(2):
        for (r, s), one in zip(pairs, wanted, strict=True):
            assert among(series, r, s) == one
            made += isinstance(one[0], Letter)
    return made


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: f"{one.name}.{one.language}")
def test_each_sample_letter_is_the_same_in_a_series(template: Template) -> None:
    sample = template.sample
    if sample.sender is None:
        for one in letter_matrix.of_template(template.name, template.language)[:3]:
            pairs = [(one.facts.recipient, one.facts.sender)] * 2
            assert compared(template, one.facts.campaign, one.case, pairs, one.facts.on)
        return
    chosen = [one for one in STARTER.senders if one.id in {sample.sender, "citizen-jp", "example-coalition"}]
    everybody: list[Recipient | None] = [*STARTER.recipients, None]
    pairs = [(r, s) for r in everybody for s in chosen]
    random.Random(template.name).shuffle(pairs)  # noqa: S311 - an order, no secret
    usual = [(r, s) for r, s in pairs if r and r.id == sample.to]  # a reminder is for who was written to
    case = STARTER.case(sample.case, template.language) if sample.case else None
    assert compared(template, STARTER, case, [*usual, *pairs[:60]], sample.on or DAY)


NASTY = st.sampled_from(
    (
        "", "Li", "LI Songyong", "Song\nyong", "Berlin", "李", "松勇", "O’Li", "L’i", "Ana", "[your name]",
        "(name", "]", "insert", "name", "XXX", "@ana", "@li", "a@li.example", "TODO", "sample", "text",
        "shame on you", "the the", "x" * 1_001, "  ", "Ïstanbul İ", "ẞ", "*stars*", "{{ x }}", "\u202eabc",
        "e\u0301", "Dear Sir,", "!", "日本",
    )
)  # fmt: skip
WORDS = st.lists(NASTY | st.text(max_size=6), min_size=1, max_size=4).map(
    lambda words: (
        " ".join("".join(sign for sign in word if sign.isprintable()) for word in words).strip() or "x"
    )
)
NAMES = WORDS.filter(lambda words: len(words) <= 200)
LINE = WORDS.filter(lambda words: len(words) <= 300)
LINES = st.lists(LINE, max_size=3)
SENDERS = st.fixed_dictionaries(
    {"id": st.sampled_from(("s", "li", "song-yong", "jane"))},
    optional={
        "name": st.fixed_dictionaries({"family": NAMES}, optional={"given": NAMES, "courtesy": NAMES}),
        "organisation": LINE, "short_name": LINE, "place": LINE, "address": LINES, "own_words": WORDS,
        "country": st.sampled_from(("JP", "DE", "FR")), "phone": LINE, "fax": LINE, "email": LINE,
        "letterhead": st.booleans(), "language": st.sampled_from(("en", "fr")),
        "members": st.sampled_from((["one"], ["one", "two"], ["nobody"])),
        "signs_for": st.fixed_dictionaries({"name": NAMES}),
    },
)  # fmt: skip
RECIPIENTS = st.fixed_dictionaries(
    {"id": st.sampled_from(("r", "li-song", "ana"))},
    optional={
        "name": st.fixed_dictionaries({"family": NAMES}, optional={"given": NAMES, "courtesy": NAMES}),
        "office": st.sampled_from(("minister", "ambassador", "editor", "unheard-of")), "title": LINE,
        "organisation": LINES, "attention": LINE, "care_of": LINE, "address": LINES, "salutation": LINE,
        "closing": LINE, "envelope_name": LINE, "country": st.sampled_from(("JP", "CN")),
        "state": st.sampled_from(("CN", "DE")), "audience": st.sampled_from(("addressee", "press", "public")),
    },
)  # fmt: skip


@often
@given(
    st.lists(SENDERS, min_size=1, max_size=4),
    st.lists(RECIPIENTS, max_size=3),
    st.randoms(use_true_random=False),
)
def test_any_records_make_the_same_letters_in_a_series(
    campaign: Campaign, note: Template, senders: list[Any], recipients: list[Any], chance: random.Random
) -> None:
    writers = [sender(**facts) for facts in senders]
    readers = [recipient(**facts) for facts in recipients]
    pairs = [(r, s) for r in (*readers, None) for s in writers]
    chance.shuffle(pairs)
    compared(note, campaign, CASE, pairs)


def test_the_comparison_would_see_another_letter(campaign: Campaign, note: Template) -> None:
    series = LetterSeries(note, campaign, case=CASE, on=DAY)
    facts = LetterFacts(
        campaign=campaign, sender=sender(place="Oslo"), recipient=recipient(), case=CASE, on=DAY
    )
    assert among(series, facts.recipient, sender(place="Bergen")) != alone(note, facts)


def test_letters_share_the_parts_that_are_the_same(campaign: Campaign, note: Template) -> None:
    series = LetterSeries(note, campaign, case=CASE, on=DAY)
    one, _ = series.letter(recipient(), sender(address=["1 High Street"], place="Oslo"))
    other, _ = series.letter(
        recipient(id="q", title="Minister"), sender(id="t", address=["2 Low Road"], place="Oslo")
    )
    assert one.body is other.body
    assert one.subject is other.subject
    assert one.place_and_date is other.place_and_date
    assert one.letterhead is not other.letterhead


def test_a_body_that_names_a_fact_is_not_shared_by_those_who_differ_in_it(
    campaign: Campaign, note: Template
) -> None:
    series = LetterSeries(note, campaign, case=CASE, on=DAY)
    with_address, _ = series.letter(recipient(), sender(address=["1 High Street"]))
    without, _ = series.letter(recipient(), sender())
    assert "to my address" in text.render(with_address)
    assert "to my address" not in text.render(without)


def test_a_series_remembers_less_than_it_writes(campaign: Campaign, note: Template) -> None:
    series = LetterSeries(note, campaign, case=CASE, on=DAY)
    for number in range(4_000):
        series.letter(recipient(), sender(id=f"s{number}", name=f"Jane {number}", address=[f"{number} Road"]))
    # A letter has more than twenty parts and checks, and no two of these letters share what is the sender's.
    assert len(series) < 4_000


def test_a_memory_has_room_for_so_many_results_and_as_many_older_ones() -> None:
    memory = TrackedCache(lambda one: one.place, room=10, patience=None)
    for number in range(100):
        memory(sender(place=f"place {number}"))
    assert 10 <= len(memory) <= 20


def test_a_memory_in_which_nothing_is_found_rests() -> None:
    memory = TrackedCache(lambda one: one.place, patience=5)
    for number in range(50):
        assert memory(sender(place=f"place {number}")) == f"place {number}"
    assert len(memory) == 6


def invented(read: Any) -> TrackedCache[str]:
    return TrackedCache(read)


def test_a_result_is_kept_by_what_was_read_for_it() -> None:
    calls = []

    def place(one: Sender) -> str:
        calls.append(one)
        return f"from {one.place}"

    memory = invented(place)
    assert [memory(sender(id=name, place="Oslo")) for name in ("a", "b")] == ["from Oslo", "from Oslo"]
    assert len(calls) == 1
    assert memory(sender(place="Bergen")) == "from Bergen"


def test_what_a_function_asks_next_may_hang_on_what_it_was_told() -> None:
    memory = invented(lambda one: one.short_name or one.organisation)
    for _ in range(2):
        assert memory(sender(short_name="A", organisation="Alpha")) == "A"
        assert memory(sender(organisation="Alpha")) == "Alpha"
        assert memory(sender(organisation="Beta")) == "Beta"
        assert memory(sender(short_name="A", organisation="Gamma")) == "A"


def test_a_fact_that_is_read_unseen_would_be_noticed() -> None:
    # The counter-proof: round the pane, and the next sender is told another's place.
    memory = invented(lambda one: one._pane_thing.place if type(one) is TrackedRecord else one.place)
    assert memory(sender(place="Oslo")) == "Oslo"
    assert memory(sender(place="Bergen")) != "Bergen"


@pytest.mark.parametrize(
    "read",
    [
        lambda one: one.model_dump()["place"],
        lambda one: one.__dict__["place"],
        lambda one: dict(one)["place"],
        lambda one: one == sender(place="Oslo"),
        hash,
        lambda one: one.model_copy().place,
        lambda one: isinstance(one, Sender) and one.place,
        lambda one: vars(one)["place"],
    ],
)  # fmt: skip
def test_no_way_to_a_fact_leads_round_the_pane(read: Any) -> None:
    memory = invented(read)
    for place in ("Oslo", "Bergen"):
        assert memory(sender(place=place)) == read(sender(place=place))


def test_a_pane_is_neither_copied_nor_changed() -> None:
    pane: Any = TrackedRecord(sender())
    acts: list[Callable[[], object]] = [lambda: pane.__reduce_ex__(2), lambda: replace(pane, id="t")]
    for act in acts:
        with pytest.raises(TypeError):
            act()
    with pytest.raises(AttributeError):
        pane.id = "t"
    assert "Roe" not in f"{pane}{pane!r}"


def test_whether_a_fact_is_given_does_not_read_it() -> None:
    memory = TrackedCache(lambda one: (is_given(one, "address"), object()))
    assert memory(sender(address=["a"])) is memory(sender(address=["b"]))
    assert memory(sender(address=["a"]))[0] is not memory(sender())[0]


def test_a_record_with_values_past_its_model_is_worked_out_each_time() -> None:
    memory = invented(lambda one: one.address[0])
    odd = [Sender.model_construct(id="s", address=(line,)) for line in "ab"]
    assert [memory(one) for one in odd] == ["a", "b"]


def test_what_is_kept_of_an_object_is_not_another_objects() -> None:
    kept: IdentityCache[list[int]] = IdentityCache(list, room=2)
    wanted = [(number,) for number in range(9)]
    assert [kept(one) for one in wanted] == [[number] for number in range(9)]
    again = kept(wanted[-1])
    assert again is kept(wanted[-1])
    assert again is not kept((*[8],))


NAMES = st.sampled_from(
    (
        PersonName(family="Li", given="Song-yong"),
        PersonName(family="Müller", given="Jörg Ånders", courtesy="Dr."),
        PersonName(full="Nguyễn Văn An"),
        PersonName(family="O’Neill", given="Una"),
        PersonName(full="Anna"),
        PersonName(family="Иванова", given="Анна"),
        PersonName(family="De Souza", given="Mia"),
        PersonName(full="김영희"),
        PersonName(family="Raed", given="Aae"),
        PersonName(family="İnci", given="Işık"),
    )
)
MANGLED = (
    str,
    str.upper,
    str.lower,
    str.title,
    lambda one: one.replace(" ", "\n"),
    lambda one: one.replace(" ", ""),
    lambda one: one.replace("ü", "ue").replace("ö", "oe"),
    lambda one: one.replace("o", "oe"),
    lambda one: "".join(word[0] + ". " for word in one.split()[:-1]) + one.split()[-1],
    lambda one: f"{one}'s",
    lambda one: f"X. {one.split()[-1]}",
    lambda one: one.replace("a", "a'"),
    lambda one: f"Mr. {one.split()[0]}",
    lambda one: one.replace("i", "İ"),
    lambda one: f"`{one}",
    lambda one: one.replace("-", " "),
)


@often
@given(
    NAMES,
    st.lists(
        st.tuples(st.sampled_from(MANGLED), st.sampled_from(("", "x", "희", "é", ", ", "「"))), min_size=1
    ),
)
@example(PersonName(family="Li", given="Song-yong"), [(str, "희")])
def test_what_the_first_look_lets_pass_holds_no_form_of_a_name(name: PersonName, pieces: Any) -> None:
    hidden = Person.model_validate(
        {"id": "p", "name": name.model_dump(), "aliases": ["Lee Sung"], "native_name": "李松勇"}
    )
    search = NameSearch([Hidden(hidden, CASE, is_of_letter=True)], [])
    spelt = (
        name.as_written(),
        f"{name.given} {name.family}",
        f"{name.family} {name.given}",
        "Sung Lee",
        "李松勇",
        "松勇李",
    )
    found = forms(hidden)
    parts = [*found.telling, *found.single]
    patterns = [found.whole, *(one.pattern for one in found.near), *(one.pattern for one in parts)]
    for one in spelt:
        text = "\n".join(f"{before}{mangle(one)}" for mangle, before in pieces)
        if any(pattern.search(fold(text)) for pattern in patterns):
            assert search.may_be_in(text)
            assert search.hits(text)


def test_a_first_look_does_not_see_names_everywhere() -> None:
    search = NameSearch([Hidden(one, CASE, is_of_letter=True) for one in CASE.persons[1:]], [])
    assert not search.may_be_in("12 Linden Street, Berlin: Julia Lindqvist, sincerely")


def test_letters_that_patterns_take_for_one_another_stand_in_each_other() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    cased = "".join(
        sign for sign in every if sign.isprintable() and (sign.lower() != sign or sign.upper() != sign)
    )
    for sign in cased[::7] + "iıİIſsKkßẞ":
        found = re.findall(re.escape(sign), cased, re.IGNORECASE)
        assert all(may_stand_in(sign, one) for one in found)


OPEN = st.sampled_from(
    (
        "(your",
        "name)",
        "your name",
        "here",
        "insert",
        "date",
        "[name",
        "]",
        "[",
        "name]",
        "<",
        "link>",
        "XX",
        "XXX",
        "X",
        "TODO",
        "....",
        ".....",
        "___",
        "{{",
        "@a-b",
        "a@b-c",
        "sample",
        "text",
        "delete as",
        "appropriate",
        "lorem ipsum",
        "Lorem",
        "ipsum",
        "well",
        "",
    )
)


@often
@given(
    st.lists(st.lists(OPEN, max_size=4).map(" ".join), max_size=6),
    st.sampled_from(("en", "fr", "de", "ja", "xx")),
)
def test_what_is_left_open_in_a_letter_is_doubted_in_one_of_its_parts(
    parts: list[str], language: str
) -> None:
    found = {problem.name for _, problem in faults("\n".join(parts), language)}
    if "placeholder-left" in found:
        assert any(may_be_open(part, language) for part in parts)


@often
@given(st.text(string.ascii_letters + "  \u00a0-é日\n", max_size=60), st.integers(1, 30))
def test_a_short_line_is_wrapped_like_any_other(line: str, width: int) -> None:
    assert wrap(line, width) == [one for part in line.split("\n") for one in _wrap_line(part, width)]


def test_parts_that_are_looked_at_together_are_doubted_like_each_alone(note: Template) -> None:
    facts = LetterFacts(campaign=STARTER, sender=STARTER.senders[0], case=CASE, on=DAY)
    screen = screening.LetterScreening(note, facts, ("press",))
    message = EnclosedMessage("A message", (), (Paragraph((Span("It is well."),)),))

    def doubt(words: str, *messages: EnclosedMessage) -> int:
        return screen.look({"body": (Paragraph((Span(words),)),), "enclosed": messages}).doubt

    assert [doubt("It is well."), doubt("It is well.", message)] == [screening.NONE] * 2
    # What follows the body on the page is the closing: `insert` and `name`, `Li` and `Song-yong`.
    assert [doubt("Insert"), doubt("Insert", message)] == [screening.OPEN] * 2
    assert [doubt("Li"), doubt("Li", message)] == [screening.NAMES] * 2


def orders() -> Iterator[Order]:
    for template in TEMPLATES:
        sample = template.sample
        if sample.sender and sample.on:
            yield Order(template.name, sample.to, sample.sender, sample.case, sample.on, template.language)


def test_a_renderer_makes_the_same_letters_in_any_order() -> None:
    terms = RenderTerms(folder=STARTER.folder, formats=("txt", "html"))
    listed = list(orders())
    forward = Renderer(terms, STARTER)
    made = {order: forward.render(order) for order in listed}
    backward = Renderer(terms, STARTER)
    assert {order: backward.render(order) for order in reversed(listed)} == made
    assert sum(not one.failed for one in made.values()) >= len(listed) - 1
