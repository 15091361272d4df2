"""Missing translation: a text that readers of another language get in English."""

from __future__ import annotations

from collections.abc import Iterator

from ..checking.findings import Check, Finding, at
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Texts without a current translation; looked for where a release is checked."""
    for problems in material.untranslated.values():
        for problem in problems:
            yield at(problem, "write the translation, and take the mark fuzzy away")


CHECK = Check("missing-translation", "A text has no current translation.", look)
