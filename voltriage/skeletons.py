"""Skeletons of new knowledge: complete enough to load, with every text still to be written marked as such."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from kb.files import write_atomically
from kb.loader import MANIFEST
from kb.problems import VoltriageError
from kb.spelling import find_codes

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
    """A procedure with one rule, its question, cause and remedy, used by a code; and a scenario.

    Raises `SkeletonError` when the name is taken or the code has no file.
    """
    _refuse_other_folders(root)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", rule):
        raise SkeletonError(f'"{rule}" is no id; write small letters, digits and _, for example vpn_profile')
    code = _canonical(code)
    procedure = root / "procedures" / f"{rule}.yaml"
    scenario = root / "scenarios" / code / f"{rule}.scenario.yaml"
    target = root / "codes" / f"{code}.yaml"
    _refuse_existing(procedure, scenario)
    if not target.is_file():
        raise SkeletonError(f"there is no {target}; make it with: voltriage new code {code}")
    write_atomically(procedure, _PROCEDURE.format(rule=rule, date=date).encode())
    write_atomically(scenario, _SCENARIO.format(rule=rule, code=code).encode())
    line = _use_at_end_of_plan(target, rule)
    return [
        Written(procedure, "write the texts; look up ids of existing questions before adding one"),
        Written(scenario, "tell one story; more scenarios are welcome"),
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
    write_atomically(target, _CODE.format(code=code, ident=ident, date=date).encode())
    write_atomically(scenario, _SCENARIO.format(rule=ident, code=code).encode())
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


def _use_at_end_of_plan(target: Path, procedure: str) -> int:
    """Add a plan entry after the last one of a code's file; returns its line number."""
    text = target.read_text(encoding="utf-8")
    document = yaml.compose(text, Loader=yaml.SafeLoader)
    plan = _child(_child(document, "codes").value[0][1], "plan")
    last = plan.value[-1]
    lines = text.splitlines(keepends=True)
    end = int(last.end_mark.line)
    while end > last.start_mark.line and not lines[end - 1].strip():
        end -= 1
    indent = " " * max(last.start_mark.column - 2, 0)
    lines.insert(end, f"{indent}- procedure: {procedure}\n")
    write_atomically(target, "".join(lines).encode())
    return end + 1


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
    text: "(write: one yes/no proposition, without and)"
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
      to: [microsoft_support]
      collect: ["(write: what to collect)"]

questions:
  {ident}_question:
    text: "(write: one yes/no proposition, without and)"
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
answers:
  {rule}_question: yes
outcomes:
  {rule}_remedy: fixed
expect:
  cause: {rule}_cause
  state: resolved
"""
