"""When a command prints nothing: is it the tool? Asked before anything is concluded about the case.

Scripts need VBScript, a feature that Windows lets administrators remove and is going to switch off; and a command
written for one shell does nothing useful in the other. Sources: Microsoft's notice on the deprecation of VBScript
(Windows Server and Windows client, deprecated features), the settings of Windows Script Host.
"""

from __future__ import annotations

from kb import words
from kb.model import Question, Remedy, Variant, Verify
from trees.names import shell_name

from .desk import Desk, commands_of
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
    _try_the_others(desk, thing)


def _try_the_others(desk: Desk, thing: Question | Remedy) -> None:
    """Offer each form that has not failed here yet, until one prints something or none is left."""
    say = desk.say
    shown, others, elevated = _forms_left(desk, thing)
    if shown:
        desk.prints_nothing(shown)
    for form in others:
        meant = _offered(desk, form, elevated=elevated)
        if meant == words.YES:
            desk.use_shell(form.shell)
            noted = say("Noted: PowerShell works here; its form is shown first.")
            command_prompt = say("Noted: the Command Prompt works here; its form is shown first.")
            desk.tell(noted if form.shell == "powershell" else command_prompt)
        if meant != words.NO:
            return
        desk.prints_nothing(form.command)
    if isinstance(thing, Remedy):
        desk.tell(say("No other form of this command is left: if the step cannot be done here, type blocked."))
    elif shown or any(part.command in desk.present.around.silent for part in commands_of(thing)):
        desk.tell(say("Then nothing can be read with it here: ? goes on without knowing, x leaves it to its owner."))
    else:
        desk.tell(say("There is no other form of this command: ? goes on without knowing, x leaves it to its owner."))


def _offered(desk: Desk, form: Variant, *, elevated: bool) -> str:
    """Show a form and ask whether it prints something; see `_yes_or_no`."""
    say = desk.say
    powershell = form.shell == "powershell"
    desk.tell(
        say("Then try this form in PowerShell:") if powershell else say("Then try this form in the Command Prompt:")
    )
    if elevated:
        desk.tell(shell_name(say, form.shell, elevated=True))
    desk.show([Shown(f"      {desk.present.around.fill(form.command)}", COMMAND)])
    return _yes_or_no(desk)


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


def _forms_left(desk: Desk, thing: Question | Remedy) -> tuple[str, list[Variant], bool]:
    """The command that printed nothing, the forms that may print something, and whether they need full rights.

    Of several commands, the first that has such a form is meant; without any, all of it is empty.
    """
    for part in commands_of(thing):
        variants = () if isinstance(part, Verify) else part.variants
        shown, *others = desk.present.forms(part.shell, part.command, variants)
        left = [form for form in others if form.command not in desk.present.around.silent]
        if left:
            return shown.command, left, bool(getattr(part, "elevated", False))
    return "", [], False
