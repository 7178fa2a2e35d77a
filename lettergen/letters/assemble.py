"""A template and checked facts → one `Letter`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

import jinja2

from lettergen.errors import InputProblems, LettergenError, Problem
from lettergen.facts.model import Audience, Recipient
from lettergen.letters import enclosures as enclosed_files
from lettergen.letters import limits, parts, readiness
from lettergen.letters.letter import Block, EnclosedMessage, Inline, Letter, Letterhead, SignatureBlock
from lettergen.letters.parts import LetterFacts
from lettergen.letters.petition import MOST_BELOW, Petition
from lettergen.letters.privacy import clearance, disclosure
from lettergen.letters.rendering_faults import explained, line_of
from lettergen.letters.template import markdown
from lettergen.letters.template.document_titles import documents_in
from lettergen.letters.template.environment import STATE, TOKEN, Rendering, TemplateFault
from lettergen.letters.template.foreign_text import ForeignText
from lettergen.letters.template.templates import Template, TemplatePart
from lettergen.letters.template.views import (
    Field,
    MissingFact,
    View,
)
from lettergen.letters.template.views_of_facts import ViewBuilder
from lettergen.reference import grammar
from lettergen.reference import language as words

__all__ = [
    "OF_FACTS",
    "OF_TEMPLATE",
    "TOGETHER",
    "LetterFacts",
    "PartRenderer",
    "assemble",
    "audiences_of",
    "frame",
    "letter_id",
    "sight",
    "unready",
    "words_fit",
    "words_of",
]

PYTHONS_OWN = (TypeError, ValueError, ArithmeticError, RecursionError, MemoryError)
"""What evaluating a template's expression can raise: a text minus a number, for example."""
KIND_READERS: Mapping[str, Audience] = {"open-letter": "public", "statement": "press"}
"""Kinds of letters that are always published, whoever they address."""
OFFICE_READERS: Mapping[str, Audience] = {"editor": "press"}
"""Offices whose holders publish the letters they get."""
ENCLOSED = re.compile(r"^=== enclosed message[ \t]*$", re.MULTILINE)
HEAD_LINE = re.compile(r"(?P<label>[^:\n]{1,40}):[ \t]+(?P<value>.+)")


def letter_id(template: str, recipient_id: str | None, sender_id: str) -> str:
    """Return the name of a letter in lists and file names; it contains only ids."""
    return "--".join(filter(None, (template, recipient_id, sender_id)))


def audiences_of(template: Template, recipient: Recipient | None) -> tuple[Audience, ...]:
    """Return all audiences that a letter must be safe for, including implied ones."""
    reader = (recipient.audience or OFFICE_READERS.get(recipient.office or "")) if recipient else None
    return clearance.audience_of(template.audience, KIND_READERS.get(template.kind), reader)


def assemble(template: Template, facts: LetterFacts) -> Letter:
    """Return the finished words of one letter.

    Raises:
        InputProblems: A fact is missing, a person is not cleared for the
            readers, or the template does something forbidden; all problems are reported.
    """
    audiences = audiences_of(template, facts.recipient)
    letter = words_of(template, facts, audiences)
    problems = list(limits.check(letter))
    problems += disclosure.in_letter(letter, template, facts, audiences)
    problems += enclosed_files.problems(letter, template, facts, audiences)
    if problems:
        raise InputProblems(problems)
    return letter


def words_of(template: Template, facts: LetterFacts, audiences: tuple[Audience, ...]) -> Letter:
    """Return the words of one letter for some readers, not searched for names yet.

    Raises:
        InputProblems: As `assemble`.
    """
    problems = list(unready(template, facts, audiences))
    if problems:
        raise InputProblems(problems)
    try:
        return PartRenderer(template, facts, audiences).letter()
    except TemplateFault as fault:
        raise InputProblems([explained(template, template.body.line, fault, facts)]) from None


def sight(template: Template, facts: LetterFacts, audiences: tuple[Audience, ...]) -> ViewBuilder:
    """Return how a letter of a template sees the facts."""
    return ViewBuilder(facts.campaign, audiences, template.language, facts.on, courtesy=template.courtesy)


