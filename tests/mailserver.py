"""A real mail server on loopback, with the faults that real ones have."""

# The names of the handlers and their arguments are the library's.
# ruff: noqa: ARG002, N802

import asyncio
import os
import signal
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from lettergen.delivery.smtp import MailServer

HOST = "127.0.0.1"
PASSWORD = "correct hörse"  # noqa: S105 - of a server that lives for a second
"""Not ASCII, as passwords are."""

# What is answered where; of `once`, only the first time a recipient is asked for.
ANSWERS: Mapping[str, tuple[str, str]] = {
    "354 at MAIL": ("MAIL", "354 go on"),
    "354 at RCPT": ("RCPT", "354 go on"),
    "451 at MAIL": ("MAIL", "451 4.3.0 later"),
    "550 at MAIL": ("MAIL", "550 5.7.1 not you"),
    "450 at RCPT": ("RCPT", "450 4.2.1 later"),
    "550 at RCPT": ("RCPT", "550 5.1.1 <minister@example.org> nobody"),
    "451 at DATA": ("BEGIN", "451 4.3.0 later"),
    "554 at DATA": ("BEGIN", "554 5.5.1 no"),
    "250 at DATA": ("BEGIN", "250 2.0.0 already"),
    "452 after the text": ("TEXT", "452 4.3.1 full"),
    "552 after the text": ("TEXT", "552 5.3.4 too large"),
    "nonsense after the text": ("TEXT", "yes"),
    "354 after the text": ("TEXT", "354 more"),
    "421 at RCPT": ("RCPT", "421 4.3.2 closing"),
}


def drop(server: SMTP) -> None:
    """Cut the line without a word."""
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


class FaultySMTP(SMTP):
    """The library's server, able to break off in the middle."""

    event_handler: "Postbox"

    async def smtp_DATA(self, arg: str) -> None:
        fault = self.event_handler.fault
        if fault == "dropped at DATA":
            drop(self)
        elif fault == "dropped in the text":
            await self.push("354 go on")
            drop(self)
        elif answer := self.event_handler.answer("BEGIN"):
            await self.push(answer)
        else:
            await super().smtp_DATA(arg)

    async def smtp_STARTTLS(self, arg: str) -> None:
        if self.event_handler.fault == "STARTTLS refused":
            await self.push("454 4.7.0 TLS not available")
        else:
            await super().smtp_STARTTLS(arg)


@dataclass
class Postbox:
    """What has arrived, and what goes wrong."""

    fault: str = ""
    inbox: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Senders, recipients and greetings in the order in which they came."""

    def answer(self, where: str) -> str | None:
        at, words = ANSWERS.get(self.fault, ("", ""))
        return words if at == where else None

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(one, policy=policy.default) for one in self.inbox]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.asked.append(f"EHLO {hostname}")
        if self.fault == "STARTTLS stripped":
            return [one for one in responses if "STARTTLS" not in one]
        if self.fault == "not ready":
            return ["554 5.3.2 no letters today"]
        if self.fault == "no log-in":
            return [one for one in responses if "AUTH" not in one]
        if self.fault == "an old way to log in":
            return [one.replace("LOGIN PLAIN", "LOGIN") for one in responses]
        if self.fault == "answers without end":
            return ["250-AND"] * 500 + responses
        if self.fault == "a size of 5,000 digits":
            return [f"250-SIZE {'9' * 5_000}" if "SIZE" in one else one for one in responses]
        if self.fault == "old":
            return [one for one in responses if not one.endswith(("8BITMIME", "SMTPUTF8"))]
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.fault == "dropped at MAIL":
            drop(server)
        self.asked.append(f"MAIL {address} {' '.join(options)}")
        if answer := self.answer("MAIL"):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        is_new = f"RCPT {address}" not in self.asked
        self.asked.append(f"RCPT {address}")
        if answer := self.answer("RCPT"):
            return answer
        if self.fault == "greylisting" and is_new:
            return "451 4.7.1 greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if answer := self.answer("TEXT"):
            return answer
        assert isinstance(envelope.content, bytes)
        self.inbox.append(envelope.content)
        if self.fault == "dropped after the text":
            drop(server)
        if self.fault == "dropped between letters":
            asyncio.get_running_loop().call_later(0.01, drop, server)
        if self.fault.startswith("Ctrl-C"):
            os.kill(os.getpid(), signal.SIGINT)
        if self.fault == "Ctrl-C twice":
            asyncio.get_running_loop().call_later(0.1, os.kill, os.getpid(), signal.SIGINT)
            await asyncio.sleep(30)
        if self.fault == "silent after the text":
            await asyncio.sleep(30)
        return "250 2.0.0 taken"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, way: str, data: Any
    ) -> AuthResult:
        self.asked.append(f"AUTH {way}")
        is_right = data.password.decode() == PASSWORD and self.fault != "log-in refused"
        return AuthResult(success=is_right, handled=False)


class Authority:
    """Certificates, made once for all tests."""

    def __init__(self, folder: Path) -> None:
        self._trusted, self._other = trustme.CA(), trustme.CA()
        self.file = folder / "ca.pem"
        self._trusted.cert_pem.write_to_path(str(self.file))

    def context(self, fault: str = "") -> ssl.SSLContext:
        authority = self._other if fault == "certificate of another authority" else self._trusted
        name = "mail.example.org" if fault == "certificate for another name" else HOST
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        return context


class _Thread(Controller):
    """The server in a thread of its own, at whatever port is free."""

    def factory(self) -> SMTP:
        return FaultySMTP(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def running(
    authority: Authority,
    fault: str = "",
    *,
    security: str = "starttls",
    timeout: float = 5.0,
    user: str | None = None,
    size: int = 1_000_000,
) -> Iterator[tuple[Postbox, MailServer]]:
    """Run a server with a fault; yield what arrives and how to reach it."""
    postbox = Postbox(fault)
    context = authority.context(fault)
    options: dict[str, Any] = {
        "data_size_limit": size,
        "enable_SMTPUTF8": fault != "old",
        "server_hostname": "mail.test",
        "auth_required": user is not None and security == "starttls",
        "auth_require_tls": security == "starttls",
        "authenticator": postbox.authenticate,
    }
    if security == "tls":
        options |= {"ssl_context": context, "auth_require_tls": False}
    elif fault != "STARTTLS stripped":
        options |= {"tls_context": context, "require_starttls": True}
    controller = _Thread(postbox, hostname=HOST, port=0, **options)
    controller.start()
    server = MailServer(
        host=HOST,
        port=controller.port,
        security="tls" if security == "tls" else "starttls",
        user=user,
        password=PASSWORD,
        ca_file=authority.file,
        timeout=timeout,
    )
    try:
        yield postbox, server
    finally:
        controller.stop(no_assert=True)
