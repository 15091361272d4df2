"""Every check once more, by its definition alone: all sessions of a small knowledge base are played in the reference.

Nothing here knows graphs, keys or the checks themselves. Each function yields what its check must find, in the words
of `SAME` in test_brute.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product

from msgspec.structs import replace

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Condition, Continue, Entry, Escalate, Group, Rule, Treat, Use
from tests import reference
from tests.reference import State
from tests.rulesets import consistent, sayable

FIXED = ("code", "symptom")


@dataclass(frozen=True)
class Moment:
    """A state of a session, with the rule that comes first there and the condition it asks for, if it asks."""

    state: State
    rule: Rule | None
    asks: str
    """The question asked, or empty."""
    remedy: str
    """The remedy proposed, or empty."""

    @property
    def fires(self) -> bool:
        return self.rule is not None and not self.asks


Path = tuple[Moment, ...]


def paths(kb: KnowledgeBase, code: str) -> list[Path]:
    """Every session under one code from nothing known to its end, without contradictions.

    Of the outcomes only not-fixed leads on; the others end the session under this code.
    """
    found: list[Path] = []

    def go(state: State, way: Path) -> None:
        moment = moment_of(kb, state)
        way = (*way, moment)
        if moment.asks:
            for value in possible(kb, state, moment.asks):
                go(reference._given(kb, state, moment.asks, value), way)
        elif moment.remedy:
            go(State(state.code, values=state.values, outcomes={**state.outcomes, moment.remedy: words.NOT_FIXED}), way)
        else:
            found.append(way)

    go(State(code), ())
    return found


def moment_of(kb: KnowledgeBase, state: State) -> Moment:
    live = reference._first_live(kb, state)
    if live is None:
        return Moment(state, None, "", "")
    rule, condition = live
    remedy = reference._next_remedy(rule.then, state) if condition is None and isinstance(rule.then, Treat) else ""
    return Moment(state, rule, condition.subject if condition else "", remedy)


def possible(kb: KnowledgeBase, state: State, question: str) -> list[str]:
    """The answers that contradict nothing said before."""
    values = dict.fromkeys(sayable(kb, question, state.code))
    return [value for value in values if consistent(kb, {**state.values, question: value})]


class Brute:
    """All sessions of a knowledge base, played once."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.kb = kb
        self.paths = {code: paths(kb, code) for code in kb.codes}
        self.plans = {code: reference.plan(kb, code) for code in kb.codes}

    def moments(self) -> Iterator[tuple[str, Moment]]:
        for code, sessions in self.paths.items():
            for path in sessions:
                for moment in path:
                    yield code, moment

    def codes_of(self, rule: str) -> list[str]:
        return [code for code, plan in self.plans.items() if any(each.id == rule for each, _ in plan)]

    @property
    def rules(self) -> dict[str, Rule]:
        return {rule.id: rule for plan in self.plans.values() for rule, _ in plan}

    def conditions(self, code: str, rule: str) -> tuple[Condition, ...]:
        return next(conditions for each, conditions in self.plans[code] if each.id == rule)

    @property
    def fired(self) -> set[str]:
        return {moment.rule.id for _, moment in self.moments() if moment.rule and moment.fires}

    def known(self, state: State) -> Mapping[str, str]:
        return reference.values(self.kb, state)

    def holds(self, code: str, rule: str, state: State) -> bool:
        known = self.known(state)
        return all(reference._holds(self.kb, code, known, c) for c in self.conditions(code, rule))

    def satisfied(self, code: str, rule: Rule, state: State) -> bool:
        return self.holds(code, rule.id, state) and not reference._spent(rule, state)

    def can_act(self, code: str, rule: Rule, state: State) -> bool:
        """Neither refused by anything known, nor spent."""
        known = self.known(state)
        refused = any(
            not reference._holds(self.kb, code, known, condition)
            for condition in self.conditions(code, rule.id)
            if condition.subject in known or condition.subject in FIXED
        )
        return not refused and not reference._spent(rule, state)


