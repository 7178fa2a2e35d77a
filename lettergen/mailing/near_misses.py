"""Words that people type where an id is asked for: all, a tag, a country; and which option they mean."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from lettergen.errors import Problem, UnknownName

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign

__all__ = ["refuse_near_misses"]

_EVERYBODY = frozenset({
    "all", "any", "each", "every", "everybody", "everyone", "anyone", "*", "alle", "jeder", "tous", "toutes",
    "tout", "todos", "todas", "todo", "모두", "전체",
})  # fmt: skip
_OPTIONS = {
    "recipient": ("--tag", "--country", "`--tag TAG`, or write `recipients: all` in mailing.yaml"),
    "sender": ("--from-tag", "--from-country", "`--all-senders`, or write `senders: all` in mailing.yaml"),
}
"""By whom they choose: options for a tag and a country, and what chooses everybody."""


def refuse_near_misses(
    campaign: "Campaign",
    kind: Literal["recipient", "sender", "case"],
    names: Sequence[str],
    *,
    is_alone: bool = False,
) -> None:
    """Check that no name means something else than one record.

    Args:
        campaign: Its records, with their tags and countries.
        kind: What is named.
        names: The ids, as they were given.
        is_alone: Whether one letter is written, so that only one can be named.

    Raises:
        UnknownName: Some do; the fix names the option that is meant.
    """
    meant = {name: fix for name in names if (fix := _meant(campaign, kind, name, is_alone=is_alone))}
    if meant:
        raise UnknownName(
            Problem(f"unknown-{kind}", f"there is no {kind} `{name}`.", fix) for name, fix in meant.items()
        )


def _meant(
    campaign: "Campaign", kind: Literal["recipient", "sender", "case"], name: str, *, is_alone: bool
) -> str | None:
    from lettergen.facts.fields import known_country

    word = name.strip().casefold()
    if campaign.holds(kind, name) or (kind, name) in campaign.places:
        return None
    if kind == "case":
        fix = "name one with `--case ID`, and repeat the command for the others; `lettergen cases` lists them"
        return fix if word in _EVERYBODY else None
    tag_option, country_option, everybody = _OPTIONS[kind]
    listed = campaign.recipients if kind == "recipient" else campaign.senders
    tags = {tag for one in listed for tag in one.tags}
    code = known_country(name)
    if word in _EVERYBODY:
        fix = f"use {everybody}"
    elif word in tags:
        fix = f"`{word}` is a tag: use `{tag_option} {word}`, or write `tags: [{word}]` in mailing.yaml"
    elif code is not None and any(one.country == code for one in listed):
        choice = f"use `{country_option} {code}`, or write `countries: [{code}]` in mailing.yaml"
        fix = f"`{name}` is a country: {choice}"
    else:
        return None
    if not is_alone:
        return fix
    return f"name one; `lettergen {kind}s` lists the ids, and `lettergen batch` writes many letters"
