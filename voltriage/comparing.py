"""Compares two knowledge bases for a reader, and says or draws what changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.case import CaseError
from kb.image import read_image
from kb.loader import MANIFEST
from kb.problems import KnowledgeError, Problem
from kb.store import Opened, open_folder, open_shipped
from kb.texts import Texts

from .change_lines import ChangeLines, markdown
from .charts_named import charts_named
from .language import preferred
from .not_drawn import in_the_reader_s_words
from .opening import Reader
from .page import HEADING
from .progress import Step, progress
from .wording import Wording

if TYPE_CHECKING:
    from trees.diff import Difference
    from trees.diff.data import DifferenceData
    from trees.diff.marked import Marked
    from trees.diff.report import Reporter, Section
    from trees.diff.sentences import Teller
    from trees.reading import Reading
    from trees.worded import Worded

SHIPPED = "shipped"
"""Names the shipped knowledge base in place of a folder."""
FORMATS = {".pdf": "pdf", ".svg": "svg", ".md": "md", ".json": "json", ".txt": "txt"}
"""By the ending of a file's name, what is written to it."""


@dataclass(frozen=True)
class Comparison:
    """Two open knowledge bases and what differs, for one reader. `whole`: with all wording and ways."""

    old: Opened
    new: Opened
    language: str
    codes: tuple[str, ...] | None
    whole: bool = False

    @cached_property
    def difference(self) -> Difference:
        """What differs."""
        from trees.diff import compare

        return compare(self.old.kb, self.new.kb, self.old.translations, self.new.translations, self.codes)

    @cached_property
    def reader(self) -> Reader:
        """The reader of the new knowledge base."""
        return _reader(self.new, self.language)

    @cached_property
    def reporter(self) -> Reporter:
        """Tells the difference in full."""
        from trees.diff.report import Reporter

        return Reporter(self.teller, self.whole)

    @cached_property
    def teller(self) -> Teller:
        """Tells the difference in sentences."""
        from trees.diff.sentences import Teller

        return Teller(*self._readings)

    @cached_property
    def _readings(self) -> tuple[Reading, Reading]:
        from trees.reading import Reading

        readers = _reader(self.old, self.language), self.reader
        old, new = (Reading(reader.kb, reader.texts, reader.say, self.language) for reader in readers)
        return old, new

    def sections(self) -> Iterator[Section]:
        """The report, section by section."""
        return self.reporter.sections(self.difference)

    # As data

    @property
    def data(self) -> DifferenceData:
        """The difference for other programs."""
        from trees.diff.data import data_of

        return data_of(self.difference, self.teller)

    def json(self) -> bytes:
        """The same as JSON."""
        import msgspec

        return msgspec.json.format(msgspec.json.encode(self.data), indent=2) + b"\n"

    # In words

    def text(self) -> Iterator[str]:
        """The report as lines of plain text."""
        page = ChangeLines(self.reader)
        yield from page.text(self.reporter.title(self.difference), HEADING)
        if self.difference.empty:
            yield from page.text(self.reader.say("Nothing differs."))
        for section in self.sections():
            yield ""
            yield from page.section(section)
        if not self.difference.empty and not self.difference.acts:
            yield ""
            yield from page.text(self.reader.say("No session goes otherwise, and nothing else is done in any step."))

    def markdown(self) -> str:
        """The report as Markdown."""
        title = self.reporter.title(self.difference)
        return markdown(title, self.sections(), self.reader.say("Nothing differs."))

    # Drawn

    def pdf(self, paper: str) -> bytes:
        """The report and the charts with the differences marked.

        Raises `CaseError` with the reason when it cannot be made.
        """
        from trees.diff.marked import telling
        from trees.diff.printed import changes_pdf
        from trees.pdf import About, Setup, created

        say, manifest = self.reader.say, self.new.kb.manifest
        with in_the_reader_s_words():
            about = About(
                self.reporter.title(self.difference),
                self.language,
                created(manifest.released, os.environ),
                foot=say("Knowledge {version} of {date}", version=manifest.version, date=manifest.released),
            )
            every = self.whole or self.codes is not None
            charts = [one for one in self._marked if telling(one) and (one.steps or every)]
            with progress(say("Drawing charts"), len(charts) + 1, say("Typesetting")) as step:
                made = changes_pdf(self.sections(), _each(self._worded(charts), step), about, Setup(paper, say))
                step()
                return made

    def svg(self) -> bytes:
        """The one chart that differs, or that of the one code asked for.

        Raises `CaseError` when there is none, or several.
        """
        from trees.drawing import svg
        from trees.picture import picture

        with in_the_reader_s_words():
            worded = next(self._worded([self._only(self._marked)]))
            return svg(worded, picture(worded)).encode()

    @cached_property
    def _marked(self) -> list[Marked]:
        from trees.diff.marked import marked_charts

        return marked_charts(self.old.kb, self.new.kb, self.difference)

    def _worded(self, marked: list[Marked]) -> Iterator[Worded]:
        from trees.diff.marked import both, drawn

        return drawn(marked, both(*self._readings))

    def _only(self, marked: list[Marked]) -> Marked:
        from trees.diff.marked import telling

        if self.codes and len(self.codes) == 1:
            marked = [one for one in marked if one.chart.id in self.codes] or marked
        else:
            marked = [one for one in marked if telling(one)]
        if not marked:
            raise CaseError("no chart differs, so there is none to draw; write the words to a .md file", "usage")
        if len(marked) > 1:
            raise CaseError(
                "{count} charts differ ({charts}), and an SVG holds one; name one code with --codes, or write a .pdf",
                "usage",
                count=len(marked),
                charts=", ".join(one.chart.id for one in marked),
            )
        return marked[0]


