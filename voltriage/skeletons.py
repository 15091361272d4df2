"""Skeletons of new knowledge: complete enough to load, with every text still to be written marked as such."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from engine.plan import plan_of
from engine.unfold import ANOTHER_CODE, PlanTooLargeError, Unfolder
from engine.walks import Session, definite_sessions
from kb import words
from kb.files import write_atomically
from kb.knowledge import KnowledgeBase
from kb.loader import MANIFEST, load_folder, read_draft
from kb.model import Use
from kb.problems import VoltriageError
from kb.spelling import find_codes
from trees.altering import Spot, with_entries

TO_WRITE = "(write:"
"""How every text begins that an author still has to write; `voltriage check` reports them."""


class SkeletonError(VoltriageError):
    """A skeleton cannot be put where it was asked for."""

    slug = "skeleton-refused"


@dataclass(frozen=True)
class Written:
    """A file that was written or changed, and what to do with it."""

    path: Path
    note: str


def new_rule(root: Path, rule: str, code: str, date: str) -> list[Written]:
    """A procedure with one rule, its question, cause and remedy, used by a code; and a scenario that reaches it.

    The procedure is put as far down in the plan as a session still reaches it.

    Raises `SkeletonError` when the name is taken or there is no such code, `KnowledgeError` when the folder already
    has problems.
    """
    _refuse_other_folders(root)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", rule):
        raise SkeletonError(f'"{rule}" is no id; write small letters, digits and _, for example vpn_profile')
    code = _canonical(code)
    procedure = root / "procedures" / f"{rule}.yaml"
    scenario = root / "scenarios" / code / f"{rule}.scenario.yaml"
    _refuse_existing(procedure, scenario)
    _refuse_taken(load_folder(root), rule)
    target = _file_of(root, code)
    _with_procedure(target, code, rule, 0)  # refuse before anything is written
    write_atomically(procedure, _PROCEDURE.format(rule=rule, date=date).encode())
    place, way = _last_place(load_folder(root), code, rule)
    text, line = _with_procedure(target, code, rule, place)
    write_atomically(target, text.encode())
    write_atomically(scenario, _scenario(rule, code, way or ((f"{rule}_question", words.YES),)).encode())
    story = "tell one story; its answers lead to the rule where it stands now"
    if way is None:
        story = "no answers lead to the rule in this plan; move the procedure, then add the answers before it"
    return [
        Written(procedure, "write the texts; look up ids of existing questions before adding one"),
        Written(scenario, story),
        Written(target, f"line {line} uses the procedure; move it to where it belongs in the plan"),
    ]


def new_code(root: Path, text: str, date: str) -> list[Written]:
    """A code with an empty plan of one rule, and a scenario.

    Raises `SkeletonError` when the text is no code or the code exists.
    """
    _refuse_other_folders(root)
    code = _canonical(text)
    ident = f"c{code[2:].lower()}"
    target = root / "codes" / f"{code}.yaml"
    scenario = root / "scenarios" / code / "first.scenario.yaml"
    _refuse_existing(target, scenario)
    owner = _an_owner(root)
    write_atomically(target, _CODE.format(code=code, ident=ident, date=date, owner=owner).encode())
    write_atomically(scenario, _scenario(ident, code, ((f"{ident}_question", words.YES),)).encode())
    return [Written(target, "write the texts and the plan"), Written(scenario, "tell one story")]


def _canonical(text: str) -> str:
    codes = find_codes(text)
    if not codes:
        raise SkeletonError(f'"{text}" is no error code; a code looks like 0xC004F074')
    return codes[0]


def _refuse_other_folders(root: Path) -> None:
    if not (root / MANIFEST).is_file():
        raise SkeletonError(
            f"{root} is no knowledge base: it has no {MANIFEST}; name the folder that holds it with --kb"
        )


def _refuse_existing(*paths: Path) -> None:
    for path in paths:
        if path.exists():
            raise SkeletonError(f"{path} exists already; choose another name")


def _refuse_taken(kb: KnowledgeBase, rule: str) -> None:
    """Refuse a name whose ids are in use somewhere else in the knowledge base."""
    ids = {"questions": f"{rule}_question", "causes": f"{rule}_cause", "remedies": f"{rule}_remedy", "procedures": rule}
    for section, ident in ids.items():
        if ident in getattr(kb, section):
            raise SkeletonError(f"{section} has {ident} already; choose another name")


def _an_owner(root: Path) -> str:
    """Who a new code escalates to until its author knows better."""
    owners = read_draft(root).things["owners"]
    if not owners:
        raise SkeletonError("the knowledge base names nobody to escalate to; write an entry under owners: first")
    return _USUAL_OWNER if _USUAL_OWNER in owners else min(owners)


_USUAL_OWNER = "microsoft_support"


def _file_of(root: Path, code: str) -> Path:
    """The file in which a code is written."""
    codes = read_draft(root).things["codes"]
    if code not in codes:
        raise SkeletonError(f"there is no code {code}; make it with: voltriage new code {code} --kb {root}")
    return root / codes[code].document.file


def _last_place(kb: KnowledgeBase, code: str, procedure: str) -> tuple[int, Session | None]:
    """How many entries of a plan can stand before this procedure so that a session still reaches its rule; and which.

    Most plans end with a rule that hands the case over, behind which nothing happens any more.
    """
    plan = kb.codes[code].plan
    for place in range(len(plan), 0, -1):
        spot, entry = Spot("codes", code, (place - 1,)), plan[place - 1]
        way = _way_to(with_entries(kb, spot, (entry, Use(procedure))), code, f"{procedure}_cause")
        if way is not None:
            return place, way
    first = with_entries(kb, Spot("codes", code, (0,)), (Use(procedure), plan[0]))
    way = _way_to(first, code, f"{procedure}_cause")
    return (len(plan) if way is None else 0), way


def _with_procedure(target: Path, code: str, procedure: str, place: int) -> tuple[str, int]:
    """The text of a code's file with one plan entry more, behind so many others; and the number of its line."""
    text = target.read_bytes().decode("utf-8")
    document = yaml.compose(text, Loader=yaml.SafeLoader)
    plan = _child(_child(_child(document, "codes"), code), "plan")
    if not isinstance(plan, yaml.SequenceNode) or plan.flow_style:
        raise SkeletonError(f"the plan of {code} in {target} stands in brackets; write it as a list, one entry a line")
    lines = text.splitlines(keepends=True)
    end = _lines_up_to(plan.value[place - 1]) if place else plan.value[0].start_mark.line
    ending = "\r\n" if lines[0].endswith("\r\n") else "\n"
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += ending
    indent = " " * max(plan.value[-1].start_mark.column - 2, 0)
    lines.insert(end, f"{indent}- procedure: {procedure}{ending}")
    return "".join(lines), end + 1


