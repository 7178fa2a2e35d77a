"""From recipients, a case and days to the page."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from lettergen.action_page.edition import PageEdition, Stretch
from lettergen.action_page.page import page
from lettergen.action_page.page_data import PageData
from lettergen.action_page.posting import Addressed, country_codes, writers_of, written
from lettergen.errors import InputProblems, LettergenError, MissingOptionError, Place, Problem
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import Case, Recipient
from lettergen.letters.template.templates import catalogue, common_language, languages_of

__all__ = ["ActionPage", "PageRequest", "action_page"]

USUAL_DAYS = 90
MOST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """A page as it is asked for."""

    template: str
    recipients: tuple[Recipient, ...]
    """Also those of the next two."""
    case: Case | None
    first: date
    """The first day on which a letter may be dated."""
    last: date | None = None
    """The last one; default: that of the case, or 90 days on."""
    also_to: tuple[str, ...] = ()
    """Ids of recipients to whom everybody writes, whatever the country."""
    fallback: str | None = None
    """Id of the recipient for those in whose country there is none."""
    even_so: bool = False
    """Also after the last day of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPage:
    """A page, and what is to be known of it."""

    html: str = field(repr=False)
    recipients: int
    languages: tuple[str, ...]
    """Of the letters."""
    first: date
    last: date
    """The days on which its letters can be dated."""
    problems: tuple[Problem, ...] = ()
    """Warnings."""


Follow = Callable[[Sequence[Recipient]], Iterable[Recipient]]
"""Gives each recipient in turn, and may show how far it has come."""


def action_page(campaign: Campaign, wanted: PageRequest, follow: Follow = iter) -> ActionPage:
    """Return the page.

    Args:
        campaign: The facts.
        wanted: The page.
        follow: Watches the recipients while letters are written to them.

    Raises:
        InputProblems: The page cannot be made; all reasons are told.
    """
    _check(wanted)
    editions = _editions(campaign, wanted)
    spoken, notes = _spoken(wanted.recipients, tuple(editions), wanted.template)
    used = {language for languages in spoken.values() for language in languages}
    editions = {language: one for language, one in editions.items() if language in used}
    problems = [problem for one in editions.values() for problem in one.lacking()]
    if problems:
        raise InputProblems(problems)
    recipients = [one for one in wanted.recipients if spoken[one.id]]
    readers = {language: [one for one in recipients if language in spoken[one.id]] for language in editions}
    stretches, last = _stretches(editions, readers, wanted)
    addressed = _addressed(recipients, spoken, editions, stretches, wanted, follow)
    notes += _posted_elsewhere(campaign)
    notes += [
        problem
        for language, edition in editions.items()
        for one in readers[language]
        for day in dict.fromkeys((wanted.first, last))
        for problem in edition.problems(one, day)
    ]
    # What is said of one place on the first day need not be said of the last one, too.
    found = tuple({(one.name, one.place) if one.place else one: one for one in reversed(notes)}.values())[
        ::-1
    ]
    if any(problem.is_error for problem in found):
        raise InputProblems(found)
    data = PageData(
        tuple(editions.values()), addressed, stretches, wanted.first, last, wanted.also_to, wanted.fallback
    )
    languages = tuple(editions)
    return ActionPage(
        html=page(data),
        recipients=len(addressed),
        languages=languages,
        first=wanted.first,
        last=last,
        problems=found,
    )


def _check(wanted: PageRequest) -> None:
    """Check that there is somebody to write to, on some day.

    Raises:
        MissingOptionError: There is not.
    """
    if not wanted.recipients:
        raise MissingOptionError.of(
            "missing-to",
            "a page needs recipients, one of whom each visitor writes to.",
            "add `--tag TAG` or `--to ID`; `lettergen recipients` lists both.",
        )
    if wanted.last and wanted.last < wanted.first:
        raise MissingOptionError.of(
            "page-without-days",
            f"the page would end on {wanted.last}, before its first day, {wanted.first}.",
            "choose a later `--until`, or an earlier `--date`.",
        )


def _posted_elsewhere(campaign: Campaign) -> list[Problem]:
    """Return that the campaign's country of posting does not hold for those who post from home."""
    code = campaign.settings.posted_from
    if code is None:
        return []
    return [
        Problem(
            "posted-by-visitors",
            f'the page does not follow `posted_from = "{code}"`: visitors post their letters, each in '
            "their own country.",
            "leave it so if they do; letters that you post for others are made by `lettergen batch`.",
            Place(str(campaign.folder / "lettergen.toml")),
            severity="warning",
        )
    ]


