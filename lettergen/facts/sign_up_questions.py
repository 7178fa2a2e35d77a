"""Questions of sign-up forms: whether one asks for consent, and what an answer in words means."""

import re
import unicodedata

from lettergen.facts.fields import NO, YES

__all__ = ["COURTESIES", "asks_anonymity", "asks_consent", "is_about_something_else", "likely_answer"]

COURTESIES = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "sir", "dame", "lord", "lady", "herr",
    "frau", "med", "phil", "h", "c", "dipl", "ing", "mag", "m", "mme", "mlle", "madame", "monsieur",
    "docteur", "me", "sr", "sra", "srta", "don", "doña", "lic", "señor", "señora", "sig", "ra", "dott",
    "pan", "pani",
    "씨", "님", "박사", "교수",
})  # fmt: skip
"""Words of courtesy titles: who answers `Title` with nothing else gives no office."""
_ASKS_CONSENT = re.compile(
    r"\bagree|\bconsent|\bpermi[ts]|\bmay we\b|\bcan we\b|einverstanden|zustimm|stimme .*zu\b|einwillig|"
    r"erlaub|dürfen wir|"
    r"\baccept|\bautoris|\bautoriz|d['’]accord|consent|acuerdo|\bacept|\bpodemos\b|\bpouvons-nous\b|동의|승낙|허락"
)
# Consent to something else than to be named in a letter.
_SOMETHING_ELSE = re.compile(
    r"newsletter|mailing list|privacy|policy|\bterms\b|datenschutz|nutzungsbedingung|\bagb\b|"
    r"rundbrief|verteiler|"
    r"confidentialité|conditions|lettre d['’]information|privacidad|términos|boletín|photo|\bfotos?\b|"
    r"picture|video|"
    r"\bcontact(?:ed)?\b|kontaktier|(?:send|receive|get).*(?:updates|e-?mails)|\b1[68]\b|약관|뉴스레터|소식"
)
_ASKS_ANONYMITY = re.compile(r"anonym|anónim|익명|비공개")
_TURNED = re.compile(
    r"\b(?:not|don['’]t|no|nicht|kein\w*|non|ne|pas|sin|unless)\b.*(?:anonym|anónim)|(?:anonym|anónim).*\b(?:nicht|pas)\b"
)
_AGREES = re.compile(
    r"(?:yes|yep|yeah|ja|jawohl|oui|sí|si|예|네|ok|okay|sure|certainly|of course|gerne?|natürlich|"
    r"bien sûr|claro|por supuesto|"
    r"i (?:do )?(?:agree|consent|accept)|i give|agreed|agree|accepted|einverstanden|"
    r"ich (?:stimme|bin einverstanden|willige|erlaube)|stimme zu|"
    r"j['’]accepte|je (?:consens|suis d['’]accord|donne mon accord|l['’]accepte)|d['’]accord|accepté|"
    r"acepto|de acuerdo|estoy de acuerdo|autorizo|doy mi|consiento)(?![^\W\d_])|"
    r"동의함|동의합니다|동의해요|동의$"
)
_REFUSES = re.compile(
    r"(?:no|nope|not|never|nein|nicht|nie|lieber nicht|non|no gracias|nunca|"
    r"i (?:do not|don['’]t|refuse|decline)|do not|"
    r"don['’]t|please do not|disagree\w*|decline\w*|refus\w*|abgelehnt|je (?:ne|refuse)|"
    r"ich (?:möchte|will|stimme) nicht|"
    r"rather not|prefer not)(?![^\W\d_])|아니|동의하지|비동의|미동의|거부|je n['’]"
)
# What takes part of a yes back: "yes, but only my initials".
_RESERVED = re.compile(
    r"\b(?:but|only|except|unless|without|if|not|n['’]t|aber|nur|ausser|ohne|wenn|falls|nicht|kein\w*|mais|sauf|seulement|"
    r"uniquement|sans|pas|si|pero|sólo|solo|solamente|salvo|sin|excepto|no)\b|하지만|단,|않"
)


def asks_consent(heading: str) -> bool:
    """Say whether a question asks somebody to agree to something."""
    return bool(_ASKS_CONSENT.search(_plain(heading)))


def is_about_something_else(heading: str) -> bool:
    """Say whether somebody is asked to agree to something else than to be named: a newsletter, a policy."""
    return bool(_SOMETHING_ELSE.search(_plain(heading)))


def asks_anonymity(heading: str) -> bool:
    """Say whether yes to a question means to stay anonymous; a negative one is left to its reader."""
    text = _plain(heading)
    return bool(_ASKS_ANONYMITY.search(text)) and not _TURNED.search(text)


def likely_answer(text: str) -> bool | None:
    """Return whether an answer means yes or no; None if that is not sure.

    It is proposed, and written down for somebody to read. `Yes, I agree to be named` means yes; `Yes, but not
    my address` is nobody's to decide.
    """
    answer = _plain(text).strip(" .!;,")
    if answer in YES | NO:
        return answer in YES
    if _REFUSES.match(answer):
        return False
    agrees = _AGREES.match(answer)
    if agrees and not _RESERVED.search(answer[agrees.end() :]):
        return True
    return None


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
