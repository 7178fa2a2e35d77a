"""Programs that export tables, known by headings that they alone write."""

from collections.abc import Iterable

from lettergen.facts.headings import folded

__all__ = ["CONTACT_LISTS", "program_of"]

_PROGRAMS: tuple[tuple[str, tuple[frozenset[str], ...]], ...] = (
    ("Google Contacts", (frozenset({"e mail 1 value"}), frozenset({"phone 1 value"}))),
    ("Microsoft Forms", tuple(frozenset(pair) for pair in (
        ("start time", "completion time"), ("startzeit", "fertigstellungszeit"),
        ("heure de début", "heure de fin"),
        ("hora de inicio", "hora de finalización"), ("시작 시간", "완료 시간"),
    ))),
    ("Google Forms", tuple(frozenset({word}) for word in (
        "timestamp", "zeitstempel", "horodateur", "marca temporal", "타임스탬프",
    ))),
    ("Action Network", tuple(frozenset({f"can2 {word}"}) for word in (
        "user tags", "phone", "subscription status",
    ))),
    ("Outlook", tuple(frozenset(pair) for pair in (
        ("e mail address", "business street"), ("e mail address", "home street"),
        ("e mail adresse", "strasse geschäftlich"),
        ("adresse de messagerie", "rue bureau"), ("dirección de correo electrónico", "calle del trabajo"),
        ("dirección de correo electrónico", "calle del domicilio"), ("adresse de messagerie", "rue domicile"),
        ("e mail adresse", "strasse privat"), ("전자 메일 주소", "자택 번지"),
        ("전자 메일 주소", "근무지 번지"),
    ))),
)  # fmt: skip
"""Programs by headings that they alone write, in each language."""
CONTACT_LISTS = ("Google Contacts", "Outlook")
"""Programs whose columns are always the same: what is not understood is none of a letter's."""


def program_of(head: Iterable[str]) -> str:
    """Return the name of the program that wrote a table's first row; empty if nobody knows."""
    names = {folded(heading) for heading in head}
    return next((name for name, signs in _PROGRAMS if any(sign <= names for sign in signs)), "")
