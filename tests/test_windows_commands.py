"""Every command that somebody is told to type is in the language of its shell, and says which rights it needs.

Each law is a function that returns what breaks it, and is shown breaches, so that it is known to notice them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb import words
from tests import shipped

ROOT = Path(__file__).resolve().parent.parent
MANUAL = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

# Commands in the language of their shell -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Typed:
    """A command that somebody is told to type. `elevated` is None where nothing says with which rights."""

    at: str
    shell: str
    command: str
    elevated: bool | None = None


def of_the_knowledge() -> Iterator[Typed]:
    """Every command of the shipped knowledge, variants included."""
    kb = shipped.knowledge()
    for question in kb.questions.values():
        for number, look in enumerate(question.how, 1):
            for form in (look, *look.variants):
                if form.command:
                    yield Typed(f"{question.id} how {number}", form.shell, form.command, look.elevated)
    for remedy in kb.remedies.values():
        for number, step in enumerate(remedy.steps, 1):
            for each in (step, *step.variants):
                if each.command:
                    yield Typed(f"{remedy.id} step {number}", each.shell, each.command, step.elevated)
        if remedy.verify.command:
            yield Typed(f"{remedy.id} verify", remedy.verify.shell, remedy.verify.command)


def of_the_manual() -> Iterator[Typed]:
    """Every line of a block for a Windows shell, and every command of a YAML block."""
    for page in MANUAL:
        text = page.read_text(encoding="utf-8")
        for language, block in re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            at = page.relative_to(ROOT).as_posix()
            if language in words.SHELLS:
                yield from (Typed(at, language, line) for line in block.splitlines())
            elif language == "yaml":
                yield from (Typed(at, shell, command) for shell, command in _in_yaml(_loaded(block)))


def _loaded(block: str) -> Any:
    try:
        return yaml.load(block, Loader=yaml.BaseLoader)  # only its texts are read
    except yaml.YAMLError:
        return None  # a piece with places left open


def _in_yaml(data: Any) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        if "command" in data:
            yield data.get("shell", ""), data["command"]
        for value in data.values():
            yield from _in_yaml(value)
    elif isinstance(data, list):
        for value in data:
            yield from _in_yaml(value)


CMDLET = r"(?<![\w/-])(?:Add|Clear|Copy|ForEach|Format|Get|Import|Install|Invoke|New|Out|Register|Remove|Rename|Resolve|Restart|Select|Set|Sort|Split|Start|Stop|Suspend|Test|Where|Write)-[A-Z]\w+"  # noqa: E501
NOT_IN = {
    "cmd": {
        "$env: is PowerShell's": r"\$env:",
        "a cmdlet is PowerShell's": CMDLET,
        "; joins no commands": r";",
        "quotes are double": r"^'|\s'[^']*'(\s|$)",
        "a variable is %name%": r"(?<!\S)\$\w",
        "redirecting to $null is PowerShell's": r"\$null",
    },
    "powershell": {
        "a variable of the environment is $env:name": r"%\w+(\(x86\))?%",
        "&& and || do not exist in 5.1": r"&&|\|\|",
        "& joins no commands": r"\S & \S",
        "nul is a file": r"\d?>\s*nul\b",
        "^ quotes nothing": r"\^[&|<>^]|\^$",
        "sc is Set-Content": r"(?i)(?<![\w.-])sc (query|qc|config|start|stop|sdset|sdshow|delete|create|\\\\)",
        "find.exe loses its quotes": r"(?i)(^|[|;]\s*)find(\.exe)? ",
        "curl is Invoke-WebRequest in 5.1": r"(?i)(^|[|;]\s*)curl ",
        "a command of cmd.exe": r"(?i)(^|[|;{]\s*)(assoc|call|ftype|if (not )?exist|mklink|pause|rem|setlocal|title|ver|verify|vol)(\s|$)",  # noqa: E501
        "a switch of cmd.exe": r"(?i)(^|[|;{]\s*)(cd|copy|del|dir|echo|erase|md|move|rd|ren|rmdir|set|start|type|for)\s+(\S+\s+)*?/[a-z]+\b(?!/)",  # noqa: E501
        "brackets outside quotes are code": r":\((OI|CI|IO|NP|F|M|R|RX|W)\)",
    },
}
"""By shell, what is written otherwise there, and how it shows."""


def wrong_shell(commands: Iterable[Typed]) -> list[str]:
    """Commands that are not written in the language of the shell that they are for, or are for none."""
    found = []
    for typed in commands:
        if typed.shell not in words.SHELLS:
            found.append(f"{typed.at}: for no shell: {typed.command}")
            continue
        bare = _own_words(typed)
        found += [
            f"{typed.at}: {why}: {typed.command}" for why, sign in NOT_IN[typed.shell].items() if re.search(sign, bare)
        ]
    return found


def _own_words(typed: Typed) -> str:
    """A command without what it hands on literally: quoted texts, and what cmd hands to another program."""
    if typed.shell == "cmd":
        return re.sub(r'"[^"]*"', '""', typed.command)
    command = re.sub(r"'[^']*'", "''", typed.command)
    return re.sub(r'"[^"]*"', lambda text: '""' if "%" not in text[0] and ":(" in text[0] else text[0], command)


def test_every_command_of_the_knowledge_is_in_the_language_of_its_shell() -> None:
    commands = list(of_the_knowledge())
    assert {typed.shell for typed in commands} == set(words.SHELLS)
    assert wrong_shell(commands) == []


def test_every_command_of_the_manual_is_in_the_language_of_its_shell() -> None:
    commands = list(of_the_manual())
    assert {typed.shell for typed in commands} == set(words.SHELLS)
    assert wrong_shell(commands) == []


@pytest.mark.parametrize(
    ("shell", "command"),
    [
        ("", "ver"),
        ("cmd", "type $env:windir\\win.ini"),
        ("cmd", "Get-Service sppsvc"),
        ("cmd", "net stop sppsvc; net start sppsvc"),
        ("cmd", "icacls 'C:\\store' /t"),
        ("powershell", "cscript //nologo %windir%\\system32\\slmgr.vbs /dli"),
        ("powershell", 'reg export HKLM\\X "%USERPROFILE%\\x.reg"'),
        ("powershell", "net stop sppsvc && net start sppsvc"),
        ("powershell", "net stop sppsvc & net start sppsvc"),
        ("powershell", "sc query sppsvc 2>nul"),
        ("powershell", "sc qc sppsvc"),
        ("powershell", 'systeminfo | find "Domain"'),
        ("powershell", "curl -vI https://example.org"),
        ("powershell", "dir /b C:\\Windows"),
        ("powershell", "del /ah tokens.dat"),
        ("powershell", "ver"),
        ("powershell", "if exist tokens.dat echo yes"),
        ("powershell", "icacls store /grant *S-1-5-20:(OI)(CI)F"),
    ],
)
def test_a_command_for_the_other_shell_is_noticed(shell: str, command: str) -> None:
    assert wrong_shell([Typed("here", shell, command)])


NEEDS_ELEVATION = {
    "services": r"(?i)\bnet (start|stop) |\bsc\.exe (config|start|stop|sdset|delete|create)\b"
    r"|\b(Set|Start|Stop|Restart)-Service\b",
    "the machine's registry": r"(?i)\breg (add|delete|import|restore) \"?HKLM|(Set|New|Remove)-Item(Property)? .*HKLM:",
    "files of the system": r"(?i)^(ren|del|copy|move) .*%windir%|(Rename|Remove|Copy|Move)-Item .*\$env:windir"
    r"|\bicacls .*/(grant|save|restore|reset|setowner)",
    "servicing": r"(?i)^DISM |^sfc /|-WindowsImage .*-Online|WindowsFeature -Name|^wusa /uninstall|sysprep\.exe",
    "firewall and network": r"(?i)(Set|New|Remove|Enable|Disable)-NetFirewall|netsh \S+ (set|import|reset|add|delete)"
    r"|^ipconfig /registerdns|^Register-DnsClient|^ipconfig /flushdns|^Clear-DnsClientCache",
    "the clock": r"(?i)^w32tm /(config|resync|register|unregister)|^Set-(Date|TimeZone)|^tzutil /s ",
    "disk encryption": r"(?i)^manage-bde .*-(disable|enable|off|on)|(Suspend|Resume|Disable)-BitLocker",
    "tickets of the machine": r"(?i)^klist -li 0x3e[47] purge",
    "the DNS server": r"(?i)(Add|Set|Remove|Clear)-DnsServer|^dnscmd .*/(Config|Zone|Record)",
    "licensing": r"-MethodName (Install|Uninstall|Clear|Set|ReArm|Disable|Refresh|Deposit|Reinstall)\w*"
    r"|slmgr\.vbs\"? /(ipk|upk|cpky|rearm|rilc|ilc|skms|ckms|skhc|ckhc|sprt|sai|sri|sdns|cdns|spri|cpri|atp|act-type"
    r"|ad-activation|del-ao)|Set-KmsLicenseInfo|Invoke-OSLicense -(?!ActivateOnline)"
    r"|ospp\.vbs\"? /(inpkey|unpkey|sethst)",
}
"""By subject, the commands that Windows refuses without administrator rights."""


def not_elevated(commands: Iterable[Typed]) -> list[str]:
    """Commands that need administrator rights and do not say so."""
    return [
        f"{typed.at}: {subject}: {typed.command}"
        for typed in commands
        for subject, sign in NEEDS_ELEVATION.items()
        if typed.elevated is False and re.search(sign, typed.command)
    ]


def test_every_command_that_needs_administrator_rights_says_so() -> None:
    commands = list(of_the_knowledge())
    met = {subject for subject, sign in NEEDS_ELEVATION.items() if any(re.search(sign, t.command) for t in commands)}
    assert met == set(NEEDS_ELEVATION), "a subject that no command of the knowledge has"
    assert not_elevated(commands) == []


@pytest.mark.parametrize(
    "command",
    [
        "net stop sppsvc",
        "reg add HKLM\\SYSTEM\\X /v Enabled /d 1",
        'ren "%windir%\\System32\\spp\\store\\2.0\\tokens.dat" tokens.bar',
        "sfc /scannow",
        "ipconfig /registerdns",
        "w32tm /resync /rediscover",
        "cscript //nologo %windir%\\system32\\slmgr.vbs /skms host",
        "Set-Service w32time -StartupType Manual",
    ],
)
def test_a_command_without_the_rights_it_needs_is_noticed(command: str) -> None:
    assert len(not_elevated([Typed("here", "cmd", command, elevated=False)])) == 1
    assert not_elevated([Typed("here", "cmd", command, elevated=True)]) == []


def test_no_step_of_a_remedy_is_checked_with_more_rights_than_it_says() -> None:
    """A check has no field for rights, so it must work without."""
    checks = [typed for typed in of_the_knowledge() if typed.elevated is None]
    assert checks
    assert not_elevated(Typed(typed.at, typed.shell, typed.command, elevated=False) for typed in checks) == []
