"""What may be typed at a prompt, in both languages, and what a prompt says.

Both languages' words are understood whatever the reader's language is.
"""

from __future__ import annotations

from kb import words
from kb.model import Question

from .wording import Wording

ANSWERS = {
    "y": words.YES, "yes": words.YES, "j": words.YES, "ja": words.YES,
    "n": words.NO, "no": words.NO, "nein": words.NO,
    "unknown": words.UNKNOWN, "don't know": words.UNKNOWN, "dont know": words.UNKNOWN,
    "unbekannt": words.UNKNOWN, "weiß nicht": words.UNKNOWN, "weiss nicht": words.UNKNOWN,
    "none": words.NONE, "keiner": words.NONE, "keine": words.NONE,
}  # fmt: skip
OUTCOMES = {
    "f": words.FIXED, "fixed": words.FIXED, "behoben": words.FIXED,
    "n": words.NOT_FIXED, "no": words.NOT_FIXED, "nein": words.NOT_FIXED,
    "not-fixed": words.NOT_FIXED, "not fixed": words.NOT_FIXED, "nicht behoben": words.NOT_FIXED,
    "p": words.PENDING, "pending": words.PENDING, "wartet": words.PENDING, "warten": words.PENDING,
    "offen": words.PENDING, "ausstehend": words.PENDING, "steht aus": words.PENDING,
    "blocked": words.BLOCKED, "nicht möglich": words.BLOCKED, "verhindert": words.BLOCKED,
    "d": words.DECLINED, "declined": words.DECLINED, "abgelehnt": words.DECLINED,
}  # fmt: skip
"""No `y`: it could be meant as "go on". No `b` and no `a`: each begins two outcomes in one language or the other."""
DONE = ("y", "yes", "j", "ja", "done", "ok", "okay", "erledigt", "fertig", "gemacht")
"""What people type when they have carried out a remedy; it does not say what came of it."""
REFUSALS = ("n", "no", "nein")
"""At the question of consent, where an outcome "not fixed" would make no sense."""
CONSENT = {"en": "i agree", "de": "ich stimme zu"}
_MOST_DIGITS = 30


def value_of(question: Question | None, line: str) -> str:
    """The answer that was meant: a number names one of a question's choices."""
    choices = question.choices if question else ()
    number = number_in(line)
    if number is not None and 0 < number <= len(choices):
        return choices[number - 1].value
    return ANSWERS.get(line.casefold(), line)


def number_in(word: str) -> int | None:
    """The number that a word of digits is; None for other words, and where there are more digits than anybody types."""
    return int(word) if word.isdecimal() and len(word) <= _MOST_DIGITS else None


def outcome_of(line: str) -> str:
    """The outcome that was meant."""
    return OUTCOMES.get(line.casefold(), line)


def agrees(line: str) -> bool:
    """Whether this is consent in full words."""
    return line.strip('"„“”.! ').casefold() in CONSENT.values()


def question_prompt(say: Wording, question: Question, *, takes_host: bool = False) -> str:
    """The prompt of a question. `takes_host`: the name of a host decides it as well."""
    if question.kind == words.CHOICE:
        return say("1-{count} / ? / x > ", count=len(question.choices))
    if question.kind == words.CODE:
        return say("0x... / none / ? / x > ")
    if takes_host:
        return say("y / n / host name / ? / x > ")
    return say("y / n / number / ? / x > ") if question.threshold else say("y / n / ? / x > ")


def possible_answers(say: Wording, question: Question, *, takes_host: bool = False) -> str:
    """What can be typed at a question. `takes_host`: the name of a host decides it as well."""
    if question.kind == words.CHOICE:
        return say("Type a number from 1 to {count}, or ? to see how to find out.", count=len(question.choices))
    if question.kind == words.CODE:
        return say("Type a code like 0xC004F074, or none, or ? to see how to find out.")
    if takes_host:
        return say("Type y, n or the full name of the host, like kms1.corp.example, or ? to see how to find out.")
    if question.threshold:
        return say("Type y, n or a number, or ? to see how to find out.")
    return say("Type y or n, or ? to see how to find out.")


def outcome_prompt(say: Wording) -> str:
    """The prompt of a remedy."""
    return say("fixed / n / pending / blocked / declined / 0x... > ")


def consent_prompt(say: Wording) -> str:
    """The prompt of a remedy that needs consent."""
    return say('Do this? Type "{words}" in full, or declined > ', words=CONSENT[say.language])
