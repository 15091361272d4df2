"""Asked twice: a question or remedy that comes up a second time in one session."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.unfold import ASK, PROPOSE

from ..checking.findings import CODE, Check, Finding, Place
from ..checking.material import Material
from ..checking.ways import State


def look(material: Material) -> Iterator[Finding]:
    """Codes under which a session meets the same question or remedy twice; the engine must never let that happen."""
    for code, ways in material.ways.items():
        bits: dict[tuple[str, str], int] = {}
        ahead = ways.ahead(partial(_bit, bits))
        for state in ways.states:
            later = 0
            for _, target in state.edges:
                later |= ahead[target]
            if _bit(bits, state) & later:
                text = f"{code}: {state.node.kind} {state.node.subject} can come up twice in one session"
                place, session = Place(CODE, code, ("plan",)), ways.session(state.number)
                about = (state.node.subject,)
                yield Finding("asked-twice", place, text, "mend the order of the plan", code, session, about)


def _bit(bits: dict[tuple[str, str], int], state: State) -> int:
    node = state.node
    return 1 << bits.setdefault((node.kind, node.subject), len(bits)) if node.kind in (ASK, PROPOSE) else 0


CHECK = Check("asked-twice", "A question or remedy can come up twice in one session.", look)