def _editions(campaign: Campaign, wanted: PageRequest) -> dict[str, PageEdition]:
    """Return the letter in each language in which the case is told, too."""
    case, folders = wanted.case, campaign.template_folders
    told = campaign.languages_of(case.id) if case else languages_of(wanted.template, folders)
    found, problems = catalogue(folders, wanted.template)
    if problems:
        raise InputProblems(problems)
    return {
        one.language: PageEdition(
            one, campaign, campaign.case(case.id, one.language) if case else None, wanted.even_so
        )
        for one in sorted(found, key=lambda one: (one.language != campaign.settings.language, one.language))
        if one.language in told
    }


def _spoken(
    recipients: Sequence[Recipient], languages: Sequence[str], template: str
) -> tuple[dict[str, list[str]], list[Problem]]:
    """Return the languages in which each recipient can be written to, and who is left out.

    Raises:
        InputProblems: All are.
    """
    spoken: dict[str, list[str]] = {}
    notes: list[Problem] = []
    for one in recipients:
        found = (common_language([language], languages) for language in one.languages)
        spoken[one.id] = list(dict.fromkeys(language for language in found if language))
        if not spoken[one.id]:
            reads = ", ".join(f"`{language}`" for language in one.languages)
            notes.append(
                Problem(
                    "not-on-the-page",
                    f"`{one.id}` reads {reads}, and there is no letter in that language.",
                    f"translate `{template}` and the case, or add a language that the recipient reads.",
                    severity="warning",
                )
            )
    if not any(spoken.values()):
        raise InputProblems([Problem(one.name, one.message, one.fix) for one in notes])
    return spoken, notes


def _stretches(
    editions: dict[str, PageEdition], readers: dict[str, list[Recipient]], wanted: PageRequest
) -> tuple[dict[str, list[Stretch]], date]:
    """Return the days of equal words by language, and the page's last day.

    Raises:
        LettergenError: No letter can be written on the first day.
    """
    last = min(wanted.last or _usual_last(wanted), wanted.first + timedelta(MOST_DAYS))
    found: dict[str, list[Stretch]] = {}
    problems: list[Problem] = []
    for language, edition in editions.items():
        try:
            found[language] = edition.stretches(readers[language], wanted.first, last)
        except LettergenError as fault:
            problems += fault.problems
    if problems:
        raise InputProblems(dict.fromkeys(problems))
    last = min(days[-1].last for days in found.values())
    kept = {
        language: [Stretch(one.first, min(one.last, last)) for one in days if one.first <= last]
        for language, days in found.items()
    }
    return kept, last


def _usual_last(wanted: PageRequest) -> date:
    send_before = wanted.case.send_before if wanted.case else None
    if send_before and send_before >= wanted.first:
        return send_before
    return wanted.first + timedelta(USUAL_DAYS)


def _addressed(
    recipients: Sequence[Recipient],
    spoken: dict[str, list[str]],
    editions: dict[str, PageEdition],
    stretches: dict[str, list[Stretch]],
    wanted: PageRequest,
    follow: Follow,
) -> tuple[Addressed, ...]:
    """Write all letters.

    Raises:
        InputProblems: One cannot be written.
    """
    codes = _posting(recipients, wanted)
    problems: list[Problem] = []
    found: list[Addressed] = []
    for number, one in enumerate(follow(recipients)):
        try:
            letters = {
                language: written(one, codes[number], editions[language], stretches[language])
                for language in spoken[one.id]
            }
        except LettergenError as fault:
            problems += fault.problems
        else:
            found.append(Addressed(one, letters))
    if problems:
        raise InputProblems(dict.fromkeys(problems))
    return tuple(found)


def _posting(recipients: Sequence[Recipient], wanted: PageRequest) -> list[list[str]]:
    """Return the countries from which each recipient may get letters."""
    found: list[list[str]] = [[] for _ in recipients]
    for code, numbers in writers_of(recipients, wanted.also_to, wanted.fallback).items():
        # Where nobody is responsible, a visitor chooses among all.
        for number in numbers or range(len(recipients)):
            found[number].append(code)
    return [codes or list(country_codes()) for codes in found]
