"""The template sandbox: what it opens to templates, and that nothing else opens."""

from datetime import date
from typing import Any

import jinja2
import pytest
from jinja2 import nodes

from lettergen.letters.template.environment import STATE, Rendering, TemplateFault, TemplateSandbox
from lettergen.letters.template.views import MissingFactError, UnknownFactError, View

PERSON = View("person", {"name": "Ana *Example*"}, "cases/example.yaml")
CASE = View("case", {"title": "the example", "persons": (PERSON,)}, "cases/example.yaml")


@pytest.fixture
def sandbox() -> TemplateSandbox:
    return TemplateSandbox({}, {}, lambda _state, _value: "a date")


def render(sandbox: TemplateSandbox, text: str) -> tuple[str, list[str]]:
    state = Rendering("en", date(2020, 1, 2))
    values: dict[str, Any] = {STATE: state, "case": CASE}
    return sandbox.from_string(text).render(values), state.held


def test_a_printed_fact_is_held_back_behind_a_token(sandbox: TemplateSandbox) -> None:
    assert render(sandbox, "{{ case.title }}!") == ("\ufdd00\ufdd1!", ["the example"])


def test_constants_and_numbers_are_held_back_too(sandbox: TemplateSandbox) -> None:
    assert render(sandbox, "{{ 'a*b*' }}{{ 3 }}") == ("\ufdd00\ufdd1\ufdd01\ufdd1", ["a*b*", "3"])


def test_an_absent_fact_is_false_in_a_test(sandbox: TemplateSandbox) -> None:
    assert render(sandbox, "{% if case.place %}yes{% else %}no{% endif %}")[0] == "no"


@pytest.mark.parametrize(
    "text",
    [
        "{{ case.place }}",
        "{{ case.place ~ 'x' }}",
        "{% for x in case.place %}{% endfor %}",
        "{{ case.place.x }}",
    ],
)
def test_printing_an_absent_fact_fails_and_says_where_it_belongs(sandbox: TemplateSandbox, text: str) -> None:
    with pytest.raises(MissingFactError) as caught:
        render(sandbox, text)
    assert (caught.value.kind, caught.value.fact, caught.value.where) == (
        "case",
        "place",
        "cases/example.yaml",
    )


@pytest.mark.parametrize("text", ["{{ case.plaice }}", "{% if case.plaice %}{% endif %}", "{{ nobody }}"])
def test_a_name_that_no_letter_knows_fails_even_in_a_test(sandbox: TemplateSandbox, text: str) -> None:
    with pytest.raises(UnknownFactError):
        render(sandbox, text)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ case.title.upper }}",
        "{{ case.__class__ }}",
        "{{ case._facts }}",
        "{{ case['_facts'] }}",
        "{{ case.persons.append }}",
        "{{ case.persons | map(attribute='__class__') | list | first }}",
        "{{ range(3) }}",
        "{{ lipsum() }}",
        "{{ dict(a=1) }}",
        "{{ case.persons[9] }}",
        "{{ case.title[0] }}",
        "{% for p in case.persons recursive %}{{ loop(p) }}{% endfor %}",
        "{% for p in case.persons %}{{ loop.cycle('a') }}{% endfor %}",
    ],
)
def test_python_cannot_be_reached_from_a_template(sandbox: TemplateSandbox, text: str) -> None:
    with pytest.raises((UnknownFactError, TemplateFault, jinja2.TemplateError)):
        render(sandbox, text)


@pytest.mark.parametrize(
    "text", ["{{ case }}", "{{ case.persons }}", "{{ true }}", "{{ none }}", "{{ 1 == 1 }}"]
)
def test_only_texts_numbers_and_dates_are_printed(sandbox: TemplateSandbox, text: str) -> None:
    with pytest.raises(TemplateFault):
        render(sandbox, text)


@pytest.mark.parametrize(
    "text",
    [
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% macro m() %}{% endmacro %}",
        "{% set x %}text{% endset %}",
        "{% autoescape false %}{% endautoescape %}",
        "{{ 'a' * 2000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%099d' % 1 }}",
        "{{ case.title.format(1) }}",
        "{{ _rendering }}",
        "{% block b %}{% endblock %}",
        "{% filter upper %}x{% endfilter %}",
        "{% call x() %}{% endcall %}",
        "{{ {'a': 1} }}",
    ],
)
def test_what_the_template_language_lacks_is_found_before_rendering(
    sandbox: TemplateSandbox, text: str
) -> None:
    assert list(sandbox.forbidden(sandbox.parse(text).find_all(nodes.Node)))


def test_an_honest_template_has_nothing_forbidden(sandbox: TemplateSandbox) -> None:
    text = (
        "{% for p in case.persons if p.name %}{{ loop.index }}{{ p.name if p.is_named else 'x' }}{% endfor %}"
        "{% set n = case.persons | length %}{% if n > 1 and not case.place %}{{ n - 1 }}"
        "{{ 'a' ~ n }}{% endif %}"
    )
    assert not list(sandbox.forbidden(sandbox.parse(text).find_all(nodes.Node)))


@pytest.mark.parametrize(
    "name", ["attr", "format", "safe", "center", "indent", "tojson", "pprint", "xmlattr"]
)
def test_dangerous_filters_do_not_exist(sandbox: TemplateSandbox, name: str) -> None:
    with pytest.raises(jinja2.TemplateAssertionError):
        sandbox.from_string(f"{{{{ 'x' | {name} }}}}")


def test_a_view_takes_no_fact_that_its_kind_does_not_have() -> None:
    with pytest.raises(KeyError):
        View("demand", {"txt": "x"}, "cases/example.yaml")


def test_a_view_keeps_its_facts_out_of_its_repr() -> None:
    assert "Ana" not in repr(PERSON)
