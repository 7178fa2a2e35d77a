"""Sends e-mails through a mail server, and only when asked to."""

from lettergen.delivery.smtp.mail_server import MailServer, SendingError, ServerAnswer
from lettergen.delivery.smtp.outgoing import OutgoingMail, of_files, of_mailing
from lettergen.delivery.smtp.sending import (
    Pace,
    SendingHistory,
    SendingRecord,
    SendingResult,
    Standing,
    send,
    standing_of,
)
from lettergen.delivery.smtp.sending_record import EmptyRecord, LedgerRecord

__all__ = [
    "EmptyRecord",
    "LedgerRecord",
    "MailServer",
    "OutgoingMail",
    "Pace",
    "SendingError",
    "SendingHistory",
    "SendingRecord",
    "SendingResult",
    "ServerAnswer",
    "Standing",
    "of_files",
    "of_mailing",
    "send",
    "standing_of",
]
