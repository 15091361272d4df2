"""When a command prints nothing: is it the tool? Asked before anything is concluded about the case.

Scripts need VBScript, a feature that Windows lets administrators remove and is going to switch off; and a command
written for one shell does nothing useful in the other. Sources: Microsoft's notice on the deprecation of VBScript
(Windows Server and Windows client, deprecated features), the settings of Windows Script Host.
"""

from __future__ import annotations

from kb import words
from kb.model import Question, Remedy, Variant, Verify

from .desk import Desk, commands_of
from .naming import shell_name
from .page import COMMAND, HEADING, Shown
from .prompting import ANSWERS

_SCRIPT_THERE = r"if exist %windir%\system32\vbscript.dll (echo there) else (echo missing)"
_SCRIPT_HOST = r'reg query "HKLM\SOFTWARE\Microsoft\Windows Script Host\Settings" /v Enabled'


def nothing_printed(desk: Desk, thing: Question | Remedy) -> None:
    """Look at the tool first; find out which form of the command works here, and remember it."""
    forms = list(commands_of(thing))
    say = desk.say
    desk.part()
    if not forms:
        desk.tell(say("There is no command here that could have printed something."))
        return
    desk.tell(say("No output says nothing about the case. Look at the tool first:"), HEADING)
    if any(form.shell == "cmd" for form in forms):
        window = say("A command for the Command Prompt does nothing useful in PowerShell: compare the window.")
    else:
        window = say("A command for PowerShell does nothing useful in the Command Prompt: compare the window.")
    desk.show(desk.present.columns([("1.", window)]))
    if any("slmgr" in form.command or "cscript" in form.command for form in forms):
        script = say("slmgr needs VBScript. If the first line says missing, or the second shows 0x0, it is off:")
        desk.show(desk.present.columns([("2.", script)]))
        for command in (_SCRIPT_THERE, _SCRIPT_HOST):
            desk.show([Shown(f"      {command}", COMMAND)])
    other = _other_form(desk, thing)
    if other is None:
        desk.tell(say("There is no other form of this command: ? goes on without knowing, x leaves it to its owner."))
        return
    powershell = other.shell == "powershell"
    desk.tell(
        say("Then try this form in PowerShell:") if powershell else say("Then try this form in the Command Prompt:")
    )
    if any(getattr(form, "elevated", False) for form in forms):
        desk.tell(shell_name(say, other.shell, elevated=True))
    desk.show([Shown(f"      {desk.present.around.fill(other.command)}", COMMAND)])
    meant = _yes_or_no(desk)
    if meant == words.YES:
        desk.use_shell(other.shell)
        noted = say("Noted: PowerShell works here; its form is shown first.")
        desk.tell(noted if powershell else say("Noted: the Command Prompt works here; its form is shown first."))
    elif meant == words.NO:
        desk.tell(say("Then nothing can be read with it here: ? goes on without knowing, x leaves it to its owner."))


def _yes_or_no(desk: Desk) -> str:
    """Whether the other form prints something; empty where something else was typed that belongs to the step.

    Whoever pastes several lines has an output.
    """
    from .prompt_commands import command_of

    while True:
        typed = desk.terminal.read(desk.say("Does this form print something? y / n > "))
        line = typed.text.strip()
        if typed.pasted or command_of(line.partition(" ")[0]):
            desk.unread = typed
            return words.YES if "\n" in line else ""
        meant = ANSWERS.get(line.casefold(), "")
        if meant in (words.YES, words.NO):
            return meant
        desk.tell(desk.say("Type y or n."))


def _other_form(desk: Desk, thing: Question | Remedy) -> Variant | None:
    """The first form for a shell other than the one shown first."""
    for form in commands_of(thing):
        variants = () if isinstance(form, Verify) else form.variants
        forms = sorted(
            [Variant(form.shell, form.command), *variants], key=lambda one: one.shell != desk.present.around.shell
        )
        for one in forms[1:]:
            if one.shell != forms[0].shell:
                return one
    return None
