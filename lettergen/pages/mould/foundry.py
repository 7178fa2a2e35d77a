"""Casts letters that differ in their personal lines alone from one mould; sets every other in full."""

from collections import Counter, OrderedDict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from zlib import DEFLATED, compressobj

from lettergen.errors import Problem, RenderError
from lettergen.letters.letter import Letter
from lettergen.pages.fit import Setting
from lettergen.pages.geometry import return_line
from lettergen.pages.ladder import address_setting
from lettergen.pages.mould import innards, proof
from lettergen.pages.mould.compositor import EVERYDAY, Case, SetLine
from lettergen.pages.mould.forme import Forme, forme
from lettergen.pages.mould.frame import Frame, frame
from lettergen.pages.mould.personal import Lines, constants, lines_of, names_of, with_lines
from lettergen.pages.pdf import Laid, Typeset, Typesetter
from lettergen.reference.stationery import Stationery

__all__ = ["Cast", "Foundry", "Mould"]

_STAND_IN = "nn"
"""Words of a mould where its letters have their own: in every text face, and on one line."""
_MOST_BYTES = 48_000_000
_MOST_KNOWN = 4_096


@dataclass(frozen=True, slots=True)
class Mould:
    """A letter typeset once, with gaps for the personal lines."""

    forme: Forme
    frame: Frame
    frozen: frozenset[int]
    setting: Setting
    pages: int

    def streams(self, lines: list[SetLine | None]) -> list[bytes]:
        """Return the personal streams of a letter, not packed."""
        places = self.frame.places
        return [
            b"".join(
                [
                    piece if isinstance(piece, bytes) else places[piece].set(lines[piece])  # type: ignore[arg-type]
                    for piece in run.pieces
                ]
            )
            for run in self.forme.runs
        ]


@dataclass(frozen=True, slots=True)
class Cast:
    """What is one letter's own of a file; of use in the process that made it, and left behind there."""

    mould: Mould
    streams: tuple[bytes, ...]

    def __reduce__(self) -> tuple[Any, ...]:
        """Become None in another process."""
        return (_none, ())


def _none() -> None:
    return None


@dataclass(slots=True)
class _Family:
    """What letters have in common that differ in nothing but personal lines."""

    number: int
    frame: Frame
    always: frozenset[int]
    """Texts that are never a gap."""


