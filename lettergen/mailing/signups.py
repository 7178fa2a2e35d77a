"""Who has signed up twice: the same person under two ids, found before anything is made."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from lettergen.facts.model import Sender

__all__ = ["twice"]


def twice(senders: Iterable[Sender]) -> Mapping[str, str]:
    """Return the ids of those who stand there before, each with the id of the first.

    The same name with the same e-mail address or the same postal address is the
    same person; the name alone is not, for many people share one.
    """
    everybody = list(senders)
    names = list(map(_name, everybody))
    shared = {name for name, count in Counter(names).items() if name and count > 1}
    first: dict[tuple[str, ...], str] = {}
    again: dict[str, str] = {}
    for sender, name in zip(everybody, names, strict=True) if shared else ():
        if name not in shared:
            continue
        marks = tuple(_marks(sender, name))
        known = next((first[mark] for mark in marks if mark in first), None)
        if known is not None and known != sender.id:
            again[sender.id] = known
        for mark in marks:
            first.setdefault(mark, known or sender.id)
    return again


def _name(sender: Sender) -> str:
    return _folded(sender.name.as_written() if sender.name else sender.organisation or "")


def _marks(sender: Sender, name: str) -> Iterator[tuple[str, ...]]:
    if sender.email:
        yield ("email", name, _folded(sender.email))
    if sender.address:
        yield ("address", name, *map(_folded, sender.address))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
