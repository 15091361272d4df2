"""Makes a runbook, as PDF or as a page for a browser, and says whether an existing one is up to date."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.case import CaseError
from kb import words
from kb.model import Text

from .charts_named import charts_named
from .language import LANGUAGES
from .not_drawn import in_the_reader_s_words
from .opening import Reader, open_for
from .progress import progress
from .wording import Wording

if TYPE_CHECKING:
    from kb.site import Site
    from trees.book.parts import Revision
    from trees.reading import Reading
    from trees.stale import Comparison, Fingerprint

PDF = "pdf"
HTML = "html"
FORMATS = (PDF, HTML)


@dataclass(frozen=True)
class Wanted:
    """Which runbook: its format, codes (none: all), paper, whether it is the pocket edition."""

    format: str
    codes: tuple[str, ...]
    paper: str = "a4"
    pocket: bool = False

    def options(self) -> dict[str, str]:
        """What is noted in the document."""
        from trees.stale import codes_option

        options = {"format": self.format, "codes": codes_option(self.codes)}
        if self.format == PDF:
            options |= {"paper": self.paper, "pocket": words.YES if self.pocket else words.NO}
        return options


def format_of(output: str) -> str:
    """The format that a file's name ends with; of what goes to standard output, PDF.

    Raises `CaseError` for any other ending.
    """
    ending = Path(output).suffix.lower().lstrip(".")
    if output == "-":
        return PDF
    if ending in FORMATS:
        return ending
    raise CaseError(
        '"{output}" is neither a PDF nor a page for a browser; let its name end with .pdf or .html',
        "usage",
        output=output,
    )


def codes_named(reader: Reader, names: tuple[str, ...]) -> tuple[str, ...]:
    """The codes that these words name, in order, in any spelling; several may stand in a word, joined by commas.

    Raises `CaseError` for anything else.
    """
    split = [part for name in names for part in name.split(",") if part.strip()]
    found = charts_named(reader.kb, split)
    procedure = next((ident for ident in found if ident in reader.kb.procedures), "")
    if procedure:
        raise CaseError(
            '"{name}" is a procedure; name codes, the procedures they lead to are in the runbook anyhow',
            "usage",
            name=procedure,
        )
    return tuple(sorted(found))


def print_of(reader: Reader, site: Site | None, wanted: Wanted) -> Fingerprint:
    """What such a runbook is made from now; a page for a browser has both languages."""
    from trees.stale import fingerprint

    language = "en+de" if wanted.format == HTML else reader.say.language
    return fingerprint(reader.kb, site, language, wanted.options())


def reading_of(reader: Reader, site: Site | None) -> Reading:
    """The reader's texts, with the site's names in place of placeholders."""
    from trees.reading import Reading

    def texts(text: Text) -> str:
        return site.fill(reader.texts(text)) if site else reader.texts(text)

    return Reading(reader.kb, texts, reader.say, reader.say.language)


def made_pdf(reader: Reader, site: Site | None, wanted: Wanted, since: Path | None = None) -> bytes:
    """The runbook as a PDF; `since`: the folder of an older knowledge base, for the revision history.

    Raises `CaseError` with the reason when it cannot be made.
    """
    from trees.book.pages import Edition, Printing, runbook_pdf
    from trees.book.whole import Order, plan_for
    from trees.pdf import created
    from trees.stale import stamped

    reading = reading_of(reader, site)
    order = Order(wanted.codes, wanted.pocket, _history(reader, reading, since, wanted.codes))
    with in_the_reader_s_words(reader):
        plan = plan_for(order, reading)
        time = created(reader.kb.manifest.released, os.environ)
        count = 0 if wanted.pocket else len(plan.drawings)
        with progress(reader.say("Making the runbook"), count + 1, reader.say("Typesetting")) as step:
            stamp = stamped(print_of(reader, site, wanted))
            content = runbook_pdf(Printing(order, plan, reading, site, Edition(wanted.paper, time, stamp, step)))
            step()
        return content


def _history(reader: Reader, reading: Reading, since: Path | None, codes: tuple[str, ...]) -> tuple[Revision, ...]:
    """What changed in the codes of a runbook (none: all) since an older knowledge base, for the title page."""
    if since is None:
        return ()
    from trees.book.parts import Revision
    from trees.diff import revision
    from trees.reading import Reading

    older = open_for(since, reader.say.language)
    found = revision(Reading(older.kb, older.texts, older.say, older.say.language), reading, codes)
    changes = tuple(
        reader.say("{codes}: {change}", codes=", ".join(entry.codes), change=sentence) if entry.codes else sentence
        for entry in found.entries
        for sentence in entry.sentences
    )
    oldest = older.kb.manifest
    return (
        Revision(found.new_version, found.released, changes or (reader.say("No change in what a session does."),)),
        Revision(oldest.version, oldest.released, (reader.say("The version compared with."),)),
    )


def made_html(
    reader: Reader, site: Site | None, wanted: Wanted, folder: Path | None, language: str | None = None
) -> bytes:
    """The runbook as a page for a browser: in both languages.

    `folder`: as given to `open_for`. `language`: the one that was asked for; without it the browser's is shown first.

    Raises `CaseError` with the reason when it cannot be made.
    """
    from trees.stale import stamped
    from trees.web.page import About, drawings_of, runbook_html

    others = [open_for(folder, language) for language in LANGUAGES if language != reader.say.language]
    readings = {one.say.language: reading_of(one, None) for one in (reader, *others)}  # the page fills names in itself
    stamp = stamped(print_of(reader, site, wanted))
    about = About(_version(), stamp, reader.kb.manifest.released, site, language or "")
    codes = wanted.codes or tuple(reader.kb.codes)
    with (
        in_the_reader_s_words(),
        progress(reader.say("Making the runbook"), drawings_of(reader.kb, readings)) as step,
    ):
        return runbook_html(reader.kb, readings, codes, about, drawn=step).encode()


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("voltriage")
    except PackageNotFoundError:
        return ""


# Checking -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What was asked for on the command line when an existing runbook is checked; what was not is as in the file."""

    names: tuple[str, ...]
    paper: str | None
    pocket: bool


