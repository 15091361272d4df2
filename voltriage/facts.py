"""Facts from the command line and from files: `--answer ID=VALUE` and `--answers FILE`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.case import Answered, CaseError, Tried
from engine.facts import check_outcome, check_value
from engine.plan import Plan
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Question
from kb.problems import Problem, VoltriageError, closest_word
from kb.texts import Texts

from .wording import Wording, placed, said

Fact = Answered | Tried


class AnswersError(VoltriageError):
    """A file of answers cannot be used; the message names every reason with its place."""

    slug = "answers-invalid"

    def __init__(self, problems: Iterable[Problem], say: Wording) -> None:
        found = sorted(set(problems))
        head = say.many("{count} problem in the answers:", "{count} problems in the answers:", len(found))
        super().__init__("\n".join([head, *(placed(say, problem) for problem in found)]))


def facts_from_options(kb: KnowledgeBase, options: Iterable[str]) -> list[Fact]:
    """Facts written as ID=VALUE; ID is a question, a measure or a remedy.

    Raises `CaseError` for a word without `=`, an unknown id, an impossible value, or an id given twice.
    """
    facts: dict[str, Fact] = {}
    for option in options:
        key, equals, value = option.partition("=")
        if not equals or not value.strip():
            raise CaseError('"{fact}" is no fact; write ID=VALUE, for example kms_count=18', "not-a-fact", fact=option)
        if key.strip() in facts:
            raise CaseError('"{fact}" is given twice; give it once', "fact-given-twice", fact=key.strip())
        facts[key.strip()] = fact(kb, key.strip(), value.strip(), "--answer")
    return list(facts.values())


def fact(kb: KnowledgeBase, key: str, value: str, source: str) -> Fact:
    """One checked fact.

    Raises `CaseError`.
    """
    if key in kb.remedies:
        return Tried(key, check_outcome(kb, key, value), source)
    if key in kb.questions or key in kb.measures:
        return Answered(key, check_value(kb, key, value), source)
    known = [*kb.questions, *kb.measures, *kb.remedies]
    closest = closest_word(key, known)
    raise CaseError('unknown question, measure or remedy "{fact}"', "unknown-fact", closest=closest, fact=key)


def together(written: list[Fact], typed: list[Fact]) -> list[Fact]:
    """Facts of a file and of the command line; what both say the same counts once.

    Raises `CaseError` where they differ.
    """
    known = {_subject(fact): fact for fact in written}
    for fact in typed:
        subject = _subject(fact)
        if subject in known and _value(known[subject]) != _value(fact):
            raise CaseError('"{fact}" is given twice; give it once', "fact-given-twice", fact=subject)
    return list({**known, **{_subject(fact): fact for fact in typed}}.values())


def _subject(fact: Fact) -> str:
    return fact.subject if isinstance(fact, Answered) else fact.remedy


def _value(fact: Fact) -> str | int:
    return fact.value if isinstance(fact, Answered) else fact.outcome


def facts_from_file(kb: KnowledgeBase, path: Path, say: Wording) -> list[Fact]:
    """Facts from a YAML file of `id: value` lines.

    Raises `AnswersError` with every problem of the file.
    """
    from kb.reading import read_yaml

    document, problems = read_yaml(path, path.as_posix())
    facts: list[Fact] = []
    if not isinstance(document.data, dict):
        problems.append(document.problem((), say("expected lines like kms_count: 18"), "wrong-shape"))
        raise AnswersError(problems, say)
    for key, value in document.data.items():
        if not isinstance(value, str):
            text = say('expected one word as the value of "{key}"', key=key)
            problems.append(document.problem((key,), text, "wrong-shape"))
            continue
        if not value:
            continue  # a line of the skeleton that was not filled in
        try:
            line = document.keys[(key,)][0]
            facts.append(fact(kb, key, value, f"{path.name}, line {line}"))
        except CaseError as error:
            problems.append(document.problem((key,), said(say, error), error.slug))
    if problems:
        raise AnswersError(problems, say)
    return facts


def skeleton(kb: KnowledgeBase, plan: Plan, texts: Texts, say: Wording) -> str:
    """An answers file for a plan, with every question and measure as an empty line under its text."""
    head = say("Answers for {code}; fill in what is known, leave the rest empty.", code=plan.code)
    lines = [f"# {head}"]
    for ident in plan.questions:
        question = kb.questions[ident]
        lines += ["", f"# {texts(question.text)}", *_answers(question, texts, say), f"{ident}:"]
    measures = sorted({m.measure for q in plan.questions if (m := kb.questions[q].threshold)})
    for ident in measures:
        lines += ["", f"# {texts(kb.measures[ident].text)} ({texts(kb.measures[ident].unit)})", f"{ident}:"]
    return "\n".join(lines) + "\n"


def _answers(question: Question, texts: Texts, say: Wording) -> list[str]:
    """What can be written behind a question, as comments; choices with what they mean."""
    meant = {choice.value: texts(choice.text) for choice in question.choices}
    if meant:
        return [f"#   {value}: {meant[value]}" if value in meant else f"#   {value}" for value in question.answers]
    answers = (say("a code like 0xC004F074"), *question.answers) if question.kind == words.CODE else question.answers
    return [f"#   {', '.join(answers)}"]
