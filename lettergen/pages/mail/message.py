"""`Letter` to an e-mail as a file: a draft with one sender, one recipient, the words and the PDF.

Everything in it comes from the letter, so the same letter is the same file on
any day and machine. No header names a computer or a user; the Message-ID tells that
lettergen made it, as `docs/how-to/email.md` says.
"""

from collections.abc import Sequence
from datetime import datetime, time
from email import message_from_string, policy
from email.headerregistry import Address
from email.message import EmailMessage
from hashlib import sha256
from re import compile as pattern

from lettergen.errors import Problem, RenderError
from lettergen.letters.letter import EnclosedFile, Letter, plain
from lettergen.pages.mail import body
from lettergen.pages.mail.correspondents import Correspondents, header_text, is_unfit
from lettergen.pages.mail.headers import HeaderPolicy

__all__ = ["IDENTITY", "draft", "identity", "identity_in", "subject_of"]

DOMAIN = "letters.lettergen.invalid"
"""Right of the @ in a Message-ID, where other programs tell the computer's name.

RFC 5322, 3.6.4 asks that the whole be unique, which the hash sees to; RFC 2606
keeps `.invalid` from ever being somebody's.
"""
IDENTITY = pattern(rf"<(?P<hash>[0-9a-f]{{40}})@{DOMAIN}>")
"""The Message-ID of an e-mail that was made here."""
_MESSAGE_ID = pattern(rb"\r\nMessage-ID:\s+<(?P<hash>[0-9a-f]{40})@")
LONGEST_SUBJECT = 500
_LONGEST_LINE = 998
"""Octets of a line in transport (RFC 5322, 2.1.1)."""
_MOSTLY_ASCII = 6
_SUFFIXES = {"jpeg": "jpg"}
_HEADERS = sorted(["from", "to", "subject", "date", "message-id", "x-unsent", "mime-version"])


def draft(
    letter: Letter,
    who: Correspondents,
    *,
    pdf: bytes | None = None,
    html: str | None = None,
    files: Sequence[tuple[str, bytes]] = (),
) -> bytes:
    """Return the file: RFC 5322 with CRLF, for any mail client to open as a draft.

    Args:
        letter: The letter.
        who: Its two ends.
        pdf: The same letter as pages, to be attached.
        html: The same letter for readers that show HTML first.
        files: What is enclosed, in the order of the letter's list: kind (pdf, png or jpeg) and bytes.

    Raises:
        RenderError: The subject is not allowed in a header, or the result
            does not read back as intended.
    """
    subject = subject_of(letter)
    named = _message(letter, who, subject)
    _fill(named, letter, pdf, html, files)
    data = _written(named, letter, who)
    if not _says(data, who, subject):
        # Some names come back otherwise than they went in (CPython gh-121284); the address alone never does.
        bare = Correspondents(_bare(who.sender), _bare(who.recipient))
        unnamed = _message(letter, bare, subject)
        _fill(unnamed, letter, pdf, html, files)
        data = _written(unnamed, letter, bare)
        if not _says(data, bare, subject):
            raise RenderError([_unfit_subject(letter)])
    return data


def identity(letter: Letter, who: Correspondents) -> str:
    """Return the hash that this letter to this address has, whenever and wherever it is made.

    It is over the letter's id, date and words, the recipient's address and what is enclosed; a
    letter that was changed, or goes to a corrected address, gets another one.
    """
    enclosed = (one.sha256 for one in letter.bound)
    told = (letter.letter_id, letter.date.isoformat(), who.recipient.addr_spec, *letter.texts(), *enclosed)
    words = "\n".join(told)
    return sha256(words.encode()).hexdigest()[:40]


def identity_in(mail: bytes) -> str:
    """Return the hash in the Message-ID of an e-mail that `draft` has made."""
    found = _MESSAGE_ID.search(mail[: mail.index(b"\r\n\r\n")])
    return found["hash"].decode("ascii") if found else ""


def subject_of(letter: Letter) -> str:
    """Return the line that the reader sees first.

    Raises:
        RenderError: It contains something not allowed in a header.
    """
    subject = header_text(plain(letter.subject) or plain(letter.title) or letter.document_title)
    if not subject or is_unfit(subject):
        raise RenderError([_unfit_subject(letter)])
    if len(subject) > LONGEST_SUBJECT:
        found = f"has a subject of {len(subject):,} characters; an e-mail takes {LONGEST_SUBJECT}"
        raise RenderError([_unfit_subject(letter, found)])
    return subject


