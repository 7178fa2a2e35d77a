"""Lists of signatures as tables for people or records for programs; never an e-mail or a postal address."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lettergen.console.problems import plural
from lettergen.console.tables import show_records
from lettergen.console.terminal import say, show_json
from lettergen.facts.signature_count import STATES, CountedSignature, SignatureCount
from lettergen.facts.signature_order import SignatureOrder, in_order
from lettergen.reference.country_names import country_names

if TYPE_CHECKING:
    from lettergen.facts.signature_lists import SignatureList

__all__ = ["show_lists", "show_signatures"]


def show_lists(lists: Sequence[tuple["SignatureList", SignatureCount]], *, as_json: bool) -> None:
    """Print each list with its counts."""
    records = [
        {
            "list": one.name,
            "case": one.case_id,
            "file": one.file,
            "total": count.total,
            **count.states,
            "by_hand": sum(count.by_hand.values()),
            "countries": dict(count.countries),
            "country_count": len(count.countries),
        }
        for one, count in lists
    ]
    columns = {
        "list": "list",
        "case": "case",
        "total": "signatures",
        "country_count": "countries",
        "counts": "may be named",
        "anonymous": "anonymous",
        "by_hand": "by hand",
        "double": "doubles",
        "no-consent": "no consent",
        "withdrawn": "withdrawn",
        "later": "later",
    }
    show_records(
        records, columns, as_json=as_json, none="There are no signatures: put a table into signatures/."
    )


def show_signatures(
    count: SignatureCount,
    order: SignatureOrder,
    language: str,
    *,
    only_doubles: bool,
    as_json: bool,
) -> None:
    """Print signatures one by one in an order, then what became of all of them."""
    wanted = [one for one in count.everybody if not only_doubles or one.state == "double"]
    by_id = {id(one.signature): one for one in wanted}
    rows = [_record(by_id[id(one)]) for one in in_order((one.signature for one in wanted), order, language)]
    if as_json:
        show_json({**_summary(count), "signatures": rows})
        return
    names = country_names(language)
    shown = [
        row | {"country": names.get(row["country"] or "", row["country"]), "first": row["first"] or ""}
        for row in rows
    ]
    columns = {
        "name": "name",
        "title": "title",
        "organisation": "organisation",
        "city": "city",
        "country": "country",
        "state": "",
        "place": "line",
        "first": "signed first in",
    }
    show_records(shown, columns, as_json=False, none="Nobody signed twice." if only_doubles else "")
    _say_summary(count, language)


def _record(one: CountedSignature) -> dict[str, Any]:
    signature = one.signature
    return {
        "name": signature.name.with_courtesy(),
        "title": signature.title,
        "organisation": signature.organisation,
        "city": signature.city,
        "country": signature.country,
        "date": signature.date.isoformat() if signature.date else None,
        "rank": signature.rank,
        "state": one.state,
        "list": one.source.name,
        "place": f"{one.place.file}:{one.place.line}",
        "first": f"{one.first.file}:{one.first.line}" if one.first else None,
    }


def _summary(count: SignatureCount) -> dict[str, Any]:
    return {
        "total": count.total,
        "states": dict(count.states),
        "by_hand": dict(count.by_hand),
        "countries": dict(count.countries),
    }


def _say_summary(count: SignatureCount, language: str) -> None:
    names = country_names(language)
    told = [f"{names.get(code, code)} {number:,}" for code, number in count.countries.items()]
    say(
        (plural(count.total, "signature"), "bold"),
        f" from {len(told)} countries: {', '.join(told)}." if told else ".",
    )
    for state, what in STATES.items():
        if number := count.states[state]:
            say(f"  {number:,} {what}")
    if by_hand := sum(count.by_hand.values()):
        say(f"  {by_hand:,} on paper")
