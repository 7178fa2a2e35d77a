"""Letters for tests of the ledger; all people are invented."""

import hashlib

from lettergen.letters.assemble import letter_id
from lettergen.outbox.manifest import ManifestEntry, ManifestFile

__all__ = ["CANARY", "MAILING", "NOW", "digest", "letter"]

NOW = "2026-01-15T12:00:00Z"
CANARY = "zebulon-quickfellow"
TEMPLATE = "protest"
MAILING = "protest-2026-01-15"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def letter(recipient: str, sender: str, *, content: str = "one", state: str = "made") -> ManifestEntry:
    name = letter_id(TEMPLATE, recipient, sender)
    return ManifestEntry(
        sequence=1,
        letter_id=name,
        template=TEMPLATE,
        language="en",
        date="2026-01-15",
        recipient_id=recipient,
        sender_id=sender,
        state="failed" if state == "failed" else "made",
        pages=1,
        sheets=1,
        files=(ManifestFile(f"post/volume-0001/00001-{name}.pdf", digest(name + content)),),
        content_key=digest(content + name),
        text_sha256=digest(name),
        reason="missing-fact" if state == "failed" else "",
    )
