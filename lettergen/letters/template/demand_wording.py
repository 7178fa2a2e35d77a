"""Demands as clauses that can follow `to`: what is certainly meant as one is mended, the rest is told."""

import re
from collections.abc import Mapping
from functools import cache

from lettergen.reference import grammar

__all__ = ["as_clause", "is_clause"]

FIRST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*[’']?")
DO_NOT = re.compile(r"^do(?:\s+not|n[’']t)\s+", re.IGNORECASE)
SENTENCES = re.compile(r"[^\W\d_]{3,}[.!?]\s+[^\W\d_]")
INFINITIVE = re.compile(r"\bzu\b|\w{2,}zu\w{3,}en\b")


def as_clause(text: str, language: str) -> str:
    """Return a demand without the stop and the capital of a sentence, where it is certainly a clause."""
    clause = text.strip()
    if clause.endswith((".", ";")) and not clause.endswith("..") and not SENTENCES.search(clause):
        clause = clause[:-1].rstrip()
    if language.startswith("en"):
        if re.match(r"to\s+[a-z]", clause, re.IGNORECASE):
            clause = clause[2:].lstrip()
        clause = DO_NOT.sub("not ", clause)
    match = FIRST_WORD.match(clause)
    if match and clause[0].isupper() and not match[0].isupper() and _may_begin(match[0], language):
        clause = clause[0].lower() + clause[1:]
    return clause


def is_clause(text: str, language: str) -> bool:
    """Say whether a demand, mended, can follow `to`; where this is uncertain, it can."""
    clause = as_clause(text, language)
    match = FIRST_WORD.match(clause)
    words = _words(language)
    if not words or not match:
        return True
    if SENTENCES.search(clause):
        return False
    if "small" in words:  # German: the verb is at the end.
        return clause.startswith("dass ") or INFINITIVE.search(clause) is not None
    if _may_begin(match[0], language):
        return True
    return not clause[0].isupper() and match[0].casefold() not in words["nouns"]


def _may_begin(word: str, language: str) -> bool:
    """Say whether a word certainly can begin a clause, and is no name."""
    word, words = word.casefold().replace("'", "’"), _words(language)
    if word in words.get("small", ()) or word in words.get("before", ()) or word in words.get("verbs", ()):
        return True
    return any(re.search(ending, word) for ending in words.get("verb", ()))


@cache
def _words(language: str) -> Mapping[str, frozenset[str]]:
    return {name: frozenset(listed.split()) for name, listed in grammar.demands(language).items()}
