"""What refers to what: unknown ids and values, doubled rules, cycles of procedures, missing undo and consent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import hosts, schema, words
from .implications import entailments
from .problems import Problem, closest_word, did_you_mean
from .reading import Document, Location

_PLACEHOLDER = re.compile(r"<([A-Za-z_][A-Za-z_ -]*)>")


@dataclass(frozen=True)
class _Checker:
    """The authored things of all files; each method yields the problems of one kind of thing."""

    things: Mapping[str, Mapping[str, Any]]
    may_define: Callable[[str], bool]

    def exists(self, section: str, ident: str, document: Document, location: Location) -> Iterator[Problem]:
        """Whether an id is defined; an id that is a key in the file (as in `when`) is meant at its key."""
        predeclared = (words.GENERAL_SOURCE,) if section == "sources" else ()
        if ident not in self.things[section] and ident not in predeclared and not self.may_define(ident):
            known = [*self.things[section], *predeclared]
            noun = _NOUNS[section]
            hint = did_you_mean(ident, known) or self.elsewhere(ident) or f"; write it, or name a {noun} that exists"
            at_key = bool(location) and location[-1] == ident
            yield document.problem(location, f'unknown {noun} "{ident}"{hint}', "unknown-id", at_key=at_key)

    def elsewhere(self, ident: str) -> str:
        """Where this id names something of another kind."""
        section = next((section for section, things in self.things.items() if ident in things), "")
        return f'; "{ident}" is a {_NOUNS[section]}' if section else ""

    def kind(self, question: str) -> str:
        """The kind of a question; empty where it is unknown or broken."""
        authored = self.things["questions"].get(question)
        return authored.form.kind if authored is not None and authored.form is not None else ""

    def value(self, question: str, value: str, document: Document, location: Location) -> Iterator[Problem]:
        """Whether a value is a possible answer of a question (whose own problems are reported elsewhere)."""
        authored = self.things["questions"].get(question)
        if authored is None or authored.form is None:
            return
        known = possible_values(authored.form)
        if value not in known and not (authored.form.kind == words.CODE and re.fullmatch(r"0x[0-9A-F]{8}", value)):
            expected = ", ".join(known) + (" or a code like 0xC004F074" if authored.form.kind == words.CODE else "")
            text = f'found "{value}", expected one of {expected}{value_hint(value, known)}'
            yield document.problem(location, text, "unknown-value")

    def when(self, when: dict[str, Any] | None, document: Document, location: Location) -> Iterator[Problem]:
        for subject, accepts in (when or {}).items():
            here = (*location, "when", subject)
            values = [(accepts, here)] if isinstance(accepts, str) else _indexed(accepts, here)
            if subject in words.FIXED_SUBJECTS:
                known = self.exists_code if subject == words.CODE_SUBJECT else self.exists_symptom
                for value, place in values:
                    yield from known(value, document, place)
                continue
            yield from self.exists("questions", subject, document, here)
            for value, place in values:
                yield from self.value(subject, value, document, place)

    def exists_code(self, ident: str, document: Document, location: Location) -> Iterator[Problem]:
        yield from self.exists("codes", ident, document, location)

    def exists_symptom(self, token: str, document: Document, location: Location) -> Iterator[Problem]:
        codes = self.things["codes"].values()
        known = {symptom for code in codes if code.form is not None for symptom in code.form.symptoms}
        if token not in known and not any(code.form is None for code in codes) and not self.may_define(token):
            hint = did_you_mean(token, known) or "; no code has it among its symptoms"
            yield document.problem(location, f'unknown symptom "{token}"{hint}', "unknown-id")

    def sources(self, refs: Iterable[Any], document: Document, location: Location) -> Iterator[Problem]:
        for index, ref in enumerate(refs):
            here = (*location, "sources", index, "source")
            yield from self.exists("sources", ref.source, document, here)

    def rule(self, form: Any, document: Document, location: Location) -> Iterator[Problem]:
        yield from self.when(form.when, document, location)
        yield from self.sources(form.sources, document, location)
        if form.cause is not None:
            yield from self.exists("causes", form.cause, document, (*location, "cause"))
        for index, ident in enumerate(form.remedies or ()):
            yield from self.exists("remedies", ident, document, (*location, "remedies", index))
        if form.escalate is not None:
            yield from self.exists("owners", form.escalate.to, document, (*location, "escalate", "to"))
        if isinstance(form.continue_as, str):
            yield from self.exists_code(form.continue_as, document, (*location, "continue_as"))
        elif form.continue_as is not None:
            yield from self.answer_of(form, document, (*location, "continue_as", "answer_of"))

    def answer_of(self, form: Any, document: Document, location: Location) -> Iterator[Problem]:
        ident = form.continue_as.answer_of
        yield from self.exists("questions", ident, document, location)
        authored = self.things["questions"].get(ident)
        if authored is None or authored.form is None:
            return
        if authored.form.kind != words.CODE:
            text = f'"{ident}" is a {authored.form.kind} question; continue_as needs one of kind code'
            yield document.problem(location, text, "unknown-value")
            return
        accepts = form.when.get(ident, words.UNKNOWN)
        for value in [accepts] if isinstance(accepts, str) else accepts:
            if value != words.ANY_CODE and not value.startswith("0x"):
                text = f'the rule needs the condition "{ident}: code" (or certain codes) to continue as that code'
                yield document.problem(location, text, "unknown-value")

    def plan(self, entries: list[Any], document: Document, location: Location) -> Iterator[Problem]:
        for index, entry in enumerate(entries):
            here = (*location, "plan", index)
            if isinstance(entry, schema.RuleForm):
                yield from self.rule(entry, document, here)
                continue
            yield from self.when(entry.when, document, here)
            if isinstance(entry, schema.UseForm):
                procedure, place = entry.procedure, (*here, "procedure")
                yield from self.exists("procedures", procedure, document, place)
            else:
                yield from self.plan(entry.plan, document, here)

    def check_question(self, key: str, form: Any, document: Document, location: Location) -> Iterator[Problem]:
        if key in words.FIXED_SUBJECTS or key in (words.YES, words.NO, words.UNKNOWN):
            text = f'"{key}" is a word of the format; choose another id'
            yield document.problem(location, text, "bad-id", at_key=True)
        if form.measure is not None:
            yield from self.exists("measures", form.measure.id, document, (*location, "measure", "id"))
        for value in form.choices:
            if value in (words.UNKNOWN, words.NONE):
                text = f'"{value}" is always possible and never listed; remove it'
                yield document.problem((*location, "choices", value), text, "unknown-value", at_key=True)
        for value in form.looks:
            yield from self.value(key, value, document, (*location, "looks", value))
        yield from self.implications(key, form, document, (*location, "implies"))
        yield from self.tokens(key, form, document, (*location, "tokens"))
        if form.read_from is not None and form.read_from.product is not None:
            yield from self.product(form.read_from.product, document, (*location, "read_from", "product"))
        if form.host is not None:
            yield from self.naming(form.host, document, (*location, "host"))
        for index, how in enumerate(form.how):
            yield from _placeholders(how, document, (*location, "how", index))

    def tokens(self, key: str, form: Any, document: Document, location: Location) -> Iterator[Problem]:
        values: dict[str, str] = {}
        for value, tokens in form.tokens.items():
            here = (*location, value)
            yield from self.value(key, value, document, here)
            if value == words.UNKNOWN:
                yield document.problem(here, "no output says unknown; remove it", "unknown-value", at_key=True)
            for index, token in enumerate(tokens):
                first = values.setdefault(" ".join(token.split()).casefold(), value)
                if first != value:
                    text = f'the token "{token}" already stands for {first}; a paste that holds it could mean either'
                    yield document.problem((*here, index), text, "duplicate-token")

    def product(self, ident: str, document: Document, location: Location) -> Iterator[Problem]:
        """Whether a question can name the product whose lines count in a pasted output."""
        yield from self.exists("questions", ident, document, location)
        authored = self.things["questions"].get(ident)
        if authored is None or authored.form is None:
            return
        if set(words.PRODUCTS).isdisjoint(authored.form.choices):
            text = f'"{ident}" names no product; expected a question with a choice among {", ".join(words.PRODUCTS)}'
            yield document.problem(location, text, "unknown-value")

    def naming(self, form: Any, document: Document, location: Location) -> Iterator[Problem]:
        for case in ("named", "listed", "other_port", "outside"):
            for question, value in getattr(form, case).items():
                here = (*location, case, question)
                yield from self.exists("questions", question, document, here)
                yield from self.value(question, value, document, here)
                if value == words.UNKNOWN:
                    yield document.problem(here, "a name makes nothing unknown; remove it", "unknown-value")
        for index, name in enumerate(form.providers):
            if not hosts.is_full_name(name):
                text = f'found "{name}", expected a full host name like kms.example.com'
                yield document.problem((*location, "providers", index), text, "bad-value")

    def implications(self, key: str, form: Any, document: Document, location: Location) -> Iterator[Problem]:
        for value, entailed in form.implies.items():
            if words.CODE in (form.kind, *(self.kind(other) for other in entailed)):
                text = "a question whose answer is a code implies nothing and follows from nothing; remove it"
                yield document.problem((*location, value), text, "unknown-value", at_key=True)
            yield from self.value(key, value, document, (*location, value))
            for other, then in entailed.items():
                here = (*location, value, other)
                if words.UNKNOWN in (value, then):
                    text = "nothing follows from unknown, and nothing follows to be unknown; remove it"
                    yield document.problem(here, text, "unknown-value")
                yield from self.exists("questions", other, document, here)
                yield from self.value(other, then, document, here)

    def check_cause(self, _key: str, form: Any, document: Document, location: Location) -> Iterator[Problem]:
        for index, ident in enumerate(form.excludes):
            yield from self.exists("causes", ident, document, (*location, "excludes", index))

    def check_remedy(self, _key: str, form: Any, document: Document, location: Location) -> Iterator[Problem]:
        for index, ident in enumerate(form.changes):
            yield from self.exists("questions", ident, document, (*location, "changes", index))
        for index, step in enumerate(form.steps):
            here = (*location, "steps", index)
            yield from _placeholders(step, document, here)
            risk = step.risk or form.risk
            if step.command and risk != words.HARMLESS and step.undo is None:
                text = f"a step of risk {risk} needs an undo; say so in it where it cannot be undone"
                yield document.problem(here, text, "missing-undo")
        yield from _placeholders(form.verify, document, (*location, "verify"))

    def check_procedure(self, _key: str, form: Any, document: Document, location: Location) -> Iterator[Problem]:
        yield from self.plan(form.plan, document, location)

    def check_code(self, key: str, form: Any, document: Document, location: Location) -> Iterator[Problem]:
        yield from self.plan(form.plan, document, location)
        yield from self.sources(form.sources, document, location)
        for index, ident in enumerate(form.frequent):
            yield from self.exists("causes", ident, document, (*location, "frequent", index))
        for index, ident in enumerate(form.escalation.to):
            yield from self.exists("owners", ident, document, (*location, "escalation", "to", index))
        for index, alias in enumerate(form.aliases):
            owner = self.things["codes"].get(alias)
            if owner is not None and alias != key:
                text = f'the alias "{alias}" is a code of its own; remove it here, or merge the two codes'
                yield document.problem((*location, "aliases", index), text, "duplicate-id")


_NOUNS = {
    "sources": "source",
    "owners": "owner",
    "measures": "measure",
    "questions": "question",
    "causes": "cause",
    "remedies": "remedy",
    "procedures": "procedure",
    "codes": "code",
}


def check_references(things: Mapping[str, Mapping[str, Any]], may_define: Callable[[str], bool]) -> list[Problem]:
    """Every broken reference between the things of a knowledge base, in no particular order.

    `may_define`: whether an id that is not among the things may stand in a file that cannot be read.
    """
    checker = _Checker(things, may_define)
    checks = {
        "questions": checker.check_question,
        "causes": checker.check_cause,
        "remedies": checker.check_remedy,
        "procedures": checker.check_procedure,
        "codes": checker.check_code,
    }
    problems: list[Problem] = []
    for section, check in checks.items():
        for key, authored in things[section].items():
            if authored.form is not None:
                problems += check(key, authored.form, authored.document, authored.location)
    if words.UNKNOWN_CODE not in things["codes"] and not may_define(words.UNKNOWN_CODE):
        text = "has no plan for codes that it does not know; write one as unknown_code among the codes"
        problems.append(Problem("kb.yaml", 1, 1, text, "no-unknown-code"))
    problems += _ambiguous_ids(things)
    problems += _doubled_aliases(things)
    problems += _doubled_ids(things)
    problems += _cycles(things)
    problems += _contradictory_implications(things)
    return problems


def possible_values(form: Any) -> tuple[str, ...]:
    """The words a condition on this authored question may accept."""
    if form.kind == words.CHOICE:
        return (*form.choices, words.UNKNOWN)
    if form.kind == words.CODE:
        return (words.ANY_CODE, words.NONE, words.UNKNOWN)
    return (words.YES, words.NO, words.UNKNOWN)


def _indexed(values: list[str], location: Location) -> list[tuple[str, Location]]:
    return [(value, (*location, index)) for index, value in enumerate(values)]


def value_hint(value: Any, known: Iterable[str]) -> str:
    """A hint naming the value that may have been meant, or an empty string."""
    word = meant_value(value, known)
    return f'; did you mean "{word}"?' if word else ""


def meant_value(value: Any, known: Iterable[str]) -> str:
    """The value that may have been meant, also for words that YAML takes for the same as yes and no; or nothing."""
    word = _SAME.get(str(value).casefold(), str(value).casefold())
    return word if word in known else closest_word(str(value), known)


_SAME = dict.fromkeys(("true", "on", "y", "1", "ja"), words.YES)
_SAME |= dict.fromkeys(("false", "off", "n", "0", "nein"), words.NO)


def _placeholders(form: Any, document: Document, location: Location) -> Iterator[Problem]:
    """Unknown placeholders in a command and its variants."""
    places: list[tuple[str, Location]] = [(form.command, (*location, "command"))]
    for index, variant in enumerate(getattr(form, "variants", ())):
        places.append((variant.command, (*location, "variants", index, "command")))
    for command, place in places:
        for word in _PLACEHOLDER.findall(command):
            if word not in words.PLACEHOLDERS:
                hint = did_you_mean(re.sub("[- ]", "_", word.upper()), words.PLACEHOLDERS)
                text = f"unknown placeholder <{word}>{hint or '; known: ' + ', '.join(words.PLACEHOLDERS)}"
                yield document.problem(place, text, "unknown-placeholder")
            elif words.PLACEHOLDERS[word] == words.FREE_TEXT:
                text = (
                    f"<{word}> stands for free text, which no command may hold; say it in the text beside the command"
                )
                yield document.problem(place, text, "unknown-placeholder")


def _ambiguous_ids(things: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """Questions, measures and remedies are told apart by their id alone (`--answer ID=VALUE`)."""
    for section, other in (("measures", "questions"), ("remedies", "questions"), ("remedies", "measures")):
        for key in sorted(things[section].keys() & things[other].keys()):
            authored, first = things[section][key], things[other][key]
            place = f"{first.document.file}:{first.document.keys[first.location][0]}"
            text = f'{_NOUNS[section]} and {_NOUNS[other]} (in {place}) are both called "{key}"; rename one of the two'
            yield authored.document.problem(authored.location, text, "duplicate-id", at_key=True)


def _doubled_aliases(things: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for key, authored in things["codes"].items():
        for index, alias in enumerate(authored.form.aliases if authored.form is not None else ()):
            if owners.setdefault(alias, key) != key:
                text = f'the alias "{alias}" belongs to {owners[alias]} already; remove it from one of the two'
                place = (*authored.location, "aliases", index)
                yield authored.document.problem(place, text, "duplicate-id")


def _written(things: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, Document, Location]]:
    """Every rule and group with an id, and where it is written."""

    def walk(plan: list[Any], document: Document, location: Location) -> Iterator[tuple[str, str, Document, Location]]:
        for index, entry in enumerate(plan):
            here = (*location, "plan", index)
            if isinstance(entry, schema.RuleForm):
                yield "rule", entry.id, document, (*here, "id")
            elif isinstance(entry, schema.GroupForm):
                yield "group", entry.group, document, (*here, "group")
                yield from walk(entry.plan, document, here)

    for section in ("procedures", "codes"):
        for authored in things[section].values():
            if authored.form is not None:
                yield from walk(authored.form.plan, authored.document, authored.location)


def _doubled_ids(things: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    for noun, ident, document, location in _written(things):
        place = f"{document.file}:{document.values[location][0]}"
        if (noun, ident) in seen:
            text = f'{noun} id "{ident}" is used a second time (first in {seen[noun, ident]}); rename one of the two'
            yield document.problem(location, text, "duplicate-id")
        seen.setdefault((noun, ident), place)


def _uses(plan: list[Any]) -> Iterator[str]:
    for entry in plan:
        if isinstance(entry, schema.UseForm):
            yield entry.procedure
        elif isinstance(entry, schema.GroupForm):
            yield from _uses(entry.plan)


def _cycles(things: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """Procedures that use themselves, directly or through others; each cycle is reported once."""
    uses = {key: list(_uses(a.form.plan)) for key, a in things["procedures"].items() if a.form is not None}
    reported: set[frozenset[str]] = set()
    done: set[str] = set()

    def visit(key: str, way: list[str]) -> Iterator[list[str]]:
        if key in way:
            yield way[way.index(key) :]
        elif key not in done:
            for other in uses.get(key, ()):
                yield from visit(other, [*way, key])
            done.add(key)

    for key in uses:
        for cycle in visit(key, []):
            if frozenset(cycle) not in reported:
                reported.add(frozenset(cycle))
                authored = things["procedures"][cycle[0]]
                way = " -> ".join([*cycle, cycle[0]])
                text = f"procedures use each other in a circle: {way}; take one of these uses out"
                yield authored.document.problem(authored.location, text, "procedure-cycle", at_key=True)


def _contradictory_implications(things: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    for (question, value), entailed in entailments(things["questions"]).items():
        values: dict[str, str] = {question: value}
        for other, then in entailed:
            if values.setdefault(other, then) != then:
                authored = things["questions"][question]
                both = f'"{other}: {values[other]}" and "{other}: {then}"'
                text = f'"{question}: {value}" implies both {both}; change one of the two'
                yield authored.document.problem(authored.location, text, "contradiction", at_key=True)
