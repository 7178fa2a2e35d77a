"""From ids and tags to the records they name, and to the order of one letter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from lettergen.errors import InputProblems, MissingOptionError, Problem, UnknownName, did_you_mean
from lettergen.mailing.near_misses import refuse_near_misses

if TYPE_CHECKING:
    from lettergen.facts.campaign import Campaign
    from lettergen.facts.model import Case, Recipient, Sender
    from lettergen.letters.template.templates import Template
    from lettergen.plan.orders import Order

__all__ = [
    "LetterRequest",
    "case_for",
    "date_for",
    "editions_read",
    "in_own_language",
    "one_order",
    "pick_recipients",
    "pick_senders",
    "sender_for",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRequest:
    """One letter as it is asked for; what is left out comes from the campaign's defaults."""

    template: str
    to: str | None = None
    """The recipient's id."""
    sender: str | None = None
    case: str | None = None
    on: date | None = None
    sample: bool = False
    """Use the data that the template was written with."""
    language: str | None = None
    """The letter's; default: the recipient's first that template and case have, or that of the campaign."""
    translation: str | None = None
    """The language of a courtesy translation."""
    fax_translation: bool = False
    """A fax has the translation, too."""


def one_order(
    campaign: "Campaign", wanted: LetterRequest, *, today: date | None, channel: str = ""
) -> tuple["Campaign", "Order"]:
    """Return the order for one letter, and the campaign that has its facts.

    Args:
        campaign: The campaign.
        wanted: The letter.
        today: The date of a letter that has none; None if it must have one.
        channel: The way it goes, where that is known; otherwise the recipient's first that can work.

    Raises:
        UnknownName: An id is not in the files.
        MissingOptionError: A needed choice is missing.
    """
    from lettergen.letters.template.templates import open_template
    from lettergen.plan.channels import channel_for
    from lettergen.plan.orders import Order

    template = open_template(wanted.template, campaign.template_folders)
    if wanted.sample:
        campaign, wanted = _with_sample(campaign, template, wanted)
    refuse_near_misses(campaign, "recipient", [wanted.to] if wanted.to else (), is_alone=True)
    refuse_near_misses(campaign, "sender", [wanted.sender] if wanted.sender else (), is_alone=True)
    recipient = campaign.recipient(wanted.to) if wanted.to else None
    if recipient is None and template.addressee == "required":
        raise _missing(
            "--to",
            f"the template `{template.name}` needs an addressee.",
            "add `--to ID`; `lettergen recipients` lists the ids. `--sample` uses the template's own data.",
        )
    case = case_for(campaign, template, wanted.case)
    template = _edition(campaign, template, recipient, case, wanted.language)
    order = Order(
        template=template.name,
        recipient_id=recipient.id if recipient else None,
        sender_id=_who_agreed(sender_for(campaign, wanted.sender)).id,
        case_id=case.id if case else None,
        on=date_for(campaign, wanted.on, today),
        language=template.language,
        channel=channel or channel_for(recipient)[0] or "post",
    )
    return campaign, _translated(campaign, order, template, wanted, case) if wanted.translation else order


def _edition(
    campaign: "Campaign",
    template: "Template",
    recipient: "Recipient | None",
    case: "Case | None",
    language: str | None,
) -> "Template":
    """Return a template in the language of the letter."""
    from lettergen.letters.template.templates import common_language, languages_of, open_template
    from lettergen.mailing.translations import edition_for

    folders = campaign.template_folders
    if language:
        return open_template(template.name, folders, [edition_for(campaign, template, case, language)])
    if recipient is None:
        return in_own_language(campaign, template, case)
    spoken = campaign.languages_of(case.id) if case else None
    found = common_language(recipient.languages, languages_of(template.name, folders), spoken)
    return open_template(template.name, folders, [found] if found else recipient.languages)


def in_own_language(campaign: "Campaign", template: "Template", case: "Case | None") -> "Template":
    """Return a template for a letter to nobody in particular: in the campaign's language, if it can be."""
    from lettergen.letters.template.templates import common_language, languages_of, open_template

    folders = campaign.template_folders
    spoken = campaign.languages_of(case.id) if case else None
    found = common_language([campaign.settings.language], languages_of(template.name, folders), spoken)
    return open_template(template.name, folders, [found]) if found else template


def editions_read(
    campaign: "Campaign", template: "Template", case: "Case | None", recipients: Sequence["Recipient"]
) -> list["Template"]:
    """Return the editions of a template that the case has, too: those that are read, if each reads one."""
    from lettergen.letters.template.templates import catalogue, common_language, languages_of

    folders = campaign.template_folders
    offered = languages_of(template.name, folders)
    spoken = campaign.languages_of(case.id) if case else offered
    both = [one for one in offered if one in spoken]
    read = {language for one in recipients if (language := common_language(one.languages, both))}
    if read and all(common_language(one.languages, read) for one in recipients):
        found = catalogue(folders, template.name, read)[0]
        if {one.language for one in found} == read:
            return list(found)
    # A plan tells in which languages the letter is, and passes over an edition with faults.
    return [one for one in catalogue(folders, template.name)[0] if one.language in spoken]


