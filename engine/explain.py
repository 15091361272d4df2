"""Explains a case: why a question is asked, which causes are left, what would have led to another cause.

Everything here reads the session and the knowledge; nothing decides what comes next.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb import words
from kb.model import Condition, Escalate, Lookup, Question, SourceRef, Text, Treat

from .case import Answered, Ask, Escalated, Propose
from .plan import Line, accepted, as_seen, code_or_unknown, plan_of
from .unfold import ASK, PROPOSE, FlatGraph, Unfolder

if TYPE_CHECKING:
    from .session import Session

OPEN = "open"
RULED_OUT = "ruled_out"
ESTABLISHED = "established"


@dataclass(frozen=True, slots=True)
class Why:
    """Why the case stands where it does: the rule, its reason, what already holds of it, what it would conclude."""

    rule: str
    because: Text
    held: tuple[tuple[str, str], ...]
    cause: str
    remedies: tuple[str, ...]
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True, slots=True)
class How:
    """How to find the answer out."""

    question: Question

    @property
    def steps(self) -> tuple[Lookup, ...]:
        """What to do, in order."""
        return self.question.how


@dataclass(frozen=True, slots=True)
class CauseStanding:
    """Whether a cause is open, ruled out or established, and the answers (question, value) that say so."""

    cause: str
    standing: str
    by: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """An answer that would have had to be given (or be different) to reach a cause."""

    question: str
    value: str
    now: str


@dataclass(frozen=True, slots=True)
class Status:
    """Where the case stands. `fewest`, `usual` and `most`: steps still ahead under the current code; 0 at an end."""

    code: str
    codes: tuple[str, ...]
    answers: tuple[Answered, ...]
    outcomes: Mapping[str, str]
    causes: tuple[CauseStanding, ...]
    fewest: int
    usual: int
    most: int


@dataclass(frozen=True, slots=True)
class HandOver:
    """What goes with an escalation.

    `collect`: what the owners of the code need. It is empty where a rule hands the case to somebody else, who may want
    the machine left as it is; `Owner.bring` says what they need. `unknown`: what nobody knows and somebody still needs.
    """

    reason: str
    to: tuple[str, ...]
    collect: tuple[Text, ...]
    not_ruled_out: tuple[str, ...]
    not_done: tuple[str, ...]
    unknown: tuple[str, ...]


def why(session: Session) -> Why | None:
    """Why the current question is asked or remedy proposed; None at an end without a rule."""
    step = session.next()
    rule_id = getattr(step, "rule", "")
    line = next((line for line in session.plan.lines if line.rule.id == rule_id), None)
    if line is None:
        return None
    because = step.because if isinstance(step, Ask) else line.rule.because
    held: dict[tuple[str, str], None] = {}  # a guard and a rule under it may test the same question
    for condition in line.conditions:
        if isinstance(step, Ask) and condition.subject == step.question:
            break
        held[condition.subject, str(session.values[condition.subject])] = None
    then = line.rule.then
    cause = then.cause if isinstance(then, Treat | Escalate) else ""
    return Why(rule_id, because, tuple(held), cause, line.remedies, line.rule.sources)


def how(session: Session) -> How | None:
    """How to find out the answer to the current question; None when none is asked."""
    step = session.next()
    return How(session.kb.questions[step.question]) if isinstance(step, Ask) else None


def standings(session: Session) -> tuple[CauseStanding, ...]:
    """Each cause that the current code's plan can conclude, in its order, and how it stands.

    What only rules for other codes conclude is none of this code's business.
    """
    lines: dict[str, list[Line]] = {}
    for line in session.plan.lines:
        cause = getattr(line.rule.then, "cause", "")
        if cause and not line.refused:
            lines.setdefault(cause, []).append(line)
    values = {key: as_seen(value, session.code) for key, value in session.values.items()}
    return tuple(_standing(cause, of_cause, values) for cause, of_cause in lines.items())


def likely_first(session: Session, causes: Iterable[str]) -> tuple[str, ...]:
    """Causes in the order of what people meet: those that the current code names as frequent, then the others."""
    frequent = code_or_unknown(session.kb, session.code).frequent
    ranks = {cause: rank for rank, cause in enumerate(frequent)}
    return tuple(sorted(causes, key=lambda cause: ranks.get(cause, len(ranks))))


def telling(session: Session) -> frozenset[str]:
    """The questions that rules read which conclude a frequent cause of the current code."""
    frequent = set(code_or_unknown(session.kb, session.code).frequent)
    lines = (line for line in session.plan.lines if getattr(line.rule.then, "cause", "") in frequent)
    return frozenset(condition.subject for line in lines for condition in line.conditions)


def _standing(cause: str, lines: list[Line], values: Mapping[str, str | int]) -> CauseStanding:
    refuting: dict[tuple[str, str], None] = {}
    ruled_out = True
    for line in lines:
        if all(_holds(condition, values) for condition in line.conditions):
            by = tuple((condition.subject, str(values[condition.subject])) for condition in line.conditions)
            return CauseStanding(cause, ESTABLISHED, by)
        refuted = [condition for condition in line.conditions if _refutes(condition, values)]
        refuting.update(((c.subject, str(values[c.subject])), None) for c in refuted[:1])
        ruled_out = ruled_out and bool(refuted)
    return CauseStanding(cause, RULED_OUT if ruled_out else OPEN, tuple(refuting) if ruled_out else ())


def _holds(condition: Condition, values: Mapping[str, str | int]) -> bool:
    return condition.subject in values and accepted(condition, str(values[condition.subject]))


def _refutes(condition: Condition, values: Mapping[str, str | int]) -> bool:
    """Whether a definite answer, not a mere `unknown`, speaks against the condition."""
    value = str(values.get(condition.subject, words.UNKNOWN))
    return value != words.UNKNOWN and not accepted(condition, value)


def unneeded(session: Session) -> tuple[str, ...]:
    """The given answers that nothing reads on the way to the current step (under codes left: on no way)."""
    values = session.values
    read: set[str] = set()
    for code in session.codes:
        current = code == session.code
        for line in session.plan.lines if current else plan_of(session.kb, code).lines:
            read.update(_read(line, {key: as_seen(value, code) for key, value in values.items()}))
            if current and line.rule.id == getattr(session.next(), "rule", ""):
                break
    for question in [session.kb.questions[key] for key in read]:
        if question.threshold:
            read.add(question.threshold.measure)
        if question.id not in session.given:
            read.update(f.question for f in question.follows if values.get(f.question) == f.value)
    return tuple(subject for subject in session.given if subject not in read)


def _read(line: Line, values: Mapping[str, str | int]) -> Iterator[str]:
    """The questions that a line asks or reads: up to the first condition that does not hold."""
    for condition in line.conditions:
        yield condition.subject
        if not _holds(condition, values):
            return


def hand_over(session: Session) -> HandOver:
    """What goes with the escalation of this case (also when it is asked for early)."""
    step = session.next()
    escalation = code_or_unknown(session.kb, session.code).escalation
    reason = step.reason if isinstance(step, Escalated) else words.CAUSE_UNKNOWN
    to = step.to if isinstance(step, Escalated) else escalation.to
    tried_in_vain = _tried_in_vain(session)
    return HandOver(
        reason=reason,
        to=to,
        collect=() if set(to).isdisjoint(escalation.to) else escalation.collect,
        not_ruled_out=tuple(
            s.cause for s in standings(session) if s.standing != RULED_OUT and s.cause not in tried_in_vain
        ),
        not_done=tuple(
            remedy
            for remedy, outcome in session.outcomes.items()
            if outcome in (words.BLOCKED, words.DECLINED, words.PENDING)
        ),
        unknown=_left_unknown(session),
    )


def _left_unknown(session: Session) -> tuple[str, ...]:
    """Questions and measures that stand unknown, those left out that the answers leave without a reader."""
    read, questions = still_read(session), session.kb.questions
    unknown = (key for key, value in session.values.items() if value == words.UNKNOWN)
    return tuple(key for key in unknown if key in read or key not in questions)


def _tried_in_vain(session: Session) -> set[str]:
    """Causes that were established and treated without success; when the remedy was tried does not matter."""
    values = {key: as_seen(value, session.code) for key, value in session.values.items()}
    done = {remedy for remedy, outcome in session.outcomes.items() if outcome in (words.NOT_FIXED, words.FIXED)}
    return {
        line.rule.then.cause
        for line in session.plan.lines
        if isinstance(line.rule.then, Treat)
        and not done.isdisjoint(line.remedies)
        and all(_holds(condition, values) for condition in line.conditions)
    }


def status(session: Session, unfolder: Unfolder, graph: FlatGraph) -> Status:
    """Where the case stands; `graph` is the current plan's, unfolded from its start."""
    fewest, usual, most = _ahead(session, unfolder, graph)
    return Status(
        session.code,
        session.codes,
        tuple(session.given.values()),
        dict(session.outcomes),
        standings(session),
        fewest,
        usual,
        most,
    )