def _message(letter: Letter, who: Correspondents, subject: str) -> EmailMessage:
    message = EmailMessage(policy=HeaderPolicy(linesep="\r\n", utf8=who.needs_smtputf8))
    message["From"] = who.sender
    message["To"] = who.recipient
    message["Subject"] = subject
    # Noon without a zone is the letter's day wherever it is read (RFC 5322, 3.3: -0000).
    message["Date"] = datetime.combine(letter.date, time(12))
    message["Message-ID"] = f"<{identity(letter, who)}@{DOMAIN}>"
    # A client that knows the mark opens the file for writing, not for reading.
    message["X-Unsent"] = "1"
    return message


def _fill(
    message: EmailMessage,
    letter: Letter,
    pdf: bytes | None,
    html: str | None,
    files: Sequence[tuple[str, bytes]],
) -> None:
    text, deletes = body.flowed(body.lines(letter))
    params = {"format": "flowed", **({"delsp": "yes"} if deletes else {})}
    message.set_content(text, cte=_encoding(text), params=params)
    if html:
        message.add_alternative(html, subtype="html", cte=_encoding(html))
    if pdf:
        name = f"{letter.template}-{letter.date.isoformat()}.pdf"
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    for one, (kind, data) in zip(letter.bound, files, strict=bool(files)):
        # The campaign's own name of a file may name somebody.
        name = f"enclosure-{one.number}{_parted(one, letter)}.{_SUFFIXES.get(kind, kind)}"
        main = "application" if kind == "pdf" else "image"
        message.add_attachment(data, maintype=main, subtype=kind, filename=name)
    # Not before: whatever begins with `Content-` is dropped when content is set.
    languages = (one.language for one in (letter, letter.translation) if one)
    message["Content-Language"] = ", ".join(languages)
    mark = str(message["Message-ID"])[1:33]
    for number, part in enumerate(one for one in message.walk() if one.is_multipart()):
        part.set_boundary(f"=_{number}_{mark}")


def _parted(one: EnclosedFile, letter: Letter) -> str:
    """Return what tells several files of one enclosure apart."""
    same = [other for other in letter.bound if other.number == one.number]
    return f"-{same.index(one) + 1}" if len(same) > 1 else ""


def _encoding(text: str) -> str:
    """Return the encoding that is shorter; both are ASCII, so that any server carries it."""
    data = text.encode()
    return "quoted-printable" if sum(byte > 127 for byte in data) * _MOSTLY_ASCII < len(data) else "base64"


def _written(message: EmailMessage, letter: Letter, who: Correspondents) -> bytes:
    data = message.as_bytes()
    is_ascii = data.isascii() or who.needs_smtputf8
    if not is_ascii or max(map(len, data.split(b"\r\n"))) > _LONGEST_LINE:
        raise RenderError([_unfit_subject(letter)])
    return data


def _says(data: bytes, who: Correspondents, subject: str) -> bool:
    """Say whether a reader finds what was meant: these two addresses, their names, this subject."""
    found = message_from_string(data.decode(), policy=policy.SMTP)
    return (
        _is(found, "From", who.sender)
        and _is(found, "To", who.recipient)
        and found.get_all("Subject") == [subject]
        and sorted(name for name in map(str.lower, found.keys()) if not name.startswith("content-"))
        == _HEADERS
    )


def _is(found: EmailMessage, header: str, meant: Address) -> bool:
    headers = found.get_all(header) or []
    addresses = [address for one in headers for address in one.addresses]
    if len(addresses) != 1:
        return False
    # Between encoded words a reader may or may not see a space (RFC 2047, 6.2).
    read, written = ("".join(one.display_name.split()) for one in (addresses[0], meant))
    return bool(addresses[0].addr_spec == meant.addr_spec and read == written)


def _bare(address: Address) -> Address:
    return Address("", address.username, address.domain)


def _unfit_subject(letter: Letter, found: str = "has no subject that an e-mail can use") -> Problem:
    return Problem(
        "subject-unfit-for-email",
        f"the letter `{letter.letter_id}` {found}.",
        f"give its template a `subject` of at most {LONGEST_SUBJECT} characters, without encoded words "
        "(`=?…?=`) and invisible characters.",
    )
