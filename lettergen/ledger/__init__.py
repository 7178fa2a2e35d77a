"""The ledger: what went to whom, when, by which channel, with which text, in one SQLite file."""

from lettergen.ledger.store import LEDGER_FILE, Ledger

__all__ = ["LEDGER_FILE", "Ledger"]
