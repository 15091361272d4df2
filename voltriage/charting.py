"""Draws the charts that were asked for, in one of the formats, as files that need only be written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from engine.case import CaseError
from kb.model import Text

from .chart_files import STANDARD_OUTPUT, files_for
from .not_drawn import in_the_reader_s_words
from .progress import Step, progress

if TYPE_CHECKING:
    from kb.knowledge import KnowledgeBase
    from kb.site import Site
    from trees.following import Marks
    from trees.linking import Place
    from trees.pdf import About
    from trees.reading import Reading
    from trees.shapes import Chart
    from trees.worded import Worded

    from .opening import Reader

File = tuple[Path, bytes]


@dataclass(frozen=True)
class Order:
    """What is to be drawn and how.

    `charts`: codes and procedures. `marks`: for charts, by id, which shapes and arrows are marked. `paper`: one of
    `trees.pdf.PAPERS`; `engine`: one of `trees.layout.ENGINES`; both for drawn formats only. `unfolded`: codes with
    every state of a case once. `title`: of the document, where it shall not be that of its only chart.
    """

    charts: tuple[str, ...]
    format: str
    output: str
    paper: str
    engine: str
    marks: Mapping[str, Marks] = field(default_factory=dict)
    unfolded: bool = False
    title: str = ""


def drawn(reader: Reader, site: Site | None, order: Order) -> list[File]:
    """The files with the charts, in order.

    Raises `CaseError`: a chart too large for the paper, no layout engine, several charts for one file.
    """
    from trees.reading import Reading

    reading = Reading(reader.kb, texts_of(reader, site), reader.say, reader.say.language)
    last = reader.say("Typesetting") if order.format == "pdf" else ""
    with in_the_reader_s_words(reader), progress(reader.say("Drawing charts"), len(order.charts) + 1, last) as step:
        charts = [chart_of(reader.kb, ident, unfolded=order.unfolded) for ident in order.charts]
        work = _Work(reading, order, charts, step)
        files = [(Path(order.output), _pdf(work))] if order.format == "pdf" else list(_files(work))
        step()
        return files


def chart_of(kb: KnowledgeBase, ident: str, *, unfolded: bool = False) -> Chart:
    """The chart of a code or procedure by its id."""
    from trees.chart import code_chart, flat_chart, procedure_chart

    if ident in kb.procedures:
        return procedure_chart(kb, ident)
    return (flat_chart if unfolded else code_chart)(kb, ident)


def texts_of(reader: Reader, site: Site | None) -> Callable[[Text], str]:
    """The knowledge's texts; with a site, its names stand in place of placeholders, and behind owners whom to reach."""
    if site is None:
        return reader.texts
    contacts = {f"owner.{owner} title": contact for owner, contact in site.contacts.items()}

    def text(text: Text) -> str:
        said = site.fill(reader.texts(text))
        return f"{said} ({contacts[text.key]})" if text.key in contacts else said

    return text


# One function for each sort of format ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Work:
    """The charts to draw, for whom, and whom to tell of each that is done."""

    reading: Reading
    order: Order
    charts: Sequence[Chart]
    step: Step

    def worded(self, place: Place | None = None) -> Iterator[Worded]:
        """Each chart in words, with its marks and links; several are linked to one another where they have a place."""
        from trees.linking import links_of
        from trees.worded import worded

        links = links_of(self.reading.kb, self.charts, place if len(self.charts) > 1 else None)
        for chart in self.charts:
            yield worded(chart, self.reading, marks=self.order.marks.get(chart.id), links=links[chart.id])
            self.step()


def _pdf(work: _Work) -> bytes:
    from trees.pdf import Setup, charts_pdf, place_in_document

    charts = work.worded(lambda chart, shape: f"#{place_in_document(chart, shape)}")
    return charts_pdf(charts, _about(work), Setup(work.order.paper, work.reading.say, work.order.engine))


def _files(work: _Work) -> Iterator[File]:
    order = work.order
    files = files_for(order.output, order.format, order.charts)
    if order.format == "png":
        return _png(work, files)
    return _svg(work, files) if order.format == "svg" else _written(work, files)


def _png(work: _Work, files: Sequence[Path]) -> Iterator[File]:
    from trees.pdf import Setup, charts_png

    about, setup = _about(work), Setup(work.order.paper, work.reading.say, work.order.engine)
    for path, chart in zip(files, work.worded(), strict=True):
        pages = charts_png([chart], about, setup)
        if len(pages) > 1 and str(path) == STANDARD_OUTPUT:
            raise CaseError(
                "this chart takes {count} sheets, each a file of its own; name a file with -o, or use --paper fit",
                "usage",
                count=len(pages),
            )
        for number, page in enumerate(pages, 1):
            yield (path if len(pages) == 1 else path.with_stem(f"{path.stem}-{number}")), page


def _svg(work: _Work, files: Sequence[Path]) -> Iterator[File]:
    from trees.drawing import svg
    from trees.picture import picture

    names = {chart: quote(path.name) for chart, path in zip(work.order.charts, files, strict=True)}
    for path, chart in zip(files, work.worded(lambda chart, shape: f"{names[chart]}#{shape}"), strict=True):
        yield path, svg(chart, picture(chart, work.order.engine)).encode()


def _written(work: _Work, files: Sequence[Path]) -> Iterator[File]:
    from trees.formats import written

    for path, chart in zip(files, work.charts, strict=True):
        yield path, written(work.order.format, chart, work.reading).encode()
        work.step()


def _about(work: _Work) -> About:
    """What the document says about itself: a single chart's own title, and which knowledge it shows."""
    from trees.labels import labels
    from trees.pdf import About, created

    say, manifest = work.reading.say, work.reading.kb.manifest
    first = work.charts[0]
    title = labels(first, work.reading)[first.nodes[0].id].title if len(work.charts) == 1 else say("Flowcharts")
    return About(
        work.order.title or title,
        work.reading.language,
        created(manifest.released, os.environ),
        foot=say("Knowledge {version} of {date}", version=manifest.version, date=manifest.released),
        keywords=work.order.charts,
    )
