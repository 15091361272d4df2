"""How long the whole runbook takes, against what cannot be saved: laying charts out, and one run of Typst.

`python -m tests.benchmarks.runbook` prints the figures.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.store import open_shipped
from kb.texts import Texts
from trees import paging
from trees.book.pages import Edition, Printing, typeset
from trees.book.whole import Order, plan_for
from trees.reading import Reading, plainly

COMPILE = """\
import sys, time
from trees.pdf import compiled_pdf
data = sys.stdin.read()
start = time.perf_counter()
compiled_pdf("runbook.typ", {"book": data}, 0)
print(time.perf_counter() - start)
"""
MOST = 2
"""The whole command takes at most so many times the bare layout runs and one Typst compile of the same document."""


@dataclass(frozen=True)
class Figures:
    """Median seconds: the command from start to end, the layout runs alone, Typst alone; and the runs of the layout."""

    whole: float
    layout: float
    typst: float
    runs: int

    @property
    def ratio(self) -> float:
        """The whole command, in layout and Typst."""
        return self.whole / (self.layout + self.typst)


def measured(runs: int) -> Figures:
    """Measure in turn, so that what else the machine does concerns all alike."""
    kb = open_shipped().kb
    reading = Reading(kb, Texts("en", {}), plainly, "en")
    times: dict[str, list[float]] = {"whole": [], "layout": [], "typst": []}
    count = 0
    for _ in range(runs):
        times["whole"].append(_command())
        spent: list[float] = []
        with _noted(spent):
            data = typeset(Printing(Order(), plan_for(Order(), reading), reading, None, Edition("a4", 0, "")))
        times["layout"].append(sum(spent))
        count = len(spent)
        times["typst"].append(_typst(data))
    return Figures(**{name: statistics.median(found) for name, found in times.items()}, runs=count)


def _command() -> float:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        command = [sys.executable, "-m", "voltriage", "runbook", "--lang", "en", "-o", str(Path(folder, "all.pdf"))]
        subprocess.run(command, capture_output=True, check=True)
        return time.perf_counter() - start


def _typst(data: str) -> float:
    """In a process of its own: a second compile in the same one would find most of its work done."""
    done = subprocess.run(
        [sys.executable, "-c", COMPILE], input=data, capture_output=True, encoding="utf-8", check=True
    )
    return float(done.stdout)


@contextmanager
def _noted(spent: list[float]) -> Iterator[None]:
    """Note the seconds of each run of the layout engine."""
    plain = paging.laid_out

    def noting(*arguments: Any) -> Any:
        start = time.perf_counter()
        try:
            return plain(*arguments)
        finally:
            spent.append(time.perf_counter() - start)

    paging.laid_out = noting
    try:
        yield
    finally:
        paging.laid_out = plain


if __name__ == "__main__":
    found = measured(3)
    print(f"whole {found.whole:.1f} s, layout {found.layout:.1f} s ({found.runs} runs), Typst {found.typst:.1f} s")
    print(f"ratio {found.ratio:.2f}, goal at most {MOST}")
