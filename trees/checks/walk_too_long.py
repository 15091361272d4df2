"""Walk too long: a session that nobody would finish."""

from __future__ import annotations

from collections.abc import Iterator

from engine.walks import MOST_STEPS

from ..checking.findings import CODE, Check, Finding, Place
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Codes with a session of more questions and remedies than are allowed."""
    for code, ways in material.ways.items():
        longest = ways.longest[0]
        if longest > MOST_STEPS:
            text = f"{code}: a session can take {longest} steps; at most {MOST_STEPS} are allowed"
            mend = "guard procedures, so that fewer questions come one after the other"
            yield Finding("walk-too-long", Place(CODE, code, ("plan",)), text, mend, code)


CHECK = Check("walk-too-long", "A session of the code can take too many steps.", look)
