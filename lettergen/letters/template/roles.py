"""What a reader is to a case: its own government, an embassy, the United Nations, a newspaper, …"""

from collections.abc import Mapping

from lettergen.facts.model import Case, Recipient
from lettergen.letters.series.tracked_reads import is_given

__all__ = ["ANSWERABLE", "ROLES", "is_answerable", "is_many", "role"]

ROLES: Mapping[str, str] = {
    "government": "head of State, head of government or minister of the answerable State",
    "embassy": "an envoy of the answerable State",
    "local-authority": "governor or mayor in the answerable State",
    "court": "judge or prosecutor of the answerable State",
    "police": "the police of the answerable State",
    "prison": "the head of a prison of the answerable State",
    "foreign-government": "head of State, head of government or minister of another State",
    "foreign-embassy": "an envoy of another State",
    "foreign-authority": "governor, mayor, court or police of another State",
    "un": "an office of the United Nations",
    "un-procedure": "a working group or a special rapporteur of the United Nations",
    "parliament": "a member of a parliament",
    "press": "an editor",
    "company": "a company",
    "organisation": "an organisation",
    "person": "a private person",
    "public": "everybody: the letter has no addressee",
}
"""What `recipient.role` can be."""
ANSWERABLE = frozenset({"government", "embassy", "local-authority", "court", "police", "prison"})
"""Roles of those who answer for the case."""
OFFICES: Mapping[str, str] = {
    "monarch": "government",
    "royal-highness": "government",
    "head-of-state": "government",
    "us-president": "government",
    "head-of-government": "government",
    "foreign-minister": "government",
    "minister": "government",
    "us-secretary": "government",
    "ambassador": "embassy",
    "high-commissioner-diplomatic": "embassy",
    "permanent-representative": "embassy",
    "governor": "local-authority",
    "mayor": "local-authority",
    "judge": "court",
    "procurator": "court",
    "police-head": "police",
    "prison-head": "prison",
    "un-secretary-general": "un",
    "un-secretary-general-designate": "un",
    "un-high-commissioner": "un",
    "special-rapporteur": "un-procedure",
    "working-group": "un-procedure",
    "member-of-parliament": "parliament",
    "senator": "parliament",
    "us-representative": "parliament",
    "editor": "press",
    "company": "company",
    "person": "person",
}
GROUPS = frozenset({"working-group", "company", "organisation", "human-rights-organisation"})
"""Offices in which a letter speaks to several people, unless it is addressed to one of them."""
ELSEWHERE: Mapping[str, str] = {"government": "foreign-government", "embassy": "foreign-embassy"}
AUDIENCES: Mapping[str, str] = {"un": "un", "press": "press", "public": "organisation"}


def role(recipient: Recipient, case: Case | None) -> str:
    """Return what a recipient is to a case; an envoy counts for the State that sent him, not for the host."""
    office = recipient.office
    found = OFFICES.get(office) if office else None
    if found is None:
        is_person = is_given(recipient, "name") and not is_given(recipient, "organisation")
        return AUDIENCES.get(recipient.audience or "", "person" if is_person else "organisation")
    if found not in ANSWERABLE or case is None or case.state is None:
        return found
    state = recipient.state or (None if found == "embassy" else recipient.country)
    return found if state == case.state else ELSEWHERE.get(found, "foreign-authority")


def is_answerable(recipient: Recipient, case: Case | None) -> bool:
    """Say whether a recipient acts for the State that answers for a case."""
    return case is not None and case.state is not None and role(recipient, case) in ANSWERABLE


def is_many(recipient: Recipient) -> bool:
    """Say whether a letter speaks to several people; one who is named and can be greeted by name is one."""
    if recipient.office not in GROUPS:
        return False
    return recipient.name is None or not (recipient.name.courtesy or recipient.salutation)
