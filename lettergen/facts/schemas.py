"""JSON Schemas of the files that people write, so that editors complete and check them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lettergen.facts import language_names
from lettergen.facts.mailing_file import MailingFile
from lettergen.facts.model import Case, Fact, Recipient, Sender
from lettergen.facts.settings import Settings
from lettergen.facts.signature_lists import SignatureFile
from lettergen.facts.translation import CaseWords
from lettergen.reference import protocol, stationery

__all__ = ["KINDS", "json_schema", "schema_of"]

_MODELS: dict[str, type[Fact]] = {
    "recipients": Recipient,
    "senders": Sender,
    "case": Case,
    "case-words": CaseWords,
    "mailing": MailingFile,
    "settings": Settings,
    "signatures": SignatureFile,
}
# Groups for which one text may stand.
_IN_ONE_WORD = (
    "ColumnUse",
    "Demand",
    "OpenText",
    "PersonName",
    "RecipientChoice",
    "SenderChoice",
    "Source",
    "publish",
)
KINDS = tuple(_MODELS)
_KNOWN: Mapping[str, Callable[[], Iterable[str]]] = {
    "office": protocol.offices,
    "offices": protocol.offices,
    "language": language_names.codes,
    "languages": language_names.codes,
    "stationery": stationery.keys,
}
_OUTSIDE = ("description", "title", "default")
"""What an editor shows of a field, whichever of several forms its value has."""
_ONE = ("office", "language", "stationery")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: str) -> dict[str, Any]:
    """Return the schema of a file, one of `KINDS`: ``recipients``, ``case``, ``mailing``, …

    Values are read as text whatever YAML would make of them, so a schema takes a number or a yes wherever a
    text may stand; what the text must be like is in the field's description.

    Raises:
        KeyError: There is no such kind of file.
    """
    return schema_of(_MODELS[kind], kind)


def schema_of(model: type[Fact], kind: str = "") -> dict[str, Any]:
    """Return the schema of a file that one model describes, such as the front matter of a template.

    Args:
        model: The fields of the file, or of each record in it.
        kind: One of `KINDS`, some of which are more than the fields of their model.
    """
    schema = model.model_json_schema(by_alias=True)
    definitions = schema.pop("$defs", {})
    if kind in ("recipients", "senders"):
        definitions[model.__name__] = schema
        schema = {
            "title": kind.capitalize(),
            "type": "object",
            "properties": {
                kind: {
                    "type": "array",
                    "description": f"The {kind}, one record each.",
                    "items": {"$ref": f"#/$defs/{model.__name__}"},
                }
            },
            "required": [kind],
            "additionalProperties": False,
        }
    elif kind == "case":
        # The file's name stands in for it.
        schema["required"] = [name for name in schema["required"] if name != "id"]
    schema = {"$schema": _DIALECT, **schema}
    if definitions:
        schema["$defs"] = definitions
    return {key: _as_written(part, key) for key, part in schema.items()}


def _as_written(part: Any, name: str = "") -> Any:
    """Widen a schema to everything that the files may contain.

    To an editor ``2002`` is a number and an empty value is null; to us both are text. A text may stand for a
    list of one, and for a group that can be given in one word.
    """
    if isinstance(part, list):
        return [_as_written(each) for each in part]
    if not isinstance(part, dict):
        return part
    wide = {key: _as_written(each, key) for key, each in part.items()}
    if name == "properties":
        return {key: _with_known(key, each) for key, each in wide.items()}
    kind = wide.get("type")
    if kind == "string" and "const" not in wide and "enum" not in wide:
        wide["type"] = ["string", "number"]
    elif kind == "boolean":
        del wide["type"]
        wide["enum"] = [True, False, "yes", "no"]
    elif _takes_text(kind, name, wide):
        wide = _or_text(wide)
    return wide


def _with_known(name: str, schema: Any) -> Any:
    """Let an editor offer the words that lettergen knows; others, as a campaign has them, stay allowed."""
    if name not in _KNOWN or not isinstance(schema, dict):
        return schema
    outside = {key: schema.pop(key) for key in _OUTSIDE if key in schema}
    word = {"enum": list(_KNOWN[name]())}
    offered = word if name in _ONE else {"anyOf": [word, {"type": "array", "items": word}]}
    return outside | {"anyOf": [offered, schema]}


def _takes_text(kind: object, name: str, schema: dict[str, Any]) -> bool:
    if kind == "array":
        return name == "signatories" or "$ref" not in schema.get("items", {})
    return kind == "object" and name in _IN_ONE_WORD


def _or_text(schema: dict[str, Any]) -> dict[str, Any]:
    outside = {key: schema.pop(key) for key in _OUTSIDE if key in schema}
    # One clearance for all audiences is one of the words that each may have.
    each = schema.get("additionalProperties")
    text = each if isinstance(each, dict) else {"type": ["string", "number"]}
    return outside | {"anyOf": [text, schema]}
