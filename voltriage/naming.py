"""Names for the words of the knowledge format, as people say them: answers, reasons, outcomes, sources.

The names of places, shells and risks are in `trees.names`; charts and runbooks say them too.
"""

from __future__ import annotations

import re

from engine.case import CANNOT_LOOK, CHANGED, NAMED, OPERATOR, PASTED
from kb import words
from kb.model import Question
from kb.search import Found
from kb.texts import Texts

from .wording import Wording


def answer_name(say: Wording, texts: Texts, question: Question | None, value: str) -> str:
    """An answer as people say it."""
    if question is not None:
        for choice in question.choices:
            if choice.value == value:
                return texts(choice.text)
    names = {"yes": say("yes"), "no": say("no"), "unknown": say("unknown"), "none": say("none")}
    return names.get(value, value)


def alias_told(say: Wording, found: Found) -> str:
    """That the code that was typed has no plan of its own, and whose it has; empty where that is not so."""
    return say("{alias} is treated here like {code}.", alias=found.alias, code=found.sure) if found.alias else ""


def reason_name(say: Wording, reason: str) -> str:
    """Why a case is escalated, in words."""
    names = {
        words.OWNER_MUST_ACT: say("Somebody else must act now."),
        words.CAUSE_UNKNOWN: say("The rules know no further cause."),
        words.DECLINED_REASON: say("A remedy was declined."),
        words.CIRCLE: say("The case came back to a code it had already left."),
    }
    return names[reason]


def outcome_name(say: Wording, outcome: str) -> str:
    """An outcome in words."""
    names = {
        words.FIXED: say("fixed"),
        words.NOT_FIXED: say("not fixed"),
        words.PENDING: say("pending"),
        words.BLOCKED: say("blocked"),
        words.DECLINED: say("declined"),
    }
    return names.get(outcome, outcome)


_PLACE_IN_FILE = re.compile(r"(?P<file>.+), line (?P<line>\d+)")


def source_name(say: Wording, source: str) -> str:
    """Where an answer or outcome came from."""
    if source == OPERATOR:
        return say("operator")
    if source.startswith(CANNOT_LOOK):
        return say("nobody could look there")
    if source.startswith(NAMED):
        host, judged, entry = source.removeprefix(NAMED).partition("; ")
        return say("host named: {host}", host=host + judged + _place_in_file(say, entry))
    if source.startswith(PASTED):
        return say("pasted: {quote}", quote=source.removeprefix(PASTED))
    return _place_in_file(say, source)


def origin_name(say: Wording, texts: Texts, question: Question | None, source: str) -> str:
    """Where an answer came from; that the operator replaced it, and what it was at first."""
    if not source.startswith(CHANGED):
        return source_name(say, source)
    first, _, source = source.removeprefix(CHANGED).partition(": ")
    return say(
        "changed by the operator; first {answer}: {source}",
        answer=answer_name(say, texts, question, first),
        source=source_name(say, source),
    )


def _place_in_file(say: Wording, source: str) -> str:
    place = _PLACE_IN_FILE.fullmatch(source)
    return say("{file}, line {line}", **place.groupdict()) if place else source
