"""The authored form of a knowledge base: one pydantic model per thing an author writes in YAML.

These models check shapes and words; `kb.loader` turns them into `kb.model` and checks what refers to what. The line
under a field describes it: `kb.jsonschema` writes it, with the shapes, into the JSON Schemas that editors use.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from . import words

ID_PATTERN = r"^[a-z][a-z0-9_]*$"
SOURCE_ID_PATTERN = r"^[a-z0-9][a-z0-9_]*$"
CODE_PATTERN = r"^0x[0-9A-F]{8}$"
PLAN_CODE_PATTERN = r"^(0x[0-9A-F]{8}|unknown_code)$"
ALIAS_PATTERN = r"^0x[0-9A-F]{7,9}$"
WORD_PATTERN = r"^\S+$"
CHECK_PATTERN = r"^[a-z][a-z0-9-]*$"
URL_PATTERN = r"^https?://\S+$"
MEANING_PATTERN = r"^[0-9a-f]{16}$"
DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
NUMBER_PATTERN = r"^-?[0-9]{1,9}$"


def _date(value: Any) -> date:
    """A date as it is written in ISO 8601, and in no other way (pydantic would take a count of seconds, too)."""
    if isinstance(value, str) and re.fullmatch(DATE_PATTERN, value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("date", "there is no such day; expected a date like 2026-11-22") from None
    raise PydanticCustomError("date", "expected a date like 2026-11-22")


def _number(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(NUMBER_PATTERN, value):
        return int(value)
    raise PydanticCustomError("number", "expected a whole number like 25, of at most nine digits")


Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=60)]
SourceId = Annotated[str, StringConstraints(pattern=SOURCE_ID_PATTERN, max_length=60)]
CodeId = Annotated[str, StringConstraints(pattern=CODE_PATTERN)]
PlanCodeId = Annotated[str, StringConstraints(pattern=PLAN_CODE_PATTERN)]
AliasId = Annotated[str, StringConstraints(pattern=ALIAS_PATTERN)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Word = Annotated[str, StringConstraints(pattern=WORD_PATTERN)]
Url = Annotated[str, StringConstraints(pattern=URL_PATTERN)]
Meaning = Annotated[str, StringConstraints(pattern=MEANING_PATTERN)]
Date = Annotated[date, BeforeValidator(_date)]
Number = Annotated[int, BeforeValidator(_number)]
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


def shape(value: Any) -> str:
    """Which member of a union a value is meant to be: told by its shape, so that only that one reports problems."""
    return "<text>" if isinstance(value, str) else "<list>" if isinstance(value, list) else "<mapping>"


# Tags stand in angle brackets so that no field of the file is ever taken for one (see `kb.loader`).
Values = Annotated[
    Annotated[Word, Tag("<text>")]
    | Annotated[list[Word], Field(min_length=1), Tag("<list>")]
    | Annotated[Word, Tag("<mapping>")],
    Discriminator(shape),
]
When = Annotated[dict[Word, Values], Field(min_length=1)]
CheckName = Annotated[str, StringConstraints(pattern=CHECK_PATTERN)]
Suppress = dict[CheckName, Line]
"""Findings of `voltriage check` that are meant so: the name of the check, and the reason."""


class Form(BaseModel):
    """Base of all authored forms: unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceForm(Form):
    """A document that rules rest on."""

    title: Line
    url: Url = ""
    dated: Date | None = None
    """When the document was last changed by its own account."""


class SourceRefForm(Form):
    """A place in a source."""

    source: SourceId
    """A source's id, or general for general Windows administration knowledge."""
    section: Line
    """Where in the source, in words."""
    checked: Date
    """When somebody last compared the source with what stands here."""


class OwnerForm(Form):
    """Somebody who can be asked to act."""

    title: Line
    bring: Line | None = None
    """What to have at hand when asking."""
    where: Place | None = None
    """The place that they look after; its contact in a site file is theirs, where they have none of their own."""


class MeasureForm(Form):
    """A whole number that may be given instead of yes or no."""

    text: Line
    """What is measured."""
    unit: Line
    min: Number | None = None
    max: Number | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Any:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min} is greater than max {self.max}; exchange them")
        return self


class VariantForm(Form):
    """The same command for another shell or tool."""

    shell: Shell
    command: Line


def _check_shell(command: str, shell: str | None) -> None:
    if command and shell is None:
        raise ValueError('the command has no shell; add "shell: cmd" or "shell: powershell"')
    if shell is not None and not command:
        raise ValueError("there is a shell and no command; add the command, or remove the shell")