@dataclass(slots=True)
class Foundry:
    """Casts letters; keep one for a process.

    A letter's bytes follow from the letter, its sheet, the alphabet and the
    versions of the libraries, whatever was cast before it.
    """

    typesetter: Typesetter
    alphabet: frozenset[str] = frozenset()
    """All characters that may stand in personal lines; a line with another is typeset in full. Default:
    `EVERYDAY`."""
    counts: Counter[str] = field(default_factory=Counter)
    """`cast`: letters out of a mould; `mould`: moulds made, a full typesetting each; `full:noted`: letters
    typeset in full as something is to be said about them, or as no mould can hold them; `full:own`: as they
    have paragraphs that no other letter has; `full:off`: all, as there are no moulds."""
    notice: Problem | None = None
    """Why there are no moulds, if there are none; told with the first letter after."""
    _families: dict[Any, _Family | None] = field(default_factory=dict)
    _moulds: OrderedDict[Any, Mould | None] = field(default_factory=OrderedDict)
    _cases: dict[Any, Case | None] = field(default_factory=dict)
    _constants: dict[tuple[int, ...], tuple[Any, int]] = field(default_factory=dict)
    _tokens: dict[Any, int] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)
    _proved: set[Any] = field(default_factory=set)
    _held: int = 0
    _is_told: bool = False

    def typeset(self, letter: Letter, stationery: Stationery, own: Collection[int] = ()) -> Typeset:
        """Return ``letter`` as `Typesetter.typeset` does, out of a mould where it fits one.

        Args:
            letter: The letter.
            stationery: Its sheet.
            own: Which blocks of its body few others have, as the sender has written them (`own_blocks`).

        Raises:
            RenderError: A character, a picture or room is missing.
        """
        if self.notice is None and own:
            self.counts["full:own"] += 1
        elif self.notice is None:
            try:
                found = self._cast(letter, stationery)
            except innards.MOVED as fault:
                self._put_away(fault)
            else:
                if found is not None:
                    return found
        else:
            self.counts["full:off"] += 1
        made = self.typesetter.typeset(letter, stationery)
        if self.notice and not self._is_told:
            self._is_told = True
            made = replace(made, notes=(*made.notes, self.notice))
        return made

    def _cast(self, letter: Letter, stationery: Stationery) -> Typeset | None:
        """Return a letter out of its mould; None for one that has to be typeset in full."""
        lines = lines_of(letter, stationery)
        order = _Order(letter, stationery, lines, self._key(letter, stationery, lines))
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
        stored = tuple(map(_pack, streams))
        self.counts["cast"] += 1
        return Typeset(mould.forme.letter(stored), mould.pages, mould.setting, (), Cast(mould, stored))

    def _fitting(self, order: "_Order", family: _Family) -> tuple[Mould, list[SetLine | None]] | None:
        """Return the mould that a letter fits, and its lines."""
        texts = order.lines.texts
        set_lines, refused = family.frame.set(texts)
        mould = self._mould(order, family, refused)
        if mould is None:
            return None
        if mould.frame is family.frame:
            return mould, set_lines
        set_lines, more = mould.frame.set(texts)
        if more:
            # It has further pages, with heads that are too long.
            mould = self._mould(order, family, refused | more)
            if mould is None:
                return None
            set_lines, more = mould.frame.set(texts)
        return None if more else (mould, set_lines)

    def _is_proved(self, order: "_Order", family: _Family, mould: Mould, streams: list[bytes]) -> bool:
        """Say whether a mould holds; the first letter of a kind is held against its full typesetting."""
        kind = (order.stationery.key, order.lines.shape, mould.pages, mould.frozen)
        if kind in self._proved:
            return True
        try:
            self._prove(order, mould, streams)
        except innards.MOVED:
            if mould.frozen == family.always:
                raise
            # Lines of any kind stand in it; this is one too hard for a mould.
            self._moulds[family.number, _frozen(order.lines.texts, mould.frozen)] = None
            return False
        self._proved.add(kind)
        return True

    def _key(self, letter: Letter, stationery: Stationery, lines: Lines) -> Any:
        """Return what two letters must have in common to be cast from one mould."""
        parts = constants(letter)
        identity = (id(stationery), *map(id, parts))
        known = self._constants.get(identity)
        if known is None:
            if len(self._constants) >= _MOST_KNOWN:
                self._constants.clear()
            if len(self._tokens) >= _MOST_KNOWN:
                self._forget()
            # No number is given twice, not even after `_forget`.
            token = self._tokens.setdefault((stationery.key, parts), next(self._numbers))
            # The parts are kept, so that no others get their identity.
            known = self._constants[identity] = ((stationery, parts), token)
        return known[1], lines.shape, _measured(letter, stationery)

    def _family(self, order: "_Order") -> _Family | None:
        """Typeset the stand-in of a family, which is the same whoever of it comes first."""
        always = _always(order.letter, names_of(order.letter))
        mould = self._made(order, always)
        if mould is None:
            return None
        never = {place.text for place in mould.frame.places if place.case is None}
        family = _Family(next(self._numbers), mould.frame, always | never)
        if family.always == always:
            self._keep((family.number, _frozen(order.lines.texts, always)), mould)
        return family

    def _mould(self, order: "_Order", family: _Family, refused: frozenset[int]) -> Mould | None:
        frozen = family.always | refused
        key = (family.number, _frozen(order.lines.texts, frozen))
        if key not in self._moulds:
            self._keep(key, self._other(order, frozen))
        self._moulds.move_to_end(key)
        return self._moulds[key]

    def _other(self, order: "_Order", frozen: frozenset[int]) -> Mould | None:
        """Return a mould with lines that are anything but plain; None if no mould can hold them."""
        try:
            return self._made(order, frozen)
        except innards.MOVED:
            return None

    def _keep(self, key: Any, mould: Mould | None) -> None:
        self._moulds[key] = mould
        self._held += _weight(mould)
        while self._held > _MOST_BYTES and len(self._moulds) > 1:
            self._held -= _weight(self._moulds.popitem(last=False)[1])

    def _forget(self) -> None:
        for kept in (self._families, self._moulds, self._constants, self._tokens, self._proved):
            kept.clear()
        self._held = 0

    def _made(self, order: "_Order", frozen: frozenset[int]) -> Mould | None:
        """Return the mould in which ``frozen`` lines are the letter's and all others stand open."""
        letter, texts = order.letter, order.lines.texts
        words = [text if not text or at in frozen else _STAND_IN for at, text in enumerate(texts)]
        places = [at for at, (name, _) in enumerate(names_of(letter)) if name == "inside-address"]
        address = tuple(words[at] for at in places)
        stand_in = replace(with_lines(letter, words), recipient_id=None, letter_id="mould")
        try:
            laid = self.typesetter.lay_out(stand_in, order.stationery, like=letter, address=address)
            if laid.notes:
                return None
            self.counts["mould"] += 1
            return self._finished(order, laid, words, frozen)
        except RenderError:
            return None

    def _finished(self, order: "_Order", laid: Laid, words: list[str], frozen: frozenset[int]) -> Mould:
        document = laid.sheets.document
        names = names_of(order.letter)
        head = names.index(("inside-address", 0)) if order.letter.inside_address else None
        found = innards.found_lines(document)
        places = frame(found, words, names, order.stationery, self._case, head, frozen)
        cases: dict[Any, list[Case]] = {}
        for case in dict.fromkeys(place.case for place in places.places):
            if case:
                cases.setdefault(case.type.key, []).append(case)
        for key, sorts in cases.items():
            document.fonts[key] = _stocked(sorts)
        objects, root, info = self._parts(laid)
        made = forme(objects, root, info, places.places)
        return Mould(made, places, frozen, laid.setting, laid.sheets.count)

    def _parts(self, laid: Laid) -> tuple[list[innards.PdfObject], int, int]:
        """Return the objects of a letter's file, and the numbers of its catalogue and information."""
        taken: list[tuple[list[innards.PdfObject], int, int]] = []

        def take(pdf: Any) -> None:
            taken.append(innards.pdf_parts(pdf))
            innards.leave_unwritten(pdf)

        self.typesetter.press.write(laid.sheets, laid.name, take)
        return taken[0]

    def _case(self, style: Any) -> Case | None:
        key = innards.type_key(style)
        if key not in self._cases:
            type_ = innards.Type(style) if key is not None else None
            is_plain = type_ is not None and type_.has_plain_outlines
            self._cases[key] = Case(type_, self.alphabet or EVERYDAY) if type_ and is_plain else None
        return self._cases[key]

    def _prove(self, order: "_Order", mould: Mould, streams: list[bytes]) -> None:
        """Hold the first letter of a kind against its own full typesetting."""
        laid = self.typesetter.lay_out(order.letter, order.stationery)
        objects, _, _ = self._parts(laid)
        if laid.notes or laid.setting != mould.setting or laid.sheets.count != mould.pages:
            raise ValueError("the mould is set otherwise")
        proof.compare(objects, mould.forme, streams)

    def _put_away(self, fault: BaseException) -> None:
        self.notice = Problem(
            "mould-off",
            "letters are typeset one by one, which takes longer: this WeasyPrint is not the one that "
            f"moulds are made for ({type(fault).__name__}).",
            "install the WeasyPrint that lettergen asks for; the letters look the same either way.",
            severity="warning",
        )
        self.counts["full:off"] += 1
        self._forget()


