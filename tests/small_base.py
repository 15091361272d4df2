"""A small valid knowledge base that uses every part of the format once, to be broken or changed by tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FILES: Mapping[str, str] = {
    "kb.yaml": """\
format: 1
version: "2026.11"
released: 2026-11-22
""",
    "general.yaml": """\
sources:
  planning: {title: Activation planning, url: https://example.org/planning, dated: 2024-11-12}
  2019en: {title: An article}

owners:
  kms_admin: {title: KMS administrators, bring: The name of the host.}

measures:
  kms_count: {text: Current count of the host, unit: machines, min: 0, max: 1000}
""",
    "procedures/count.yaml": """\
questions:
  windows_server:
    text: Is the machine a Windows Server?
    where: affected_machine
    effort: glance
    looks: {yes: A name with Server in it., no: Any other name.}
  count_at_least_5:
    text: Is the count at least 5?
    where: kms_host
    effort: minutes
    measure: {id: kms_count, at_least: 5}
    implies: {no: {host_is_new: yes}}
  host_is_new:
    text: Was the host set up this week?
    where: kms_host
    effort: waiting
    undo: Nothing to take back.
  channel:
    text: Which key channel does the line Description name?
    kind: choice
    choices: {kms_client: VOLUME_KMSCLIENT, mak: VOLUME_MAK}
    where: affected_machine
    effort: glance
    how:
      - text: Read the line Description.
        command: cscript //nologo %windir%\\system32\\slmgr.vbs /dli
        shell: cmd
        elevated: no
        variants: [{shell: powershell, command: Get-CimInstance SoftwareLicensingProduct}]
    phone: Please read me the line Description.
    looks:
      mak:
        text: It ends in MAK.
        labels: [{en: "Description: VOLUME_MAK", de: "Beschreibung: VOLUME_MAK", verified: no}]
  inner_code:
    text: Which code does the newest event 12288 name?
    kind: code
    where: affected_machine
    effort: minutes

causes:
  count_too_low: {title: Too few machines have contacted the host, excludes: [wrong_key]}
  wrong_key: {title: The key is of another channel}

remedies:
  raise_count:
    title: Let more machines contact the host
    risk: harmless
    steps:
      - text: Trigger activation on idle machines.
        command: cscript //nologo %windir%\\system32\\slmgr.vbs /skms <KMS_HOST>
        shell: cmd
        elevated: yes
    verify: {text: The count is 5., command: slmgr /dli, shell: cmd}
    changes: [count_at_least_5]
    wait: {for: the other machines, look_again: tomorrow}
  install_key:
    title: Install a client key
    risk: changes_entitlement
    consent: yes
    steps:
      - {text: Install it., command: slmgr /ipk <GVLK>, shell: cmd, undo: Install the old key.}
    verify: {text: The channel is KMS.}

procedures:
  count:
    title: KMS count
    plan:
      - id: count_low
        when: {windows_server: [no, unknown], count_at_least_5: no}
        cause: count_too_low
        remedies: [raise_count]
        because: A host answers from five machines on.
        sources:
          - {source: planning, section: Thresholds, checked: 2026-11-22}
      - id: count_inner
        when: {inner_code: code}
        continue_as: {answer_of: inner_code}
        because: The inner code says more.
        sources: [{source: general, section: events, checked: 2026-11-22}]
  key:
    title: Key
    plan:
      - group: volume
        when: {symptom: [count], code: "0xC004F038"}
        because: Only this code counts.
        plan:
          - id: key_mak
            when: {channel: mak}
            cause: wrong_key
            remedies: [install_key]
            because: A MAK does not count.
            sources: [{source: 2019en, section: keys, checked: 2026-11-22}]
""",
    "codes.yaml": """\
codes:
  "0xC004F038":
    symbol: SL_E_VL_NOT_ENOUGH_COUNT
    types: [kms_client]
    messages: {en: The count is insufficient., de: Die Anzahl reicht nicht aus.}
    also: [The count is too low.]
    message_status: {de: documentation}
    aliases: ["0xC004CF038"]
    symptoms: [count]
    meaning: The host has too few clients.
    outer: no
    frequent: [count_too_low]
    plan:
      - procedure: count
      - procedure: key
        when: {channel: [mak, unknown]}
        because: Another key needs another plan.
    escalation: {to: [kms_admin], collect: [The output of slmgr /dlv.]}
    sources: [{source: planning, section: all, checked: 2026-11-22}]
    notes: [Nothing contradicts.]
  unknown_code:
    types: [mak]
    messages: {en: Any other code., de: Ein anderer Code.}
    meaning: A code without an entry.
    plan:
      - id: unknown_ask
        when: {windows_server: [yes, no, unknown]}
        escalate: {to: kms_admin, reason: cause_unknown}
        because: Nobody knows.
        sources: [{source: general, section: all, checked: 2026-11-22}]
    escalation: {to: [kms_admin]}
""",
}


def write(folder: Path, files: Mapping[str, str | bytes] = FILES) -> Path:
    """Write files into a folder (which is made) and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def changed(*changes: tuple[str, str, str]) -> dict[str, str]:
    """The files, with in each named file one text replaced by another; the text must be there once."""
    files = dict(FILES)
    for name, old, new in changes:
        assert files[name].count(old) == 1, (name, old, files[name].count(old))
        files[name] = files[name].replace(old, new)
    return files
