"""YAML comes in as text with places, and what is wrong in it is told where it begins."""

import gc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lettergen.errors import InputProblems, Problem
from lettergen.facts import text_files, yaml_reader

Write = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture(params=["libyaml", "pure Python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with both of PyYAML's parsers."""
    if request.param == "pure Python":
        monkeypatch.setattr(yaml_reader, "_Events", yaml.BaseLoader)


def at(node: Any, *path: str | int) -> yaml_reader.Node:
    for step in path:
        node = node.value[step]
    assert isinstance(node, yaml_reader.Node)
    return node


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(InputProblems) as caught:
        yaml_reader.parse(text, "x.yaml")
    return list(caught.value.problems)


def lines_of(text: str) -> list[str]:
    return [f"{problem.place} {problem.name}: {problem.message}" for problem in problems_of(text)]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    "text",
    ["NO", "no", "on", "yes", "01234", "010", "+81338158127", "0338158127", "12:30", "12:30:00", "Null",
     "null", "~", "1e5", "2006-12-02", "1_000", "0x1F", ".inf", "=", "3.10"],
)  # fmt: skip
def test_a_scalar_stays_the_text_it_is(text: str) -> None:
    assert yaml_reader.parse(f"a: {text}\n{text}: b\n", "x").plain() == {"a": text, text: "b"}


@pytest.mark.usefixtures("parser")
def test_values_and_keys_know_their_places() -> None:
    node = yaml_reader.parse(
        "# head\nlist:\n  - id: ä\n    'fax': \"+86\"\n  - {id: b, tags: [x, y]}\n", "x.yaml"
    )
    fax = at(node, "list", 0, "fax")
    assert str(at(node, "list", 0).place) == "x.yaml:3:5"
    assert str(at(node, "list", 0).key_places["fax"]) == "x.yaml:4:5"
    assert str(fax.place) == "x.yaml:4:12"
    assert fax.excerpt() == "    'fax': \"+86\""
    assert fax.width() == 5
    assert str(at(node, "list", 1, "tags", 1).place) == "x.yaml:5:23"


def test_a_key_without_value_is_absent_but_has_a_place() -> None:
    node = yaml_reader.parse("fax:\nemail: ''\nlist: [a, ]\n", "x.yaml")
    assert node.plain() == {"email": "", "list": ["a"]}
    assert node.plain(blanks=True) == {"fax": None, "email": "", "list": ["a"]}
    assert node.blank_keys == ("fax",)
    assert str(node.key_places["fax"]) == "x.yaml:1:1"


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_is_a_mapping_without_keys(text: str) -> None:
    assert yaml_reader.parse(text, "x.yaml").plain() == {}


PROBLEMS = {
    'a: 1\nb: "foo\nc: 2\n': "2:4 unclosed-quote: this quoted text has no closing quote.",
    "a: 1\nb: 'foo\nc: 2\n": "2:4 unclosed-quote: this quoted text has no closing quote.",
    'a: "x\nb: "y"\n': "1:4 unclosed-quote: this quoted text continues past its line, to the next quote.",
    'a: "x" y\n': "1:8 text-after-quote: text follows the closing quote.",
    'a: "x\\d"\n': "1:6 bad-escape: a backslash in double quotes must begin a known escape.",
    "a:\n\tb: 1\n": "2:1 tab-indent: there is a tab in the indentation; YAML allows only spaces.",
    "a: Re: x\n": "1:6 colon-in-text: an unquoted text contains a colon followed by a space.",
    "a: [1, 2\nb: 3\n": "1:4 unclosed-bracket: this `[` has no matching `]`, or a comma is missing after it.",
    "a: {x: 1\nb: 3\n": "1:4 unclosed-bracket: this `{` has no matching `}`, or a comma is missing after it.",
    "a: [1, {b: c,\n": "1:8 unclosed-bracket: this `{` has no matching `}`, or a comma is missing after it.",
    "a: [\n": "1:4 unclosed-bracket: this `[` has no matching `]`, or a comma is missing after it.",
    "a: @x\n": "1:4 reserved-character: an unquoted text cannot begin with `@`.",
    "a: `x`\n": "1:4 reserved-character: an unquoted text cannot begin with a backtick.",
    "a: *x* y\n": "1:4 reserved-character: an unquoted text cannot begin with `*`.",
    "a: - b\n": "1:4 list-on-key-line: a list with `-` cannot begin on the line of its name.",
    "a: 1\nfoo\nb: 2\n": "2:1 missing-colon: this line has no colon followed by a space.",
    "a:1\nb: 2\n": "1:1 missing-colon: this line has no colon followed by a space.",
    "a:\n   - x\n  - y\n": "3:3 not-yaml: this line does not fit the lines above it.",
    "- a\nb: c\n": "2:1 not-yaml: this line does not fit the lines above it.",
    "a: {{ b.c }}\n": "1:4 unquoted-braces: an unquoted text cannot begin with `{{`.",
    "a: {{ b.c }} d\n": "1:4 unquoted-braces: an unquoted text cannot begin with `{{`.",
    "[a]: b\n": "1:1 key-not-text: a name must be text, but this is a list or a group.",
    "a: &x b\n": "1:4 anchor: references that begin with `&` are not allowed.",
    "a: *x\n": "1:4 alias: references that begin with `*` are not allowed.",
    "a: !!str b\n": "1:4 tag: tags that begin with `!` are not allowed; values are plain text.",
    "a: !!python/name:os\n": "1:4 tag: tags that begin with `!` are not allowed; values are plain text.",
    "a: 1\nb: {x: 1, x: 2}\n": "2:11 duplicate-key: `x` occurs twice; first in line 2.",
    "a:\nb: 1\na: 2\n": "3:1 duplicate-key: `a` occurs twice; first in line 1.",
    "a: 1\n---\nb: 2\n": "2:1 several-documents: a second document begins here; a file may have only one.",
    "a: x\x07y\n": "1:5 control-character: the character U+0007 here cannot occur in a letter.",
    "a: x\ufdd0\n": "1:5 control-character: the character U+FDD0 here cannot occur in a letter.",
    "a: x\U0001fffe\n": "1:5 control-character: the character U+1FFFE here cannot occur in a letter.",
    'a: "\\0"\n': "1:4 control-character: the character U+0000 here cannot occur in a letter.",
    "a: 1\nb: x\u202ey\n": "2:5 invisible-character: "
    "there is an invisible character U+202E (right-to-left override) here.",
    'a: "\\u2066"\n': "1:4 invisible-character: "
    "there is an invisible character U+2066 (left-to-right isolate) here.",
}


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("text", PROBLEMS)
def test_a_fault_is_told_where_it_begins(text: str) -> None:
    assert lines_of(text) == [f"x.yaml:{PROBLEMS[text]}"]


def test_a_problem_underlines_the_key_or_the_value() -> None:
    problem = problems_of("a: 1\nfirst: 1\nfirst: 2\n")[0]
    assert (problem.excerpt, problem.width) == ("first: 2", 5)


def test_all_faults_of_a_file_are_told_at_once() -> None:
    names = [problem.name for problem in problems_of("a: &x 1\nb: *x\na: !t 2\nc: y\u202d\n")]
    assert names == ["anchor", "alias", "duplicate-key", "tag", "invisible-character"]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("opening", ["[", "{a: ", "[a, {b: ", "- ", "a: [\n"])
def test_deep_nesting_is_a_problem_and_no_crash(opening: str) -> None:
    assert [problem.name for problem in problems_of(opening * 50_000)] == ["deep-nesting"]


def test_as_deep_as_allowed_is_read() -> None:
    depth = yaml_reader.MAX_DEPTH
    assert isinstance(yaml_reader.parse("[" * depth + "]" * depth, "x").value, list)
    with pytest.raises(InputProblems):
        yaml_reader.parse("[" * (depth + 1) + "]" * (depth + 1), "x")


def test_many_aliases_are_refused_without_being_unfolded() -> None:
    text = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 20))
    assert {problem.name for problem in problems_of(text)} == {"anchor", "alias"}


