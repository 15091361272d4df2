"""The authored form of a knowledge base: one pydantic model per thing an author writes in YAML.

These models check shapes and words and carry the descriptions that editors show; `kb.loader` turns them into
`kb.model` and checks what refers to what. JSON Schemas for editors are generated from here.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, model_validator

from . import words

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
SourceId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=60)]
CodeId = Annotated[str, StringConstraints(pattern=r"^0x[0-9A-F]{8}$")]
PlanCodeId = Annotated[str, StringConstraints(pattern=r"^(0x[0-9A-F]{8}|unknown_code)$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\s]+$")]
Flag = Literal["yes", "no"]
Shell = Literal["cmd", "powershell"]
Place = Literal[
    "affected_machine",
    "kms_host",
    "dns_server",
    "network",
    "licence_owner",
    "active_directory",
    "cloud",
    "admin_workstation",
]
Risk = Literal["harmless", "reversible", "spends_activation", "changes_entitlement", "irreversible"]
Type = Literal["mak", "kms_client", "kms_host", "adba", "office"]
Status = Literal["screen", "documentation", "unverified"]


def _shape(value: Any) -> str:
    """Which member of a union a value is meant to be: told by its shape, so that only that one reports problems."""
    return "text" if isinstance(value, str) else "list" if isinstance(value, list) else "mapping"


Values = Annotated[
    Annotated[Word, Tag("text")] | Annotated[list[Word], Field(min_length=1), Tag("list")], Discriminator(_shape)
]
When = Annotated[dict[Word, Values], Field(min_length=1)]


class Form(BaseModel):
    """Base of all authored forms: unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceForm(Form):
    title: Line
    url: Line = ""
    dated: date | None = None


class SourceRefForm(Form):
    source: SourceId
    section: Line
    checked: date


class OwnerForm(Form):
    title: Line
    bring: Line | None = None


class MeasureForm(Form):
    text: Line
    unit: Line
    min: int | None = None
    max: int | None = None


class VariantForm(Form):
    shell: Shell
    command: Line


class _CommandForm(Form):
    command: Line = ""
    shell: Shell | None = None
    variants: list[VariantForm] = []

    @model_validator(mode="after")
    def _shell_named(self) -> Any:
        if bool(self.command) != (self.shell is not None):
            raise ValueError("a command and its shell (cmd or powershell) belong together")
        if self.variants and not self.command:
            raise ValueError("variants need a command that they are variants of")
        return self


class LookupForm(_CommandForm):
    text: Line | None = None
    elevated: Flag = "no"


class LabelForm(Form):
    en: Line
    de: Line
    verified: Flag = "yes"


class LookForm(Form):
    text: Line | None = None
    labels: list[LabelForm] = []


LooksForm = Annotated[Annotated[Line, Tag("text")] | Annotated[LookForm, Tag("mapping")], Discriminator(_shape)]


class ThresholdForm(Form):
    id: Id
    at_least: int | None = None
    at_most: int | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Any:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a threshold is either at_least or at_most a number")
        return self


class QuestionForm(Form):
    text: Line
    kind: Literal["yes-no", "choice", "code"] = "yes-no"
    choices: dict[Word, Line] = {}
    where: Place
    effort: Literal["glance", "minutes", "waiting"]
    how: list[LookupForm] = []
    phone: Line | None = None
    looks: dict[Word, LooksForm] = {}
    measure: ThresholdForm | None = None
    implies: dict[Word, dict[Id, Word]] = {}
    undo: Line | None = None

    @model_validator(mode="after")
    def _kind_fits(self) -> Any:
        if (self.kind == words.CHOICE) != bool(self.choices):
            raise ValueError("choices belong to a question of kind choice, and only there")
        if self.measure and self.kind != words.YES_NO:
            raise ValueError("a threshold answers a yes-no question")
        return self


class CauseForm(Form):
    title: Line
    excludes: list[Id] = []


class StepForm(_CommandForm):
    text: Line
    where: Place | None = None
    elevated: Flag = "no"
    risk: Risk | None = None
    undo: Line | None = None


class VerifyForm(Form):
    text: Line
    command: Line = ""
    shell: Shell | None = None
    where: Place | None = None


class WaitForm(Form):
    what: Line = Field(alias="for")
    look_again: Line


class RemedyForm(Form):
    title: Line
    risk: Risk
    consent: Flag = "no"
    where: Place = "affected_machine"
    steps: Annotated[list[StepForm], Field(min_length=1)]
    verify: VerifyForm
    changes: list[Id] = []
    wait: WaitForm | None = None

    @model_validator(mode="after")
    def _grave_asks_first(self) -> Any:
        if self.risk in words.GRAVE_RISKS and self.consent == words.NO:
            raise ValueError(f"a remedy of risk {self.risk} needs consent: yes")
        return self


