"""What a pasted text says besides its code: answers to questions, each with the words that say so.

Nothing here knows a question by its id. A question says in the knowledge base what gives its answers away: `tokens`
(VOLUME_KMSCLIENT), or a field of an event (`read_from`), and which product's lines count where an output lists
several. A text that says two things about one question says nothing about it; the caller tells the operator so.

What an event-only paste opens with: field 1 of event 12288 holds the result of one attempt with one host. Where that
is a verdict of the licensing service (0xC004....) that has a plan, the host has answered and the verdict is the fault:
the case opens with it. Anything else says that no host answered, and some of it means another thing inside the event
than on the screen (0x80070005 is no lack of rights there). Then the case opens with the code that the screen shows for
such an attempt, the outer code whose plan reads that field, and the field is known as its inner code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from engine.facts import contradiction
from engine.plan import Plan, as_seen, plan_of
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Question
from kb.search import Found, find
from kb.spelling import canonical, find_codes

from .kms_events import KmsEvent, as_lines, events_in, newest_attempt, without_events
from .licence_blocks import activating, blocks_in, meant
from .site import host_shown

Known = Mapping[str, str | int]
"""Values that are known already, by question or measure."""

_VERDICT = "0xC004"
"""How codes of the licensing service begin; in field 1 of an event it is a host that has spoken."""


@dataclass(frozen=True, slots=True)
class Said:
    """A paste answers a question. `quote`: the words that say so, short and without anything secret."""

    question: str
    value: str
    quote: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """A paste names several values for one question, each with its quote; or one that contradicts what is known.

    `against`: the known answer that it contradicts ("evaluation_edition=yes"), or empty.
    """

    question: str
    values: tuple[str, ...]
    quotes: tuple[str, ...]
    against: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a paste says: answers, in the order of the plan, and what it leaves unclear.

    `host`: the host it shows for a question about one; what that says, the site decides. `others`: codes in it that are
    neither the one it opens with nor an answer.
    """

    facts: tuple[Said, ...] = ()
    ambiguous: tuple[Unclear, ...] = ()
    host: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """What a text at the first prompt opens: `found` as of `kb.search`, and what else it says about that code's plan.

    Without a sure code the reading is empty; call `facts_in` when the operator has chosen one.
    """

    found: Found
    reading: Reading


def opening(kb: KnowledgeBase, text: str) -> Opening:
    """What a typed or pasted text at the first prompt opens."""
    plain = _plain(text)
    found = _code(kb, plain)
    if not found.sure or len(plain.split()) == 1:
        return Opening(found, Reading())
    reading = facts_in(kb, text, plan_of(kb, found.sure))
    return Opening(found, replace(reading, others=_others(plain, found, reading)))


def _others(plain: str, found: Found, reading: Reading) -> tuple[str, ...]:
    """The codes that a text is about as well, those inside events left out: of its error lines, where it has any."""
    taken = {found.sure, *(fact.value for fact in reading.facts)}
    first = found.codes[0] if found.codes else ""  # another spelling of the code that counts
    codes = find_codes(_telling(without_events(plain, events_in(plain))))
    return tuple(code for code in codes if code not in taken and (code != first or first in taken))


def facts_in(kb: KnowledgeBase, text: str, plan: Plan, known: Known | None = None) -> Reading:
    """Which questions of a plan a text answers, those that are known left out."""
    plain = _plain(text)
    held: dict[str, str | int] = dict(known or {})
    facts: list[Said] = []
    ambiguous: list[Unclear] = []
    for ident in plan.questions:
        result = None if ident in held else _read(kb.questions[ident], plain, plan.code, held)
        result = _beside(kb, result, held)
        if isinstance(result, Unclear):
            ambiguous.append(result)
        elif result:
            held[ident] = result.value
            facts.append(result)
    return Reading(tuple(facts), tuple(ambiguous), host_shown(kb, plan.questions, held, plain))


def otherwise(kb: KnowledgeBase, text: str, code: str, known: Known) -> tuple[Said, ...]:
    """What a text says of questions that are answered already, under this code or another, and answered otherwise."""
    plain = _plain(text)
    results = (_read(kb.questions[ident], plain, code, known) for ident in known if ident in kb.questions)
    return tuple(
        result
        for result in results
        if isinstance(result, Said) and result.value != as_seen(known[result.question], code)
    )


