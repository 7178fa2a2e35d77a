"""A letter's channel: the recipient's first that works, or the one asked for."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import get_args

from lettergen.errors import Problem, UnknownName, did_you_mean
from lettergen.facts.fields import Channel
from lettergen.facts.model import Recipient

__all__ = ["MEDIA", "channel_for", "default_formats", "medium_of", "refuse_unknown_channels"]

MEDIA = ("post", "fax", "email")
"""The folders of a mailing, in the order of its manifest: paper, fax pages, messages."""
BY_WIRE: Mapping[str, str] = MappingProxyType({"fax": "fax", "email": "email"})
NEEDS: Mapping[str, tuple[str, Callable[[Recipient], object]]] = MappingProxyType(
    {
        "post": ("address", lambda one: one.address),
        "registered": ("address", lambda one: one.address),
        "courier": ("address", lambda one: one.address),
        "hand": ("address", lambda one: one.address),
        "fax": ("fax", lambda one: one.fax),
        "email": ("email", lambda one: one.email),
    }
)
"""What each channel needs from a recipient."""
OWN_FORMAT: Mapping[str, str] = MappingProxyType({"post": "pdf", "fax": "tif", "email": "eml"})


def medium_of(channel: str) -> str:
    """Return the folder in which letters of a channel lie."""
    return BY_WIRE.get(channel, "post")


def default_formats(medium: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the default format of a channel."""
    own = OWN_FORMAT[medium]
    return (own if own in known else "pdf",)


def channel_for(recipient: Recipient | None, asked: Sequence[str] = ()) -> tuple[str, str]:
    """Return the channel, or an empty one and the reason.

    Args:
        recipient: Who is written to; a letter to nobody in particular is paper.
        asked: Channels to try instead of the recipient's own, in this order.
    """
    if recipient is None:
        return (asked[0] if asked else "post"), ""
    tried = tuple(asked) or recipient.channels
    found = next((one for one in tried if NEEDS[one][1](recipient)), None)
    if found:
        return found, ""
    lacking = " and no ".join(dict.fromkeys(f"`{NEEDS[one][0]}`" for one in tried))
    return "", f"the recipient has no {lacking} for {' or '.join(tried)}"


def refuse_unknown_channels(names: Sequence[str]) -> None:
    """Check that every requested channel exists.

    Raises:
        UnknownName: One does not.
    """
    known = get_args(Channel)
    otherwise = f"choose from {', '.join(f'`{one}`' for one in known)}."
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UnknownName(
            Problem("no-such-channel", f"there is no channel `{name}`.", did_you_mean(name, known, otherwise))
            for name in unknown
        )
