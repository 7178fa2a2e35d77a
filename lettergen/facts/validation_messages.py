"""Validation errors in the campaigner's words and at their place.

pydantic says which kind of fault it found; the sentences are ours, and quote no more than an
id or a code.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from lettergen.errors import Problem, did_you_mean
from lettergen.facts.dates import DateError
from lettergen.facts.fields import LONGEST_ID, LONGEST_NAME
from lettergen.facts.headings import suggestion
from lettergen.facts.language_names import language_name, meant_language
from lettergen.facts.model import Fact
from lettergen.facts.nodes import NO_KEY, Node
from lettergen.reference import country_names

__all__ = ["SINGULAR", "complaints", "fields_of", "models_in", "subject"]

Step = str | int
_MOST_FAULTS = 200
"""Faults of one record that are told; ten thousand lines of the same help nobody."""

SINGULAR = {
    "recipients": "recipient",
    "senders": "sender",
    "persons": "person",
    "events": "event",
    "background": "background event",
    "sentences": "sentence",
    "legal_basis": "legal basis",
    "demands": "demand",
    "questions": "question",
    "messages": "message",
    "documents": "document",
    "corrections": "correction",
    "sources": "source",
    "signatories": "signatory",
    "signatures": "signature",
}

# Codes that people write for a country, and the one of ISO 3166.
_OTHER_CODES = {
    "UK": "GB", "EN": "GB", "ENG": "GB", "PRC": "CN", "JAP": "JP", "ROK": "KR", "SK": "KR", "DPRK": "KP",
    "NK": "KP", "GER": "DE", "SUI": "CH", "SWI": "CH", "DAN": "DK", "BUR": "MM",
}  # fmt: skip


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the fields of a model by their names in the files."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def subject(root: Node, owner: str, path: Sequence[Step]) -> str:
    """Put a path into words: ``sentence 2 of case `yunnan-six```."""
    words: list[str] = []
    node: Node | None = root
    for index, step in enumerate(path):
        node = _child(node, step)
        if isinstance(step, str):
            following = path[index + 1] if index + 1 < len(path) else None
            is_list = isinstance(following, int) and _child(node, following) is not None
            if not (is_list and step in SINGULAR):
                words.append(f"`{step}`")
        elif index and node is not None and path[index - 1] in SINGULAR:
            words.append(f"{SINGULAR[str(path[index - 1])]} {_id_of(node) or step + 1}")
    return " of ".join([*reversed(words), owner])


def complaints(error: ValidationError, root: Node, model: type[Fact], owner: str) -> tuple[Problem, ...]:
    """Turn validation errors into problems with places.

    Args:
        error: What pydantic found.
        root: The record's node.
        model: The record's model.
        owner: What to call the record: ``recipient `cn-premier```.
    """
    found: dict[tuple[object, ...], Problem] = {}
    for item in islice(error.errors(include_url=False, include_input=False), _MOST_FAULTS):
        if any(isinstance(step, str) and step.startswith(NO_KEY) for step in item["loc"]):
            continue
        problem = _sentence(_Fault.of(item, root, model, owner))
        found.setdefault((problem.name, problem.place, problem.message), problem)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Fault:
    """One fault with everything its sentence may need."""

    kind: str
    context: dict[str, Any]
    owner: str
    """The record, group or list item that has the field."""
    field: str
    subject: str
    node: Node
    """The value; for a missing or unknown field, its group."""
    info: FieldInfo | None
    known: tuple[str, ...]
    """The fields that the group can have."""

    @classmethod
    def of(cls, item: Any, root: Node, model: type[Fact], owner: str) -> "_Fault":
        """Find pydantic's location in the file."""
        path = tuple(step for step in item["loc"] if step != "[key]")
        about_key = item["type"] in ("missing", "extra_forbidden") or "[key]" in item["loc"]
        node, depth = _resolve(root, path[:-1] if about_key else path)
        if not about_key:
            path = path[:depth]
        field = next((step for step in reversed(path) if isinstance(step, str)), "")
        group_path = path[:-1] if about_key else path
        info, group = _declared(model, path)
        return cls(
            kind=item["type"],
            context=item.get("ctx", {}),
            owner=subject(root, owner, path[:-1] if about_key else group_path[:-1]),
            field=field,
            subject=subject(root, owner, path),
            node=node,
            info=info,
            known=tuple(fields_of(group)) if group else (),
        )

    @property
    def text(self) -> str:
        """The value, if it is a text."""
        return self.node.value if isinstance(self.node.value, str) else ""

    @property
    def key(self) -> str | None:
        """The word before the colon, if that is wrong and not the value."""
        return self.field if isinstance(self.node.value, dict) else None

    @property
    def named(self) -> str:
        """What is wrong: a field, or the word before the colon."""
        return f"`{self.key}` in {self.owner}" if self.key else self.subject

    def problem(self, name: str, message: str, fix: str, *, key: str | None = None) -> Problem:
        """Return the problem at its place."""
        return self.node.problem(name, message, fix, key=key)


