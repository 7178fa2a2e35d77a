"""A ``mailto:`` link (RFC 6068): it opens the letter in whatever mail client a person has."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from lettergen.errors import Problem
from lettergen.letters.letter import Letter
from lettergen.pages.mail import body
from lettergen.pages.mail.correspondents import Correspondents
from lettergen.pages.mail.message import subject_of

__all__ = ["ADDRESS_SIGNS", "LONGEST_LINK", "MailtoLink", "link", "link_problems"]

LONGEST_LINK = 2000
"""Characters that every system hands on: Windows cuts a link at 2083 (INTERNET_MAX_URL_LENGTH)."""
ADDRESS_SIGNS = "!$'*+-._~@"
"""What may stand in an address of a link beside letters and digits (RFC 6068, 2)."""


@dataclass(frozen=True, slots=True)
class MailtoLink:
    """A letter to copy, and the link that begins it."""

    to: str
    subject: str
    text: str
    """The words, one paragraph a line."""
    url: str
    """With the text, or without it, or without the subject too, if that would be too long for a link."""
    length: int
    """Of the link with the text."""

    @property
    def has_text(self) -> bool:
        """Say whether the link carries the text."""
        return self.length <= LONGEST_LINK


def link(letter: Letter, who: Correspondents) -> MailtoLink:
    """Return the link and the words for one letter.

    Raises:
        RenderError: The subject is not allowed in a header.
    """
    subject = subject_of(letter)
    text = body.running(body.lines(letter))
    bare = f"mailto:{quote(who.recipient.addr_spec, safe=ADDRESS_SIGNS)}"
    start = f"{bare}?subject={quote(subject, safe='')}"
    whole = f"{start}&body={quote(text.rstrip().replace(chr(10), chr(13) + chr(10)), safe='')}"
    url = next((one for one in (whole, start) if len(one) <= LONGEST_LINK), bare)
    return MailtoLink(who.recipient.addr_spec, subject, text, url, len(whole))


def link_problems(letter: Letter) -> Iterator[Problem]:
    """Yield what a link cannot hold of a letter: a link opens a message without files."""
    for one in letter.bound:
        yield Problem(
            "enclosure-not-in-link",
            f"a link cannot attach the enclosure `{one.file}`.",
            "attach it by hand, or make the e-mail with `lettergen write … -o letter.eml`.",
            severity="warning",
        )
