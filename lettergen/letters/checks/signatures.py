"""Lists of signatures: who signed twice, who did not agree, and names in the words that people sign."""

from collections.abc import Iterator
from datetime import date

from lettergen.errors import Place, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.signature_count import CountedSignature, counted
from lettergen.facts.signature_lists import SignatureList
from lettergen.letters.privacy.name_search import search_for

__all__ = ["check", "in_texts"]


def check(campaign: Campaign, on: date) -> Iterator[Problem]:
    """Yield what there is to know of each list, and of somebody who signed in two of them."""
    for case_id in dict.fromkeys(one.case_id for one in campaign.signatures):
        lists = campaign.signatures_of(case_id)
        rows = counted(lists, on).everybody
        for one in lists:
            own = [row for row in rows if row.source is one]
            yield from _doubles(one, [row for row in own if row.state == "double"])
            yield from _left_out(one, [row for row in own if row.state == "no-consent"], "did not agree")
            yield from _left_out(
                one, [row for row in own if row.state == "later"], "did so after the letter's date"
            )
            yield from in_texts(one, campaign, on)


def _doubles(one: SignatureList, rows: list[CountedSignature]) -> Iterator[Problem]:
    if not rows:
        return
    first = rows[0]
    again = "row is of somebody" if len(rows) == 1 else "rows are of people"
    yield Problem(
        "signed-twice",
        f"{len(rows):,} {again} who signed before, the first of them in {first.first}: they count once.",
        f"see them with `lettergen signatures {one.name} --doubles`; "
        "give both an `id` if they are two people.",
        first.place,
        "warning",
    )


def _left_out(one: SignatureList, rows: list[CountedSignature], why: str) -> Iterator[Problem]:
    if rows:
        message = f"{len(rows):,} of {len(one.signatures):,} who signed {why}: they are left out."
        is_late = rows[0].state == "later"
        fix = "correct `date`, or write later" if is_late else "delete their rows if you need not keep them"
        yield Problem("signatures-left-out", message, f"{fix}.", rows[0].place, "warning")


def in_texts(one: SignatureList, campaign: Campaign, on: date) -> Iterator[Problem]:
    """Yield an error for each hidden person whom the words name that everybody reads who signs."""
    case = campaign.case(one.case_id) if one.case_id and campaign.holds("case", one.case_id) else None
    search = search_for(campaign, case, ("public",), on)
    for language, words in one.about.texts.items():
        hits = (hit for hit in search.hits(f"{words.title}\n{words.text}") if hit.is_sure)
        for hidden in dict.fromkeys(hit.hidden for hit in hits):
            yield Problem(
                "name-not-cleared",
                f"the petition `{one.name}` ({language}) names `{hidden.person.id}`, "
                f"whom the case `{hidden.case.id}` hides from `public`: whoever signs reads it.",
                "take the name out of `texts`, or clear the person for `public`.",
                Place(one.about_file or one.file),
            )
