"""A template and checked facts → one `Letter`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType

import jinja2

from lettergen.errors import InputProblems, LettergenError, Problem, did_you_mean
from lettergen.facts.model import Audience, Recipient
from lettergen.letters import clearance, disclosure, limits, markdown, parts
from lettergen.letters.context import Sight
from lettergen.letters.environment import STATE, Rendering, TemplateFault
from lettergen.letters.letter import EnclosedMessage, Inline, Letter
from lettergen.letters.parts import LetterFacts
from lettergen.letters.templates import Part, Template
from lettergen.letters.views import FACTS, MissingFact, MissingFactError, UnknownFactError, View
from lettergen.reference import language as words

__all__ = ["LetterFacts", "assemble", "audiences_of", "letter_id"]

PYTHONS_OWN = (TypeError, ValueError, ArithmeticError, RecursionError, MemoryError)
"""What an expression of a template can end in: a text minus a number, for instance."""
KIND_READERS: Mapping[str, Audience] = {"open-letter": "public", "statement": "press"}
"""Letters that are published by their nature, whomever they address."""
OFFICE_READERS: Mapping[str, Audience] = {"editor": "press"}
"""Offices whose holders publish what they are written."""
ENCLOSED = re.compile(r"^=== enclosed message[ \t]*$", re.MULTILINE)
HEAD_LINE = re.compile(r"(?P<label>[^:\n]{1,40}):[ \t]+(?P<value>.+)")


def letter_id(template: str, recipient_id: str | None, sender_id: str) -> str:
    """Return the name of a letter in lists and file names; it holds ids only."""
    return "--".join(filter(None, (template, recipient_id, sender_id)))


def audiences_of(template: Template, recipient: Recipient | None) -> tuple[Audience, ...]:
    """Return all readers that a letter must be safe for, also those whom nobody has written down."""
    reader = (recipient.audience or OFFICE_READERS.get(recipient.office or "")) if recipient else None
    return clearance.audience_of(template.audience, KIND_READERS.get(template.kind), reader)


def assemble(template: Template, facts: LetterFacts) -> Letter:
    """Return the finished words of one letter.

    Raises:
        InputProblems: A fact is missing, a person is not cleared for the
            readers, or the template does what it may not; all that is found is told.
    """
    audiences = audiences_of(template, facts.recipient)
    problems = list(_missing(template, facts))
    if facts.case:
        problems += clearance.check_consent(facts.case, audiences, facts.campaign)
        problems += disclosure.in_case(facts.case, facts.campaign, audiences)
    if problems:
        raise InputProblems(problems)
    try:
        letter = _Scribe(template, facts, audiences).letter()
    except TemplateFault as fault:
        raise InputProblems([_explain(template, template.body.line, fault, facts)]) from None
    problems += limits.check(letter)
    problems += disclosure.in_letter(letter, template, facts, audiences)
    if problems:
        raise InputProblems(problems)
    return letter


def _missing(template: Template, facts: LetterFacts) -> Iterator[Problem]:
    """Yield a problem for each thing that the template uses and nobody has named."""
    given = {"case": facts.case, "recipient": facts.recipient, "sender": facts.sender}
    wanted = {*template.uses, *(["recipient"] if template.addressee == "required" else [])}
    for use in sorted(wanted):
        thing, _, fact = use.partition(".")
        value = given.get(thing)
        option = {"case": "--case", "recipient": "--to", "sender": "--from"}.get(thing, "--case")
        if value is None:
            yield Problem(
                "missing-choice",
                f"the template `{template.name}` needs a {thing}, and none was chosen.",
                f"choose one with `{option}`.",
            )
        elif fact and not getattr(value, fact, None):
            yield template.problem(
                "missing-fact",
                1,
                f"the {thing} `{value.id}` has no `{fact}`, which this letter needs.",
                f"add `{fact}:` to {_file_of(thing, value.id)}.",
            )


def _file_of(thing: str, identifier: str) -> str:
    return f"cases/{identifier}.yaml" if thing == "case" else f"{thing}s.yaml"


class _Scribe:
    """Renders the parts of one letter; holds what they share."""

    def __init__(self, template: Template, facts: LetterFacts, audiences: tuple[Audience, ...]) -> None:
        self.template = template
        self.facts = facts
        self.language = template.language
        self.audiences = audiences
        self.state = Rendering(template.language, facts.on)
        sight = Sight(facts.campaign, audiences, template.language, facts.on)
        self.sight = sight
        sender = facts.sender
        self.values: dict[str, object] = {
            STATE: self.state,
            "sender": sight.sender(sender),
            "letter": View(
                "letter", {"date": facts.on, "place": sender.place, "language": self.language}, "senders.yaml"
            ),
            "case": sight.case(facts.case) if facts.case else View("case", {}, "--case"),
            "recipient": sight.recipient(facts.recipient)
            if facts.recipient
            else View("recipient", {}, "--to"),
            "own_words": self._own_words() or MissingFact("sender", "own_words", "senders.yaml"),
        }

    def _own_words(self) -> str | None:
        own, case = self.facts.sender.own_words, self.facts.case
        return self.sight.told(own, case) if case else own

    def letter(self) -> Letter:
        template, facts, language = self.template, self.facts, self.language
        recipient = facts.recipient
        text, enclosed = self._body()
        messages = tuple(map(self._enclosed, enclosed))
        attention = self._line("attention")
        opening = self._given("opening", parts.opening(recipient, language))
        return Letter(
            letter_id=letter_id(template.name, recipient.id if recipient else None, facts.sender.id),
            template=template.name,
            recipient_id=recipient.id if recipient else None,
            sender_id=facts.sender.id,
            language=language,
            audience=" ".join(self.audiences),
            date=facts.on,
            letterhead=parts.letterhead(facts, language),
            return_address=parts.return_address(facts, language) if recipient else "",
            mailing_notation=(facts.notation,) if facts.notation else self._lines("mailing_notation"),
            inside_address=parts.inside_address(facts, recipient, attention, language) if recipient else (),
            place_and_date=words.dateline(self._given("place", facts.sender.place), facts.on, language),
            references=self._references(),
            title=self._inline("letter_title"),
            subject=self._inline("subject"),
            opening=opening,
            body=markdown.blocks(text, self.state.held, language),
            closing=self._given("closing", parts.closing(recipient, opening, language)),
            signatures=tuple(parts.signatures(facts, language)) if template.signed else (),
            signatories=tuple(parts.signatories(facts, language)),
            postscript=self._inline("postscript"),
            enclosures=self._enclosures(messages),
            copies=self._copies(),
            contacts=self._lines("contacts"),
            enclosed=messages,
            sheets=template.sheets,
            document_title=template.title,
        )

    def _references(self) -> tuple[tuple[str, str], ...]:
        captions = words.captions(self.language)
        rows = [
            (captions.our_reference, self._line("our_reference")),
            (captions.your_reference, self._line("your_reference")),
            (captions.your_letter_of, self._line("your_letter_of")),
        ]
        return tuple((label, value) for label, value in rows if value)

    def _enclosures(self, messages: Sequence[EnclosedMessage]) -> tuple[str, ...]:
        """Return what is in the envelope beside the letter, the messages passed on included."""
        captions = words.captions(self.language)
        lines = (*self._lines("enclosures"), *(message.title for message in messages if message.title))
        return parts.labelled(lines, captions.enclosure, captions.enclosures, self.language)

    def _copies(self) -> tuple[str, ...]:
        captions = words.captions(self.language)
        return parts.labelled(self._lines("copies"), captions.copies, captions.copies, self.language)

    def _rendered(self, part: Part) -> str:
        """Render one stretch; every fault becomes a problem at the template's line."""
        try:
            text = "".join(self._counted(part.compiled.generate(self.values)))
        except InputProblems:
            raise
        except (TemplateFault, LettergenError, jinja2.TemplateError, *PYTHONS_OWN) as fault:
            line = _line_of(fault.__traceback__, self.template.file) or part.line
            raise InputProblems([_explain(self.template, line, fault, self.facts)]) from None
        return text.lstrip("\n")

    def _counted(self, pieces: Iterator[str]) -> Iterator[str]:
        for piece in pieces:
            self.state.budget.write(len(piece))
            yield piece

    def _body(self) -> tuple[str, list[str]]:
        text, *enclosed = ENCLOSED.split(self._rendered(self.template.body))
        return text, enclosed

    def _lines(self, key: str) -> tuple[str, ...]:
        rendered = (self._rendered(part) for part in self.template.parts.get(key, ()))
        lines = (line for text in rendered for line in text.splitlines() if line.strip())
        return tuple(markdown.value_text(line, self.state.held, self.language) for line in lines)

    def _line(self, key: str) -> str:
        return markdown.value_text(self._text(key), self.state.held, self.language)

    def _given(self, key: str, otherwise: str | None) -> str:
        """Return a line that the template sets, an empty one included, else what the facts say."""
        return self._line(key) if key in self.template.parts else otherwise or ""

    def _inline(self, key: str) -> Inline:
        return markdown.inline(self._text(key), self.state.held, self.language)

    def _text(self, key: str) -> str:
        return " ".join(self._rendered(part) for part in self.template.parts.get(key, ())).strip()

    def _enclosed(self, text: str) -> EnclosedMessage:
        """Split an enclosed message into its provenance head and its words."""
        lines = text.strip("\n").split("\n")
        head: list[tuple[str, str]] = []
        while lines and (match := HEAD_LINE.fullmatch(lines[0].strip())):
            value = markdown.value_text(match["value"], self.state.held, self.language)
            head.append((markdown.value_text(match["label"], self.state.held, self.language), value))
            lines.pop(0)
        title = next((value for label, value in head if label == "Title"), "")
        return EnclosedMessage(
            title,
            tuple(row for row in head if row[0] != "Title"),
            markdown.blocks("\n".join(lines), self.state.held, self.language),
        )


