"""Who did not agree, or wishes to stay anonymous: left out of letters, and counted."""

from collections.abc import Iterable, Iterator, Mapping

from lettergen.errors import Place, Problem
from lettergen.facts.model import Sender
from lettergen.facts.nodes import Node, Spot

__all__ = ["members_without_consent", "without_consent"]


def without_consent(senders: Iterable[Sender], spots: Mapping[str, Spot]) -> Iterator[Problem]:
    """Yield for each file how many of its people write no letter, or are not named under one."""
    asked = [one for one in senders if one.consent is False or one.anonymous or one.signatories]
    for what, people in (
        ("did not agree", lambda one: one.consent is False),
        ("wish to stay anonymous", lambda one: one.consent is not False and one.anonymous),
    ):
        by_file: dict[str, list[Spot]] = {}
        for sender in asked:
            if people(sender):
                by_file.setdefault(spots[sender.id][0], []).append(spots[sender.id])
            count = sum(map(people, sender.signatories))
            if count:
                yield _left_out(f"{count} of {len(sender.signatories)} signatories {what}", spots[sender.id])
        for file, found in by_file.items():
            total = sum(spot[0] == file for spot in spots.values())
            yield _left_out(f"{len(found)} of {total} senders {what}", found[0])


def _left_out(who: str, spot: Spot) -> Problem:
    fix = "delete their entries if you need not keep them"
    return Problem("without-consent", f"{who}: they are left out.", fix, Place(*spot), "warning")


def members_without_consent(name: str, node: Node, senders: Mapping[str, Sender]) -> list[Problem]:
    """Return a problem for each member of a joint sender who may not be named."""
    return [
        node.problem(
            "sender-without-consent",
            f"sender `{name}` has the member `{member}`, who did not agree or wishes to stay anonymous.",
            "remove the member",
            key="members",
        )
        for member in senders[name].members
        if member in senders and not senders[member].may_be_named
    ]
