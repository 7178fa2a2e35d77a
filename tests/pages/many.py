"""Any number of letters to hold a mould against full typesetting; all words in them are invented."""

import random
from collections.abc import Iterator
from dataclasses import replace
from unicodedata import normalize

import pypdfium2 as pdfium

from lettergen.letters.letter import Letter, Letterhead, SignatureBlock
from lettergen.reference.stationery import Stationery, stationery
from tests.pages import samples

NASTY = (
    "Հովհաննես Թումանյան",
    "יוסף כהן",
    "محمد الفارسي",
    "Γεώργιος Παπαδόπουλος",
    "Владимир Ёлкин",
    "Nguyễn Thị Ánh Tuyết",
    "office of flags ffi fl fjord",
    "김정은 위원장",
    "日本国",
    "Mr.  Double   Space",
    "a\N{NO-BREAK SPACE}b\N{NO-BREAK SPACE}c",
    "soft\N{SOFT HYPHEN}hyphen\N{SOFT HYPHEN}ated",
    "  lead and trail  ",
    " ",
    "",
    "😀 Smile",
    "<b>bold</b> & co",
    "e\N{COMBINING ACUTE ACCENT} combining q\N{COMBINING TILDE}",
    "x" * 60,
    "Donaudampfschiffahrtselektrizitätenhauptbetriebswerkbauunter",
    "word " * 30,
    "tab\tin",
    "line\nbreak",
    "ﷺ",
    "გიორგი",
    "שלום and latin (mixed) 12/3",
    "A\N{ZERO WIDTH SPACE}B",
    "AVAWATAToVa. T.V. Ty. We Yo P. f) f? f'",
    "\N{RIGHT-TO-LEFT OVERRIDE}evil",
    "ÅÇŁŐ ĞİŞ ŒÆ ßﬁ",
    "12\N{NARROW NO-BREAK SPACE}345 !",
    "hy\N{HYPHEN}phen non\N{NON-BREAKING HYPHEN}breaking",
    "Qu Th st ct fb fh fk ft",
    "1/2 № 4 – 5 — “6” ‘7’ …",
    "The Most Honourable the Permanent Secretary for Foreign and Commonwealth Affairs",
    "The Most Honourable and Right Reverend Under-Secretary of State for Foreign Affairs and Refugees",
)
_NAMES = (
    *("Ada", "Åse", "Bjørn", "Çelik", "Dvořák", "Emil", "Fjodor", "Ganna", "Hallström", "Ines", "Jiří"),
    *("Kwame", "Łukasz", "Müller", "Nuñez", "Okafor", "Petra", "Quirin", "Ruth", "Šimon", "Tomas", "Urška"),
    *("Velde", "Wójcik", "Xaver", "Yvonne", "Zoë", "AVATAR", "Toffoli", "Waffle", "Office", "Pfiff"),
)
_PLACES = (
    *("Port Alma", "Capital City", "Quay Street 12", "14 Garden of the Lakes Avenue", "NORTHLAND"),
    *(
        "P.O. Box 7",
        "70 12 AB",
        "Permanent Mission of the Republic of Southland to the Northern Union in Port Alma",
    ),
)
_SHEETS = tuple(map(stationery, ("din-5008-b", "din-5008-a", "us-9", "plain")))
_LETTERS = (
    samples.PLAIN,
    samples.SHORT,
    samples.QUESTIONS,
    replace(samples.QUESTIONS, references=samples.SHORT.references),
    replace(samples.SHORT, inside_address=(), letterhead=samples.PLAIN.letterhead),
    replace(samples.OVER_BY_LITTLE, language="fr", opening="Monsieur le Président,"),
    samples.FORWARDED,
    samples.RESOLUTION,
)
_ROOMY = (
    samples.SHORT,
    replace(samples.PLAIN, body=samples.PLAIN.body[:4]),
    samples.PLAIN,
    samples.QUESTIONS,
)
_PLAIN_WORDS = (
    "winter kills soon and a neighbour told us how long the road was in our town I know from my work what "
    "hunger does to children office unconditionally internationally imprisonment responsibility well-known "
    "AVAWATA Jiří their affairs fjord 2002 humanitarian mother-in-law"
)
_OWN = (*_PLAIN_WORDS.split(), "1 September", "no\N{NO-BREAK SPACE}one")
_MARKS = ("{},", "“{}”", "({})", "{};", "{}:", "‘{}’", "{} –", "{}—{0}", "{}/{0}", "{}’s", "{}-{0}", "№ {}")


