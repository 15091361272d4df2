"""Text too long for a chart: its shape would be larger than the way it is part of."""

from __future__ import annotations

from collections.abc import Iterator

from kb.model import Text

from ..checking.findings import CAUSE, PROCEDURE, QUESTION, REMEDY, Check, Finding, Place
from ..checking.material import Material

MOST = 120
"""Most characters of a text that stands in a shape of a chart: four lines in a wide one."""


def look(material: Material) -> Iterator[Finding]:
    """Texts of chart shapes with more characters than a shape holds, in any language."""
    for place, text in _in_shapes(material):
        for language, words in material.in_all_languages(text):
            if len(words) > MOST:
                yield Finding(
                    "text-too-long",
                    place,
                    f"the {language} text has {len(words)} characters; a chart's shape holds {MOST}",
                    "say it shorter; what helps to decide belongs to how, looks or a step",
                    about=(language,),
                )


def _in_shapes(material: Material) -> Iterator[tuple[Place, Text]]:
    kb = material.kb
    for ident, question in kb.questions.items():
        yield Place(QUESTION, ident, ("text",)), question.text
    for kind, section in ((CAUSE, kb.causes), (REMEDY, kb.remedies), (PROCEDURE, kb.procedures)):
        for ident, thing in section.items():
            yield Place(kind, ident, ("title",)), thing.title


CHECK = Check("text-too-long", "A text is too long for its shape in a chart.", look)
