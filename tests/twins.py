"""A campaign that writes in English and Korean, with a Korean edition of its own."""

from collections.abc import Mapping

__all__ = ["CAMPAIGN", "campaign"]

CASE = """\
title: Baker of Port Example
summary: Bona Baker and three others have been held without charge since 24 May 2025.
place: Port Example
state: AQ
persons:
  - id: baker
    name: {family: Baker, given: Bona, courtesy: Ms.}
    native_name: 보나 베이커
    gender: female
    status: {is: detained, since: 2025-05-24}
    publish: {addressee: full}
    consent: {by: the family, on: 2025-06-01, scope: [addressee]}
events:
  - id: arrest
    kind: arrest
    on: 2025-05-24
    what: the police took four people from the harbour to the prison on Pier 7
demands:
  - id: release
    text: release Bona Baker and the three others at once
  - id: tell
    text: say in writing by 1 March 2026 what law they are held under
"""
CASE_KO = """\
title: 포트이그잼플의 제빵사
summary: 보나 베이커와 다른 세 명은 2025년 5월 24일부터 기소 없이 구금되어 있습니다.
place: 포트이그잼플
events:
  - id: arrest
    what: 경찰이 네 사람을 항구에서 7번 부두의 교도소로 데려갔습니다
demands:
  - id: release
    text: 보나 베이커와 다른 세 명을 즉시 석방할 것
  - id: tell
    text: 이들이 어떤 법에 따라 구금되어 있는지 2026년 3월 1일까지 서면으로 밝힐 것
"""
NOTE = """\
---
title: Appeal for a prisoner
kind: appeal
language: en
uses: [case, sender, recipient]
subject: "{{ case.title }}"
---
{{ case.summary }}

I rely on Article 9 of the International Covenant on Civil and Political Rights.

I ask you to:

{% for demand in case.demands %}
1. {{ demand.text }}
{% endfor %}

{% if own_words %}
{{ own_words }}
{% endif %}

I should be grateful for a reply to the address above.
"""
NOTE_KO = """\
---
title: 수감자를 위한 청원
kind: appeal
language: ko
uses: [case, sender, recipient]
subject: "{{ case.title }}"
---
{{ case.summary }}

저는 시민적 및 정치적 권리에 관한 국제규약 제9조를 근거로 말씀드립니다.

다음을 요청드립니다.

{% for demand in case.demands %}
1. {{ demand.text }}
{% endfor %}

{% if own_words %}
{{ own_words }}
{% endif %}

위 주소로 회신해 주시면 감사하겠습니다.
"""
CAMPAIGN: Mapping[str, str] = {
    "lettergen.toml": 'name = "Port"\nlanguage = "en"\nstationery = "din-5008-b"\nsender = "jane"\n',
    "recipients.yaml": """\
recipients:
  - id: minister
    name: {family: Frost, given: Alba, courtesy: Ms.}
    office: minister
    title: Minister of Justice
    organisation: Ministry of Justice
    address: [1 Ice Street, London SW1A 2AA]
    country: GB
    state: AQ
    languages: [en]
    fax: "+44 20 7946 0001"
    email: office@justice.example
    channels: [post]
    checked: {on: 2026-01-10, source: "the ministry's website"}
""",
    "senders.yaml": """\
senders:
  - id: jane
    name: {given: Jane, family: Example}
    address: [2 Home Road, London NW1 0AA]
    country: GB
    place: London
    email: jane@home.example
  - id: joe
    name: {given: Joe, family: Sample}
    address: [3 Home Road, London NW1 0AB]
    country: GB
    place: London
    email: joe@home.example
    language: en
    own_words: My grandfather was held for 19 months in 1953.
""",
    "cases/baker.yaml": CASE,
    "cases/baker.ko.yaml": CASE_KO,
    "letter_templates/note.md": NOTE,
    "letter_templates/note.ko.md": NOTE_KO,
}


def campaign(**changed: str) -> dict[str, str]:
    """Return the campaign's files, some with another text: `note_ko` is `letter_templates/note.ko.md`."""
    names = {
        "settings": "lettergen.toml",
        "recipients": "recipients.yaml",
        "senders": "senders.yaml",
        "case": "cases/baker.yaml",
        "case_ko": "cases/baker.ko.yaml",
        "note": "letter_templates/note.md",
        "note_ko": "letter_templates/note.ko.md",
        "mailing": "mailing.yaml",
    }
    return {**CAMPAIGN, **{names[key]: text for key, text in changed.items()}}
