"""Commands on paper: each in one line that can be copied, as large as the line allows.

A line of a PDF is copied with its end. So a command stands in one line, in narrower and at last smaller letters where
it is long. One for PowerShell that is still too long is broken where PowerShell takes a new line for a blank: behind
";", "|", "," and an opening bracket. Only what no such place helps is broken elsewhere, and told so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.model import Variant
from kb.site import Site

from ..names import ANY_SHELL, shell_name
from ..reading import Say
from .parts import Command

STYLES = ((9.0, 100.0), (8.5, 87.5), (8.0, 75.0), (8.0, 62.5), (8.0, 56.25))
"""Size in points and width of the letters in percent, from the most legible on."""
ADVANCES = {100.0: 0.5, 87.5: 0.45, 75.0: 0.4, 62.5: 0.35, 56.25: 0.3}
"""How far each letter of the typewriter face advances, in font sizes, by the width of the letters in percent."""
_NARROW = 2
"""From this style on, several lines in larger letters are easier to read than one."""


@dataclass(frozen=True, slots=True)
class Typing:
    """How commands are written: with a site's names, in lines of at most `width` points."""

    say: Say
    site: Site | None
    width: float

    def forms(self, shell: str, command: str, variants: Iterable[Variant], *, elevated: bool) -> tuple[Command, ...]:
        """A command in all its forms; none where there is none."""
        if not command:
            return ()
        shells: dict[str, list[str]] = {}
        for form in [Variant(shell, command), *variants]:
            shells.setdefault(form.command, []).append(form.shell)
        return tuple(
            self._form(text, tuple(dict.fromkeys(names)), elevated=elevated, other=number > 0)
            for number, (text, names) in enumerate(shells.items())
        )

    def choices(self, command: str) -> tuple[str, ...]:
        """The values of the site for placeholders that it has several for."""
        found = self.site.choices(command) if self.site else ()
        return tuple(
            self.say("Values for {name} here: {values}", name=name, values=", ".join(values)) for name, values in found
        )

    def _form(self, command: str, shells: tuple[str, ...], *, elevated: bool, other: bool) -> Command:
        named = shell_name(self.say, shells[0] if len(shells) == 1 else ANY_SHELL, elevated=elevated)
        shell = self.say("or {shell}", shell=named) if other else named
        text = self.site.fill(command) if self.site else command
        return set_in(text, shells[0] if len(shells) == 1 else "cmd", self.width, shell)


def set_in(command: str, shell: str, width: float, heading: str) -> Command:
    """A command in lines of at most this width (points)."""
    whole = _style(len(command), width)
    parts = list(_parts(command)) if shell == "powershell" else [command]
    apart = _style(max(len(part.rstrip()) for part in parts), width)
    if whole is not None and (whole <= _NARROW or apart == whole):
        return Command(heading, (command,), *STYLES[whole])
    if apart is not None:
        return Command(heading, tuple(_joined(parts, _room(apart, width))), *STYLES[apart])
    smallest = len(STYLES) - 1
    return Command(heading, tuple(_broken(command, _room(smallest, width))), *STYLES[smallest], exact=False)


def _style(length: int, width: float) -> int | None:
    """The first style in which so many letters fit a line."""
    return next((number for number in range(len(STYLES)) if length <= _room(number, width)), None)


def _room(style: int, width: float) -> int:
    """How many letters of a style fit a line."""
    return int(width / advance(*STYLES[style]))


def advance(size: float, stretch: float) -> float:
    """How many points a letter of the typewriter face takes."""
    return size * ADVANCES[stretch]


def _parts(command: str) -> Iterator[str]:
    """A PowerShell command in the pieces between which a new line changes nothing; outside of quotes."""
    part = quote = ""
    for letter, following in zip(command, [*command[1:], ""], strict=True):
        part += letter
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif following != " " and part.rstrip()[-1:] in (";", "|", ",", "{", "("):
            yield part
            part = ""
    if part:
        yield part


def _joined(parts: Iterable[str], most: int) -> Iterator[str]:
    """The pieces again, as many in a line as fit."""
    line = ""
    for part in parts:
        if line and len((line + part).rstrip()) > most:
            yield line
            line = ""
        line += part
    yield line


def _broken(command: str, most: int) -> Iterator[str]:
    """The command in lines that end behind a blank where there is one."""
    rest = command
    while len(rest) > most:
        cut = rest.rfind(" ", 0, most) + 1 or most
        yield rest[:cut]
        rest = rest[cut:]
    yield rest
