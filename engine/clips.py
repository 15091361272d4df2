"""The rules as a CLIPS 6.4 program: the same productions that experta is given, as text that anybody can run and check.

One program holds one code's plan and needs nothing else. Facts are asserted as templates `answer`, `number` and
`outcome`; each step is recorded as a fact `step`. The text depends on the knowledge base alone and is plain ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Continue, Escalate, Treat

from .plan import Plan, plan_of, sort_of
from .productions import EXHAUSTED, NUMBER, AskIt, Derive, End, Go, Pattern, Production, ProposeIt, productions

SUFFIX = ".clp"


def export(kb: KnowledgeBase, codes: Iterable[str]) -> dict[str, str]:
    """A file name and a program for each of these codes, sorted by name."""
    return {code + SUFFIX: program(kb, plan_of(kb, code)) for code in sorted(set(codes))}


def program(kb: KnowledgeBase, plan: Plan) -> str:
    """The complete CLIPS program of one code's plan."""
    found = productions(kb, plan)
    remarks = {production.name: _remark(kb, plan, production) for production in found}
    return f"{_header(kb, plan)}\n{listing(found, plan, remarks)}"


def listing(found: Iterable[Production], plan: Plan, remarks: Mapping[str, str]) -> str:
    """Templates and rules without the header; `remarks` holds a comment for a production's name."""
    blocks = [TEMPLATES]
    for heading, group in groupby(found, lambda production: _heading(plan, production)):
        blocks.append(_comment(heading))
        blocks += (_comment(remarks.get(each.name, "")) + _defrule(each, plan) for each in group)
    return "\n".join(blocks)


def word(value: str) -> str:
    """A subject or value as it stands in the program's strings: what is not plain ASCII becomes %XX."""
    return _percent(value, r"[^ -$&-~]")


def symbol(name: str) -> str:
    """A production's name as the name of its CLIPS rule; `urllib.parse.unquote` gives the name back."""
    return _percent(name, r"[^A-Za-z0-9_.:=-]|(?<=:):|^[^A-Za-z]")


TEMPLATES = """\
; What is known. The sort of an answer is `code` when its value is an error code, otherwise the value itself.

(deftemplate answer (slot subject (type STRING)) (slot value (type STRING)) (slot sort (type STRING)))
(deftemplate number (slot subject (type STRING)) (slot value (type INTEGER)))
(deftemplate outcome (slot subject (type STRING)) (slot value (type STRING)))

; What to do next. ask: this question; propose: this remedy; go: continue as the code `to` (or as the code that answers
; the question), or escalate to the owner `to`; end: fixed, pending or exhausted.

(deftemplate step
  (slot kind (type SYMBOL) (allowed-symbols ask propose go end))
  (slot rule (type STRING))
  (slot question (type STRING))
  (slot remedy (type STRING))
  (slot to (type STRING))
  (slot how (type STRING)))
"""

_HEADER = """\
{title}

{meaning}
Knowledge base {version}, SHA-256 {sha256}.
Written by: voltriage export clips {code}

To run it with clipspy (pip install clipspy); the commands of CLIPS are (load ...), (reset), (run), (assert ...):

    import clips
    env = clips.Environment()
    env.load("{file}"); env.reset(); env.run()
    env.assert_string('{example}'); env.run()
    print(*(fact for fact in env.facts() if fact.template.name == "step"), sep="\\n")

The last step recorded is the one to take. Answer it and run again; to tell anything else, or to change an answer,
reset and assert everything known again, because an activation fires only once. Conditions are read from top to
bottom; the rule of highest salience among the active ones is the next step. Characters that do not fit into names or
into ASCII are written %XX (UTF-8). Where the answer is a code and it is this one, assert "none": it is no other code.
"""


def _header(kb: KnowledgeBase, plan: Plan) -> str:
    code = kb.codes.get(plan.code) or kb.codes[words.UNKNOWN_CODE]
    text = _HEADER.format(
        title=f"Voltriage: what to do about {plan.code}, as a CLIPS 6.4 program",
        meaning=_one_line(code.meaning.en),
        version=kb.manifest.version,
        sha256=kb.manifest.sha256 or "not known",
        code=plan.code,
        file=plan.code + SUFFIX,
        example=_example(kb, plan),
    )
    return _comment(text)


def _example(kb: KnowledgeBase, plan: Plan) -> str:
    """A fact that answers the first question of the plan."""
    first = next((line.conditions[0].subject for line in plan.lines if line.conditions), None)
    value = kb.questions[first].answers[0] if first else words.FIXED
    return _answer(first, value) if first else f'(outcome (subject "remedy") (value "{value}"))'


# What the comments say. They are for the reader and never for the machine.


