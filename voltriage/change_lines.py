"""What changed between two knowledge bases, as lines of plain text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .page import HEADING, QUIET, Page, Shown

if TYPE_CHECKING:
    from trees.diff.report import Section


class ChangeLines(Page):
    """Lays out the report for one reader."""

    def section(self, section: Section) -> Iterator[str]:
        """One section."""
        yield from (Shown(line, HEADING) for line in self._wrap(section.heading))
        for item in section.items:
            yield from self._wrap(f"- {item.sentence}", "  ", "    ")
            for line in item.lines:
                yield from self._wrap(line, "    ", "      ")
            if item.shown:
                yield from self._wrap(item.shown.heading, "    ", role=QUIET)
                for number, answer in enumerate(item.shown.answers, 1):
                    yield from self._wrap(f"{number}. {answer}", "      ", "         ", QUIET)
                for line in item.shown.then:
                    yield from self._wrap(line, "    ", "      ")


def markdown(title: str, sections: Iterable[Section], nothing: str) -> str:
    """The report as Markdown; `nothing`: what is said where there are no sections."""
    from .markdown import plain

    blocks = [f"# {plain(title)}"]
    for section in sections:
        blocks.append(f"## {plain(section.heading)}")
        for item in section.items:
            lines = [f"- {plain(item.sentence)}", *(f"  - {plain(line)}" for line in item.lines)]
            if item.shown:
                lines.append(f"  - {plain(item.shown.heading)}")
                lines += [f"    {number}. {plain(said)}" for number, said in enumerate(item.shown.answers, 1)]
                lines += [f"  - {plain(line)}" for line in item.shown.then]
            blocks.append("\n".join(lines))
    return "\n\n".join(blocks if len(blocks) > 1 else [*blocks, plain(nothing)]) + "\n"