# The checks -----------------------------------------------------------------------------------------------------------


def gap(brute: Brute) -> set[str]:
    return {
        code
        for code, sessions in brute.paths.items()
        for path in sessions
        if path[-1].rule is None and not path[-1].state.outcomes
        if words.UNKNOWN not in path[-1].state.values.values()
    }


def unfired(brute: Brute) -> dict[str, int]:
    """For each rule that never fires, how many others must be silent so that it would; 0: it never would."""
    return {rule: _masked_by(brute, rule) for rule in brute.rules.keys() - brute.fired}


def _masked_by(brute: Brute, rule: str) -> int:
    best = 0
    for code in brute.codes_of(rule):
        order = [each.id for each, _ in brute.plans[code]]
        earlier = order[: order.index(rule)]
        sizes = range(1, (best or len(earlier) + 1))
        if _fires_without(brute.kb, code, rule, tuple(earlier)):
            smaller = (n for n in sizes for s in combinations(earlier, n) if _fires_without(brute.kb, code, rule, s))
            best = next(smaller, best)
    return best


def _fires_without(kb: KnowledgeBase, code: str, rule: str, silent: tuple[str, ...]) -> bool:
    """Whether a rule fires when others ask as ever and conclude nothing."""

    def quiet(each: Rule) -> Rule:
        never = Condition(words.CODE_SUBJECT, ("0x00000000",), each.because)
        return replace(each, when=(*each.when, never)) if each.id in silent else each

    altered = with_rules(kb, quiet)
    return any(m.rule.id == rule for path in paths(altered, code) for m in path if m.rule and m.fires)


def covered(brute: Brute) -> dict[str, tuple[str, bool]]:
    """For each rule that an earlier one covers in every code: the first such, and whether it is covered in turn."""
    found: dict[str, tuple[str, bool]] = {}
    for rule in brute.rules:
        common: dict[str, bool] | None = None
        for code in brute.codes_of(rule):
            order = [each.id for each, _ in brute.plans[code]]
            here = {
                other: _covers(brute, code, rule, other)
                for other in order[: order.index(rule)]
                if _covers(brute, code, other, rule)
            }
            common = here if common is None else {k: v and here[k] for k, v in common.items() if k in here}
        if common:
            found[rule] = next(iter(common.items()))
    return found


def _covers(brute: Brute, code: str, general: str, special: str) -> bool:
    """Whether one rule holds in every assignment in which the other holds, and concludes at least the same."""
    one, other = brute.rules[general].then, brute.rules[special].then
    if isinstance(one, Treat) and isinstance(other, Treat):
        if one.cause != other.cause or not set(other.remedies) <= set(one.remedies):
            return False
    elif one != other:
        return False
    subjects = sorted(
        {c.subject for rule in (general, special) for c in brute.conditions(code, rule) if c.subject not in FIXED}
    )
    ever = False
    for values in product(*(["", *sayable(brute.kb, subject, code)] for subject in subjects)):
        known = {subject: value for subject, value in zip(subjects, values, strict=True) if value}
        if all(reference._holds(brute.kb, code, known, c) for c in brute.conditions(code, special)):
            ever = True
            if not all(reference._holds(brute.kb, code, known, c) for c in brute.conditions(code, general)):
                return False
    return ever


def conflict(brute: Brute) -> set[frozenset[str]]:
    found = set()
    for code, sessions in brute.paths.items():
        for path in sessions:
            met = [
                rule
                for rule, _ in brute.plans[code]
                if any(_may_conclude(brute, code, rule, moment) for moment in path)
            ]
            found |= {frozenset((a.id, b.id)) for a, b in combinations(met, 2) if _exclude(brute.kb, a, b)}
    return found


def _may_conclude(brute: Brute, code: str, rule: Rule, moment: Moment) -> bool:
    """Whether a rule is satisfied, and no other one ends the session here."""
    ends = not moment.asks and not moment.remedy
    if ends:
        return moment.rule is not None and moment.rule.id == rule.id
    return brute.satisfied(code, rule, moment.state)