def _sentence(fault: _Fault) -> Problem:
    if fault.context.get("error") and isinstance(fault.context["error"], DateError):
        error = fault.context["error"]
        return fault.problem(error.name, f"{fault.subject} {error.message}.", error.fix)
    return _SENTENCES.get(fault.kind, _unfit)(fault)


def _missing(fault: _Fault) -> Problem:
    key = fault.field if fault.field in fault.node.key_places else None
    if key:
        message = f"`{fault.field}` of {fault.owner} has no value."
        fix = f"write it after `{fault.field}:`{_meaning(fault.info)}"
    else:
        message = f"{fault.owner} has no `{fault.field}`."
        fix = f"add `{fault.field}:`{_meaning(fault.info)}"
    return fault.problem("missing-field", message, fix, key=key)


def _unknown(fault: _Fault) -> Problem:
    others = f"remove it; the fields here are {', '.join(f'`{name}`' for name in fault.known)}"
    message = f"{fault.owner} has an unknown field `{fault.field}`."
    return fault.problem(
        "unknown-field", message, suggestion(fault.field, fault.known, others), key=fault.field
    )


def _empty(fault: _Fault) -> Problem:
    return fault.problem(
        "empty-value",
        f"{fault.subject} is empty.",
        f"write its value{_meaning(fault.info)}, or remove the field",
    )


def _bad_id(fault: _Fault) -> Problem:
    word = fault.key or fault.text
    near = re.sub(r"[^a-z0-9]+", "-", word[:LONGEST_ID].lower()).strip("-")[:60].strip("-")
    fix = f"write `{near}`" if near else "write a short word in Latin letters"
    if not word:
        return _empty(fault)
    message = f"{fault.subject} may contain only small letters, digits and single hyphens."
    return fault.problem("bad-id", message, fix, key=fault.key)


def _too_long(fault: _Fault) -> Problem:
    limit = fault.context.get("max_length", 0)
    what, count = "items", len(fault.text.splitlines() or fault.node.value)
    if fault.kind == "too_many_words":
        what, count = "words", fault.context["count"]
    elif fault.kind == "string_too_long":
        what, count = "characters", len(fault.text)
    name = "bad-id" if what == "characters" and limit == LONGEST_ID else "value-too-long"
    message = f"{fault.subject} has {count:,} {what}, more than the {limit:,} allowed."
    return fault.problem(name, message, "shorten it")


def _unknown_value(fault: _Fault) -> Problem:
    annotation = fault.info.annotation if fault.info else None
    is_key = fault.node.value != fault.text
    if get_origin(annotation) is Mapping:
        annotation = get_args(annotation)[0 if is_key else 1]
    known = _choices(annotation)
    word = fault.field if is_key else fault.text
    fix = did_you_mean(word, known, f"choose one of {', '.join(f'`{name}`' for name in known)}")
    if is_key:
        message = f"{fault.owner} has an unknown `{word}`."
        return fault.problem("unknown-value", message, fix, key=word)
    return fault.problem("unknown-value", f"{fault.subject} has an unknown value.", fix)


def _bad_country(fault: _Fault) -> Problem:
    text, where = (fault.key or fault.text)[:LONGEST_NAME], fault.named
    known = country_names.country_names("en")
    several = country_names.countries_by_name().get(country_names.compared(text), ())
    codes = _OTHER_CODES.get(text.upper())
    meant = (codes,) if codes else several
    if meant:
        fix = f"write {' or '.join(f'`{code}` ({known[code]})' for code in meant)}"
    else:
        otherwise = "write the two letters of the country's ISO 3166 code, for example `NO` for Norway"
        # CLDR names parts of the world, too.
        names = [name for code, name in known.items() if code.isalpha()]
        fix = did_you_mean(text.title(), names, otherwise)
    message = f"{where} is no country's name or ISO 3166 code."
    if len(several) > 1:
        message = f"{where} is a name of more than one country."
    elif len(text) <= 3 and text.isascii() and not fault.key:
        message = f"{where} is `{text}`, which is not an ISO 3166 country code."
    return fault.problem("bad-country", message, fix, key=fault.key)


