"""What the console prints: problems as a person reads them, and nothing that steers the terminal."""

import json
import sys
import unicodedata
from contextlib import redirect_stderr
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lettergen.console import tables
from lettergen.console.problems import as_records, show_problems
from lettergen.console.terminal import allow_colour, ask, errors, output, say, show_json, styled
from lettergen.console.text_table import show_rows
from lettergen.errors import Place, Problem
from lettergen.facts.model import PersonName, Recipient
from lettergen.pages.terminal.columns import clusters, columns, wrap
from lettergen.pages.terminal.visible import visible, visible_lines

NO_COUNTRY = Problem(
    "missing-field",
    "recipient `no-embassy` has no `country`.",
    "add `country:` with the ISO 3166 code of the destination, for example `country: NO`.",
    Place("recipients.yaml", 14, 3),
    excerpt="- id: no-embassy",
)
MISSPELT = Problem(
    "unknown-field",
    "unknown field `adress`.",
    "did you mean `address`?",
    Place("recipients.yaml", 31, 3),
    excerpt="  adress:",
    width=6,
)
STALE = Problem(
    "entry-not-checked",
    "`minister` was last checked 400 days before the letter's date.",
    "compare the entry with a current source and renew `checked:`",
    Place("recipients.yaml", 3),
    severity="warning",
)


def told(
    capsys: pytest.CaptureFixture[str], *problems: Problem, show_all: bool = False, rest: str = ""
) -> str:
    show_problems(problems, show_all=show_all, rest=rest)
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err


def steering(text: str) -> set[str]:
    """Characters of `text` that a terminal would obey."""
    return {
        c
        for c in text
        if c != "\n"
        and unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}
        and c not in "\u200c\u200d\u00ad"
    }


def test_what_steers_is_found() -> None:
    assert steering("a\x1b[0m\u202e\x9b\n") == {"\x1b", "\u202e", "\x9b"}


def test_a_problem_shows_place_sentence_line_caret_and_fix(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, MISSPELT, NO_COUNTRY) == (
        "recipients.yaml:14:3: [missing-field] recipient `no-embassy` has no `country`.\n"
        "   14 | - id: no-embassy\n"
        "      |   ^\n"
        "   Fix: add `country:` with the ISO 3166 code of the destination, for example `country: NO`.\n"
        "\n"
        "recipients.yaml:31:3: [unknown-field] unknown field `adress`.\n"
        "   31 |   adress:\n"
        "      |   ^^^^^^\n"
        "   Fix: did you mean `address`?\n"
        "\n"
        "2 problems in 1 file. Nothing was written.\n"
    )


def test_a_warning_says_so_and_ends_as_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(capsys, STALE)
    assert shown.startswith("recipients.yaml:3: warning: [entry-not-checked] `minister`")
    assert "renew `checked:`.\n" in shown
    assert "1 warning in 1 file." in shown


def test_the_caret_stands_under_the_mistake_after_wide_letters(capsys: pytest.CaptureFixture[str]) -> None:
    line = "이름: 이성용 x: 1"
    at = line.index("x:")
    shown = told(
        capsys,
        Problem(
            "unknown-field", "unknown field `x`.", "take it out.", Place("a.yaml", 1, at + 1), excerpt=line
        ),
    )
    _, excerpt, caret, *_ = shown.split("\n")
    assert columns(excerpt[: excerpt.index("x:")]) == caret.index("^")


