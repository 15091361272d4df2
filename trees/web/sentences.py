"""Every sentence of the program that the page says, once more in Python, where the catalogue finds it."""

from __future__ import annotations

from collections.abc import Mapping

from ..reading import Say, plainly


def sentences(say: Say) -> Mapping[str, str]:
    """Each sentence as a reader sees it, by its English form; places for values stay as they are."""
    return dict(sorted(zip(_all(plainly), _all(say), strict=True)))


def _all(say: Say) -> list[str]:
    return [
        line for part in (_words, _refusing, _errands, _note, _copying, _charts, _views, _page) for line in part(say)
    ]


def _words(say: Say) -> list[str]:
    """In `words.js`: names of answers, places, shells, risks, reasons, outcomes, sources."""
    return [
        say("yes"),
        say("no"),
        say("unknown"),
        say("none"),
        say("affected machine"),
        say("KMS host"),
        say("DNS server"),
        say("network"),
        say("licence owner"),
        say("Active Directory"),
        say("cloud portal"),
        say("administration workstation"),
        say("PowerShell as administrator:"),
        say("PowerShell:"),
        say("Command Prompt as administrator:"),
        say("Command Prompt:"),
        say("harmless"),
        say("can be undone"),
        say("spends a limited activation"),
        say("changes what the machine is licensed for"),
        say("cannot be undone"),
        say("Somebody else must act now."),
        say("The rules know no further cause."),
        say("A remedy was declined."),
        say("The case came back to a code it had already left."),
        say("fixed"),
        say("not fixed"),
        say("pending"),
        say("blocked"),
        say("declined"),
        say("general Windows administration knowledge"),
        say("{title}, {section} (checked {date})"),
        say("{title} (checked {date})"),
    ]


def _refusing(say: Say) -> list[str]:
    """In `session.js`: why an answer is refused."""
    return [
        say("{number} cannot be; it lies between {low} and {high}."),
        say("That contradicts an answer given before: {answer}"),
    ]


def _errands(say: Say) -> list[str]:
    """In `errands.js`: what somebody is asked to do."""
    return [
        say("Where: {place}"),
        say("Contact: {contact}"),
        say("Answer this question: {question}"),
        say("Why: {because}"),
        say("Possible answers:"),
        say("On the phone: {sentence}"),
        say("Undo the test: {undo}"),
        say('"{text}"'),
        say('"{english}" / "{german}"'),
        say('"{english}" / "{german}" (German form not verified)'),
        say("{answer} looks like: {look}"),
        say("or {shell}"),
        say("Values for {name} here: {values}"),
        say("Wait for: {what}"),
        say("Look again: {when}"),
        say("Risk: {risk}"),
        say("Before anything is done, somebody who may decide that must agree."),
        say("Undo: {undo}"),
        say("Check ({place}): {check}"),
        say("If this takes time, wait for: {what}"),
        say("Hand over to:"),
        say("Have ready:"),
        say("Collect:"),
        say("To be looked up: {place}"),
        say("Nobody who worked on this case could look there."),
        say("Whoever worked on this case did not know."),
    ]


def _note(say: Say) -> list[str]:
    """In `note.js`: the note for the ticket."""
    return [
        say("Cause"),
        say("Done"),
        say("To do"),
        say("Not looked at"),
        say("Fill in what stands in angle brackets before you run a command."),
        say("Causes not ruled out"),
        say("Questions and answers"),
        say("Activation error {code} ({groups})"),
        say('On the screen: "{message}"'),
        say("{code} is not in this knowledge base."),
        say("Codes the case went through, in this order:"),
        say("State: open; a question has to be answered."),
        say("State: open; a remedy has to be carried out."),
        say("State: waiting for a remedy that was begun."),
        say("State: resolved."),
        say("State: to be handed over."),
        say("Not found yet."),
        say("Not found."),
        say("{count} cause is not ruled out; it stands below."),
        say("{count} causes are not ruled out; they stand below."),
        say("Seen:"),
        say("and {count} more"),
        say("No remedy has been tried yet."),
        say("Not done:"),
        say("{code} appeared"),
        say("Before that: {outcomes}."),
        say("Against: {cause}."),
        say("Nothing is left to do."),
        say("How to take the remedy back:"),
        say("After the tests:"),
        say("Not allowed here:"),
        say("Not possible for whoever worked on this case; somebody else must do it:"),
        say("No question has an answer yet."),
        say("Rules that fired:"),
        say("Sources:"),
        say("Knowledge base {version}, SHA-256 {hash}"),
        say("Site file: {file}"),
        say("follows from {number}"),
        say("operator"),
        say("nobody could look there"),
        say("{file}, line {line}"),
    ]


