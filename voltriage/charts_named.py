"""Which charts are meant: codes in any spelling, messages as Windows shows them, and procedures by their ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.case import CaseError
from kb import words
from kb.knowledge import KnowledgeBase
from kb.problems import closest_word
from kb.search import find

_PIECE = re.compile(r"[0-9A-Fa-fOoXx\u00d7]{1,8}")
"""What a shell makes of a code with blanks in it: several words like this one."""


def every_chart(kb: KnowledgeBase) -> tuple[str, ...]:
    """All codes, that for unknown ones last, then all procedures, as the knowledge base orders them."""
    codes = [code for code in kb.codes if code != words.UNKNOWN_CODE]
    return (*codes, words.UNKNOWN_CODE, *kb.procedures)


def charts_named(kb: KnowledgeBase, names: Sequence[str]) -> tuple[str, ...]:
    """The ids of the codes and procedures that these words name, in order and once each.

    Raises `CaseError` for what is neither, with the nearest name or the messages that are like it.
    """
    return tuple(dict.fromkeys(_named(kb, list(names))))


def _named(kb: KnowledgeBase, names: list[str]) -> Iterator[str]:
    while names:
        count, ident = next(_readings(kb, names), (0, ""))
        if not count:
            raise _unknown(kb, names[0])
        yield ident
        del names[:count]


def _readings(kb: KnowledgeBase, names: Sequence[str]) -> Iterator[tuple[int, str]]:
    """What the first words can be read as, the fewest first: how many they are, and the code or procedure."""
    for count in range(1, len(names) + 1):
        if count > 1 and not all(_PIECE.fullmatch(name) for name in names[:count]):
            return
        text = " ".join(names[:count])
        if text in kb.procedures or text in kb.codes:
            yield count, text
        elif (sure := find(kb, text).sure) in kb.codes:
            yield count, sure


def _unknown(kb: KnowledgeBase, name: str) -> CaseError:
    found = find(kb, name)
    if found.codes:
        return CaseError(
            'the knowledge base does not know the code {code}; what is done about any such code is the chart "{chart}"',
            "unknown-chart",
            closest=closest_word(found.codes[0], kb.codes),
            code=found.codes[0],
            chart=words.UNKNOWN_CODE,
        )
    if found.offers:
        return CaseError(
            '"{text}" holds no error code; messages like it belong to {offers}',
            "no-code",
            text=name,
            offers=", ".join(code for code, _ in found.offers),
        )
    closest = closest_word(name, (*kb.codes, *kb.procedures))
    if closest:
        return CaseError('there is no code and no procedure "{name}"', "unknown-chart", closest=closest, name=name)
    return CaseError(
        'there is no code and no procedure "{name}"; "voltriage codes" lists the codes, procedures are {procedures}',
        "unknown-chart",
        name=name,
        procedures=", ".join(sorted(kb.procedures)),
    )
