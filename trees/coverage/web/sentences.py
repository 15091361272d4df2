"""Every sentence that the page's program says, once more in Python, where the catalogue finds it."""

from __future__ import annotations

from collections.abc import Mapping

from trees.reading import Say, plainly


def sentences(say: Say) -> Mapping[str, str]:
    """Each sentence as a reader sees it, by its English form; places for values stay as they are."""
    return dict(sorted(zip(_all(plainly), _all(say), strict=True)))


def _all(say: Say) -> list[str]:
    return [line for part in (_words, _tables, _cards, _overview, _details, _page) for line in part(say)]


def _words(say: Say) -> list[str]:
    """In `words.js`: whether something was covered."""
    return [
        say("fired: {count}"),
        say("never fired"),
        say("cannot fire"),
        say("held: {count}"),
        say("never held"),
        say("cannot hold"),
        say("true: {count}"),
        say("never true"),
        say("cannot be true"),
        say("false: {count}"),
        say("never false"),
        say("cannot be false"),
        say("entered: {count}"),
        say("never entered"),
        say("cannot be entered"),
        say("fired"),
        say("tried, never fired"),
        say("never tried"),
        say("{percent} %"),
        say("Guard, line {line}"),
    ]


def _tables(say: Say) -> list[str]:
    """In `tables.js`: columns of counts."""
    return [
        say("Covered"),
        say("Missing"),
        say("Percent"),
    ]


def _cards(say: Say) -> list[str]:
    """In `cards.js`: rules and guards."""
    return [
        say("Who covered what"),
        say("YAML of {name}"),
        say("It was false at:"),
        say("{condition} of the guard in line {line}: {count}"),
        say("{condition}: {count}"),
        say("Sources"),
    ]


def _overview(say: Say) -> list[str]:
    """In `overview.js`: the start and its tables."""
    return [
        say("Coverage of the knowledge base {version}"),
        say("Sessions that were looked at: {count}"),
        say("Totals"),
        say("Tables"),
        say("Measures, worst first"),
        say("Measure"),
        say("What is missing"),
        say("{missing} of {total} are missing."),
        say("Nothing is missing."),
        say("The edges of the graphs do not count towards what is missing."),
        say("Worst first:"),
        say("{count} more"),
        say("Cannot be covered: {count}"),
        say("Codes and procedures"),
        say("Code or procedure"),
        say("Rules"),
        say("Conditions"),
        say("Decisions"),
        say("Edges"),
        say("Rule or guard"),
        say("In"),
        say("How it fared"),
        say("Sessions"),
        say("Questions, remedies, causes"),
        say("Name"),
        say("Kind"),
        say("Session"),
        say("Code"),
        say("Rules that fired"),
        say("held"),
        say("Shown: {count} of {total}"),
        say("Filter"),
        say("Only what is missing"),
    ]


def _details(say: Say) -> list[str]:
    """In `details.js`: what one of them is shown with."""
    return [
        say("Rules, in their order"),
        say("covered, in so many sessions"),
        say("never"),
        say("cannot be"),
        say("Chart"),
        say("Back to the overview"),
        say("Procedure:"),
        say("Whole chart"),
        say("This browser cannot show the chart; everything else works."),
        say("{label}: {count}"),
        say("{label}: never"),
        say("{label}: cannot be"),
        say("Rules that read it"),
        say("true"),
        say("false"),
        say("Answers, remedies and causes"),
    ]


def _page(say: Say) -> list[str]:
    """In `app.js`: around the content, and in `theme.js`."""
    return [
        say("Light"),
        say("Dark"),
        say("Light colours"),
        say("Dark colours"),
        say("Coverage of the knowledge base"),
        say("Knowledge base"),
        say("Nothing leaves this page: it works without a network."),
    ]
