"""On random knowledge bases every check finds what its definition, played out session by session, says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from kb import words
from kb.knowledge import KnowledgeBase
from tests import reference
from tests.checks import brute, drawn
from tests.checks.brute import Brute
from tests.reference import State
from tests.rulesets import NO_SUCH_CODE, consistent, described
from trees.checking.findings import Finding
from trees.checking.material import Material
from trees.checks import all_checks

Found = list[Finding]


def _ident(found: Found) -> object:
    return {finding.place.ident for finding in found}


def _with_first(found: Found) -> object:
    return {(finding.place.ident, finding.about[0]) for finding in found}


def _sized(found: Found) -> object:
    return {finding.place.ident: len(finding.about) for finding in found}


SAME: dict[str, tuple[Callable[[Found], object], Callable[[Brute], object]]] = {
    "gap": (_ident, brute.gap),
    "unreachable-rule": (_ident, lambda b: {rule for rule, size in brute.unfired(b).items() if size == 0}),
    "masked-rule": (
        _sized,
        lambda b: {r: size for r, size in brute.unfired(b).items() if size and r not in brute.covered(b)},
    ),
    "duplicate-rule": (_with_first, lambda b: {(r, o) for r, (o, same) in brute.covered(b).items() if same}),
    "subsumed-rule": (_with_first, lambda b: {(r, o) for r, (o, same) in brute.covered(b).items() if not same}),
    "conflict": (lambda found: {frozenset((f.place.ident, f.about[0])) for f in found}, brute.conflict),
    "implied-question": (_ident, brute.implied_question),
    "pointless-question": (_with_first, brute.pointless_question),
    "dead-end": (_with_first, brute.dead_end),
    "stale-answer": (lambda found: {(f.about[0], f.place.ident, f.about[1]) for f in found}, brute.stale_answer),
    "harm-from-unknown": (_with_first, brute.harm_from_unknown),
    "unknown-dead": (_ident, brute.unknown_dead),
    "irreversible-before-harmless": (_with_first, brute.irreversible_before_harmless),
    "no-way-to-resolved": (_ident, brute.no_way_to_resolved),
    "cause-unreached": (_with_first, brute.cause_unreached),
    "unused-question": (_ident, lambda b: brute.unused(b)["question"]),
    "unused-cause": (_ident, lambda b: brute.unused(b)["cause"]),
    "unused-remedy": (_ident, lambda b: brute.unused(b)["remedy"]),
    "unused-procedure": (_ident, lambda b: brute.unused(b)["procedure"]),
    "condition-never-matters": (
        lambda found: sorted(_named(f) for f in found),
        lambda b: sorted(brute.condition_never_matters(b)),
    ),
    "two-propositions": (
        _ident,
        lambda b: {q.id for q in b.kb.questions.values() if q.kind == "yes-no" and " and " in q.text.en},
    ),
    "text-too-long": (_ident, lambda b: {q.id for q in b.kb.questions.values() if len(q.text.en) > 120}),
    "missing-source": (_ident, lambda b: _unsourced(b.kb)),
    "stale-source": (lambda found: {(f.place.ident, f.place.path[1]) for f in found}, lambda b: _stale(b.kb)),
    "asked-twice": (_ident, lambda b: set()),  # the reference keeps every answer, so nothing comes up twice
    "walk-too-long": (_ident, lambda b: set()),
    "plan-too-large": (_ident, lambda b: set()),
    "missing-translation": (_ident, lambda b: set()),
    "unwritten-text": (_ident, lambda b: set()),
    "unreviewed": (_ident, lambda b: set()),  # what is drawn has no files, so nothing to compare it with
    "changed-since-review": (_ident, lambda b: set()),
    "not-approved": (_ident, lambda b: set()),
    "review-of-no-rule": (_ident, lambda b: set()),
    "untraced-cell": (_ident, lambda b: set()),
}


def _named(finding: Finding) -> tuple[str, str, str]:
    kind = finding.place.kind if finding.place.kind in ("rule", "group") else "use"
    return kind, finding.place.ident, str(finding.place.path[-1])


def _written(kb: KnowledgeBase) -> dict[str, object]:
    rules: dict[str, object] = {}
    brute.with_rules(kb, lambda rule: rules.setdefault(rule.id, rule) and rule)
    return {**rules, **{code.id: code for code in kb.codes.values()}}


def _unsourced(kb: KnowledgeBase) -> set[str]:
    return {ident for ident, thing in _written(kb).items() if not thing.sources} - {words.UNKNOWN_CODE}


def _stale(kb: KnowledgeBase) -> set[tuple[str, int]]:
    day = date.fromisoformat(kb.manifest.released)
    return {
        (ident, number)
        for ident, thing in _written(kb).items()
        for number, ref in enumerate(thing.sources)
        if ref.checked < kb.sources[ref.source].dated or (day - date.fromisoformat(ref.checked)).days > 730
    }


def test_every_check_is_examined() -> None:
    assert sorted(SAME) == [check.name for check in all_checks()]


@pytest.mark.parametrize("part", range(4))
def test_every_check_finds_what_its_definition_says(part: int) -> None:
    _compare(range(part * 25, part * 25 + 25))


@pytest.mark.exhaustive
@pytest.mark.parametrize("part", range(4))
def test_every_check_finds_what_its_definition_says_in_many_more(part: int) -> None:
    _compare(range(100 + part * 100, 100 + part * 100 + 100))


def _compare(seeds: range) -> None:
    for seed in seeds:
        kb = drawn.draw(seed)
        material, sessions = Material(kb), Brute(kb)
        for check in all_checks():
            found = list(check.look(material))
            words_of, definition = SAME[check.name]
            assert words_of(found) == definition(sessions), "\n".join([f"{check.name}, seed {seed}", *described(kb)])
            assert len({finding.fingerprint for finding in found}) == len(found)
            for finding in found:
                _plays(kb, finding)


def _plays(kb: KnowledgeBase, finding: Finding) -> None:
    """The session of a finding can be played: each question in it is asked, each remedy proposed, nothing contradicts.

    What a masked rule shows is the session that it is kept from, so it is not played to its end.
    """
    if finding.check == "masked-rule":
        return
    state = State(finding.code)
    for subject, value in finding.session:
        moment = brute.moment_of(kb, state)
        assert subject in (moment.asks, moment.remedy), finding
        if moment.remedy:
            state = State(state.code, values=state.values, outcomes={**state.outcomes, subject: value})
            continue
        said = value if value != words.ANY_CODE else NO_SUCH_CODE
        assert consistent(kb, {**state.values, subject: said}), finding
        state = reference._given(kb, state, subject, said)