def _lines_up_to(node: yaml.Node) -> int:
    """How many lines a file has up to the end of a node, without the blank lines and remarks that follow it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return int(node.end_mark.line) + (1 if node.end_mark.column else 0)


def _way_to(kb: KnowledgeBase, code: str, cause: str) -> Session | None:
    """A shortest session of a code that proposes the remedy of a cause; None where no answers do."""
    try:
        return definite_sessions(kb, Unfolder(kb, plan_of(kb, code)).unfold()).get(cause)
    except PlanTooLargeError:
        return None


def _scenario(rule: str, code: str, way: Session) -> str:
    """A scenario with the answers and outcomes of a session."""
    said = dict.fromkeys(way)
    outcomes = [(subject, value) for subject, value in said if value == words.NOT_FIXED]
    answers = [(subject, _NO_CODE_OF_OURS if value == ANOTHER_CODE else value) for subject, value in said]
    return _SCENARIO.format(
        rule=rule,
        code=code,
        answers="".join(f"  {subject}: {value}\n" for subject, value in answers if (subject, value) not in outcomes),
        outcomes="".join(f"  {subject}: {value}\n" for subject, value in outcomes),
    )


_NO_CODE_OF_OURS = '"0x80004005"'
"""An answer to "which code stands inside?" that no plan treats: the unspecified failure."""


def _child(node: yaml.Node | None, key: str) -> yaml.Node:
    if isinstance(node, yaml.MappingNode):
        for key_node, value in node.value:
            if key_node.value == key:
                found: yaml.Node = value
                return found
    raise SkeletonError(f'found no "{key}" where one was expected')


_PROCEDURE = """\
questions:
  {rule}_question:
    text: "(write: one yes/no proposition)"
    where: affected_machine
    effort: minutes
    how:
      - text: "(write: how to find out)"
        command: cscript //nologo %windir%\\system32\\slmgr.vbs /dlv
        shell: cmd
    phone: "(write: the same as a sentence to read out on the phone)"
    looks:
      yes: "(write: what a yes looks like)"
      no: "(write: what a no looks like)"

causes:
  {rule}_cause:
    title: "(write: what is wrong)"

remedies:
  {rule}_remedy:
    title: "(write: what helps)"
    risk: harmless
    steps:
      - text: "(write: one step)"
        command: cscript //nologo %windir%\\system32\\slmgr.vbs /ato
        shell: cmd
        elevated: yes
    verify:
      text: Product activated successfully.
      command: cscript //nologo %windir%\\system32\\slmgr.vbs /dli
      shell: cmd

procedures:
  {rule}:
    title: "(write: what this procedure finds out)"
    plan:
      - id: {rule}
        when: {{{rule}_question: yes}}
        cause: {rule}_cause
        remedies: [{rule}_remedy]
        because: "(write: one sentence why this is asked)"
        sources:
          - {{source: general, section: "(write: what it rests on)", checked: {date}}}
"""

_CODE = """\
codes:
  "{code}":
    types: [kms_client]
    messages:
      en: "(write: the message as Windows shows it)"
      de: "(write: the message as German Windows shows it)"
    message_status: {{en: unverified, de: unverified}}
    meaning: "(write: one line for the operator)"
    plan:
      - id: {ident}
        when: {{{ident}_question: yes}}
        cause: {ident}_cause
        remedies: [{ident}_remedy]
        because: "(write: one sentence why this is asked)"
        sources:
          - {{source: general, section: "(write: what it rests on)", checked: {date}}}
    escalation:
      to: [{owner}]
      collect: ["(write: what to collect)"]

questions:
  {ident}_question:
    text: "(write: one yes/no proposition)"
    where: affected_machine
    effort: minutes

causes:
  {ident}_cause:
    title: "(write: what is wrong)"

remedies:
  {ident}_remedy:
    title: "(write: what helps)"
    risk: harmless
    steps:
      - text: "(write: one step)"
    verify:
      text: "(write: how to see that it worked)"
"""

_SCENARIO = """\
scenario: "(write: one story in a line)"
code: "{code}"
story: "(write: two sentences)"
# These lead to the rule where it stands in the plan. Keep what belongs to your story.
answers:
{answers}outcomes:
{outcomes}  {rule}_remedy: fixed
expect:
  cause: {rule}_cause
  state: resolved
"""