def _copying(say: Say) -> list[str]:
    """In `copying.js`: what copying says."""
    return [
        say("Copied."),
        say("This browser does not let the page copy; select the text."),
    ]


def _charts(say: Say) -> list[str]:
    """In `chart.js`: around the charts."""
    return [
        say("Any other code"),
        say("Chart"),
        say("This browser cannot show the chart; everything else works."),
        say("Charts on the way"),
        say("Whole chart"),
    ]


def _views(say: Say) -> list[str]:
    """In `views.js`: start, questions, remedies, ends."""
    return [
        say("Codes that fit: {count}"),
        say("Nothing fits. A code looks like 0xC004F074; words of the message will do too."),
        say("Which error code is shown?"),
        say("Type the code in any spelling, or words of the message, or paste what the screen says."),
        say("Not in this runbook; general checks help here."),
        say("Chart and answers"),
        say("Where you are"),
        say("Codes of this case: {codes}"),
        say("What this code means"),
        say("This is often only the outer code; the telling one is in event 12288."),
        say("Most frequent causes: {causes}."),
        say("Question"),
        say("I don't know"),
        say("I can't look there"),
        say("All questions about this place become unknown and go on a list: {place}"),
        say("How to find out"),
        say("Why this is asked"),
        say("The code, in any spelling"),
        say("Take this code"),
        say("That is no error code; a code looks like 0xC004F074."),
        say("No other code"),
        say("Yes"),
        say("No"),
        say("A number is an answer too: {measure} ({unit})"),
        say("Take this number"),
        say("Type a whole number."),
        say("There is no command for this; ask whoever knows."),
        say("KMS hosts of this site: {hosts}"),
        say("a code"),
        say("{answer} looks like"),
        say("Copy"),
        say("Copy the command {command}"),
        say("It could be this cause: {cause}"),
        say("Known already:"),
        say("Remedy"),
        say("Cause: {cause}"),
        say("Check"),
        say("I agree"),
        say('To do this, type "{words}" in full.'),
        say("Go on"),
        say("Not agreed; nothing was noted."),
        say("Declined"),
        say("Blocked"),
        say("What came of it?"),
        say("Fixed"),
        say("it worked, as the check shows"),
        say("Not fixed"),
        say("done, but not fixed"),
        say("Pending"),
        say("begun; the result comes later"),
        say("cannot be done here and now"),
        say("shall not be done"),
        say("Another code is shown now"),
        say("Go on with it"),
        say("Wait, then look again"),
        say("Resolved"),
        say("Resolved by: {remedy}"),
        say("Copy the note for the ticket before you close this page."),
        say("Hand over"),
        say("Hand over to: {owners}"),
        say("Remedies not done:"),
        say("Questions left unknown"),
        say("Back"),
        say("Copy the note"),
        say("Start over"),
        say("The note for the ticket"),
        say("Back to here"),
        say("Back to here: {event}"),
        say("Not allowed here: {remedy}"),
        say("So far"),
        say("Known from the site file"),
        say("Nobody can look there: {place}"),
    ]


def _page(say: Say) -> list[str]:
    """In `theme.js` and `app.js`: around the case."""
    return [
        say("Questions noted for whoever can look there ({place}): {count}. The note lists them."),
        say("Activation runbook"),
        say("Skip to the case"),
        say("Language"),
        say("Light"),
        say("Dark"),
        say("Light colours"),
        say("Dark colours"),
        say("Document"),
        say("Owner"),
        say("Approved by"),
        say("Valid until"),
        say("Classification"),
        say("Site file"),
        say("Knowledge base"),
        say("Made on"),
        say("Nothing leaves this page: it works without a network, and forgets the case when it is closed."),
    ]
