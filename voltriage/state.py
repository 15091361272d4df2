"""The state of a case as data: what `diagnose --json` prints. Format 1, described in docs/formats.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.case import (
    STATES,
    Answered,
    Ask,
    CodeChanged,
    Entered,
    Escalated,
    Fired,
    Mark,
    Propose,
    Resolved,
    Saved,
    Tried,
    Unseen,
)
from engine.session import Session
from kb import words
from kb.model import Remedy, Step, Variant
from kb.texts import Texts

FORMAT = 1

Data = dict[str, Any]


def state_of(session: Session, texts: Texts) -> Data:
    """The state a session has reached."""
    step = session.next()
    manifest = session.kb.manifest
    return {
        "format": FORMAT,
        "kb": {"version": manifest.version, "sha256": manifest.sha256},
        "code": session.code,
        "codes": list(session.codes),
        "state": STATES[type(step)],
        "question": question(session, step, texts) if isinstance(step, Ask) else None,
        "cause": _cause(session, texts),
        "remedy": remedy(session.kb.remedies[step.remedy], texts) if isinstance(step, _WITH_REMEDY) else None,
        "escalation": escalation(session, texts) if isinstance(step, Escalated) else None,
        "answers": answers(session),
        "tried": [remedy for remedy, outcome in session.outcomes.items() if outcome not in _NOT_DONE],
        "fired": list(session.fired),
        "trail": [_mark(mark, texts) for mark in session.trail],
    }


_WITH_REMEDY = (Propose, Saved, Resolved)
_NOT_DONE = (words.BLOCKED, words.DECLINED)


def with_site_names(data: Any, fill: Callable[[str], str]) -> Any:
    """The same data, with the site's names in its commands."""
    if isinstance(data, dict):
        return {
            key: fill(value) if key == "command" and isinstance(value, str) else with_site_names(value, fill)
            for key, value in data.items()
        }
    return [with_site_names(entry, fill) for entry in data] if isinstance(data, list) else data


def question(session: Session, step: Ask, texts: Texts) -> Data:
    """The question asked."""
    asked = session.kb.questions[step.question]
    threshold = asked.threshold
    return {
        "id": asked.id,
        "kind": asked.kind,
        "text": texts(asked.text),
        "how": [
            {
                "text": texts(how.text),
                "command": how.command or None,
                "shell": how.shell or None,
                "elevated": how.elevated,
                "variants": _variants(how.variants),
            }
            for how in asked.how
        ],
        "because": texts(step.because),
        "where": asked.where,
        "answers": list(asked.answers),
        "choices": {choice.value: texts(choice.text) for choice in asked.choices} or None,
        "measure": (
            {"id": threshold.measure, "unit": texts(session.kb.measures[threshold.measure].unit)} if threshold else None
        ),
    }


def remedy(thing: Remedy, texts: Texts) -> Data:
    """A remedy, complete."""
    verify = thing.verify
    return {
        "id": thing.id,
        "title": texts(thing.title),
        "consent": thing.consent,
        "risk": thing.risk,
        "outcomes": [*words.OUTCOMES, "0x........"],
        "verify": {
            "text": texts(verify.text),
            "command": verify.command or None,
            "shell": verify.shell or None,
            "where": verify.where,
        },
        "steps": [_step(step, texts) for step in thing.steps],
        "wait": {"for": texts(thing.wait.what), "look_again": texts(thing.wait.look_again)} if thing.wait else None,
    }


def _step(step: Step, texts: Texts) -> Data:
    return {
        "text": texts(step.text),
        "command": step.command or None,
        "shell": step.shell or None,
        "where": step.where,
        "elevated": step.elevated,
        "risk": step.risk,
        "undo": texts(step.undo) or None,
        "variants": _variants(step.variants),
    }


def _variants(variants: tuple[Variant, ...]) -> list[Data]:
    return [{"shell": variant.shell, "command": variant.command} for variant in variants]


def _cause(session: Session, texts: Texts) -> Data | None:
    step = session.next()
    cause = getattr(step, "cause", "") or session.causes_treated.get(getattr(step, "remedy", ""), "")
    return {"id": cause, "title": texts(session.kb.causes[cause].title)} if cause else None


def escalation(session: Session, texts: Texts) -> Data:
    """What goes with the escalation."""
    over = session.hand_over()
    owners = session.kb.owners
    return {
        "reason": over.reason,
        "to": [
            {"id": owner, "title": texts(owners[owner].title), "bring": texts(owners[owner].bring) or None}
            for owner in over.to
        ],
        "collect": [texts(text) for text in over.collect],
        "not_ruled_out": list(over.not_ruled_out),
        "not_done": list(over.not_done),
        "unknown": list(over.unknown),
    }


def answers(session: Session) -> list[Data]:
    """Every known value and where it came from."""
    given = [
        {"question": answered.subject, "value": answered.value, "source": answered.source}
        for answered in session.given.values()
    ]
    derived = [{"question": key, "value": value, "source": "derived"} for key, value in session.derived.items()]
    return given + derived


def _mark(mark: Mark, texts: Texts) -> Data:
    if isinstance(mark, Answered):
        return {"what": "answer", "question": mark.subject, "value": mark.value, "source": mark.source}
    if isinstance(mark, Tried):
        return {"what": "outcome", "remedy": mark.remedy, "outcome": mark.outcome, "source": mark.source}
    if isinstance(mark, CodeChanged):
        return {"what": "code shown", "code": mark.code}
    if isinstance(mark, Unseen):
        return {"what": "cannot look", "place": mark.place}
    if isinstance(mark, Fired):
        return {"what": "rule", "rule": mark.rule, "because": texts(mark.because)}
    assert isinstance(mark, Entered)
    return {"what": "code entered", "code": mark.code}