def unready(template: Template, facts: LetterFacts, audiences: tuple[Audience, ...]) -> Iterator[Problem]:
    """Yield the problems that stop a letter before rendering."""
    yield from readiness.not_chosen(template, facts)
    yield from readiness.unsuited(template, facts)
    if facts.case:
        yield from readiness.overdue(facts.case, facts.campaign, facts.on)
        if any(need.fact == "case.demands" for need in template.found):
            yield from readiness.unworded(facts.case, facts.campaign)
        yield from clearance.check_consent(facts.case, audiences, facts.campaign, facts.on)
        yield from disclosure.in_case(facts.case, facts.campaign, audiences)


def frame(template: Template, facts: LetterFacts, audiences: tuple[Audience, ...]) -> dict[str, Any]:
    """Return the properties of a letter apart from its words."""
    recipient = facts.recipient
    return {
        "letter_id": letter_id(template.name, recipient.id if recipient else None, facts.sender.id),
        "template": template.name,
        "recipient_id": recipient.id if recipient else None,
        "sender_id": facts.sender.id,
        "language": template.language,
        "audience": " ".join(audiences),
        "date": facts.on,
        "sheets": template.sheets,
        "document_title": template.title,
        "country": recipient.country if recipient else None,
        "sender_country": facts.signing()[0].country,
    }


def words_fit(facts: LetterFacts, language: str) -> bool:
    """Say whether the sender's own words are in a letter's language, or are wanted in any."""
    own = facts.sender.language or language
    return facts.campaign.settings.foreign_own_words or own.partition("-")[0] == language.partition("-")[0]


