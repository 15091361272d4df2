"""A plan as a list of steps to go through from top to bottom: what a reader with a pencil would do.

The session asks for the first rule that is open or satisfied each time anew. Going down the list once is the same:
values and outcomes stay, so a rule that is dead or spent remains so, and nobody ever has to go up again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from kb.knowledge import KnowledgeBase
from kb.model import Condition, Entry, Group, Rule, Treat, Use

Guard = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """A condition: accepted, go on with the next step; refused, with the step number `refused`.

    `place`: the rule, group or procedure whose condition it is.
    """

    condition: Condition
    place: str
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Try:
    """A remedy; when it does not help, go on with the next step."""

    remedy: str
    rule: str
    cause: str


@dataclass(frozen=True, slots=True)
class Finish:
    """A rule that escalates, or goes on as another code."""

    rule: Rule


@dataclass(frozen=True, slots=True)
class Box:
    """A procedure, used whole."""

    procedure: str


Step = Test | Try | Finish | Box


def outline(kb: KnowledgeBase, entries: tuple[Entry, ...]) -> tuple[Step, ...]:
    """The steps of a plan. A rule met twice keeps its first place."""
    writer = _Writer(kb)
    writer.write(entries, ())
    return tuple(writer.steps)


@dataclass(slots=True)
class _Writer:
    kb: KnowledgeBase
    steps: list[Step] = field(default_factory=list)
    met: dict[str, Guard] = field(default_factory=dict)
    """The rules written so far, each with the guards before it."""

    def write(self, entries: tuple[Entry, ...], guard: Guard) -> None:
        for entry in entries:
            if isinstance(entry, Rule):
                if entry.id not in self.met:
                    self.met[entry.id] = guard
                    self._write_rule(entry)
            elif any(rule.id not in self.met for rule, _, _ in _within(self.kb, (entry,), ())):
                place = entry.procedure if isinstance(entry, Use) else entry.id
                tests = self._write_tests(entry.guard, place)
                self._write_inside(entry, (*guard, *entry.guard))
                self._refused_go_to_here(tests)

    def _write_inside(self, entry: Use | Group, guard: Guard) -> None:
        if isinstance(entry, Group):
            self.write(entry.plan, guard)
            return
        plan = self.kb.procedures[entry.procedure].plan
        inside = list(_within(self.kb, plan, ()))
        if _can_be_used_whole(inside, guard, self.met):
            self.steps.append(Box(entry.procedure))
            for rule, inner, _ in inside:
                self.met.setdefault(rule.id, (*guard, *inner))
        else:
            self.write(plan, guard)

    def _write_rule(self, rule: Rule) -> None:
        tests = self._write_tests(rule.when, rule.id)
        if isinstance(rule.then, Treat):
            self.steps += [Try(remedy, rule.id, rule.then.cause) for remedy in rule.then.remedies]
        else:
            self.steps.append(Finish(rule))
        self._refused_go_to_here(tests)

    def _write_tests(self, conditions: Guard, place: str) -> list[int]:
        first = len(self.steps)
        self.steps += [Test(condition, place) for condition in conditions]
        return [*range(first, len(self.steps))]

    def _refused_go_to_here(self, tests: list[int]) -> None:
        for number in tests:
            test = self.steps[number]
            assert isinstance(test, Test)
            self.steps[number] = replace(test, refused=len(self.steps))


_Placed = tuple[Rule, Guard, tuple[int, ...]]
"""A rule in a plan, the guards before it, and the guarded entries it stands in, outermost first."""


def _within(kb: KnowledgeBase, entries: tuple[Entry, ...], guard: Guard) -> Iterator[_Placed]:
    """Every rule of a plan and of the procedures it uses, each time it is met."""

    def go(entries: tuple[Entry, ...], guard: Guard, inside: tuple[int, ...]) -> Iterator[_Placed]:
        for entry in entries:
            if isinstance(entry, Rule):
                yield entry, guard, inside
                continue
            plan = kb.procedures[entry.procedure].plan if isinstance(entry, Use) else entry.plan
            deeper = (*inside, next(numbers)) if entry.guard else inside
            yield from go(plan, (*guard, *entry.guard), deeper)

    numbers = iter(range(1_000_000))
    return go(entries, guard, ())


def _can_be_used_whole(inside: list[_Placed], guard: Guard, met: Mapping[str, Guard]) -> bool:
    """Whether going through a procedure leads past those of its rules that were met before without a word.

    It does if such a rule was reached where it was met first, whenever it is reached here: then it is dead or spent by
    now. Guards inside the procedure must have a new rule to ask for.
    """
    first: dict[str, tuple[int, ...]] = {}
    for rule, _, entries in inside:
        first.setdefault(rule.id, entries)
    new = {number for rule, entries in first.items() if rule not in met for number in entries}
    for rule, inner, entries in inside:
        if rule.id in met and not (
            new.issuperset(entries) and _reached_before(met[rule.id], (*guard, *inner), rule.when)
        ):
            return False
    return True


def _reached_before(first: Guard, now: Guard, when: Guard) -> bool:
    """Whether the guards here and the rule's own conditions, read in order, refuse whenever the first guards did.

    When the first guards refused with their n-th condition, the values of those before it are known, so a condition
    on these asks nothing.
    """
    known: set[str] = set()
    for condition in first:
        known.add(condition.subject)
        if any(_narrower(other, condition) for other in now):
            continue
        for own in when:
            if own.subject not in known:
                return False
            if _narrower(own, condition):
                break
        else:
            return False
    return True


def _narrower(one: Condition, other: Condition) -> bool:
    return one.subject == other.subject and set(one.accepts) <= set(other.accepts)
