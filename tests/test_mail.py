"""A letter as an e-mail: its words, its two ends, its attachment, and how other programs read it."""

import os
import pty
import re
import shutil
import socket
import termios
from dataclasses import replace
from datetime import date
from email import message_from_bytes, message_from_string, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from getpass import getuser
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lettergen.console.emails import show_link
from lettergen.errors import LettergenError
from lettergen.facts.campaign import Campaign
from lettergen.facts.model import PersonName, Recipient, Sender
from lettergen.facts.settings import Settings
from lettergen.letters.letter import Letter, ListBlock, Paragraph, Quote, Span, plain
from lettergen.letters.parts import LetterFacts
from lettergen.pages.mail import (
    LONGEST_LINK,
    Correspondents,
    alternative,
    correspondents,
    draft,
    identity,
    link,
)
from lettergen.reference.stationery import stationery
from tests.pages import samples
from tests.pages.reading import html_words, letter_words, numbered_words, words

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
WHO = Correspondents(
    Address("Jane Example", "jane", "example.org"), Address("Minister of Justice", "minister", "example.org")
)


def read(data: bytes) -> EmailMessage:
    """Read a file as a mail client does."""
    message = message_from_string(data.decode(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def shown(message: EmailMessage) -> str:
    """The text as a reader shows it: flowed lines joined, stuffing and marks off (RFC 3676, 4)."""
    part = message.get_body(("plain",))
    assert part is not None
    deletes = part["Content-Type"].params.get("delsp") == "yes"
    assert part["Content-Type"].params["format"] == "flowed"
    text = ""
    for line in part.get_content().splitlines():
        bare = line.lstrip(">").removeprefix(" ")
        text += (bare[:-1] if deletes else bare) if bare.endswith(" ") else bare + "\n"
    return text


@pytest.mark.parametrize("letter", samples.ALL.values(), ids=list(samples.ALL))
def test_the_words_are_those_of_the_letter_in_its_order(letter: Letter) -> None:
    message = read(draft(letter, WHO, pdf=PDF, html=alternative.render(letter, stationery("din-5008-b"))))
    letter = letter.without_window_line()
    assert words(shown(message)) == numbered_words(letter)
    html = message.get_body(("html",))
    assert html is not None
    assert html_words(html.get_content()) == letter_words(letter)


def test_a_word_that_is_missing_would_be_seen() -> None:
    shorter = replace(samples.PLAIN, closing="")
    assert words(shown(read(draft(shorter, WHO)))) != numbered_words(samples.PLAIN)


def test_lines_fit_any_window_and_any_server() -> None:
    data = draft(samples.PLAIN, WHO, pdf=PDF)
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 78
    assert b"\n" not in data.replace(b"\r\n", b"")
    part = read(data).get_body(("plain",))
    assert part is not None
    assert max(map(len, part.get_content().splitlines())) <= 73


def body_of(*blocks: Paragraph | Quote | ListBlock) -> str:
    letter = replace(samples.PLAIN, body=blocks)
    return shown(read(draft(letter, WHO)))


def test_a_paragraph_flows_as_one() -> None:
    said = "word " * 80 + "end"
    assert said in body_of(Paragraph((Span(said),)))


def test_lines_that_mail_programs_would_change_come_through() -> None:
    said = "From here on:\n> not a quotation\n-- \nthe end"
    assert "From here on:\n> not a quotation\n--\nthe end" in body_of(Paragraph((Span(said),)))


def test_japanese_is_broken_without_spaces_that_stay() -> None:
    said = "私たちは、貴国政府が拘束された人々を直ちに釈放するよう強く求めます。" * 5
    assert said in body_of(Paragraph((Span(said),)))


def test_a_quotation_is_marked_as_mail_marks_it() -> None:
    letter = replace(samples.PLAIN, body=(Quote((Paragraph((Span("As it is written. " * 9),)),)),))
    part = read(draft(letter, WHO)).get_body(("plain",))
    assert part is not None
    quoted = [line for line in part.get_content().splitlines() if line.startswith(">")]
    assert len(quoted) == 3
    assert all(line.startswith("> ") for line in quoted)


def test_headers_say_what_the_letter_says_and_nothing_of_this_machine() -> None:
    data = draft(samples.PLAIN, WHO, pdf=PDF)
    message = read(data)
    assert str(message["From"]) == "Jane Example <jane@example.org>"
    assert str(message["To"]) == "Minister of Justice <minister@example.org>"
    assert message["Date"].datetime.date() == samples.PLAIN.date
    assert str(message["Date"]).endswith("12:00:00 -0000")
    assert message["X-Unsent"] == "1"
    assert message["Message-ID"].endswith("@letters.lettergen.invalid>")
    assert sorted(message.keys()) == sorted(
        [
            *("From", "To", "Subject", "Date", "Message-ID", "X-Unsent", "MIME-Version"),
            *("Content-Language", "Content-Type"),
        ]
    )
    for secret in (socket.gethostname(), str(Path.home()), getuser() + "@"):
        assert secret.encode() not in data


def test_the_pages_are_attached_under_a_name_without_people() -> None:
    (part,) = read(draft(samples.PLAIN, WHO, pdf=PDF)).iter_attachments()
    assert part.get_content() == PDF
    assert part.get_content_type() == "application/pdf"
    assert part.get_filename() == f"{samples.PLAIN.template}-{samples.PLAIN.date.isoformat()}.pdf"


def test_the_html_half_asks_for_nothing_from_outside() -> None:
    picture = replace(samples.PLAIN.signatures[0], picture="signature.png")
    html = alternative.render(replace(samples.PLAIN, signatures=(picture,)), stationery("din-5008-b"))
    assert not [
        word for word in ("<img", "src=", "url(", "http", "asset:", "@import", "<script") if word in html
    ]


def test_the_same_letter_is_the_same_file_and_another_is_another() -> None:
    assert draft(samples.PLAIN, WHO, pdf=PDF) == draft(samples.PLAIN, WHO, pdf=PDF)
    mended = replace(WHO, recipient=Address("Minister of Justice", "office", "example.org"))
    named = replace(WHO, recipient=Address("The Minister", "minister", "example.org"))
    one = identity(samples.PLAIN, WHO)
    assert identity(samples.PLAIN, named) == one
    others = {
        identity(replace(samples.PLAIN, opening="Sir,"), WHO),
        identity(replace(samples.PLAIN, date=date(2003, 1, 1)), WHO),
        identity(replace(samples.PLAIN, letter_id="other"), WHO),
        identity(samples.PLAIN, mended),
    }
    assert one not in others
    assert len(others) == 4


# The ends


def facts(*, name: str = "Minister", to: str = "minister@example.org", sender: str = "Jane") -> LetterFacts:
    one = Recipient.model_construct(id="minister", name=None, email=to)
    writer = Sender.model_construct(
        id="jane", name=PersonName.model_construct(full=sender), organisation=None, email="jane@example.org"
    )
    campaign = Campaign(Path(), Settings(), (one,), (writer,), (), ())
    return LetterFacts(campaign=campaign, sender=writer, recipient=one, on=samples.PLAIN.date)


def mailed(letter: Letter, given_facts: LetterFacts) -> EmailMessage:
    return read(draft(letter, correspondents(letter, given_facts)))


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org, b@example.org",
        "a@example.org;b@example.org",
        "Kim <a@example.org>",
        "a@example.org\nBcc: b@example.org",
        "a@example.org\r\n\r\nhello",
        "group: a@example.org;",
        "a@example.org (comment)",
        '"a@example.org, b"@example.org',
        "a@[127.0.0.1]",
        "a@localhost",
        "a@@example.org",
        "a@example.org\u2028b@example.org",
        "\u202ea@example.org",
        "a@exam ple.org",
        "=?utf-8?q?a?=@example.org, b@example.org",
    ],
)
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(LettergenError, match="unusable-email"):
        correspondents(samples.PLAIN, facts(to=address))


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("minister@example.org", "minister@example.org"),
        ("o'neill+letters@example.org", "o'neill+letters@example.org"),
        ("minister@bücher.example.org", "minister@xn--bcher-kva.example.org"),
        ("министр@example.org", "министр@example.org"),
    ],
)
def test_an_address_of_any_language_comes_through(address: str, written: str) -> None:
    message = mailed(samples.PLAIN, facts(to=address))
    assert [one.addr_spec for one in message["To"].addresses] == [written]