def _bad_language(fault: _Fault) -> Problem:
    text, where = fault.key or fault.text, fault.named
    code = meant_language(text)
    if code:
        told = where if fault.key else f"{where} is `{text}`, which"
        message = f"{told} is no code for {language_name(code)}."
        return fault.problem("bad-language", message, f"write `{code}`", key=fault.key)
    codes = country_names.countries_by_name().get(country_names.compared(text[:LONGEST_NAME]), ())
    message = f"{where} is {'a country' if codes else 'not a known language'}."
    fix = "write the language's name or its ISO 639 code: `ko` for Korean"
    return fault.problem("bad-language", message, fix, key=fault.key)


def _unmapped_answer(fault: _Fault) -> Problem:
    message = f"{fault.subject} has an answer that is neither `yes` nor `no`."
    fix = (
        f'write `yes` or `no`, or say what the answer means: `"COLUMN" = {{ field = "{fault.field}", '
        'yes = ["…"], no = ["…"] }` under `[columns]`'
    )
    return fault.problem("unmapped-answer", message, fix)


def _wrong_shape(fault: _Fault) -> Problem:
    needed, fix = {
        "string_type": ("one text", f"write it on one line: `{fault.field}: …`"),
        "tuple_type": ("a list", "write each item on its own line after `- `"),
        "mapping_type": ("a group of `name: value` lines", "write `name: value` lines, indented"),
        "dict_type": ("a group of `name: value` lines", "write `name: value` lines, indented"),
    }.get(fault.kind, ("a group of `name: value` lines", "write `name: value` lines, indented"))
    if needed.startswith("a group") and fault.info:
        names = [name for model in models_in(fault.info.annotation) for name in fields_of(model)]
        if names:
            fix = f"write its fields below it, indented: {', '.join(f'`{name}:`' for name in names)}"
    is_now = {str: "a text", list: "a list", dict: "a group"}[type(fault.node.value)]
    message = f"{fault.subject} is {is_now}; it must be {needed}."
    return fault.problem("wrong-shape", message, fix)


def _bad_number(fault: _Fault) -> Problem:
    bounds = fault.context
    if "ge" in bounds or "le" in bounds:
        limit = f"at least {bounds['ge']:g}" if "ge" in bounds else f"at most {bounds['le']:g}"
        return fault.problem("bad-number", f"{fault.subject} is out of range.", f"write a number of {limit}")
    if fault.kind == "float_parsing":
        message = f"{fault.subject} is not a number of millimetres."
        return fault.problem("bad-number", message, "write it with digits and a point: `63.5`")
    return fault.problem("bad-number", f"{fault.subject} is not a whole number.", "write digits only: `48`")


def _neither_yes_nor_no(fault: _Fault) -> Problem:
    message = f"{fault.subject} is neither `yes` nor `no`."
    return fault.problem("bad-choice", message, "write `yes` or `no`")


def _nameless(fault: _Fault) -> Problem:
    fix = "add `family:` and `given:`, or write the whole name as one text"
    return fault.problem("empty-name", f"{fault.subject} has no `full`, `family` or `given`.", fix)


def _readers_missing(fault: _Fault) -> Problem:
    """Tell that words which can endanger somebody do not say for whom they are."""
    words = "[…]" if fault.field == "health" else "…"
    shown = f"`{fault.field}: {{addressee: {words}, un: {words}}}`"
    everybody = f"`{fault.field}: {{all: {words}}}` if everybody may read it"
    message = f"{fault.subject} does not say who may read it."
    return fault.problem("readers-missing", message, f"write {shown}, for those who may, or {everybody}")


def _nobody_signs(fault: _Fault) -> Problem:
    message = f"{fault.subject} has no `name`, `organisation` or `members`."
    return fault.problem("nobody-signs", message, "add `name:` or `organisation:`")


def _without_words(fault: _Fault) -> Problem:
    message = f"{fault.subject} has neither `what` nor `expected`."
    fix = "add `what:`, what happened, or `expected:`, what is to happen on that day"
    return fault.problem("event-without-words", message, fix)