class PartRenderer:
    """Renders the parts of one letter and holds what they share.

    Each part can be requested alone; it does not depend on which others have been rendered before.
    """

    def __init__(
        self,
        template: Template,
        facts: LetterFacts,
        audiences: tuple[Audience, ...],
        case: View | None = None,
    ) -> None:
        """Look at the facts.

        Args:
            template: What is rendered.
            facts: Of the letter.
            audiences: Who will read it.
            case: The case as they may know it, if the caller has it already.
        """
        self.template = template
        self.facts = facts
        self.language = template.language
        self.audiences = audiences
        self.state = Rendering(template.language, facts.on, treaties=facts.campaign.treaties)
        self.sight = sight(template, facts, audiences)
        self._case = case

    @cached_property
    def values(self) -> Mapping[str, object]:
        """What templates see, by name.

        Raises:
            LettergenError: A member, a treaty or a form of address that the facts name does not exist.
        """
        facts, sight = self.facts, self.sight
        sender = facts.sender
        case = self._case or (sight.case(facts.case) if facts.case else View("case", {}, "--case"))
        return {
            STATE: self.state,
            "sender": sight.sender(sender, facts.case),
            "letter": View(
                "letter",
                {"date": facts.on, "place": Field(sender, "place"), "language": self.language},
                "senders.yaml",
            ),
            "case": case,
            "recipient": sight.recipient(facts.recipient, facts.case)
            if facts.recipient
            else View("recipient", {"role": "public", "is_many": False}, "--to"),
            "signatures": self.petition.view(),
            "earlier": sight.earlier(facts.earlier, facts.case),
        }

    @cached_property
    def petition(self) -> Petition:
        """Those who signed, as the letter's readers may see them."""
        facts = self.facts
        case_id = facts.case.id if facts.case else None
        return Petition(facts.campaign, case_id, self.audiences, self.language, facts.on)

    @property
    def _has_annex(self) -> bool:
        names = self.template.names
        return names == "annex" or (names == "below" and len(self.petition.named) > MOST_BELOW)

    def _own_words(self) -> object:
        if problems := list(disclosure.in_own_words(self.facts)):
            raise InputProblems(problems)
        if not words_fit(self.facts, self.language):
            return MissingFact("sender", "own_words", "senders.yaml")
        told = self.sight.told(self.facts.sender.own_words, self.facts.case)
        if not told:
            return MissingFact("sender", "own_words", "senders.yaml")
        return ForeignText.of(told, self.facts.sender.language or self.language, self.language)

    def letter(self) -> Letter:
        """Return the whole letter.

        Raises:
            LettergenError: Something that the facts name does not exist, or a part cannot be rendered.
            TemplateFault: A text of the letter cannot be parsed.
        """
        fields: dict[str, Any] = {}
        for render in TOGETHER.values():
            fields.update(render(self))
        fields.update((name, render(self)) for name, render in (*OF_FACTS.items(), *OF_TEMPLATE.items()))
        return Letter(**frame(self.template, self.facts, self.audiences), **fields)

    def words(self) -> tuple[str, tuple[EnclosedMessage, ...]]:
        """Return the body, rendered and not yet parsed, and the messages that are passed on below it."""
        text, *enclosed = ENCLOSED.split(self._rendered(self.template.body))
        return text, tuple(map(self._enclosed, enclosed))

    def body(self, text: str) -> tuple[Block, ...]:
        """Return the blocks of a rendered body."""
        goes_on = "opening" not in self.template.parts and grammar.goes_on_from_opening(self.language)
        return markdown.blocks(text, self.state.held, self.language, goes_on=goes_on)

    def letterhead(self) -> Letterhead | None:
        """Return the sender's head."""
        return parts.letterhead(self.facts, self.language) if self.template.headed else None

    def return_address(self) -> str:
        """Return the small line in the window."""
        is_shown = self.template.headed and self.facts.recipient
        return parts.return_address(self.facts, self.language) if is_shown else ""

    def mailing_notation(self) -> tuple[str, ...]:
        """Return the mailing notation: the chosen one, or else those of the channel and the template.

        A notation of the template that names another channel is dropped; URGENT and the like stay.
        """
        if wanted := self.facts.notation:
            return tuple(filter(None, [words.mailing_notation(wanted, self.language)]))
        own = self.lines("mailing_notation")
        of_channel = words.notation(self.facts.channel or "post", self.language)
        if not of_channel:
            return own
        others = tuple(line for line in own if not words.is_of_a_channel(line))
        # REGISTERED MAIL WITH ADVICE OF RECEIPT says it already.
        is_said = any(line.casefold().startswith(of_channel.casefold()) for line in others)
        return others if is_said else (of_channel, *others)

    def inside_address(self) -> tuple[str, ...]:
        """Return the lines of the address, with whom the letter is meant for where the template says so."""
        if not self.template.headed:
            return ()
        recipient, attention = self.facts.recipient, self.line("attention")
        return parts.inside_address(self.facts, recipient, attention, self.language) if recipient else ()

    def place_and_date(self) -> str:
        """Return the line that dates the letter."""
        place = self._given("place", lambda: self.facts.sender.place)
        return words.dateline(place, self.facts.on, self.language)

    @cached_property
    def opening(self) -> str:
        """The salutation."""
        return self._given("opening", lambda: parts.opening(self.facts.recipient, self.language, self.facts))

    def closing(self) -> str:
        """Return the complimentary close that goes with the opening."""
        return self._given(
            "closing", lambda: parts.closing(self.facts.recipient, self.opening, self.language, self.facts)
        )

    def signatures(self) -> tuple[SignatureBlock, ...]:
        """Return who signs by hand."""
        return tuple(parts.signatures(self.facts, self.language)) if self.template.signed else ()

    def signatories(self) -> tuple[tuple[str, str], ...]:
        """Return the signatories listed below an open letter or a petition."""
        own = parts.signatories(self.facts, self.language)
        signed = self.petition.rows() if self.template.names == "below" and not self._has_annex else ()
        return (*own, *signed)

    def annexes(self) -> tuple[EnclosedMessage, ...]:
        """Return the names of those who signed, where they do not stand below the letter."""
        return (self.petition.annex(),) if self._has_annex else ()

    def references(self) -> tuple[tuple[str, str], ...]:
        """Return the references with their labels."""
        captions = words.captions(self.language)
        rows = [
            (captions.our_reference, self.line("our_reference")),
            (captions.your_reference, self.line("your_reference")),
            (captions.your_letter_of, self.line("your_letter_of")),
        ]
        return tuple((label, value) for label, value in rows if value)

    def enclosures(self, messages: Sequence[EnclosedMessage]) -> enclosed_files.EnclosureList:
        """Return the list of enclosures, including messages passed on, and the files among them."""
        captions = words.captions(self.language)
        own = (message.title for message in messages if message.title)
        is_apart = self.template.names == "apart" and self.petition.named
        apart = [self.petition.words.annex] if is_apart else []
        lines, files = enclosed_files.listed(self._titles(), self.facts, self.language)
        named = enclosed_files.numbered((*lines, *own, *apart), files)
        return parts.labelled(named, captions.enclosure, captions.enclosures, self.language), files

    def _titles(self) -> Iterator[enclosed_files.EnclosureTitle]:
        """Yield the lines of the list of enclosures, each with the file that it is the title of."""
        for part in self.template.parts.get("enclosures", ()):
            found = [line for line in self._rendered(part).splitlines() if line.strip()]
            for line in [" ".join(found)] if part.enclosure and found else found:
                values = [self.state.held[int(number)] for number in re.findall(TOKEN, line)]
                papers = (("", part.enclosure),) if part.enclosure else documents_in(values)
                title = markdown.value_text(line, self.state.held, self.language)
                yield enclosed_files.EnclosureTitle(title, part.line, papers)

    def copies(self) -> tuple[str, ...]:
        """Return who else receives the letter."""
        captions = words.captions(self.language)
        return parts.labelled(self.lines("copies"), captions.copies, captions.copies, self.language)

    def _rendered(self, part: TemplatePart) -> str:
        """Render one passage; every fault becomes a problem at the template's line."""
        own = {"own_words": self._own_words()} if "own_words" in part.names else {}
        values = {**self.values, **own}
        try:
            text = "".join(self._counted(part.compiled.generate(values)))
        except InputProblems:
            raise
        except (TemplateFault, LettergenError, jinja2.TemplateError, *PYTHONS_OWN) as fault:
            line = line_of(fault.__traceback__, self.template.file) or part.line
            raise InputProblems([explained(self.template, line, fault, self.facts)]) from None
        return text.lstrip("\n")

    def _counted(self, pieces: Iterator[str]) -> Iterator[str]:
        for piece in pieces:
            self.state.budget.write(len(piece))
            yield piece

    def lines(self, key: str) -> tuple[str, ...]:
        """Return the lines of a part that the template sets."""
        rendered = (self._rendered(part) for part in self.template.parts.get(key, ()))
        lines = (line for text in rendered for line in text.splitlines() if line.strip())
        return tuple(markdown.value_text(line, self.state.held, self.language) for line in lines)

    def line(self, key: str) -> str:
        """Return a part that the template sets as one line without styles."""
        return markdown.value_text(self._text(key), self.state.held, self.language)

    def _given(self, key: str, otherwise: Callable[[], str | None]) -> str:
        """Return a line that the template sets, even if empty, or else the one from the facts."""
        return self.line(key) if key in self.template.parts else otherwise() or ""

    def inline(self, key: str) -> Inline:
        """Return a part that the template sets as one line."""
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
            markdown.blocks("\n".join(lines), self.state.held, self.language, as_given=True),
        )


