"""How long all decision graphs and charts take: against the bare import of networkx, and of ten times the codes."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from engine.plan import plan_of
from engine.unfold import Unfolder
from kb.knowledge import KnowledgeBase
from kb.store import open_folder, open_shipped
from tests.benchmarks import generated

IMPORT = "import time; start = time.perf_counter(); import networkx; print(time.perf_counter() - start)"
MOST = 5
"""Unfolding all codes and making networkx graphs of them takes at most so many imports of networkx."""
MOST_GROWTH = 12
"""All graphs and charts of ten times the codes take at most so many times as long."""


@dataclass(frozen=True)
class Figures:
    """Median seconds for all codes of the shipped knowledge, each step on its own, and what they made."""

    importing: float
    unfolding: float
    graphs: float
    composed: float
    codes: int
    nodes: int

    @property
    def ratio(self) -> float:
        """Unfolding and networkx graphs, in imports of networkx."""
        return (self.unfolding + self.graphs) / self.importing


def measured(runs: int) -> Figures:
    """Measure in turn, so that what else the machine does concerns all alike."""
    from trees.chart import code_chart, flat_chart, procedure_chart
    from trees.graph import graph_of

    kb = open_shipped().kb
    times: dict[str, list[float]] = {"importing": [], "unfolding": [], "graphs": [], "composed": []}
    nodes = 0
    for _ in range(runs):
        done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, encoding="utf-8", check=True)
        times["importing"].append(float(done.stdout))
        start = time.perf_counter()
        for code in kb.codes:
            Unfolder(kb, plan_of(kb, code)).unfold()
        unfolded = time.perf_counter()
        nodes = sum(len(graph_of(flat_chart(kb, code))) for code in kb.codes)  # unfolds again
        drawn = time.perf_counter()
        for code in kb.codes:
            code_chart(kb, code)
        for procedure in kb.procedures:
            procedure_chart(kb, procedure)
        times["composed"].append(time.perf_counter() - drawn)
        times["unfolding"].append(unfolded - start)
        times["graphs"].append(drawn - unfolded - (unfolded - start))
    medians = {name: statistics.median(found) for name, found in times.items()}
    return Figures(**medians, codes=len(kb.codes), nodes=nodes)


def growth(runs: int, times: int = 10) -> tuple[float, float]:
    """Median seconds for all graphs and charts of generated knowledge, and for so many times as much of it."""
    with tempfile.TemporaryDirectory() as folder:
        bases = [_generated(Path(folder, str(size)), size) for size in (1, times)]
        found: list[list[float]] = [[], []]
        for _ in range(runs):
            for kb, seconds in zip(bases, found, strict=True):
                start = time.perf_counter()
                _everything(kb)
                seconds.append(time.perf_counter() - start)
    one, more = map(statistics.median, found)
    return one, more


def _generated(folder: Path, size: int) -> KnowledgeBase:
    """Generated knowledge, held in memory: how long an image takes to read is measured elsewhere."""
    generated.write(folder, open_shipped().kb, size)
    kb = open_folder(folder).kb
    sections = ("sources", "owners", "measures", "questions", "causes", "remedies", "procedures", "codes")
    return KnowledgeBase(kb.manifest, {name: dict(getattr(kb, name)) for name in sections})


def _everything(kb: KnowledgeBase) -> None:
    """Every code unfolded and as a networkx graph, every chart for people."""
    from trees.chart import code_chart, flat_chart, procedure_chart
    from trees.graph import graph_of

    for code in kb.codes:
        graph_of(flat_chart(kb, code))
        graph_of(code_chart(kb, code))
    for procedure in kb.procedures:
        graph_of(procedure_chart(kb, procedure))


def main() -> None:
    """Print the figures."""
    figures = measured(5)
    print(f"unfolding and networkx graphs: {figures.ratio:.2f} imports of networkx (goal: at most {MOST})")
    one, more = growth(3)
    print(f"ten times the codes: {more:.2f} s, once {one:.2f} s, {more / one:.2f} times (goal: at most {MOST_GROWTH})")


if __name__ == "__main__":
    main()
