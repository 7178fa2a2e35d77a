"""Editors get schemas that know every field, and accept what lettergen accepts."""

from typing import Any

import pytest

from lettergen.facts import schemas
from lettergen.facts.model import Case, Recipient, Sender
from lettergen.facts.settings import Settings
from lettergen.facts.validation_messages import fields_of
from lettergen.letters.template.front_matter import FrontMatter


def properties(kind: str) -> dict[str, Any]:
    found = schemas.json_schema(kind)
    if kind in ("recipients", "senders"):
        found = found["$defs"][kind.removesuffix("s").capitalize()]
    fields: dict[str, Any] = found["properties"]
    return fields


@pytest.mark.parametrize(
    ("kind", "model"),
    [("recipients", Recipient), ("senders", Sender), ("case", Case), ("settings", Settings)],
)
def test_a_schema_has_every_field_with_its_description(kind: str, model: type[Recipient]) -> None:
    found = properties(kind)
    assert set(found) == set(fields_of(model))
    assert all("description" in part for part in found.values())


@pytest.mark.parametrize("kind", ["recipients", "senders"])
def test_a_list_file_holds_its_list_and_nothing_else(kind: str) -> None:
    found = schemas.json_schema(kind)
    assert found["required"] == [kind]
    assert list(found["properties"]) == [kind]
    assert found["additionalProperties"] is False


def test_a_case_may_leave_its_id_to_its_file() -> None:
    assert schemas.json_schema("case")["required"] == ["title", "summary"]


def accepts(part: dict[str, Any], value: object, root: dict[str, Any]) -> bool:
    """Check a value against the few words of JSON Schema that ours use."""
    if "$ref" in part:
        return accepts(root["$defs"][part["$ref"].rsplit("/", 1)[1]], value, root)
    if "anyOf" in part:
        return any(accepts(way, value, root) for way in part["anyOf"])
    if "enum" in part:
        return value in part["enum"]
    kinds = part.get("type", [])
    names = {str: "string", int: "number", list: "array", dict: "object", type(None): "null"}
    if names[type(value)] not in ([kinds] if isinstance(kinds, str) else kinds):
        return False
    if isinstance(value, list):
        return all(accepts(part["items"], each, root) for each in value)
    if isinstance(value, dict) and "properties" in part:
        return set(part.get("required", [])) <= set(value) <= set(part["properties"]) and all(
            accepts(part["properties"][key], each, root) for key, each in value.items()
        )
    return True


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "a"),
        ("name", "Mei Lin"),
        ("name", {"family": "Lin", "caps_family": "yes"}),
        ("address", "First Street"),
        ("address", ["First Street", 12345]),
        ("channels", "fax"),
        ("fax", 8613),
        ("fax", None),
    ],
)
def test_a_schema_accepts_all_ways_to_write_a_value(field: str, value: object) -> None:
    root = schemas.json_schema("recipients")
    assert accepts(root, {"recipients": [{"id": "a", field: value}]}, root)


@pytest.mark.parametrize(
    "record",
    [{"id": "a", "adress": "x"}, {"fax": "1"}, {"id": "a", "fax": ["1"]}, {"id": "a", "audience": "x"}],
)
def test_a_schema_refuses_what_lettergen_refuses(record: dict[str, object]) -> None:
    root = schemas.json_schema("recipients")
    assert not accepts(root, {"recipients": [record]}, root)


def test_a_case_in_one_word_values_is_accepted() -> None:
    root = schemas.json_schema("case")
    case = {
        "title": "T",
        "summary": "S",
        "persons": [{"id": "lee", "name": "Lee", "publish": "full"}],
        "events": [{"what": "w", "on": 2002}, {"what": "w", "on": {"between": ["2002-05-24", "2002-05-26"]}}],
        "demands": ["release @lee"],
        "sources": ["A report"],
    }
    assert accepts(root, case, root)
    assert not accepts(root, case | {"persons": [{"id": "lee", "name": "Lee", "publish": "maybe"}]}, root)


def test_another_kind_has_no_schema() -> None:
    with pytest.raises(KeyError):
        schemas.json_schema("letters")


def test_an_editor_is_offered_offices_languages_and_stationeries() -> None:
    recipient, sender = properties("recipients"), properties("senders")
    assert "head-of-state" in recipient["office"]["anyOf"][0]["enum"]
    assert {"en", "ko", "ar"} <= set(recipient["languages"]["anyOf"][0]["anyOf"][0]["enum"])
    assert "us-9" in properties("settings")["stationery"]["anyOf"][0]["enum"]
    assert accepts(recipient["office"], "an-office-of-a-campaign", schemas.json_schema("recipients"))
    assert sender


def test_the_front_matter_of_a_template_has_a_schema() -> None:
    found = schemas.schema_of(FrontMatter)
    assert {"title", "kind", "uses", "suits", "sample"} <= set(found["properties"])
    assert "editor" in str(found["properties"]["offices"])
