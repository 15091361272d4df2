"""How long all decision graphs and charts take, against the bare import of networkx."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

from engine.plan import plan_of
from engine.unfold import Unfolder
from kb.store import open_shipped

IMPORT = "import time; start = time.perf_counter(); import networkx; print(time.perf_counter() - start)"
MOST = 5
"""Unfolding all codes and making networkx graphs of them takes at most so many imports of networkx."""


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
