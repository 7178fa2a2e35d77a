"""A mail server and its answers: encrypted or not used, and trusted as little as possible."""

import re
import smtplib
import ssl
import time
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lettergen.delivery.smtp.outgoing import OutgoingMail
from lettergen.errors import ExitCode, LettergenError, Problem
from lettergen.facts.regular_files import read_regular

if TYPE_CHECKING:
    import socket

__all__ = ["Connection", "MailServer", "SendingError", "ServerAnswer", "State"]

State = Literal["accepted", "temporary", "refused", "unknown", "not-sent"]
"""What became of an attempt.

``accepted``: the server has accepted the letter. ``temporary``: it asks to
try again (4xx). ``refused``: it refused the letter (5xx). ``not-sent``: the
connection ended before the letter was begun. ``unknown``: it ended after that
and before the answer, so that the letter may or may not be on its way.
"""
Stage = Literal["sender", "recipient", "begin", "text"]

HELLO = "[127.0.0.1]"
"""How we introduce ourselves, without naming a computer (RFC 5321, 4.1.3)."""
LONGEST_LINE = 8192
"""Octets of a line of an answer; RFC 5321, 4.5.3.1.5 has 512."""
MOST_LINES = 100
"""Lines of one answer."""
_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?=\s|\Z)")
_DOT = re.compile(rb"^\.", re.MULTILINE)
_MOST_DIGITS = 20
"""Of the size that a server accepts (RFC 1870, 4)."""
_CLOSING = 421
_GO_ON = 354
_TRUST = "if the server is your own, set `ca_file` in `[smtp]` to its authority; otherwise do not send."


