"""Subjects and names through a real mail server and back, each compared with what was written.

``python benchmarks/mail_round_trip.py HOST:PORT MAILDIR --ca-file ca.pem [--count 2000]``: the server is
one of yours that takes STARTTLS and puts whatever comes into ``MAILDIR/new``. Each message has a subject and
two names of its own, in all the writings and with all the signs that headers have trouble with. Everybody is
invented, and every address is at example.org.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import date
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent))

from lettergen.delivery.smtp import LedgerRecord, MailServer, Pace, of_files, send
from lettergen.ledger import LEDGER_FILE, Ledger
from lettergen.letters.letter import Letter, Paragraph, Span
from lettergen.pages.mail import Correspondents, draft
from lettergen.pages.mail.correspondents import header_text
from lettergen.pages.mail.message import identity

NOW = "2026-01-15T12:00:00Z"
WORDS = {
    "ASCII": "release the librarian now Minister of Justice Article 33 U.N. (urgent) a/b #12 50% =x ?y",
    "French": "« libération » immédiate à l’égard d’une détenue âgée où naïf œuvre cœur Noël",
    "German": "Größe Straße übermäßig Äußerung „sofort“ Freilassung Justizministerium Mühlenstraße",
    "Polish": "Zażółć gęślą jaźń łódź świętość źdźbło Wałęsa Łukasz natychmiast",
    "Vietnamese": "Nguyễn Văn Trỗi trả tự do ngay lập tức Đặng Thị Hồng ưỡn ẹo",
    "Cyrillic": "Немедленно освободить библиотекаршу Їжак Ґанок Щукина ёлка",
    "Greek": "άμεση απελευθέρωση Ιωάννης Παπαδόπουλος ὁ ἄνθρωπος",
    "CJK": "释放图书管理员 司書を釈放してください 도서관 사서를 석방하라 𠮷野家 ｶﾀｶﾅ",
    "Arabic": "الإفراج الفوري عن أمينة المكتبة محمّد عبد‌الله",
    "Hebrew": "שחרור מיידי של הספרנית יוֹסֵף",
    "Indic": "तुरंत रिहाई क्‍ष ಕನ್ನಡ தமிழ்",
    "emoji": "🕊️ 👩🏽‍⚖️ 🇺🇳 free 🕯 her",
    "combining": "e\u0301te\u0301 a\u030angstro\u0308m n\u0303",
    "quotes": "\"quoted\" 'single' O'Brien \\backslash\\ a,b; c:d <angle> (round) [square] =20 _under_ =",
}
"""Words by writing; a subject or a name is some of them."""
LONG = ("x" * 60, "Donaudampfschifffahrtsgesellschaftskapitän", "ó" * 40, "漢" * 45, "a_b=c?d" * 12)
BLANKS = ("", "", "", "  ", " ", "\N{NO-BREAK SPACE}", "\N{SOFT HYPHEN}")


def texts(count: int, seed: int, longest: int) -> Iterator[str]:
    """Yield texts of a header, no two alike."""
    chance, seen = Random(seed), set[str]()  # noqa: S311 - the same texts each time
    kinds = list(WORDS)
    while len(seen) < count:
        kind = kinds[len(seen) % len(kinds)]
        words = chance.choices(WORDS[kind].split(), k=chance.choice((1, 2, 3, 5, 8, 21)))
        if chance.random() < 0.15:
            words.insert(chance.randrange(len(words) + 1), chance.choice(LONG))
        if chance.random() < 0.3:
            words += chance.choices(WORDS[chance.choice(kinds)].split(), k=2)
        text = (chance.choice((" ", " ", "  ")).join(words) + chance.choice(BLANKS))[:longest]
        if text not in seen and "=?" not in text and "@" not in text:
            seen.add(text)
            yield text


def letters(count: int) -> Iterator[tuple[Letter, Correspondents]]:
    """Yield letters with a subject and two names of their own."""
    names = texts(2 * count, 2, 120)
    for number, subject in enumerate(texts(count, 1, 480)):
        letter = Letter(
            letter_id=f"note--reader-{number}--writer-{number}",
            template="note",
            recipient_id=f"reader-{number}",
            sender_id=f"writer-{number}",
            language="en",
            audience="addressee",
            date=date(2026, 1, 2),
            subject=(Span(subject),),
            opening="Dear reader,",
            body=(Paragraph((Span(f"{subject} -- From the bottom."),)), Paragraph((Span(".dot first"),))),
            closing="Yours sincerely,",
        )
        writer = Address(header_text(next(names)), f"writer-{number}", "example.org")
        reader = Address(header_text(next(names)), f"reader-{number}", "example.org")
        yield letter, Correspondents(writer, reader)


def arrived(maildir: Path) -> Mapping[str, EmailMessage]:
    """Return what has come, by Message-ID."""
    found = {}
    for path in (maildir / "new").iterdir():
        message: EmailMessage = message_from_bytes(path.read_bytes(), policy=policy.default)  # type: ignore[assignment]
        found[str(message["message-id"]).strip(" <>").partition("@")[0]] = message
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Subjects and names through a mail server and back.")
    parser.add_argument("server", metavar="HOST:PORT")
    parser.add_argument("maildir", type=Path, metavar="MAILDIR")
    parser.add_argument("--ca-file", type=Path, metavar="FILE")
    parser.add_argument("--count", type=int, default=2000, metavar="N")
    told = parser.parse_args()
    host, _, port = told.server.rpartition(":")
    server = MailServer(host=host, port=int(port), security="starttls", ca_file=told.ca_file)
    written, sources, refused = {}, {}, 0
    with (
        TemporaryDirectory() as place,
        Ledger.open(Path(place, LEDGER_FILE), campaign="Trip", now=NOW) as ledger,
    ):
        files = []
        for letter, who in letters(told.count):
            files.append(Path(place, f"{letter.letter_id}.eml"))
            files[-1].write_bytes(draft(letter, who))
            written[identity(letter, who)] = (letter, who)
            sources[identity(letter, who)] = message_from_bytes(files[-1].read_bytes(), policy=policy.default)
        pace = Pace(600_000, clock=lambda: 0.0, sleep=lambda _: None)
        began = time.perf_counter()
        for result in send(of_files(files), server, LedgerRecord(ledger), pace):
            refused += result.state != "accepted"
        took = time.perf_counter() - began
    return report(told.maildir, written, sources, refused, took)


def report(
    maildir: Path,
    written: Mapping[str, tuple[Letter, Correspondents]],
    sources: Mapping[str, EmailMessage],
    refused: int,
    took: float,
) -> int:
    """Wait for what was sent, compare it, and print how much is as it was."""
    until = time.monotonic() + 120
    while len(found := arrived(maildir)) < len(written) - refused and time.monotonic() < until:
        time.sleep(1)
    counts = dict.fromkeys(("subjects", "sender's names", "recipient's names", "texts"), 0)
    for key, (letter, who) in written.items():
        message = found.get(key)
        if message is None:
            continue
        pairs = {
            "subjects": (read(raw(message, "subject")), header_text(letter.subject[0].text)),
            "sender's names": (mailbox(message, "from"), (who.sender.display_name, who.sender.addr_spec)),
            "recipient's names": (
                mailbox(message, "to"),
                (who.recipient.display_name, who.recipient.addr_spec),
            ),
            "texts": (words_of(message), words_of(sources[key])),
        }
        for what, (there, here) in pairs.items():
            counts[what] += there == here
            if there != here:
                print(f"{what}: {here!a} came back as {there!a}")
    print(f"{len(written):,} sent in {took:.0f} s, {refused:,} refused, {len(found):,} arrived")
    for what, number in counts.items():
        print(f"{number:,} of {len(written):,} {what} are as they were")
    return 0 if set(counts.values()) == {len(written)} else 1


def raw(message: EmailMessage, name: str) -> str:
    """Return a header as it came, unfolded."""
    (value,) = [value for key, value in message.raw_items() if key.lower() == name]
    return "".join(str(value).splitlines())


def read(text: str) -> str:
    """Return what a reader sees (RFC 2047); Python's newer one puts blanks into names."""
    return str(make_header(decode_header(text)))


def mailbox(message: EmailMessage, name: str) -> tuple[str, str]:
    """Return name and address of a header."""
    shown, address = parseaddr(raw(message, name))
    return read(shown), address


def words_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    text: str = body.get_content() if body else ""
    return text.replace("\r\n", "\n")


if __name__ == "__main__":
    sys.exit(main())
