"""`check --effort`: steps to each remedy, and swaps that shorten sessions; compared with sessions played one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb import words
from kb.knowledge import KnowledgeBase
from kb.loader import load_folder
from tests import reference
from tests.checks import brute, drawn
from tests.checks.base import WRONG_KEY, Seed, before, rule, treat, write
from tests.reference import State
from tests.small import call
from trees.effort import Weights, better_swaps, mean_steps, steps_to_remedies
from voltriage import exits

WEIGHTS = """\
codes: {"0xC00D0001": 0, unknown_code: 0}
answers:
  key_fits: {yes: 3, no: 1}
"""


def played(
    kb: KnowledgeBase, state: State, chance: float, steps: int, met: dict[str, list[tuple[float, int]]]
) -> float:
    """The steps of a session on average from a state on; notes each remedy met, with its chance and its steps."""
    moment = brute.moment_of(kb, state)
    if moment.remedy:
        met.setdefault(moment.remedy, []).append((chance, steps + 1))
        after = State(state.code, values=state.values, outcomes={**state.outcomes, moment.remedy: words.NOT_FIXED})
        return 1 + played(kb, after, chance / 2, steps + 1, met) / 2
    if not moment.asks:
        return 0.0
    answers = [value for value in kb.questions[moment.asks].answers if value != words.UNKNOWN]
    ahead = [reference._given(kb, state, moment.asks, value) for value in answers]
    return 1 + sum(played(kb, each, chance / len(ahead), steps + 1, met) for each in ahead) / len(ahead)


@pytest.mark.parametrize("seed", range(40))
def test_the_figures_are_those_of_sessions_played_one_by_one(seed: int) -> None:
    kb = drawn.draw(seed)
    if any(question.kind == words.CODE or question.follows for question in kb.questions.values()):
        return  # the flat graph counts answers there that a session refuses, or codes as one
    met: dict[str, list[tuple[float, int]]] = {}
    steps = [played(kb, State(code), 1.0, 0, met) for code in kb.codes]
    assert mean_steps(kb, Weights()) == pytest.approx(sum(steps) / len(steps))
    for one in steps_to_remedies(kb, Weights()):
        if one.remedy in met:
            total = sum(chance for chance, _ in met[one.remedy])
            assert one.mean == pytest.approx(sum(c * steps for c, steps in met[one.remedy]) / total)


def test_a_swap_is_named_where_the_order_costs_steps_and_not_once_it_is_mended(tmp_path: Path) -> None:
    rare = rule("rare", "is_server: yes, log_saved: yes, at_least_5: yes", treat("key_empty", "ask_again"))
    often = rule("often", "key_fits: yes", treat("key_empty", "read_key"))
    swaps = {}
    for name, rules in (("bad", rare + often), ("good", often + rare)):
        folder = write(tmp_path / name, Seed("", "", (before(WRONG_KEY, rules),)))
        swaps[name] = {(swap.first, swap.second) for swap in better_swaps(load_folder(folder), Weights())}
        called = call("check", "--kb", folder, "--effort")
        assert (called.code, called.err) == (exits.DONE, "")
        assert called.out.splitlines()[0] == (
            "weights: all codes and all definite answers alike; unknown only where named; "
            "a remedy helps in one case of two"
        )
        told = "0xC00D0002: often before rare would save" in called.out
        assert told == (name == "bad")
    assert ("rare", "often") in swaps["bad"]
    assert ("often", "rare") not in swaps["good"]


def test_weights_change_the_figures(tmp_path: Path) -> None:
    folder = write(tmp_path / "kb")
    (tmp_path / "weights.yaml").write_text(WEIGHTS, encoding="utf-8")
    called = call("check", "--kb", folder, "--effort", "--weights", tmp_path / "weights.yaml")
    # Only 0xC00D0002, whose key fits three times of four. It fits not: key_fits, read_key, then in half of these cases
    # install_key and in half of those log_saved: 2.75. It fits: key_fits, key_used_up, then order_key and in half of
    # these is_server and log_saved for one in two (1.75), or these two at once (1.5): 3.625. 2.75 / 4 + 3.625 * 3 / 4.
    assert (called.code, called.err) == (exits.DONE, "")
    assert "3.41 steps in a session on average" in called.out
    (tmp_path / "weights.yaml").write_text("codes: {a: many}", encoding="utf-8")
    wrong = call("check", "--kb", folder, "--effort", "--weights", tmp_path / "weights.yaml")
    assert wrong.code == exits.USAGE
    assert '"many" in' in wrong.err
