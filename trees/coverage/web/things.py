"""Questions, remedies and causes: what of each was covered, and by which sessions."""

from __future__ import annotations

from collections.abc import Iterator

from engine.coverage import ANSWER, CAUSE, NO_HELP, OUTCOME, REMEDY, Item
from engine.obligations import OUTCOMES, answers_of
from kb import words
from kb.model import Question
from trees.reading import Reading, Say
from trees.web.shell import Plain

from . import addresses
from .found import Found


def things_of(found: Found) -> dict[str, Plain]:
    """Every question, remedy and cause, by its address."""
    return dict(_things(found))


def _things(found: Found) -> Iterator[tuple[str, Plain]]:
    reading = found.reading
    kb, say, texts = reading.kb, reading.say, reading.texts
    outcomes = _outcomes(say)
    for question in kb.questions.values():
        answers = {(ANSWER, question.id, value): _answer(question, value, reading) for value in answers_of(question)}
        yield _thing(found, say("question"), question.id, texts(question.text), answers)
    for remedy in kb.remedies.values():
        results = {(OUTCOME, remedy.id, outcome): outcomes[outcome] for outcome in OUTCOMES}
        proposed: dict[Item, str] = {(REMEDY, remedy.id, ""): say("proposed")}
        yield _thing(found, say("remedy"), remedy.id, texts(remedy.title), proposed | results)
    for cause in kb.causes.values():
        yield _thing(found, say("cause"), cause.id, texts(cause.title), {(CAUSE, cause.id, ""): say("concluded")})


def _thing(found: Found, kind: str, ident: str, title: str, items: dict[Item, str]) -> tuple[str, Plain]:
    entry = found.entries[next(iter(items))]
    return addresses.of(entry.item), {
        "kind": kind,
        "id": ident,
        "title": title,
        "file": entry.file,
        "line": entry.line,
        "count": found.count(items),
        "items": [{"label": label, **found.covered(item)} for item, label in items.items()],
    }


def _answer(question: Question, value: str, reading: Reading) -> str:
    say = reading.say
    chosen = next((choice for choice in question.choices if choice.value == value), None)
    if chosen is not None:
        return say("{value} ({text})", value=value, text=reading.texts(chosen.text))
    named = {
        words.YES: say("yes"),
        words.NO: say("no"),
        words.UNKNOWN: say("unknown"),
        words.NONE: say("none"),
        words.ANY_CODE: say("any code"),
    }
    return named.get(value, value)


def _outcomes(say: Say) -> dict[str, str]:
    return {
        words.FIXED: say("fixed"),
        NO_HELP: say("not fixed, blocked or declined"),
        words.PENDING: say("pending"),
        words.ANY_CODE: say("another code"),
    }