# Opening --------------------------------------------------------------------------------------------------------------


def comparison(old: str, new: str, language: str | None, names: tuple[str, ...], *, whole: bool = False) -> Comparison:
    """Open both, each a folder, an image, or `SHIPPED`.

    Raises `KnowledgeError` with every problem of both, `ImageError`, and `CaseError` for a code neither has.
    """
    opened: list[Opened] = []
    problems = []
    for given in (old, new):
        try:
            opened.append(_opened(given))
        except KnowledgeError as error:
            problems += [_below(given, problem) for problem in error.problems]
    if problems:
        raise KnowledgeError(problems)
    first, second = opened
    return Comparison(first, second, preferred(language), _codes(first, second, names), whole)


def _opened(given: str) -> Opened:
    if given == SHIPPED:
        return open_shipped()
    path = Path(given)
    if path.is_file():
        kb, translations = read_image(path)
        return Opened(kb, translations, path)
    if not (path / MANIFEST).is_file():  # else every file below a folder taken by mistake would be looked at
        checkout = path / "kb" / "data"
        if not (checkout / MANIFEST).is_file():
            text = "is no knowledge base; name a folder with a kb.yaml, an image, or shipped"
            raise KnowledgeError([Problem(given, 1, 1, text, "no-kb")])
        path = checkout
    return open_folder(path)


def _below(given: str, problem: Problem) -> Problem:
    """The problem with the knowledge base before its file, so that two of them can be told apart."""
    return problem if problem.file == given else replace(problem, file=f"{given}/{problem.file}")


def _each(charts: Iterator[Worded], step: Step) -> Iterator[Worded]:
    for chart in charts:
        yield chart
        step()


def _reader(opened: Opened, language: str) -> Reader:
    texts = Texts(language, opened.translations)
    return Reader(opened.kb, texts, Wording(language), opened.folder, language in ("en", *opened.translations))


def _codes(old: Opened, new: Opened, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """The codes asked for, in any spelling; None: all of them."""
    words = [word for name in names for word in name.split(",") if word.strip()]
    if not words:
        return None
    codes = charts_named(new.kb, words)
    for code in codes:
        if code not in new.kb.codes or code not in old.kb.codes:
            raise CaseError("{code} is no code that both have; name one that is in both", "usage", code=code)
    return codes
