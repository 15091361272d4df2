"""Charts on sheets of paper: everything once, legible, inside the margins, and every cut joined both ways."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import charts, shipped
from trees.chart import code_chart
from trees.geometry import ENTRY, EXIT, SMALLEST
from trees.paging import Area, ChartTooLargeError, Sheet, sheets_of
from trees.pdf import PAPERS, areas_of
from trees.picture import Shape
from trees.reading import plainly
from trees.worded import ADDED, TAKEN, Worded, worded

PAPER = st.sampled_from(["a4", "letter"])
LAWS = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def on_paper(chart: Worded, paper: str) -> tuple[Sheet, ...]:
    return sheets_of(chart, areas_of(PAPERS[paper]), plainly)


def shapes_of(sheet: Sheet) -> list[str]:
    return [shape.id for shape in sheet.picture.shapes if shape.kind not in (ENTRY, EXIT)]


def sizes_of(sheet: Sheet) -> set[float]:
    drawn = [*sheet.picture.shapes, *sheet.picture.ways]
    return {line.size * sheet.scale for part in drawn for text in part.paragraphs for line in text.lines}


@given(charts.charts(most=100), PAPER)
@LAWS
def test_sheets_of_random_charts_keep_the_laws(chart: Worded, paper: str) -> None:
    check_laws(chart, paper)


@pytest.mark.exhaustive
@given(charts.charts(), PAPER)
@settings(LAWS, max_examples=80)
def test_sheets_of_many_more_random_charts_keep_the_laws(chart: Worded, paper: str) -> None:
    check_laws(chart, paper)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_sheets_of_shipped_charts_keep_the_laws(paper: str) -> None:
    kb = shipped.knowledge()
    for code in ("0xC004F074", "0xC004F009", "0x80092328"):
        check_laws(worded(code_chart(kb, code), charts.english(kb)), paper)


def test_sheets_of_hostile_texts_keep_the_laws() -> None:
    check_laws(charts.hostile(), "a4")


def check_laws(chart: Worded, paper: str) -> None:
    sheets = on_paper(chart, paper)
    areas = areas_of(PAPERS[paper])
    assert [sheet.number for sheet in sheets] == list(range(1, len(sheets) + 1))
    assert sorted(shape for sheet in sheets for shape in shapes_of(sheet)) == sorted(n.id for n in chart.chart.nodes)
    for sheet in sheets:
        assert min(sizes_of(sheet)) >= SMALLEST - 1e-9
        assert sheet.picture.width * sheet.scale <= areas[sheet.area].width + 1e-6
        assert sheet.picture.height * sheet.scale <= areas[sheet.area].height + 1e-6
        assert list(charts.faults(sheet.picture)) == []
    check_connectors(chart, sheets)
    assert on_paper(chart, paper) == sheets


def check_connectors(chart: Worded, sheets: tuple[Sheet, ...]) -> None:
    """Each arrow is drawn once: on its sheet, or to an exit that names the entry from which it goes on."""
    sheet_of = {shape: sheet for sheet in sheets for shape in shapes_of(sheet)}
    named = {connector.place: connector for sheet in sheets for connector in sheet.connectors}
    assert len(named) == sum(len(sheet.connectors) for sheet in sheets)
    used: set[str] = set()
    for edge in chart.chart.edges:
        here, there = sheet_of[edge.source], sheet_of[edge.target]
        if here is there:
            assert has_way(here, edge.source, edge.target)
            continue
        (leaving,) = [
            c for c in here.connectors if c.kind == EXIT and has_way(here, edge.source, c.id) and c.shape == edge.target
        ]
        (entered,) = leaving.places
        arriving = named[entered]
        assert (arriving.kind, arriving.sheet, arriving.shape) == (ENTRY, there.number, edge.target)
        assert leaving.place in arriving.places
        assert has_way(there, arriving.id, edge.target)
        used |= {leaving.place, arriving.place}
    assert used == set(named)
    for sheet in sheets:
        texts = {shape.id: words(shape) for shape in sheet.picture.shapes}
        for connector in sheet.connectors:
            word = "to" if connector.kind == EXIT else "from"
            assert texts[connector.id] == f"{connector.letter} {word} {', '.join(connector.places)}"


def has_way(sheet: Sheet, source: str, target: str) -> bool:
    return any((way.source, way.target) == (source, target) for way in sheet.picture.ways)


def words(shape: Shape) -> str:
    return " ".join("".join(line.text for line in text.lines) for text in shape.paragraphs)


def test_a_small_chart_is_one_sheet_without_connectors() -> None:
    (sheet,) = on_paper(charts.random_chart(5, 2, 1), "a4")
    assert sheet.connectors == ()
    assert sheet.scale == 1.0


def test_paper_that_fits_takes_everything_on_one_sheet() -> None:
    chart = charts.random_chart(120, 10, 1)
    (sheet,) = on_paper(chart, "fit")
    assert len(sheet.picture.shapes) == 120
    assert sheet.scale == 1.0


def test_a_wide_chart_lies_across() -> None:
    names = [f"t{number}" for number in range(5)]
    nodes = (charts.ChartNode("q", "question", "x"), *(charts.ChartNode(name, "resolved", "x") for name in names))
    edges = tuple(charts.ChartEdge("q", name, ("yes",)) for name in names)
    labels = {node.id: charts.Label("Six words that need some room") for node in nodes}
    chart = charts.worded_of(charts.Chart("wide", nodes, edges), labels, {})
    assert [sheet.area for sheet in on_paper(chart, "a4")] == [1]


def test_a_shape_that_no_sheet_holds_is_named() -> None:
    chart = charts.hostile()
    with pytest.raises(ChartTooLargeError, match=re.escape('the shape "C:\\Windows')) as caught:
        sheets_of(chart, (Area(60, 60),), plainly)
    assert caught.value.slug == "chart-too-large"


def test_cuts_are_where_few_arrows_are() -> None:
    kb = shipped.knowledge()
    sheets = on_paper(worded(code_chart(kb, "0xC004F074"), charts.english(kb)), "a4")
    assert len(sheets) == 3
    assert sum(len(sheet.connectors) for sheet in sheets) == 8


def test_a_way_that_is_cut_goes_on_through_its_connectors() -> None:
    chart = charts.random_chart(16, 4, 3)
    ends = [(edge.source, edge.target) for edge in chart.chart.edges]
    assert marks_of_connectors(replace(chart, marks=dict.fromkeys(ends, TAKEN))) == {TAKEN}
    assert marks_of_connectors(replace(chart, marks=dict.fromkeys(ends, ADDED))) == {""}
    assert marks_of_connectors(chart) == {""}


def marks_of_connectors(chart: Worded) -> set[str]:
    sheets = sheets_of(chart, [Area(400, 400)], plainly)
    assert len(sheets) > 1
    return {shape.mark for sheet in sheets for shape in sheet.picture.shapes if shape.kind in (ENTRY, EXIT)}