def letters(count: int, seed: int) -> Iterator[tuple[Letter, Stationery]]:
    """Yield letters with their sheets; about a third have something in them that is hard to set."""
    chance = random.Random(seed)  # noqa: S311 - the same letters every time
    for _ in range(count):
        letter = chance.choice(_LETTERS)
        worst = 0.0 if chance.random() < 0.6 else 0.15
        yield _personal(letter, chance, worst), chance.choice(_SHEETS)


def own_letters(count: int, seed: int) -> Iterator[tuple[Letter, Stationery, tuple[int, ...]]]:
    """Yield letters, their sheets, and which of their paragraphs are the sender's own."""
    chance = random.Random(seed)  # noqa: S311
    for _ in range(count):
        letter = chance.choice(_ROOMY)
        at = chance.randint(0, len(letter.body))
        own = tuple(samples.said(own_paragraph(chance)) for _ in range(chance.choice((1, 1, 1, 2))))
        body = (*letter.body[:at], *own, *letter.body[at:])
        language = chance.choice(("en", "en", "fr", "de"))
        worst = 0.0 if chance.random() < 0.7 else 0.1
        letter = _personal(replace(letter, body=body, language=language), chance, worst)
        yield letter, chance.choice(_SHEETS), tuple(range(at, at + len(own)))


def own_paragraph(chance: random.Random) -> str:
    """Return a paragraph of 3 to 75 words; one in 25 is hard to set."""
    if chance.random() < 0.04:
        return chance.choice(NASTY) or "x"
    words = [chance.choice(_OWN) for _ in range(chance.randint(3, 75))]
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(words))
        words[at] = chance.choice(_MARKS).replace("{0}", "{}").replace("{}", words[at])
    return f"{' '.join(words).capitalize()}{chance.choice('.!?…')}"


def _personal(letter: Letter, chance: random.Random, worst: float) -> Letter:
    def line(kind: str = "") -> str:
        if chance.random() < worst:
            return chance.choice(NASTY)
        if kind == "address" and chance.random() < 0.6:
            return chance.choice(_PLACES)
        words = " ".join(chance.choice(_NAMES) for _ in range(chance.randint(1, 4)))
        return f"{words} {chance.randint(1, 2100)}" if chance.random() < 0.3 else words

    address = tuple(line("address") for _ in letter.inside_address[: chance.randint(3, 6)])
    signed = tuple(tuple(line() for _ in block.lines) for block in letter.signatures)
    return replace(
        letter,
        letterhead=letter.letterhead
        and Letterhead(line(), tuple(line("address") for _ in letter.letterhead.lines)),
        return_address=letter.return_address and " · ".join((line(), line("address"))),
        inside_address=address,
        references=tuple((label, line()) for label, _ in letter.references),
        place_and_date=letter.place_and_date and f"{line('address')}, {chance.randint(1, 31)} May 2002",
        opening=letter.opening and f"Dear {line()},",
        closing=letter.closing and line(),
        signatures=tuple(SignatureBlock(lines) for lines in signed),
    )


def looks(pdf: bytes, dpi: int = 100) -> list[tuple[bytes, str]]:
    """Return the pixels and the words of each page, with accents as Unicode's NFC has them."""
    document = pdfium.PdfDocument(pdf)
    found = []
    for page in document:
        words = normalize("NFC", page.get_textpage().get_text_bounded())
        found.append((bytes(page.render(scale=dpi / 72, grayscale=True).buffer), words))
    return found
