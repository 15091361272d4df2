"""A small knowledge base in which no check finds anything, and what tests change in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

KB_YAML = """\
format: 1
version: "2026.1"
released: 2026-01-15
"""

YAML = """\
sources:
  guide: {title: The guide, url: https://example.org/guide, dated: 2025-12-01}

owners:
  host_admin: {title: Administrators of the host}
  key_owner: {title: Owner of the keys}

measures:
  count: {text: Machines counted by the host, unit: machines}

questions:
  place:
    text: Where does the machine stand?
    kind: choice
    choices: {office: In the office, home: At home, cloud: In a cloud}
    where: affected_machine
    effort: glance
  door_open:
    text: Does the host accept a connection?
    where: network
    effort: minutes
  is_server:
    text: Is the machine a server?
    where: affected_machine
    effort: glance
  at_least_5:
    text: Has the host counted at least 5 machines?
    where: kms_host
    effort: minutes
    measure: {id: count, at_least: 5}
  at_least_25:
    text: Has the host counted at least 25 machines?
    where: kms_host
    effort: minutes
    measure: {id: count, at_least: 25}
  key_fits:
    text: Is the key one for this edition?
    where: licence_owner
    effort: minutes
  key_used_up:
    text: Have all activations of the key been used?
    where: licence_owner
    effort: minutes
  log_saved:
    text: Has the event log been saved?
    where: affected_machine
    effort: minutes

causes:
  door_closed: {title: The door to the host is closed}
  count_too_low: {title: Too few machines have asked the host}
  key_wrong: {title: The key is one for another edition, excludes: [key_empty]}
  key_empty: {title: All activations of the key are used up}
  not_ours: {title: The cloud provider looks after the machine}

remedies:
  open_door:
    title: Open the door
    risk: reversible
    where: network
    steps:
      - {text: Let it through., command: netsh advfirewall add rule KMS, shell: cmd, undo: Remove the rule.}
    verify: {text: The connection is accepted.}
    changes: [door_open]
  ask_again:
    title: Ask the host again
    risk: harmless
    steps:
      - {text: Trigger activation., command: slmgr.vbs /ato, shell: cmd}
    verify: {text: The machine is activated.}
  add_machines:
    title: Let more machines ask the host
    risk: harmless
    steps:
      - {text: Switch the idle machines on.}
    verify: {text: The count is high enough.}
    changes: [at_least_5, at_least_25]
  read_key:
    title: Read the key from the label once more
    risk: harmless
    steps:
      - {text: Compare every group of characters.}
    verify: {text: The key is accepted.}
  install_key:
    title: Install the right key
    risk: spends_activation
    consent: yes
    steps:
      - {text: Install it., command: slmgr.vbs /ipk <MAK>, shell: cmd, undo: Install the old key again.}
    verify: {text: The machine is activated.}
    changes: [key_fits]
  order_key:
    title: Order more activations
    risk: changes_entitlement
    consent: yes
    steps:
      - {text: Ask the vendor.}
    verify: {text: The machine is activated.}

procedures:
  door:
    title: The door to the host
    plan:
      - id: door_is_closed
        when: {door_open: no}
        cause: door_closed
        remedies: [open_door, ask_again]
        because: Nothing works while the door is closed.
        sources: [{source: guide, section: Doors, checked: 2026-01-10}]
  handing_over:
    title: Handing over
    plan:
      - id: hand_over
        when: {log_saved: [yes, no, unknown]}
        escalate: {to: host_admin, reason: cause_unknown}
        because: With the log others can go on.
        sources: [{source: guide, section: Logs, checked: 2026-01-10}]

codes:
  "0xC00D0001":
    types: [kms_client]
    messages: {en: The count is too low., de: Die Anzahl ist zu klein.}
    meaning: The host has not counted enough machines.
    plan:
      - id: cloud_machine
        when: {place: cloud}
        cause: not_ours
        escalate: {to: host_admin}
        because: A machine in a cloud is activated by its provider.
        sources: [{source: guide, section: Clouds, checked: 2026-01-10}]
      - procedure: door
        when: {place: [office, home]}
        because: Only machines in the office and at home use our host.
      - id: few_servers
        when: {is_server: yes, at_least_5: no}
        cause: count_too_low
        remedies: [add_machines]
        because: Servers need five machines.
        sources: [{source: guide, section: Counts, checked: 2026-01-10}]
      - group: clients
        when: {is_server: no}
        because: Clients need more machines than servers.
        plan:
          - id: few_clients
            when: {at_least_25: no}
            cause: count_too_low
            remedies: [add_machines]
            because: Clients need 25 machines.
            sources: [{source: guide, section: Counts, checked: 2026-01-10}]
      - procedure: handing_over
    escalation: {to: [host_admin], collect: [The event log of today]}
    sources: [{source: guide, section: Codes, checked: 2026-01-10}]
  "0xC00D0002":
    types: [mak]
    messages: {en: The key was refused., de: Der Schlüssel wurde abgelehnt.}
    meaning: The key does not fit.
    plan:
      - id: wrong_key
        when: {key_fits: no}
        cause: key_wrong
        remedies: [read_key, install_key]
        because: A key fits one edition only.
        sources: [{source: guide, section: Keys, checked: 2026-01-10}]
      - id: empty_key
        when: {key_fits: yes, key_used_up: yes}
        cause: key_empty
        remedies: [order_key]
        because: A key has a limited number of activations.
        sources: [{source: guide, section: Keys, checked: 2026-01-10}]
      - id: back_to_the_count
        when: {key_fits: yes, is_server: yes}
        continue_as: "0xC00D0001"
        because: A server with the right key waits for the count.
        sources: [{source: guide, section: Keys, checked: 2026-01-10}]
      - procedure: handing_over
    escalation: {to: [key_owner], collect: [The label with the key]}
    sources: [{source: guide, section: Codes, checked: 2026-01-10}]
  unknown_code:
    types: []
    messages: {en: A code that is not known here, de: Ein unbekannter Code}
    meaning: Nothing is known about this code.
    plan:
      - procedure: door
      - procedure: handing_over
    escalation: {to: [host_admin], collect: [The whole message]}
"""


@dataclass(frozen=True)
class Seed:
    """A defect put into the clean base: texts replaced in it, and files added.

    `check`: what must find it; `at`: the id of the thing that must be named, or a part of the finding's text.
    """

    check: str
    at: str
    edits: tuple[tuple[str, str], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    as_of: str = ""
    release: bool = False


def write(folder: Path, seed: Seed | None = None) -> Path:
    """Write the clean base, or the one with a defect, into a folder."""
    text = YAML
    for old, new in seed.edits if seed else ():
        assert text.count(old) == 1, f"{text.count(old)} times in the base: {old}"
        text = text.replace(old, new)
    files = {"kb.yaml": KB_YAML, "all.yaml": text, **(seed.files if seed else {})}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


# What seeds are made of -----------------------------------------------------------------------------------------------

Edit = tuple[str, str]

COUNT_END = """\
      - procedure: handing_over
    escalation: {to: [host_admin], collect: [The event log of today]}
"""
KEY_END = """\
      - procedure: handing_over
    escalation: {to: [key_owner], collect: [The label with the key]}
"""
UNKNOWN_END = """\
      - procedure: door
      - procedure: handing_over
    escalation: {to: [host_admin], collect: [The whole message]}
"""
CLOUD = """\
      - id: cloud_machine
        when: {place: cloud}
"""
FEW_SERVERS = """\
      - id: few_servers
        when: {is_server: yes, at_least_5: no}
"""
WRONG_KEY = """\
      - id: wrong_key
        when: {key_fits: no}
"""
EMPTY_KEY = """\
      - id: empty_key
        when: {key_fits: yes, key_used_up: yes}
"""
LAST_QUESTION = """\
  log_saved:
    text: Has the event log been saved?
"""
LONG = "of the machine that stands in the office or at home or was handed to its present user long before this attempt"


def rule(ident: str, when: str, then: str) -> str:
    """A rule as an entry of a code's plan."""
    return f"""\
      - id: {ident}
        when: {{{when}}}
        {then}
        because: Somebody thinks so.
        sources: [{{source: guide, section: S, checked: 2026-01-10}}]
"""


def treat(cause: str, *remedies: str) -> str:
    """The conclusion of a rule."""
    return f"cause: {cause}\n        remedies: [{', '.join(remedies)}]"


def before(anchor: str, new: str) -> Edit:
    """Puts something before a part of the base."""
    return anchor, new + anchor


def in_count_plan(new: str) -> Edit:
    """Puts rules into the plan of 0xC00D0001, before the handing over."""
    return before(COUNT_END, new)


def in_key_plan(new: str) -> Edit:
    """Puts rules into the plan of 0xC00D0002, before the handing over."""
    return before(KEY_END, new)


def lamps(count: int, name: str = "many") -> str:
    """Questions that have nothing to do with each other."""
    return "".join(
        f"  {name}_{number}:\n    text: Is {name} {number} lit?\n    where: network\n    effort: glance\n"
        for number in range(count)
    )


MANY_OPEN = "".join(
    [
        *(rule(f"first_{n}", f"many_{n}: yes, place: cloud", treat("door_closed", "ask_again")) for n in range(16)),
        *(
            rule(f"late_{n}", f"many_{n}: yes, late_{n}: yes, log_saved: no", treat("door_closed", "ask_again"))
            for n in range(16)
        ),
    ]
)
"""Rules of which every one is open or dead on its own, so that there are too many states."""