def _translated(
    campaign: "Campaign", order: "Order", template: "Template", wanted: LetterRequest, case: "Case | None"
) -> "Order":
    """Return the order of a letter with its translation.

    Raises:
        InputProblems: There is none in that language, or the letter is in it itself.
    """
    from lettergen.mailing.translations import edition_for, has_translation, own_language

    language = edition_for(campaign, template, case, wanted.translation or "")
    if language == order.language:
        raise InputProblems([own_language(template.name, language)])
    is_with = has_translation(order, language, by_fax=wanted.fax_translation)
    return order._replace(translation=language) if is_with else order


def sender_for(campaign: "Campaign", sender_id: str | None) -> "Sender":
    """Return the named sender, the campaign's default, or the only one."""
    chosen = sender_id or campaign.settings.sender
    if chosen:
        return campaign.sender(chosen)
    if len(campaign.senders) == 1:
        return campaign.senders[0]
    raise _missing(
        "--from",
        "no sender is given.",
        "add `--from ID` (`lettergen senders` lists the ids), or set `sender` in lettergen.toml.",
    )


def _who_agreed(sender: "Sender") -> "Sender":
    if sender.may_be_named:
        return sender
    told = "wishes to stay anonymous" if sender.anonymous else "did not agree"
    fix = "choose another sender with `--from`, or ask this one and change the answer"
    raise InputProblems.of("sender-without-consent", f"the sender `{sender.id}` {told}.", fix)


def case_for(campaign: "Campaign", template: "Template", case_id: str | None) -> "Case | None":
    """Return the named case, the campaign's default, or the only one; None if the letter has no case."""
    if case_id:
        refuse_near_misses(campaign, "case", [case_id])
        return campaign.case(case_id)
    used = {use.partition(".")[0] for use in template.uses}
    if "case" not in used and not ("signatures" in used and campaign.cases):
        return None
    if campaign.settings.case:
        return campaign.case(campaign.settings.case)
    if len(campaign.cases) == 1:
        return campaign.cases[0]
    raise _missing(
        "--case",
        f"the template `{template.name}` needs a case.",
        "add `--case ID` (`lettergen cases` lists the ids), or set `case` in lettergen.toml.",
    )


def date_for(campaign: "Campaign", on: date | None, today: date | None) -> date:
    """Return the date of the letters: the chosen one, the settings', or today's.

    Raises:
        MissingOptionError: There is none of these.
    """
    found = on or campaign.settings.date or today
    if found is None:
        raise MissingOptionError.of(
            "missing-date",
            "the letter has no date.",
            "give `on` or `today`, or set `date` in lettergen.toml.",
        )
    return found


def pick_recipients(
    campaign: "Campaign", ids: Sequence[str], tags: Sequence[str] = ()
) -> tuple["Recipient", ...]:
    """Return the named recipients, then those with one of the tags; each once.

    Raises:
        UnknownName: Nobody has that id, or that tag.
    """
    _know_tags(tags, (tag for one in campaign.recipients for tag in one.tags), "recipient")
    refuse_near_misses(campaign, "recipient", ids)
    named = [campaign.recipient(one) for one in ids]
    tagged = [one for one in campaign.recipients if set(tags) & set(one.tags)]
    return tuple({one.id: one for one in [*named, *tagged]}.values())


def pick_senders(
    campaign: "Campaign", ids: Sequence[str], tags: Sequence[str] = (), *, everybody: bool = False
) -> tuple["Sender", ...]:
    """Return the named or tagged senders, all of them, or the default one; each once.

    Raises:
        UnknownName: Nobody has that id, or that tag.
    """
    if everybody:
        return tuple(campaign.senders)
    if not ids and not tags:
        return (sender_for(campaign, None),)
    _know_tags(tags, (tag for one in campaign.senders for tag in one.tags), "sender")
    refuse_near_misses(campaign, "sender", ids)
    named = [campaign.sender(one) for one in ids]
    tagged = [one for one in campaign.senders if set(tags) & set(one.tags)]
    return tuple({one.id: one for one in [*named, *tagged]}.values())


def _know_tags(tags: Iterable[str], known: Iterable[str], what: str) -> None:
    names = set(known)
    unknown = [tag for tag in tags if tag not in names]
    if unknown:
        listed = ", ".join(f"`{name}`" for name in sorted(names))
        otherwise = f"use one of {listed}." if names else f"add `tags:` to a {what}, or name the {what}s."
        raise UnknownName(
            Problem("unknown-tag", f"no {what} has the tag `{tag}`.", did_you_mean(tag, names, otherwise))
            for tag in unknown
        )


def _with_sample(
    campaign: "Campaign", template: "Template", wanted: LetterRequest
) -> tuple["Campaign", LetterRequest]:
    """Fill in the template's own data; a shipped template brings the facts it was written with."""
    from lettergen.facts.campaign import Campaign, starter_folder

    sample = template.sample
    filled = replace(
        wanted,
        to=wanted.to or sample.to,
        sender=wanted.sender or sample.sender,
        case=wanted.case or sample.case,
        on=wanted.on or sample.on,
    )
    is_here = (
        filled.to in {None, *(one.id for one in campaign.recipients)}
        and (filled.sender is None or campaign.holds("sender", filled.sender))
        and filled.case in {None, *(one.id for one in campaign.cases)}
    )
    return (campaign if is_here else Campaign.open(starter_folder())), filled


def _missing(option: str, message: str, fix: str) -> MissingOptionError:
    return MissingOptionError.of(f"missing{option.removeprefix('-')}", message, fix)
