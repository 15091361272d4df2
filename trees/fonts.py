"""The typeface of charts: how wide a text is, where it is broken into lines, and the font itself for embedding.

Text is shaped by HarfBuzz, as browsers and the PDF compiler do it, so what is measured here is what is drawn there.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

import uharfbuzz
from fontpkg_inconsolata import ROOT as TYPEWRITER_ROOT
from fontpkg_source_sans_3 import ROOT

FAMILY = "Source Sans 3"
FILES = Path(ROOT, "files")
"""The folder of the font files."""
TYPEWRITER_FILES = Path(TYPEWRITER_ROOT, "files")
"""The folder of the typewriter face (Inconsolata), in which a runbook sets its commands, in several widths."""
REGULAR = 400
SEMIBOLD = 600
WEIGHTS = (REGULAR, SEMIBOLD)
"""The weights that charts use; one file holds them all."""
LINE = 1.28
"""From one baseline to the next, in font sizes."""
ASCENT = 0.76
"""From the top of a line's box to its baseline, in font sizes: the height of tall letters and a little air."""
DESCENT = 0.26

FALLBACKS = f"'{FAMILY}', 'Source Sans Pro', 'Segoe UI', 'Noto Sans', 'Helvetica Neue', Arial, sans-serif"
"""As a CSS font-family: for readers whose program does not take the embedded font."""

_FEATURES = {"liga": False, "clig": False, "dlig": False}  # each letter can be selected and copied by itself


def file() -> Path:
    """The font file with all upright weights."""
    return FILES / "SourceSans3[wght].ttf"


@lru_cache(maxsize=65536)
def width(text: str, size: float, weight: int = REGULAR) -> float:
    """How far the text advances in points, without blanks at its end."""
    shown = text.rstrip()
    if not shown:
        return 0.0
    buffer = uharfbuzz.Buffer()
    buffer.add_str(shown)
    buffer.guess_segment_properties()
    uharfbuzz.shape(_font(weight), buffer, _FEATURES)
    advances = (
        float(position.x_advance) if glyph.codepoint else _MISSING
        for glyph, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )
    return sum(advances) * size / float(_face().upem)


_MISSING = 1100.0
"""Advance, in thousandths, of a character that the font does not have: no other font draws it wider than this."""


def wrapped(text: str, most: float, size: float, weight: int = REGULAR) -> tuple[str, ...]:
    """The text in lines of at most this width (points); joined together they are the text again.

    Lines end behind blanks; a word too long for a line is broken behind the marks that paths and addresses have, and
    elsewhere only where nothing better is left. The lines are about equally long.
    """
    lines = _filled(text, most, size, weight)
    low, high = most / 3, most
    while high - low > 2:
        middle = (low + high) / 2
        if len(_filled(text, middle, size, weight)) == len(lines) and not _broken_more(
            text, middle, most, size, weight
        ):
            high = middle
        else:
            low = middle
    return tuple(_filled(text, high, size, weight))


def missing(text: str) -> str:
    """The characters that the font does not have."""
    return "".join(letter for letter in text if _font(REGULAR).get_nominal_glyph(ord(letter)) is None)


def subset(characters: str, weight: int) -> bytes:
    """A font file (TrueType) with these characters alone, in one weight."""
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(sorted(map(ord, characters)))
    wanted.pin_axis_location(_face(), "wght", weight)
    return bytes(uharfbuzz.subset(_face(), wanted).blob.data)


def _broken_more(text: str, narrow: float, wide: float, size: float, weight: int) -> bool:
    """Whether a word that fits a wide line would be broken in a narrow one."""
    return any(narrow < width(word, size, weight) <= wide for word in _WORD.findall(text))


def _filled(text: str, most: float, size: float, weight: int) -> list[str]:
    """Each line as long as possible."""
    lines: list[str] = []
    for paragraph in text.splitlines(keepends=True):
        line = ""
        for word in _WORD.findall(paragraph):
            if width(line + word, size, weight) <= most:
                line += word
                continue
            if line:
                lines.append(line)
            *whole, line = _pieces(word, most, size, weight)
            lines += whole
        lines.append(line)
    return lines


_WORD = re.compile(r"[^ \t\r\n]*[ \t\r\n]+|[^ \t\r\n]+")
_PART = re.compile(r"[^\\/.,:;=&?_@|-]*[\\/.,:;=&?_@|-]+|[^\\/.,:;=&?_@|-]+")
_CLUSTER = re.compile(r"(?s).[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]*")


def _pieces(word: str, most: float, size: float, weight: int) -> list[str]:
    """A word in pieces that each fit a line."""
    if width(word, size, weight) <= most:
        return [word]
    pieces = [""]
    for part in _PART.findall(word):
        if width(pieces[-1] + part, size, weight) <= most:
            pieces[-1] += part
        elif width(part, size, weight) <= most:
            pieces.append(part)
        else:
            for cluster in _CLUSTER.findall(part):
                if pieces[-1] and width(pieces[-1] + cluster, size, weight) > most:
                    pieces.append("")
                pieces[-1] += cluster
    return pieces if pieces[0] else pieces[1:]


@cache
def _face() -> uharfbuzz.Face:
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file())))


@cache
def _font(weight: int) -> uharfbuzz.Font:
    font = uharfbuzz.Font(_face())
    font.set_variations({"wght": weight})
    return font