def _exclude(kb: KnowledgeBase, one: Rule, other: Rule) -> bool:
    if isinstance(one.then, Continue) or isinstance(other.then, Continue):
        return False
    first, second = one.then.cause, other.then.cause
    return bool(first and second) and (second in kb.causes[first].excludes or first in kb.causes[second].excludes)


def implied_question(brute: Brute) -> set[str]:
    return {
        moment.asks
        for _, moment in brute.moments()
        if moment.asks and len([v for v in possible(brute.kb, moment.state, moment.asks) if v != words.UNKNOWN]) == 1
    }


def pointless_question(brute: Brute) -> set[tuple[str, str]]:
    return {
        (moment.rule.id, moment.asks)
        for code, moment in brute.moments()
        if moment.rule and moment.asks and _pointless(brute, code, moment)
    }


def _pointless(brute: Brute, code: str, moment: Moment) -> bool:
    for rule, conditions in brute.plans[code]:
        needs = {c.subject for c in conditions} | {getattr(rule.then, "answer_of", "")}
        if moment.asks in needs and brute.can_act(code, rule, moment.state):
            return False
    return True


def dead_end(brute: Brute) -> set[tuple[str, str]]:
    found = set()
    for code, sessions in brute.paths.items():
        alive: dict[str, bool] = {}
        asked: dict[str, Moment] = {}
        for path in sessions:
            fires = False
            for moment in reversed(path):
                fires = fires or moment.fires
                key = repr((sorted(moment.state.values.items()), sorted(moment.state.outcomes)))
                alive[key] = alive.get(key, False) or fires
                asked[key] = moment
                then = moment.rule.then if moment.rule and moment.fires else None
                if isinstance(then, Continue) and then.code == code:
                    found.add((moment.rule.id, code))
        for key, moment in asked.items():
            if moment.rule and moment.asks and not alive[key] and not _pointless(brute, code, moment):
                found.add((moment.rule.id, moment.asks))
    return found


def stale_answer(brute: Brute) -> set[tuple[str, str, str]]:
    found = set()
    for code, sessions in brute.paths.items():
        for path in sessions:
            for number, moment in enumerate(path):
                for question in brute.kb.remedies[moment.remedy].changes if moment.remedy else ():
                    if question not in brute.known(moment.state):
                        continue
                    for later in path[number + 1 :]:
                        if not (later.rule and later.fires) or later.rule.id == moment.rule.id:
                            continue
                        if any(c.subject == question for c in brute.conditions(code, later.rule.id)):
                            found.add((moment.remedy, later.rule.id, question))
    return found


def harm_from_unknown(brute: Brute) -> set[tuple[str, str]]:
    found = set()
    for code, moment in brute.moments():
        if moment.remedy and _changing(brute.kb, moment.remedy):
            known = brute.known(moment.state)
            subjects = [c.subject for c in brute.conditions(code, moment.rule.id) if c.subject not in FIXED]
            if all(known[subject] == words.UNKNOWN for subject in subjects):
                found.add((moment.rule.id, moment.remedy))
    return found


def _changing(kb: KnowledgeBase, ident: str) -> bool:
    remedy = kb.remedies[ident]
    if remedy.risk in ("spends_activation", "changes_entitlement", "irreversible"):
        return True
    own = ("affected_machine", "admin_workstation", "licence_owner")
    return remedy.risk == "reversible" and any(step.command and step.where not in own for step in remedy.steps)


def unknown_dead(brute: Brute) -> set[str]:
    found = set()
    for code, sessions in brute.paths.items():
        (path,) = [p for p in sessions if set(p[-1].state.values.values()) <= {words.UNKNOWN}]
        harmless = any(brute.kb.remedies[m.remedy].risk == words.HARMLESS for m in path if m.remedy)
        goes_on = path[-1].rule is not None and isinstance(path[-1].rule.then, Continue)
        if not (harmless or goes_on or brute.kb.codes[code].escalation.collect):
            found.add(code)
    return found


