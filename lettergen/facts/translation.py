"""A case in another language: its words alone, each behind the id of what they are of.

Who somebody is, what is published and who agreed stand in the case's own file. Were they written twice, a
name that is withdrawn in one file would still be printed from the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from lettergen.errors import Problem, did_you_mean
from lettergen.facts.by_reader import (
    BoundedLists,
    Fact,
    OpenText,
    PrivateLines,
    PrivateText,
    ReaderLines,
    ReaderText,
)
from lettergen.facts.fields import Id, Line, Text
from lettergen.facts.load import duplicates, fact, misplaced_language, not_a_group
from lettergen.facts.model import Case, Description
from lettergen.facts.nodes import Node
from lettergen.facts.validation_messages import SINGULAR, fields_of, models_in

__all__ = ["CaseWords", "translation"]


class PersonWords(Fact):
    """Words about a person."""

    id: Id = Field(description="The person's id.")
    described_as: Description | None = Field(None, description="Neutral words where the name is withheld.")
    role: Text | None = Field(None, description="In the case: journalist, refugee.")
    health: PrivateLines | None = Field(None, description="Illnesses, by reader.")
    family: PrivateText | None = Field(None, description="Relations that matter to the case, by reader.")
    about: PrivateText | None = Field(None, description="What the letter says of this person, by reader.")


class EventWords(Fact):
    """Words about an event."""

    id: Id = Field(description="The event's id.")
    what: OpenText | None = Field(None, description="A clause that can follow a date.")
    expected: OpenText | None = Field(None, description="The same for letters before its day.")
    place: OpenText | None = Field(None, description="Where.")
    by: OpenText | None = Field(None, description="By whom.")
    source: OpenText | None = Field(None, description="Who reports it.")


class SentenceWords(Fact):
    """Words about a court's sentence."""

    id: Id = Field(description="The sentence's id, or the person's where it has none.")
    court: Text | None = Field(None, description="The court.")
    fine: Text | None = Field(None, description="Fine as it should be printed. Default: as in the case.")
    place: Text | None = Field(None, description="The prison.")


class DemandWords(Fact):
    """The words of a demand."""

    id: Id = Field(description="The demand's id.")
    text: OpenText | None = Field(None, description="The demand.")


class QuestionWords(Fact):
    """The words of a question."""

    id: Id = Field(description="The question's id.")
    heading: OpenText | None = Field(None, description="The question in one line.")
    text: OpenText | None = Field(None, description="What is known and why it is asked.")


class MessageWords(Fact):
    """The words of a message; names are as in the case unless they are given."""

    id: Id = Field(description="The message's id.")
    from_: OpenText | None = Field(None, alias="from", description="Who wrote it.")
    organisation: OpenText | None = Field(None, description="The writer's organisation.")
    to: OpenText | None = Field(None, description="To whom it was sent.")
    subject: OpenText | None = Field(None, description="Its subject line.")
    text: OpenText | None = Field(None, description="Its words.")


class DocumentWords(Fact):
    """The words of a paper that can be enclosed."""

    id: Id = Field(description="The paper's id.")
    title: OpenText | None = Field(None, description="What it is.")
    file: Line | None = Field(None, description="Its file in this language. Default: as in the case.")
    alt: Line | None = Field(None, description="Of a picture: what it shows.")


class CorrectionWords(Fact):
    """The words of a correction."""

    id: Id = Field(description="The correction's id.")
    said: OpenText | None = Field(None, description="What letters said, wrongly.")
    correct: OpenText | None = Field(None, description="What is so.")


class SourceWords(Fact):
    """The title of a source; as in the case unless it is given."""

    id: Id = Field(description="The source's id.")
    title: Text | None = Field(None, description="Report, witness, newspaper.")


