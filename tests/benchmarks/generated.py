"""Generated knowledge as large as wanted: as many rules for a code as the shipped knowledge has, nothing copied whole.

Every code, procedure, rule, question, cause and remedy is drawn anew; only how many there are is taken from the
shipped knowledge. Synthetic: it means nothing.
"""

from __future__ import annotations

import random
from pathlib import Path

from kb.knowledge import KnowledgeBase
from kb.model import rules_of

FIRST_CODE = 0xC0100000
_STEP = "cscript //nologo %windir%\\system32\\slmgr.vbs /dlv"


def write(folder: Path, shipped: KnowledgeBase, times: int, seed: int = 1) -> str:
    """Write a knowledge base `times` as large as the shipped one; returns the id of one of its codes.

    The code returned has as many expanded rules as 0xC004F038 has.
    """
    dice = random.Random(f"{seed} {times}")
    folder.mkdir(parents=True)
    (folder / "kb.yaml").write_text('format: 1\nversion: "generated"\nreleased: 2026-01-01\n', encoding="utf-8")
    (folder / "owners.yaml").write_text("owners:\n  owner: {title: Owner}\n", encoding="utf-8")
    shapes = [len(list(rules_of(procedure.plan))) for procedure in shipped.procedures.values()]
    own = [(code, len(list(rules_of(shipped.codes[code].plan)))) for code in shipped.codes if code != "unknown_code"]
    chosen = ""
    for copy in range(times):
        names = [f"p{copy}_{number}" for number in range(len(shapes))]
        for name, rules in zip(names, shapes, strict=True):
            (folder / f"{name}.yaml").write_text(_procedure(name, max(rules, 1), dice), encoding="utf-8")
        for number, (code, rules) in enumerate(own):
            ident = f"0x{FIRST_CODE + copy * len(own) + number:08X}"
            uses = [f"p{copy}_{n}" for n in _used(shipped, code)]
            (folder / f"{ident}.yaml").write_text(_code(ident, max(rules, 1), uses, dice), encoding="utf-8")
            if code == "0xC004F038":
                chosen = ident
    (folder / "unknown_code.yaml").write_text(_code("unknown_code", 1, [], dice), encoding="utf-8")
    return chosen


def _used(shipped: KnowledgeBase, code: str) -> list[int]:
    """Numbers of the procedures that a shipped code's plan uses itself."""
    names = list(shipped.procedures)
    return [names.index(entry.procedure) for entry in shipped.codes[code].plan if hasattr(entry, "procedure")]


def _procedure(name: str, rules: int, dice: random.Random) -> str:
    return (
        _things(name, rules, dice) + f"procedures:\n  {name}:\n    title: Procedure {name}\n" + _plan(name, rules, dice)
    )


def _code(ident: str, rules: int, uses: list[str], dice: random.Random) -> str:
    name = "c" + ident.lower().replace("0x", "")
    text = _things(name, rules, dice)
    text += f'codes:\n  "{ident}":\n    types: [kms_client]\n'
    text += f"    messages: {{en: Message {name}, de: Meldung {name}}}\n    meaning: Meaning of {name}\n"
    text += _plan(name, rules, dice)
    text += "".join(f"      - procedure: {used}\n" for used in uses)
    return text + "    escalation: {to: [owner]}\n"


def _things(name: str, rules: int, dice: random.Random) -> str:
    lines = ["questions:"]
    for number in range(rules + 1):
        lines += [
            f"  {name}_q{number}:",
            f"    text: Is fact {dice.randrange(10**6)} of {name} so?",
            "    where: affected_machine",
            "    effort: minutes",
            f"    how: [{{text: Look at {dice.randrange(10**6)}, command: '{_STEP}', shell: cmd}}]",
        ]
    lines.append("causes:")
    lines += [f"  {name}_k{number}: {{title: Cause {dice.randrange(10**6)}}}" for number in range(rules)]
    lines.append("remedies:")
    for number in range(rules):
        lines += [
            f"  {name}_r{number}:",
            f"    title: Remedy {dice.randrange(10**6)}",
            "    risk: harmless",
            f"    steps: [{{text: Do {dice.randrange(10**6)}, command: '{_STEP}', shell: cmd}}]",
            "    verify: {text: It works}",
        ]
    return "\n".join(lines) + "\n"


def _plan(name: str, rules: int, dice: random.Random) -> str:
    lines = ["    plan:"]
    for number in range(rules):
        window = range(max(0, number - 2), min(rules + 1, number + 3))
        asked = sorted(dice.sample(window, min(len(window), dice.randint(1, 3))))
        when = ", ".join(f"{name}_q{q}: {dice.choice(('yes', 'no', '[no, unknown]'))}" for q in asked)
        lines += [
            f"      - id: {name}_rule{number}",
            f"        when: {{{when}}}",
            f"        cause: {name}_k{number}",
            f"        remedies: [{name}_r{number}]",
            f"        because: Because of {dice.randrange(10**6)}.",
            "        sources: [{source: general, section: generated, checked: 2026-01-01}]",
        ]
    return "\n".join(lines) + "\n"
