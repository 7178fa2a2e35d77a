"""Blocks: passages that templates print by name, of a campaign or of lettergen, in the letter's language."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lettergen.errors import InputProblems, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Sender
from lettergen.letters.assemble import LetterFacts, assemble
from lettergen.letters.template.blocks import blocks_of
from lettergen.letters.template.templates import Template, catalogue, needs, open_template

HEAD = "---\ntitle: A letter\naddressee: optional\nuses: [case]\n---\n"
CASE = Case.model_validate(
    {
        "id": "one",
        "title": "a teacher in Northport",
        "summary": "A teacher was arrested.",
        "state": "FR",
        "demands": ["release her", "let a doctor see her"],
    }
)
SENDER = Sender.model_validate({"id": "s", "name": "Jane Roe", "place": "Oslo"})


def folder(root: Path, **files: str) -> Path:
    """A folder of templates: `note` is a template, `en` and other languages are files of blocks."""
    (root / "blocks").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = root / f"{name}.md" if name.startswith("note") else root / "blocks" / f"{name}.md"
        path.write_text(text, encoding="utf-8")
    return root


def words(template: Template, case: Case = CASE, sender: Sender = SENDER) -> list[str]:
    campaign = replace(Campaign.open(), recipients=(), senders=(sender,), cases=(case,), translations=())
    letter = assemble(template, LetterFacts(campaign=campaign, sender=sender, case=case, on=date(2025, 5, 1)))
    return list(letter.body_texts())


def faults(*folders: Path) -> list[Problem]:
    with pytest.raises(InputProblems) as caught:
        open_template("note", folders)
    return list(caught.value.problems)


def where(problem: Problem) -> tuple[str, str, int]:
    assert problem.place
    return problem.name, Path(problem.place.file).name, problem.place.line


def test_a_block_stands_where_its_name_is_printed(tmp_path: Path) -> None:
    ask = "=== ask\n\n{% for one in case.demands %}\n- {{ one.text }}\n{% endfor %}\n"
    blocks = "Notes for readers: {{ nothing }}\n\n" + ask
    own = folder(tmp_path, note=HEAD + "We ask you to:\n\n{{ ask }}\n\nThank you.", en=blocks)
    assert words(open_template("note", [own])) == [
        "We ask you to:",
        "release her",
        "let a doctor see her",
        "Thank you.",
    ]


def test_a_block_within_a_line_ends_without_a_line_break(tmp_path: Path) -> None:
    reader = (
        "{% if case.state_name %}\nthe Government of {{ case.state_short }}\n{% else %}\nyou\n{% endif %}\n"
    )
    blocks = "=== reader\n" + reader
    own = folder(tmp_path, note=HEAD + "We ask {{ reader }}, and nobody else.", en=blocks)
    assert words(open_template("note", [own])) == ["We ask the Government of France, and nobody else."]


def test_a_campaign_replaces_single_blocks(tmp_path: Path) -> None:
    shipped = folder(
        tmp_path / "ours", note=HEAD + "{{ first }} {{ second }}", en="=== first\nA.\n\n=== second\nB.\n"
    )
    own = folder(tmp_path / "own", en="=== second\nC.\n")
    assert words(open_template("note", [own, shipped])) == ["A. C."]
    assert words(open_template("note", [shipped])) == ["A. B."]


def test_a_template_can_set_what_a_block_prints(tmp_path: Path) -> None:
    blocks = "=== we\n{{ sender | plural('I', 'we') }}\n\n=== thanks\nToday {{ we }} thank you.\n"
    own = folder(tmp_path, note=HEAD + "{{ thanks }}", en=blocks)
    assert words(open_template("note", [own])) == ["Today I thank you."]
    own = folder(tmp_path, note=HEAD + '{% set we = "all of us" %}{{ thanks }}')
    assert words(open_template("note", [own])) == ["Today all of us thank you."]


def test_a_value_of_a_block_stays_in_it(tmp_path: Path) -> None:
    own = folder(
        tmp_path, note=HEAD + '{% set x = "a" %}{{ b }} {{ x }}', en='=== b\n{% set x = "b" %}{{ x }}\n'
    )
    assert words(open_template("note", [own])) == ["B a"]


def test_what_a_template_needs_is_found_in_its_blocks(tmp_path: Path) -> None:
    own = folder(tmp_path, note=HEAD + "\n{{ place }}", en="=== place\n{{ case.place }}\n")
    (need,) = needs(open_template("note", [own]))
    assert (need.fact, need.optional, need.line) == ("case.place", False, 7)


def test_a_missing_fact_is_told_at_the_line_of_the_block(tmp_path: Path) -> None:
    own = folder(tmp_path, note=HEAD + "{{ place }}", en="=== other\nA.\n\n=== place\nIn\n{{ case.place }}\n")
    with pytest.raises(InputProblems) as caught:
        words(open_template("note", [own]))
    (problem,) = caught.value.problems
    assert where(problem) == ("missing-fact", "en.md", 6)
    assert problem.excerpt == "{{ case.place }}"


@pytest.mark.parametrize(
    ("note", "en", "told"),
    [
        ("{{ ask }}", "=== ask\n\n{% if case %}", ("unclosed-tag", "en.md", 3)),
        ("{{ ask }}", "=== ask\nA\n{{ case.plaice }}", ("unknown-fact", "en.md", 3)),
        ("{{ ask }}", "=== ask\nA\n{{ case | loud }}", ("unknown-filter", "en.md", 3)),
        ("{{ ask }}", "=== ask\n{% macro x() %}{% endmacro %}", ("not-in-templates", "en.md", 2)),
        ("{{ ask }}", "=== ask\n{{ reply }}\n\n=== reply\n{{ ask }}", ("block-in-itself", "en.md", 5)),
        ("{{ ask | upper }}", "=== ask\nA", ("block-as-value", "note.md", 6)),
        ("{% if ask %}A{% endif %}", "=== ask\nA", ("block-as-value", "note.md", 6)),
        ("{{ aks }}", "=== ask\nA", ("unknown-fact", "note.md", 6)),
    ],
)
def test_faults_of_blocks_have_their_places(
    note: str, en: str, told: tuple[str, str, int], tmp_path: Path
) -> None:
    assert where(faults(folder(tmp_path, note=HEAD + note, en=en))[0]) == told


def test_a_block_of_another_language_is_not_printed(tmp_path: Path) -> None:
    own = folder(tmp_path, note=HEAD.replace("uses", "language: fr\nuses") + "{{ ask }}", en="=== ask\nA")
    (problem,) = faults(own)
    assert where(problem) == ("block-of-another-language", "note.md", 7)
    assert "`fr`" in problem.message


def test_a_variety_of_a_language_has_the_blocks_of_the_language(tmp_path: Path) -> None:
    head = HEAD.replace("uses", "language: de-CH\nuses")
    own = folder(
        tmp_path,
        note=head + "{{ one }} {{ two }}",
        de="=== one\nA.\n=== two\nß.",
        **{"de-CH": "=== two\nss."},
    )
    assert words(open_template("note", [own])) == ["A. ss."]


@pytest.mark.parametrize("text", ["=== Ask Them\nA", "=== ask\nA\n=== ask\nB", "===\nA"])
def test_faults_of_a_file_of_blocks_are_told_though_nothing_prints_them(text: str, tmp_path: Path) -> None:
    own = folder(tmp_path, note=HEAD + "A letter.", en=text)
    assert {problem.name for problem in catalogue([own])[1]} == {"bad-block"}


def test_unused_blocks_are_checked(tmp_path: Path) -> None:
    own = folder(tmp_path, note=HEAD + "A letter.", en="=== ask\n{{ case.plaice }}")
    templates, problems = catalogue([own])
    assert [one.name for one in templates] == ["note"]
    assert [where(one) for one in problems] == [("unknown-fact", "en.md", 2)]


def test_the_same_files_are_read_once(tmp_path: Path) -> None:
    own = folder(tmp_path, note=HEAD + "{{ ask }}", en="=== ask\nA")
    before = blocks_of([own])
    assert blocks_of([own]) is before
    first = open_template("note", [own])
    assert open_template("note", [own]) is first
    folder(tmp_path, en="=== ask\nB")
    assert blocks_of([own]) is not before
    assert words(open_template("note", [own])) == ["B"]
    assert first.source.text() != open_template("note", [own]).source.text()


def test_every_language_of_ours_has_sound_blocks() -> None:
    files = blocks_of(Campaign.open().template_folders)
    assert {"en", "de", "fr"} <= set(files.languages())
    assert not [problem for language in files.languages() for problem in files.of(language).problems]