def answer_in(
    kb: KnowledgeBase, question: Question, text: str, code: str = "", known: Known | None = None
) -> Said | Unclear | None:
    """What a text says about one question that has no value yet; None where it says nothing.

    `code` is the current code: as an inner code it counts as none.
    """
    plain = _plain(text)
    result = _read(question, plain, code, known or {})
    if result is None and question.kind == words.CODE and not events_in(plain):
        result = _lone_code(question, plain)
    return _beside(kb, result, known or {})


def read_answer(
    kb: KnowledgeBase, question: Question, text: str, code: str = "", known: Known | None = None
) -> str | None:
    """The value that a text gives a question; None where it gives none, or no clear one."""
    result = answer_in(kb, question, text, code, known)
    return result.value if isinstance(result, Said) else None


def _beside(kb: KnowledgeBase, result: Said | Unclear | None, known: Known) -> Said | Unclear | None:
    """A result, unclear where it cannot stand beside what is known."""
    against = contradiction(kb, known, result.question, result.value) if isinstance(result, Said) else ""
    if isinstance(result, Said) and against:
        return Unclear(result.question, (result.value,), (result.quote,), against)
    return result


def _plain(text: str) -> str:
    """The text as all else here reads it: one kind of line end, no full-width signs, events in one line."""
    return as_lines(unicodedata.normalize("NFKC", text).replace("\r\n", "\n").replace("\r", "\n"))


# The code


_ERROR = re.compile(r"^[ \t]*(?:error|fehler)\b.*$", re.IGNORECASE | re.MULTILINE)


def _code(kb: KnowledgeBase, plain: str) -> Found:
    """The code a text is about: that of an error line before others, and one inside event 12288 last."""
    events = events_in(plain)
    rest = without_events(plain, events)
    found = find(kb, _telling(rest))
    return found if found.sure or not events else _code_of_events(kb, plain, events) or found


def _telling(rest: str) -> str:
    """The error lines of a text where they name a code, else all of it."""
    errors = "\n".join(_ERROR.findall(rest))
    return errors if find_codes(errors) else rest


def _code_of_events(kb: KnowledgeBase, plain: str, events: Sequence[KmsEvent]) -> Found | None:
    """The code that a paste of events alone is about; None where all of them say success."""
    for ident in kb.codes:
        outer = kb.codes[ident]
        question = _inner_question(kb, ident, events) if outer.outer else None
        if question is None:
            continue
        codes = _codes(question, plain)
        result = _read(question, plain, ident, {})
        if isinstance(result, Said) and result.value.startswith(_VERDICT) and result.value in kb.codes:
            return Found(codes, result.value)
        if codes:
            return Found(codes, ident)
    results = " ".join(event.field(1) for event in events)
    return find(kb, results) if find_codes(results) else None


def _inner_question(kb: KnowledgeBase, code: str, events: Iterable[KmsEvent]) -> Question | None:
    """The first question of a code's plan that reads its answer from one of these events."""
    there = {event.id for event in events}
    questions = (kb.questions[ident] for ident in plan_of(kb, code).questions)
    return next((q for q in questions if q.read_from and q.read_from.event in there), None)


# One question


def _read(question: Question, plain: str, code: str, known: Known) -> Said | Unclear | None:
    if question.read_from and question.read_from.event:
        said = _said_by_events(question, plain, code, known)
    elif question.tokens:
        said = _said_by_tokens(question, plain, known)
    else:
        return None
    if len(said) > 1:
        return Unclear(question.id, tuple(said), tuple(said.values()))
    return next((Said(question.id, value, quote) for value, quote in said.items()), None)


def _lone_code(question: Question, plain: str) -> Said | None:
    """The only code of a text; in several lines there are others than the one an event holds."""
    codes = find_codes(plain)
    if len(codes) != 1 or (question.read_from and question.read_from.event and "\n" in plain.strip()):
        return None
    return Said(question.id, codes[0], codes[0])


def _product(question: Question, known: Known) -> str:
    """The product that fails, where the question depends on it and it is known."""
    source = question.read_from.product if question.read_from else ""
    product = str(known.get(source, ""))
    return "" if product == words.UNKNOWN else product


# Events


def _said_by_events(question: Question, plain: str, code: str, known: Known) -> dict[str, str]:
    """The values that the events name, each with its quote.

    Success and the current code are no other code. A host's verdict counts before a failure on the way to another
    host: one attempt writes an event for each host that it tries.
    """
    events = _results(question, plain, known)
    assert question.read_from is not None
    field = question.read_from.field
    said: dict[str, str] = {}
    for event in events:
        value = _result(event, field)
        if value not in ("", code):
            said.setdefault(value, event.quote)
    if not said:
        return {words.NONE: events[0].quote} if events else {}
    return {value: quote for value, quote in said.items() if value.startswith(_VERDICT)} or said