def stamp_of(file: Path) -> Fingerprint:
    """What an existing runbook was made from.

    Raises `CaseError` when the file does not say.
    """
    from trees.stale import stamp_in

    found = stamp_in(file.read_bytes())
    if found is None:
        raise CaseError(
            "{file} does not say what it was made from; it is no runbook of Voltriage, or another program has "
            "rewritten it. Make it anew",
            "no-stamp",
            file=file.as_posix(),
        )
    return found


def wanted_as(reader: Reader, stored: Fingerprint, asked: Asked) -> Wanted:
    """The runbook that a stored one is compared with."""
    from trees.stale import ALL

    codes = stored.options.get("codes", ALL)
    stored_codes = () if codes == ALL else tuple(codes.split("+"))
    return Wanted(
        stored.options.get("format", PDF),
        codes_named(reader, asked.names) or stored_codes,
        asked.paper or stored.options.get("paper", "a4"),
        asked.pocket or stored.options.get("pocket") == words.YES,
    )


def report(say: Wording, found: Comparison) -> tuple[str, ...]:
    """Whether a runbook is up to date, and if not, everything that differs, as sentences."""
    if found.up_to_date:
        return (say("{file} is up to date.", file=found.file),)
    told = (_told(say, name, found.made_from, found.now) for name in found.differs)
    return (say("{file} is not up to date:", file=found.file), *told)


def _told(say: Wording, name: str, stored: Fingerprint, now: Fingerprint) -> str:
    if name == "knowledge":
        old, new = stored.knowledge[:12], now.knowledge[:12]
        return say("- Knowledge: made from {old}, now it is {new}.", old=old, new=new)
    if name == "site":
        return _told_of_site(say, stored, now)
    if name == "language":
        return say("- Language: made in {old}, now asked for in {new}.", old=stored.language, new=now.language)
    old, new = stored.options.get(name, "-"), now.options.get(name, "-")
    return say("- Option {option}: made with {old}, now asked for with {new}.", option=name, old=old, new=new)


def _told_of_site(say: Wording, stored: Fingerprint, now: Fingerprint) -> str:
    from trees.stale import NO_SITE

    if now.site == NO_SITE:
        return say("- Site facts: made with a site file, now there is none.")
    if stored.site == NO_SITE:
        return say("- Site facts: made without a site file, now there is one.")
    return say("- Site facts: they have changed.")
