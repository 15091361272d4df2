"""`voltriage review`: the rules in plain sentences, for those who sign them, and their signatures."""

from __future__ import annotations

from pathlib import Path

import click

from engine.case import CaseError
from kb import words

from .. import exits
from ..language import LANGUAGES
from ..opening import open_for
from ..options import reader_options

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command("review")
@reader_options
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Folder to write the report to.")
@click.option("--paper", type=click.Choice(("a4", "letter")), default="a4", help="Paper of the PDF (default: a4).")
@click.option("--since", "older", type=_FOLDER, metavar="OLD", help="Knowledge base to tell the changes since.")
@click.option(
    "--sign", "rules", multiple=True, metavar="RULE", help="Sign this rule; repeat it for others, or say all."
)
@click.option("--by", default="", metavar="NAME", help="Who signs: a name or a role.")
@click.option("--verdict", type=click.Choice(words.VERDICTS), default=words.APPROVED, help="What is said of the rule.")
@click.option("--note", default="", metavar="TEXT", help="A sentence about the verdict.")
@click.option("--date", default="", metavar="DATE", help="The day of the verdict, like 2027-03-01 (default: today).")
@click.option("--confirm", default="", metavar="WORDS", help="With --sign all: that every rule was read.")
def command(  # noqa: PLR0913, PLR0917  # one parameter for each option
    output: Path | None,
    paper: str,
    older: Path | None,
    rules: tuple[str, ...],
    by: str,
    verdict: str,
    note: str,
    date: str,
    confirm: str,
    kb_folder: Path | None = None,
    language: str | None = None,
) -> int:
    """Write every rule as a plain sentence, with what it rests on and whether somebody has signed it.

    The folder gets a page for a browser and a PDF in English and in German (with --lang in one of them):
    review.en.html, review.en.pdf, review.de.html, review.de.pdf. With --sign nothing of that is written: the verdict
    goes into reviews.yaml of the knowledge base, which --kb has to name.

    Exit codes: 0 done, 2 wrong usage or not made, 3 not written.

    Example: voltriage review --kb my-knowledge -o review --lang en
    """
    if rules and output is not None:
        raise CaseError("either write the report with -o, or sign rules with --sign", "usage")
    if rules:
        return _sign(kb_folder, language, rules, confirm, (by, date, verdict, note))
    if output is None:
        raise CaseError("name the folder for the report with -o, or the rules to sign with --sign", "usage")
    from kb.files import write_atomically

    from ..reviewing import Wanted, reports

    wanted = Wanted(kb_folder, (language,) if language else LANGUAGES, paper, older)
    for name, content in reports(wanted):
        write_atomically(output / name, content)
        click.echo(str(output / name))
    return exits.DONE


def _sign(
    folder: Path | None,
    language: str | None,
    rules: tuple[str, ...],
    confirmed: str,
    said: tuple[str, str, str, str],
) -> int:
    """Write verdicts into the reviews of a knowledge base."""
    from ..reviewing import known_rules
    from ..signing import Verdict, rules_named, sign

    by, date, verdict, note = said
    if folder is None:
        raise CaseError("the shipped knowledge cannot be signed in its place; name your own folder with --kb", "usage")
    say = open_for(folder, language).say
    meanings = {ident: meaning.hash for ident, meaning in known_rules(folder).meanings.items()}
    named = rules_named(meanings, rules, confirmed, say)
    path = sign(folder, meanings, named, Verdict(by, _day(date), verdict, note))
    click.echo(say("Reviews written to {path}: {count}", path=path.as_posix(), count=len(named)))
    return exits.DONE


def _day(date: str) -> str:
    """The day in ISO 8601."""
    import datetime

    if not date:
        return datetime.date.today().isoformat()
    try:
        return datetime.date.fromisoformat(date).isoformat()
    except ValueError:
        raise CaseError('"{date}" is no date; write one like 2027-03-01', "usage", date=date) from None