@pytest.mark.parametrize(
    "name", ["a@example.org", "Kim a@b.example", "=?utf-8?q?x?=", "=??B?", "Kim\u202e", "Kim\u0000"]
)
def test_a_name_that_steers_is_refused(name: str) -> None:
    for given_facts, letter in (
        (facts(sender=name), samples.PLAIN),
        (facts(), replace(samples.PLAIN, inside_address=(name,))),
    ):
        with pytest.raises(LettergenError, match="name-steers-header"):
            correspondents(letter, given_facts)


def test_a_comma_in_a_name_makes_no_second_address() -> None:
    letter = replace(samples.PLAIN, inside_address=('Kim, Lee; "Bo" <office>, Ministry (of Justice)',))
    (one,) = mailed(letter, facts())["To"].addresses
    assert (one.display_name, one.addr_spec) == (letter.inside_address[0], "minister@example.org")


def test_whoever_has_no_address_is_told_of_both_ends_at_once() -> None:
    lacking = facts(to="")
    lacking = replace(lacking, sender=lacking.sender.model_copy(update={"email": None}))
    with pytest.raises(LettergenError) as caught:
        correspondents(samples.PLAIN, lacking)
    assert [problem.name for problem in caught.value.problems] == ["no-email", "no-email"]


STEERING = st.sampled_from(
    ["\r\n", "\n", "\r", "Bcc: x@y.org", ",", ";", "<x@y.org>", '"', "\\", "=?", "?=", "@", ":", " "]
)
ANY = st.lists(st.one_of(st.characters(), STEERING, st.sampled_from(list("abÜ中😀 "))), max_size=60).map(
    "".join
)
often = settings(max_examples=150, deadline=None, derandomize=True)


