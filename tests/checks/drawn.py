"""Small random knowledge bases with all that checks look at: risks, changes, causes that exclude each other."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Cause, Conclusion, Escalate, Escalation, Remedy, Source, SourceRef, Step
from tests import rulesets
from tests.checks.brute import _with, with_rules

MOST_RULES, MOST_QUESTIONS = 8, 5
RISKS = (*words.RISKS, words.HARMLESS, words.REVERSIBLE)


def draw(seed: int) -> KnowledgeBase:
    """The knowledge base of a number: at most 8 rules and 5 questions."""
    random = Random(seed)
    while True:
        kb = rulesets.draw_knowledge_base(random.choice)
        if len(kb.questions) <= MOST_QUESTIONS and _rules(kb) <= MOST_RULES:
            return _enriched(kb, random)


def _rules(kb: KnowledgeBase) -> int:
    ids: set[str] = set()
    with_rules(kb, lambda rule: ids.add(rule.id) or rule)
    return len(ids)


def _enriched(kb: KnowledgeBase, random: Random) -> KnowledgeBase:
    causes = {
        ident: Cause(
            ident, cause.title, tuple(other for other in kb.causes if other != ident and random.random() < 0.5)
        )
        for ident, cause in kb.causes.items()
    }
    remedies = {ident: _remedy(kb, remedy, random) for ident, remedy in kb.remedies.items()}
    text = rulesets.text("collect")
    codes = {
        ident: replace(
            code,
            escalation=Escalation(code.escalation.to, (text,) if random.random() < 0.5 else ()),
            sources=_sources(random),
        )
        for ident, code in kb.codes.items()
    }
    questions = {
        ident: replace(question, text=question.text._replace(en=random.choice(("One?", "One and two?", "Long " * 30))))
        for ident, question in kb.questions.items()
    }
    sources = {"s": Source("s", "A source", dated="2025-06-01")}
    whole = _with(kb, causes=causes, remedies=remedies, codes=codes, questions=questions, sources=sources)
    return with_rules(whole, lambda rule: replace(rule, sources=_sources(random), then=_caused(rule.then, random)))


def _caused(then: Conclusion, random: Random) -> Conclusion:
    """What a rule that hands over knows: often the cause."""
    return replace(then, cause=random.choice(("", *rulesets.CAUSES))) if isinstance(then, Escalate) else then


def _remedy(kb: KnowledgeBase, remedy: Remedy, random: Random) -> Remedy:
    step = Step(rulesets.text("step"), random.choice(words.PLACES), random.choice(("", "command")))
    changes = tuple(question for question in kb.questions if random.random() < 0.3)
    return replace(remedy, risk=random.choice(RISKS), steps=(step,), changes=changes)


def _sources(random: Random) -> tuple[SourceRef, ...]:
    dates = random.choice(((), ("2025-12-01",), ("2023-01-01",), ("2025-01-01", "2025-07-01")))
    return tuple(SourceRef("s", f"section {number}", date) for number, date in enumerate(dates))