class _CommandForm(Form):
    command: Line = ""
    """The exact command; placeholders like <KMS_HOST> stand for what differs from case to case."""
    shell: Shell | None = None
    """The shell that the command is written for."""
    variants: list[VariantForm] = []
    """The same command for other shells or tools."""

    @model_validator(mode="after")
    def _shell_named(self) -> Any:
        _check_shell(self.command, self.shell)
        if self.variants and not self.command:
            raise ValueError("there are variants and no command; write the first variant as command and shell")
        return self


class LookupForm(_CommandForm):
    """One step of finding an answer out."""

    text: Line | None = None
    elevated: Flag = "no"
    """Whether the command needs administrator rights."""


class LabelForm(Form):
    """Exactly what Windows shows."""

    en: Line
    de: Line
    verified: Flag = "yes"
    """no where the German form is not proved."""


class LookForm(Form):
    """What an answer looks like."""

    text: Line | None = None
    labels: list[LabelForm] = []


LooksForm = Annotated[
    Annotated[Line, Tag("<text>")] | Annotated[LookForm, Tag("<list>")] | Annotated[LookForm, Tag("<mapping>")],
    Discriminator(shape),
]


class ThresholdForm(Form):
    """The number from which on (or up to which) the answer is yes."""

    id: Id
    """The measure."""
    at_least: Number | None = None
    at_most: Number | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Any:
        if self.at_least is None and self.at_most is None:
            raise ValueError("the threshold has no number; add at_least or at_most")
        if self.at_least is not None and self.at_most is not None:
            raise ValueError("at_least and at_most exclude each other; write two questions")
        return self


class NamingForm(Form):
    """What a host's name says when it is given in place of an answer: values of this question and of others."""

    named: dict[Id, Word] = {}
    """What holds whatever the name is."""
    listed: dict[Id, Word] = {}
    """What holds as well for a KMS host on the site's list."""
    other_port: dict[Id, Word] = {}
    """What holds as well for a KMS host on the site's list that is named with another port."""
    outside: dict[Id, Word] = {}
    """What holds as well for a name outside all domains of the site."""
    providers: list[Word] = []
    """Names that any organisation may use; being outside its domains means nothing for them."""


class ReadFromForm(Form):
    """Which part of a pasted output says the answer."""

    event: Literal["12288", "12289", "12290"] | None = None
    """The event whose field is the code that answers this question."""
    field: Number | None = None
    """The place of that field among the values of the event, the first being 1."""
    product: Id | None = None
    """The choice question (windows, office, esu) that names the product whose lines count where several are listed."""

    @model_validator(mode="after")
    def _says_what(self) -> Any:
        if (self.event is None) != (self.field is None):
            raise ValueError("event and field belong together; give both, or none of them")
        if self.event is None and self.product is None:
            raise ValueError("there is nothing in it; give event and field, or product")
        if self.field is not None and self.field < 1:
            raise ValueError(f"field {self.field} does not exist; the first one is 1")
        return self


class QuestionForm(Form):
    """One proposition about the case (with no "and" in it), and how to find out."""

    text: Line
    kind: Literal["yes-no", "choice", "code"] = "yes-no"
    choices: dict[Word, Line] = {}
    """The answers of a question of kind choice; unknown is always possible and never listed."""
    where: Place
    """Where it is looked up."""
    effort: Literal["glance", "minutes", "waiting"]
    """waiting: for somebody else, or for a maintenance window."""
    how: list[LookupForm] = []
    """How to find out; several entries are steps in order."""
    phone: Line | None = None
    """The question as a sentence to read out on the phone."""
    looks: dict[Word, LooksForm] = {}
    """What each answer looks like."""
    tokens: dict[Word, Annotated[list[Line], Field(min_length=1)]] = {}
    """What in a pasted output says an answer: words that are the same in every language of Windows, or whole labels."""
    read_from: ReadFromForm | None = None
    """Which part of a pasted output says the answer."""
    measure: ThresholdForm | None = None
    """The number that answers this question."""
    host: NamingForm | None = None
    """What a host's name says when it is given in place of yes or no."""
    implies: dict[Word, dict[Id, Word]] = {}
    """What follows from an answer to this question: the values of other questions."""
    undo: Line | None = None
    """How to take back what the test of this question changes."""
    suppress: Suppress = {}
    """Checks whose findings here are meant so, each with the reason."""

    @model_validator(mode="after")
    def _kind_fits(self) -> Any:
        if self.kind == words.CHOICE and not self.choices:
            raise ValueError("a question of kind choice needs choices (value: text)")
        if self.choices and self.kind != words.CHOICE:
            raise ValueError(f'there are choices and the kind is {self.kind}; add "kind: choice", or remove them')
        if self.measure and self.kind != words.YES_NO:
            raise ValueError(f"a measure answers a yes-no question, and this one is of kind {self.kind}")
        if self.tokens and self.kind == words.CODE:
            raise ValueError("a code is found without tokens; remove them, or name an event and a field in read_from")
        if self.read_from and self.read_from.event and self.kind != words.CODE:
            raise ValueError(f"the field of an event answers a question of kind code, and this one is {self.kind}")
        if self.host and self.kind != words.YES_NO:
            raise ValueError(f"a host's name answers a yes-no question, and this one is of kind {self.kind}")
        return self