def _heading(plan: Plan, production: Production) -> str:
    """What stands above a group of productions: for the steps of a rule its place, its name and its reason."""
    action = production.action
    if isinstance(action, Derive):
        return "What follows from what is known\n"
    if isinstance(action, End):
        return "Nothing is left to do\n" if action.how == EXHAUSTED else "What ends or saves the case\n"
    rule = plan.lines[action.line].rule
    return f"Rule {action.line + 1} of {len(plan.lines)}: {rule.id}\n{_one_line(rule.because.en)}\n"


def _remark(kb: KnowledgeBase, plan: Plan, production: Production) -> str:
    """One line above a production: the question, the remedy or the conclusion in words."""
    action = production.action
    if isinstance(action, AskIt):
        question = kb.questions[plan.lines[action.line].conditions[action.index].subject]
        return f"Ask: {_one_line(question.text.en)}"
    if isinstance(action, ProposeIt):
        line = plan.lines[action.line]
        assert isinstance(line.rule.then, Treat)
        cause, remedy = kb.causes[line.rule.then.cause], kb.remedies[line.remedies[action.index]]
        return f"Cause: {_one_line(cause.title.en)}\nPropose: {_one_line(remedy.title.en)}"
    if isinstance(action, Go):
        return _destination(kb, plan.lines[action.line].rule.then)
    return ""


def _destination(kb: KnowledgeBase, then: object) -> str:
    if isinstance(then, Escalate):
        return f"Escalate to: {_one_line(kb.owners[then.to].title.en)} ({then.reason})"
    assert isinstance(then, Continue)
    return f"Continue as: {then.code or 'the code that answers ' + then.answer_of}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _comment(text: str) -> str:
    """Each line behind a semicolon, in ASCII."""
    plain = text.encode("ascii", "backslashreplace").decode("ascii")
    return "".join(f"; {line}".rstrip() + "\n" for line in plain.splitlines())


# A production as a defrule: its patterns on the left, its action on the right.


def _defrule(production: Production, plan: Plan) -> str:
    lines = [f"(defrule {symbol(production.name)}", f"  (declare (salience {production.salience}))"]
    lines += (f"  {_element(pattern, f'?n{place}')}" for place, pattern in enumerate(production.patterns, 1))
    lines += ["  =>", *(f"  {action}" for action in _actions(production, plan))]
    return "\n".join(lines) + ")\n"


def _element(pattern: Pattern, variable: str) -> str:
    """A pattern as a CLIPS conditional element; the variable is its own, or it would join two patterns."""
    slots = [pattern.fact]
    if pattern.subject:
        slots.append(f"(subject {_string(pattern.subject)})")
    if pattern.values:
        slots.append(f"({'sort' if pattern.by_sort else 'value'} {'|'.join(map(_string, pattern.values))})")
    elif pattern.at_least is not None or pattern.at_most is not None:
        assert pattern.fact == NUMBER, "only a number can be compared"
        slots.append(f"(value {variable}{''.join(_bounds(pattern, variable))})")
    element = f"({' '.join(slots)})"
    return f"(not {element})" if pattern.absent else element


def _bounds(pattern: Pattern, variable: str) -> Iterator[str]:
    if pattern.at_least is not None:
        yield f"&:(>= {variable} {pattern.at_least})"
    if pattern.at_most is not None:
        yield f"&:(<= {variable} {pattern.at_most})"


def _actions(production: Production, plan: Plan) -> Iterator[str]:
    action = production.action
    if isinstance(action, Derive):
        yield f"(assert {_answer(action.question, action.value)})"
    else:
        slots = " ".join(f"({name} {value})" for name, value in _step(action, plan))
        yield f"(assert (step {slots}))"
        yield "(halt)"


def _step(action: AskIt | ProposeIt | Go | End, plan: Plan) -> Iterator[tuple[str, str]]:
    """The filled slots of the step fact that an action records."""
    if isinstance(action, End):
        yield from (("kind", "end"), ("how", _string(action.how)))
        return
    line = plan.lines[action.line]
    rule = ("rule", _string(line.rule.id))
    if isinstance(action, AskIt):
        yield from (("kind", "ask"), rule, ("question", _string(line.conditions[action.index].subject)))
    elif isinstance(action, ProposeIt):
        yield from (("kind", "propose"), rule, ("remedy", _string(line.remedies[action.index])))
    elif isinstance(line.rule.then, Escalate):
        yield from (("kind", "go"), rule, ("to", _string(line.rule.then.to)), ("how", _string("escalate")))
    else:
        assert isinstance(line.rule.then, Continue)
        target, question = line.rule.then.code, line.rule.then.answer_of
        yield from (("kind", "go"), rule, ("to", _string(target)) if target else ("question", _string(question)))
        yield "how", _string("continue")


def _answer(subject: str, value: str) -> str:
    return f"(answer (subject {_string(subject)}) (value {_string(value)}) (sort {_string(sort_of(value))}))"


def _string(text: str) -> str:
    escaped = word(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _percent(text: str, illegal: str) -> str:
    return re.sub(illegal, lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)


__all__ = ["SUFFIX", "TEMPLATES", "export", "listing", "program", "symbol", "word"]
