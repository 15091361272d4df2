"""Writes suggested sessions as scenario files, for a reviewer to confirm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.case import Answered, Tried
from engine.coverage import DECISION, FALSE, TRUE, Item
from engine.inference import Inference
from engine.plan import code_or_unknown
from engine.scenarios import SCENARIO, observed
from engine.session import Session
from engine.suggesting import Suggestion
from kb.knowledge import KnowledgeBase
from kb.scenarios import SUFFIX


@dataclass(frozen=True, slots=True)
class Written:
    """A scenario file: its name below the scenarios' folder, and what stands in it."""

    name: str
    text: str


def scenario_texts(kb: KnowledgeBase, suggestions: Iterable[Suggestion], missing: frozenset[Item]) -> Iterator[Written]:
    """A file for each suggestion, named after the first thing that no file before it covers."""
    left = set(missing)
    engines: dict[str, Inference] = {}
    for suggestion in suggestions:
        new = sorted(suggestion.covers & left)
        left.difference_update(new)
        folder = code_or_unknown(kb, suggestion.code).id
        yield Written(f"{folder}/{_file_name(new[0])}{SUFFIX}", _text(kb, suggestion, new, engines))


def _file_name(item: Item) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "-", "-".join(part for part in ("covers", *item) if part))


def _text(kb: KnowledgeBase, suggestion: Suggestion, new: list[Item], engines: dict[str, Inference]) -> str:
    facts: list[Answered | Tried] = [Answered(key, value, SCENARIO) for key, value in suggestion.answers.items()]
    facts += [Tried(key, value, SCENARIO) for key, value in suggestion.outcomes.items()]
    session = Session(kb, suggestion.code, facts, engines=engines)
    story = f"Synthetic. Suggested for coverage; nobody has confirmed it yet. It covers {_listed(new)}."
    expect = {key: value for key, value in observed(session).items() if value}
    if len(session.codes) == 1:
        del expect["codes"]
    lines = [
        f"scenario: {json.dumps(_title(new))}",
        f'code: "{suggestion.code}"',
        f"story: {json.dumps(story)}",
        *_mapping("answers", suggestion.answers),
        *_mapping("outcomes", suggestion.outcomes),
        *_mapping("expect", expect),
    ]
    return "\n".join(lines) + "\n"


def _title(new: list[Item]) -> str:
    return _said(new[0]) if len(new) == 1 else f"{_said(new[0])}, and {len(new) - 1} more"


def _listed(items: list[Item], most: int = 12) -> str:
    said = ", ".join(_said(item) for item in items[:most])
    return said if len(items) <= most else f"{said} and {len(items) - most} more"


def _said(item: Item) -> str:
    kind, subject, detail = item
    if kind in (TRUE, FALSE):
        return f"{subject}: {detail} is {kind}"
    if kind == DECISION:
        return f"{subject}: all conditions hold"
    return f"{kind} {subject} {detail}".strip()


def _mapping(name: str, values: Mapping[str, object]) -> Iterator[str]:
    if values:
        yield f"{name}:"
        for key, value in values.items():
            yield f"  {key}: {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    return f'"{value}"' if str(value).startswith("0x") else str(value)
