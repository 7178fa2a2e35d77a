"""One mail server and what it answers. Encrypted or not at all, and never more trusting than it must be."""

import re
import smtplib
import ssl
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lettergen.errors import ExitCode, LettergenError, Problem
from lettergen.mailing.sending.outgoing import Outgoing

__all__ = ["Answer", "Connection", "SendingError", "Server", "State"]

State = Literal["accepted", "temporary", "refused", "unknown", "not-sent"]
"""What became of an attempt.

``accepted``: the server has taken the letter over. ``temporary``: it asks to
come again (4xx). ``refused``: it will not have it (5xx). ``not-sent``: the
connection ended before the letter was begun. ``unknown``: it ended after that
and before the answer, so that the letter may or may not be on its way.
"""
Stage = Literal["sender", "recipient", "begin", "text"]

HELLO = "[127.0.0.1]"
"""How we introduce ourselves: as no computer in particular (RFC 5321, 4.1.3)."""
LONGEST_LINE = 8192
"""Octets of a line of an answer; RFC 5321, 4.5.3.1.5 has 512."""
MOST_LINES = 100
"""Lines of one answer."""
_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?=\s|\Z)")
_DOT = re.compile(rb"^\.", re.MULTILINE)
_CLOSING = 421
_GO_ON = 354
_TRUST = "if the server is your own, name its authority in `ca_file` of `[smtp]`; otherwise do not send."


class SendingError(LettergenError):
    """The mail server cannot be used; what was sent before is recorded."""

    exit_code = ExitCode.PARTIAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where to send, and how to get in."""

    host: str
    port: int
    security: Literal["tls", "starttls"] = "tls"
    user: str | None = field(default=None, repr=False)
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    timeout: float = 60.0
    """Seconds for one answer."""

    @property
    def name(self) -> str:
        """Host and port, for messages."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one attempt, in numbers; servers' words repeat addresses."""

    state: State
    stage: Stage
    """How far it came: sender, recipient, begin or text."""
    code: int = 0
    """The server's answer (RFC 5321, 4.2); 0 where none came."""
    enhanced: str = ""
    """The same finer, such as 5.1.1 (RFC 3463)."""

    @property
    def note(self) -> str:
        """The answer for the record: ``550 5.1.1 at recipient``."""
        words = [str(self.code) if self.code > 0 else "", self.enhanced, f"at {self.stage}"]
        return " ".join(filter(None, words))


class _Client(smtplib.SMTP):
    """smtplib with an end to what a server may answer."""

    def getreply(self) -> tuple[int, bytes]:
        """Read one answer.

        Raises:
            SMTPServerDisconnected: It ended, was no answer, or would not end.
        """
        if self.file is None:
            self.file = self.sock.makefile("rb")  # type: ignore[union-attr]
        lines: list[bytes] = []
        while len(lines) < MOST_LINES:
            try:
                line = self.file.readline(LONGEST_LINE)
            except OSError:
                break
            if not re.fullmatch(rb"[2-5][0-9]{2}(?:[ -][^\r\n]*)?\r?\n", line):
                break
            lines.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)
        self.close()
        raise smtplib.SMTPServerDisconnected("no answer")


