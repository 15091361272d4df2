"""Site facts at the rim: which file is used, what its entries are in a case, what its list of KMS hosts decides."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.case import NAMED, Answered, CaseError, Tried
from engine.facts import contradiction
from kb import words
from kb.hosts import Named, canonical, is_loopback, named
from kb.knowledge import KnowledgeBase
from kb.model import Look, Question
from kb.problems import Problem, VoltriageError
from kb.site import LISTED, OPEN, OTHER_PORT, OUTSIDE, Site, Standing

from .facts import Fact, fact
from .opening import Reader
from .wording import Wording, placed, said

if TYPE_CHECKING:  # YAML is read only where there is a file
    from engine.session import Session
    from kb.reading import Document

FILE = "voltriage.yaml"
"""What is used where it lies in the current directory."""


class SiteError(VoltriageError):
    """A site file cannot be used; the message names every reason with its place."""

    slug = "site-invalid"

    def __init__(self, problems: Iterable[Problem], say: Wording) -> None:
        found = sorted(set(problems))
        head = say.many("{count} problem in the site file:", "{count} problems in the site file:", len(found))
        super().__init__("\n".join([head, *(placed(say, problem) for problem in found)]))


@dataclass(frozen=True)
class SiteInUse:
    """The site facts of one call: the site (None without a file), all facts of the case, and what is to be said."""

    site: Site | None
    facts: tuple[Fact, ...]
    notices: tuple[str, ...]


def with_site(reader: Reader, option: Path | None, explicit: Iterable[Fact] = ()) -> SiteInUse:
    """Open the site file, if there is one, and put its facts beside those given explicitly, which win.

    Raises `SiteError` with every problem of the file.
    """
    given = tuple(explicit)
    path = site_file(option)
    if path is None:
        return SiteInUse(None, given, ())
    say = reader.say
    site = open_site(reader.kb, path, say)
    kept, set_aside = beside(reader.kb, facts_of(reader.kb, site), given)
    notices = [say("Site facts are used: {file}", file=site.file)]
    for ours, theirs in set_aside:
        notices.append(
            say(
                "{fact} ({source}) does not count here: {other} was given ({other_source})",
                fact=_written(ours),
                source=ours.source,
                other=_written(theirs),
                other_source=theirs.source,
            )
        )
    return SiteInUse(site, (*kept, *given), tuple(notices))


def site_file(option: Path | None) -> Path | None:
    """The file named by `--site`, else `voltriage.yaml` of the current directory, else None."""
    here = Path(FILE)
    return option or (here if here.is_file() else None)


def open_site(kb: KnowledgeBase, path: Path, say: Wording) -> Site:
    """The site facts in this file.

    Raises `SiteError` with every problem of the file.
    """
    from kb.site_reading import harmless, read_site

    site, document, problems = read_site(path, path.as_posix(), kb)
    problems += map(harmless, _wrong_answers(kb, document, say))
    if problems:
        raise SiteError(problems, say)
    return site


def _wrong_answers(kb: KnowledgeBase, document: Document, say: Wording) -> Iterator[Problem]:
    """Answers with a value that is impossible, alone or beside those above it."""
    written = document.data.get("answers") if isinstance(document.data, dict) else None
    known: dict[str, Answered] = {}
    for key, value in written.items() if isinstance(written, dict) else ():
        if not isinstance(value, str) or not value or not (key in kb.questions or key in kb.measures):
            continue  # reported as such already
        try:
            answered = fact(kb, key, value, str(document.keys["answers", key][0]))
        except CaseError as error:
            yield document.problem(("answers", key), said(say, error), error.slug)
            continue
        assert isinstance(answered, Answered)
        clash = contradiction(kb, {subject: other.value for subject, other in known.items()}, key, answered.value)
        if clash:
            other = known[clash.partition("=")[0]]
            text = say(
                '"{fact}" contradicts "{other}" in line {line}; change one of the two',
                fact=f"{key}: {value}",
                other=f"{other.subject}: {other.value}",
                line=other.source,
            )
            yield document.problem(("answers", key), text, "contradiction")
        else:
            known[key] = answered


def facts_of(kb: KnowledgeBase, site: Site) -> list[Fact]:
    """What a case knows from its site: answers, and forbidden remedies as declined when proposed; with their lines."""
    answers = [fact(kb, key, value, site.source("answers", key)) for key, value in site.answers.items()]
    forbidden = [
        Tried(key, words.DECLINED, site.source("forbidden", key), when_proposed=True) for key in site.forbidden
    ]
    return [*answers, *forbidden]


def beside(kb: KnowledgeBase, ours: list[Fact], given: tuple[Fact, ...]) -> tuple[list[Fact], list[tuple[Fact, Fact]]]:
    """The site's facts that may stand beside the given ones, and those that may not, each with the one that wins.

    What both say the same is left to the given one.
    """
    theirs = {_subject(one): one for one in given}
    values = {one.subject: one.value for one in given if isinstance(one, Answered)}
    kept: list[Fact] = []
    set_aside: list[tuple[Fact, Fact]] = []
    for one in ours:
        same = theirs.get(_subject(one))
        clash = contradiction(kb, values, one.subject, one.value) if isinstance(one, Answered) and not same else ""
        winner = same or theirs.get(clash.partition("=")[0])
        if winner is None:
            kept.append(one)
        elif _written(winner) != _written(one):
            set_aside.append((one, winner))
    return kept, set_aside


def _subject(fact: Fact) -> str:
    return fact.subject if isinstance(fact, Answered) else fact.remedy


def _written(fact: Fact) -> str:
    """A fact as `--answer` takes it."""
    return f"{_subject(fact)}={fact.value if isinstance(fact, Answered) else fact.outcome}"


@dataclass(frozen=True)
class Decision:
    """What the name of a host says: `verdict` is a word of `kb.site`, `answers` what is known by it, with sources.

    Where the verdict is OPEN, only the operator can say whether the host is the right one.
    """

    host: Named
    verdict: str
    answers: tuple[Answered, ...]


def decide_host(kb: KnowledgeBase, site: Site | None, question: str, text: str) -> Decision | None:
    """What a host's name decides that was typed or pasted where this question is asked.

    None where the question takes no name, or the text holds none.
    """
    asked = kb.questions[question]
    host = host_in(kb, asked, text)
    if asked.host is None or host is None:
        return None
    standing = _standing(asked, site, host)
    cases = {LISTED: asked.host.listed, OTHER_PORT: asked.host.other_port, OUTSIDE: asked.host.outside, OPEN: {}}
    judged = f"; {site.source(*standing.entry)}" if site is not None and standing.entry else ""
    shown = f"{host.host}:{host.port}" if host.port else host.host
    source = f"{NAMED}{shown}{judged}"
    answers = {key: Answered(key, value, f"{NAMED}{shown}") for key, value in asked.host.named.items()}
    answers |= {key: Answered(key, value, source) for key, value in cases[standing.verdict].items()}
    return Decision(host, standing.verdict, tuple(answers.values()))


def host_in(kb: KnowledgeBase, question: Question, text: str) -> Named | None:
    """The host that a text names: as its only word, or behind a label with which Windows shows it.

    A word without a dot and without a port is no host here; it could be anything.
    """
    if question.host is None:
        return None
    for word in (text.strip(), *_labelled(kb, question, text)):
        host = named(word)
        if host is not None and ("." in host.host.strip(".") or ":" in word):
            return host
    return None


def host_shown(kb: KnowledgeBase, plan: Iterable[str], known: Container[str], text: str) -> str:
    """The host that an output shows behind the label of a question that has no value yet; empty where none is.

    Questions that are about the host shown decide; the label of one tells its own host from others.
    """
    for question in _about_hosts(kb, plan, known):
        assert question.host is not None
        looks = [question.looks[value] for key, value in question.host.named.items() if key == question.id]
        for word in _behind_labels(looks, text):
            host = named(word)
            if host is not None and ("." in host.host.strip(".") or host.port):
                return f"{host.host}:{host.port}" if host.port else host.host
    return ""


def decide_shown(kb: KnowledgeBase, site: Site | None, session: Session, host: str) -> Decision | None:
    """What a host decides that an output showed (`host_shown`), as far as it is not known; None where nothing is."""
    for question in _about_hosts(kb, session.plan.questions, session.values):
        decision = decide_host(kb, site, question.id, host)
        if decision is not None:
            answers = tuple(answer for answer in decision.answers if answer.subject not in session.values)
            return replace(decision, answers=answers)
    return None


def _about_hosts(kb: KnowledgeBase, plan: Iterable[str], known: Container[str]) -> Iterator[Question]:
    """The questions of a plan without a value that the mere name of a host answers."""
    questions = (kb.questions[ident] for ident in plan if ident not in known)
    return (question for question in questions if question.host and question.id in question.host.named)


def _labelled(kb: KnowledgeBase, question: Question, text: str) -> Iterator[str]:
    """The first word behind each label that says a name; of every question about which the same list decides."""
    assert question.host is not None
    decided = question.host.listed.keys()
    about = [other for other in kb.questions.values() if other.host and decided & other.host.listed.keys()]
    looks = [
        kb.questions[key].looks.get(value) for other in about if other.host for key, value in other.host.named.items()
    ]
    yield from _behind_labels((look for look in looks if look), text)


def _behind_labels(looks: Iterable[Look], text: str) -> Iterator[str]:
    for label in (label for look in looks for label in look.labels):
        for form in (label.en, label.de):
            for found in re.finditer(rf"^[^\S\n]*{re.escape(form)}[ \t]*(\S+)", text, re.IGNORECASE | re.MULTILINE):
                yield found[1]


def _standing(question: Question, site: Site | None, host: Named) -> Standing:
    assert question.host is not None
    if is_loopback(host.host) and question.host.outside:
        return Standing(OUTSIDE)
    standing = Standing(OPEN) if site is None else site.standing(host)
    providers = {canonical(name) for name in question.host.providers}
    return Standing(OPEN) if standing.verdict == OUTSIDE and canonical(host.host) in providers else standing