def _line_of(trace: TracebackType | None, file: str) -> int | None:
    """Return the last line of the template that a traceback goes through."""
    line = None
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _explain(template: Template, line: int, fault: Exception, facts: LetterFacts) -> Problem:
    """Turn what went wrong in a template into a problem its author can mend."""
    match fault:
        case MissingFactError(kind=kind, fact=fact, where=where) if where.startswith("--"):
            return template.problem(
                "missing-choice",
                line,
                f"this letter needs a {kind}, and none was chosen.",
                f"choose one with `{where}`.",
            )
        case MissingFactError(kind=kind, fact=fact, where=where):
            thing = _thing(kind, facts)
            return template.problem(
                "missing-fact",
                line,
                f"{thing} has no `{fact}`, which this letter needs.",
                f"add `{fact}:` to {where}, or take the sentence out of the template.",
            )
        case UnknownFactError(kind=kind, fact=fact):
            known: Sequence[str] = sorted(FACTS.get(kind, ()))
            return template.problem(
                "unknown-fact",
                line,
                f"`{kind}` has no fact `{fact}`.",
                did_you_mean(fact, known, "see docs/reference/templates.md for the facts there are."),
            )
        case TemplateFault():
            return template.problem("template-fault", line, str(fault), fault.fix)
        case LettergenError():
            inner = fault.problems[0]
            return template.problem(inner.name, line, inner.message, inner.fix)
    return template.problem(
        "template-fault", line, "this cannot be written.", "see docs/reference/templates.md for what can be."
    )


def _thing(kind: str, facts: LetterFacts) -> str:
    given: Mapping[str, object] = {"case": facts.case, "sender": facts.sender, "recipient": facts.recipient}
    value = given.get(kind)
    article = "an" if kind[0] in "aeiou" else "a"
    return f"the {kind} `{getattr(value, 'id', '')}`" if value else f"{article} {kind} of the case"