HIDDEN = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
PRINTABLE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters=HIDDEN))


@given(PRINTABLE, st.sampled_from([None, "'", '"', "|"]), st.booleans())
def test_any_printable_text_survives_yaml(text: str, style: Any, unicode: bool) -> None:
    dumped = yaml.safe_dump({"a": text}, default_style=style, allow_unicode=unicode)
    assert yaml_reader.parse(dumped, "x").plain() == {"a": text}


@given(st.text(alphabet="ab:-[]{}\"'#&*!|>%@`, \n\t\\", max_size=40))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    places = []
    try:
        yaml_reader.parse(text, "x")
    except InputProblems as error:
        places = [problem.place for problem in error.problems]
    assert all(place and 1 <= place.line <= text.count("\n") + 1 for place in places)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_file_may_have_a_byte_order_mark_and_any_line_ends(
    write: Write, encoding: str, ending: str
) -> None:
    folder = write({"x.yaml": f"a: ä{ending}b: |{ending}  1{ending}  2{ending}".encode(encoding)})
    node = yaml_reader.read(folder / "x.yaml")
    assert node.plain() == {"a": "ä", "b": "1\n2\n"}
    assert node.key_places["b"].line == 2


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            b"a: 1\nb: K\xf6ln\n",
            "x.yaml:2:5 not-utf-8: this file is not UTF-8: this byte is from another encoding.",
        ),
        ("a: 1".encode("utf-16"), "x.yaml not-utf-8: this file is in UTF-16."),
    ],
)
def test_another_encoding_is_refused(write: Write, data: bytes, told: str) -> None:
    write({"x.yaml": data})
    assert told_of(Path("x.yaml")) == told