def test_a_long_line_is_cut_around_the_mistake(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    line = "x" * 300 + "WRONG" + "y" * 300
    shown = told(
        capsys, Problem("p", "it is wrong.", "mend it.", Place("a.yaml", 1, 301), excerpt=line, width=5)
    )
    _, excerpt, caret, *_ = shown.split("\n")
    assert len(excerpt) <= 80
    assert excerpt.index("WRONG") == caret.index("^^^^^")


def test_the_same_fault_in_many_records_is_told_once_with_three_places(
    capsys: pytest.CaptureFixture[str],
) -> None:
    many = [
        Problem(
            "missing-field",
            f"recipient `r{n}` has no `address`.",
            "add `address:`.",
            Place("recipients.yaml", n, 3),
        )
        for n in range(1, 401)
    ]
    shown = told(capsys, *many, MISSPELT)
    assert shown.count("has no `address`") == 1
    assert "recipients.yaml:1:3: [missing-field] recipient `r1`" in shown
    twice = "The same problem occurs 400 times: also recipients.yaml:2:3, recipients.yaml:3:3 and 397 more"
    assert f"{twice}." in shown
    assert f"{twice}; `lettergen check --all` shows all." in told(capsys, *many, rest="lettergen check --all")
    assert "401 problems in 1 file." in shown
    assert told(capsys, *many, show_all=True).count("has no `address`") == 400
    pages = [
        Problem("ink", f"page {n} has ink at its edge.", "move it.", Place("a.pdf")) for n in range(1, 9)
    ]
    assert "The same problem occurs 8 times." in told(capsys, *pages)


def test_a_fault_of_several_letters_is_told_once_with_the_senders_whose_letters_have_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    at = Place("letter_templates/plea.md", 1)

    def too_long(*senders: str) -> list[Problem]:
        names = [f"letter of `{one}` to `{other}`" for one in senders for other in ("mayor", "minister")]
        told_of = (
            f"the {name} takes {2 + n % 2} pages; its template allows 1." for n, name in enumerate(names)
        )
        return [Problem("too-many-sheets", one, "shorten the text.", at) for one in told_of]

    shown = told(capsys, *too_long("ann", "bob"))
    assert shown.count("[too-many-sheets]") == 1
    assert "The same problem occurs 4 times, in letters of `ann` and `bob`." in shown
    many = told(capsys, *too_long(*(f"s{n:04}" for n in range(1_200))))
    assert "occurs 2,400 times, in letters of `s0000`, `s0001`, `s0002` and 1,197 more." in many
    assert "in letters of" not in told(capsys, *too_long("ann") * 2, too_long("ann")[0])


def test_the_same_fault_with_other_figures_is_the_same_fault(capsys: pytest.CaptureFixture[str]) -> None:
    many = [
        Problem(
            "entry-not-checked",
            f"recipient `r{n}` was last checked {200 + n} days before 2026-01-15.",
            "renew `checked:`.",
            Place("recipients.yaml", n, 3),
        )
        for n in range(1, 6)
    ]
    assert told(capsys, *many).count("was last checked") == 1


def test_three_of_a_kind_are_told_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    few = [Problem("p", f"recipient `r{n}` is late.", "hurry.", Place("a.yaml", n)) for n in range(1, 4)]
    assert told(capsys, *few).count("is late") == 3


def test_different_faults_are_not_taken_for_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    different = [
        Problem("unknown-field", f"unknown field `f{n}`.", "take it out.", Place("a.yaml", n))
        for n in range(1, 7)
    ]
    assert told(capsys, *different).count("unknown field") == 6


def test_more_than_fifty_are_counted_and_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    many = [Problem("p", f"word{n} is wrong.", "mend it.", Place("a.yaml", n)) for n in range(1, 363)]
    shown = told(capsys, *many)
    assert shown.count("is wrong") == 50
    assert "… and 312 more.\n" in shown
    assert "… and 312 more; `lettergen check --all` shows them." in told(
        capsys, *many, rest="lettergen check --all"
    )


def test_a_slip_on_the_command_line_has_no_place_no_name_and_no_sum(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_problems(
        [Problem("unknown-recipient", "there is no recipient `x`.", "did you mean `y`?")], ending=None
    )
    assert capsys.readouterr().err == "there is no recipient `x`.\n   Fix: did you mean `y`?\n\n"


@pytest.mark.parametrize(
    "data", ["Kim [/b]", "[red]Kim[/red]", "[link=file:///etc]Kim", ":bomb: Kim", "\\[b] Kim"]
)
def test_what_looks_like_mark_up_is_printed_as_it_is(capsys: pytest.CaptureFixture[str], data: str) -> None:
    say(data)
    output().print(styled((data, "bold")))
    recipient = Recipient(id="kim", name=PersonName(full=data), address=("x",))
    tables.show_recipients([recipient], as_json=False)
    printed = capsys.readouterr()
    assert printed.err == f"{data}\n"
    assert printed.out.startswith(f"{data}\n")
    assert printed.out.count(data) == 2
    assert data in told(capsys, Problem("p", data, data, Place(data, 1, 1), excerpt=data))


EVIL = "".join(
    map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2066, 0x200E, 0x2028, 0x2029, 0xFEFF, 0xE0041])
)


def test_no_control_character_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert steering(told(capsys, Problem("p", EVIL, EVIL, Place(EVIL, 1, 1), excerpt=EVIL))) == set()
    say(EVIL)
    show_json({EVIL: [EVIL]})
    tables.show_records([{"id": EVIL}], {"id": "id"}, as_json=False)
    printed = capsys.readouterr()
    assert steering(printed.out + printed.err) == set()


