"""E-mails ready to send: files that lettergen made, each to one recipient."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import policy
from email.errors import NonASCIILocalPartDefect
from email.message import EmailMessage
from email.parser import Parser
from hashlib import sha256
from pathlib import Path

from lettergen.errors import InputProblems, Place, Problem
from lettergen.facts.regular_files import NotRegularError, TooLargeError, read_regular
from lettergen.outbox.atomic_files import SAFE_STEM
from lettergen.outbox.manifest import Manifest
from lettergen.outbox.missing_files import refuse_missing
from lettergen.outbox.volumes import MANIFEST
from lettergen.pages.mail import IDENTITY

__all__ = ["OutgoingMail", "of_files", "of_mailing"]

LARGEST = 50_000_000
"""Bytes; no mail server accepts a larger letter, so it is not read."""
_ONCE = ("From", "To", "Subject", "Date", "Message-ID")
_FORBIDDEN = frozenset({"cc", "bcc", "sender", "reply-to", "apparently-to", "return-path"})
_NUMBERED = re.compile(r"[0-9]+-(?=[a-z0-9])")
_NOT_IN_ADDRESS = re.compile(r"[\s<>\x00-\x1f\x7f-\x9f]")
_UNSENT = re.compile(rb"^X-Unsent:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", re.IGNORECASE | re.MULTILINE)
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """One e-mail before it is sent; its words stay in the file until then."""

    identity: str
    """The hash in its Message-ID: the same letter to the same address has the same."""
    letter_id: str
    mailing: str
    """The folder it is from; empty for a file by itself."""
    date: str
    """The letter's date: 2006-12-02."""
    path: Path
    sha256: str
    size: int
    """Bytes as they would be sent."""
    sender: str = field(repr=False)
    recipient: str = field(repr=False)

    @property
    def needs_smtputf8(self) -> bool:
        """Say whether an address is not ASCII (RFC 6531)."""
        return not (self.sender + self.recipient).isascii()

    def message(self) -> bytes:
        """Return what is sent: the file without the mark of a draft.

        Raises:
            InputProblems: The file is not what it was when it was looked at.
        """
        data = _read(self.path)
        if sha256(data).hexdigest() != self.sha256:
            raise InputProblems([_changed(self.path)])
        return _as_sent(data)


def of_mailing(folder: Path) -> tuple[OutgoingMail, ...]:
    """Return the e-mails of a mailing, or of one of its volumes, in the order of its manifest.

    Raises:
        InputProblems: It is no mailing, has no e-mails, or a file is not what
            the manifest says; all problems are reported.
    """
    try:
        entries = Manifest.read(folder / MANIFEST).entries
    except FileNotFoundError:
        fix = "name the folder of a mailing, which contains `manifest.jsonl`, or `.eml` files."
        raise InputProblems.of("no-mailing", "this is no mailing.", fix, Place(str(folder))) from None
    found: list[OutgoingMail] = []
    problems: list[Problem] = []
    folder = _whole(folder)
    refuse_missing(folder, entries, ".eml")
    for entry in entries:
        for file in entry.files:
            if entry.state != "made" or not file.file.endswith(".eml"):
                continue
            try:
                one = _outgoing(folder / file.file, entry.letter_id, folder.resolve().name)
            except InputProblems as fault:
                problems += fault.problems
                continue
            if one.sha256 != file.sha256:
                problems.append(_changed(one.path))
            found.append(one)
    if problems:
        raise InputProblems(problems)
    if not found:
        message = "this mailing has no e-mails."
        fix = "make it with `lettergen batch TEMPLATE … --channel email`, or with `--format eml`."
        raise InputProblems.of("no-emails-in-mailing", message, fix, Place(str(folder)))
    return _each_once(found)


def of_files(paths: Sequence[Path]) -> tuple[OutgoingMail, ...]:
    """Return the e-mails of single files.

    Raises:
        InputProblems: One is not an e-mail that lettergen made; all such files are reported.
    """
    found: list[OutgoingMail] = []
    problems: list[Problem] = []
    for path in paths:
        stem = _NUMBERED.sub("", path.stem)
        try:
            found.append(
                _in_mailing(path) or _outgoing(path, stem if SAFE_STEM.fullmatch(stem) else "letter", "")
            )
        except InputProblems as fault:
            problems += fault.problems
    if problems:
        raise InputProblems(problems)
    return _each_once(found)