def _counted_without_origin(fault: _Fault) -> Problem:
    """Tell a count of signatures on paper of which nobody can say where it comes from."""
    message = f"{fault.owner} says how many signed on paper, but not who counted them and when."
    return fault.problem("count-without-origin", message, "add `on: 2003-07-20` and `by: …`", key="counted")


def _counted_twice(fault: _Fault) -> Problem:
    message = f"{fault.subject} has a country under two names, so one of the counts would be lost."
    return fault.problem("counted-twice", message, "add the numbers up, under one name")


def _unfit(fault: _Fault) -> Problem:
    message = f"{fault.subject} has an invalid value."
    return fault.problem("unfit-value", message, f"mend it{_meaning(fault.info)}")


def _four_numbers(fault: _Fault) -> Problem:
    count = len(fault.node.value) if isinstance(fault.node.value, list) else 1
    message = f"{fault.subject} has {count} numbers instead of four."
    return fault.problem("bad-number", message, "write four, in millimetres: `[20, 45, 85, 45]`")


def _stationery_group(fault: _Fault) -> Problem:
    message = f"{fault.subject} is a group; it must be the key of a sheet."
    fix = 'define your own sheet in `[own_stationery.my-sheet]`, and write `stationery = "my-sheet"`'
    return fault.problem("wrong-shape", message, fix)


_SENTENCES: dict[str, Callable[[_Fault], Problem]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_too_short": _empty,
    "too_short": _empty,
    "string_pattern_mismatch": _bad_id,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "too_many_words": _too_long,
    "literal_error": _unknown_value,
    "country": _bad_country,
    "language": _bad_language,
    "answer": _unmapped_answer,
    "string_type": _wrong_shape,
    "tuple_type": _wrong_shape,
    "mapping_type": _wrong_shape,
    "dict_type": _wrong_shape,
    "model_type": _wrong_shape,
    "model_attributes_type": _wrong_shape,
    "int_type": _wrong_shape,
    "float_parsing": _bad_number,
    "finite_number": _bad_number,
    "four_numbers": _four_numbers,
    "stationery_group": _stationery_group,
    "int_parsing": _bad_number,
    "int_parsing_size": _bad_number,
    "greater_than_equal": _bad_number,
    "less_than_equal": _bad_number,
    "bool_parsing": _neither_yes_nor_no,
    "bool_type": _neither_yes_nor_no,
    "count-without-origin": _counted_without_origin,
    "counted-twice": _counted_twice,
    "empty-name": _nameless,
    "event-without-words": _without_words,
    "nobody-signs": _nobody_signs,
    "readers-missing": _readers_missing,
}


def _child(node: Node | None, step: Step) -> Node | None:
    value = node.value if node else None
    if isinstance(value, dict) and isinstance(step, str):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def _resolve(root: Node, path: Sequence[Step]) -> tuple[Node, int]:
    """Go down as far as the file does: a text may stand for a list of one, or for a group of one field."""
    node = root
    for depth, step in enumerate(path):
        child = _child(node, step)
        if child is None:
            return node, depth
        node = child
    return node, len(path)


def _id_of(node: Node | None) -> str:
    found = _child(node, "id")
    is_id = found and isinstance(found.value, str) and len(found.value) <= LONGEST_ID
    return f"`{found.value}`" if found and is_id else ""


def _declared(
    model: type[BaseModel], path: Sequence[Step]
) -> tuple[FieldInfo | None, type[BaseModel] | None]:
    """Return the last declared field on a path, and the model of the group that its last key is in."""
    info: FieldInfo | None = None
    group: type[BaseModel] | None = model
    candidates: list[type[BaseModel]] = [model]
    for step in path:
        if isinstance(step, int) or not candidates:
            continue
        group = candidates[0]
        info = fields_of(group).get(step)
        candidates = models_in(info.annotation) if info else []
    return info, group


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the models that an annotation holds: ``PersonName | None`` has one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in models_in(part)]


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(str(choice) for choice in get_args(annotation))
    return tuple(dict.fromkeys(choice for part in get_args(annotation) for choice in _choices(part)))


def _meaning(info: FieldInfo | None) -> str:
    """Return the field's description as the tail of a fix."""
    described = (info.description or "") if info else ""
    return f" ({described[0].lower()}{described[1:].rstrip('.')})" if described else ""
