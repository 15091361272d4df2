"""What stands before the chapters: the title page, how to use the runbook, the table of all codes."""

from __future__ import annotations

from collections.abc import Iterable

from kb import words
from kb.site import Runbook

from ..reading import Reading, Say
from .parts import Chapter, Cover, Paragraph, Revision, Row

HASH = 16
"""So many characters of a hash are shown; enough to tell versions apart."""


def cover(
    reading: Reading, about: Runbook, codes: Iterable[str], revisions: tuple[Revision, ...], *, whole: bool
) -> Cover:
    """The title page: what the organisation says of the document, and what it was made from."""
    say, manifest = reading.say, reading.kb.manifest
    chosen = [say("any other code") if code == words.UNKNOWN_CODE else code for code in codes]
    facts = [
        (say("Document number"), about.document_number),
        (say("Owner"), about.owner),
        (say("Approver"), about.approver),
        (say("Valid until"), about.valid_until),
        (say("Classification"), about.classification),
        (say("Version of the knowledge"), manifest.version),
        (say("Date"), manifest.released),
        (say("Hash of the knowledge"), manifest.sha256[:HASH]),
        (say("Codes"), say("all {count}", count=len(chosen)) if whole else ", ".join(chosen)),
    ]
    known = say("Knowledge {version} of {date}", version=manifest.version, date=manifest.released)
    history = revisions or (Revision(manifest.version, manifest.released),)
    return Cover(
        say("Runbook: Windows volume activation"),
        say("Error codes, their causes, and what to do about them"),
        about.classification,
        " · ".join(part for part in (about.document_number, known) if part),
        tuple((name, value or _open(say)) for name, value in facts),
        history,
    )


def _open(say: Say) -> str:
    return say("not stated")


def guide(reading: Reading, *, pocket: bool) -> tuple[Paragraph, ...]:
    """How the runbook is used."""
    say = reading.say
    middle = (_procedures(say),) if pocket else (_procedures(say), _charts(say))
    return (_find(say), *(_short(say) if pocket else _full(say)), *middle, _risks(say), _commands(say))


def _find(say: Say) -> Paragraph:
    told = say("Look it up in the table of all codes, or in the index, which also lists the messages of Windows.")
    return Paragraph(say("Find the code"), told)


def _full(say: Say) -> tuple[Paragraph, ...]:
    """Questions and remedies where there is room for all that is known of them."""
    answer = say(
        "Begin where the chapter says so. Below each question stands how to find the answer out; then go on "
        "with the number that stands beside your answer. What is known already need not be looked up again. "
        "If nobody can tell, the answer is unknown."
    )
    carry_out = say(
        "R1, R2 and so on are remedies. Tick each step, write down the time and your initials, then check. A "
        "remedy that was tried before is not tried again: go on as if it had not helped."
    )
    return (
        Paragraph(say("Answer one question after the other"), answer),
        Paragraph(say("Carry remedies out with a pen"), carry_out),
    )


def _short(say: Say) -> tuple[Paragraph, ...]:
    """Questions and remedies of the pocket edition, and what it leaves out."""
    answer = say(
        "Begin where the page says so, and go on with the number that stands beside your answer. What is known "
        "already need not be looked up again. If nobody can tell, the answer is unknown."
    )
    left_out = say(
        "This is the short form: one page for each code. How to find answers out stands in the full runbook. Where "
        "commands or steps of remedies do not fit, the page says so; they stand in the full runbook too."
    )
    carry_out = say(
        "R1, R2 and so on are remedies. Tick each step, then check. A remedy that was tried before is not tried "
        "again: go on as if it had not helped."
    )
    return (
        Paragraph(say("Answer one question after the other"), answer),
        Paragraph(say("What is left out"), left_out),
        Paragraph(say("Carry remedies out with a pen"), carry_out),
    )


def _procedures(say: Say) -> Paragraph:
    told = say(
        "P1, P2 and so on are procedures that several codes share. Go through the procedure on its page; where "
        "it says so, come back and continue behind the step that you came from."
    )
    return Paragraph(say("Go through procedures and come back"), told)


def _charts(say: Say) -> Paragraph:
    told = say(
        "The chart of a chapter shows the same as its numbered text, with the same numbers. Where it takes several "
        "sheets, signs with a letter say where it goes on: “to 2A” leads to the sign A on sheet 2 of that chart."
    )
    return Paragraph(say("Charts"), told)


def _risks(say: Say) -> Paragraph:
    told = say(
        "What is not harmless says so. Where somebody must agree first, nothing is done before that. Whom to "
        "call stands behind the chapters."
    )
    return Paragraph(say("Risks"), told)


def _commands(say: Say) -> Paragraph:
    told = say(
        "Words in angle brackets, such as <KMS_HOST>, stand for what only you know. A line that ends with an "
        "arrow goes on in the next one: it is one command."
    )
    return Paragraph(say("Commands"), told)


def table(chapters: Iterable[Chapter], reading: Reading) -> tuple[Row, ...]:
    """All codes with what Windows says, in the reader's language."""
    rows = []
    for chapter in chapters:
        code = reading.kb.codes[chapter.ident]
        message = code.message_de if reading.language == "de" else code.message_en
        known = code.id != words.UNKNOWN_CODE
        rows.append(
            Row(
                chapter.title,
                chapter.place,
                code.symbol,
                chapter.types,
                message if known else chapter.meaning,
            )
        )
    return tuple(rows)