def _results(question: Question, plain: str, known: Known) -> list[KmsEvent]:
    """The events that count: of the newest attempt, and of the product that was to be activated."""
    assert question.read_from is not None
    events = [event for event in events_in(plain) if event.id == question.read_from.event]
    products = activating(plain) or {
        block.activation_id for block in meant(blocks_in(plain), _product(question, known))
    }
    of_product = [event for event in events if event.activation_id in products - {""}]
    return newest_attempt(of_product or events)


def _result(event: KmsEvent, field: int) -> str:
    """The code in a field of an event; empty for success."""
    value = event.field(field)
    number = int(value, 16) if re.fullmatch("0x[0-9A-Fa-f]{1,8}", value) else 0
    return canonical(number) if number else ""


def _codes(question: Question, plain: str) -> tuple[str, ...]:
    """The failures that the events name, once each."""
    assert question.read_from is not None
    results = (_result(event, question.read_from.field) for event in _results(question, plain, {}))
    return tuple(dict.fromkeys(code for code in results if code))


# Tokens


@dataclass(frozen=True, slots=True)
class _Hit:
    """A token in a text. `labelled`: the word channel follows, as in the line Description of slmgr."""

    value: str
    quote: str
    labelled: bool


_CHANNEL = re.compile(r"[\w()-]*\s+" + r"\n?".join("channel") + r"\b", re.IGNORECASE)
_EXTENSION = re.compile(r"_[\w-]*")
"""VOLUME_KMS stands for VOLUME_KMS_WS22, too."""


def _said_by_tokens(question: Question, plain: str, known: Known) -> dict[str, str]:
    """The values whose tokens stand in a text, each with its quote."""
    said: dict[str, str] = {}
    for part in _parts(question, plain, known):
        hits = list(_hits(question, part))
        labelled = [hit for hit in hits if hit.labelled]
        for hit in labelled or hits:
            said.setdefault(hit.value, hit.quote)
    return said


def _parts(question: Question, plain: str, known: Known) -> list[str]:
    """The lines that count: those about the product that fails, where the text lists products."""
    blocks = blocks_in(plain)
    if not blocks or not (question.read_from and question.read_from.product):
        return [plain]
    return [block.text for block in meant(blocks, _product(question, known))]


def _hits(question: Question, part: str) -> Iterator[_Hit]:
    for match in _pattern(tuple(token for tokens in question.tokens.values() for token in tokens)).finditer(part):
        value, token = _meaning(question, match[0])
        channel = _CHANNEL.match(part, match.end())
        extension = _EXTENSION.match(part, match.end())
        quote = token + (extension[0] if extension else "") + (" channel" if channel else "")
        if channel or extension or not match[0].isalpha() or _stands_alone(part, match):
            yield _Hit(value, quote, labelled=bool(channel))


def _meaning(question: Question, found: str) -> tuple[str, str]:
    """The answer for which a token stands, however it was written in the text, and the token."""
    return next(
        (value, token)
        for value, tokens in question.tokens.items()
        for token in tokens
        if _same_letters(token) == _same_letters(found)
    )


def _stands_alone(part: str, match: re.Match[str]) -> bool:
    """A mere word (RETAIL) is a token only as a whole line, or as all that stands behind a label."""
    before = part[: match.start()].rpartition("\n")[2].rpartition(":")[2]
    after = part[match.end() :].partition("\n")[0]
    return not before.strip() and not after.strip()


@lru_cache(maxsize=32)
def _pattern(tokens: tuple[str, ...]) -> re.Pattern[str]:
    """Finds tokens as whole words, the longest first, also where a window has broken them into two lines."""
    longest_first = sorted(tokens, key=lambda token: (-len(token), token))
    spelt = "|".join("".join(_spelt(token)).removesuffix(r"\n?") for token in longest_first)
    return re.compile(rf"(?<![A-Za-z0-9_])(?:{spelt})(?![A-Za-z0-9(]|:[A-Za-z])", re.IGNORECASE)


def _spelt(token: str) -> Iterator[str]:
    """The letters of a token as a pattern: a line may end after each, and blanks around a colon do not matter."""
    for sign in re.sub(r"\s*:\s*", ":", " ".join(token.split())):
        yield r"\s*:\s*" if sign == ":" else r"\s+" if sign == " " else re.escape(sign) + r"\n?"


def _same_letters(token: str) -> str:
    """A token, or a piece of text that matched one, so that both can be compared."""
    return re.sub(r"\s+", "", token).casefold()
