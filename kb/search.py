"""Finds the code that a text is about: a code in any spelling, or an on-screen message in English or German.

How much a text resembles a message is the mean of two figures, each misled by itself: how well the letters of the
shorter one stand in the longer one (misled by words of everyday, "could not be", "wurde nicht"), and how many of its
words are there, where a word that few messages have counts more (misled by the order, and by blanks left out).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct

from . import words
from .knowledge import KnowledgeBase
from .model import Code
from .spelling import find_codes, find_misspelt

SURE = 90.0
"""From this score (0 to 100) on a single message is taken without asking."""
OFFERED = 65.0
"""From this score on a message is offered."""
EXACT = 100.0
"""The score of a message that is there to the letter."""
LEAD = 5.0
"""By so much the best message must lead the next one of another code to be taken without asking."""
MOST_OFFERS = 5
_ALIKE = 60.0
"""Below this likeness of letters the words are not looked at."""
_WORD_ALIKE = 75.0
"""From this likeness on a word is the same, misspelt."""
_SHORT = 12
"""A shorter text resembles too much; it must be like the whole message."""
_LONGEST = 20_000
"""Of a paste, so many characters are searched for a message."""

_VARIANTS = (
    (re.compile(r"software (licensing|protection) (service|server)"), "software service"),
    (re.compile(r"software(lizenzierungs|schutz)dienst"), "softwaredienst"),
    (re.compile(r"\bproduct could not be activated"), "computer could not be activated"),
)
"""Wordings that Windows versions and articles use for one another."""


class Found(Struct, frozen=True):
    """What a text is about.

    `codes`: codes written in it, in order. `sure`: the one code to go on with, or empty. `offers`: codes of the
    knowledge base whose messages resemble the text, best first, with their scores (0 to 100). `alias`: the code in the
    text that `sure` stands for, or empty where that one is written itself.
    """

    codes: tuple[str, ...]
    sure: str
    offers: tuple[tuple[str, float], ...] = ()
    alias: str = ""


def find(kb: KnowledgeBase, text: str) -> Found:
    """What a text is about; codes in it decide, messages only where there is none."""
    codes = find_codes(text)
    if codes:
        for code in codes:
            if code in kb.codes:
                return Found(codes, code)
            if owner := _alias(kb, code):
                return Found(codes, owner, alias=code)
        return Found(codes, codes[0])
    for misspelt in find_misspelt(text):
        owner = _alias(kb, misspelt)
        if owner:
            return Found((owner,), owner)
    offers = tuple(_similar(kb, text))
    sure = ""
    if _is_clear([score for _, score in offers]):
        sure = offers[0][0]
    return Found((), sure, offers)


def messages(code: Code) -> Iterator[str]:
    """Every on-screen text of a code, in both languages."""
    yield code.message_en
    yield code.message_de
    yield from code.also


def _is_clear(scores: list[float]) -> bool:
    """Whether the best message stands out: by far, or as the only one that is there to the letter."""
    if not scores or scores[0] < SURE:
        return False
    return len(scores) == 1 or scores[0] - scores[1] >= LEAD or scores[0] == EXACT > scores[1]


def _alias(kb: KnowledgeBase, spelling: str) -> str:
    """The code of which this is an alias, or an empty string."""
    return next((ident for ident in kb.codes if spelling in kb.codes[ident].aliases), "")


def _similar(kb: KnowledgeBase, text: str) -> list[tuple[str, float]]:
    """The codes whose messages resemble the text, best first."""
    wanted = _plain(text[:_LONGEST])[:_LONGEST]  # one character may stand for eighteen
    if len(wanted) < 6:
        return []
    plain = {ident: [_plain(m) for m in messages(kb.codes[ident])] for ident in kb.codes if ident != words.UNKNOWN_CODE}
    counts = Counter(word for own in plain.values() for word in {word for message in own for word in message.split()})
    scores = {ident: max(_likeness(wanted, message, counts) for message in own) for ident, own in plain.items()}
    ranked = sorted(((ident, round(score, 1)) for ident, score in scores.items()), key=lambda item: (-item[1], item[0]))
    return [(ident, score) for ident, score in ranked if score >= OFFERED][:MOST_OFFERS]


def _likeness(wanted: str, message: str, counts: Mapping[str, int]) -> float:
    from rapidfuzz import fuzz

    # A message typed with a few letters too few is still the longer one of the two.
    short, long = (message, wanted) if len(message) <= len(wanted) + 5 else (wanted, message)
    letters = fuzz.partial_ratio(short, long) if len(short) >= _SHORT else fuzz.ratio(short, long)
    return (letters + _words_found(short, long, counts)) / 2 if letters >= _ALIKE else 0.0


def _words_found(short: str, long: str, counts: Mapping[str, int]) -> float:
    """How many words of the one text are in the other, in percent, rare ones counting more."""
    from rapidfuzz import fuzz, process

    there = set(long.split())
    whole = found = 0.0
    for word in short.split():
        weight = max(counts[word], 1) ** -0.5
        best = process.extractOne(word, there, scorer=fuzz.ratio, score_cutoff=_WORD_ALIKE)
        alike = best[1] if best else 0.0
        if not alike and len(word) >= 5:  # glued to another word
            alike = fuzz.partial_ratio(word, long, score_cutoff=_WORD_ALIKE + 5) - 5
        whole += weight
        found += weight * max(alike, 0.0)
    return found / whole


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"[\s\"'„“”‘’«».,:;!?()\[\]]+", " ", plain).strip()
    for pattern, instead in _VARIANTS:
        plain = pattern.sub(instead, plain)
    return plain