def test_json_keeps_every_character(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"name": f"이성용 {EVIL} \U0001f600", "none": None}
    show_json(value)
    printed = capsys.readouterr().out
    assert json.loads(printed) == value
    assert "이성용" in printed


@given(st.text())
def test_visible_text_is_on_one_line_and_obeyed_by_no_terminal(text: str) -> None:
    assert steering(visible(text)) == set()
    assert "\n" not in visible(text)


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_what_can_be_seen_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_controls_have_pictures_and_others_their_code() -> None:
    assert visible("a\x1b[0m\n\x7f\x9b\u202e") == "a␛[0m␊␡<U+009B><U+202E>"
    assert visible_lines("a\nb\x1b") == "a\nb␛"
    assert visible("नि\u200dक\u200c\u00ad") == "नि\u200dक\u200c\u00ad"


def test_records_of_problems_have_the_place_in_parts_and_no_line_of_the_user() -> None:
    (record,) = as_records([MISSPELT])
    assert (record["file"], record["line"], record["column"]) == ("recipients.yaml", 31, 3)
    assert (record["message"], record["fix"]) == (MISSPELT.message, MISSPELT.fix)
    assert MISSPELT.excerpt not in json.dumps(record)


@pytest.mark.parametrize("forced", [False, True])
def test_colour_is_for_terminals(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, forced: bool
) -> None:
    if forced:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert ("\x1b[3" in told(capsys, MISSPELT)) is forced


def test_no_color_leaves_colour_out_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in told(capsys, MISSPELT)
    monkeypatch.delenv("NO_COLOR")
    allow_colour(False)
    try:
        assert "\x1b[3" not in told(capsys, MISSPELT)
    finally:
        allow_colour(True)


def test_a_pipe_gets_each_row_of_a_table_on_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)  # a test runner with several processes sets it
    tables.show_records([{"id": "a", "title": "word " * 60}], {"id": "id", "title": "title"}, as_json=False)
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_without_anybody_at_the_terminal_the_answer_is_no(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("y\n"))
    assert ask("Make 3 letters?") is False
    assert capsys.readouterr().err == ""


@given(st.text(st.characters(max_codepoint=0x2FF), max_size=60), st.sampled_from(["", "green", "bold"]))
def test_what_is_said_without_rich_is_what_rich_says(text: str, style: str) -> None:
    plain, rich = StringIO(), StringIO()
    with redirect_stderr(plain):
        say("Wrote ", (text, style), ".")
    with redirect_stderr(rich):
        errors().print(styled("Wrote ", (text, style), "."))
    assert plain.getvalue() == rich.getvalue()


@pytest.mark.parametrize(("name", "value"), [("FORCE_COLOR", "1"), ("COLUMNS", "30")])
def test_a_width_or_colours_that_are_asked_for_are_kept(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> str:
        stream = StringIO()
        with redirect_stderr(stream):
            say(("Wrote ", "green"), "a file with a name that is longer than thirty columns.")
        return stream.getvalue()

    before = said()
    monkeypatch.setenv(name, value)
    assert said() != before


WIDE = ("สมชาย น้ำ", "नमस्ते", "👩\u200d👩\u200d👧 x", "김철수", "Ėva e\u0301")


def test_text_of_any_writing_is_as_wide_as_a_terminal_shows_it() -> None:
    assert list(map(columns, WIDE)) == [8, 4, 4, 6, 5]
    assert columns("a\u00ad\u200bb") == 2


def test_what_is_read_as_one_sign_is_never_parted() -> None:
    family = "👩\u200d👩\u200d👧"
    assert [sign for sign, _ in clusters(f"{family}น้ำ")] == [family, "น้ำ"]
    assert wrap(family * 3, 4) == [family * 2, family]


def test_columns_stand_straight_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    show_rows(output(), [[(text, ""), ("|", "")] for text in WIDE])
    lines = capsys.readouterr().out.splitlines()
    assert {columns(line.partition("|")[0]) for line in lines} == {max(map(columns, WIDE)) + 2}


def test_a_narrow_window_breaks_between_words_and_keeps_ids_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    show_rows(output(), [[("cn-embassy-japan", ""), ("Embassy of the Republic", ""), ("government", "")]])
    assert capsys.readouterr().out.splitlines() == [
        "cn-embassy-japan  Embassy of  government",
        "                  the",
        "                  Republic",
    ]