class AnswerOfForm(Form):
    answer_of: Id


ContinueForm = Annotated[
    Annotated[CodeId, Tag("text")] | Annotated[AnswerOfForm, Tag("mapping")], Discriminator(_shape)
]


class EscalateForm(Form):
    to: Id
    reason: Literal["owner_must_act", "cause_unknown"] = "owner_must_act"


class RuleForm(Form):
    """A rule: when all conditions hold, a cause and its remedies, or another code, or the escalation."""

    id: Id
    when: When
    cause: Id | None = None
    remedies: Annotated[list[Id], Field(min_length=1)] | None = None
    continue_as: ContinueForm | None = None
    escalate: EscalateForm | None = None
    because: Line
    sources: Annotated[list[SourceRefForm], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_conclusion(self) -> Any:
        given = [name for name in ("remedies", "continue_as", "escalate") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("a rule concludes with exactly one of: cause and remedies, continue_as, escalate")
        if given == ["remedies"] and self.cause is None:
            raise ValueError("remedies need the cause they are against")
        if given == ["continue_as"] and self.cause is not None:
            raise ValueError("a rule that continues as another code names no cause")
        return self


class UseForm(Form):
    """A plan entry that uses a procedure, under an optional guard."""

    procedure: Id
    when: When | None = None
    because: Line | None = None

    @model_validator(mode="after")
    def _guard_explained(self) -> Any:
        if (self.when is None) != (self.because is None):
            raise ValueError("a guard (when) and its because belong together")
        return self


class GroupForm(Form):
    """A plan entry that puts several entries under one guard."""

    group: Id
    when: When
    because: Line
    plan: Annotated[list[EntryForm], Field(min_length=1)]


def _entry_kind(entry: Any) -> str:
    """Which form a plan entry has: told by its first word, so that problems are reported for that form only."""
    if isinstance(entry, dict):
        return "procedure" if "procedure" in entry else "group" if "group" in entry else "rule"
    return "procedure" if isinstance(entry, UseForm) else "group" if isinstance(entry, GroupForm) else "rule"


EntryForm = Annotated[
    Annotated[RuleForm, Tag("rule")] | Annotated[UseForm, Tag("procedure")] | Annotated[GroupForm, Tag("group")],
    Discriminator(_entry_kind),
]


class ProcedureForm(Form):
    title: Line
    plan: Annotated[list[EntryForm], Field(min_length=1)]


class MessagesForm(Form):
    en: Line
    de: Line


class MessageStatusForm(Form):
    en: Status = "screen"
    de: Status = "screen"


class EscalationForm(Form):
    to: Annotated[list[Id], Field(min_length=1)]
    collect: list[Line] = []


class CodeForm(Form):
    symbol: Line = ""
    types: list[Type]
    messages: MessagesForm
    also: list[Line] = []
    message_status: MessageStatusForm = MessageStatusForm()
    aliases: list[Line] = []
    symptoms: list[Id] = []
    meaning: Line
    outer: Flag = "no"
    frequent: list[Id] = []
    plan: Annotated[list[EntryForm], Field(min_length=1)]
    escalation: EscalationForm
    sources: list[SourceRefForm] = []
    notes: list[Line] = []


class ManifestForm(Form):
    """`kb.yaml`: what this knowledge base is."""

    format: Literal["1"]
    version: Line
    released: date


class ScenarioExpectForm(Form):
    state: Literal["question", "remedy", "saved", "resolved", "escalated"]
    question: Id | None = None
    cause: Id | None = None
    remedy: Id | None = None
    tried: list[Id] | None = None
    codes: list[PlanCodeId] | None = None
    reason: Literal["owner_must_act", "cause_unknown", "declined", "circle"] | None = None


class ScenarioForm(Form):
    """A scenario file: facts about one case, and where the rules must lead with them."""

    scenario: Line
    code: Line
    story: Line = ""
    answers: dict[Id, Word] = {}
    outcomes: dict[Id, Word] = {}
    expect: ScenarioExpectForm


class FileForm(Form):
    """Any YAML file of a knowledge base."""

    sources: dict[SourceId, SourceForm] = {}
    owners: dict[Id, OwnerForm] = {}
    measures: dict[Id, MeasureForm] = {}
    questions: dict[Id, QuestionForm] = {}
    causes: dict[Id, CauseForm] = {}
    remedies: dict[Id, RemedyForm] = {}
    procedures: dict[Id, ProcedureForm] = {}
    codes: dict[PlanCodeId, CodeForm] = {}


SECTIONS: dict[str, type[Form]] = {
    "sources": SourceForm,
    "owners": OwnerForm,
    "measures": MeasureForm,
    "questions": QuestionForm,
    "causes": CauseForm,
    "remedies": RemedyForm,
    "procedures": ProcedureForm,
    "codes": CodeForm,
}