def _ahead(session: Session, unfolder: Unfolder, graph: FlatGraph) -> tuple[int, int, int]:
    """The fewest, usual and most steps from here."""
    if not isinstance(session.next(), Ask | Propose):
        return 0, 0, 0
    graph, here = unfolder.here(graph, session.values, {**session.foregone, **session.outcomes})
    return graph.shortest()[here], int(graph.usual()[here] + 0.5), graph.longest()[here]


def same_command(session: Session) -> tuple[str, ...]:
    """The coming questions that a look-up of the current question answers as well, in the plan's order.

    They are looked up in the same place, with the same command or a variant of it, and are among those of `soon`.
    Where they are answered one after the other, each answer may take the next one out of `soon`; it is not to be
    answered then, because it asks about the state that a remedy will leave.
    """
    step = session.next()
    if not isinstance(step, Ask):
        return ()
    current = session.kb.questions[step.question]
    commands = _commands(current)
    ahead = soon(session) - {current.id}
    return tuple(
        question.id
        for question in _of_place(session, current.where)
        if question.id in ahead and not commands.isdisjoint(_commands(question))
    )


def soon(session: Session) -> frozenset[str]:
    """The questions that may be asked from here on with nothing but answers between, the current one included."""
    return _asked_ahead(session, through=(ASK,))


