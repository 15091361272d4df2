"""Which questions the same look answers: one command is run once for all that can be read off its output."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from kb.model import Question


def by_output(questions: Iterable[Question]) -> Iterable[list[Question]]:
    """The questions, together those that need the same command or the same steps; those that need none come last."""
    groups: dict[Hashable, list[Question]] = {}
    for question in questions:
        commands = commands_in(question)
        groups.setdefault(question.how if len(commands) > 1 else commands, []).append(question)
    without_command = groups.pop((), [])
    return [*groups.values(), without_command] if without_command else groups.values()


def commands_in(question: Question) -> tuple[Hashable, ...]:
    """What distinguishes the commands that find a question out, in their order."""
    return tuple((step.shell, step.elevated, step.command, step.variants) for step in question.how if step.command)
