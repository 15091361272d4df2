"""Error codes in any way people write or paste them.

Windows prints activation codes as `0x` and eight hexadecimal digits; logs and scripts print the same 32 bits as a
signed or unsigned decimal; scanned or dictated text has blanks inside and a letter O for the zero.

Behind `0x` anything of eight digits is taken for a code. Without it, only what begins like the codes that activation
shows: keys, serial numbers, sizes, dates and telephone numbers stand in the same pastes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_DIGIT = "[0-9A-Fa-f]"
_OR_O = "[0-9A-Fa-fOo]"
_BLANK = r"[ \t]"
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def _groups(digit: str, *counts: int) -> str:
    """Eight digits in so many groups, with a blank or two between them."""
    return "|".join(f"{_BLANK}{{1,2}}".join([f"{digit}{{{8 // count}}}"] * count) for count in counts)


_PREFIXED = re.compile(
    rf"(?:(?<!\d)0|(?<![0-9A-Za-z])[Oo]){_BLANK}{{0,2}}[xX\u00d7]{_BLANK}{{0,2}}({_groups(_OR_O, 1, 2, 4, 8)})"
    r"(?=[UuLl]{0,2}(?![0-9A-Za-z]))"
)
_SOLID = re.compile(rf"(?<![0-9A-Za-z\-])(?=[0-9]{{0,7}}[A-Fa-f])({_DIGIT}{{8}})(?![0-9A-Za-z\-])")
"""With a letter in it. No pattern here looks further ahead than a code is long: a hostile paste must not take long."""
_NEGATIVE = re.compile(r"(?<![0-9A-Za-z\-.,])([\-\u2010-\u2015\u2212]\d{9,10})(?![0-9A-Za-z\-]|[.,]\d)")
_NOT_IN_A_ROW = r"(?<![0-9A-Za-z\-+.,/])(?<![0-9+)][ \t])(?:{})(?![0-9A-Za-z\-]|[.,:/ \t]\d)"
"""Around what could be one of several groups of digits, as in telephone numbers, dates, versions and product ids."""
_NUMERIC = re.compile(_NOT_IN_A_ROW.format(rf"({_groups(r'[0-9]', 1, 2)})"))
_IN_TWO_GROUPS = re.compile(
    rf"(?<![0-9A-Za-z\-])(?<!(?<![0-9A-Za-z]){_DIGIT}{{4}}{_BLANK})"
    rf"(?!{_DIGIT}{{4}}{_BLANK}{{1,2}}[A-Za-z]{{4}})(?=[0-9 \t]{{0,9}}[A-Fa-f])({_groups(_DIGIT, 2)})"
    rf"(?![0-9A-Za-z\-])(?!{_BLANK}{_DIGIT}{{4}}(?![0-9A-Za-z]))"
)
"""With a letter in it. Not within a fingerprint, and not where the second group is a word: "8000 dead"."""
_UNSIGNED = re.compile(_NOT_IN_A_ROW.format(r"(\d{10})") + r"(?![ \t]*(?:[KMGT]i?)?[Bb](?:ytes?)?\b)")
_MISSPELT = re.compile(rf"(?<![0-9A-Za-z])[0Oo][xX]({_DIGIT}{{7}}|{_DIGIT}{{9}})(?![0-9A-Za-z])")

_LIKE_A_CODE = re.compile(r"0x(?:[4CD]00[0-9A-F]|80[0-9A-F]{2}|87E1)(?!0000)[0-9A-F]{4}")
"""HRESULTs (0x8...) and the NTSTATUS-like values of the licensing service (0xC004F074, 0x4004F00C, 0xD0000272)."""
_LIKE_A_NUMERIC_CODE = re.compile(r"0x80(?:04|07|09)\d{4}")
"""Eight plain digits are taken for a code only where they begin like the common Win32 errors."""


def canonical(value: int) -> str:
    """`0xC004F074` for an unsigned or signed 32-bit value."""
    return f"0x{value & 0xFFFFFFFF:08X}"


def find_codes(text: str) -> tuple[str, ...]:
    """Every code in a text, in canonical form, in order of appearance and once each."""
    text = unicodedata.normalize("NFKC", text.translate(_INVISIBLE))
    found = sorted([*_prefixed(text), *_bare(text), *_decimal(text)])
    return tuple(dict.fromkeys(code for _, code in found))


def _prefixed(text: str) -> Iterator[tuple[int, str]]:
    for match in _PREFIXED.finditer(text):
        value = int(_joined(match[1]).upper().replace("O", "0"), 16)
        if value:  # 0x00000000 is success
            yield match.start(1), canonical(value)


def _bare(text: str) -> Iterator[tuple[int, str]]:
    for pattern in (_SOLID, _IN_TWO_GROUPS, _NUMERIC):
        for match in pattern.finditer(text):
            digits = _joined(match[1])
            code = canonical(int(digits, 16))
            if (_LIKE_A_NUMERIC_CODE if digits.isdigit() else _LIKE_A_CODE).fullmatch(code):
                yield match.start(), code


def _decimal(text: str) -> Iterator[tuple[int, str]]:
    for match in (*_NEGATIVE.finditer(text), *_UNSIGNED.finditer(text)):
        value = int(re.sub(r"^\D", "-", match[1]))
        if -(2**31) <= value < 2**32 and _LIKE_A_CODE.fullmatch(canonical(value)):
            yield match.start(), canonical(value)


def _joined(digits: str) -> str:
    return re.sub(_BLANK, "", digits)


def find_misspelt(text: str) -> tuple[str, ...]:
    """Words that look like codes with a digit too many or too few, upper-cased, as aliases are written."""
    return tuple(dict.fromkeys(f"0x{match[1].upper()}" for match in _MISSPELT.finditer(text)))


def in_groups(code: str) -> str:
    """A code in two groups that can be read out: `C004 F074`."""
    return f"{code[2:6]} {code[6:]}"