def irreversible_before_harmless(brute: Brute) -> set[tuple[str, str]]:
    found = set()
    mild = ("harmless", "reversible")
    for sessions in brute.paths.values():
        for path in sessions:
            proposed = [(m.rule, m.remedy) for m in path if m.remedy and m.rule]
            for (rule, remedy), (other, later) in combinations(proposed, 2):
                grave = brute.kb.remedies[remedy].risk not in mild
                if grave and brute.kb.remedies[later].risk in mild and rule.then.cause == other.then.cause:
                    found.add((rule.id, remedy))
    return found


def no_way_to_resolved(brute: Brute) -> set[str]:
    helped = {code for code, sessions in brute.paths.items() if any(m.remedy for p in sessions for m in p)}
    leads: dict[str, set[str]] = {code: set() for code in brute.paths}
    for code, moment in brute.moments():
        then = moment.rule.then if moment.rule and moment.fires else None
        if isinstance(then, Continue):
            target = then.code or brute.known(moment.state)[then.answer_of]
            leads[code].add(target if target in brute.kb.codes else words.UNKNOWN_CODE)
    for _ in brute.paths:
        helped |= {code for code, targets in leads.items() if targets & helped}
    return set(brute.paths) - helped


def cause_unreached(brute: Brute) -> set[tuple[str, str]]:
    found = set()
    for code, sessions in brute.paths.items():
        definite = [m for p in sessions for m in p if m.remedy and words.UNKNOWN not in m.state.values.values()]
        reached = {m.rule.then.cause for m in definite}
        for rule, conditions in brute.plans[code]:
            refused = any(not reference._holds(brute.kb, code, {}, c) for c in conditions if c.subject in FIXED)
            if isinstance(rule.then, Treat) and not refused and rule.then.cause not in reached:
                found.add((code, rule.then.cause))
    return found


def unused(brute: Brute) -> dict[str, set[str]]:
    kb, rules = brute.kb, brute.rules
    asked = {c.subject for plan in brute.plans.values() for _, conditions in plan for c in conditions}
    asked |= {getattr(rule.then, "answer_of", "") for rule in rules.values()}
    causes = {getattr(rule.then, "cause", "") for rule in rules.values()}
    remedies = {r for rule in rules.values() if isinstance(rule.then, Treat) for r in rule.then.remedies}
    procedures: set[str] = set()

    def walk(plan: tuple[Entry, ...]) -> None:
        for entry in plan:
            if isinstance(entry, Use):
                procedures.add(entry.procedure)
                walk(kb.procedures[entry.procedure].plan)
            elif isinstance(entry, Group):
                walk(entry.plan)

    for code in kb.codes.values():
        walk(code.plan)
    return {
        "question": set(kb.questions) - asked,
        "cause": set(kb.causes) - causes,
        "remedy": set(kb.remedies) - remedies,
        "procedure": set(kb.procedures) - procedures,
    }


# Conditions that never matter -----------------------------------------------------------------------------------------


def condition_never_matters(brute: Brute) -> list[tuple[str, str, str]]:
    """(kind of entry, its id or whose plan uses it, question) of each condition without which nothing changes."""
    kb = brute.kb
    found = []
    things = [("procedures", p.id, p.plan) for p in kb.procedures.values()]
    things += [("codes", c.id, c.plan) for c in kb.codes.values()]
    for section, ident, plan in things:
        users = _users(kb, ident) if section == "procedures" else [ident]
        for number in range(_count(plan)) if users else ():
            fewer, name, subject = _without(plan, number, ident)
            if name[0] == "rule" and getattr(brute.rules[name[1]].then, "answer_of", "") == subject:
                continue  # without it there would be no code to continue as
            altered = with_plan(kb, section, ident, fewer)
            if all(_same(kb, altered, State(code)) for code in users):
                found.append((*name, subject))
    return found


