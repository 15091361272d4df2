"""Writes down what a reviewer says of rules, in the `reviews.yaml` of a knowledge base."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.case import CaseError
from kb.files import write_atomically
from kb.hidden import hidden_in
from kb.problems import KnowledgeError, closest_word
from kb.reading import read_text
from kb.reviews import Review, read_reviews, reviews_in
from kb.store import REVIEWS

from .wording import Wording

ALL = "all"
_HEAD = "reviews:\n"


@dataclass(frozen=True)
class Verdict:
    """What somebody says of rules: `by` a name or role, on a date (ISO), one of `words.VERDICTS`, with a note."""

    by: str
    date: str
    verdict: str
    note: str = ""


def rules_named(meanings: Mapping[str, str], names: Sequence[str], confirmed: str, say: Wording) -> list[str]:
    """The rules that these words name, each once; `all` only where `confirmed` says that all of them were read.

    Raises `CaseError`.
    """
    if ALL in names:
        wanted = say("I have read all {count} rules", count=len(meanings))
        if " ".join(confirmed.split()).casefold() != wanted.casefold():
            raise CaseError('to sign every rule, add --confirm "{words}"', "usage", words=wanted)
        return list(meanings)
    for name in names:
        if name not in meanings:
            closest = closest_word(name, meanings)
            raise CaseError('"{rule}" is no rule of this knowledge base', "no-such-rule", closest=closest, rule=name)
    return list(dict.fromkeys(names))


def sign(folder: Path, meanings: Mapping[str, str], rules: Iterable[str], said: Verdict) -> Path:
    """Add an entry for each of these rules; what stands in the file stays as it is.

    Raises `CaseError` for a name that cannot be written, or a file that cannot be added to, `KnowledgeError` with the
    problems of the file, and `NotWrittenError`.
    """
    if not said.by.strip() or hidden_in(said.by) or hidden_in(said.note):
        raise CaseError("say who signs with --by, in letters that everybody can see", "usage")
    path = folder / REVIEWS
    before, problems = read_reviews(folder)
    if problems:
        raise KnowledgeError(problems)
    added = [
        Review(rule, meanings[rule], said.by.strip(), said.date, said.verdict, said.note.strip()) for rule in rules
    ]
    text = path.read_text(encoding="utf-8-sig") if path.exists() else _HEAD
    written = _added(text, len(before), added)
    _checked(written, [*before, *added], path)
    write_atomically(path, written.encode())
    return path


def _added(text: str, count: int, reviews: Iterable[Review]) -> str:
    """The text with further entries at its end, indented as the first one is."""
    if not count:
        text = re.sub(r"(?m)^reviews:\s*\[\s*\]", "reviews:", text)
    found = re.search(r"(?m)^reviews:[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*([ \t]*)-", text)
    indent = found[1] if found else "  "
    return text.rstrip() + "\n" + "".join(_entry(review, indent) for review in reviews)


def _entry(review: Review, indent: str) -> str:
    """An entry. Names and notes stand in quotes, in which YAML takes every character as it is."""
    lines = [
        f"- rule: {review.rule}",
        f'  meaning: "{review.meaning}"',
        f"  by: {json.dumps(review.by, ensure_ascii=False)}",
        f"  date: {review.date}",
        f"  verdict: {review.verdict}",
        *([f"  note: {json.dumps(review.note, ensure_ascii=False)}"] if review.note else []),
    ]
    return "".join(f"{indent}{line}\n" for line in lines)


def _checked(text: str, wanted: Sequence[Review], path: Path) -> None:
    """Refuse a text that would not say what it is to say: what is there may be written in another form."""
    document, problems = read_text(text, REVIEWS)
    reviews, more = ((), problems) if problems else reviews_in(document)
    twice = next((problem for problem in more if problem.slug == "duplicate-review"), None)
    if twice:
        raise KnowledgeError([twice])
    if [replace(one, line=1, column=1) for one in reviews] != [replace(one, line=1, column=1) for one in wanted]:
        raise CaseError(
            "nothing can be added to {path}; write its entries as a list with a dash before each, and nothing below it",
            "reviews-not-added",
            path=path.as_posix(),
        )
