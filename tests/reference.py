"""What a case must do, written from the sentences a to j of the design and from nothing else.

This is the oracle. It knows the types of `kb.model` and no line of `engine`; it is slow, short and meant to be read.
The engine, the graph, CLIPS and the triage table are right when they agree with it. The letters in brackets name the
sentence a passage was written from; *Decided* marks what the sentences leave open and somebody had to settle.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kb.knowledge import KnowledgeBase
from kb.model import Code, Condition, Continue, Entry, Escalate, Group, Question, Rule, Text, Treat, Use

Step = tuple[str, ...]
"""("ask", question), ("propose", remedy, cause, rule), ("saved", remedy), ("resolved", remedy) or
("escalated", reason, rule or "")."""


# The state of a case [a]: the current code, the codes already left, the answers and numbers given, one outcome per
# remedy. Two things more, both *decided*: an outcome `0x...` known from the start waits in `foretold` until its
# remedy's turn comes, because another code is an event; and a circle ends the case. Values that merely follow from the
# given ones are not kept: they are found anew from the given ones each time. What did not help is done at once; what
# would end the case or lead it elsewhere (fixed, pending) waits like another code: a remedy known to help closes the
# case when the rules have led to it. So does what is said to wait: a remedy that a site forbids is declined when the
# rules have led to it, and says nothing about a case that never comes there.

NO_HELP = ("not-fixed", "blocked", "declined")


@dataclass(frozen=True)
class State:
    code: str
    left: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    foretold: Mapping[str, str] = field(default_factory=dict)
    ended: bool = False
    unseen: tuple[str, ...] = ()


# The things that can happen to a case. Each yields the state after the rules that merely lead to another code have
# been followed. A number is a valid answer to a question with a threshold: it is what the measure is said to be.


def start(
    kb: KnowledgeBase, code: str, answers: Mapping[str, str], outcomes: Mapping[str, str], waiting: Container[str] = ()
) -> State:
    done = {key: outcome for key, outcome in outcomes.items() if outcome in NO_HELP and key not in waiting}
    foretold = {key: outcome for key, outcome in outcomes.items() if key not in done}
    state = State(code, outcomes=done, foretold=foretold)
    for subject, value in answers.items():
        state = _given(kb, state, subject, value)
    return settle(kb, state)


def answer(kb: KnowledgeBase, state: State, subject: str, value: str) -> State:
    return settle(kb, _given(kb, state, subject, value))


def _given(kb: KnowledgeBase, state: State, subject: str, value: str) -> State:
    threshold = kb.questions[subject].threshold if subject in kb.questions else None
    if threshold is not None and _is_number(value):
        subject = threshold.measure
    return replace(state, values={**state.values, subject: value})


def outcome(kb: KnowledgeBase, state: State, remedy: str, outcome: str) -> State:
    """What became of a remedy [f]; *decided*: a later outcome of the same remedy takes the place of `pending`."""
    state = replace(
        state,
        outcomes={**state.outcomes, remedy: outcome},
        foretold={other: code for other, code in state.foretold.items() if other != remedy},
    )
    return show_code(kb, state, outcome) if outcome.startswith("0x") else settle(kb, state)


# Nobody can look at a place. *Decided*: its questions count as unknown from now on, under every code, unless a value is
# given or follows; see `values`.


def cannot_look(kb: KnowledgeBase, state: State, place: str) -> State:
    return settle(kb, replace(state, unseen=(*state.unseen, place)))


# The code changes [h], answers and outcomes stay. *Decided*: the operator, or an outcome, may name the code the case
# is in already, and it goes on in it; a rule that leads to its own code runs in a circle, and a circle is the end.


def show_code(kb: KnowledgeBase, state: State, code: str) -> State:
    return settle(kb, state if state.ended or code == state.code else _go_to(state, code))


def _go_to(state: State, code: str) -> State:
    if code in codes(state):
        return replace(state, ended=True)
    return replace(state, code=code, left=codes(state))


def codes(state: State) -> tuple[str, ...]:
    """The way taken, the current code last."""
    return (*state.left, state.code)


# The next step [d]. A fixed remedy resolves the case at once, a pending one saves it (*decided*: in this order, and
# before any rule is looked at). Then the first rule that is open asks, the first that is satisfied fires. A rule that
# continues as another code, and a remedy whose outcome is foretold as another code, have no step of their own:
# `settle` follows them first. Each move leaves a code for good or uses up a foretold outcome, so this ends.


def step(kb: KnowledgeBase, state: State) -> Step:
    state = settle(kb, state)
    if state.ended:
        return ("escalated", "circle", "")
    if closed := _closed(state):
        return closed
    match _first_live(kb, state):
        case None:
            return ("escalated", _reason(state), "")
        case (Rule(), Condition(subject=question)):
            return ("ask", question)
        case (Rule(id=rule, then=Treat() as then), None):
            return ("propose", _next_remedy(then, state), then.cause, rule)
        case (Rule(id=rule, then=Escalate(reason=reason)), None):
            return ("escalated", reason, rule)
    raise AssertionError("a settled state has no rule left to follow")


def because(kb: KnowledgeBase, state: State) -> Text | None:
    """Why the question is asked: in the words of the rule or the guard whose condition it is [d]."""
    live = None if state.ended or _closed(state) else _first_live(kb, state)
    return live[1].because if live and live[1] else None


def owners(kb: KnowledgeBase, state: State) -> tuple[str, ...]:
    """Whom an escalated case goes to: the owner whom the rule names, else those of the code [i]."""
    live = None if state.ended else _first_live(kb, state)
    return (live[0].then.to,) if live and isinstance(live[0].then, Escalate) else _entry(kb, state.code).escalation.to


def settle(kb: KnowledgeBase, state: State) -> State:
    if state.ended or _closed(state):
        return state
    match _first_live(kb, state):
        case (Rule(then=Continue() as then), None):
            return settle(kb, _go_to(state, then.code or values(kb, state)[then.answer_of]))
        case (Rule(then=Treat() as then), None) if (remedy := _next_remedy(then, state)) in state.foretold:
            return outcome(kb, state, remedy, state.foretold[remedy])
    return state


def _closed(state: State) -> Step | None:
    for outcome, name in (("fixed", "resolved"), ("pending", "saved")):
        for remedy in state.outcomes:
            if state.outcomes[remedy] == outcome:
                return (name, remedy)
    return None


def _first_live(kb: KnowledgeBase, state: State) -> tuple[Rule, Condition | None] | None:
    """The first rule that is open, with the condition that asks, or satisfied, with None; None: plan exhausted."""
    known = values(kb, state)
    for rule, conditions in plan(kb, state.code):
        # The first condition that does not hold decides, so the rest is not looked at; a remedy tried, or a later
        # condition already refused, spares no question.
        first = next((c for c in conditions if not _holds(kb, state.code, known, c)), None)
        if first is None and not _spent(rule, state):
            return rule, None
        if first is not None and first.subject not in {*known, "code", "symptom"}:
            return rule, first
    return None


# A condition [c] accepts a set of values, `unknown` only where the set names it. The code and its symptoms are always
# known. Of a question whose answer is a code, `code` accepts every code; *decided*: the current code itself, given as
# an answer, is no other code and counts as `none`.


def _holds(kb: KnowledgeBase, code: str, known: Mapping[str, str], condition: Condition) -> bool:
    if condition.subject == "code":
        return code in condition.accepts
    if condition.subject == "symptom":
        return any(symptom in condition.accepts for symptom in _entry(kb, code).symptoms)
    value = known.get(condition.subject)
    value = "none" if value == code else value
    return value in condition.accepts or ("code" in condition.accepts and value is not None and value.startswith("0x"))


# A rule with remedies is spent when each has an outcome [d, f]; no remedy is proposed twice, whichever rule named it.
# *Decided*: it need not have fired itself.


def _spent(rule: Rule, state: State) -> bool:
    return isinstance(rule.then, Treat) and all(remedy in state.outcomes for remedy in rule.then.remedies)


def _next_remedy(then: Treat, state: State) -> str:
    return next(remedy for remedy in then.remedies if remedy not in state.outcomes)


# The plan is exhausted [i]. The reasons of the sentence, in an order that was *decided*.


def _reason(state: State) -> str:
    done = state.outcomes.values()
    return "declined" if "declined" in done else "owner_must_act" if "blocked" in done else "cause_unknown"


# The plan of a code [b]: its entries in order, procedures and groups expanded in place, the guards on the way before
# the conditions of each rule, the first place of a rule kept (with the guards it has there). A code that the
# knowledge base does not have uses the plan, and the symptoms, of `unknown_code` [h].


def plan(kb: KnowledgeBase, code: str) -> list[tuple[Rule, tuple[Condition, ...]]]:
    places: dict[str, tuple[Rule, tuple[Condition, ...]]] = {}
    for rule, conditions in _expanded(kb, _entry(kb, code).plan, ()):
        places.setdefault(rule.id, (rule, conditions))
    return list(places.values())


def _expanded(
    kb: KnowledgeBase, entries: tuple[Entry, ...], guards: tuple[Condition, ...]
) -> Iterator[tuple[Rule, tuple[Condition, ...]]]:
    for entry in entries:
        if isinstance(entry, Rule):
            yield entry, (*guards, *entry.when)
        elif isinstance(entry, Use):
            yield from _expanded(kb, kb.procedures[entry.procedure].plan, (*guards, *entry.guard))
        elif isinstance(entry, Group):
            yield from _expanded(kb, entry.plan, (*guards, *entry.guard))


def _entry(kb: KnowledgeBase, code: str) -> Code:
    return kb.codes[code] if code in kb.codes else kb.codes["unknown_code"]


# What follows [e]. Any question about which nothing is known can get a value: from the number its
# measure has, else `unknown` from a measure that is unknown, else from the first known answer that entails one. Run to
# the end: always the first question that can get a value, until none can. What is then still open about a place nobody
# can look at is unknown; nothing follows from that.


def values(kb: KnowledgeBase, state: State) -> dict[str, str]:
    """Every value known: the given ones, and what follows from them."""
    known = dict(state.values)
    questions = list(kb.questions.values())
    derivable = [q for q in questions if q.threshold or q.follows]
    while found := next(((q.id, v) for q in derivable if q.id not in known and (v := _derived(q, known))), None):
        known[found[0]] = found[1]
    return {q.id: "unknown" for q in questions if q.where in state.unseen} | known


def _derived(question: Question, known: Mapping[str, str]) -> str | None:
    measured = known.get(question.threshold.measure) if question.threshold else None
    if question.threshold and measured == "unknown":
        return "unknown"
    if question.threshold and measured is not None:
        return "yes" if question.threshold.holds(int(measured)) else "no"
    return next((f.then for f in question.follows if known.get(f.question) == f.value), None)


def _is_number(value: str) -> bool:
    return value.removeprefix("-").isdecimal()