class CaseWords(BoundedLists):
    """The words of a case in another language."""

    title: Text = Field(description="What the case is about.")
    summary: OpenText = Field(description="The case in one or two sentences.")
    place: OpenText | None = Field(None, description="Where it happened.")
    persons: tuple[PersonWords, ...] = Field((), description="Words about the people concerned.")
    events: tuple[EventWords, ...] = Field((), description="Words about what happened.")
    background: tuple[EventWords, ...] = Field((), description="Words about what happened to others.")
    sentences: tuple[SentenceWords, ...] = Field((), description="Words about sentences.")
    demands: tuple[DemandWords, ...] = Field((), description="The words of the demands.")
    questions: tuple[QuestionWords, ...] = Field((), description="The words of the questions.")
    messages: tuple[MessageWords, ...] = Field((), description="The words of the messages.")
    documents: tuple[DocumentWords, ...] = Field((), description="The words of the papers.")
    corrections: tuple[CorrectionWords, ...] = Field((), description="The words of the corrections.")
    sources: tuple[SourceWords, ...] = Field((), description="The words of the sources.")


_AS_IN_THE_CASE = frozenset(
    {
        (SentenceWords, "fine"),
        (MessageWords, "from_"),
        (MessageWords, "organisation"),
        (MessageWords, "to"),
        (DocumentWords, "file"),
        (SourceWords, "title"),
    }
)
"""Names and numbers, which may stay as they are in the language of the case."""
_LISTS = tuple(name for name in CaseWords.model_fields if name in SINGULAR)


def translation(
    node: Node, case_id: str, language: str, case: Case | None
) -> tuple[Case | None, tuple[Problem, ...]]:
    """Return a case in the words of another file, or nothing where they do not fit, and all its problems.

    Args:
        node: The file of the words.
        case_id: The id of the case, from the file's name.
        language: The language, from the file's name.
        case: The case; None where it has problems of its own.
    """
    problems = list(node.faults)
    if not isinstance(node.value, dict):
        return None, (*problems, not_a_group(node, "this file"))
    problems += misplaced_language(node, case_id)
    node.drop("language")
    problems += _without_facts(node, case_id)
    words, faults = fact(node, CaseWords, f"the {language} translation of case `{case_id}`")
    problems += faults
    for key in SINGULAR:
        problems += duplicates(node, key, f"the {language} translation of case `{case_id}`")
    if words is None or case is None:
        return None, tuple(problems)
    found, faults = _translated(case, words, node, language)
    problems += faults
    return (None if problems else found), tuple(problems)


def _without_facts(node: Node, case_id: str) -> list[Problem]:
    """Take out of the file of a translation what is no word, and return a problem for each such field."""
    problems: list[Problem] = []
    _keep_words(node, Case, CaseWords, case_id, problems)
    return problems


def _keep_words(
    node: Node, facts: type[BaseModel], words: type[BaseModel], case_id: str, problems: list[Problem]
) -> None:
    if not isinstance(node.value, dict):
        return
    for key in [key for key in node.key_places if key in fields_of(facts) and key not in fields_of(words)]:
        message = f"`{key}` does not belong in a translation; it stands in `cases/{case_id}.yaml` alone."
        problems.append(node.problem("not-words", message, "take it out here", key=key))
        node.drop(key)
    for key, inside in node.value.items():
        if key in SINGULAR and isinstance(inside.value, list):
            (of_case,), (of_words,) = (models_in(fields_of(one)[key].annotation) for one in (facts, words))
            for item in inside.value:
                _keep_words(item, of_case, of_words, case_id, problems)


def _translated(case: Case, words: CaseWords, node: Node, language: str) -> tuple[Case, list[Problem]]:
    """Return a case in another language, and what its words lack or have too much.

    Args:
        case: The case.
        words: What it says in the other language.
        node: The file of the words.
        language: The other language.
    """
    merger = _Merger(case.id, node)
    update: dict[str, Any] = {"language": language, "title": words.title}
    update |= merger.merged(case, words, CaseWords, node, f"case `{case.id}`")
    for name in _LISTS:
        update[name] = tuple(merger.items(name, getattr(case, name), getattr(words, name)))
    return case.model_copy(update=update), merger.problems


