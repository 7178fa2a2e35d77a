"""An address in one cell is taken apart at its commas, in the order of its country."""

import pytest

from lettergen.reference.address_order import lines_of, street_line, town_lines

ADDRESSES = [
    ("GB", "12 Sample Street, N1 0XX, London", "12 Sample Street|London|N1 0XX"),
    ("GB", "12 Sample Street, London, N1 0XX, United Kingdom", "12 Sample Street|London|N1 0XX"),
    ("GB", "Flat 3, 12 Sample Street, London N1 0XX", "Flat 3|12 Sample Street|London N1 0XX"),
    ("PT", "Rua Exemplo 12, 1000-001 Lisboa", "Rua Exemplo 12|1000-001 Lisboa"),
    ("FR", "12, rue de l’Église, 75005, Paris, France", "12, rue de l’Église|75005 Paris"),
    ("FR", "12 bis, rue de l’Église, Paris, 75005", "12 bis, rue de l’Église|75005 Paris"),
    ("ES", "C/ Mayor, 12, 3º B, 28013 Madrid", "C/ Mayor, 12, 3º B|28013 Madrid"),
    ("US", "123 Main St, Apt 4, Springfield, IL 62701, USA", "123 Main St, Apt 4|Springfield, IL 62701"),
    ("US", "123 Main St, Springfield, IL, 62701", "123 Main St|Springfield, IL 62701"),
    (None, "123 Main St, Springfield, IL 62701", "123 Main St|Springfield, IL 62701"),
    ("CA", "111 Example St, Ottawa, Ontario K1A 0A9", "111 Example St|Ottawa, Ontario K1A 0A9"),
    ("CA", "111 Example St, Ottawa, ON, K1A 0A9", "111 Example St|Ottawa ON K1A 0A9"),
    ("AU", "15 Example Drive, Yarralumla, ACT, 2600", "15 Example Drive|Yarralumla ACT 2600"),
    ("DE", "Hauptstraße 5, 01067 Dresden, Germany", "Hauptstraße 5|01067 Dresden"),
    ("DE", "Hauptstr. 5, Dresden, 01067", "Hauptstr. 5|01067 Dresden"),
    ("DE", "01067, Dresden", "01067 Dresden"),
    ("IT", "Via Esempio, 5, 00184, Roma", "Via Esempio, 5|00184 Roma"),
    ("PL", "ul. Długa 5/7 m. 3, Warszawa, 00-950", "ul. Długa 5/7 m. 3|00-950 Warszawa"),
    ("NG", "5 Example Avenue,\nIkeja,\nLagos 100281,\nNigeria", "5 Example Avenue|Ikeja|Lagos 100281"),
    ("RU", "ул. Ленина, д. 5, кв. 12, Москва, 101000", "ул. Ленина, д. 5, кв. 12|Москва|101000"),
    ("RU", "101000, Москва, ул. Ленина, д. 5, кв. 12", "101000, Москва|ул. Ленина, д. 5, кв. 12"),
    ("JP", "3-4-33 Moto-Azabu, Minato-ku, Tokyo, 106-0046, Japan",
     "3-4-33 Moto-Azabu|Minato-ku|Tokyo 106-0046"),
    ("JP", "東京都港区元麻布3-4-33", "東京都港区元麻布3-4-33"),
    ("KR", "12 Yesi-ro, Jongno-gu, Seoul, 03171", "12 Yesi-ro|Jongno-gu|Seoul 03171"),
    ("BR", "Rua das Flores, 123 - Apto 45, Jardim, São Paulo, SP, 01310-100",
     "Rua das Flores, 123 - Apto 45|Jardim|São Paulo - SP|01310-100"),
    ("SG", "10 Example Road, #05-12, Singapore 238841", "10 Example Road, #05-12|Singapore 238841"),
    ("SG", "10 Example Road, Singapore, 238841, Singapore", "10 Example Road|Singapore 238841"),
    ("LU", "14, rue de l’Exemple, 1611, Luxembourg, Luxembourg", "14, rue de l’Exemple|1611 Luxembourg"),
    ("NL", "Keizersgracht, 123, 1015 CJ, Amsterdam", "Keizersgracht, 123|1015 CJ Amsterdam"),
    ("DK", "Nørregade 5, 2. tv, 1165, København K", "Nørregade 5, 2. tv|1165 København K"),
    ("BE", "rue de l’Exemple 1, bte 4, 1000, Bruxelles", "rue de l’Exemple 1, bte 4|1000 Bruxelles"),
    ("KE", "P.O. Box 123, Nairobi, 00100", "P.O. Box 123|Nairobi|00100"),
    ("PK", "House 5, Street 12, Islamabad, 44000", "House 5|Street 12|Islamabad-44000"),
    ("IN", "12/3, MG Road, Bengaluru 560001", "12/3, MG Road|Bengaluru 560001"),
    ("MX", "Av. Ejemplo 123, Col. Roma, 06700, Ciudad de México, México",
     "Av. Ejemplo 123|Col. Roma|06700 Ciudad de México"),
    ("DE", "Hauptstr. 5, 01067 Dresden, France", "Hauptstr. 5|01067 Dresden|France"),
    ("DE", " , ", ""),
]  # fmt: skip


@pytest.mark.parametrize(("country", "text", "expected"), ADDRESSES)
def test_an_address_in_one_cell_becomes_lines(country: str | None, text: str, expected: str) -> None:
    assert "|".join(lines_of(text, country)) == expected


@pytest.mark.parametrize(
    ("country", "parts", "expected"),
    [
        ("US", ("62701", "Springfield", ""), ("", "Springfield 62701")),
        ("US", ("", "Springfield", "IL"), ("", "Springfield, IL")),
        ("ES", ("28921", "Alcorcón", "Madrid"), ("", "28921 Alcorcón\nMadrid")),
        ("ES", ("28013", "Madrid", "Madrid"), ("", "28013 Madrid")),
        ("NO", ("0374", "Oslo", "Østlandet"), ("", "0374 Oslo")),
        ("JP", ("106-0046", "Minato-ku", "Tokyo"), ("", "Minato-ku, Tokyo 106-0046")),
        ("JP", ("106-0046", "港区", "東京都"), ("〒106-0046 東京都港区", "")),
        ("KR", ("03171", "", "서울특별시"), ("서울특별시", "03171")),
        ("GH", ("GA-1", "Accra", "Greater Accra"), ("", "Accra GA-1\nGreater Accra")),
        ("AE", ("", "Dubai", ""), ("", "Dubai")),
        (None, ("1234", "Town", ""), ("", "1234 Town")),
        (None, ("62701", "Springfield", "IL"), ("", "Springfield, IL 62701")),
        ("DE", ("", "", ""), ("", "")),
    ],
)
def test_postcode_town_and_region_stand_in_the_order_of_the_country(
    country: str | None, parts: tuple[str, str, str], expected: tuple[str, str]
) -> None:
    postcode, city, region = parts
    assert town_lines(country, postcode=postcode, city=city, region=region) == expected


def test_a_number_stands_before_or_after_its_street() -> None:
    assert street_line("GB", "Sample Road", "1") == "1 Sample Road"
    assert street_line("DE", "Musterweg", "1") == "Musterweg 1"
    assert street_line(None, "Musterweg", "") == "Musterweg"