def told_of(path: Path) -> str:
    with pytest.raises(InputProblems) as caught:
        yaml_reader.read(path)
    (problem,) = caught.value.problems
    return f"{problem.place} {problem.name}: {problem.message}"


def test_a_file_that_cannot_be_read_is_told(write: Write) -> None:
    write({"folder/x": "", "large.yaml": ""})
    with Path("large.yaml").open("r+b") as file:
        file.truncate(text_files.MAX_BYTES + 1)
    assert told_of(Path("folder")) == "folder not-a-file: this is a folder, not a file."
    assert told_of(Path("none.yaml")) == "none.yaml missing-file: this file does not exist."
    assert told_of(Path("large.yaml")) == "large.yaml large-file: this file is larger than 64 MB."


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    assert "not-a-file" in told_of(tmp_path / "pipe")


def test_the_name_of_a_file_is_shown_as_it_was_typed(write: Write) -> None:
    folder = write({"x.yaml": "a: 1"})
    assert yaml_reader.read(folder / "x.yaml", "mine/x.yaml").place.file == "mine/x.yaml"


def test_front_matter_is_parted_from_the_body_with_right_line_numbers() -> None:
    head, body, line = yaml_reader.front_matter("---\ntitle: T\nsheets: 1\n---\nDear\n---\nend\n", "t.md")
    assert head.plain() == {"title": "T", "sheets": "1"}
    assert str(head.key_places["sheets"]) == "t.md:3:1"
    assert (body, line) == ("Dear\n---\nend\n", 5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Dear\n", "t.md:1:1 no-front-matter: the file does not begin with a line `---`."),
        ("Dear\n---\na: b\n---\n", "t.md:1:1 no-front-matter: the file does not begin with a line `---`."),
        ("---\na: b\n", "t.md:1:1 unclosed-front-matter: the front matter that begins here has no end."),
        ("---\na: b\na: c\n---\n", "t.md:3:1 duplicate-key: `a` occurs twice; first in line 2."),
        (
            "---\na: b\n---\nx\x1b[m",
            "t.md:4:2 control-character: the character U+001B here cannot occur in a letter.",
        ),
    ],
)
def test_a_wrong_head_is_told(text: str, told: str) -> None:
    with pytest.raises(InputProblems) as caught:
        yaml_reader.front_matter(text, "t.md")
    assert [f"{p.place} {p.name}: {p.message}" for p in caught.value.problems] == [told]


@pytest.mark.parametrize("was_on", [True, False])
def test_the_collector_is_left_as_it_was(was_on: bool) -> None:
    assert gc.isenabled()
    try:
        if not was_on:
            gc.disable()
        with pytest.raises(InputProblems):
            yaml_reader.parse("a: [", "x")
        assert gc.isenabled() is was_on
    finally:
        gc.enable()


def test_examine_keeps_what_is_right_beside_a_fault() -> None:
    node = yaml_reader.examine_text("a: 1\na: 2\nb: 3\n", "x.yaml")
    assert node.plain() == {"a": "1", "b": "3"}
    assert [problem.name for problem in node.faults] == ["duplicate-key"]