def _users(kb: KnowledgeBase, procedure: str) -> list[str]:
    def uses(plan: tuple[Entry, ...]) -> bool:
        return any(
            (isinstance(e, Use) and (e.procedure == procedure or uses(kb.procedures[e.procedure].plan)))
            or (isinstance(e, Group) and uses(e.plan))
            for e in plan
        )

    return [code.id for code in kb.codes.values() if uses(code.plan)]


def _count(plan: tuple[Entry, ...]) -> int:
    return sum(
        len(e.when if isinstance(e, Rule) else e.guard) + (_count(e.plan) if isinstance(e, Group) else 0) for e in plan
    )


def _without(plan: tuple[Entry, ...], number: int, ident: str) -> tuple[tuple[Entry, ...], tuple[str, str], str]:
    """The plan without its condition of this number, counted through all entries."""
    for place, entry in enumerate(plan):
        conditions = entry.when if isinstance(entry, Rule) else entry.guard
        if number < len(conditions):
            rest = (*conditions[:number], *conditions[number + 1 :])
            new = replace(entry, when=rest) if isinstance(entry, Rule) else replace(entry, guard=rest)
            name = ("use", ident) if isinstance(entry, Use) else (type(entry).__name__.lower(), entry.id)
            return (*plan[:place], new, *plan[place + 1 :]), name, conditions[number].subject
        number -= len(conditions)
        if isinstance(entry, Group):
            inside = _count(entry.plan)
            if number < inside:
                fewer, name, subject = _without(entry.plan, number, ident)
                return (*plan[:place], replace(entry, plan=fewer), *plan[place + 1 :]), name, subject
            number -= inside
    raise AssertionError("a number below the count")


def _same(one: KnowledgeBase, other: KnowledgeBase, state: State) -> bool:
    """Whether both go the same way from a state on, whatever is said that contradicts nothing."""
    left, right = moment_of(one, state), moment_of(other, state)
    if _shown(one, left) != _shown(other, right):
        return False
    if left.asks:
        return all(
            _same(one, other, reference._given(one, state, left.asks, value))
            for value in possible(one, state, left.asks)
        )
    if left.remedy:
        outcomes = {**state.outcomes, left.remedy: words.NOT_FIXED}
        return _same(one, other, State(state.code, values=state.values, outcomes=outcomes))
    return True


def _shown(kb: KnowledgeBase, moment: Moment) -> tuple[str, ...]:
    """What is seen of a moment."""
    rule = moment.rule
    if rule is None:
        return ("exhausted", *kb.codes[moment.state.code].escalation.to)
    if moment.asks:
        return ("ask", moment.asks)
    if isinstance(rule.then, Treat):
        return ("propose", moment.remedy, rule.then.cause)
    if isinstance(rule.then, Escalate):
        return ("escalate", rule.then.to, rule.then.reason, rule.then.cause)
    return ("continue", rule.then.code or reference.values(kb, moment.state)[rule.then.answer_of])


# Knowledge bases written otherwise ------------------------------------------------------------------------------------


def with_rules(kb: KnowledgeBase, change: object) -> KnowledgeBase:
    """The knowledge base with every rule changed by a function."""

    def plan(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(
            change(e) if isinstance(e, Rule) else replace(e, plan=plan(e.plan)) if isinstance(e, Group) else e
            for e in entries
        )

    procedures = {key: replace(p, plan=plan(p.plan)) for key, p in kb.procedures.items()}
    codes = {key: replace(c, plan=plan(c.plan)) for key, c in kb.codes.items()}
    return _with(kb, procedures=procedures, codes=codes)


def with_plan(kb: KnowledgeBase, section: str, ident: str, plan: tuple[Entry, ...]) -> KnowledgeBase:
    things = dict(getattr(kb, section))
    things[ident] = replace(things[ident], plan=plan)
    return _with(kb, **{section: things})


def _with(kb: KnowledgeBase, **sections: object) -> KnowledgeBase:
    names = ("sources", "owners", "measures", "questions", "causes", "remedies", "procedures", "codes")
    return KnowledgeBase(kb.manifest, {**{name: getattr(kb, name) for name in names}, **sections})
