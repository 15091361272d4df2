"""Charts as SVG: exact texts, meaning in shapes and not in colours alone, and readable for everybody."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
import uharfbuzz

from kb import words
from tests import charts, shipped
from trees import geometry, palette, shapes
from trees.chart import code_chart
from trees.drawing import PREFIX, Look, stylesheet, svg
from trees.geometry import Box
from trees.painting import CAPTION, WAY, Group, painted
from trees.picture import Picture, Shape, picture
from trees.reading import plainly
from trees.shapes import Chart, ChartEdge, ChartNode
from trees.usual import shortened, usual_note
from trees.worded import MARKS, TAKEN, Worded, worded

SVG = "{http://www.w3.org/2000/svg}"
XML = "{http://www.w3.org/XML/1998/namespace}"


def drawn(chart: Worded, look: Look | None = None) -> ET.Element:
    return ET.fromstring(svg(chart, picture(chart), look))


def texts_of(group: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in group.iter(f"{SVG}text")]


def small(title: str = "Does it work?", **more: object) -> Worded:
    nodes = (ChartNode("q", shapes.QUESTION, "q"), ChartNode("end", shapes.RESOLVED, "x"))
    labels = {"q": charts.Label(title), "end": charts.Label("Resolved")}
    return charts.worded_of(
        Chart("small", nodes, (ChartEdge("q", "end", ("yes",)),)), labels, {("q", "end"): "yes"}, **more
    )


def test_every_text_is_in_the_file_exactly() -> None:
    chart = charts.hostile()
    groups = {group.get("id", ""): group for group in drawn(chart).iter(f"{SVG}g")}
    for node in chart.chart.nodes:
        label = chart.labels[node.id]
        assert texts_of(groups[node.id]) == [label.title, *label.lines]
    for (source, target), answer in chart.answers.items():
        assert texts_of(groups[f"{CAPTION}.{source}.{target}"]) == [answer]


def test_what_xml_cannot_hold_is_shown_as_replaced() -> None:
    root = drawn(small("bell \x07 and \ud800 lone"))
    assert texts_of(root)[0] == "bell \ufffd and \ufffd lone"


def test_the_file_has_a_title_a_description_a_role_and_a_language() -> None:
    root = drawn(replace(small(), title="<T & t>", description='"D"', language="de"))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert (title.text, description.text) == ("<T & t>", '"D"')
    assert (root.get("role"), root.get("lang"), root.get(f"{XML}lang")) == ("img", "de", "de")
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == (title.get("id"), description.get("id"))


def test_a_shape_with_a_link_leads_there() -> None:
    root = drawn(small(links={"q": "runbook.html?a=1&b=2#q"}))
    (link,) = root.iter(f"{SVG}a")
    assert link.get("href") == "runbook.html?a=1&b=2#q"
    assert texts_of(link) == ["Does it work?"]
    assert root.get("role") == "group", "in an image nobody could reach the link"


def test_ids_are_unique_and_begin_as_asked() -> None:
    root = drawn(charts.hostile(), Look(prefix="c1-"))
    ids = [element.get("id", "") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(ident.startswith("c1-") for ident in ids)


def test_the_note_stands_below_the_chart_inside_the_file() -> None:
    chart = small(note="After every remedy: " + "look again. " * 20)
    root = drawn(chart)
    last = list(root.iter(f"{SVG}text"))[-1]
    assert "".join(last.itertext()) == chart.note
    _, top, _, height = map(float, root.get("viewBox", "").split())
    baselines = [float(line.get("y", "0")) for line in last if line.get("y")]
    assert picture(chart).height < min(baselines)
    assert max(baselines) < top + height


def test_shapes_are_read_in_the_order_of_the_chart_and_captions_behind_their_shape() -> None:
    chart = charts.hostile()
    place = {node.id: number for number, node in enumerate(chart.chart.nodes)}
    order: list[str] = []
    for group in painted(picture(chart)):
        if isinstance(group.subject, str):
            order.append(group.subject)
        elif group.kind == CAPTION:
            assert group.subject[0] == order[-1]
    assert order == sorted(order, key=place.__getitem__)


def test_the_embedded_font_has_every_letter_that_is_drawn() -> None:
    text = svg(charts.hostile(), picture(charts.hostile()))
    files = re.findall(r"base64,([^)]*)\)", text)
    assert len(files) == 2
    root = ET.fromstring(text)
    used = {letter for found in texts_of(root) for letter in found} - {"\n"}
    for file in files:
        font = uharfbuzz.Font(uharfbuzz.Face(b64decode(file)))
        assert [letter for letter in used if font.get_nominal_glyph(ord(letter)) is None] == []


def test_without_font_and_style_a_page_s_stylesheet_knows_every_class() -> None:
    text = svg(charts.hostile(), picture(charts.hostile()), Look(own_font=False, own_style=False))
    assert "<style" not in text
    used = {name for names in re.findall(r'<(?:path|rect|text) class="([^"]*)"', text) for name in names.split()}
    assert used
    css = stylesheet()
    for name in used:
        assert f".{name}{{" in css
        assert f"--{PREFIX}{name.removeprefix(PREFIX)[2:]}:" in css


def test_the_same_chart_gives_the_same_bytes() -> None:
    one, other = (svg(charts.hostile(), picture(charts.hostile())) for _ in range(2))
    assert one == other


# Meaning --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("colours", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_letters_and_lines_stand_out_from_what_is_behind_them(colours: dict[str, str]) -> None:
    fills = {name: colour for name, colour in colours.items() if name.endswith("-fill")}
    paper = colours[palette.PAPER]
    for fill in (*fills.values(), paper):
        assert palette.contrast(colours[palette.TEXT], fill) >= 4.5
    assert palette.contrast(colours[palette.LINE], paper) >= 4.5, "it is the note's colour too"
    assert palette.contrast(colours[palette.MARK], paper) >= 4.5
    for name, fill in fills.items():
        line = colours[name.replace("-fill", "-line")]
        assert palette.contrast(line, fill) >= 3
        assert palette.contrast(line, paper) >= 3


def test_contrast_is_that_of_wcag() -> None:
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_light_and_dark_have_the_same_colours() -> None:
    assert palette.LIGHT.keys() == palette.DARK.keys()
    assert set(geometry.FORMS) == {name[:-5] for name in palette.LIGHT if name.endswith("-fill")}


def without_colour(group: Group) -> list[object]:
    """What is left of a drawing on a printer that knows only black."""
    return [(stroke.path, bool(stroke.fill), bool(stroke.line), stroke.width, stroke.dash) for stroke in group.strokes]


def group_of(shape: Shape) -> Group:
    return next(group for group in painted(Picture(200, 60, (shape,), ())) if group.kind not in (WAY, CAPTION))


def test_every_kind_of_shape_differs_without_its_colour() -> None:
    box = Box(0, 0, 120, 40)
    drawings = {kind: without_colour(group_of(Shape("x", kind, box, ()))) for kind in geometry.FORMS}
    assert set(drawings) == {*shapes.KINDS, geometry.ENTRY, geometry.EXIT}
    alike = [(one, other) for one, other in combinations(drawings, 2) if drawings[one] == drawings[other]]
    assert alike == []


def test_every_mark_differs_without_its_colour() -> None:
    box = Box(0, 0, 120, 40)
    drawings = [without_colour(group_of(Shape("x", shapes.QUESTION, box, (), mark=mark))) for mark in ("", *MARKS)]
    assert not [1 for one, other in combinations(drawings, 2) if one == other]


def test_a_marked_arrow_is_thicker_and_its_caption_framed() -> None:
    plain, marked = (
        {group.kind: group for group in painted(picture(chart)) if not isinstance(group.subject, str)}
        for chart in (small(), small(marks={("q", "end"): TAKEN}))
    )
    assert marked[WAY].strokes[0].width > 2 * plain[WAY].strokes[0].width
    assert marked[CAPTION].strokes[0].line
    assert not plain[CAPTION].strokes[0].line


# What is alike after every remedy -------------------------------------------------------------------------------------


def with_remedy() -> Chart:
    nodes = [
        ChartNode("start", shapes.START, "x"),
        ChartNode("r", shapes.REMEDY, "r"),
        ChartNode("resolved", shapes.RESOLVED, "resolved"),
        ChartNode("saved", shapes.SAVED, "saved"),
        ChartNode("other", shapes.OTHER_CODE, words.ANY_CODE),
        ChartNode("on", shapes.GO_ON, "on"),
    ]
    ways = {"resolved": words.FIXED, "saved": words.PENDING, "other": words.ANY_CODE, "on": words.NOT_FIXED}
    edges = [ChartEdge("start", "r"), *(ChartEdge("r", target, (word,)) for target, word in ways.items())]
    return Chart("x", tuple(nodes), tuple(edges))


def test_usual_ends_of_remedies_are_left_out_and_said_in_the_note() -> None:
    assert [node.id for node in shortened(with_remedy()).nodes] == ["start", "r", "on"]
    kb = shipped.knowledge()
    chart = code_chart(kb, "0xC004F074")
    reading = charts.english(kb)
    assert worded(chart, reading).note == usual_note(plainly)
    whole = worded(chart, reading, whole=True)
    assert (whole.chart, whole.note) == (chart, "")


def test_a_usual_end_that_is_marked_stays() -> None:
    kept = shortened(with_remedy(), {"resolved": TAKEN, ("r", "resolved"): TAKEN})
    assert [node.id for node in kept.nodes] == ["start", "r", "resolved", "on"]


def test_an_end_that_a_question_leads_to_as_well_stays() -> None:
    chart = with_remedy()
    asked = ChartNode("q", shapes.QUESTION, "q")
    chart = replace(
        chart,
        nodes=(chart.nodes[0], asked, *chart.nodes[1:]),
        edges=(*chart.edges, ChartEdge("q", "resolved", ("yes",))),
    )
    chart = replace(chart, edges=(*chart.edges, ChartEdge("start", "q")))
    assert "resolved" in [node.id for node in shortened(chart).nodes]
