"""What changed between two knowledge bases: found by walking both in step, told in sentences, drawn in charts.

`compare` finds it, `revision` tells it in a few sentences for a runbook's history, `told` tells it in full.
"""

from __future__ import annotations

from .changes import Difference, Example, Listed, Stand, StepChange, ThingChange
from .comparing import compare
from .revision import Revised, Revision, revision

__all__ = [
    "Difference",
    "Example",
    "Listed",
    "Revised",
    "Revision",
    "Stand",
    "StepChange",
    "ThingChange",
    "compare",
    "revision",
]
