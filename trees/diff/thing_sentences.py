"""What changed in things, in whole sentences for the reader."""

from __future__ import annotations

from collections.abc import Mapping

from ..reading import Say

Sentences = Mapping[tuple[str, str], str]
"""By the kind of thing and the name of the detail."""


def sentence(say: Say, kind: str, detail: str, name: str, number: int) -> str:
    """The sentence that says that this detail of a thing of this name changed."""
    head, _, answer = detail.partition(" ")
    if kind == "question" and head in ("look", "labels", "choice"):
        return _looks(say, name, answer)[head]
    if kind == "remedy":
        return _of_remedy(say, name, number)[detail]
    if kind == "question":
        return _of_question(say, name, number)[detail]
    if kind == "code":
        return _of_code(say, name, number)[detail]
    return _of_others(say, name)[kind, detail]


def _of_remedy(say: Say, name: str, number: int) -> Mapping[str, str]:
    return {
        "title": say('The remedy "{name}" has another title.', name=name),
        "consent": say('The remedy "{name}" needs consent now.', name=name),
        "no consent": say('The remedy "{name}" no longer needs consent.', name=name),
        "risk": say('The risk of the remedy "{name}" is another.', name=name),
        "verify": say('How to check the remedy "{name}" is worded anew.', name=name),
        "verify command": say('The command that checks the remedy "{name}" is another.', name=name),
        "wait": say('What to wait for after the remedy "{name}" is another.', name=name),
        "look again": say('When to look again after the remedy "{name}" is another.', name=name),
        "step added": say('The remedy "{name}" has a new step {number}.', name=name, number=number),
        "step removed": say('The remedy "{name}" no longer has its step {number}.', name=name, number=number),
        "step": say('Step {number} of the remedy "{name}" is worded anew.', name=name, number=number),
        "command": say('Step {number} of the remedy "{name}" has another command.', name=name, number=number),
        "shell": say('Step {number} of the remedy "{name}" is for another shell.', name=name, number=number),
        "elevated": say('Step {number} of the remedy "{name}" needs an administrator now.', name=name, number=number),
        "not elevated": say(
            'Step {number} of the remedy "{name}" no longer needs an administrator.', name=name, number=number
        ),
        "place": say('Step {number} of the remedy "{name}" is done somewhere else.', name=name, number=number),
        "undo": say('How to undo step {number} of the remedy "{name}" is worded anew.', name=name, number=number),
        "other tools": say(
            'Step {number} of the remedy "{name}" has other commands for other tools.', name=name, number=number
        ),
    }


def _of_question(say: Say, name: str, number: int) -> Mapping[str, str]:
    return {
        "text": say('The question "{name}" is worded anew.', name=name),
        "looked up": say('The question "{name}" is looked up somewhere else.', name=name),
        "effort": say('The effort for the question "{name}" is another.', name=name),
        "threshold": say('The threshold of the question "{name}" is another.', name=name),
        "step": say('How to find out "{name}" is worded anew in step {number}.', name=name, number=number),
        "step added": say('There is a new step {number} to find out "{name}".', name=name, number=number),
        "step removed": say('Step {number} to find out "{name}" is no longer there.', name=name, number=number),
        "command": say('Step {number} to find out "{name}" has another command.', name=name, number=number),
        "shell": say('Step {number} to find out "{name}" is for another shell.', name=name, number=number),
        "elevated": say('Step {number} to find out "{name}" needs an administrator now.', name=name, number=number),
        "not elevated": say(
            'Step {number} to find out "{name}" no longer needs an administrator.', name=name, number=number
        ),
        "other tools": say(
            'Step {number} to find out "{name}" has other commands for other tools.', name=name, number=number
        ),
        "phone": say('The question "{name}" is worded anew for the phone.', name=name),
        "undo test": say('How to undo the test of the question "{name}" is worded anew.', name=name),
    }


def _looks(say: Say, name: str, answer: str) -> Mapping[str, str]:
    return {
        "look": say('What the answer {answer} to "{name}" looks like is worded anew.', name=name, answer=answer),
        "labels": say('What Windows shows for the answer {answer} to "{name}" changed.', name=name, answer=answer),
        "choice": say('The answer {answer} to "{name}" is worded anew.', name=name, answer=answer),
    }


def _of_code(say: Say, name: str, number: int) -> Mapping[str, str]:
    return {
        "symbol": say("{name} has another symbol.", name=name),
        "message en": say("{name} has another English message.", name=name),
        "message de": say("{name} has another German message.", name=name),
        "meaning": say("The meaning of {name} is worded anew.", name=name),
        "types": say("{name} occurs with other types of activation.", name=name),
        "other messages": say("{name} has other further messages.", name=name),
        "aliases": say("{name} has other spellings.", name=name),
        "frequent": say("{name} has other frequent causes.", name=name),
        "collect": say("What to collect for {name} changed in place {number}.", name=name, number=number),
        "sources": say("The sources of {name} changed.", name=name),
    }


def _of_others(say: Say, name: str) -> Sentences:
    return {
        ("procedure", "title"): say('The procedure "{name}" has another title.', name=name),
        ("cause", "title"): say('The cause "{name}" is worded anew.', name=name),
        ("owner", "title"): say('The owner "{name}" has another name.', name=name),
        ("owner", "bring"): say('What the owner "{name}" needs to know is worded anew.', name=name),
        ("owner", "where"): say('The owner "{name}" looks after another place.', name=name),
        ("measure", "text"): say('The number "{name}" is worded anew.', name=name),
        ("measure", "unit"): say('The unit of the number "{name}" is another.', name=name),
        ("measure", "range"): say('The number "{name}" has another range.', name=name),
        ("rule", "because"): say("The reason that the rule {name} gives is worded anew.", name=name),
        ("rule", "sources"): say("The sources of the rule {name} changed.", name=name),
        ("rule", "disagreement"): say(
            "What the sources of the rule {name} contradict each other in is worded anew.", name=name
        ),
        ("guard", "because"): say("The reason at {name} is worded anew.", name=name),
    }


def listed(say: Say, section: str, count: int, names: str) -> tuple[str, str]:
    """The sentences that say which things of a section came, and which went."""
    return {
        "codes": (
            say("New codes ({count}): {names}", count=count, names=names),
            say("Codes no longer there ({count}): {names}", count=count, names=names),
        ),
        "procedures": (
            say("New procedures ({count}): {names}", count=count, names=names),
            say("Procedures no longer there ({count}): {names}", count=count, names=names),
        ),
        "questions": (
            say("New questions ({count}): {names}", count=count, names=names),
            say("Questions no longer there ({count}): {names}", count=count, names=names),
        ),
        "remedies": (
            say("New remedies ({count}): {names}", count=count, names=names),
            say("Remedies no longer there ({count}): {names}", count=count, names=names),
        ),
        "causes": (
            say("New causes ({count}): {names}", count=count, names=names),
            say("Causes no longer there ({count}): {names}", count=count, names=names),
        ),
        "owners": (
            say("New owners ({count}): {names}", count=count, names=names),
            say("Owners no longer there ({count}): {names}", count=count, names=names),
        ),
        "sources": (
            say("New sources ({count}): {names}", count=count, names=names),
            say("Sources no longer there ({count}): {names}", count=count, names=names),
        ),
    }[section]
