"""Dead end: questions are asked, and whatever is answered, nothing can come of it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.unfold import ASK, CONTINUE

from ..checking.findings import RULE, Check, Finding, Place
from ..checking.material import Material
from ..checking.ways import State, fires
from .pointless_question import pointless


def look(material: Material) -> Iterator[Finding]:
    """Questions after which no rule fires any more, though some seem able to; and rules that run in a circle."""
    reported: set[tuple[str, str]] = set()
    for code, ways in material.ways.items():
        ahead = ways.ahead(lambda state: int(fires(state.node)))
        for state in ways.states:
            asked = (state.node.rule, state.node.subject)
            if asked in reported:
                continue
            if state.node.kind == ASK and not ahead[state.number] and not pointless(state):
                text = f"{state.node.rule} asks {state.node.subject}, and whatever is answered, no rule fires any more"
                mend = "ask something that tells a cause apart, or add the rule for this case"
            elif _circle(state, code):
                text = f"{state.node.rule} continues as {code}, the code the case is in: it ends in a circle"
                mend = "guard the rule against this code, or continue as another code"
            else:
                continue
            reported.add(asked)
            place = Place(RULE, state.node.rule)
            yield Finding("dead-end", place, text, mend, code, ways.session(state.number), about=asked[1:])


def _circle(state: State, code: str) -> bool:
    return state.node.kind == CONTINUE and bool(state.node.rule) and state.node.subject == code


CHECK = Check("dead-end", "A question, or a change of code, after which nothing can come.", look)