class SendingError(LettergenError):
    """The mail server cannot be used; what was sent before is recorded."""

    exit_code = ExitCode.PARTIAL


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The server's address and log-in."""

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
class ServerAnswer:
    """The result of one attempt, in numbers, because servers' words repeat addresses."""

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
    """smtplib with limits to a server's answers."""

    clock = staticmethod(time.monotonic)
    _heard = b""
    """What has come and is not read yet."""

    def _line(self, last: float) -> bytes:
        """Return the next line; the time counts for the whole answer, however slowly it drips.

        Raises:
            OSError: It has not come in time.
        """
        line: socket.socket = self.sock  # type: ignore[assignment]
        try:
            while b"\n" not in self._heard and len(self._heard) < LONGEST_LINE:
                left = last - self.clock()
                if left <= 0:
                    raise TimeoutError
                line.settimeout(left)
                more = line.recv(LONGEST_LINE)
                if not more:
                    break
                self._heard += more
        finally:
            line.settimeout(self.timeout)
        end = self._heard.find(b"\n") + 1 or LONGEST_LINE
        found, self._heard = self._heard[:end], self._heard[end:]
        return found

    def getreply(self) -> tuple[int, bytes]:
        """Read one answer.

        Raises:
            SMTPServerDisconnected: It ended, was no answer, or would not end.
        """
        if self.file is None:  # a new connection, or one that is now encrypted
            self.file = self.sock.makefile("rb")  # type: ignore[union-attr]
            self._heard = b""
        lines: list[bytes] = []
        last = self.clock() + (self.timeout or 0)
        while len(lines) < MOST_LINES:
            try:
                line = self._line(last)
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

    def __init__(self, server: MailServer) -> None:
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
                f"no encrypted connection to `{server.name}` could be set up.",
                "check `security` and `port` in `[smtp]` with your provider: usually tls 465, starttls 587.",
            ) from None
        except (OSError, smtplib.SMTPException, ValueError):
            self.close()
            raise _not_reached(server) from None

    @property
    def is_open(self) -> bool:
        """Say whether another letter can go through."""
        return self._client is not None and self._client.sock is not None

    def objection(self, letter: OutgoingMail) -> Problem | None:
        """Return why this server cannot carry a letter, as far as it says so itself."""
        features = self._client.esmtp_features
        limit = features.get("size", "")
        is_number = limit.isascii() and limit.isdigit() and len(limit) <= _MOST_DIGITS
        if is_number and 0 < int(limit) < letter.size:
            return Problem(
                "email-too-large",
                f"the letter `{letter.letter_id}` has {letter.size:,} bytes, the limit is {int(limit):,}.",
                "remove pictures, or set `pdf = false` in `[email]`, and make the letter again.",
            )
        if letter.needs_smtputf8 and not ("smtputf8" in features and "8bitmime" in features):
            return Problem(
                "server-without-smtputf8",
                f"the letter `{letter.letter_id}` has an address with letters outside ASCII before its @; "
                "the server cannot handle it.",
                "ask for an ASCII address, or use a server with SMTPUTF8.",
            )
        if not letter.message().isascii() and "8bitmime" not in features:
            return Problem(
                "server-without-8bitmime",
                f"the letter `{letter.letter_id}` has bytes outside ASCII, which the server cannot handle.",
                "make it again with lettergen, which encodes them.",
            )
        return None

    def deliver(self, letter: OutgoingMail) -> ServerAnswer:
        """Send one letter and return the server's answer, or at which stage it stopped answering."""
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
            return ServerAnswer("not-sent", stage)
        if stage != "begin" or code != _GO_ON:
            return self._declined(stage, code, words)
        try:
            # From the first byte of the text on, only an answer tells what became of it.
            self._client.send(_DOT.sub(b"..", data) + (b"" if data.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            code, words = self._client.getreply()
        except (OSError, smtplib.SMTPException, ValueError):
            self.close()
            return ServerAnswer("unknown", "text")
        if code // 100 == 3:
            self.close()
            return ServerAnswer("unknown", "text", code)
        return self._judged("text", code, words)

    def close(self) -> None:
        """End the session, if the server is still there."""
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
                "ask your provider which server accepts your mail, or remove `user` from `[smtp]`.",
            )
        if code // 100 == 4:
            raise _not_ready(server, code)
        if code // 100 != 2:
            raise SendingError.of(
                "smtp-login-refused",
                f"`{server.name}` does not accept the name and password (code {code}).",
                "check `user` in `[smtp]` and the password with your provider; some require an app password.",
            )

    def _declined(self, stage: Stage, code: int, words: bytes) -> ServerAnswer:
        if code // 100 in (2, 3):  # neither the leave to go on nor a refusal
            self.close()
            return ServerAnswer("not-sent", stage, code)
        return self._judged(stage, code, words)

    def _judged(self, stage: Stage, code: int, words: bytes) -> ServerAnswer:
        states: dict[int, State] = {2: "accepted", 4: "temporary", 5: "refused"}
        found = _ENHANCED.match(words)
        if code == _CLOSING:
            self.close()
        elif code // 100 != 2:
            self._reset()
        return ServerAnswer(states[code // 100], stage, code, found[0].decode() if found else "")

    def _reset(self) -> None:
        try:
            code, _ = self._client.docmd("RSET")
        except (OSError, smtplib.SMTPException):
            code = 0
        if code // 100 != 2:
            self.close()


def _connected(server: MailServer, context: ssl.SSLContext) -> _Client:
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


def _context(server: MailServer) -> ssl.SSLContext:
    """Return what a server must satisfy: TLS 1.2, a trusted certificate, and that for its name."""
    try:
        own = read_regular(server.ca_file).decode("ascii", "replace") if server.ca_file else None
        context = ssl.create_default_context(cadata=own)
    except (OSError, ssl.SSLError, ValueError):
        raise SendingError.of(
            "no-certificates",
            f"`{server.ca_file}` contains no certificates.",
            "set `ca_file` in `[smtp]` to a PEM file; the path is relative to the campaign's folder.",
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _expect(server: MailServer, answer: tuple[int, bytes]) -> None:
    if answer[0] // 100 != 2:
        raise _not_ready(server, answer[0])


def _b64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _without_tls(server: MailServer) -> SendingError:
    return SendingError.of(
        "smtp-without-tls",
        f"`{server.name}` offers no encryption, or somebody in between suppresses it.",
        'set `security = "tls"` if your provider has it; do not send from a network that you do not trust.',
    )


def _not_reached(server: MailServer) -> SendingError:
    return SendingError.of(
        "smtp-not-reached",
        f"`{server.name}` cannot be reached, or is not a mail server.",
        "check `host` and `port` in `[smtp]` with your provider, then run the command again.",
    )


def _not_ready(server: MailServer, code: int) -> SendingError:
    return SendingError.of(
        "smtp-not-ready",
        f"`{server.name}` does not accept letters from here at present (code {code}).",
        "run the command again later; nothing is sent twice.",
    )