class CauseForm(Form):
    """What is wrong."""

    title: Line
    excludes: list[Id] = []
    """Causes that cannot hold at the same time."""
    suppress: Suppress = {}
    """Checks whose findings here are meant so, each with the reason."""


class StepForm(_CommandForm):
    """One step of a remedy."""

    text: Line
    where: Place | None = None
    elevated: Flag = "no"
    """Whether the command needs administrator rights."""
    risk: Risk | None = None
    """Only where it differs from the remedy's."""
    undo: Line | None = None
    """How to take the step back; required unless it is harmless."""


class VerifyForm(Form):
    """How to see that the remedy worked."""

    text: Line
    command: Line = ""
    shell: Shell | None = None
    where: Place | None = None

    @model_validator(mode="after")
    def _shell_named(self) -> Any:
        _check_shell(self.command, self.shell)
        return self


class WaitForm(Form):
    """What a remedy may have to wait for."""

    what: Line = Field(alias="for")
    """What is waited for."""
    look_again: Line
    """When to look again."""


class RemedyForm(Form):
    """What helps against a cause."""

    title: Line
    risk: Risk
    consent: Flag = "no"
    """yes: the operator must agree in full words first; needed for the last three risks."""
    where: Place = "affected_machine"
    steps: Annotated[list[StepForm], Field(min_length=1)]
    verify: VerifyForm
    changes: list[Id] = []
    """Questions whose answer this remedy may change."""
    wait: WaitForm | None = None
    """Required when the remedy can be pending."""
    suppress: Suppress = {}
    """Checks whose findings here are meant so, each with the reason."""

    @model_validator(mode="after")
    def _grave_asks_first(self) -> Any:
        if self.risk in words.GRAVE_RISKS and self.consent == words.NO:
            raise ValueError(f'the risk {self.risk} needs the operator\'s consent; add "consent: yes"')
        return self


class AnswerOfForm(Form):
    """The code that answers a question of kind code."""

    answer_of: Id


ContinueForm = Annotated[
    Annotated[CodeId, Tag("<text>")]
    | Annotated[AnswerOfForm, Tag("<list>")]
    | Annotated[AnswerOfForm, Tag("<mapping>")],
    Discriminator(shape),
]


class EscalateForm(Form):
    """To hand the case over."""

    to: Id
    """An owner."""
    reason: Literal["owner_must_act", "cause_unknown"] = "owner_must_act"


class RuleForm(Form):
    """A rule: when all conditions hold, a cause and its remedies, or another code, or the escalation."""

    id: Id
    when: When
    """Questions (or code, or symptom) and the value or values they must have, read from left to right."""
    cause: Id | None = None
    remedies: Annotated[list[Id], Field(min_length=1)] | None = None
    """To be tried in this order."""
    continue_as: ContinueForm | None = None
    """The code as which the case goes on, or the question whose answer is that code."""
    escalate: EscalateForm | None = None
    because: Line
    """One sentence for the operator: why this is asked and why it follows."""
    sources: Annotated[list[SourceRefForm], Field(min_length=1)]
    disagree: Line | None = None
    """For reviewers: what sources contradict each other in, and which of them the rule follows."""
    suppress: Suppress = {}
    """Checks whose findings here are meant so, each with the reason."""

    @model_validator(mode="after")
    def _one_conclusion(self) -> Any:
        given = [name for name in ("remedies", "continue_as", "escalate") if getattr(self, name) is not None]
        if not given:
            raise ValueError("the rule concludes nothing; add cause and remedies, or continue_as, or escalate")
        if len(given) > 1:
            raise ValueError(f"the rule has {' and '.join(given)}; keep one, and write a second rule for the other")
        if given == ["remedies"] and self.cause is None:
            raise ValueError("the remedies stand against no cause; add the cause")
        if given == ["continue_as"] and self.cause is not None:
            raise ValueError("a rule that continues as another code names no cause; remove it")
        return self


class UseForm(Form):
    """A plan entry that uses a procedure whole, under an optional guard."""

    procedure: Id
    when: When | None = None
    """The guard: stands before the conditions of each rule of the procedure."""
    because: Line | None = None
    """Why the guard's question is asked."""

    @model_validator(mode="after")
    def _guard_explained(self) -> Any:
        if self.when is not None and self.because is None:
            raise ValueError("the guard (when) has no because; add the reason why its question is asked")
        if self.because is not None and self.when is None:
            raise ValueError("there is a because and no guard (when); add the guard, or remove the because")
        return self


