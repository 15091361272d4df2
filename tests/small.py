"""A small knowledge base, made by hand so that its sessions can be followed in the head; and its German texts.

Two codes: 0xC00D0001 (too few machines, or a closed door) and 0xC00D0002 (no key), and the plan for unknown codes.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kb.knowledge import KnowledgeBase
from kb.loader import read_draft
from kb.store import Opened, open_folder
from kb.translation import texts_by_file
from voltriage.cli import run

COUNT = "0xC00D0001"
KEY = "0xC00D0002"
UNKNOWN = "0x8000FFFF"
"""A code that it does not know."""

KB_YAML = """\
format: 1
version: "2026.1"
released: 2026-01-15
"""

YAML = """\
sources:
  guide: {title: The guide, url: https://example.org/guide, dated: 2025-12-01}

owners:
  host_admin: {title: Administrators of the host, bring: The name of the machine}
  key_owner: {title: Owner of the keys}

measures:
  count: {text: Machines counted by the host, unit: machines, min: 0, max: 1000}

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
    how:
      - text: Try to connect.
        command: Test-NetConnection <KMS_HOST> -Port 1688
        shell: powershell
        variants: [{shell: cmd, command: telnet <KMS_HOST> 1688}]
    phone: Does the host answer?
    looks:
      yes: {text: It says True., labels: [{en: "TcpTestSucceeded : True", de: "TcpTestSucceeded : True", verified: no}]}
      no: It says False.
    undo: Close the window.
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
    implies: {yes: {host_is_new: no}}
  host_is_new:
    text: Was the host set up this week?
    where: kms_host
    effort: minutes
  inner_code:
    text: Which code does the event log show?
    kind: code
    where: affected_machine
    effort: minutes
  key_fits:
    text: Is the key one for this edition?
    where: licence_owner
    effort: waiting

causes:
  door_closed: {title: The door to the host is closed}
  count_too_low: {title: Too few machines have asked the host}
  key_wrong: {title: The key is one for another edition}
  not_ours: {title: The cloud provider looks after the machine}

remedies:
  open_door:
    title: Open the door
    risk: reversible
    where: network
    steps:
      - text: Let TCP 1688 through.
        command: New-NetFirewallRule -DisplayName KMS -Protocol TCP -LocalPort 1688
        shell: powershell
        elevated: yes
        undo: Remove the rule KMS.
        variants: [{shell: cmd, command: netsh advfirewall firewall add rule name=KMS protocol=TCP localport=1688}]
    verify: {text: The connection is accepted., command: Test-NetConnection <KMS_HOST> -Port 1688, shell: powershell}
    changes: [door_open]
  ask_again:
    title: Ask the host again
    risk: harmless
    steps:
      - {text: Trigger activation., command: cscript //nologo %windir%\\system32\\slmgr.vbs /ato, shell: cmd}
    verify: {text: The machine is activated.}
  add_machines:
    title: Let more machines ask the host
    risk: harmless
    where: kms_host
    steps:
      - {text: Switch the idle machines on., where: network}
      - {text: Read the count again., command: cscript //nologo %windir%\\system32\\slmgr.vbs /dli, shell: cmd}
    verify: {text: The count is high enough.}
    changes: [at_least_5, at_least_25]
    wait: {for: the machines to ask the host, look_again: after two hours}
  install_key:
    title: Install the right key
    risk: spends_activation
    consent: yes
    steps:
      - text: Install the key.
        command: cscript //nologo %windir%\\system32\\slmgr.vbs /ipk <MAK>
        shell: cmd
        elevated: yes
        undo: Install the old key again.
    verify: {text: The machine is activated.}
    changes: [key_fits]

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

codes:
  "0xC00D0001":
    symbol: E_COUNT
    types: [kms_client]
    messages: {en: The count of machines is too low here., de: Die Anzahl der Maschinen reicht hier nicht aus.}
    also: [The host has not counted enough of them]
    aliases: ["0xC00D001"]
    symptoms: [counted]
    meaning: The host has answered, but it has not counted enough machines.
    outer: yes
    frequent: [count_too_low, door_closed]
    plan:
      - id: cloud_machine
        when: {place: cloud}
        cause: not_ours
        escalate: {to: host_admin}
        because: A machine in a cloud is activated by its provider.
        sources: [{source: general, section: clouds, checked: 2026-01-10}]
      - procedure: door
        when: {place: [office, home]}
        because: Only machines in the office and at home use our host.
      - id: few_servers
        when: {is_server: yes, at_least_5: no}
        cause: count_too_low
        remedies: [add_machines]
        because: Servers need five machines.
        sources: [{source: guide, section: Counts, checked: 2026-01-10}]
      - id: few_clients
        when: {is_server: no, at_least_25: no, host_is_new: [yes, no]}
        cause: count_too_low
        remedies: [add_machines]
        because: Clients need 25 machines.
        sources: [{source: guide, section: Counts, checked: 2026-01-10}]
      - id: other_code
        when: {inner_code: code}
        continue_as: {answer_of: inner_code}
        because: The event log is more exact.
        sources: [{source: general, section: event log, checked: 2026-01-10}]
    escalation: {to: [host_admin, key_owner], collect: [The event log of today, The count of the host]}
    sources: [{source: guide, section: Codes, checked: 2026-01-10}]
  "0xC00D0002":
    types: [mak]
    messages: {en: The product key was refused by somebody., de: Der Schlüssel wurde von jemandem abgelehnt.}
    meaning: The key does not fit.
    plan:
      - id: wrong_key
        when: {key_fits: no}
        cause: key_wrong
        remedies: [install_key]
        because: A key fits one edition only.
        sources: [{source: guide, section: Keys, checked: 2026-01-10}]
      - id: back_to_the_count
        when: {key_fits: yes, is_server: yes}
        continue_as: "0xC00D0001"
        because: A server with the right key waits for the count.
        sources: [{source: guide, section: Keys, checked: 2026-01-10}]
    escalation: {to: [key_owner]}
  unknown_code:
    types: []
    messages: {en: A code that is not known here, de: Ein hier nicht bekannter Code}
    meaning: Nothing is known about this code; the door to the host is worth a look.
    plan:
      - procedure: door
    escalation: {to: [host_admin], collect: [The whole message]}
"""

GERMAN = {
    "owner.host_admin title": "Administratoren des Hosts",
    "owner.host_admin bring": "Der Name des Computers",
    "owner.key_owner title": "Besitzer der Schlüssel",
    "measure.count text": "Vom Host gezählte Computer",
    "measure.count unit": "Computer",
    "question.place text": "Wo steht der Computer?",
    "question.place choice office": "Im Büro",
    "question.place choice home": "Zu Hause",
    "question.place choice cloud": "In einer Cloud",
    "question.door_open text": "Nimmt der Host eine Verbindung an?",
    "question.door_open how 1": "Versuchen Sie, sich zu verbinden.",
    "question.door_open phone": "Antwortet der Host?",
    "question.door_open looks yes": "Es heißt True.",
    "question.door_open looks no": "Es heißt False.",
    "question.door_open undo": "Schließen Sie das Fenster.",
    "question.is_server text": "Ist der Computer ein Server?",
    "question.at_least_5 text": "Hat der Host mindestens 5 Computer gezählt?",
    "question.at_least_25 text": "Hat der Host mindestens 25 Computer gezählt?",
    "question.host_is_new text": "Wurde der Host diese Woche eingerichtet?",
    "question.inner_code text": "Welchen Code zeigt das Ereignisprotokoll?",
    "question.key_fits text": "Ist der Schlüssel einer für diese Edition?",
    "cause.door_closed title": "Die Tür zum Host ist zu",
    "cause.count_too_low title": "Zu wenige Computer haben den Host gefragt",
    "cause.key_wrong title": "Der Schlüssel gehört zu einer anderen Edition",
    "cause.not_ours title": "Der Cloudanbieter kümmert sich um den Computer",
    "remedy.open_door title": "Die Tür öffnen",
    "remedy.open_door step 1": "Lassen Sie TCP 1688 durch.",
    "remedy.open_door undo 1": "Entfernen Sie die Regel KMS.",
    "remedy.open_door verify": "Die Verbindung wird angenommen.",
    "remedy.ask_again title": "Den Host noch einmal fragen",
    "remedy.ask_again step 1": "Stoßen Sie die Aktivierung an.",
    "remedy.ask_again verify": "Der Computer ist aktiviert.",
    "remedy.add_machines title": "Mehr Computer den Host fragen lassen",
    "remedy.add_machines step 1": "Schalten Sie die unbenutzten Computer ein.",
    "remedy.add_machines step 2": "Lesen Sie die Anzahl noch einmal.",
    "remedy.add_machines verify": "Die Anzahl reicht aus.",
    "remedy.add_machines wait for": "die Anfragen der Computer",
    "remedy.add_machines look again": "nach zwei Stunden",
    "remedy.install_key title": "Den richtigen Schlüssel installieren",
    "remedy.install_key step 1": "Installieren Sie den Schlüssel.",
    "remedy.install_key undo 1": "Installieren Sie wieder den alten Schlüssel.",
    "remedy.install_key verify": "Der Computer ist aktiviert.",
    "procedure.door title": "Die Tür zum Host",
    "rule.door_is_closed because": "Nichts geht, solange die Tür zu ist.",
    "rule.cloud_machine because": "Ein Computer in einer Cloud wird von ihrem Anbieter aktiviert.",
    f"code.{COUNT} use door": "Nur Computer im Büro und zu Hause nutzen unseren Host.",
    "rule.few_servers because": "Server brauchen fünf Computer.",
    "rule.few_clients because": "Clients brauchen 25 Computer.",
    "rule.other_code because": "Das Ereignisprotokoll ist genauer.",
    "rule.wrong_key because": "Ein Schlüssel passt nur zu einer Edition.",
    "rule.back_to_the_count because": "Ein Server mit dem richtigen Schlüssel wartet auf die Anzahl.",
    f"code.{COUNT} meaning": "Der Host hat geantwortet, aber nicht genügend Computer gezählt.",
    f"code.{COUNT} collect 1": "Das Ereignisprotokoll von heute",
    f"code.{COUNT} collect 2": "Die Anzahl des Hosts",
    f"code.{KEY} meaning": "Der Schlüssel passt nicht.",
    "code.unknown_code meaning": "Über diesen Code ist nichts bekannt; ein Blick auf die Tür zum Host lohnt sich.",
    "code.unknown_code collect 1": "Die ganze Meldung",
}
"""Its texts in German, by their keys."""


def write(folder: Path, *, german: bool = True) -> Path:
    """Write the knowledge base into a folder, with its German texts or without; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kb.yaml").write_text(KB_YAML, encoding="utf-8")
    (folder / "all.yaml").write_text(YAML, encoding="utf-8")
    if german:
        locale = folder / "locale" / "de"
        locale.mkdir(parents=True)
        (locale / "all.po").write_text(_po(folder), encoding="utf-8")
    return folder


def _po(folder: Path) -> str:
    head = (
        'msgid ""\nmsgstr ""\n"Language: de\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    )
    texts = texts_by_file(read_draft(folder))["all.yaml"]
    assert {text.key for text in texts} == set(GERMAN), "every text has a translation"
    entries = [f'msgctxt "{text.key}"\nmsgid "{text.en}"\nmsgstr "{GERMAN[text.key]}"\n' for text in texts]
    return "\n".join([head, *entries])


@cache
def opened() -> Opened:
    """The knowledge base with its translations, written and opened once for all tests of a process."""
    with tempfile.TemporaryDirectory() as folder:
        return open_folder(write(Path(folder)))


def knowledge() -> KnowledgeBase:
    """The knowledge base."""
    return opened().kb


@dataclass(frozen=True)
class Called:
    """What a call of the program ended with and printed."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it printed as JSON."""
        return json.loads(self.out)


def call(*arguments: object, lines: Iterable[str] = ()) -> Called:
    """Call the program in this process, with these lines on its standard input."""
    out, err = io.StringIO(), io.StringIO()
    keyboard, sys.stdin = sys.stdin, io.StringIO("".join(f"{line}\n" for line in lines))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run([str(argument) for argument in arguments])
    finally:
        sys.stdin = keyboard
    return Called(code, out.getvalue(), err.getvalue())
