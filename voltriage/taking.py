"""What a session takes from a pasted text or from the name of a host, and how it says so.

A paste is never an answer by itself: what it says is read from it (`voltriage.pasting`), and named.
"""

from __future__ import annotations

import re
from dataclasses import replace

from engine.case import PASTED
from kb.site import LISTED, OTHER_PORT, OUTSIDE
from kb.spelling import find_codes

from .desk import Desk
from .naming import answer_name
from .page import WARNING
from .pasting import Reading, Said, answer_in, facts_in, otherwise
from .prompt_commands import noted
from .site import Decision, decide_host, decide_shown

_ERROR_LINE = re.compile(r"^[ \t]*(?:error|fehler)\b.*$", re.IGNORECASE | re.MULTILINE)


def take_paste(desk: Desk, text: str, *, takes_codes: bool) -> None:
    """Take from a paste what it says about the case, and name it; nothing else in it is an answer.

    `takes_codes`: a code typed now says that it is shown instead of the current one.
    """
    if take_host(desk, text):
        return
    session = desk.session
    reading = facts_in(session.kb, text, session.plan, session.values)
    if desk.question and not any(fact.question == desk.question.id for fact in reading.facts):
        answer = answer_in(session.kb, desk.question, text, session.code, session.values)
        if isinstance(answer, Said):
            reading = replace(reading, facts=(answer, *reading.facts))
    differs = _tell_what_differs(desk, text)
    take_reading(desk, reading)
    other = _other_code(desk, text)
    if other:
        told = desk.say(
            "The paste names the code {code}. If that is what is shown now, type: {typed}",
            code=other,
            typed=other if takes_codes else f"code {other}",
        )
        desk.tell(told, WARNING)
    elif not (reading.facts or reading.ambiguous or reading.host or differs):
        desk.tell(desk.say("Pasted text is not taken as an answer, and it answers no open question here."))


def _tell_what_differs(desk: Desk, text: str) -> bool:
    """Say where a paste contradicts an answer that was given; that answer stays until somebody changes it."""
    session, texts = desk.session, desk.reader.texts
    given = {key: answered.value for key, answered in session.given.items()}
    found = otherwise(session.kb, text, session.code, given)
    for one in found:
        question = session.kb.questions[one.question]
        told = desk.say(
            'The paste says something else ("{quote}"): {question} {answer}. The answer given before counts: {before}. '
            "To replace it, type: change {number} {value}",
            quote=one.quote,
            question=texts(question.text),
            answer=answer_name(desk.say, texts, question, one.value),
            before=answer_name(desk.say, texts, question, str(given[question.id])),
            number=list(given).index(question.id) + 1,
            value=one.value,
        )
        desk.tell(told, WARNING)
    return bool(found)


def _other_code(desk: Desk, text: str) -> str:
    """The one code of the error lines of an output, where it is not the current one."""
    codes = set(find_codes("\n".join(_ERROR_LINE.findall(text))))
    return codes.pop() if len(codes) == 1 and desk.session.code not in codes else ""


def take_reading(desk: Desk, reading: Reading, *, begun: bool = True) -> None:
    """Tell the case what a paste says, and the operator what was read and what stays unclear.

    `begun`: a step was shown before; where it stays the same, that is said.
    """
    before = desk.session.next()
    for fact in reading.facts:
        question = desk.session.kb.questions[fact.question]
        answer = answer_name(desk.say, desk.reader.texts, question, fact.value)
        desk.session.tell(fact.question, fact.value, PASTED + fact.quote)
        told = desk.say(
            'Read from the paste ("{quote}"): {question} {answer}',
            quote=fact.quote,
            question=desk.reader.texts(question.text),
            answer=answer,
        )
        desk.tell(told)
    for unclear in reading.ambiguous:
        question = desk.session.kb.questions[unclear.question]
        told = desk.say(
            "The paste says several things about this, so nothing was taken: {question} ({quotes})",
            question=desk.reader.texts(question.text),
            quotes="; ".join(unclear.quotes),
        )
        desk.tell(told, WARNING)
    shown = decide_shown(desk.session.kb, desk.site, desk.session, reading.host) if reading.host else None
    if shown:
        _take_decision(desk, shown)
    for code in reading.others:
        told = desk.say(
            "The text names the code {code} too; the case begins with {first}. If the other one is shown now, type: "
            "code {code}",
            code=code,
            first=desk.session.code,
        )
        desk.tell(told, WARNING)
    if (reading.facts or shown) and begun:
        noted(desk, before)


def take_host(desk: Desk, text: str) -> bool:
    """Whether the text names a host where one is asked for; then its answers are told."""
    if desk.question is None or desk.question.host is None:
        return False
    decision = decide_host(desk.session.kb, desk.site, desk.question.id, text)
    if decision is None:
        return False
    _take_decision(desk, decision)
    return True


def _take_decision(desk: Desk, decision: Decision) -> None:
    """Say how a host stands to the site, and tell the case what that answers."""
    host = decision.host.host
    told = {
        LISTED: desk.say("{host} is on the site's list of KMS hosts.", host=host),
        OTHER_PORT: desk.say("{host} is on the site's list of KMS hosts, with another port.", host=host),
        OUTSIDE: desk.say("{host} is outside the organisation's domains.", host=host),
    }
    asked = (
        desk.say("{host} is not on a list of the site's; you are asked.", host=host)
        if desk.site
        else desk.say("No site file lists the KMS hosts here, so you are asked about {host}.", host=host)
    )
    desk.tell(told.get(decision.verdict, asked))
    for answered in decision.answers:
        desk.session.tell(answered.subject, answered.value, answered.source)
