"""Rules and guards: their YAML with its conditions, what they rest on and lead to, and which sessions covered what."""

from __future__ import annotations

from collections.abc import Iterator

from engine.coverage import CAUSE, DECISION, FALSE, REMEDY, RULE, TRUE
from engine.decisions import Decision
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Condition, Continue, Entry, Escalate, Group, Rule, SourceRef, Treat
from trees.reading import Reading
from trees.web.shell import Plain

from ..lines import reason, unfired
from ..report import FIRED, Failed, RuleState
from . import addresses
from .found import Found
from .listing import Listing, Listings, Spot
from .plans import items_in


def cards_of(found: Found, listings: Listings) -> dict[str, Plain]:
    """Every rule and guard, by its address.

    Raises `OSError` where a file of the knowledge base cannot be read any more.
    """
    rules = {rule.id: rule for rule in _rules(found.reading.kb)}
    made: dict[str, Plain] = {}
    for decision in found.decisions.values():
        card = _card(found, decision, listings.of(decision))
        card |= _rule(found, rules[decision.rule]) if decision.rule else {"because": _because(decision, found.reading)}
        made[addresses.of((DECISION, decision.id, ""))] = card
    return made


def _rules(kb: KnowledgeBase) -> Iterator[Rule]:
    plans = [*(code.plan for code in kb.codes.values()), *(procedure.plan for procedure in kb.procedures.values())]
    for plan in plans:
        yield from _rules_in(plan)


def _rules_in(entries: tuple[Entry, ...]) -> Iterator[Rule]:
    for entry in entries:
        if isinstance(entry, Rule):
            yield entry
        elif isinstance(entry, Group):
            yield from _rules_in(entry.plan)


# Of rules and guards alike --------------------------------------------------------------------------------------------


def _card(found: Found, decision: Decision, listing: Listing) -> dict[str, Plain]:
    return {
        "name": decision.rule,
        "plan": "/".join(map(str, decision.place[:2])),
        "file": listing.file,
        "first": listing.first,
        "lines": list(listing.lines),
        "count": found.count(items_in(decision)),
        "held": found.covered((DECISION, decision.id, "")),
        "conditions": [
            _condition(found, decision, condition, listing.spots[condition.subject])
            for condition in decision.conditions
        ],
    }


def _condition(found: Found, decision: Decision, condition: Condition, spot: Spot) -> Plain:
    question = found.reading.kb.questions.get(condition.subject)
    about = {"at": addresses.question(question.id), "text": found.reading.texts(question.text)} if question else {}
    return {
        "subject": condition.subject,
        "line": spot.line,
        "column": spot.column,
        "true": found.covered((TRUE, decision.id, condition.subject)),
        "false": found.covered((FALSE, decision.id, condition.subject)),
        **about,
    }


def _because(decision: Decision, reading: Reading) -> str:
    """Why a guard is there: it stands with each of its conditions."""
    return next((reading.texts(condition.because) for condition in decision.conditions if condition.because), "")


# Of rules -------------------------------------------------------------------------------------------------------------


def _rule(found: Found, rule: Rule) -> dict[str, Plain]:
    reading, state = found.reading, found.states[rule.id]
    failed = state.failed if state.state != FIRED else ()
    return {
        "state": state.state if found.entries[RULE, rule.id, ""].counts else "cannot",
        "told": _told(found, state),
        "fired": found.covered((RULE, rule.id, "")),
        "failed": [_failed(found, one) for one in failed],
        "because": reading.texts(rule.because),
        "leads": list(_leads(rule, reading)),
        "sources": [_source(reference, reading) for reference in rule.sources],
    }


def _told(found: Found, state: RuleState) -> str:
    """How a rule fared that did not fire."""
    if state.state == FIRED:
        return ""
    entry = found.entries[RULE, state.id, ""]
    say = found.reading.say
    return unfired(state, say) if entry.counts else reason(entry.infeasible, say)


def _failed(found: Found, failed: Failed) -> Plain:
    guard = "" if found.decisions[failed.decision].rule else failed.decision
    return {"subject": failed.subject, "guard": guard, "by": list(failed.sessions)}


def _leads(rule: Rule, reading: Reading) -> Iterator[Plain]:
    """What it concludes, in sentences, each with the address of what it names."""
    kb, say, texts, then = reading.kb, reading.say, reading.texts, rule.then
    if isinstance(then, Treat | Escalate) and then.cause:
        told = say("Cause: {cause}", cause=texts(kb.causes[then.cause].title))
        yield {"sentence": told, "at": addresses.of((CAUSE, then.cause, ""))}
    if isinstance(then, Treat):
        for remedy in then.remedies:
            told = say("Remedy: {remedy}", remedy=texts(kb.remedies[remedy].title))
            yield {"sentence": told, "at": addresses.of((REMEDY, remedy, ""))}
    elif isinstance(then, Escalate):
        yield {"sentence": say("Handed over to: {owner}", owner=texts(kb.owners[then.to].title))}
    elif isinstance(then, Continue) and then.code:
        yield {"sentence": say("Goes on as {code}", code=then.code), "at": addresses.plan(kb, then.code)}
    else:
        asked = kb.questions[then.answer_of]
        told = say("Goes on as the code that answers: {question}", question=texts(asked.text))
        yield {"sentence": told, "at": addresses.question(asked.id)}


def _source(reference: SourceRef, reading: Reading) -> Plain:
    """A source with its dates; with its address where that is one for a browser."""
    say, date = reading.say, reference.checked
    source = reading.kb.sources.get(reference.source)
    if source is None or reference.source == words.GENERAL_SOURCE:
        title = say("general Windows administration knowledge")
        if reading.language != "en":  # where there is no page, the section is a remark of the authors', in English
            return {"text": say("{title} (checked {date})", title=title, date=date)}
        return {"text": say("{title}, {section} (checked {date})", title=title, section=reference.section, date=date)}
    values = {"title": source.title, "section": reference.section, "date": date}
    if source.dated:
        told = say("{title}, {section} (of {dated}, checked {date})", dated=source.dated, **values)
    else:
        told = say("{title}, {section} (checked {date})", **values)
    link = {"url": source.url} if source.url.startswith(("https://", "http://")) else {}
    return {"text": told, **link}