def _in_mailing(path: Path) -> OutgoingMail | None:
    """Return the e-mail as the one of the mailing whose folder it lies in."""
    path = path.resolve()
    volume, folder = path.parent, _whole(path.parent)
    if folder == volume or not (volume / MANIFEST).is_file():
        return None
    for entry in Manifest.read(volume / MANIFEST).entries:
        if any(folder / one.file == path for one in entry.files):
            return _outgoing(path, entry.letter_id, folder.name)
    return None


def _whole(folder: Path) -> Path:
    """Return the mailing's folder for that of one of its volumes."""
    above = folder.resolve().parents
    return above[1] if len(above) > 1 and (above[1] / MANIFEST).is_file() else folder


def _each_once(found: Sequence[OutgoingMail]) -> tuple[OutgoingMail, ...]:
    return tuple({one.identity: one for one in reversed(found)}.values())[::-1]


def _outgoing(path: Path, letter_id: str, mailing: str) -> OutgoingMail:
    data = _read(path)
    try:
        # As text, for headers in UTF-8 (RFC 6532) are none to the parser of bytes.
        message = Parser(policy=policy.default).parsestr(data.decode())
    except UnicodeDecodeError:
        raise InputProblems([_not_ours(path, "is not in UTF-8")]) from None
    sender, recipient, identity = _ends(message, path)
    when = message["Date"].datetime
    date = when.date().isoformat() if when else ""
    return OutgoingMail(
        identity=identity,
        letter_id=letter_id,
        mailing=mailing,
        date=date,
        path=path,
        sha256=sha256(data).hexdigest(),
        size=len(_as_sent(data)),
        sender=sender,
        recipient=recipient,
    )


def _read(path: Path) -> bytes:
    try:
        return read_regular(path, most=LARGEST)
    except TooLargeError:
        raise InputProblems([_not_ours(path, f"has more than {LARGEST:,} bytes")]) from None
    except NotRegularError:
        raise InputProblems([_not_ours(path, "is not a regular file")]) from None
    except OSError:
        fix = "check the name; `lettergen write … -o letter.eml` makes such a file."
        raise InputProblems.of("no-such-email", "this file cannot be read.", fix, Place(str(path))) from None


def _ends(message: EmailMessage, path: Path) -> tuple[str, str, str]:
    """Return sender, recipient and identity, after checking that there is exactly one of each."""
    names = [name.lower() for name in message.keys()]  # noqa: SIM118 - each header, also those that come twice
    if any(names.count(name.lower()) != 1 for name in _ONCE):
        raise InputProblems([_not_ours(path, "lacks a header, or has it twice")])
    if any(name in _FORBIDDEN or name.startswith("resent-") for name in names):
        raise InputProblems([_not_ours(path, "has more recipients, or another sender")])
    match = IDENTITY.fullmatch(str(message["Message-ID"]).strip())
    if match is None:
        raise InputProblems([_not_ours(path, "has a Message-ID that is not lettergen's")])
    return _address(message, "From", path), _address(message, "To", path), match["hash"]


def _address(message: EmailMessage, header: str, path: Path) -> str:
    addresses = message[header].addresses
    # Letters outside ASCII are no defect since RFC 6531; the parser is older.
    defects = [one for one in message[header].defects if not isinstance(one, NonASCIILocalPartDefect)]
    if len(addresses) != 1 or defects:
        raise InputProblems([_not_ours(path, f"does not have exactly one address in `{header}`")])
    address = str(addresses[0].addr_spec)
    if address.count("@") != 1 or _NOT_IN_ADDRESS.search(address):
        raise InputProblems([_not_ours(path, f"has no usable address in `{header}`")])
    return address


def _as_sent(data: bytes) -> bytes:
    """Return the bytes to transmit: every line ends in CRLF, and the draft mark is removed.

    A bare line feed is how one message is smuggled into
    another (CVE-2023-51764 and others), so none is left.
    """
    head, gap, rest = _LINE_END.sub(b"\r\n", data).partition(b"\r\n\r\n")
    return _UNSENT.sub(b"", head + b"\r\n") + gap[2:] + rest


def _not_ours(path: Path, what: str) -> Problem:
    return Problem(
        "not-a-letter-to-send",
        f"this file {what}; lettergen sends only its own e-mails, each to one recipient.",
        "make it with `lettergen write … -o letter.eml`, or send it from your mail client.",
        Place(str(path)),
    )


def _changed(path: Path) -> Problem:
    return Problem(
        "email-changed",
        "this e-mail has changed since it was made or last checked.",
        "check it, then send it as a single file, or make the mailing again.",
        Place(str(path)),
    )
