"""Every sentence that the page's program says, once more in Python, where the catalogue finds it."""

from __future__ import annotations

from collections.abc import Mapping

from ..reading import Say, plainly


def sentences(say: Say) -> Mapping[str, str]:
    """Each sentence as a reader sees it, by its English form; places for values stay as they are."""
    return dict(sorted(zip(_all(plainly), _all(say), strict=True)))


def _all(say: Say) -> list[str]:
    return [*_table(say), *_page(say)]


def _table(say: Say) -> list[str]:
    """In `trace.js`: the table and what stands in it."""
    return [
        say("Cell"),
        say("What it says"),
        say("What became of it"),
        say("In the knowledge"),
        say("Evidence"),
        say("{code} in {table}"),
        say("In the entry of {code}: {parts}"),
        say("Asked: {question}"),
        say("goes on as {code}"),
        say("goes on as the code that answers: {question}"),
        say("handed over to: {owner}"),
        say("Scenarios: {count}"),
        say("Scenarios under other codes: {count}"),
        say("no scenario"),
    ]


def _page(say: Say) -> list[str]:
    """In `trace.js`: around the table, and in `theme.js`."""
    return [
        say("Traceability"),
        say("What became of the tables that the knowledge was made from"),
        say("Each cell of these tables: where the knowledge has it, how it differs, or why it was left out."),
        say("{title} (of {dated}, compared {compared})"),
        say("{title} (compared {compared})"),
        say("Table"),
        say("Rows"),
        say("Cells"),
        say("All"),
        say("Filter"),
        say("Search"),
        say("Code, rule, cause, remedy or words"),
        say("Cells shown: {count} of {total}"),
        say("Knowledge base"),
        say("Nothing leaves this page: it works without a network."),
        say("Light"),
        say("Dark"),
        say("Light colours"),
        say("Dark colours"),
    ]