class GroupForm(Form):
    """A plan entry that puts several entries under one guard."""

    group: Id
    when: When
    """The guard: stands before the conditions of each rule of the group."""
    because: Line
    """Why the guard's question is asked."""
    suppress: Suppress = {}
    """Checks whose findings here are meant so, each with the reason."""
    plan: Annotated[list[EntryForm], Field(min_length=1)]


def _entry_kind(entry: Any) -> str:
    """Which form a plan entry has: told by its first word, so that problems are reported for that form only."""
    if not isinstance(entry, dict):
        return "<rule>"
    return "<procedure>" if "procedure" in entry else "<group>" if "group" in entry else "<rule>"


EntryForm = Annotated[
    Annotated[RuleForm, Tag("<rule>")] | Annotated[UseForm, Tag("<procedure>")] | Annotated[GroupForm, Tag("<group>")],
    Discriminator(_entry_kind),
]
GroupForm.model_rebuild()  # now that what may stand in its plan is known


class ProcedureForm(Form):
    """A named plan that several codes share."""

    title: Line
    plan: Annotated[list[EntryForm], Field(min_length=1)]
    """Rules, procedures and groups, in order."""
    suppress: Suppress = {}
    """Checks whose findings here are meant so, each with the reason."""


class MessagesForm(Form):
    """What Windows shows."""

    en: Line
    de: Line


class MessageStatusForm(Form):
    """How well each message is proved."""

    en: Status = "screen"
    de: Status = "screen"


class EscalationForm(Form):
    """Where the case goes when the plan is exhausted."""

    to: Annotated[list[Id], Field(min_length=1)]
    """Owners."""
    collect: list[Line] = []
    """What to collect before handing over."""


class CodeForm(Form):
    """An error code and its plan."""

    symbol: Line = ""
    """The name in Microsoft's header files, like SL_E_VL_NOT_ENOUGH_COUNT."""
    types: list[Type]
    """The kinds of activation that show this code."""
    messages: MessagesForm
    also: list[Line] = []
    """Other on-screen texts, in either language."""
    message_status: MessageStatusForm = MessageStatusForm()
    aliases: list[AliasId] = []
    """Wrong or old spellings found in articles, and codes that call for the same questions."""
    symptoms: list[Id] = []
    """Words that rules may test with symptom."""
    meaning: Line
    """One line for the operator."""
    outer: Flag = "no"
    """yes: often only the outer code; the inner one is in event 12288."""
    frequent: list[Id] = []
    """Causes, the most frequent first."""
    plan: Annotated[list[EntryForm], Field(min_length=1)]
    """Rules, procedures and groups, in order."""
    escalation: EscalationForm
    sources: list[SourceRefForm] = []
    notes: list[Line] = []
    """For reviewers: what the sources contradict each other in."""
    suppress: Suppress = {}
    """Checks whose findings here are meant so, each with the reason."""


class ManifestForm(Form):
    """`kb.yaml`: what this knowledge base is."""

    format: Literal["1"]
    version: Line
    released: Date


class ScenarioExpectForm(Form):
    """Where the rules must lead; only what is named is compared."""

    state: Literal["question", "remedy", "saved", "resolved", "escalated"]
    question: Id | None = None
    cause: Id | None = None
    remedy: Id | None = None
    tried: list[Id] | None = None
    """Remedies in the order in which they were proposed."""
    codes: list[PlanCodeId] | None = None
    """The way taken, the first code first."""
    reason: Literal["owner_must_act", "cause_unknown", "declined", "circle"] | None = None
    """Why it was escalated."""


class ScenarioForm(Form):
    """A scenario file: facts about one case, and where the rules must lead with them."""

    scenario: Line
    """Its title, one story each."""
    code: Line
    story: Line = ""
    answers: dict[Id, Word] = {}
    """Question or measure ids and their values, in any order."""
    outcomes: dict[Id, Word] = {}
    """Remedy ids and fixed, not-fixed, pending, blocked, declined or 0x..."""
    expect: ScenarioExpectForm


class ReviewForm(Form):
    """What somebody who read a rule says of it."""

    rule: Id
    meaning: Meaning
    """What the rule did and said then, as voltriage review prints it; it differs once the rule does."""
    by: Line
    """A name or a role."""
    date: Date
    verdict: Literal["approved", "needs-work", "rejected"]
    note: Line = ""


class ReviewsForm(Form):
    """`reviews.yaml`: who reviewed which rule, and with what result."""

    reviews: list[ReviewForm]


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
    """Keys in quotes: tools that read YAML as data would take 0xC004F074 for a number."""


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
