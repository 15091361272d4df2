"""What came from outside, made fit to be shown and kept: no control characters, no product keys.

Pastes, file names, site files and journals may hold escape sequences that would rewrite the reader's screen, and
product keys that must reach neither screen nor file. Published client setup keys (`kb.client_keys`) may be shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from kb.client_keys import is_client_key

# Control characters

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    r"|(?:\x1b[P\]X^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\r\n]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS ...: titles, clipboard
    r"|\x1b[ -/]*[0-~]?"
)
"""Whole sequences. One that is never ended reaches to the end of its line, so that it cannot swallow what follows."""
_BREAK = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
"""Characters without a look of their own that Unicode does not count as format characters."""


def neutral(text: str, *, lines: bool = False) -> str:
    """The text without escape sequences, control characters and anything else that works unseen on a terminal.

    Line ends of every kind and tabs become blanks; with `lines`, line ends become newlines and tabs stay. A lone
    surrogate (half a character, or a byte that could not be decoded) becomes U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _UNSEEN.sub("", _BREAK.sub("\n", _SEQUENCE.sub("", text)))
    if not lines:
        text = text.replace("\n", " ").replace("\t", " ")
    return "".join(map(_harmless, text))


@cache
def _harmless(character: str) -> str:
    if character in "\n\t":
        return character
    category = unicodedata.category(character)
    return "\ufffd" if category == "Cs" else "" if category in ("Cc", "Cf") else character


# Product keys

_WIDE = 0xFEE0
"""Distance from an ASCII character to its full-width form, as East Asian input methods write it."""


def _class(characters: str) -> str:
    either = characters + characters.lower()
    return "[" + either + "".join(chr(ord(character) + _WIDE) for character in either) + "]"


_ALPHABET = "BCDFGHJKMNPQRTVWXY2346789"
_MISREAD = "01OILSZ5"
_CHARACTER = _class("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_LIKELY = _class(_ALPHABET + _MISREAD)
_CERTAIN = _class(_ALPHABET)
_DASH = r"\s{0,3}[-\u2010-\u2015\u2043\u2212\u30fc\ufe58\ufe63\uff0d]{1,3}\s{0,3}"
_GAP = rf"(?:{_DASH}|[\W_]{{1,3}})"

_RUNS = (
    re.compile(rf"{_CHARACTER}{{5}}(?:{_DASH}{_CHARACTER}{{5}}){{4,}}"),
    re.compile(rf"{_LIKELY}{{5}}(?:{_GAP}{_LIKELY}{{5}}){{4,}}"),
)
"""Five or more groups of five: with dashes any characters; with anything else between them, only those that a key is
made of or misread as, so that neither words nor words and numbers in a row are taken for a key."""
_GROUP = re.compile(rf"{_CHARACTER}{{5}}")
_BEGUN = re.compile(
    rf"(?:{_CERTAIN}{{5}}{_GAP}){{1,4}}{_CERTAIN}{{0,4}}\Z|(?:{_CERTAIN}{{5}}{_GAP}){{1,3}}{_CERTAIN}{{5}}\Z"
)
_WORD = re.compile("(?=.*[OILSZ])[A-Z]+", re.IGNORECASE)
_ONE = re.compile(_CHARACTER)

_CODE = re.compile(r"(?<![0-9A-Za-z])0[xX][0-9A-Fa-f]{8}(?![0-9A-Za-z]|" + _DASH + _CHARACTER + "{5})")
"""An error code; the end of one in front of a key could be a misread group. With a dash behind, it might be a key."""

Span = tuple[int, int]


def holds_key(text: str) -> bool:
    """Whether there is a product key in the text that is not a published client setup key."""
    return without_keys(text) != text


def without_keys(text: str) -> str:
    """The text with each product key as `XXXXX-XXXXX-XXXXX-XXXXX-` and its last group, which slmgr shows too.

    Published client setup keys stay. Of more than five groups in a row only the last is left.
    """
    while True:
        blanked = _each_blanked(text)
        if blanked == text:
            return text
        text = blanked  # what is blank now may be the beginning of another key


def masked(text: str) -> str:
    """A line being typed as it may be echoed: of the same length, with the characters of keys as `X`.

    The last group of a whole key is left, as in `without_keys`. A key that has only been begun is hidden from its
    first separator on.
    """
    for pattern in _RUNS:
        for groups in _secrets(pattern, text):
            for start, end in groups[:-1]:
                text = f"{text[:start]}{'X' * (end - start)}{text[end:]}"
    plain = _without_codes(text)
    whole = max((run.end() for pattern in _RUNS for run in pattern.finditer(plain)), default=0)
    begun = _BEGUN.search(plain, whole)
    return text[: begun.start()] + _ONE.sub("X", begun[0]) if begun else text


def _each_blanked(text: str) -> str:
    for pattern in _RUNS:
        parts, done = [], 0
        for groups in _secrets(pattern, text):
            first, last = groups[0], groups[-1]
            parts += [text[done : first[0]], "XXXXX-" * (len(groups) - 1)]
            done = last[0]
        text = "".join([*parts, text[done:]])
    return text


def _secrets(pattern: re.Pattern[str], text: str) -> Iterator[list[Span]]:
    """Where the groups of each key stand; published keys are no secret, nor what is too short beside them."""
    text = _without_codes(text)
    for run in pattern.finditer(text):
        groups = list(_GROUP.finditer(text, *run.span()))
        if pattern is _RUNS[1]:
            if sum(not group[0].isdecimal() for group in groups) < 2:
                continue  # a list of numbers
            groups = _without_words(groups)
        for stretch in _unpublished(groups):
            if len(stretch) >= 5:
                yield [group.span() for group in stretch]


def _without_codes(text: str) -> str:
    """The text, of the same length, with dots for error codes: no part of a code is a part of a key."""
    return _CODE.sub(lambda code: "." * len(code[0]), text)


def _without_words(groups: list[re.Match[str]]) -> list[re.Match[str]]:
    """A run without the words around its key, which could be misread groups ("holds")."""
    first, last = 0, len(groups)
    while last - first > 5 and _WORD.fullmatch(groups[first][0]):
        first += 1
    while last - first > 5 and _WORD.fullmatch(groups[last - 1][0]):
        last -= 1
    return groups[first:last]


def _unpublished(groups: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """The groups of a run before, between and after its published keys."""
    plain = [unicodedata.normalize("NFKC", group[0]).upper() for group in groups]
    begin = at = 0
    while at < len(groups):
        if is_client_key("-".join(plain[at : at + 5])):
            yield groups[begin:at]
            begin = at = at + 5
        else:
            at += 1
    yield groups[begin:]
