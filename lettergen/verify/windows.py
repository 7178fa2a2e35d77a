"""The part of the sheet that an envelope's window shows: always, and in some positions."""

from dataclasses import dataclass
from itertools import pairwise

from lettergen.errors import Problem, UnknownName, did_you_mean
from lettergen.reference import envelopes
from lettergen.reference.stationery import Rectangle, Stationery
from lettergen.verify.findings import meet

__all__ = ["WindowOnSheet", "in_every_window", "windows"]

# Nobody reads what shows no more of a line than this.
_SLIVER_MM = 0.1
# On two sheets, different names for one envelope.
_SAME = {"c5-6": "c6-5"}


@dataclass(frozen=True, slots=True)
class WindowOnSheet:
    """One envelope's window as the sheet lies in it."""

    envelope: str
    always: Rectangle
    """What is seen wherever the sheet slides."""
    ever: Rectangle
    """What can be seen in some position of the sheet."""


def windows(stationery: Stationery, envelope: str | None = None) -> tuple[WindowOnSheet, ...]:
    """Return the windows of the envelopes that the stationery suits, or of one of them.

    Where no envelope is measured, the address field itself stands for the window.

    Raises:
        UnknownName: The stationery is not made for that envelope.
    """
    if not stationery.has_window:
        found: tuple[WindowOnSheet, ...] = ()
    elif stationery.safe_zones:
        found = tuple(_window(stationery, zone.envelope, zone.zone) for zone in stationery.safe_zones)
    else:
        found = (WindowOnSheet("", stationery.address_field, stationery.address_field),)
    if envelope is None:
        return found
    chosen = tuple(one for one in found if one.envelope and _plain(one.envelope) == _plain(envelope))
    if not chosen:
        known = [one.envelope for one in found if one.envelope]
        listed = f"choose from {', '.join(f'`{name}`' for name in known)}." if known else "leave it out."
        raise UnknownName(
            [
                Problem(
                    "unknown-envelope",
                    f"{stationery.title} has no known window for the envelope `{envelope}`.",
                    did_you_mean(envelope, known, listed),
                )
            ]
        )
    return chosen


def in_every_window(stationery: Stationery) -> tuple[Rectangle, ...]:
    """Return what the windows of all envelopes always show; empty where the sheet has none."""
    found = windows(stationery)
    shared: Rectangle | None = found[0].always if found else None
    for window in found[1:]:
        shared = meet(shared, window.always) if shared else None
    return (shared,) if shared else ()


def _window(stationery: Stationery, envelope: str, always: Rectangle) -> WindowOnSheet:
    """Add the play of the folded sheet to what is always seen: it lies open on one side or the other."""
    across, down = _play(stationery, envelope)
    ever = Rectangle(
        left=always.left - across,
        top=always.top - down,
        width=always.width + 2 * across,
        height=always.height + 2 * down - _SLIVER_MM,
    )
    return WindowOnSheet(envelope, always, ever)


def _play(stationery: Stationery, envelope: str) -> tuple[float, float]:
    """Return how far the folded sheet slides across and down; nothing where the envelope is not known."""
    key = _plain(envelope)
    if key not in envelopes.keys():  # noqa: SIM118 - a function that returns a tuple
        return 0.0, 0.0
    made = envelopes.envelope(key)
    return (
        max(0.0, made.width - stationery.sheet_width),
        max(0.0, made.height - _packet(stationery, made)),
    )


def _packet(stationery: Stationery, made: envelopes.Envelope) -> float:
    """Return how high the folded sheet is: its highest panel, or halved or whole if it goes in so."""
    folds = (0.0, *stationery.fold_marks, stationery.sheet_height)
    panel = max(below - above for above, below in pairwise(folds))
    ways = (panel, stationery.sheet_height / 2, stationery.sheet_height)
    # Nobody folds a sheet more often than the envelope asks for.
    return max((way for way in ways if way <= made.height), default=made.height)


def _plain(name: str) -> str:
    key = name.casefold().replace("ō", "o").replace(" ", "-").replace("/", "-").replace("#", "us-")
    return _SAME.get(key, key)
