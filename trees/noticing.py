"""Scenarios that would notice the mutants that survive: few, each made from the session that tells one apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.unfold import ANOTHER_CODE
from kb import words
from kb.knowledge import KnowledgeBase

from .mutation import Survivor
from .playing import Player, Stand, Value

_NO_CODE_OF_OURS = "0x80004005"
"""A code that no plan treats: the unspecified failure."""
_MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class Noticing:
    """Facts of a case, where they lead on the rules as they are, and the survivors that lead elsewhere."""

    code: str
    answers: Mapping[str, Value]
    outcomes: Mapping[str, str]
    stand: Stand
    survivors: tuple[Survivor, ...]


def noticing(kb: KnowledgeBase, survivors: Sequence[Survivor]) -> list[Noticing]:
    """Cases that together notice every survivor; each notices as many as it can of those that are left.

    The session that tells a survivor apart is led on to an end, with every further answer unknown and no remedy
    helping, because so it notices more; where the difference is lost on the way, it is left as it is.
    """
    player = Player(kb)
    players = [Player(survivor.mutant.kb) for survivor in survivors]
    left = list(range(len(survivors)))
    found: list[Noticing] = []
    while left:
        first = survivors[left[0]]
        told = _facts(kb, first)
        code = first.code if first.code != words.UNKNOWN_CODE else _NO_CODE_OF_OURS
        for answers, outcomes in (_led_on(player, code, *told), told):
            stand = player.play(code, answers, outcomes)
            noticed = [
                number for number in left if _seen(players[number].play(code, answers, outcomes)) != _seen(stand)
            ]
            if left[0] in noticed:
                found.append(Noticing(code, answers, outcomes, stand, tuple(survivors[n] for n in noticed)))
                break
        else:
            noticed = [left[0]]  # told at once, its session does not tell it apart: the order of outcomes does
        left = [number for number in left if number not in noticed]
    return found


def _seen(stand: Stand) -> Stand:
    """What a scenario can expect of it."""
    return replace(stand, rules=frozenset())


def _facts(kb: KnowledgeBase, survivor: Survivor) -> tuple[dict[str, Value], dict[str, str]]:
    said = [(subject, _NO_CODE_OF_OURS if value == ANOTHER_CODE else value) for subject, value in survivor.session]
    answers: dict[str, Value] = {subject: value for subject, value in said if subject in kb.questions}
    return answers, {subject: value for subject, value in said if subject in kb.remedies}


def _led_on(
    player: Player, code: str, answers: Mapping[str, Value], outcomes: Mapping[str, str]
) -> tuple[dict[str, Value], dict[str, str]]:
    said, done = dict(answers), dict(outcomes)
    for _ in range(_MOST_STEPS):
        stand = player.play(code, said, done)
        if stand.question is not None:
            said[stand.question] = words.UNKNOWN
        elif stand.state == "remedy" and stand.remedy is not None:
            done[stand.remedy] = words.NOT_FIXED
        else:
            break
    return said, done
