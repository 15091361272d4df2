"""Two propositions in one question: who knows one of them cannot answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb import words

from ..checking.findings import QUESTION, Check, Finding, Place
from ..checking.material import Material

_AND = {"en": re.compile(r"\band\b", re.IGNORECASE), "de": re.compile(r"\bund\b", re.IGNORECASE)}


def look(material: Material) -> Iterator[Finding]:
    """Yes/no questions with the word "and" in English, or "und" in German."""
    for ident, question in material.kb.questions.items():
        if question.kind != words.YES_NO:
            continue
        for language, text in material.in_all_languages(question.text):
            if language in _AND and (found := _AND[language].search(text)):
                yield Finding(
                    "two-propositions",
                    Place(QUESTION, ident, ("text",)),
                    f'{ident} asks two things at once ("{found[0]}" in its {language} text)',
                    "write two questions; or suppress this where the word joins no two propositions",
                    about=(language,),
                )


CHECK = Check("two-propositions", 'A yes/no question holds two propositions, joined by "and".', look)
