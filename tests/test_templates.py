"""Finding, reading and checking templates."""

from pathlib import Path

import pytest

from lettergen.errors import InputProblems, UnknownName
from lettergen.letters.template.templates import catalogue, languages_of, needs, open_template

GOOD = """\
---
title: A letter
kind: protest
uses: [case]
subject: "On {{ case.title }}"
enclosures:
  - "{{ case.place }}"
  - Map
---
{% for person in case.persons %}
- {{ person.name }}
{% endfor %}
{% if case.arrest %}Since {{ case.arrest.on | date }}.{% endif %}
"""


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[tuple[str, int, str, str]]:
    write(folder, "bad.md", text)
    with pytest.raises(InputProblems) as caught:
        open_template("bad", [folder])
    return [(p.name, p.place.line if p.place else 0, p.message, p.fix) for p in caught.value.problems]


def test_a_template_is_read_with_its_head_and_parts(tmp_path: Path) -> None:
    write(tmp_path, "good.md", GOOD)
    template = open_template("good", [tmp_path])
    assert (template.name, template.language, template.kind, template.audience) == (
        "good",
        "en",
        "protest",
        "addressee",
    )
    assert [len(template.parts[key]) for key in ("subject", "enclosures")] == [1, 2]


def test_its_needs_are_known_without_rendering(tmp_path: Path) -> None:
    write(tmp_path, "good.md", GOOD)
    assert {(need.fact, need.optional) for need in needs(open_template("good", [tmp_path]))} == {
        ("case.title", False),
        ("case.place", False),
        ("case.persons", True),
        ("person.name", False),
        ("case.arrest", True),
        ("event.on", True),
    }


def test_the_campaigns_own_template_stands_before_the_shipped_one(tmp_path: Path) -> None:
    write(tmp_path / "own", "good.md", GOOD.replace("A letter", "Ours"))
    write(tmp_path / "shipped", "good.md", GOOD)
    write(tmp_path / "shipped", "other.md", GOOD)
    found, problems = catalogue([tmp_path / "own", tmp_path / "shipped"])
    assert ([(one.name, one.title) for one in found], problems) == (
        [("good", "Ours"), ("other", "A letter")],
        (),
    )


def test_the_first_language_that_the_template_has_is_taken(tmp_path: Path) -> None:
    write(tmp_path, "good.md", GOOD)
    write(tmp_path, "good.fr.md", GOOD)
    languages = [
        open_template("good", [tmp_path], wanted).language for wanted in (["ja", "fr"], ["fr-CH"], ["ja"], [])
    ]
    assert languages == ["fr", "fr", "en", "en"]
    assert languages_of("good", [tmp_path]) == ("fr", "en")


def test_an_unknown_template_suggests_the_near_one(tmp_path: Path) -> None:
    write(tmp_path, "protest-letter.md", GOOD)
    with pytest.raises(UnknownName) as caught:
        open_template("protest-leter", [tmp_path])
    assert caught.value.problems[0].fix == "did you mean `protest-letter`?"


def test_one_bad_template_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, "good.md", GOOD)
    write(tmp_path, "bad.md", "no head")
    found, problems = catalogue([tmp_path])
    assert ([one.name for one in found], len(problems)) == (["good"], 1)


def test_all_faults_of_a_template_are_told_with_their_lines(tmp_path: Path) -> None:
    head = "---\ntitle: A\nsubjct: B\nopening: '{{ case.plaice }}'\n---\n"
    text = head + "\n{{ case.title | shout }}\n{{ nobody }}\n"
    assert [(name, line, fix) for name, line, _, fix in faults(tmp_path, text)] == [
        ("unknown-field", 3, "did you mean `subject`?"),
        ("unknown-fact", 4, "did you mean `place`?"),
        ("unknown-filter", 7, faults(tmp_path, text)[2][3]),
        ("unknown-fact", 8, faults(tmp_path, text)[3][3]),
    ]


def test_an_unclosed_tag_is_told_where_it_begins(tmp_path: Path) -> None:
    text = "---\ntitle: A\n---\nx\n\n{% if case.place %}\n{% if case.title %}{% endif %}\ny\n"
    assert faults(tmp_path, text) == [
        ("unclosed-tag", 6, "this `if` is never closed.", "add `{% endif %}` where it ends.")
    ]


@pytest.mark.parametrize("bad", ["{{ case.title", "{{ case. }}", "{% unless x %}", "{% endif %}"])
def test_a_jinja_error_has_the_line_in_the_file(tmp_path: Path, bad: str) -> None:
    ((name, line, _, _),) = faults(tmp_path, f"---\ntitle: A\n---\nx\n\n{bad}\n")
    assert (name, line) == ("template-syntax", 6)


def test_forbidden_constructs_are_named(tmp_path: Path) -> None:
    found = faults(tmp_path, "---\ntitle: A\n---\n{% include '/etc/passwd' %}\n")
    assert [(name, line, message) for name, line, message, _ in found] == [
        ("not-in-templates", 4, "templates cannot use includes.")
    ]


def test_a_block_part_points_at_its_own_lines(tmp_path: Path) -> None:
    text = "---\ntitle: A\nenclosures: |\n  First\n  {{ case.plaice }}\n---\nx\n"
    assert [(name, line) for name, line, _, _ in faults(tmp_path, text)] == [("unknown-fact", 5)]
