"""From authored forms to the model: fills in defaults, keys the texts, keeps the order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import model, schema, words
from .model import Text


def _text(kind: str, ident: str, field: str, value: str | None) -> Text | None:
    return None if value is None else Text(f"{kind}.{ident} {field}", value)


def _needed(kind: str, ident: str, field: str, value: str) -> Text:
    return Text(f"{kind}.{ident} {field}", value)


def _refs(forms: list[schema.SourceRefForm]) -> tuple[model.SourceRef, ...]:
    return tuple(model.SourceRef(form.source, form.section, form.checked.isoformat()) for form in forms)


def _variants(forms: list[schema.VariantForm]) -> tuple[model.Variant, ...]:
    return tuple(model.Variant(form.shell, form.command) for form in forms)


def source(key: str, form: schema.SourceForm) -> model.Source:
    """A source document."""
    return model.Source(key, form.title, form.url, form.dated.isoformat() if form.dated else "")


def owner(key: str, form: schema.OwnerForm) -> model.Owner:
    """Somebody who can be asked to act."""
    title, bring = _needed("owner", key, "title", form.title), _text("owner", key, "bring", form.bring)
    return model.Owner(key, title, bring, form.where or "")


def measure(key: str, form: schema.MeasureForm) -> model.Measure:
    """A measure."""
    text, unit = _needed("measure", key, "text", form.text), _needed("measure", key, "unit", form.unit)
    return model.Measure(key, text, unit, form.min, form.max)


def question(key: str, form: schema.QuestionForm) -> model.Question:
    """A question; what its answer follows from is filled in by `kb.implications`."""
    threshold = form.measure
    return model.Question(
        id=key,
        text=_needed("question", key, "text", form.text),
        kind=form.kind,
        where=form.where,
        effort=form.effort,
        how=tuple(_lookup(key, number, how) for number, how in enumerate(form.how, 1)),
        choices=tuple(
            model.Choice(value, _needed("question", key, f"choice {value}", text))
            for value, text in form.choices.items()
        ),
        phone=_text("question", key, "phone", form.phone),
        looks={value: _look(key, value, look) for value, look in form.looks.items()},
        tokens={value: tuple(tokens) for value, tokens in form.tokens.items()},
        read_from=_read_from(form.read_from),
        threshold=model.Threshold(threshold.id, threshold.at_least, threshold.at_most) if threshold else None,
        host=_naming(form.host),
        undo=_text("question", key, "undo", form.undo),
    )


def _read_from(form: schema.ReadFromForm | None) -> model.ReadFrom | None:
    return model.ReadFrom(int(form.event or 0), form.field or 0, form.product or "") if form else None


def _naming(form: schema.NamingForm | None) -> model.Naming | None:
    if form is None:
        return None
    return model.Naming(form.named, form.listed, form.other_port, form.outside, tuple(form.providers))


def _lookup(key: str, number: int, form: schema.LookupForm) -> model.Lookup:
    return model.Lookup(
        text=_text("question", key, f"how {number}", form.text),
        command=form.command,
        shell=form.shell or "",
        elevated=form.elevated == words.YES,
        variants=_variants(form.variants),
    )


def _look(key: str, value: str, form: schema.LookForm | str) -> model.Look:
    if isinstance(form, str):
        return model.Look(_text("question", key, f"looks {value}", form))
    labels = tuple(model.Label(label.en, label.de, label.verified == words.YES) for label in form.labels)
    return model.Look(_text("question", key, f"looks {value}", form.text), labels)


def cause(key: str, form: schema.CauseForm) -> model.Cause:
    """A cause."""
    return model.Cause(key, _needed("cause", key, "title", form.title), tuple(form.excludes))


def remedy(key: str, form: schema.RemedyForm) -> model.Remedy:
    """A remedy with its steps."""
    verify = form.verify
    wait = form.wait
    return model.Remedy(
        id=key,
        title=_needed("remedy", key, "title", form.title),
        risk=form.risk,
        steps=tuple(_step(key, number, step, form) for number, step in enumerate(form.steps, 1)),
        verify=model.Verify(
            _needed("remedy", key, "verify", verify.text),
            verify.command,
            verify.shell or "",
            verify.where or "affected_machine",
        ),
        consent=form.consent == words.YES,
        changes=tuple(form.changes),
        wait=model.Wait(
            _needed("remedy", key, "wait for", wait.what), _needed("remedy", key, "look again", wait.look_again)
        )
        if wait
        else None,
    )


def _step(key: str, number: int, form: schema.StepForm, remedy_form: schema.RemedyForm) -> model.Step:
    return model.Step(
        text=_needed("remedy", key, f"step {number}", form.text),
        where=form.where or remedy_form.where,
        command=form.command,
        shell=form.shell or "",
        elevated=form.elevated == words.YES,
        risk=form.risk or (remedy_form.risk if form.command else words.HARMLESS),
        undo=_text("remedy", key, f"undo {number}", form.undo),
        variants=_variants(form.variants),
    )


def _conditions(when: dict[str, Any] | None, because: Text | None) -> tuple[model.Condition, ...]:
    if not when or because is None:
        return ()
    return tuple(
        model.Condition(subject, (accepts,) if isinstance(accepts, str) else tuple(accepts), because)
        for subject, accepts in when.items()
    )


def rule(form: schema.RuleForm) -> model.Rule:
    """A rule."""
    because = _needed("rule", form.id, "because", form.because)
    disagreement = _text("rule", form.id, "disagree", form.disagree)
    return model.Rule(
        form.id, _conditions(form.when, because), _conclusion(form), because, _refs(form.sources), disagreement
    )


def _conclusion(form: schema.RuleForm) -> model.Conclusion:
    if form.remedies is not None:
        return model.Treat(form.cause or "", tuple(form.remedies))
    if form.escalate is not None:
        return model.Escalate(form.escalate.to, form.escalate.reason, form.cause or "")
    if isinstance(form.continue_as, schema.AnswerOfForm):
        return model.Continue(answer_of=form.continue_as.answer_of)
    return model.Continue(code=form.continue_as or "")


def plan(forms: list[Any], owner_key: str) -> tuple[model.Entry, ...]:
    """A plan; `owner_key` ("procedure.dns_client") keys the texts of guards that have no id of their own."""
    entries: list[model.Entry] = []
    for form in forms:
        if isinstance(form, schema.RuleForm):
            entries.append(rule(form))
        elif isinstance(form, schema.UseForm):
            because = Text(f"{owner_key} use {form.procedure}", form.because) if form.because else None
            entries.append(model.Use(form.procedure, _conditions(form.when, because)))
        else:
            because = Text(f"group.{form.group} because", form.because)
            entries.append(
                model.Group(form.group, _conditions(form.when, because), plan(form.plan, f"group.{form.group}"))
            )
    return tuple(entries)


def procedure(key: str, form: schema.ProcedureForm) -> model.Procedure:
    """A procedure with its plan."""
    return model.Procedure(key, _needed("procedure", key, "title", form.title), plan(form.plan, f"procedure.{key}"))


def code(key: str, form: schema.CodeForm) -> model.Code:
    """A code with its plan."""
    collect = tuple(
        _needed("code", key, f"collect {number}", text) for number, text in enumerate(form.escalation.collect, 1)
    )
    return model.Code(
        id=key,
        types=tuple(form.types),
        message_en=form.messages.en,
        message_de=form.messages.de,
        meaning=_needed("code", key, "meaning", form.meaning),
        plan=plan(form.plan, f"code.{key}"),
        escalation=model.Escalation(tuple(form.escalation.to), collect),
        symbol=form.symbol,
        also=tuple(form.also),
        status_en=form.message_status.en,
        status_de=form.message_status.de,
        aliases=tuple(form.aliases),
        symptoms=tuple(form.symptoms),
        outer=form.outer == words.YES,
        frequent=tuple(form.frequent),
        sources=_refs(form.sources),
        notes=tuple(form.notes),
    )


BUILDERS: dict[str, Callable[[str, Any], model.Record]] = {
    "sources": source,
    "owners": owner,
    "measures": measure,
    "questions": question,
    "causes": cause,
    "remedies": remedy,
    "procedures": procedure,
    "codes": code,
}
