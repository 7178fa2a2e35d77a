"""Sending e-mails by a mail server: all that touches a network, and only when asked to."""

from lettergen.mailing.sending.outgoing import Outgoing, of_files, of_mailing
from lettergen.mailing.sending.record import Empty, InLedger
from lettergen.mailing.sending.run import Known, Pace, Register, Sent, Standing, send, standing_of
from lettergen.mailing.sending.server import Answer, SendingError, Server

__all__ = [
    "Answer",
    "Empty",
    "InLedger",
    "Known",
    "Outgoing",
    "Pace",
    "Register",
    "SendingError",
    "Sent",
    "Server",
    "Standing",
    "of_files",
    "of_mailing",
    "send",
    "standing_of",
]
