"""Courtesy translations: in which language a letter can have one, and which letters of a mailing get it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from lettergen.errors import InputProblems, Place, Problem

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.model import Case
    from lettergen.letters.template.templates import Template
    from lettergen.plan.orders import Order, Plan

__all__ = ["edition_for", "has_translation", "not_faxed", "own_language", "with_translations"]


def edition_for(campaign: "Campaign", template: "Template", case: "Case | None", language: str) -> str:
    """Return the language of the edition that makes a letter, or its translation, as it was asked for.

    Args:
        campaign: The campaign.
        template: The letter's, in any edition.
        case: What the letter is about.
        language: The language asked for; `fr` serves for `fr-CH`.

    Raises:
        InputProblems: The template has no edition in it, or the case no words; both are told.
    """
    from lettergen.letters.template.templates import common_language, languages_of, open_template

    known = languages_of(template.name, campaign.template_folders)
    spoken = campaign.languages_of(case.id) if case else None
    found = common_language([language], known)
    problems = []
    if found is None:
        problems.append(_no_edition(template, language, known))
    if case and spoken is not None and common_language([language], spoken) is None:
        problems.append(_no_words(campaign, case, language))
    if problems:
        raise InputProblems(problems)
    edition = common_language([language], known, spoken) or language
    open_template(
        template.name, campaign.template_folders, [edition]
    )  # its faults are told before any letter
    return edition


def has_translation(order: "Order", language: str, *, by_fax: bool) -> bool:
    """Say whether a letter gets a translation: not into its own language, and by fax only where asked for."""
    return order.language != language and (by_fax or order.channel != "fax")


def with_translations(plan: "Plan", language: str, *, by_fax: bool) -> "Plan":
    """Return the plan of a template's letters with their translations.

    Args:
        plan: The letters.
        language: Of the edition that makes the translations.
        by_fax: Faxes have them, too.

    Raises:
        InputProblems: All letters are in that language themselves.
    """
    if plan.orders and all(order.language == language for order in plan.orders):
        raise InputProblems([own_language(plan.template, language)])
    orders = (
        order._replace(translation=language) if has_translation(order, language, by_fax=by_fax) else order
        for order in plan.orders
    )
    return replace(plan, orders=tuple(orders))


def own_language(template: str, language: str) -> Problem:
    """Return the problem of a translation into the language of the letter."""
    return Problem(
        "translation-in-own-language",
        f"the letter `{template}` is in `{language}` itself, so `--with {language}` would print it twice.",
        "leave `--with` out, or name another language.",
    )


def not_faxed(language: str) -> Problem:
    """Return the warning about a fax that goes without the translation."""
    return Problem(
        "translation-not-faxed",
        f"the fax goes without the courtesy translation in `{language}`: every page costs, and ties up the "
        "line.",
        "add `--fax-translation` if it is to be faxed, too.",
        severity="warning",
    )


def _no_edition(template: "Template", language: str, known: tuple[str, ...]) -> Problem:
    listed = ", ".join(f"`{one}`" for one in sorted(known))
    return Problem(
        "no-translation-edition",
        f"the template `{template.name}` has no edition in `{language}`, but in {listed}.",
        f"write `letter_templates/{template.name}.{language}.md`, or name another language.",
        Place(template.file, 1),
    )


def _no_words(campaign: "Campaign", case: "Case", language: str) -> Problem:
    return Problem(
        "case-not-translated",
        f"the case `{case.id}` is not in `{language}`, so no letter about it can be written in it.",
        f"translate its words into `cases/{case.id}.{language}.yaml`.",
        campaign.places.get(("case", case.stem)),
    )
