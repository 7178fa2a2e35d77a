"""Typesets letters from moulds where they differ only in personal lines, and all others in full."""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from itertools import count
from typing import Any

from lettergen.errors import Problem, RenderError
from lettergen.letters.letter import Letter
from lettergen.pages.html import ends_brief
from lettergen.pages.layout.text_setting import Setting
from lettergen.pages.pdf.private_parts import PrivatePartMoved
from lettergen.pages.pdf.typesetter import TypesetLetter, Typesetter
from lettergen.pages.vdp.glyph_setter import SetLine
from lettergen.pages.vdp.mould_builder import Mould, MouldBuilder
from lettergen.pages.vdp.own_words_fit import OwnWordsFit, hollow, own_texts
from lettergen.pages.vdp.paragraph_lines import SetParagraphs, TooHardError
from lettergen.pages.vdp.render_job import RenderJob, SheetRenderJob
from lettergen.pages.vdp.slots import DoesNotHoldError, Slots
from lettergen.pages.vdp.variable_fields import constants
from lettergen.reference import language as words
from lettergen.reference.stationery import Stationery

__all__ = ["BatchTypesetter"]

_MOULD_OFF = Problem(
    "mould-off",
    "slower: letters are typeset in full, one by one, as the installed WeasyPrint draws pages in another way "
    "than moulds are made for.",
    "install the WeasyPrint version that lettergen requires; the letters look the same either way.",
    severity="warning",
)
_MOST_BYTES = 24_000_000
_MOST_KNOWN = 4_096
_MOST_REFUSALS = 3
"""So often lines of a letter with own paragraphs are made part of the mould, before it is typeset in full."""


@dataclass(slots=True)
class _LetterFamily:
    """What letters have in common that differ in nothing but personal lines."""

    number: int
    slots: Slots
    always: frozenset[int]
    """Texts that are never a gap."""


