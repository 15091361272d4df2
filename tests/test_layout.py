"""Charts laid out: nothing overlaps, sticks out or is crossed, whatever the texts and arrows are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import charts, shipped
from trees import channels, fonts, layout
from trees.channels import Net, tracks_of
from trees.chart import code_chart, procedure_chart
from trees.geometry import Size
from trees.layout import Arrow, NoLayoutEngineError, lay_out
from trees.picture import picture
from trees.worded import worded

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(charts.charts(most=60))
def test_in_random_charts_nothing_overlaps_sticks_out_or_is_crossed(chart: charts.Worded) -> None:
    assert list(charts.faults(picture(chart))) == []


def test_hostile_texts_stay_inside_their_shapes_and_apart() -> None:
    assert list(charts.faults(picture(charts.hostile()))) == []


@pytest.mark.parametrize("whole", [False, True])
def test_every_shipped_chart_is_free_of_faults(whole: bool) -> None:
    kb = shipped.knowledge()
    drawn = [code_chart(kb, code) for code in kb.codes] + [procedure_chart(kb, ident) for ident in kb.procedures]
    reading = charts.english(kb)
    found = [
        f"{chart.id}: {fault}"
        for chart in drawn
        for fault in charts.faults(picture(worded(chart, reading, whole=whole)))
    ]
    assert found == []


def test_arrows_lead_downwards_from_shape_to_shape() -> None:
    drawn = picture(charts.hostile())
    boxes = {shape.id: shape.box for shape in drawn.shapes}
    for way in drawn.ways:
        assert way.points[0] == pytest.approx((boxes[way.source].middle, boxes[way.source].bottom), abs=0.01)
        assert way.points[-1] == pytest.approx((boxes[way.target].middle, boxes[way.target].y), abs=0.01)
        assert [y for _, y in way.points] == sorted(y for _, y in way.points)


def test_a_main_way_goes_straight_down() -> None:
    sizes = {name: Size(100, 40) for name in "abcd"}
    caption = Size(30, 12)
    arrows = [
        Arrow("a", "b", caption, main=True),
        Arrow("a", "c", caption),
        Arrow("b", "d", caption, main=True),
        Arrow("c", "d", caption),
    ]
    made = lay_out(sizes, arrows)
    assert len(made.lines["a", "b"]) == len(made.lines["b", "d"]) == 2


def test_many_answers_of_one_question_stand_in_several_rows() -> None:
    names = [f"t{number}" for number in range(12)]
    sizes = {"q": Size(150, 40)} | {name: Size(60, 30) for name in names}
    made = lay_out(sizes, [Arrow("q", name, Size(110, 40)) for name in names])
    assert made.width < 800
    assert len({box.y for box in made.captions.values()}) > 1


def test_the_same_chart_is_laid_out_alike_again_and_in_another_process() -> None:
    made = picture(charts.hostile())
    assert picture(charts.hostile()) == made
    script = "from tests import charts; from trees.picture import picture; print(picture(charts.hostile()))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
            cwd=Path(__file__).parent.parent,
            env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1", "PATH": ""},
        ).stdout
        for seed in ("1", "2")
    }
    assert outputs == {f"{made}\n"}


# Lines of text --------------------------------------------------------------------------------------------------------


@given(st.text(max_size=200), st.floats(30, 300), st.sampled_from(fonts.WEIGHTS))
@settings(max_examples=150, deadline=None)
def test_wrapped_lines_are_the_text_and_fit(text: str, most: float, weight: int) -> None:
    lines = fonts.wrapped(text, most, 10.0, weight)
    assert "".join(lines) == text
    assert all(fonts.width(line, 10.0, weight) <= most + 0.01 for line in lines)


@pytest.mark.parametrize("text", charts.HOSTILE)
def test_hostile_texts_are_wrapped_without_loss(text: str) -> None:
    lines = fonts.wrapped(text, 120.0, 9.0)
    assert "".join(lines) == text
    assert all(fonts.width(line, 9.0) <= 120 for line in lines)


def test_a_path_is_broken_behind_its_marks_and_a_letter_keeps_its_accents() -> None:
    lines = fonts.wrapped(r"C:\Windows\System32\spp\store\2.0\tokens.dat", 80.0, 9.0)
    assert all(line.endswith(("\\", ".", ":")) for line in lines[:-1])
    assert all(line[0] != "\u0308" for line in fonts.wrapped("a\u0308" * 200, 60.0, 9.0))


def test_the_typeface_has_every_character_of_the_shipped_texts() -> None:
    root = Path(__file__).parent.parent
    files = [
        *(root / "kb/data").rglob("*.yaml"),
        *(root / "kb/data").rglob("*.po"),
        *root.glob("voltriage/locale/*.po"),
    ]
    used = {letter for file in files for letter in file.read_text(encoding="utf-8")} - {"\n"}
    assert len(files) > 50
    assert "ß" in used
    assert fonts.missing("".join(sorted(used))) == ""


# Engines --------------------------------------------------------------------------------------------------------------


def test_without_an_engine_the_error_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_bundled", lambda: "no-such-program")
    with pytest.raises(NoLayoutEngineError, match="pip install graphviz-pure") as caught:
        lay_out({"a": Size(10, 10)}, [])
    assert caught.value.slug == "no-layout-engine"


def test_without_graphviz_of_the_system_the_error_says_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoLayoutEngineError, match=r"graphviz\.org"):
        lay_out({"a": Size(10, 10)}, [], "dot")


@pytest.mark.skipif(sys.platform == "win32", reason="a script as program")
def test_the_system_s_dot_is_used_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "dot"
    used = tmp_path / "used"
    program.write_text(f'#!/bin/sh\n: > "{used}"\nexec "{layout._bundled()}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    drawn = charts.hostile()
    assert picture(drawn, "dot") == picture(drawn)
    assert used.exists()


# Lines between rows ---------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 30), st.lists(st.integers(0, 30), min_size=1, max_size=4)), max_size=7))
def test_stretches_on_one_track_are_apart(drawn: list[tuple[int, list[int]]]) -> None:
    nets = [Net(trunk * 10.0, tuple(place * 10.0 for place in places)) for trunk, places in drawn]
    tracks = tracks_of(nets, trunks_above=True)
    bent = [(net, track) for net, track in zip(nets, tracks, strict=True) if not net.straight]
    for number, (one, track) in enumerate(bent):
        for other, same in bent[number + 1 :]:
            if track == same:
                assert one.right + channels._APART <= other.left or other.right + channels._APART <= one.left


def test_of_two_nets_the_track_is_chosen_that_keeps_their_lines_apart() -> None:
    left, right = Net(0.0, (50.0,)), Net(50.0, (100.0,))
    assert tracks_of([left, right], trunks_above=True) == [1, 0]