def _of_body(renderer: PartRenderer) -> dict[str, object]:
    """Return what comes of the template's body: its words, and the messages below it."""
    text, passed_on = renderer.words()
    messages = (*passed_on, *renderer.annexes())
    lines, files = renderer.enclosures(messages)
    return {
        "body": renderer.body(text),
        "enclosed": messages,
        "enclosures": lines,
        "files": files,
    }


def _of_sender(renderer: PartRenderer) -> dict[str, object]:
    """Return all that a letter shows of its sender but the place."""
    return {
        "letterhead": renderer.letterhead(),
        "return_address": renderer.return_address(),
        "signatures": renderer.signatures(),
        "signatories": renderer.signatories(),
        "signatory_countries": parts.signatory_countries(renderer.facts),
    }


TOGETHER: Mapping[str, Callable[[PartRenderer], dict[str, object]]] = MappingProxyType(
    {"words": _of_body, "writer": _of_sender}
)
"""Parts that are rendered together. With `OF_FACTS` and `OF_TEMPLATE` they are all parts of a letter."""
OF_FACTS: Mapping[str, Callable[[PartRenderer], object]] = MappingProxyType(
    {
        "inside_address": PartRenderer.inside_address,
        "place_and_date": PartRenderer.place_and_date,
        "opening": lambda renderer: renderer.opening,
        "closing": PartRenderer.closing,
    }
)
"""Parts that the facts of sender and recipient make."""
OF_TEMPLATE: Mapping[str, Callable[[PartRenderer], object]] = MappingProxyType(
    {
        "mailing_notation": PartRenderer.mailing_notation,
        "references": PartRenderer.references,
        "title": lambda renderer: renderer.inline("letter_title"),
        "subject": lambda renderer: renderer.inline("subject"),
        "postscript": lambda renderer: renderer.inline("postscript"),
        "copies": PartRenderer.copies,
        "contacts": lambda renderer: renderer.lines("contacts"),
    }
)
"""Parts that the template words; most are the same in all letters."""
