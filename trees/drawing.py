"""A picture as SVG: exact text, a title and a description for those who do not see it, links, light and dark.

Each line of text is as wide as it was measured, whatever font the reader's program takes, so it stays in its shape.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import fonts
from .geometry import Box, Line, Paragraph, Path, note
from .painting import Group, Stroke, painted
from .palette import DARK, LIGHT, LINE, PAPER, TEXT
from .picture import Picture, moved
from .worded import Worded

PREFIX = "vt-"
"""What the names of all CSS classes begin with."""


@dataclass(frozen=True, slots=True)
class Look:
    """How an SVG is made.

    - `own_font`: the letters used are embedded, so that it looks alike everywhere; not needed where the page has them.
    - `own_style`: it turns dark by itself with the reader's screen; not wanted where a page's `stylesheet` does that.
    - `prefix`: what its ids begin with; charts that stand on one page need different ones.
    - `margin`: empty room around the chart, in points.
    """

    own_font: bool = True
    own_style: bool = True
    prefix: str = ""
    margin: float = 10.0


def svg(worded: Worded, picture: Picture, look: Look | None = None) -> str:
    """The SVG file of a picture of this chart. `worded` gives title, description and language.

    Without links it is one image; with links a group, so that each link can be reached by itself.
    """
    look = look or Look()
    groups = list(painted(picture))
    notes, canvas = _note(worded, picture, look.margin)
    lines = [*_head(worded, canvas, look, linked=any(group.link for group in groups))]
    if look.own_style or look.own_font:
        lines.append(f"<style>{_style(groups, notes, look)}</style>")
    lines.append(_background(canvas))
    lines.append(
        f'<g font-family="{_escaped(fonts.FALLBACKS)}" font-variant-ligatures="none" text-anchor="middle" '
        f'stroke-linecap="round" stroke-linejoin="round">'
    )
    for group in groups:
        lines += _group(group, look)
    lines += [_paragraph(paragraph, LINE) for paragraph in notes]
    lines += ["</g>", "</svg>", ""]
    return "\n".join(lines)


def stylesheet() -> str:
    """The CSS for a page with charts in it: light or dark like the reader's screen, unless the page says which.

    The page says which with `data-theme="light"` or `data-theme="dark"` on its root.
    """
    light = "".join(f"--{PREFIX}{name}:{colour};" for name, colour in LIGHT.items())
    dark = "".join(f"--{PREFIX}{name}:{colour};" for name, colour in DARK.items())
    rules = "".join(
        f".{PREFIX}f-{name}{{fill:var(--{PREFIX}{name})}}.{PREFIX}s-{name}{{stroke:var(--{PREFIX}{name})}}"
        for name in LIGHT
    )
    return (
        f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f"@media screen{{:root[data-theme=dark]{{{dark}}}}}{rules}"
    )


def font_faces(characters: Iterable[str]) -> str:
    """CSS that brings the font itself, with these characters alone."""
    wanted = "".join(sorted(set("".join(characters))))
    return "".join(
        f"@font-face{{font-family:'{fonts.FAMILY}';font-weight:{weight};"
        f"src:url(data:font/ttf;base64,{b64encode(fonts.subset(wanted, weight)).decode()}) format('truetype')}}"
        for weight in fonts.WEIGHTS
    )


# The file's head ------------------------------------------------------------------------------------------------------


def _note(worded: Worded, picture: Picture, margin: float) -> tuple[tuple[Paragraph, ...], Box]:
    """The note below the chart, and all the room that is drawn on."""
    text = note(worded.note, picture.width)
    room = text.height + margin if text.paragraphs else 0.0
    width = max(picture.width, text.width)
    left = (picture.width - width) / 2
    lines = moved(text, ((picture.width - text.width) / 2, picture.height + margin))
    return lines, Box(left - margin, -margin, width + 2 * margin, picture.height + room + 2 * margin)


def _head(worded: Worded, canvas: Box, look: Look, *, linked: bool) -> Iterator[str]:
    prefix = _escaped(look.prefix)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_number(canvas.width)}pt" '
        f'height="{_number(canvas.height)}pt" viewBox="{" ".join(map(_number, _sides(canvas)))}" '
        f'role="{"group" if linked else "img"}" lang="{_escaped(worded.language)}" '
        f'xml:lang="{_escaped(worded.language)}" aria-labelledby="{prefix}title" aria-describedby="{prefix}desc">'
    )
    yield f'<title id="{prefix}title">{_escaped(worded.title)}</title>'
    yield f'<desc id="{prefix}desc">{_escaped(worded.description)}</desc>'


def _sides(box: Box) -> tuple[float, float, float, float]:
    return box.x, box.y, box.width, box.height


def _style(groups: list[Group], notes: tuple[Paragraph, ...], look: Look) -> str:
    used = _characters(notes) + "".join(_characters(group.paragraphs) for group in groups)
    face = font_faces(used) if look.own_font and used else ""
    if not look.own_style:
        return face
    rules = "".join(
        f".{PREFIX}f-{name}{{fill:{colour}}}.{PREFIX}s-{name}{{stroke:{colour}}}" for name, colour in DARK.items()
    )
    return f"{face}@media screen and (prefers-color-scheme:dark){{{rules}}}"


def _characters(paragraphs: tuple[Paragraph, ...]) -> str:
    return "".join(line.text for paragraph in paragraphs for line in paragraph.lines)


def _background(canvas: Box) -> str:
    x, y, width, height = map(_number, _sides(canvas))
    return f'<rect class="{PREFIX}f-{PAPER}" x="{x}" y="{y}" width="{width}" height="{height}" fill="{LIGHT[PAPER]}"/>'


# Groups ---------------------------------------------------------------------------------------------------------------


def _group(group: Group, look: Look) -> Iterator[str]:
    yield f'<g class="{PREFIX}{group.kind}" id="{_escaped(look.prefix + ident(group))}">'
    if group.link:
        yield f'<a href="{_escaped(group.link)}">'
    yield from (_stroke(stroke) for stroke in group.strokes)
    yield from (_paragraph(paragraph) for paragraph in group.paragraphs)
    if group.link:
        yield "</a>"
    yield "</g>"


def ident(group: Group) -> str:
    """The id of a group in the file: of a shape its own, of an arrow both its ends'."""
    if isinstance(group.subject, str):
        return group.subject
    source, target = group.subject
    return f"{group.kind}.{source}.{target}"


