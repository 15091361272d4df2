"""Small random knowledge bases, the facts a case may start with, and what may happen to it.

Everything is drawn from small pools, so that a failing example shrinks to one or two rules about `q1`, and prints as
a few lines (`described`). What may happen to a case is asked of the reference: it knows what is asked or proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

from hypothesis import strategies as st

from kb import words
from kb.implications import entailments, with_decisions, with_implications
from kb.knowledge import KnowledgeBase, Manifest
from kb.model import (
    Cause,
    Choice,
    Code,
    Condition,
    Continue,
    Entry,
    Escalate,
    Escalation,
    Group,
    Measure,
    Owner,
    Procedure,
    Question,
    Remedy,
    Rule,
    Text,
    Threshold,
    Treat,
    Use,
    Verify,
)
from tests import reference
from tests.reference import State

CODES = ("0xC0000001", "0xC0000002", "0xC0000003")
NO_SUCH_CODE = "0x8000FFFF"
"""A code that no knowledge base drawn here has."""
MEASURES = ("m1", "m2")
REMEDIES = ("r1", "r2", "r3", "r4")
CAUSES = ("c1", "c2")
OWNERS = ("o1", "o2")
SYMPTOMS = ("s1", "s2")
CHOICES = ("a", "b", "c")
PLACES = words.PLACES[:2]
MOST_RULES, MOST_QUESTIONS = 10, 8
MORE = (False, True, True, True)
"""Whether another one follows; asked each time, so that Hypothesis can take one out of the middle."""

Choose = Callable[[Sequence[Any]], Any]
"""Takes one of several things: drawn by Hypothesis, which shrinks towards the first, or by a seeded `Random`."""


class Event(NamedTuple):
    """Something that happens: kind `answer` (subject, value), `outcome` (remedy, outcome), `code` ("", code), or
    `unseen` ("", place)."""

    kind: str
    subject: str
    value: str


@dataclass(frozen=True)
class Case:
    """A knowledge base, a start (code, known answers, known outcomes) and what happens then.

    `waiting`: remedies whose known outcome counts from when they are proposed, whatever it is.
    """

    kb: KnowledgeBase
    code: str
    answers: Mapping[str, str]
    outcomes: Mapping[str, str]
    events: tuple[Event, ...] = ()
    waiting: tuple[str, ...] = ()

    def __repr__(self) -> str:
        lines = [*described(self.kb), f"start {self.code} {dict(self.answers)} {dict(self.outcomes)} {self.waiting}"]
        return "\n    ".join(["", *lines, *(" ".join(event) for event in self.events)])

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))  # how Hypothesis shows a failing example


# The strategies: what follows them draws from any source of choices


def cases(done: Sequence[str] = words.OUTCOMES) -> st.SearchStrategy[Case]:
    """A knowledge base, facts known from the start that do not contradict each other, and a walk.

    `done`: the outcomes, besides codes, that a remedy may have from the start.
    """

    @st.composite
    def drawn(draw: Callable[..., Any]) -> Case:
        return draw_case(lambda options: options[draw(_below(len(options)))], done)

    return drawn()


@cache
def _below(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number - 1)


def draw_case(choose: Choose, done: Sequence[str]) -> Case:
    """What `cases` draws. Outcomes wait only where any may be known."""
    kb = draw_knowledge_base(choose)
    code, answers, outcomes = draw_start(choose, kb, done)
    waiting = tuple(key for key in outcomes if set(words.OUTCOMES) <= set(done) and choose((True, False)))
    state = reference.start(kb, code, answers, outcomes, waiting)
    return Case(kb, code, answers, outcomes, draw_walk(choose, kb, state), waiting)


def _some(choose: Choose, options: Sequence[str], counts: Sequence[int]) -> list[str]:
    """Several different ones, as many as one of `counts` says (or all there are)."""
    left, taken = list(options), []
    for _ in range(min(choose(counts), len(left))):
        taken.append(choose(left))
        left.remove(taken[-1])
    return taken


# Knowledge bases


def draw_knowledge_base(choose: Choose) -> KnowledgeBase:
    """One to three codes and `unknown_code`, up to three procedures, up to eight questions, about ten rules."""
    codes = CODES[: choose((1, 2, 3))]
    questions = _questions(choose)
    plans = _Plans(choose, questions, codes)
    # A procedure may use those drawn before it, so there are no cycles; a code may use all of them.
    for number in range(choose((0, 1, 2, 3))):
        plans.procedures[f"p{number + 1}"] = Procedure(f"p{number + 1}", text("p"), plans.plan())
    return knowledge_base(questions, plans.procedures, {key: plans.code(key) for key in (*codes, words.UNKNOWN_CODE)})


def knowledge_base(
    questions: Mapping[str, Question], procedures: Mapping[str, Procedure], codes: Mapping[str, Code]
) -> KnowledgeBase:
    """These, with every measure, cause, remedy and owner of the pools."""
    sections: dict[str, Mapping[str, Any]] = {
        "sources": {},
        "owners": {key: Owner(key, text(key)) for key in OWNERS},
        "measures": with_decisions({key: Measure(key, text(key), text(key)) for key in MEASURES}, questions),
        "questions": questions,
        "causes": {key: Cause(key, text(key)) for key in CAUSES},
        "remedies": {key: Remedy(key, text(key), words.HARMLESS, (), Verify(text(key))) for key in REMEDIES},
        "procedures": procedures,
        "codes": codes,
    }
    return KnowledgeBase(Manifest("1", "2026-01-01"), sections)


def code_of(ident: str, plan: tuple[Entry, ...], owner: str = OWNERS[0], symptoms: tuple[str, ...] = ()) -> Code:
    """A code with this plan, owner and symptoms."""
    return Code(ident, (), "", "", text(ident), plan, Escalation((owner,), ()), symptoms=symptoms)


def linked(questions: Mapping[str, Question], implies: Sequence[tuple[str, str, str, str]]) -> dict[str, Question]:
    """The questions with what follows from what, closed by `kb.implications` as the loader does.

    `implies`: question, value, question that follows, its value. What would contradict itself is left out, as the
    loader refuses it.
    """
    authored = {key: SimpleNamespace(form=_form(question)) for key, question in questions.items()}
    for premise, value, conclusion, then in implies:
        entailed = authored[premise].form.implies.setdefault(value, {})
        if premise != conclusion and conclusion not in entailed:
            entailed[conclusion] = then
            if _contradictory(authored):
                del entailed[conclusion]
    return with_implications(authored, questions)


def text(key: str) -> Text:
    """Some text; its wording does not matter here, but whose it is does."""
    return Text(key, key)


def _questions(choose: Choose) -> dict[str, Question]:
    """Questions of every kind, some of which follow from others."""
    questions = {"q1": _question(choose, "q1")}
    while len(questions) < MOST_QUESTIONS and choose(MORE):
        ident = f"q{len(questions) + 1}"
        questions[ident] = _question(choose, ident)
    answers = {key: q.answers[:-1] for key, q in questions.items() if q.kind != words.CODE}
    implies = []
    for _ in range(choose((0, 1, 2, 3)) if answers else 0):
        premise, conclusion = choose(list(answers)), choose(list(answers))
        implies.append((premise, choose(answers[premise]), conclusion, choose(answers[conclusion])))
    return linked(questions, implies)


def _question(choose: Choose, ident: str) -> Question:
    kind = choose((words.YES_NO, "threshold", words.CHOICE, words.CODE, "threshold"))
    threshold: Threshold | None = None
    choices: tuple[Choice, ...] = ()
    if kind == "threshold":
        kind, bound = words.YES_NO, choose(("at_least", "at_most"))
        threshold = Threshold(choose(MEASURES), **{bound: choose((1, 2, 3, 0, -1))})
    elif kind == words.CHOICE:
        choices = tuple(Choice(value, text(value)) for value in CHOICES[: choose((2, 3))])
    return Question(ident, text(ident), kind, choose(PLACES), "glance", threshold=threshold, choices=choices)


def _form(question: Question) -> SimpleNamespace:
    """The part of an authored question that `kb.implications` looks at."""
    bounds = question.threshold
    measure = SimpleNamespace(id=bounds.measure, at_least=bounds.at_least, at_most=bounds.at_most) if bounds else None
    return SimpleNamespace(implies={}, measure=measure)


def _contradictory(authored: Mapping[str, Any]) -> bool:
    """Whether an answer entails two values of one question (the loader refuses such a knowledge base)."""
    for (question, value), entailed in entailments(authored).items():
        values = {question: value}
        if any(values.setdefault(other, then) != then for other, then in entailed):
            return True
    return False


class _Plans:
    """Draws plans and counts their rules and guards; ids are given in the order of drawing."""

    def __init__(self, choose: Choose, questions: Mapping[str, Question], codes: Sequence[str]) -> None:
        self.choose, self.questions, self.codes = choose, questions, codes
        self.procedures: dict[str, Procedure] = {}
        self._rules = self._guards = 0

    def code(self, ident: str) -> Code:
        symptoms = tuple(_some(self.choose, SYMPTOMS, (0, 1, 2)))
        return code_of(ident, self.plan(), self.choose(OWNERS), symptoms)

    def plan(self, depth: int = 0) -> tuple[Entry, ...]:
        entries = [self._entry(depth)]
        while len(entries) < (2 if depth else 4) and self._rules < MOST_RULES and self.choose(MORE):
            entries.append(self._entry(depth))
        return tuple(entries)

    def _entry(self, depth: int) -> Entry:
        full = self._rules >= MOST_RULES
        uses = ["use", "use"] if self.procedures else []
        kinds = uses if full and uses else ["rule"] if full else ["rule"] * 3 + uses + ["group"] * (depth < 2)
        kind = self.choose(kinds)
        if kind == "rule":
            return self._rule()
        self._guards += 1
        because = text(f"g{self._guards}")
        if kind == "use":
            return Use(self.choose(list(self.procedures)), self._conditions(because, (0, 0, 1, 2)))
        return Group(because.key, self._conditions(because, (1, 2)), self.plan(depth + 1))

    def _rule(self) -> Rule:
        self._rules += 1
        because = text(f"R{self._rules}")
        when, then = self._conditions(because, (1, 2, 3)), self._conclusion()
        if isinstance(then, Continue) and then.answer_of:
            # Such a rule needs the condition that the answer is a code.
            accepts = self.choose(((words.ANY_CODE,), tuple(self.codes[:1]), tuple(self.codes[-1:])))
            needed = Condition(then.answer_of, accepts, because)
            when = (*(condition for condition in when if condition.subject != needed.subject), needed)
        return Rule(because.key, when, then, because, ())

    def _conditions(self, because: Text, counts: Sequence[int]) -> tuple[Condition, ...]:
        fixed = self.choose(((), (), (), (words.SYMPTOM_SUBJECT, words.CODE_SUBJECT)))
        subjects = _some(self.choose, [*self.questions, *fixed], counts)
        return tuple(Condition(subject, self._accepts(subject), because) for subject in subjects)

    def _accepts(self, subject: str) -> tuple[str, ...]:
        return tuple(_some(self.choose, acceptable(subject, self.questions, self.codes), (1, 2, 1, 2, 3)))

    def _conclusion(self) -> Treat | Continue | Escalate:
        asking_codes = [question.id for question in self.questions.values() if question.kind == words.CODE]
        kind = self.choose(["treat"] * 5 + ["continue", "escalate"] + ["answer"] * bool(asking_codes))
        if kind == "continue":
            return Continue(code=self.choose(self.codes))
        if kind == "answer":
            return Continue(answer_of=self.choose(asking_codes))
        if kind == "escalate":
            return Escalate(self.choose(OWNERS), self.choose(words.RULE_REASONS))
        return Treat(self.choose(CAUSES), tuple(_some(self.choose, REMEDIES, (1, 2, 3))))


def acceptable(subject: str, questions: Mapping[str, Question], codes: Sequence[str]) -> list[str]:
    """The values that a condition on this subject may name."""
    if subject == words.SYMPTOM_SUBJECT:
        return [*SYMPTOMS]
    if subject == words.CODE_SUBJECT:
        return [*codes, words.UNKNOWN_CODE]
    if questions[subject].kind == words.CODE:
        return [words.ANY_CODE, words.NONE, words.UNKNOWN, *codes]
    return [*questions[subject].answers]


# What an operator may say


def consistent(kb: KnowledgeBase, given: Mapping[str, str]) -> bool:
    """Whether no given value, and nothing that follows from the given ones anywhere, contradicts another."""
    forced: dict[str, str] = {subject: value for subject, value in given.items() if value != words.UNKNOWN}
    todo = True
    while todo:
        todo = False
        for question in kb.questions.values():
            for value in _forced(question, forced):
                todo = todo or question.id not in forced
                if forced.setdefault(question.id, value) != value:
                    return False
    return True


def _forced(question: Question, known: Mapping[str, str]) -> Iterator[str]:
    if question.threshold and question.threshold.measure in known:
        yield words.YES if question.threshold.holds(int(known[question.threshold.measure])) else words.NO
    for follows in question.follows:
        if known.get(follows.question) == follows.value:
            yield follows.then


def sayable(kb: KnowledgeBase, subject: str, current: str) -> list[str]:
    """Every value that may be given to a question or measure; numbers about its thresholds."""
    if subject in kb.questions:
        question = kb.questions[subject]
        codes = [*kb_codes(kb), NO_SUCH_CODE]
        return [*question.answers, *(codes if question.kind == words.CODE else ())]
    thresholds = [question.threshold for question in kb.questions.values() if question.threshold]
    bounds = [t.at_least if t.at_least is not None else t.at_most for t in thresholds if t.measure == subject]
    numbers = {bound + delta for bound in bounds if bound is not None for delta in (-1, 0, 1)}
    return [*map(str, sorted(numbers)), words.UNKNOWN]


def kb_codes(kb: KnowledgeBase) -> tuple[str, ...]:
    """The codes of a knowledge base that a case can be in; `unknown_code` is none."""
    return tuple(code for code in kb.codes if code != words.UNKNOWN_CODE)


def draw_start(choose: Choose, kb: KnowledgeBase, done: Sequence[str]) -> tuple[str, dict[str, str], dict[str, str]]:
    """A code, answers that do not contradict each other, and outcomes; often no answers and no outcomes."""
    code = choose([*kb_codes(kb), NO_SUCH_CODE])
    answers: dict[str, str] = {}
    for subject in _some(choose, [*kb.questions, *MEASURES], (0, 0, 1, 2, 4)):
        told = {subject: choose(sayable(kb, subject, code))}
        answers |= told if consistent(kb, answers | told) else {}
    remedies = _some(choose, REMEDIES, (0, 0, 1, 2))
    return code, answers, {remedy: choose([*done, *kb_codes(kb)]) for remedy in remedies}


# Walks


def draw_walk(choose: Choose, kb: KnowledgeBase, state: State) -> tuple[Event, ...]:
    """Events one after the other, until the case is resolved or escalated, or left there."""
    events: list[Event] = []
    kinds = ["expected"] * 9 + ["told", "told", "stop", "tried", "code", "code", "unseen"] + ["expected"] * 9
    while reference.step(kb, state)[0] not in ("resolved", "escalated") and (kind := choose(kinds)) != "stop":
        events.append(choose(possible(kb, state, kind) or possible(kb, state, "expected")))
        state = happen(kb, state, events[-1])
    return tuple(events)


def happen(kb: KnowledgeBase, state: State, event: Event) -> State:
    """The event, in the reference."""
    if event.kind == "answer":
        return reference.answer(kb, state, event.subject, event.value)
    if event.kind == "outcome":
        return reference.outcome(kb, state, event.subject, event.value)
    if event.kind == "unseen":
        return reference.cannot_look(kb, state, event.value)
    return reference.show_code(kb, state, event.value)


def possible(kb: KnowledgeBase, state: State, kind: str) -> list[Event]:
    """What may happen now: what is `expected` at this step, or, out of turn: `told`, `tried`, another `code`, or a
    place `unseen`."""
    step = reference.step(kb, state)
    if kind == "unseen":
        return [Event("unseen", "", place) for place in PLACES if place not in state.unseen]
    if kind == "code":
        return [Event("code", "", code) for code in (*kb_codes(kb), NO_SUCH_CODE)]
    if kind == "expected" and step[0] != "ask":
        return _outcomes(kb, step[1])
    if kind == "tried":
        untried = [remedy for remedy in REMEDIES if remedy not in state.outcomes]
        return [event for remedy in untried for event in _outcomes(kb, remedy)]
    subjects = [step[1]] if kind == "expected" else [s for s in (*kb.questions, *MEASURES) if s not in state.values]
    return [event for subject in subjects for event in _answers(kb, state, subject, kind == "expected")]


def _answers(kb: KnowledgeBase, state: State, subject: str, asked: bool) -> list[Event]:
    told = [(subject, value) for value in sayable(kb, subject, state.code)]
    threshold = kb.questions[subject].threshold if subject in kb.questions else None
    if asked and threshold:  # a number is an answer too
        told += [(threshold.measure, value) for value in sayable(kb, threshold.measure, state.code)[:-1]]
    return [Event("answer", subject, value) for about, value in told if consistent(kb, {**state.values, about: value})]


def _outcomes(kb: KnowledgeBase, remedy: str) -> list[Event]:
    """Outcomes in which the case goes on come several times, or hardly a walk would get far."""
    ways_on = [words.NOT_FIXED, words.DECLINED, words.BLOCKED] * 3
    return [
        Event("outcome", remedy, outcome)
        for outcome in (*ways_on, words.PENDING, words.FIXED, *kb_codes(kb), NO_SUCH_CODE)
    ]


# A knowledge base in a few lines


def described(kb: KnowledgeBase) -> list[str]:
    """What a failing example shows of its knowledge base."""
    lines = [_question_line(question) for question in kb.questions.values()]
    things: list[Procedure | Code] = [*kb.procedures.values(), *kb.codes.values()]
    for thing in things:
        symptoms = f" symptoms {','.join(thing.symptoms)}" if isinstance(thing, Code) and thing.symptoms else ""
        lines += [f"{thing.id}{symptoms}", *("  " + line for line in _plan_lines(thing.plan))]
    return lines


def _question_line(question: Question) -> str:
    bounds = question.threshold
    threshold = "" if bounds is None else f" {bounds.measure} {'<=' if bounds.at_least is None else '>='} "
    bound = "" if bounds is None else str(bounds.at_most if bounds.at_least is None else bounds.at_least)
    follows = "".join(f" <{f.then}: {f.question}={f.value}>" for f in question.follows)
    return f"{question.id} {question.kind}{threshold}{bound}{follows}"


def _plan_lines(plan: tuple[Entry, ...]) -> Iterator[str]:
    for entry in plan:
        if isinstance(entry, Rule):
            yield f"{entry.id}: {_when(entry.when)} -> {_then(entry.then)}"
        elif isinstance(entry, Use):
            yield f"use {entry.procedure} {_when(entry.guard)}"
        else:
            yield f"group {_when(entry.guard)}"
            yield from ("  " + line for line in _plan_lines(entry.plan))


def _when(conditions: tuple[Condition, ...]) -> str:
    return " ".join(f"{condition.subject}={'|'.join(condition.accepts)}" for condition in conditions)


def _then(then: Treat | Continue | Escalate) -> str:
    if isinstance(then, Treat):
        return f"{then.cause} {' '.join(then.remedies)}"
    if isinstance(then, Continue):
        return f"continue as {then.code or 'the answer of ' + then.answer_of}"
    return f"escalate {then.reason}"