def open_at(session: Session, place: str) -> tuple[str, ...]:
    """The questions of a place that nobody has answered yet, in the plan's order: asked in vain, or still to come."""
    ahead = _asked_ahead(session, through=(ASK, PROPOSE))
    values = session.values
    return tuple(
        question.id
        for question in _of_place(session, place)
        if values.get(question.id) == words.UNKNOWN or question.id in ahead
    )


def for_owner(session: Session, place: str) -> tuple[str, ...]:
    """The questions of a place that stand unknown: those of the current plan in its order, then those of codes left.

    Those that the answers leave without a reader are not among them: nobody needs to look them up.
    """
    values, needed = session.values, still_read(session)
    unknown = [key for key, value in values.items() if value == words.UNKNOWN and key in needed]
    here = [question.id for question in _of_place(session, place) if question.id in unknown]
    others = [key for key in unknown if session.kb.questions[key].where == place]
    return tuple(dict.fromkeys([*here, *others]))


def still_read(session: Session) -> frozenset[str]:
    """The questions that some rule of the case's codes reads and that no definite answer takes out of its way."""
    read: set[str] = set()
    for code in session.codes:
        values = {key: as_seen(value, code) for key, value in session.values.items()}
        for line in session.plan.lines if code == session.code else plan_of(session.kb, code).lines:
            for condition in line.conditions:
                read.add(condition.subject)
                if _refutes(condition, values):
                    break
    return frozenset(read & session.kb.questions.keys())


def _of_place(session: Session, place: str) -> Iterator[Question]:
    """The questions of the current plan that are looked up at a place, in its order."""
    questions = (session.kb.questions[ident] for ident in session.plan.questions)
    return (question for question in questions if question.where == place)


def _commands(question: Question) -> set[str]:
    """The commands that find a question out, in every variant; blanks in them do not matter."""
    written = {command for step in question.how for command in (step.command, *(v.command for v in step.variants))}
    return {" ".join(command.split()) for command in written if command}


def _asked_ahead(session: Session, through: Collection[str]) -> frozenset[str]:
    """The questions that may be asked from here on, the current one included, on ways through these kinds of steps."""
    if not isinstance(session.next(), Ask | Propose):
        return frozenset()
    unfolder, graph = session._graph()
    graph, here = unfolder.here(graph, session.values, {**session.foregone, **session.outcomes})
    nodes = (graph.nodes[number] for number in graph.reached(here, through))
    return frozenset(node.subject for node in nodes if node.kind == ASK)


def why_not(session: Session, cause: str, graph: FlatGraph) -> tuple[Needed, ...] | None:
    """The smallest set of answers that would have led to this cause, beyond or against those given.

    A cheapest way through the plan's graph: an answer as given costs nothing, any other costs one. None when no way
    under the current code leads to the cause.
    """
    values = {key: as_seen(value, session.code) for key, value in session.values.items()}
    best: dict[int, tuple[int, int, str]] = {0: (0, -1, "")}
    queue: deque[tuple[int, int]] = deque([(0, 0)])
    while queue:
        cost, number = queue.popleft()
        node = graph.nodes[number]
        if cost > best[number][0]:
            continue
        if node.cause == cause:
            return _needed(graph, best, number, values)
        for label, target in node.edges:
            step = int(node.kind == ASK and _label(values.get(node.subject), label) != label)
            if target not in best or cost + step < best[target][0]:
                best[target] = (cost + step, number, label)
                (queue.append if step else queue.appendleft)((cost + step, target))
    return None


def _label(value: str | int | None, label: str) -> str:
    """A known value as the graph labels it: a code that has no edge of its own is any code."""
    return words.ANY_CODE if label == words.ANY_CODE and str(value).startswith("0x") else str(value)


def _needed(
    graph: FlatGraph, best: Mapping[int, tuple[int, int, str]], number: int, values: Mapping[str, str | int]
) -> tuple[Needed, ...]:
    needed: list[Needed] = []
    while number:
        _, before, label = best[number]
        node = graph.nodes[before]
        if node.kind == ASK and _label(values.get(node.subject), label) != label:
            needed.append(Needed(node.subject, label, str(values.get(node.subject, ""))))
        number = before
    return tuple(reversed(needed))