@dataclass(frozen=True, slots=True)
class _Order:
    """A letter on its way through the foundry."""

    letter: Letter
    stationery: Stationery
    lines: Lines
    key: Any


def _always(letter: Letter, names: tuple[tuple[str, int], ...]) -> frozenset[int]:
    """Return the lines that are also the words for a picture."""
    found, at = set(), names.index(("signature", 0)) if ("signature", 0) in names else 0
    for block in letter.signatures:
        if block.picture and block.lines:
            found.add(at)
        at += len(block.lines)
    return frozenset(found)


def _measured(letter: Letter, stationery: Stationery) -> tuple[Any, ...]:
    """Return all that a letter's address and return address change of its style sheet (`sheet_css`)."""
    if not letter.inside_address:
        return ()
    address = address_setting(letter, stationery)
    return (
        *(
            address.size_pt,
            address.leading,
            address.top_mm,
            address.width_mm,
            address.lines,
            address.in_sight,
        ),
        *return_line(letter, stationery),
    )


def _weight(mould: Mould | None) -> int:
    """Return about how many bytes a mould holds."""
    return 3 * len(mould.forme.prefix) if mould else 1_000


def _frozen(texts: tuple[str, ...], frozen: frozenset[int]) -> tuple[tuple[int, str], ...]:
    return tuple((at, texts[at]) for at in sorted(frozen)) if frozen else ()


def _stocked(cases: list[Case]) -> Any:
    """Return WeasyPrint's font with all sorts that its cases hold."""
    font = cases[0].type.pdf_font()
    for case in cases:
        if not case.agrees_with(font.to_unicode, font.widths):
            raise ValueError("a sign has two meanings")
        font.to_unicode.update(case.words)
        font.widths.update(case.widths)
    return font


def _pack(stream: bytes) -> bytes:
    # A small window and level 4 take half the time of the defaults, for a twentieth more bytes.
    packer = compressobj(4, DEFLATED, 13, 7)
    return packer.compress(stream) + packer.flush()