@dataclass(slots=True)
class BatchTypesetter:
    """Casts letters; keep one for a process.

    A letter's bytes follow from the letter, its sheet and the versions of the
    libraries, whatever was cast before it.
    """

    typesetter: Typesetter
    counts: Counter[str] = field(default_factory=Counter)
    """`cast`: letters out of a mould; `mould`: moulds made, a full typesetting each; `full:noted`: letters
    typeset in full as something is to be said about them, or as no mould can hold them; `full:own`: as
    no mould can hold them with their own paragraphs; `full:off`: all, as there are no moulds."""
    is_off: bool = False
    """There are no moulds; why, the engine's notices tell."""
    _mould_builder: MouldBuilder = field(init=False)
    _own_words_fit: OwnWordsFit = field(init=False)
    _families: dict[Any, _LetterFamily | None] = field(default_factory=dict)
    _moulds: OrderedDict[Any, Mould | None] = field(default_factory=OrderedDict)
    _noted: dict[Any, Slots] = field(default_factory=dict)
    """Where the lines stand of letters with own paragraphs that are typeset in full, as something is to be
    said about them."""
    _constants: dict[tuple[Any, ...], tuple[Any, int]] = field(default_factory=dict)
    _tokens: dict[Any, int] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)
    _proved: set[Any] = field(default_factory=set)
    _held: int = 0

    def __post_init__(self) -> None:
        """Begin without moulds."""
        self._mould_builder = MouldBuilder(self.typesetter, self.counts)
        self._own_words_fit = OwnWordsFit(self._mould_builder)

    def __getstate__(self) -> dict[str, Any]:
        """Travel to another process (`lettergen.pages.vdp.shared_moulds`) with all that holds there, too."""
        state = {one.name: getattr(self, one.name) for one in fields(self)}
        # By the places of things in this process's memory.
        state["_constants"] = {}
        state["_numbers"] = next(self._numbers)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Arrive there."""
        state["_numbers"] = count(state["_numbers"])
        for name, value in state.items():
            setattr(self, name, value)

    def typeset(self, letter: Letter, stationery: Stationery, own: Sequence[int] = ()) -> TypesetLetter:
        """Return ``letter`` as `Typesetter.typeset` does, out of a mould where it fits one.

        Args:
            letter: The letter.
            stationery: Its sheet.
            own: Which blocks of its body few others have, as the sender has written them (`own_blocks`).

        Raises:
            RenderError: A character, a picture or room is missing.
        """
        return self.set(SheetRenderJob(self.typesetter, letter, stationery, tuple(own)))

    def set(self, order: RenderJob) -> TypesetLetter:
        """Return what was ordered, out of a mould where it fits one.

        Raises:
            RenderError: A character, a picture or room is missing.
        """
        setting = None
        if words.direction(order.letter.language) == "rtl":
            # A bracket is drawn by the glyph of its other half: which of the two a glyph stands for in a file
            # is not the same in a mould.
            self.counts["full:noted"] += 1
        elif not self.is_off:
            try:
                found = self._cast_own(order) if order.own else self._cast(order)
            except (PrivatePartMoved, DoesNotHoldError) as fault:
                self._put_away(fault)
            else:
                if isinstance(found, TypesetLetter):
                    return found
                setting = found
        else:
            self.counts["full:off"] += 1
        return order.typeset(setting)

    def _cast(self, order: RenderJob) -> TypesetLetter | None:
        """Return a letter out of its mould; None for one that has to be typeset in full."""
        order.key = self._key(order)
        if order.key not in self._families:
            self._families[order.key] = self._family(order)
        family = self._families[order.key]
        found = self._fitting(order, family) if family else None
        if family is None or found is None:
            self.counts["full:noted"] += 1
            return None
        mould, set_lines = found
        streams = mould.streams(set_lines)
        if not self._is_proved(order, family, mould, streams):
            self.counts["full:noted"] += 1
            return None
        made = self._mould_builder.finished(mould, set_lines, streams)
        if made is None:
            self.counts["full:noted"] += 1
        return made

    def _cast_own(self, order: RenderJob) -> TypesetLetter | Setting | None:
        """Return a letter out of the mould of all whose own paragraphs have as many lines.

        For one that has to be typeset in full, return its setting, if that could be found.
        """
        texts = own_texts(order.letter, order.own)
        found = None
        if texts is not None:
            order.key = (*self._key_of_own(order), order.lines.shape, order.measured)
            with suppress(TooHardError, RenderError):
                found = self._poured(order, texts)
        if found is None:
            # Its sender may write the same to others.
            return self._cast(order)
        if not isinstance(found, TypesetLetter):
            self.counts["full:own"] += 1
        return found

    def _poured(self, order: RenderJob, texts: Sequence[str]) -> TypesetLetter | Setting | None:
        frozen = always = order.always
        for _ in range(_MOST_REFUSALS):
            made_up = self._own_words_fit.made_up(order, texts, frozen)
            mould = self._mould_of_own(order, made_up, frozen, always)
            if mould is None:
                break
            places = mould.slots if isinstance(mould, Mould) else mould
            set_lines, refused = places.set(order.lines.texts)
            if not refused and isinstance(mould, Mould):
                lines = (*set_lines, *made_up.stretches)
                streams = mould.streams(lines)
                is_proved = self._is_proved_of_own(order, mould, streams, always)
                return self._mould_builder.finished(mould, lines, streams) if is_proved else None
            if not refused:
                return made_up.setting
            frozen |= refused
        return None

    def _mould_of_own(
        self, order: RenderJob, made_up: SetParagraphs, frozen: frozenset[int], always: frozenset[int]
    ) -> Mould | Slots | None:
        key = (order.key, made_up.setting, made_up.structure, _frozen(order.lines.texts, frozen))
        if key in self._noted:
            return self._noted[key]
        if key not in self._moulds:
            try:
                mould = self._mould_builder.made_for_own(order, frozen, made_up)
            except DoesNotHoldError:
                if frozen == always:
                    raise
                mould = None
            if isinstance(mould, Slots):
                if len(self._noted) >= _MOST_KNOWN:
                    self._noted.clear()
                self._noted[key] = mould
                return mould
            self._keep(key, mould)
        self._moulds.move_to_end(key)
        return self._moulds[key]

    def _is_proved_of_own(
        self, order: RenderJob, mould: Mould, streams: list[bytes], always: frozenset[int]
    ) -> bool:
        kind = (order.page_key, order.lines.shape, mould.pages, mould.frozen, len(order.own))
        if kind in self._proved:
            return True
        # Its setting was reckoned; one for each number of paragraphs is found by laying out, too.
        fitted = ("fitted", order.page_key, len(order.own))
        try:
            self._mould_builder.prove(order, mould, streams, is_fitted=fitted not in self._proved)
        except DoesNotHoldError:
            if mould.frozen == always:
                raise
            return False
        self._proved |= {kind, fitted}
        return True

    def _key_of_own(self, order: RenderJob) -> Any:
        """Return what two letters must have in common beside the words of their own paragraphs."""
        if len(self._tokens) >= _MOST_KNOWN:
            self._forget()
        parts = constants(hollow(order.letter, order.own))
        token = self._tokens.setdefault((order.page_key, parts), next(self._numbers))
        return token, order.own, ends_brief(order.letter.body)

    def _fitting(self, order: RenderJob, family: _LetterFamily) -> tuple[Mould, list[SetLine | None]] | None:
        """Return the mould that a letter fits, and its lines."""
        texts = order.lines.texts
        set_lines, refused = family.slots.set(texts)
        mould = self._mould(order, family, refused)
        if mould is None:
            return None
        if mould.slots is family.slots:
            return mould, set_lines
        set_lines, more = mould.slots.set(texts)
        if more:
            # It has further pages, with heads that are too long.
            mould = self._mould(order, family, refused | more)
            if mould is None:
                return None
            set_lines, more = mould.slots.set(texts)
        return None if more else (mould, set_lines)

    def _is_proved(self, order: RenderJob, family: _LetterFamily, mould: Mould, streams: list[bytes]) -> bool:
        """Say whether a mould holds; the first letter of a kind is held against its full typesetting."""
        kind = (order.page_key, order.lines.shape, mould.pages, mould.frozen)
        if kind in self._proved:
            return True
        try:
            self._mould_builder.prove(order, mould, streams, is_fitted=False)
        except DoesNotHoldError:
            if mould.frozen == family.always:
                raise
            # Lines of any kind stand in it; this is one too hard for a mould.
            self._moulds[family.number, _frozen(order.lines.texts, mould.frozen)] = None
            return False
        self._proved.add(kind)
        return True

    def _key(self, order: RenderJob) -> Any:
        """Return what two letters must have in common to be cast from one mould."""
        parts = constants(order.letter)
        identity = (id(order.page), order.page_key, *map(id, parts))
        known = self._constants.get(identity)
        if known is None:
            if len(self._constants) >= _MOST_KNOWN:
                self._constants.clear()
            if len(self._tokens) >= _MOST_KNOWN:
                self._forget()
            # No number is given twice, not even after `_forget`.
            token = self._tokens.setdefault((order.page_key, parts), next(self._numbers))
            # The parts are kept, so that no others get their identity.
            known = self._constants[identity] = ((order.page, parts), token)
        return known[1], order.lines.shape, order.measured

    def _family(self, order: RenderJob) -> _LetterFamily | None:
        """Typeset the stand-in of a family, which is the same whoever of it comes first."""
        always = order.always
        mould = self._mould_builder.made(order, always)
        if mould is None:
            return None
        never = {place.text for place in mould.slots.places if place.case is None}
        family = _LetterFamily(next(self._numbers), mould.slots, always | never)
        if family.always == always:
            self._keep((family.number, _frozen(order.lines.texts, always)), mould)
        return family

    def _mould(self, order: RenderJob, family: _LetterFamily, refused: frozenset[int]) -> Mould | None:
        frozen = family.always | refused
        key = (family.number, _frozen(order.lines.texts, frozen))
        if key not in self._moulds:
            self._keep(key, self._other(order, frozen))
        self._moulds.move_to_end(key)
        return self._moulds[key]

    def _other(self, order: RenderJob, frozen: frozenset[int]) -> Mould | None:
        """Return a mould with lines that are anything but plain; None if no mould can hold them."""
        try:
            return self._mould_builder.made(order, frozen)
        except DoesNotHoldError:
            return None

    def _keep(self, key: Any, mould: Mould | None) -> None:
        self._moulds[key] = mould
        self._held += _weight(mould)
        while self._held > _MOST_BYTES and len(self._moulds) > 1:
            self._held -= _weight(self._moulds.popitem(last=False)[1])

    def _forget(self) -> None:
        known = (self._families, self._moulds, self._noted, self._constants, self._tokens, self._proved)
        for kept in known:
            kept.clear()
        self._held = 0

    def _put_away(self, fault: PrivatePartMoved | DoesNotHoldError) -> None:
        notices = self.typesetter.engine.notices
        if isinstance(fault, PrivatePartMoved):
            notices.tell(fault, "letters are typeset in full, one by one, and look the same")
        else:
            notices.add(_MOULD_OFF)
        self.is_off = True
        self.counts["full:off"] += 1
        self._forget()


def _weight(mould: Mould | None) -> int:
    """Return about how many bytes a mould holds."""
    return 3 * sum(len(thing.whole) for thing in mould.template_file.things.values()) if mould else 1_000


def _frozen(texts: tuple[str, ...], frozen: frozenset[int]) -> tuple[tuple[int, str], ...]:
    return tuple((at, texts[at]) for at in sorted(frozen)) if frozen else ()
