"""A name is found however it is written, and not in what merely looks like it."""

import pytest

from lettergen.facts.model import Person, PersonName
from lettergen.letters.privacy.folding import fold
from lettergen.letters.privacy.name_matching import forms


def person(name: object, **facts: object) -> Person:
    return Person.model_validate({"id": "x", "name": name} | facts)


LEE = person(
    {"family": "Lee", "given": "Song-yong", "order": "family-first"},
    native_name="李松勇",
    aliases=["Yi Song Ryong"],
)


def whole(one: Person, text: str) -> bool:
    return forms(one).whole.search(fold(text)) is not None


def telling(one: Person, text: str) -> bool:
    return any(part.pattern.search(fold(text)) for part in forms(one).telling)


def single(one: Person, text: str) -> bool:
    return any(part.pattern.search(fold(text)) for part in forms(one).single)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Lee Song-yong",
            "Lee Songyong",
            "LEE SONG YONG",
            "lee song yong",
            "Song-yong Lee",
            "Lee, Song Yong",
        ),
        *(
            "Lee\u00a0Song\u2011yong",
            "Lee\u202fSong\u2010Yong",
            "Lee\nSong-\nyong",
            "Lee\u200b Song\u00adyong",
        ),
        *("Lee Song-yong’s", "Lee Song-yong's", "Lee Song-yongs", "l’avocat de Lee Song-yong."),
        *("S. Lee", "S.Y. Lee", "S.-Y. Lee", "S. Y. Lee", "Lee S.", "Lee, S.Y.", "S Lee"),
        *("leesongyong@example.org", "lee_song_yong", "https://example.org/lee-song-yong.html"),
        *("李松勇", "李 松勇", "释放李松勇。", "YI SONG-RYONG", "\uff2c\uff45\uff45 Song-yong"),
    ],
)
def test_a_name_is_found_in_every_spelling(text: str) -> None:
    assert whole(LEE, f"we ask that {text} be heard")


@pytest.mark.parametrize(
    "text",
    ["Leeson Gyong", "Lee Sung-yong", "sleepy s. lee", "Lee, who was at Songyong", "李松", "Lees Ong-yong"],
)
def test_other_words_are_no_name(text: str) -> None:
    assert not whole(LEE, text)


@pytest.mark.parametrize("name", ["Müller", "Mueller", "Muller", "MÜLLER", "Mu\u0308ller"])
@pytest.mark.parametrize("text", ["Jörg Müller", "Joerg Mueller", "JORG MULLER", "Jo\u0308rg Mu\u0308ller"])
def test_umlauts_are_found_written_out_and_left_out(name: str, text: str) -> None:
    assert whole(person({"family": name, "given": "Jörg"}), text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ({"family": "Østergård", "given": "Åse"}, "Aase Oestergaard"),
        ({"family": "Østergård", "given": "Åse"}, "Ase Ostergard"),
        ({"family": "Nguyễn", "given": "Văn Anh"}, "NGUYEN VAN ANH"),
        ({"family": "Nguyễn", "given": "Văn Anh"}, "Văn Nguyễn"),
        ({"family": "O’Brien", "given": "P’yŏng-il"}, "Pyongil OBrien"),
        ({"family": "OBrien", "given": "Pyong-il"}, "P'yong Il O’Brien's"),
        ({"family": "Łukaszewicz", "given": "Zoë"}, "Zoe Lukaszewicz"),
        ({"family": "Çelik", "given": "Işıl"}, "ISIL CELIK"),
        ({"family": "Novak", "given": "Jana"}, "Jana M. Novak"),
        ({"family": "Novak", "given": "Jana Maria"}, "Jana Novak"),
        ("Иван Петров", "дело Ивана Петрова"),
        ("Suharto", "Suharto’s"),
        ("이수진", "이수진은"),
    ],
)
def test_names_of_many_countries_are_found(name: object, text: str) -> None:
    assert whole(person(name), text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Hope", "we hope for a reply"),
        ("Suharto", "Suhartono"),
        ({"family": "An", "given": "Na"}, "Anna"),
        ({"family": "Novak", "given": "Jana"}, "Jana Petra Novakova"),
        ("이수", "이순"),
    ],
)
def test_words_that_contain_a_name_are_let_alone(name: object, text: str) -> None:
    assert not whole(person(name), text)


@pytest.mark.parametrize(
    "text", ["Mr. Lee", "Mr Lee’s", "Mrs.\u00a0Lee", "Herrn Lee", "Song-yong", "Songyong"]
)
def test_a_title_or_a_rare_given_name_tells_who_is_meant(text: str) -> None:
    assert telling(LEE, text)
    assert not whole(LEE, text)


@pytest.mark.parametrize("text", ["the lee side", "Leeds", "Mr. Leeds", "a song"])
def test_ordinary_words_tell_nothing(text: str) -> None:
    assert not telling(LEE, text)
    assert not single(LEE, text)


def test_a_family_name_alone_is_worth_a_look() -> None:
    assert single(LEE, "Lee said so")
    assert not telling(LEE, "Lee said so")


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        ({"family": "田中", "given": "陽子"}, "田中陽子"),
        ({"family": "김", "given": "철수"}, "김철수"),
        ({"family": "田中", "given": "陽子", "order": "given-first"}, "陽子田中"),
        ({"family": "Tanaka", "given": "Yoko"}, "Yoko Tanaka"),
        ({"family": "Tanaka", "given": "陽子"}, "陽子 Tanaka"),
        ({"family": "Zhu", "given": "Rongji", "order": "family-first"}, "Zhu Rongji"),
    ],
)
def test_a_name_in_its_own_east_asian_characters_has_the_family_name_first_and_no_space(
    parts: dict[str, str], written: str
) -> None:
    assert PersonName.model_validate(parts).as_written() == written