@often
@given(ANY, ANY, ANY)
@example("Kim\r\nBcc: x@y.org", "Subject\nBcc: x@y.org", "x@y.org\r\nBcc: z@y.org")
@example("中華人民共和国" * 20 + ", x", "主題" * 100, "minister@example.org")
@example("a, " * 40, "a, " * 100, "minister@example.org")
def test_whatever_is_in_a_field_the_message_has_these_two_ends_or_is_refused(
    name: str, subject: str, address: str
) -> None:
    letter = replace(samples.PLAIN, inside_address=(name or "x",), subject=(Span(subject),))
    for given_facts in (facts(sender=name or "x"), facts(to=address)):
        try:
            message = mailed(letter, given_facts)
        except LettergenError:
            continue
        assert [one.addr_spec for one in message["From"].addresses] == ["jane@example.org"]
        assert len(message["To"].addresses) == 1
        if given_facts.recipient and given_facts.recipient.email == "minister@example.org":
            assert message["To"].addresses[0].addr_spec == "minister@example.org"
        assert set(message.keys()) <= {
            *("From", "To", "Subject", "Date", "Message-ID", "X-Unsent", "MIME-Version"),
            *("Content-Language", "Content-Type", "Content-Transfer-Encoding"),
        }
        assert str(message["Subject"]) == " ".join(subject.split()) or not subject.split()


def test_a_header_made_by_joining_texts_would_be_seen() -> None:
    data = draft(samples.PLAIN, WHO).replace(b"To: Minister of Justice", b"To: x@y.org, Minister")
    assert len(read(data)["To"].addresses) == 2


PIECES = (
    *("Müller", "Łódź", "żółć", "n’est", "Straße", "réfugiés", "of the", "中国", "한국"),
    *("😀", "👩\u200d👩\u200d👧", "a,b", "№ 5", "–"),
)


@pytest.mark.parametrize("seed", range(4))
def test_every_subject_and_name_comes_back_as_it_was_written(seed: int) -> None:
    chosen = Random(seed)  # noqa: S311 - no secret
    for _ in range(150):
        subject = " ".join(chosen.choices(PIECES, k=chosen.randint(1, 30)))
        name = " ".join(chosen.choices(PIECES, k=chosen.randint(1, 8)))
        letter = replace(samples.PLAIN, subject=(Span(subject),))
        data = draft(letter, Correspondents(Address(name, "jane", "example.org"), WHO.recipient))
        head = data[: data.index(b"\r\n\r\n")]
        assert max(map(len, head.split(b"\r\n"))) <= 76
        encoded = re.findall(rb"=\?utf-8\?[qb]\?([^?]*)\?=", head)
        assert all(encoded)
        assert all(len(word) <= 75 for word in re.findall(rb"=\?\S+\?=", head))
        # GMime reads on after a word in base64 only if that has no padding.
        assert not re.search(rb"\?b\?[^?]*=\?=\r\n =\?", head)
        plain_reader = message_from_bytes(data)
        read_back = [str(make_header(decode_header(plain_reader["Subject"])))]
        read_back.append(str(make_header(decode_header(parseaddr(plain_reader["From"])[0]))))
        assert read_back == [subject, name]


