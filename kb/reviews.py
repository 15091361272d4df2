"""`reviews.yaml` of a knowledge base: who reviewed which rule, when, and with what result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .loader import check_form, hidden_texts
from .problems import Problem
from .reading import Document, read_yaml
from .schema import ReviewForm, ReviewsForm
from .sentences import sentence
from .store import REVIEWS


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody says of a rule.

    `meaning` is the hash of what the rule did and said then; `by` a name or role; `date` an ISO date; `verdict` one of
    `words.VERDICTS`; `line` and `column` the place of the entry, from 1.
    """

    rule: str
    meaning: str
    by: str
    date: str
    verdict: str
    note: str = ""
    line: int = 1
    column: int = 1


def read_reviews(folder: Path) -> tuple[tuple[Review, ...], list[Problem]]:
    """The reviews in a folder, in the order of the file, and the file's problems; nothing where there is no file.

    Where there are problems there are no reviews. Whether a rule of that name exists is not looked at: rules go, and
    what was said of them stays true.
    """
    path = folder / REVIEWS
    if not path.exists():
        return (), []
    document, problems = read_yaml(path, REVIEWS)
    if problems:
        return (), problems
    return reviews_in(document)


def reviews_in(document: Document) -> tuple[tuple[Review, ...], list[Problem]]:
    """The reviews in a document, and its problems."""
    problems = list(hidden_texts(document, document.data, ()))
    form = check_form(ReviewsForm, document, (), problems)
    if not isinstance(form, ReviewsForm):
        return (), problems
    reviews = tuple(_review(document, number, entry) for number, entry in enumerate(form.reviews))
    problems += _twice(reviews)
    return ((), problems) if problems else (reviews, [])


def _review(document: Document, number: int, form: ReviewForm) -> Review:
    line, column = document.values["reviews", number]
    return Review(form.rule, form.meaning, form.by, form.date.isoformat(), form.verdict, form.note, line, column)


def _twice(reviews: tuple[Review, ...]) -> Iterator[Problem]:
    """What one reader says twice of the same rule as it was, on the same day: nobody could tell which counts."""
    first: dict[tuple[str, str, str, str], Review] = {}
    for review in reviews:
        before = first.setdefault((review.rule, review.meaning, review.by, review.date), review)
        if before is not review:
            text = sentence(
                "{by} reviewed {rule} a second time on {date} (first in line {line}); keep the entry that counts",
                by=review.by,
                rule=review.rule,
                date=review.date,
                line=before.line,
            )
            yield Problem(REVIEWS, review.line, review.column, text, "duplicate-review")
