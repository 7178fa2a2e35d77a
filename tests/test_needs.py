"""What a template needs, read from its syntax tree."""

import jinja2
import pytest

from lettergen.letters.template.needs import Need, UnknownFact, read

ENVIRONMENT = jinja2.Environment()  # noqa: S701  only parses


def found(text: str) -> set[Need | UnknownFact]:
    return set(read(ENVIRONMENT.parse(text), frozenset({"cite", "own_words"})))


def facts(text: str) -> dict[str, bool]:
    return {need.fact: need.optional for need in found(text) if isinstance(need, Need)}


def test_a_printed_fact_is_needed_with_its_line() -> None:
    assert found("\n{{ case.place }}") == {Need("case.place", optional=False, line=2)}


def test_a_guarded_fact_is_optional() -> None:
    assert facts("{% if case.place %}{{ case.place }}{% endif %}") == {"case.place": True}
    assert facts("{{ case.place if case.place else '' }}") == {"case.place": True}
    assert facts("{{ case.place | default('x') }}") == {"case.place": True}
    assert facts("{{ case.place or case.title }}") == {"case.place": True, "case.title": True}


def test_what_stands_in_a_branch_is_not_needed_by_every_letter() -> None:
    text = "{% if sender.fax %}{{ sender.phone }}{% else %}{{ sender.email }}{% endif %}{{ sender.name }}"
    assert facts(text) == {
        "sender.fax": True,
        "sender.phone": True,
        "sender.email": True,
        "sender.name": False,
    }


def test_loop_variables_are_followed_to_what_they_loop_over() -> None:
    assert facts("{% for p in case.persons %}{{ p.age }}{% endfor %}") == {
        "case.persons": True,
        "person.age": False,
    }


def test_filters_and_set_keep_the_kind() -> None:
    text = "{% set e = case.events | of_kind('arrest') | first %}{{ e.what }}{{ case.arrest.place }}"
    assert facts(text) == {
        "case.events": True,
        "event.what": False,
        "case.arrest": False,
        "event.place": False,
    }


@pytest.mark.parametrize(
    ("text", "name", "owner"),
    [
        ("{{ case.plaice }}", "plaice", "case"),
        ("{% if false %}{{ sender.nmae }}{% endif %}", "nmae", "sender"),
        ("{% for d in case.demands %}{{ d.txt }}{% endfor %}", "txt", "demand"),
        ("{{ cas.place }}", "cas", "a letter"),
    ],
)
def test_names_that_do_not_exist_are_found_in_any_branch(text: str, name: str, owner: str) -> None:
    unknown = [one for one in found(text) if isinstance(one, UnknownFact)]
    assert [(one.name, one.owner) for one in unknown] == [(name, owner)]


def test_functions_and_own_words_are_known() -> None:
    assert not found("{{ cite('refugee51', 33) }}{% if own_words %}{{ own_words }}{% endif %}")
