"""The headings and other fixed words of a report."""

from __future__ import annotations

from collections.abc import Mapping

from ..reading import Say


def fixed_words(say: Say) -> Mapping[str, str]:
    """What both the page and the PDF say, by name."""
    return {
        "state": say("Where the review stands"),
        "missing": say("What is missing"),
        "next": say("What to do next"),
        "nothing-missing": say("Nothing is missing."),
        "contents": say("Contents"),
        "views": say("What to look at first"),
        "codes": say("The rules of each code"),
        "codes-told": say(
            "The rules of a code are tried in this order. The first one that is open asks its question; the first one "
            "whose conditions all hold does what it says. Then the next one follows."
        ),
        "procedures": say("The rules of each procedure"),
        "procedures-told": say(
            "A procedure is a list of rules that several codes share. Its rules are tried in this order."
        ),
        "remedies": say("The remedies"),
        "remedies-told": say("A signature under a rule is for its remedies too, as they stand here."),
        "no-rules": say("There are none."),
        "why": say("Asked because:"),
        "meaning": say("To sign:"),
        "disagree": say("Sources disagree:"),
        "see": say("Steps:"),
        "through": say("The procedure is gone through:"),
        "then-through": say("then the procedure is gone through:"),
        "notes": say("Notes on the sources"),
        "rules": say("Proposed by:"),
        "changes": say("Afterwards these answers count no longer:"),
        "page": say("Page"),
        "skip": say("Skip to the state"),
        "counted": say("Rules and findings"),
        "number": say("How many"),
    }