class _Merger:
    """Puts the words of one file in the place of those of the case, and keeps what does not fit."""

    def __init__(self, case_id: str, node: Node) -> None:
        self.file = f"cases/{case_id}.yaml"
        self.node = node
        self.problems: list[Problem] = []

    def items(self, name: str, facts: Sequence[Any], words: Sequence[Any]) -> Iterator[Fact]:
        """Yield the items of a list of the case in its new words."""
        kind = SINGULAR[name]
        nodes = self._nodes(name)
        given = {one.id: one for one in words}
        keys = [_key(one) for one in facts]
        for number, (key, item) in enumerate(zip(keys, facts, strict=True), 1):
            owner = f"{kind} `{key}`" if key else f"{kind} {number}"
            model = models_in(CaseWords.model_fields[name].annotation)[0]
            if key is None and _stays(item, model):
                yield item
                continue
            if key is None:
                message = f"{owner} has no `id` in `{self.file}`, so its words cannot be given."
                self._add(self.node, "words-missing", message, "add `id:` to it there")
                continue
            own = given.get(key) or model.model_construct(id=key)
            update = self.merged(item, own, model, nodes.get(key, self._list(name)), owner)
            yield item.model_copy(update=update)
        for key in given:
            if key not in keys:
                message = f"`{self.file}` has no {kind} `{key}`."
                known = [one for one in keys if one]
                fix = did_you_mean(key, known, f"add the {kind} there, or take its words out")
                self._add(nodes.get(key, self.node), "words-of-nothing", message, fix)

    def merged(self, fact: Any, words: Any, model: type[BaseModel], node: Node, owner: str) -> dict[str, Any]:
        """Return the texts of a fact in their new words."""
        found: dict[str, Any] = {}
        for name, info in model.model_fields.items():
            if name in ("id", *_LISTS):
                continue
            old, new = getattr(fact, name), getattr(words, name, None)
            key = info.alias or name
            if old is None and new is None:
                continue
            if new is None:
                if (model, name) not in _AS_IN_THE_CASE:
                    message = f"{owner} has no `{key}` in this language."
                    self._add(node, "words-missing", message, f"translate `{key}:` of `{self.file}`")
            elif old is None:
                message = f"{owner} has no `{key}` in `{self.file}`."
                self._add(node, "words-of-nothing", message, f"add `{key}:` there, or take it out here", key)
            elif _readers(old) != _readers(new):
                message = f"`{key}` of {owner} is for other readers than in `{self.file}`."
                listed = ", ".join(f"{one}: …" for one in _readers(old))
                fix = f"write `{key}: {{{listed}}}`, as there"
                if _readers(old) == ["all"]:
                    fix += ", or one text for all" if isinstance(old, OpenText) else ""
                self._add(node, "readers-differ", message, fix, key)
            else:
                found[name] = new
        return found

    def _add(self, node: Node, name: str, message: str, fix: str, key: str | None = None) -> None:
        self.problems.append(node.problem(name, message, fix, key=key))

    def _list(self, name: str) -> Node:
        value = self.node.value
        return value.get(name, self.node) if isinstance(value, dict) else self.node

    def _nodes(self, name: str) -> Mapping[str, Node]:
        items = self._list(name).value
        return (
            {one.text_of("id"): one for one in items if one.text_of("id")} if isinstance(items, list) else {}
        )


def _key(fact: Any) -> str | None:
    """Return behind which id the words of an item stand: a sentence may go by its person."""
    return fact.id or getattr(fact, "person", None)


def _stays(fact: Any, model: type[BaseModel]) -> bool:
    """Say whether an item can do without words of its own in another language."""
    needed = (name for name in model.model_fields if name != "id" and (model, name) not in _AS_IN_THE_CASE)
    return all(getattr(fact, name) is None for name in needed)


def _readers(told: object) -> list[str]:
    return sorted(told.given()) if isinstance(told, ReaderText | ReaderLines) else ["all"]
