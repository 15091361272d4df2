"""The authored form of trace files (`trace/*.yaml`), in the style of `kb.schema`.

A trace file says for each cell of a table that the knowledge was made from where the knowledge has it, or why it has
been left out. The line under a field describes it: `kb.jsonschema` writes it into the JSON Schema that editors use.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from .schema import CodeId, Date, Form, Id, Line, Number, Type

Part = Literal["messages", "also", "meaning", "aliases", "types", "escalation", "notes"]
Tables = Annotated[list[Id], Field(min_length=1)]
Ids = Annotated[list[Id], Field(min_length=1)]


class BothForm(Form):
    """A text in both languages; reviewers read either."""

    en: Line
    de: Line


class TraceTableForm(Form):
    """A table that the knowledge was made from."""

    name: BothForm
    """What it is called, in a few words."""
    title: BothForm
    """The title of the document that it stands in."""
    url: Line = ""
    dated: Date | None = None
    """When the document was last changed by its own account."""
    compared: Date
    """When somebody last compared the table with what stands here."""
    rows: Number
    """How many rows the table has."""
    messages: BothForm | None = None
    """Why the messages of this table are not in the knowledge word for word, where that is so for all of them."""


class StatementForm(Form):
    """One cause or one fix that a cell names, and where the knowledge has it."""

    says: BothForm
    """What the cell says, in words of your own."""
    tables: Tables | None = None
    """Those of the row's tables that say so; all of them where this is left out."""
    code: CodeId | None = None
    """The code whose plan has it, where that is another one than the row's."""
    rules: Ids | None = None
    causes: Ids | None = None
    remedies: Ids | None = None
    questions: Ids | None = None
    parts: Annotated[list[Part], Field(min_length=1)] | None = None
    """Parts of the code's own entry that say it."""
    differs: BothForm | None = None
    """What the knowledge says otherwise, and why."""
    left_out: BothForm | None = None
    """Why the knowledge does not say it."""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Any:
        named = (self.rules, self.causes, self.remedies, self.questions, self.parts)
        if self.left_out and any(named):
            raise ValueError("what is left out is nowhere; remove left_out, or say with differs what is left out of it")
        if self.left_out and self.differs:
            raise ValueError("left_out and differs exclude each other; keep one of them")
        return self


class TraceRowForm(Form):
    """One row of the tables: what each of its cells says, and where the knowledge has it."""

    tables: Tables
    """The tables that have this row."""
    written: dict[Id, Line] = {}
    """How a table writes the code, where it writes it otherwise."""
    messages: dict[Id, Line] = {}
    """The message of each table, word for word as far as Windows shows it."""
    messages_differ: BothForm | None = None
    """Why a message here is not word for word in the knowledge."""
    message_says: list[StatementForm] = []
    """What else stands in the cell of the message."""
    types: dict[Id, list[Type]]
    """The kinds of activation that each table names."""
    types_differ: BothForm | None = None
    """Why the knowledge has other kinds."""
    causes: Annotated[list[StatementForm], Field(min_length=1)]
    fixes: Annotated[list[StatementForm], Field(min_length=1)]


class TraceFileForm(Form):
    """Any trace file; a knowledge base may have several."""

    tables: dict[Id, TraceTableForm] = {}
    rows: dict[CodeId, TraceRowForm] = {}
    """Keys in quotes: tools that read YAML as data would take 0xC004F074 for a number."""