@pytest.mark.parametrize(
    "written",
    [
        "2 + 2 =? 5",
        "Code@Work, Berlin",
        "הספרייה\u200f (2)",
        "كتاب\u061c ٥",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f Writers",
        "zero\u200bwidth",
        "Association for " + "the freedom of words, " * 12,
        "Ä" * 200,
        "a" + "漢" * 100,
    ],
)
def test_what_people_write_goes_out_as_a_subject_and_as_a_name(written: str) -> None:
    meant = " ".join(written.split())
    letter = replace(samples.PLAIN, subject=(Span(written),), inside_address=(written,))
    data = draft(letter, correspondents(letter, facts(sender=written)))
    head = data[: data.index(b"\r\n\r\n")]
    assert max(map(len, head.split(b"\r\n"))) <= 78
    plain_reader = message_from_bytes(data)
    raw = [
        "".join(plain_reader["Subject"].splitlines()),
        *(parseaddr(plain_reader[one])[0] for one in ("From", "To")),
    ]
    assert [str(make_header(decode_header(one))) for one in raw] == [meant] * 3


def test_a_subject_of_many_emoji_goes_out_and_a_longer_one_is_told() -> None:
    assert read(draft(replace(samples.PLAIN, subject=(Span("😀" * 500),)), WHO))["Subject"] == "😀" * 500
    with pytest.raises(LettergenError, match="subject-unfit-for-email") as caught:
        draft(replace(samples.PLAIN, subject=(Span("😀" * 501),)), WHO)
    assert "a subject of 501 characters; an e-mail takes 500." in caught.value.problems[0].message


# The link


def test_a_link_opens_a_message_with_all_words() -> None:
    letter = replace(samples.PLAIN, body=samples.PLAIN.body[:1])
    made = link(letter, WHO)
    assert made.has_text
    parts = urlsplit(made.url)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", "minister@example.org")
    fields = parse_qs(parts.query, strict_parsing=True)
    assert fields.keys() == {"subject", "body"}
    assert words(fields["body"][0]) == words(made.text) == numbered_words(letter.without_window_line())
    assert "+" not in made.url
    assert made.url.isascii()


def test_a_letter_too_long_for_a_link_gets_one_without_text_and_the_text_beside() -> None:
    made = link(samples.PLAIN, WHO)
    assert not made.has_text
    assert made.length > LONGEST_LINK >= len(made.url)
    assert parse_qs(urlsplit(made.url).query).keys() == {"subject"}
    assert words(made.text) == numbered_words(samples.PLAIN.without_window_line())


def test_a_link_with_a_subject_that_is_too_long_has_the_address_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = link(replace(samples.PLAIN, subject=(Span("😀" * 400),)), WHO)
    assert found.url == f"mailto:{WHO.recipient.addr_spec}"
    assert not found.has_text
    show_link(found, to_copy=False)
    assert "opens a message with the address alone." in " ".join(capsys.readouterr().err.split())


def test_a_link_cannot_be_given_further_fields() -> None:
    letter = replace(samples.SHORT, subject=(Span("x&bcc=y@z.org#?"),))
    assert parse_qs(urlsplit(link(letter, WHO).url).query)["subject"] == ["x&bcc=y@z.org#?"]


# A peer's reader


@pytest.mark.skipif(shutil.which("mutt") is None, reason="mutt is not installed")
def test_mutt_opens_it_and_finds_subject_text_and_attachment(tmp_path: Path) -> None:
    data = draft(samples.PLAIN, WHO, pdf=PDF).replace(b"\r\n", b"\n")
    (tmp_path / "mbox").write_bytes(b"From - Tue Feb 10 12:00:00 2026\n" + data + b"\n")
    variables = "folder=. print=yes print_decode=yes wait_key=no quit=yes charset=utf-8"
    keys = (
        "<print-message><view-attachments><last-entry>"
        "<pipe-entry><kill-line>cat > attached.pdf<enter><exit><quit>"
    )
    process, terminal = pty.fork()
    if process == 0:
        # Newer versions of mutt open no terminal of which they do not know the size.
        termios.tcsetwinsize(0, (24, 80))
        os.chdir(tmp_path)
        environment = {"TERM": "dumb", "HOME": str(tmp_path), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        command = ["mutt", "-n", "-F", "/dev/null", "-R", "-f", "mbox"]
        settled = ["-e", f"set {variables} print_command='cat > shown.txt'", "-e", f'push "{keys}"']
        os.execvpe("mutt", [*command, *settled], environment)  # noqa: S606, S607
    try:
        while os.read(terminal, 4096):
            pass
    except OSError:
        pass  # it has ended
    finally:
        os.close(terminal)
        os.waitpid(process, 0)
    text = (tmp_path / "shown.txt").read_text(encoding="utf-8")
    head, _, body = text.partition("\n\n")
    assert f"Subject: {plain(samples.PLAIN.subject)}" in head
    said = numbered_words(samples.PLAIN.without_window_line())
    assert words(body)[: len(said)] == said
    assert (tmp_path / "attached.pdf").read_bytes() == PDF
