"""Long work shows how far it is, to people alone."""

from __future__ import annotations

import io
import re
import sys

import pytest

from voltriage.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def worked(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, term: str = "xterm") -> str:
    """What is written to standard error while three of four parts are done."""
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys, "stderr", stream)
    with progress("Drawing", 4) as step:
        for _ in range(3):
            step()
    return stream.getvalue()


def test_a_terminal_shows_a_bar_that_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = worked(monkeypatch, Terminal())
    assert "Drawing" in shown
    assert shown.index("25%") < shown.index("75%")
    assert "100%" not in shown
    assert shown.isascii(), "any console can show it"


@pytest.mark.parametrize(("total", "before"), [(4, ["Drawing"] * 3), (1, [])])
def test_a_last_step_that_takes_long_has_a_name_of_its_own(
    monkeypatch: pytest.MonkeyPatch, total: int, before: list[str]
) -> None:
    stream = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", stream)
    with progress("Drawing", total, "Typesetting") as step:
        for _ in range(total - 1):
            step()
        meanwhile = re.findall("Drawing|Typesetting", stream.getvalue())
    assert list(dict.fromkeys(meanwhile)) == list(dict.fromkeys([*before, "Typesetting"]))
    assert meanwhile[-1] == "Typesetting"


def test_nothing_is_written_where_nobody_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert worked(monkeypatch, io.StringIO()) == ""


def test_nothing_is_written_to_a_terminal_that_cannot_go_back_in_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert worked(monkeypatch, Terminal(), term="dumb") == ""


def test_the_result_on_standard_output_stays_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    worked(monkeypatch, Terminal())
    assert capsys.readouterr().out == ""


def test_an_error_in_the_work_goes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(ValueError, match="broken"), progress("Drawing", 4):
        raise ValueError("broken")
