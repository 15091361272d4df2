"""Finds the code that a text is about: a code in any spelling, or an on-screen message in English or German."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import words
from .knowledge import KnowledgeBase
from .model import Code
from .spelling import find_codes, find_misspelt

SURE = 90.0
"""From this score (0 to 100) on a single message is taken without asking."""
OFFERED = 55.0
"""From this score on a message is offered."""
LEAD = 5.0
"""By so much the best message must lead the next one of another code to be taken without asking."""

_VARIANTS = (
    (re.compile(r"software (licensing|protection) (service|server)"), "software service"),
    (re.compile(r"software(lizenzierungs|schutz)dienst"), "softwaredienst"),
    (re.compile(r"\bproduct could not be activated"), "computer could not be activated"),
)
"""Wordings that Windows versions and articles use for one another."""


@dataclass(frozen=True)
class Found:
    """What a text is about.

    `codes`: codes written in it, in order. `sure`: the one code to go on with, or empty. `offers`: codes of the
    knowledge base whose messages resemble the text, best first, with their scores (0 to 100).
    """

    codes: tuple[str, ...]
    sure: str
    offers: tuple[tuple[str, float], ...] = ()


def find(kb: KnowledgeBase, text: str) -> Found:
    """What a text is about; codes in it decide, messages only where there is none."""
    codes = find_codes(text)
    if codes:
        known = [code for code in codes if code in kb.codes] or [_alias(kb, code) for code in codes]
        return Found(codes, next((code for code in known if code), codes[0]))
    for misspelt in find_misspelt(text):
        owner = _alias(kb, misspelt)
        if owner:
            return Found((owner,), owner)
    offers = tuple(_similar(kb, text))
    sure = ""
    if offers and offers[0][1] >= SURE and (len(offers) == 1 or offers[0][1] - offers[1][1] >= LEAD):
        sure = offers[0][0]
    return Found((), sure, offers)


def _alias(kb: KnowledgeBase, spelling: str) -> str:
    """The code of which this is an alias, or an empty string."""
    for ident in kb.codes:
        if any(alias.upper().startswith(spelling.upper()) for alias in kb.codes[ident].aliases):
            return ident
    return ""


def _similar(kb: KnowledgeBase, text: str) -> list[tuple[str, float]]:
    from rapidfuzz import fuzz

    wanted = _plain(text)
    if len(wanted) < 6:
        return []
    scores: dict[str, float] = {}
    for ident in kb.codes:
        if ident != words.UNKNOWN_CODE:
            best = max((fuzz.token_sort_ratio(wanted, _plain(m)) for m in messages(kb.codes[ident])), default=0.0)
            inside = max((_contained(wanted, _plain(m)) for m in messages(kb.codes[ident])), default=0.0)
            scores[ident] = round(max(best, inside), 1)
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [(ident, score) for ident, score in ranked if score >= OFFERED][:5]


def _contained(wanted: str, message: str) -> float:
    """How well a message stands inside a longer text; short messages must be there almost to the letter."""
    from rapidfuzz import fuzz

    if len(message) > len(wanted) + 5 or len(message) < 12:
        return 0.0
    return float(fuzz.partial_ratio(message, wanted))


def messages(code: Code) -> Iterator[str]:
    """Every on-screen text of a code, in both languages."""
    yield code.message_en
    yield code.message_de
    yield from code.also


def _plain(text: str) -> str:
    plain = re.sub(r"[\s\"'„“”.,:;!?()]+", " ", text.casefold()).strip()
    for pattern, instead in _VARIANTS:
        plain = pattern.sub(instead, plain)
    return plain
