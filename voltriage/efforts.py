"""What `voltriage check --effort` prints: the steps to each remedy, and the swaps that would save some."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.case import CaseError
from kb.loader import load_folder
from kb.problems import KnowledgeError
from kb.reading import Data, read_yaml
from trees.effort import Weights, better_swaps, mean_steps, steps_to_remedies


def effort_lines(folder: Path, weights_file: Path | None) -> Iterator[str]:
    """The lines of the advice.

    Raises `KnowledgeError` when the folder or the file with weights cannot be read, `CaseError` for a weight that is
    none.
    """
    kb = load_folder(folder)
    weights = read_weights(weights_file) if weights_file else Weights()
    stated = f"weights: {weights_file}" if weights_file else "weights: all codes and all definite answers alike"
    yield f"{stated}; unknown only where named; a remedy helps in one case of two"
    yield f"{mean_steps(kb, weights):.2f} steps in a session on average"
    yield "   mean  most  remedy"
    for one in steps_to_remedies(kb, weights):
        yield f"{one.mean:7.2f} {one.most:5}  {one.remedy}"
    swaps = sorted(better_swaps(kb, weights), key=lambda swap: (swap.then, swap.first))
    for swap in swaps:
        saved = swap.now - swap.then
        yield f"{swap.spot.ident}: {swap.second} before {swap.first} would save {saved:.4f} steps of each session"
    yield f"{len(swaps)} swaps would shorten sessions; this is advice, and no finding"


def read_weights(file: Path) -> Weights:
    """Weights from a YAML file with `codes` (code: weight) and `answers` (question: answer: weight).

    Raises `KnowledgeError` for a file that is not YAML, `CaseError` for a weight that is none.
    """
    document, problems = read_yaml(file, file.as_posix())
    if problems:
        raise KnowledgeError(problems)
    data = document.data if isinstance(document.data, dict) else {}
    codes, answers = data.get("codes", {}), data.get("answers", {})
    return Weights(
        {code: _weight(value, file) for code, value in _pairs(codes)},
        {(q, answer): _weight(value, file) for q, values in _pairs(answers) for answer, value in _pairs(values)},
    )


def _pairs(data: Data) -> list[tuple[str, Data]]:
    return list(data.items()) if isinstance(data, dict) else []


def _weight(value: Data, file: Path) -> float:
    try:
        weight = float(str(value))
    except ValueError:
        weight = -1.0
    if not 0 <= weight < float("inf"):
        raise CaseError('"{value}" in {file} is no weight; write a number like 2.5', "usage", value=value, file=file)
    return weight
