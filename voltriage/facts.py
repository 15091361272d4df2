"""Facts from the command line and from files: `--answer ID=VALUE` and `--answers FILE`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.case import Answered, CaseError, Tried
from engine.facts import check_outcome, check_value
from engine.plan import Plan
from kb.knowledge import KnowledgeBase
from kb.problems import KnowledgeError, closest_word
from kb.texts import Texts

Fact = Answered | Tried


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


def facts_from_file(kb: KnowledgeBase, path: Path) -> list[Fact]:
    """Facts from a YAML file of `id: value` lines.

    Raises `KnowledgeError` with every problem of the file.
    """
    from kb.reading import read_yaml

    document, problems = read_yaml(path, path.as_posix())
    facts: list[Fact] = []
    if not isinstance(document.data, dict):
        problems.append(document.problem((), "expected lines like kms_count: 18", "wrong-shape"))
        raise KnowledgeError(problems)
    for key, value in document.data.items():
        if not isinstance(value, str):
            problems.append(document.problem((key,), f'expected one word as the value of "{key}"', "wrong-shape"))
            continue
        if not value:
            continue  # a line of the skeleton that was not filled in
        try:
            line = document.keys[(key,)][0]
            facts.append(fact(kb, key, value, f"{path.name}, line {line}"))
        except CaseError as error:
            problems.append(document.problem((key,), str(error), error.slug))
    if problems:
        raise KnowledgeError(problems)
    return facts


def skeleton(kb: KnowledgeBase, plan: Plan, texts: Texts) -> str:
    """An answers file for a plan, with every question and measure as an empty line under its text."""
    lines = [f"# Answers for {plan.code}; fill in what is known, leave the rest empty.", ""]
    for ident in plan.questions:
        question = kb.questions[ident]
        lines.append(f"# {texts(question.text)}")
        lines.append(f"#   {', '.join(question.answers)}")
        lines.append(f"{ident}:")
    measures = sorted({m.measure for q in plan.questions if (m := kb.questions[q].threshold)})
    for ident in measures:
        lines += [f"# {texts(kb.measures[ident].text)} ({texts(kb.measures[ident].unit)})", f"{ident}:"]
    return "\n".join(lines) + "\n"