class _TlsClient(_Client, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class Connection:
    """A connection through which letters go one after another."""

    def __init__(self, server: Server) -> None:
        """Connect, encrypt, and log in.

        Raises:
            SendingError: The server is not reached, not encrypted, not who it
                should be, or does not let us in. No letter has been told it.
        """
        self._server = server
        context = _context(server)
        try:
            self._client = _connected(server, context)
            self._hello()
            if server.user is not None:
                self._log_in(server.user, server.password)
        except SendingError:
            self.close()
            raise
        except ssl.SSLCertVerificationError:
            self.close()
            raise SendingError.of(
                "smtp-certificate", f"`{server.name}` cannot prove that it is `{server.host}`.", _TRUST
            ) from None
        except ssl.SSLError:
            self.close()
            raise SendingError.of(
                "smtp-tls-failed",
                f"no encryption could be agreed with `{server.name}`.",
                "compare `security` and `port` of `[smtp]` with the provider's: tls 465, starttls 587.",
            ) from None
        except (OSError, smtplib.SMTPException, ValueError):
            self.close()
            raise _not_reached(server) from None

    @property
    def is_open(self) -> bool:
        """Say whether another letter can go through."""
        return self._client is not None and self._client.sock is not None

    def objection(self, letter: Outgoing) -> Problem | None:
        """Return why this server cannot carry a letter, as far as it says so itself."""
        features = self._client.esmtp_features
        limit = features.get("size", "")
        if limit.isascii() and limit.isdigit() and 0 < int(limit) < letter.size:
            return Problem(
                "email-too-large",
                f"the letter `{letter.letter_id}` has {letter.size:,} bytes; {int(limit):,} are taken.",
                "take pictures out of it, or set `pdf = false` in `[email]` and make it again.",
            )
        if letter.needs_smtputf8 and not ("smtputf8" in features and "8bitmime" in features):
            return Problem(
                "server-without-smtputf8",
                f"the letter `{letter.letter_id}` has an address with letters outside ASCII before its @; "
                "the server cannot carry it.",
                "ask for an address in ASCII, or send by a server that knows SMTPUTF8.",
            )
        if not letter.message().isascii() and "8bitmime" not in features:
            return Problem(
                "server-without-8bitmime",
                f"the letter `{letter.letter_id}` holds bytes outside ASCII; the server cannot carry them.",
                "make it again with lettergen, which encodes them.",
            )
        return None

    def deliver(self, letter: Outgoing) -> Answer:
        """Send one letter and return what the server says, or that it has fallen silent and where."""
        data = letter.message()
        options = [f"SIZE={len(data)}"] if "size" in self._client.esmtp_features else []
        if not data.isascii():
            options.append("BODY=8BITMIME")
        if letter.needs_smtputf8:
            options.append("SMTPUTF8")
        stage: Stage = "sender"
        try:
            code, words = self._client.mail(letter.sender, options)
            if code // 100 == 2:
                stage = "recipient"
                code, words = self._client.rcpt(letter.recipient)
            if code // 100 == 2:
                stage = "begin"
                code, words = self._client.docmd("DATA")
        except (OSError, smtplib.SMTPException, ValueError):
            self.close()
            return Answer("not-sent", stage)
        if code != _GO_ON:
            return self._declined(stage, code, words)
        try:
            # From the first byte of the text on, only an answer tells what became of it.
            self._client.send(_DOT.sub(b"..", data) + (b"" if data.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            code, words = self._client.getreply()
        except (OSError, smtplib.SMTPException, ValueError):
            self.close()
            return Answer("unknown", "text")
        if code // 100 == 3:
            self.close()
            return Answer("unknown", "text", code)
        return self._judged("text", code, words)

    def close(self) -> None:
        """Take leave, if the server still listens."""
        client: _Client | None = getattr(self, "_client", None)
        if client is None or client.sock is None:
            return
        try:
            client.putcmd("QUIT")
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            client.close()

    def _hello(self) -> None:
        client, server = self._client, self._server
        _expect(server, client.ehlo(HELLO))
        if server.security == "tls":
            return
        context = _context(server)
        if not client.has_extn("starttls"):
            raise _without_tls(server)
        try:
            client.starttls(context=context)
        except smtplib.SMTPResponseException:
            raise _without_tls(server) from None
        # What was said in clear does not count (RFC 3207, 4.2).
        _expect(server, client.ehlo(HELLO))

    def _log_in(self, user: str, password: str) -> None:
        client, server = self._client, self._server
        ways = client.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in ways:
            code, _ = client.docmd("AUTH", "PLAIN " + _b64(f"\0{user}\0{password}"))
        elif "LOGIN" in ways:
            code, _ = client.docmd("AUTH", "LOGIN " + _b64(user))
            if code == 334:
                code, _ = client.docmd(_b64(password))
        else:
            raise SendingError.of(
                "smtp-login-not-offered",
                f"`{server.name}` offers no log-in with a password.",
                "ask the provider which server takes letters from you, or take `user` out of `[smtp]`.",
            )
        if code // 100 == 4:
            raise _not_ready(server, code)
        if code // 100 != 2:
            raise SendingError.of(
                "smtp-login-refused",
                f"`{server.name}` does not accept the name and password (code {code}).",
                "compare `user` of `[smtp]` and the password with the provider's; some want one for apps.",
            )

    def _declined(self, stage: Stage, code: int, words: bytes) -> Answer:
        if code // 100 in (2, 3):  # neither the leave to go on nor a refusal
            self.close()
            return Answer("not-sent", stage, code)
        return self._judged(stage, code, words)

    def _judged(self, stage: Stage, code: int, words: bytes) -> Answer:
        states: dict[int, State] = {2: "accepted", 4: "temporary", 5: "refused"}
        found = _ENHANCED.match(words)
        if code == _CLOSING:
            self.close()
        elif code // 100 != 2:
            self._reset()
        return Answer(states[code // 100], stage, code, found[0].decode() if found else "")

    def _reset(self) -> None:
        try:
            code, _ = self._client.docmd("RSET")
        except (OSError, smtplib.SMTPException):
            code = 0
        if code // 100 != 2:
            self.close()


def _connected(server: Server, context: ssl.SSLContext) -> _Client:
    if server.security == "tls":
        client: _Client = _TlsClient(local_hostname=HELLO, timeout=server.timeout, context=context)
    else:
        client = _Client(local_hostname=HELLO, timeout=server.timeout)
    client._host = server.host  # type: ignore[attr-defined]  # which smtplib sets only when it connects by itself
    try:
        _expect(server, client.connect(server.host, server.port))
    except BaseException:
        client.close()
        raise
    return client


def _context(server: Server) -> ssl.SSLContext:
    """Return what a server must satisfy: TLS 1.2, a trusted certificate, and that for its name."""
    try:
        context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    except (OSError, ssl.SSLError):
        raise SendingError.of(
            "no-certificates",
            f"`{server.ca_file}` holds no certificates.",
            "name a PEM file in `ca_file` of `[smtp]`; it counts from the campaign's folder.",
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _expect(server: Server, answer: tuple[int, bytes]) -> None:
    if answer[0] // 100 != 2:
        raise _not_ready(server, answer[0])


def _b64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _without_tls(server: Server) -> SendingError:
    return SendingError.of(
        "smtp-without-tls",
        f"`{server.name}` offers no encryption, or somebody in between takes the offer out.",
        'set `security = "tls"` if the provider has it; do not send from a network that you do not trust.',
    )


def _not_reached(server: Server) -> SendingError:
    return SendingError.of(
        "smtp-not-reached",
        f"`{server.name}` is not reached, or does not speak as a mail server does.",
        "compare `host` and `port` of `[smtp]` with what the provider says, then run the command again.",
    )


def _not_ready(server: Server, code: int) -> SendingError:
    return SendingError.of(
        "smtp-not-ready",
        f"`{server.name}` takes no letters from here now (code {code}).",
        "run the command again later; what was sent is not sent twice.",
    )
