"""Plan too large: a code with more states than can be looked at."""

from __future__ import annotations

from collections.abc import Iterator

from ..checking.findings import CODE, Check, Finding, Place
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Codes that no other check can look at."""
    for code, error in material.too_large.items():
        mend = "put the most telling question first, or guard procedures"
        yield Finding("plan-too-large", Place(CODE, code, ("plan",)), f"{code}: {error}", mend, code)


CHECK = Check(
    "plan-too-large", "The code has more states than can be looked at; no other check sees its sessions.", look
)
