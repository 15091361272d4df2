"""What `voltriage mutate` needs besides the rules: the scenarios as cases, and sentences for what survives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kb import words
from kb.files import write_atomically
from kb.loader import load_folder, read_draft
from kb.problems import KnowledgeError
from kb.scenarios import SUFFIX, Scenario, read_scenarios, scenario_files, shipped_scenarios
from kb.spelling import find_codes
from trees.checking.findings import Finding
from trees.checking.formats.plain import session_text
from trees.checking.placing import Places
from trees.mutation import Case, Score, Survivor, score
from trees.noticing import Noticing, noticing
from trees.playing import Stand


class SurvivorRecord(msgspec.Struct, frozen=True):
    """A change that no scenario notices, where it is, and the session that would show it."""

    file: str
    line: int
    column: int
    kind: str
    id: str
    change: str
    subject: str
    text: str
    code: str
    session: list[tuple[str, str]]


class ScoreRecord(msgspec.Struct, frozen=True):
    """The score. `counted` are the changes that a session can show; `alike` those that no session can."""

    format: int
    score: float
    killed: int
    counted: int
    alike: int
    scenarios: int
    survivors: list[SurvivorRecord]


_TEXTS = {
    "negated": "no scenario notices when the condition on {subject} is turned into its opposite",
    "dropped": "no scenario notices when the condition on {subject} is left out",
    "widened": "no scenario notices when the condition on {subject} accepts one more answer",
    "swapped": "no scenario notices when {subject} is proposed first",
    "reordered": "no scenario notices when it changes places with {subject}",
}


def mutation_score(folder: Path, files: Sequence[Path], suggest: Path | None = None) -> ScoreRecord:
    """The score of these scenario files, by default those of the knowledge base itself.

    `suggest`: a folder to write scenarios to that would notice what survives, for a reviewer to confirm.

    Raises `KnowledgeError` when the folder or a scenario file cannot be read.
    """
    kb = load_folder(folder)
    paths = scenario_files(files) if files else shipped_scenarios(folder)
    scenarios, problems = read_scenarios(paths, None if files else folder)
    if problems:
        raise KnowledgeError(problems)
    cases = [case_of(scenario) for scenario in scenarios if find_codes(scenario.form.code)]
    found = score(kb, cases)
    if suggest is not None:
        for number, one in enumerate(noticing(kb, found.survivors), 1):
            folder_of = suggest / (one.code if one.code in kb.codes else words.UNKNOWN_CODE)
            write_atomically(folder_of / f"notices-{number:03}{SUFFIX}", scenario_text(one).encode())
    return record_of(found, len(cases), Places(read_draft(folder)))


def scenario_text(one: Noticing) -> str:
    """A scenario file for a case that notices mutants; it expects what the rules do today."""
    mutant = one.survivors[0].mutant
    more = f", and {len(one.survivors) - 1} more" if len(one.survivors) > 1 else ""
    title = f"Guards {mutant.place.ident}: {mutant.subject} {mutant.kind}{more}"
    story = (
        "Synthetic. Written by voltriage mutate: it expects what the rules do, and no reviewer has confirmed it yet."
    )
    stand = one.stand
    expect: dict[str, object] = {name: value for name in _SINGLE if (value := getattr(stand, name)) is not None}
    expect |= {"tried": list(stand.tried)} if stand.tried else {}
    expect |= {"codes": list(stand.codes)} if len(stand.codes) > 1 else {}
    lines = [f"scenario: {json.dumps(title)}", f'code: "{one.code}"', f"story: {json.dumps(story)}"]
    for name, values in (("answers", one.answers), ("outcomes", one.outcomes), ("expect", expect)):
        lines += [f"{name}:"] if values else []
        lines += [f"  {key}: {_written(value)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"


_SINGLE = ("state", "question", "cause", "remedy", "reason")


def _written(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return json.dumps(value) if str(value).startswith("0x") else str(value)


def case_of(scenario: Scenario) -> Case:
    """A scenario as a case: it passes where everything it expects is so."""
    form = scenario.form
    expected = form.expect.model_dump(exclude_none=True)

    def passes(stand: Stand) -> bool:
        found = {name: getattr(stand, name) for name in expected}
        return all(
            list(one) == expected[name] if isinstance(one, tuple) else one == expected[name]
            for name, one in found.items()
        )

    return Case(scenario.name, find_codes(form.code)[0], form.answers, form.outcomes, passes)


def record_of(found: Score, scenarios: int, places: Places) -> ScoreRecord:
    """The score with its survivors at their places, sorted by place."""
    survivors = [_survivor(one, places) for one in found.survivors]
    survivors.sort(key=lambda one: (one.file, one.line, one.column, one.change, one.subject))
    return ScoreRecord(1, found.percent, found.killed, found.counted, found.alike, scenarios, survivors)


def schema() -> dict[str, object]:
    """The JSON Schema of `voltriage mutate --json`."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Voltriage: mutation score"}
    return {**head, **msgspec.json.schema(ScoreRecord)}


def lines_of(record: ScoreRecord) -> list[str]:
    """The score for people: the survivors, then the figures."""
    lines: list[str] = []
    for one in record.survivors:
        lines.append(f"{one.file}:{one.line}:{one.column}: {one.text} [{one.change}]")
        lines.append(f"    would be noticed by: {one.code}; {session_text(tuple(one.session))}")
    lines.append(
        f"{record.scenarios} scenarios notice {record.killed} of {record.counted} changes "
        f"({record.alike} more change nothing that a session could show)"
    )
    lines.append(f"score {record.score:.1f} %")
    return lines


def _survivor(one: Survivor, places: Places) -> SurvivorRecord:
    mutant = one.mutant
    placed = places.placed(Finding("", mutant.place, "", ""))
    text = f"{mutant.place.ident}: " + _TEXTS[mutant.kind].format(subject=mutant.subject)
    return SurvivorRecord(
        placed.file,
        placed.line,
        placed.column,
        mutant.place.kind,
        mutant.place.ident,
        mutant.kind,
        mutant.subject,
        text,
        one.code,
        list(one.session),
    )
