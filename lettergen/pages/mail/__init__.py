"""`Letter` to e-mail: a draft that any mail client opens, and a link that begins one."""

from collections.abc import Sequence

from lettergen.letters.assemble import LetterFacts
from lettergen.letters.letter import Letter
from lettergen.pages.mail.correspondents import Correspondents, correspondents
from lettergen.pages.mail.link import LONGEST_LINK, MailtoLink, link, link_problems
from lettergen.pages.mail.message import IDENTITY, draft, identity
from lettergen.reference.stationery import Stationery

__all__ = [
    "IDENTITY",
    "LONGEST_LINK",
    "Correspondents",
    "MailtoLink",
    "correspondents",
    "draft",
    "email",
    "identity",
    "link",
    "link_problems",
]


def email(
    letter: Letter,
    facts: LetterFacts,
    stationery: Stationery,
    pdf: bytes | None,
    files: Sequence[tuple[str, bytes]] = (),
) -> bytes:
    """Return ``letter`` as an e-mail with what the campaign's settings want in it.

    Args:
        letter: The letter.
        facts: Where sender and recipient have their addresses.
        stationery: The letter's sheet, which the HTML has its order from.
        pdf: The letter's pages.
        files: Kind and bytes of what is enclosed.

    Raises:
        InputProblems: The sender or the recipient has no usable e-mail address.
        RenderError: The subject is not usable in an e-mail.
    """
    from lettergen.pages.mail import alternative

    wanted = facts.campaign.settings.email
    html = alternative.render(letter, stationery) if wanted.html else None
    who = correspondents(letter, facts)
    return draft(letter, who, pdf=pdf if wanted.pdf else None, html=html, files=files)
