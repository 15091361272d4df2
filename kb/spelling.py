"""Error codes in any way people write or paste them.

Windows prints activation codes as `0x` and eight hexadecimal digits; logs and scripts print the same 32 bits as a
signed or unsigned decimal; scanned or dictated text has blanks inside and a letter O for the zero.
"""

from __future__ import annotations

import re

_GAP = r"[ \t\u00a0\u202f]?"
_HEX = rf"(?:[0-9A-Fa-f]{_GAP}){{7}}[0-9A-Fa-f]"
_PREFIXED = re.compile(rf"(?<![0-9A-Za-z])[0Oo]{_GAP}[xX]{_GAP}({_HEX})(?![0-9A-Za-z])")
_SOLID = re.compile(r"(?<![0-9A-Za-z\-])([0-9A-Fa-f]{8})(?![0-9A-Za-z\-])")
_GROUPED = re.compile(rf"(?<![0-9A-Za-z\-])([0-9A-Fa-f]{{4}}{_GAP}[0-9A-Fa-f]{{4}})(?![0-9A-Za-z\-])")
_DECIMAL = re.compile(r"(?<![0-9A-Za-z.])([-\u2212]?[0-9]{9,10})(?![0-9A-Za-z.]*[0-9A-Za-z])")
_OLD_SPELLING = re.compile(rf"(?<![0-9A-Za-z])[0Oo][xX]([0-9A-Fa-f]{{7}}|[0-9A-Fa-f]{{9}})(?![0-9A-Za-z])")

_SEVERITIES = (0x4, 0x8, 0xC, 0xD)
"""Leading digits of the HRESULT and NTSTATUS values that activation shows; other eight-digit words are not codes."""


def canonical(value: int) -> str:
    """`0xC004F074` for an unsigned or signed 32-bit value."""
    return f"0x{value & 0xFFFFFFFF:08X}"


def find_codes(text: str) -> tuple[str, ...]:
    """Every code in a text, in canonical form, in order of appearance and once each."""
    text = text.replace("\u00d7", "x")
    found: list[tuple[int, str]] = []
    for match in _PREFIXED.finditer(text):
        found.append((match.start(), canonical(int(re.sub(r"\s", "", match[1]), 16))))
    for pattern in (_SOLID, _GROUPED):
        for match in pattern.finditer(text):
            value = int(re.sub(r"\s", "", match[1]), 16)
            if value >> 28 in _SEVERITIES and not match[1].isdigit() or _is_numeric_code(match[1]):
                found.append((match.start(), canonical(value)))
    for match in _DECIMAL.finditer(text):
        decimal = int(match[1].replace("\u2212", "-"))
        if -(2**31) <= decimal < 2**32 and (decimal & 0xFFFFFFFF) >> 28 in _SEVERITIES:
            found.append((match.start(), canonical(decimal)))
    return tuple(dict.fromkeys(code for _, code in sorted(found)))


def find_misspelt(text: str) -> tuple[str, ...]:
    """Words that look like codes with a digit too many or too few, upper-cased, as aliases are written."""
    return tuple(dict.fromkeys(f"0x{match[1].upper()}" for match in _OLD_SPELLING.finditer(text)))


def in_groups(code: str) -> str:
    """A code in two groups that can be read out: `C004 F074`."""
    return f"{code[2:6]} {code[6:]}"


def _is_numeric_code(digits: str) -> bool:
    """Eight plain digits are taken for a code only where they begin like the common Win32 errors (8007...)."""
    return re.sub(r"\s", "", digits).startswith(("8007", "8004", "8009"))