def _stroke(stroke: Stroke) -> str:
    classes = [f"{PREFIX}f-{stroke.fill}"] if stroke.fill else []
    fill = f'fill="{LIGHT[stroke.fill] if stroke.fill else "none"}"'
    line = ""
    if stroke.line:
        classes.append(f"{PREFIX}s-{stroke.line}")
        line = f' stroke="{LIGHT[stroke.line]}" stroke-width="{_number(stroke.width)}"'
    if stroke.dash:
        line += f' stroke-dasharray="{" ".join(map(_number, stroke.dash))}"'
    return f'<path class="{" ".join(classes)}" d="{_path(stroke.path)}" {fill}{line}/>'


def _path(path: Path) -> str:
    return "".join(name + " ".join(f"{_number(x)},{_number(y)}" for x, y in points) for name, points in path.commands)


def _paragraph(paragraph: Paragraph, colour: str = TEXT) -> str:
    first = paragraph.lines[0]
    lines = "".join(_line(line) for line in paragraph.lines)
    return (
        f'<text class="{PREFIX}f-{colour}" fill="{LIGHT[colour]}" font-size="{_number(first.size)}" '
        f'font-weight="{first.weight}" xml:space="preserve" style="white-space:pre">{lines}</text>'
    )


def _line(line: Line) -> str:
    """One line; the blanks at its end are kept in a part of their own that does not count for its middle."""
    shown = line.text.rstrip()
    rest = line.text[len(shown) :]
    fixed = f' textLength="{_number(line.width)}" lengthAdjust="spacingAndGlyphs"' if len(shown) > 1 else ""
    hidden = f'<tspan font-size="0">{_escaped(rest)}</tspan>' if rest else ""
    return (
        f'<tspan x="{_number(line.x)}" y="{_number(line.baseline)}"><tspan{fixed}>{_escaped(shown)}</tspan>{hidden}'
        f"</tspan>"
    )


# Text and numbers -----------------------------------------------------------------------------------------------------


def _escaped(text: str) -> str:
    """Text as XML has it; what XML cannot hold is shown as the replacement character."""
    for plain, escape in _ESCAPES:
        text = text.replace(plain, escape)
    return "".join(letter if letter in "\t\n" or _allowed(ord(letter)) else "\ufffd" for letter in text)


_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\r", "&#13;"))


def _allowed(point: int) -> bool:
    return 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or point >= 0x10000


def _number(value: float) -> str:
    """At most two decimals, and none that say nothing."""
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short
