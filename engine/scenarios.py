"""Plays scenarios: tells a session all facts of one, and compares where it stands with what is expected."""

from __future__ import annotations

from dataclasses import dataclass

from kb.knowledge import KnowledgeBase
from kb.problems import Problem
from kb.reading import Location
from kb.scenarios import Scenario
from kb.spelling import find_codes

from .case import STATES, Answered, Ask, CaseError, Escalated, Propose, Resolved, Saved, Step, Tried
from .facts import check_outcome, check_value
from .inference import Inference
from .session import Session

SCENARIO = "scenario"


@dataclass(frozen=True)
class Played:
    """A scenario's session (None when its facts do not fit the knowledge base) and what differs."""

    scenario: Scenario
    session: Session | None
    problems: tuple[Problem, ...]


def play(kb: KnowledgeBase, scenario: Scenario, engines: dict[str, Inference] | None = None) -> Played:
    """Play one scenario.

    `engines` keeps loaded plans from one scenario to the next; a session returned earlier is then not to be asked.
    """
    form, document = scenario.form, scenario.document

    def problem(location: Location, text: str, slug: str = "scenario-differs") -> Problem:
        return document.problem(location, text, slug)

    codes = find_codes(form.code)
    if not codes:
        return Played(scenario, None, (problem(("code",), f'"{form.code}" is no error code', "not-a-code"),))
    try:
        for key, value in form.answers.items():
            place: Location = ("answers", key)
            check_value(kb, key, value)
        for key, value in form.outcomes.items():
            place = ("outcomes", key)
            check_outcome(kb, key, value)
    except CaseError as error:
        return Played(scenario, None, (problem(place, str(error), error.slug),))
    facts: list[Answered | Tried] = [Answered(key, value, SCENARIO) for key, value in form.answers.items()]
    facts += [Tried(key, value, SCENARIO) for key, value in form.outcomes.items()]
    try:
        session = Session(kb, codes[0], facts, engines=engines)
    except CaseError as error:
        return Played(scenario, None, (problem(("answers",), str(error), error.slug),))
    return Played(scenario, session, tuple(_differences(session, scenario)))


def _differences(session: Session, scenario: Scenario) -> list[Problem]:
    expect = scenario.form.expect.model_dump(exclude_none=True)
    found = observed(session)
    problems = []
    for key, expected in expect.items():
        if found.get(key) != expected:
            text = f"{key}: expected {_words(expected)}, found {_words(found.get(key))}{_hint(session, key)}"
            problems.append(scenario.document.problem(("expect", key), text, "scenario-differs"))
    return problems


def observed(session: Session) -> dict[str, object]:
    """What a scenario can expect of a session, by the words of the format."""
    step = session.next()
    cause = step.cause if isinstance(step, Propose | Escalated) else None
    if isinstance(step, Resolved | Saved):
        cause = session.causes_treated.get(step.remedy, "")
    return {
        "state": STATES[type(step)],
        "question": step.question if isinstance(step, Ask) else None,
        "cause": cause or None,
        "remedy": step.remedy if isinstance(step, Propose | Saved | Resolved) else None,
        "tried": list(session.outcomes),
        "codes": list(session.codes),
        "reason": step.reason if isinstance(step, Escalated) else None,
    }


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "nothing" if value is None else str(value)


def _hint(session: Session, key: str) -> str:
    step: Step = session.next()
    if key in ("state", "remedy", "cause", "reason") and isinstance(step, Ask):
        return f" (the question {step.question} is open)"
    if key in ("state", "remedy", "cause", "reason") and isinstance(step, Propose):
        return f" (the remedy {step.remedy} is proposed)"
    return ""
