"""Site facts: the file, its facts in a case, placeholders that no value breaks, hosts that the list judges."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.case import Answered, Ask, CaseError, Escalated, Propose, Tried
from engine.session import Session
from kb import hosts, words
from kb.hosts import Named
from kb.knowledge import KnowledgeBase
from kb.scenarios import read_scenarios, shipped_scenarios
from kb.sentences import Sentence
from kb.site import LISTED, OPEN, OTHER_PORT, OUTSIDE, Host, Site
from kb.site_reading import read_site
from tests import shipped
from tests.small_base import changed
from tests.test_docs import DOCS, File, parts
from tests.test_harm import typed
from tests.test_loader import problems_of
from trees.book.back import contacts
from trees.book.whole import Order, plan_for
from trees.web.data import site_data
from voltriage.charting import texts_of
from voltriage.facts import facts_from_options
from voltriage.note import note_of
from voltriage.opening import Reader, open_for
from voltriage.pasting import facts_in, opening
from voltriage.presenting import Presenter, surroundings
from voltriage.runbooks import reading_of
from voltriage.site import (
    Decision,
    SiteError,
    SiteInUse,
    decide_host,
    decide_shown,
    host_shown,
    open_site,
    with_site,
)
from voltriage.wording import Wording

SAY = Wording("en")


@cache
def kb() -> KnowledgeBase:
    return shipped.knowledge()


@cache
def reader() -> Reader:
    return open_for(shipped.FOLDER, "en")


def written(folder: Path, text: str) -> Path:
    path = folder / "voltriage.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def opened(folder: Path, text: str) -> Site:
    return open_site(kb(), written(folder, text), SAY)


def problems(folder: Path, text: str) -> list[str]:
    """What is reported about a site file, without the head and without the folder."""
    path = written(folder, text)
    with pytest.raises(SiteError) as error:
        open_site(kb(), path, SAY)
    return [line.replace(f"{path.as_posix()}:", "") for line in str(error.value).splitlines()[1:]]


SAMPLE = """\
format: 1
kms_hosts:
  - kms1.corp.example
  - {host: kms2.corp.example, port: 1699}
domains: [corp.example]
dns_servers: [10.20.0.53]
domain_controllers: [dc1.corp.example, dc2.corp.example]
contacts: {kms_host: "Server team, extension 4711"}
answers:
  kms_host_exists: yes
forbidden:
  set_registered_host: No machine is tied to a host here.
runbook: {owner: Server team, valid_until: 2027-03-31}
"""


# The file -------------------------------------------------------------------------------------------------------------


def test_a_file_becomes_site_facts_with_the_line_of_each_entry(tmp_path: Path) -> None:
    site = opened(tmp_path, SAMPLE)

    assert site.kms_hosts == (Host("kms1.corp.example", 1688), Host("kms2.corp.example", 1699))
    assert (site.domains, site.dns_servers) == (("corp.example",), ("10.20.0.53",))
    assert site.contacts == dict.fromkeys(("kms_host", "kms_admin"), "Server team, extension 4711")
    assert site.answers == {"kms_host_exists": "yes"}
    assert site.forbidden == {"set_registered_host": "No machine is tied to a host here."}
    assert (site.runbook.owner, site.runbook.valid_until, site.runbook.approver) == ("Server team", "2027-03-31", "")
    assert site.source("kms_hosts", 1) == "voltriage.yaml, line 4"
    assert site.source("answers", "kms_host_exists") == "voltriage.yaml, line 10"
    assert site.source("forbidden", "set_registered_host") == "voltriage.yaml, line 12"


def test_the_sample_of_the_manual_is_a_site_file(tmp_path: Path) -> None:
    (sample,) = [part for part in parts(DOCS / "site.md") if isinstance(part, File)]

    site = opened(tmp_path, sample.text)

    assert [str(host) for host in site.kms_hosts] == ["kms1.corp.example:1688", "kms2.emea.corp.example:1699"]
    assert site.source("answers", "kms_host_exists") == "voltriage.yaml, line 13"


def test_every_problem_is_reported_at_once_with_its_place(tmp_path: Path) -> None:
    text = """\
format: 2
kms_hosts:
  - kms1.corp.example:1700
  - kms & calc
  - {host: kms2.corp.example, prt: 1}
  - {host: kms3.corp.example, port: 70000}
  - {port: 1688}
  - 127.0.0.2
  - KMS3.corp.example.
domains: [example, corp.example]
dns_servers: 10.20.0.53
contacts:
  kms_hots: Server team
  kms_host: "a\\e[2Jb"
  dns_admin: ""
  security_team: [one, two]
answers:
  kms_host_exsts: yes
  kms_count: 18
  count_at_least_25: yes
  domain_joined: perhaps
  clear_registered_host: fixed
forbidden:
  clear_registered_hots: No
  kms_host_exists: No
runbook: {aprover: me}
contact: {}
domains: [two.example]
"""

    assert problems(tmp_path, text) == [
        '1:9: found "2", expected 1 [bad-value]',
        '3:5: found "kms1.corp.example:1700", expected a host name or the address of a machine, like kms1.corp.example '
        "or 10.20.0.5; did you mean {host: kms1.corp.example, port: 1700}? [bad-value]",
        '4:5: found "kms & calc", expected a host name or the address of a machine, like kms1.corp.example or '
        "10.20.0.5 [bad-value]",
        '5:31: unknown field "prt"; did you mean "port"? [unknown-field]',
        '6:37: found "70000", expected a port from 1 to 65535 [bad-value]',
        '7:5: the field "host" is missing [missing-field]',
        '8:5: found "127.0.0.2", expected a host name or the address of a machine, like kms1.corp.example or 10.20.0.5 '
        "[bad-value]",
        '9:5: "KMS3.corp.example." stands here a second time (first in line 6); remove one of the two [duplicate-id]',
        '10:11: found "example", expected a DNS domain of at least two parts, like corp.example [bad-value]',
        '11:14: found "10.20.0.53", expected a list [wrong-shape]',
        '13:3: unknown place or owner "kms_hots"; did you mean "kms_host"? [unknown-id]',
        '14:13: found "aU+001B[2Jb", expected a text without the character U+001B; delete it [bad-value]',
        "15:14: found nothing, expected a text; one with [ ] { } or : in it needs quotes [bad-value]",
        "16:18: found a list, expected a text; one with [ ] { } or : in it needs quotes [bad-value]",
        '18:3: unknown question or measure "kms_host_exsts"; did you mean "kms_host_exists"? [unknown-id]',
        '20:22: "count_at_least_25: yes" contradicts "kms_count: 18" in line 19; change one of the two [contradiction]',
        '21:18: "perhaps" is no answer to domain_joined; possible: yes, no, unknown [not-an-answer]',
        '22:3: unknown question or measure "clear_registered_host"; it is a remedy: what is never to be done stands '
        "under forbidden [unknown-id]",
        '24:3: unknown remedy "clear_registered_hots"; did you mean "clear_registered_host"? [unknown-id]',
        '25:3: unknown remedy "kms_host_exists"; it is a question or measure: known values stand under answers '
        "[unknown-id]",
        '26:11: unknown field "aprover"; did you mean "approver"? [unknown-field]',
        '27:1: unknown field "contact"; did you mean "contacts"? [unknown-field]',
        '28:1: the key "domains" stands here a second time (first in line 10); remove or rename one of the two '
        "[duplicate-key]",
    ]


@pytest.mark.parametrize("text", ["", "[]", "just words", "format: [1", "\xa0", "? [a]\n: b", "format: 1\n\x1b: x"])
def test_a_file_of_another_kind_is_refused_with_a_place(text: str, tmp_path: Path) -> None:
    found = problems(tmp_path, text)

    assert found
    assert all(re.match(r"\d+:\d+: .* \[[a-z-]+\]$", line) for line in found)


KEY = "ABCDE-FGH12-JKLMN-PQR34-STUVW"


@pytest.mark.parametrize(
    "place",
    [
        "contacts: {kms_host: Key KEY}",
        "kms_hosts: [KEY]",
        "kms_hosts: [the key is KEY of course]",
        "kms_hosts: [KEY.corp.example]",
        "answers: {kms_host_exists: KEY}",
        "forbidden: {set_registered_host: use key}".replace("key", "KEY"),
        "runbook: {owner: KEY}",
        "KEY: yes",
        "KEY: yes\nKEY: no",
    ],
)
@pytest.mark.parametrize("key", [KEY, KEY.lower(), KEY.replace("-", "\u2013")])
def test_a_product_key_is_refused_and_never_shown(place: str, key: str, tmp_path: Path) -> None:
    found = problems(tmp_path, f"format: 1\n{place.replace('KEY', key)}\n")

    assert any(line.endswith("[key-in-file]") for line in found)
    assert not re.search("[-_\u2013 ]?".join(KEY.split("-")[:3]), "\n".join(found), re.IGNORECASE)


class Foreign(Wording):
    """A language that puts every sentence between angle brackets."""

    def __call__(self, sentence: str, /, **values: object) -> str:
        return f"<{super().__call__(sentence, **values)}>"


def test_problems_are_told_in_the_reader_s_language_those_inside_a_problem_as_well(tmp_path: Path) -> None:
    text = f"format: 1\nkms_hosts: [kms1:1]\ncontacts: {{kms_hots: [], {KEY}: x}}\nanswers: {{domain_joined: ja}}\n"
    told: list[str] = []
    for each in ("format: [1\n", text):
        path = written(tmp_path, each)
        with pytest.raises(SiteError) as error:
            open_site(kb(), path, Foreign("en"))
        told += [line.replace(f"{path.as_posix()}:", "") for line in str(error.value).splitlines()[1:]]

    assert told == [
        "2:1: <<<is not YAML: did not find expected ',' or ']'>; <a bracket is not closed, or a text with "
        ", : [ ] { } in it needs quotes>> (the bracket opens in line 1)> [yaml-syntax]",
        '2:13: <found "kms1:1", expected <<a host name or the address of a machine, like kms1.corp.example or '
        "10.20.0.5>; did you mean {host: kms1, port: 1}?>> [bad-value]",
        '3:12: <<unknown place or owner "kms_hots">; did you mean "kms_host"?> [unknown-id]',
        "3:22: <found <an empty list>, expected <a text; one with [ ] { } or : in it needs quotes>> [bad-value]",
        "3:26: <a product key stands here; take it out, keys are typed where they are needed and kept nowhere> "
        "[key-in-file]",
        '4:26: <"ja" is no answer to domain_joined; possible: yes, no, unknown> [not-an-answer]',
    ]


def test_what_is_no_key_is_no_key(tmp_path: Path) -> None:
    text = "format: 1\ncontacts: {kms_host: 'ID 55c92734-d682-4d71-983e-d6ec3f16059f, four three-seven words'}\n"

    assert opened(tmp_path, text).contacts["kms_host"].startswith("ID 55c92734")


def test_the_same_file_gives_the_same_report(tmp_path: Path) -> None:
    text = "format: 3\nkms_hosts: [a&b, c|d]\nforbidden: {a: x, b: y}\nanswers: {kms_count: x}\n"

    assert problems(tmp_path, text) == problems(tmp_path, text)


# Facts ----------------------------------------------------------------------------------------------------------------


def test_the_file_in_the_current_directory_is_used_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert with_site(reader(), None) == SiteInUse(None, (), ())

    written(tmp_path, SAMPLE)
    used = with_site(reader(), None)

    assert used.facts == (
        Answered("kms_host_exists", "yes", "voltriage.yaml, line 10"),
        Tried("set_registered_host", "declined", "voltriage.yaml, line 12", when_proposed=True),
    )
    assert used.notices == ("Site facts are used: voltriage.yaml",)


def test_a_file_that_is_named_goes_before_the_one_in_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, SAMPLE)
    Path("other.yaml").write_text("format: 1\n", encoding="utf-8")

    used = with_site(reader(), Path("other.yaml"))

    assert (used.site.file if used.site else "", used.facts) == ("other.yaml", ())


def test_an_explicit_answer_wins_and_what_does_not_count_is_named(tmp_path: Path) -> None:
    text = "format: 1\nanswers:\n  kms_host_exists: yes\n  kms_count: 18\nforbidden:\n  set_registered_host: No.\n"
    explicit = facts_from_options(
        kb(), ["kms_host_exists=no", "count_at_least_25=yes", "set_registered_host=not-fixed"]
    )

    used = with_site(reader(), written(tmp_path, text), explicit)

    assert list(used.facts) == explicit
    assert used.notices[1:] == (
        "kms_host_exists=yes (voltriage.yaml, line 3) does not count here: kms_host_exists=no was given (--answer)",
        "kms_count=18 (voltriage.yaml, line 4) does not count here: count_at_least_25=yes was given (--answer)",
        "set_registered_host=declined (voltriage.yaml, line 6) does not count here: set_registered_host=not-fixed was "
        "given (--answer)",
    )
    assert Session(kb(), "0xC004F038", used.facts).given["kms_host_exists"].value == "no"


def test_what_site_and_command_line_say_alike_counts_once_without_a_word(tmp_path: Path) -> None:
    explicit = facts_from_options(kb(), ["kms_host_exists=yes"])

    used = with_site(reader(), written(tmp_path, "format: 1\nanswers: {kms_host_exists: yes}\n"), explicit)

    assert (list(used.facts), len(used.notices)) == (explicit, 1)


FORBIDDEN = "set_registered_host"


@cache
def stories() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Code and answers of every shipped scenario in which the remedy is proposed; its outcomes are left out."""
    found, _ = read_scenarios(shipped_scenarios(shipped.FOLDER))
    return tuple(
        (scenario.form.code, tuple(scenario.form.answers.items()))
        for scenario in found
        if FORBIDDEN in (*scenario.form.outcomes, scenario.form.expect.remedy)
    )


def walked(site: SiteInUse, seed: int) -> Iterator[Session]:
    """A session at each of its steps, on a way that begins like a story and ends anywhere; no remedy helps."""
    choose = random.Random(seed)
    code, answers = choose.choice(stories())
    likely = dict(answers)
    session = Session(kb(), code, site.facts)
    while True:
        yield session
        step = session.next()
        if isinstance(step, Ask):
            usual = likely.get(step.question, "")
            other = choose.choice(kb().questions[step.question].answers)
            try:
                session.answer(usual if usual and choose.random() < 0.95 else other)
            except CaseError:  # it contradicts what was answered before
                session.answer(words.UNKNOWN)
        elif isinstance(step, Propose):
            session.outcome(words.NOT_FIXED)
        else:
            return


def proposed(site: SiteInUse, seeds: range) -> list[str]:
    """Every remedy that is proposed on these ways."""
    steps = [session.next() for seed in seeds for session in walked(site, seed)]
    return [step.remedy for step in steps if isinstance(step, Propose)]


def test_a_forbidden_remedy_is_proposed_in_no_session(tmp_path: Path) -> None:
    site = with_site(reader(), written(tmp_path, f"format: 1\nforbidden: {{{FORBIDDEN}: We never do this.}}\n"))
    free = SiteInUse(None, (), ())
    seeds = range(80)

    assert proposed(free, seeds).count(FORBIDDEN) > 5, "otherwise this test would prove nothing"
    assert FORBIDDEN not in proposed(site, seeds)


def test_a_case_that_is_handed_over_says_that_the_forbidden_remedy_was_not_done(tmp_path: Path) -> None:
    site = with_site(reader(), written(tmp_path, f"format: 1\nforbidden: {{{FORBIDDEN}: We never do this.}}\n"))
    (*_, session) = walked(site, 1)

    assert isinstance(session.next(), Escalated)
    assert FORBIDDEN in session.hand_over().not_done


def test_the_security_team_is_not_brought_what_the_owners_of_the_code_need() -> None:
    known = {"shown_by_activation": "yes", "failing_product": "windows", "channel": "kms_client"}
    host = {"registered_host": "yes", "registered_host_of_organisation": "no", "registered_host_intended": "no"}
    facts = [Answered(key, value) for key, value in (known | host).items()]
    session = Session(kb(), "0x8007007B", facts)
    while isinstance(session.next(), Ask):
        session.answer(words.UNKNOWN)

    step = session.next()
    assert isinstance(step, Escalated)
    assert step.to == ("security_team",)
    assert session.hand_over().collect == ()
    assert kb().owners["security_team"].bring


def test_a_forbidden_remedy_that_no_rule_proposes_is_no_reason_to_hand_over(tmp_path: Path) -> None:
    site = with_site(reader(), written(tmp_path, f"format: 1\nforbidden: {{{FORBIDDEN}: We never do this.}}\n"))
    session = Session(kb(), "0xC004F06C", site.facts)
    while isinstance(session.next(), Ask | Propose):
        session.answer(words.UNKNOWN) if isinstance(session.next(), Ask) else session.outcome(words.NOT_FIXED)

    step = session.next()
    assert isinstance(step, Escalated)
    assert step.reason == words.CAUSE_UNKNOWN
    assert session.hand_over().not_done == ()


# Placeholders ---------------------------------------------------------------------------------------------------------

SITE = Site(
    "voltriage.yaml",
    kms_hosts=(Host("kms1.corp.example"), Host("10.20.0.7", 1700), Host("kms2.corp.example", 1699)),
    domains=("corp.example",),
    dns_servers=("10.20.0.53",),
    domain_controllers=("dc1.corp.example", "dc2.corp.example"),
    contacts={"kms_host": "Server team, 4711"},
    lines={("kms_hosts", 0): 3, ("kms_hosts", 1): 4, ("kms_hosts", 2): 5, ("domains",): 6},
)


@pytest.mark.parametrize(
    ("command", "filled"),
    [
        ("slmgr.vbs /skms <KMS_HOST>:<KMS_PORT>", "slmgr.vbs /skms kms1.corp.example:1688"),
        ("slmgr.vbs /skms <KMS_ADDRESS>:<KMS_PORT>", "slmgr.vbs /skms 10.20.0.7:1700"),  # the port of that host
        ("Add -DomainName <KMS_FQDN> -Port <KMS_PORT>", "Add -DomainName kms1.corp.example -Port 1688"),
        ("netstat <KMS_PORT>", "netstat <KMS_PORT>"),  # the hosts have several
        ("nslookup <DC>", "nslookup dc1.corp.example"),
        ("nslookup _vlmcs._tcp.<DNS_DOMAIN> <DNS_SERVER>", "nslookup _vlmcs._tcp.corp.example 10.20.0.53"),
        ("Resolve <REGISTERED_HOST> <OTHER_KMS_HOST> <PROVIDER_HOST> <RECORD_DOMAIN> <LOOKUP_DOMAIN> <FORWARDER>",) * 2,
        ("slmgr.vbs /ipk <MAK> <GVLK> <CSVLK> <ACTIVATION_ID>",) * 2,
        ("Get-Help <CONTACT> <NOTHING> <kms_host>",) * 2,
    ],
)
def test_placeholders_are_filled_with_what_they_mean(command: str, filled: str) -> None:
    assert SITE.fill(command) == filled


def test_what_the_site_does_not_decide_stays() -> None:
    two = replace(SITE, domains=("a.example", "b.example"), dns_servers=("10.0.0.1", "10.0.0.2"))

    assert two.fill("nslookup <DNS_DOMAIN> <DNS_SERVER>") == "nslookup <DNS_DOMAIN> <DNS_SERVER>"
    assert Site("x").fill("ping <KMS_HOST> <KMS_PORT> <DC>") == "ping <KMS_HOST> <KMS_PORT> <DC>"
    assert Site("x", kms_hosts=(Host("kms"),)).fill("<KMS_FQDN> <KMS_ADDRESS>") == "<KMS_FQDN> <KMS_ADDRESS>"


def test_callers_learn_all_values_that_could_stand_there() -> None:
    two = replace(SITE, domains=("a.example", "b.example"))

    assert two.choices("nslookup <KMS_HOST> <DNS_DOMAIN> <DNS_SERVER>") == (
        ("KMS_HOST", ("kms1.corp.example:1688", "10.20.0.7:1700", "kms2.corp.example:1699")),
        ("DNS_DOMAIN", ("a.example", "b.example")),
    )
    assert SITE.choices("nslookup <DNS_DOMAIN>") == ()


def test_an_address_with_colons_stands_in_brackets_before_a_port() -> None:
    site = Site("x", kms_hosts=(Host("fd00::17"),))

    assert site.fill("slmgr.vbs /skms <KMS_HOST>:<KMS_PORT>") == "slmgr.vbs /skms [fd00::17]:1688"
    assert site.fill("nslookup <KMS_HOST>") == "nslookup fd00::17"


def test_an_owner_without_a_contact_is_reached_where_their_place_is(tmp_path: Path) -> None:
    given = "format: 1\ncontacts: {kms_host: ext. 1, dns_server: ext. 2, dns_admin: ext. 3}\n"
    site = opened(tmp_path, given)
    assert site.contacts == {"kms_host": "ext. 1", "kms_admin": "ext. 1", "dns_server": "ext. 2", "dns_admin": "ext. 3"}


def test_a_hand_over_names_the_contact_of_the_place_on_screen_note_runbook_chart_and_page(tmp_path: Path) -> None:
    site = opened(tmp_path, "format: 1\ncontacts: {kms_host: ext. 4711}\n")
    owner = kb().owners["kms_admin"]
    title = reader().texts(owner.title)
    session = Session(kb(), "0xC004F038")
    while not isinstance(step := session.next(), Escalated):
        if isinstance(step, Ask):
            session.answer("unknown")
        else:
            session.outcome("blocked")
    reading = reading_of(reader(), site)
    rows = contacts(plan_for(Order(("0xC004F038",)), reading), reading, site)
    on_the_page: Any = site_data(kb(), site)

    screen = "\n".join(Presenter(reader(), 200, surroundings(site)).escalation(session, step))
    assert title in screen
    assert f"Contact for {title}: ext. 4711" in screen
    assert f"{title}. Contact: ext. 4711" in note_of(session, reader(), site=site)
    assert [row.reach for row in rows if row.title == title] == ["ext. 4711"]
    assert texts_of(reader(), site)(owner.title) == f"{title} (ext. 4711)"
    assert on_the_page["contacts"]["kms_admin"] == "ext. 4711"


def test_a_contact_stands_in_texts_only() -> None:
    assert SITE.fill_text("Ask the KMS team (<CONTACT>).", "kms_host") == "Ask the KMS team (Server team, 4711)."
    assert SITE.fill_text("Ask them (<CONTACT>).", "cloud") == "Ask them (<CONTACT>)."


HOSTILE = [
    "a&calc", "a;b", "a|b", "a`b`", "$(calc)", "$env:x", "%windir%", "^a", "a>b", "a<b", "a'b", 'a"b', "a b", "a\tb",
    "a\nb", "a\r\nb", "-Server", "--help", "/skms", "//x", "\\\\x\\y", "a,b", "a=b", "a@b", "a(b)", "{a}", "[a]",
    "a!b", "a*b", "a?b", "a#b", "~a", "a+b", "kms..example", ".kms", "-kms.example", "kms-.example", "kms.-x.example",
    "k" * 64 + ".example", ".".join(["kms"] * 70), "10.0.0.256", "10.1", "3232235521", "0x7f.1", "kms.0x7f",
    "1.2.3.4.5",
    "fe80::1%eth0", "::1", "127.0.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "::ffff:127.0.0.1", "localhost",
    "kms\u200b.example", "kms\u202e.example", "kms.ex\u00e4mple", "\uff11\uff10.0.0.1", "kms\x00.example", "<KMS_HOST>",
    "", " ", "kms.example..", "kms_1.example",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("field", ["kms_hosts", "dns_servers", "domain_controllers", "domains"])
def test_nothing_but_a_name_or_an_address_is_taken_for_a_host(field: str, value: str, tmp_path: Path) -> None:
    quoted = '"' + "".join(f"\\U{ord(character):08X}" for character in value) + '"'

    found = problems(tmp_path, f"format: 1\n{field}: [{quoted}]\n")

    assert len(found) == 1
    assert found[0].startswith(f"2:{len(field) + 4}: found ")
    assert found[0].isprintable()


@pytest.mark.parametrize("port", ["0", "65536", "-1", "+1", "1688 ", "1_000", "0x698", "1688&calc", "\uff11", ""])
def test_nothing_but_a_port_is_taken_for_a_port(port: str, tmp_path: Path) -> None:
    found = problems(tmp_path, f'format: 1\nkms_hosts: [{{host: kms.example, port: "{port}"}}]\n')

    assert [line.rpartition(", ")[2] for line in found] == ["expected a port from 1 to 65535 [bad-value]"]


def tokens(command: str) -> list[str]:
    """How cmd and PowerShell take a command apart: words, blanks, and each character that means something."""
    kinds = []
    for found in re.finditer(r"(?:\[[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*\]|[A-Za-z0-9._:-])+|\s+|.", command):
        word = found[0]
        plain = re.match(r"[A-Za-z0-9_\[]", word) is not None
        kinds.append("word" if plain else "blank" if word.isspace() else word)
    return kinds


COMMANDS = sorted({typed_.command for typed_ in typed(shipped.knowledge())})
label = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,20}[A-Za-z0-9])?", fullmatch=True)
anything = st.one_of(
    st.lists(label, min_size=1, max_size=4).map(".".join),
    st.ip_addresses().map(str),
    st.text(alphabet="ab1.-:&;|$%'\"` /\\_[]<>()\n", max_size=12),
    st.sampled_from(HOSTILE),
)


@settings(max_examples=400, deadline=None)
@given(anything, anything, st.integers(min_value=1, max_value=65535))
def test_no_accepted_value_changes_how_a_shipped_command_is_taken_apart(name: str, domain: str, port: int) -> None:
    is_host = hosts.is_name(name) or hosts.is_address(name)
    site = Site(
        "x",
        kms_hosts=(Host(name, port),) if is_host else (),
        domains=(domain,) if hosts.is_full_name(domain) else (),
        dns_servers=(name,) if is_host else (),
        domain_controllers=(name,) if is_host else (),
    )
    bare = re.compile(r"<[A-Z_]+>")

    for command in COMMANDS:
        filled = site.fill(command)
        assert tokens(bare.sub("word", filled)) == tokens(bare.sub("word", command))


def test_the_comparison_notices_a_value_that_a_shell_reads() -> None:
    for value in ("a&b", "a b", "-a", "/a", "a;b", 'a"', "$x", "%x%", "a'", "a|b", "a,b"):
        assert tokens(f"nslookup {value} x") != tokens("nslookup word x")


def test_every_command_that_asks_for_the_site_s_hosts_is_filled_completely() -> None:
    """Sites of one host of each kind leave no placeholder but those that only the case can fill."""
    site = Site("x", (Host("k.corp.example"), Host("10.1.1.1")), ("corp.example",), ("10.1.1.2",), ("dc.corp.example",))
    left = {name for command in COMMANDS for name in re.findall(r"<([A-Z_]+)>", site.fill(command))}

    assert {"REGISTERED_HOST", "LOOKUP_DOMAIN", "RECORD_DOMAIN", "PROVIDER_HOST", "MAK"} <= left
    assert not left & {"KMS_HOST", "KMS_FQDN", "KMS_ADDRESS", "KMS_PORT", "DNS_DOMAIN", "DNS_SERVER", "DC"}


# The list judges hosts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("kms1.corp.example", LISTED),
        ("KMS1.Corp.Example.", LISTED),
        ("kms1.corp.example:1688", LISTED),
        ("kms1.corp.example:1689", OTHER_PORT),
        ("kms2.corp.example:1699", LISTED),
        ("10.20.0.7:1700", LISTED),
        ("10.20.0.8", OPEN),  # an address belongs to no domain
        ("127.0.0.2", OPEN),
        ("kms1", OPEN),  # a short name proves nothing
        ("kms1:1688", OPEN),
        ("old.corp.example", OPEN),
        ("kms.emea.corp.example", OPEN),
        ("corp.example", OPEN),
        ("kms.evilcorp.example", OUTSIDE),
        ("kms1.corp.example.evil.test", OUTSIDE),
        ("kms_1.evil.test", OUTSIDE),
        ("kms..evil.test", OPEN),  # no name at all
    ],
)
def test_a_host_is_judged_by_the_list_and_the_domains(name: str, verdict: str) -> None:
    host = hosts.named(name)
    assert host is not None

    assert SITE.standing(host).verdict == verdict


def test_a_short_name_proves_nothing_even_where_the_list_has_it() -> None:
    assert replace(SITE, kms_hosts=(Host("kms1"),)).standing(Named("kms1")).verdict == OPEN


def test_without_domains_no_host_is_outside() -> None:
    assert replace(SITE, domains=()).standing(Named("kms.evil.test")).verdict == OPEN


def decided(site: Site | None, question: str, text: str) -> Decision:
    decision = decide_host(kb(), site, question, text)
    assert decision is not None
    return decision


def test_a_registered_host_on_the_list_is_the_one_that_is_meant() -> None:
    decision = decided(SITE, "registered_host", "Kms2.corp.example:1699")

    assert decision.answers == (
        Answered("registered_host", "yes", "host: Kms2.corp.example:1699"),
        Answered("registered_host_intended", "yes", "host: Kms2.corp.example:1699; voltriage.yaml, line 5"),
        Answered("registered_host_of_organisation", "yes", "host: Kms2.corp.example:1699; voltriage.yaml, line 5"),
    )


def test_a_registered_host_outside_the_organisation_goes_to_the_security_team() -> None:
    session = Session(kb(), "0xC004F039", [Answered("failing_product", "windows")])
    decision = decided(SITE, "registered_host", "kms.example.test:1688")
    for answered in decision.answers:
        session.tell(answered.subject, answered.value, answered.source)

    step = session.next()

    assert isinstance(step, Escalated)
    assert (step.to, step.cause) == (("security_team",), "rogue_kms_host")
    source = session.given["registered_host_of_organisation"].source
    assert source == "host: kms.example.test:1688; voltriage.yaml, line 6"


@pytest.mark.parametrize("site", [None, SITE], ids=["no site", "site"])
def test_a_client_tied_to_itself_is_outside_the_organisation(site: Site | None) -> None:
    for name in ("127.0.0.2:1688", "127.0.0.1", "[::1]:1688"):
        assert decided(site, "registered_host", name).verdict == OUTSIDE


DLV = "0xC004F038\nRegistered KMS machine name: {host}\n"


@pytest.mark.parametrize(
    ("host", "intended"),
    [("kms1.corp.example:1688", "yes"), ("kms1.corp.example:4711", "no"), ("kms.example.test:1688", "no")],
)
@pytest.mark.parametrize("at_first", [True, False])
def test_a_host_in_a_pasted_output_is_judged_wherever_it_is_pasted(host: str, intended: str, at_first: bool) -> None:
    text = DLV.format(host=host)
    session = Session(kb(), "0xC004F038", [Answered("failing_product", "windows")])
    plan = session.plan.questions
    reading = opening(kb(), text).reading if at_first else facts_in(kb(), text, session.plan, session.values)
    assert reading.host == host
    decision = decide_shown(kb(), SITE, session, reading.host)
    assert decision is not None
    told = {answer.subject: answer.value for answer in decision.answers}
    assert told["registered_host"] == "yes"
    assert told["registered_host_intended"] == intended
    assert host_shown(kb(), plan, {"registered_host"}, text) == ""


@pytest.mark.parametrize("line", ["KMS machine name from DNS: kms1.corp.example:1688", "kms1.corp.example:1688"])
def test_a_host_that_no_label_calls_the_registered_one_is_not(line: str) -> None:
    assert opening(kb(), f"0xC004F038\n{line}\n").reading.host == ""


def test_an_impossible_port_is_no_host() -> None:
    assert decide_host(kb(), SITE, "registered_host", "kms1.corp.example:99999") is None


@pytest.mark.parametrize(
    ("site", "name"),
    [
        (None, "kms.example.test:1688"),  # no site facts
        (SITE, "old.corp.example:1688"),  # of a domain, not on the list
        (SITE, "azkms.core.windows.net:1688"),  # the KMS of a cloud
    ],
)
def test_a_host_that_nothing_decides_about_is_asked_about(site: Site | None, name: str) -> None:
    session = Session(kb(), "0xC004F039", [Answered("failing_product", "windows")])
    asked = session.next()
    assert isinstance(asked, Ask)
    assert asked.question == "registered_host"
    decision = decided(site, "registered_host", name)
    for answered in decision.answers:
        session.tell(answered.subject, answered.value, answered.source)

    step = session.next()

    assert decision.verdict == OPEN
    assert isinstance(step, Ask)
    assert step.question == "registered_host_intended"


def test_a_pasted_output_names_the_host_behind_its_label() -> None:
    english = "Key Management Service client information\n    Registered KMS machine name: kms1.corp.example:1688\n"
    german = "    Registrierter KMS-Computername: kms1.corp.example:1688\r\n    Port: 1688"
    found_in_dns = "    KMS machine name from DNS: kms1.corp.example:1688"

    for text in (english, german):
        assert decided(SITE, "registered_host", text).host == Named("kms1.corp.example", 1688)
        assert decided(SITE, "registered_host_intended", text).verdict == LISTED  # asked right after it
    assert decide_host(kb(), SITE, "registered_host", found_in_dns) is None


@pytest.mark.parametrize("text", ["y", "no", "?", "18", "1.5", "why", "y.", "", "kms1", "kms 1.corp.example", "a&b.c"])
def test_an_answer_is_not_taken_for_a_host(text: str) -> None:
    assert decide_host(kb(), SITE, "registered_host", text) is None


def test_a_question_about_no_host_takes_no_name() -> None:
    assert decide_host(kb(), SITE, "domain_joined", "kms1.corp.example") is None


def test_the_host_of_event_12288_on_the_list_is_meant_to_be_one() -> None:
    listed = decided(SITE, "meant_as_kms_host", "kms1.corp.example:1688")

    assert listed.answers == (
        Answered("meant_as_kms_host", "yes", "host: kms1.corp.example:1688; voltriage.yaml, line 3"),
    )
    assert decided(SITE, "meant_as_kms_host", "kms.evil.test:1688").answers == ()


def test_what_a_name_decides_fits_together_for_every_question() -> None:
    for question in kb().questions.values():
        if question.host is None:
            continue
        for case in (question.host.listed, question.host.other_port, question.host.outside):
            Session(kb(), "0xC004F074", [Answered(q, v) for q, v in {**question.host.named, **case}.items()])


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_hosts(text: str) -> None:
    decide_host(kb(), SITE, "registered_host", text)
    decide_host(kb(), SITE, "registered_host", f"Registered KMS machine name: {text}")


# What authors of knowledge may write ----------------------------------------------------------------------------------

COUNT = "procedures/count.yaml"


def test_no_command_of_a_knowledge_base_may_hold_free_text() -> None:
    found = problems_of(changed((COUNT, "<KMS_HOST>", "<CONTACT>")))

    assert found == [
        f"{COUNT}:51:18: <CONTACT> stands for free text, which no command may hold; say it in the text beside the "
        "command [unknown-placeholder]"
    ]


def test_what_a_host_s_name_decides_is_checked_like_every_other_reference() -> None:
    naming = """\
effort: waiting
    host:
      named: {host_is_now: yes}
      listed: {host_is_new: maybe}
      outside: {host_is_new: unknown}
      providers: [kms, kms.example.test]
"""
    found = problems_of(changed((COUNT, "effort: waiting\n", naming)))
    of_a_choice = problems_of(changed((COUNT, "    kind: choice\n", "    kind: choice\n    host: {}\n")))

    assert found == [
        f'{COUNT}:18:15: unknown question "host_is_now"; did you mean "host_is_new"? [unknown-id]',
        f'{COUNT}:19:29: found "maybe", expected one of yes, no, unknown [unknown-value]',
        f"{COUNT}:20:30: a name makes nothing unknown; remove it [unknown-value]",
        f'{COUNT}:21:19: found "kms", expected a full host name like kms.example.com [bad-value]',
    ]
    assert len(of_a_choice) == 1
    assert "a host's name answers a yes-no question, and this one is of kind choice [wrong-shape]" in of_a_choice[0]


# Whatever stands in the file ------------------------------------------------------------------------------------------

LINES = SAMPLE.splitlines(keepends=True)
ODD = st.text(alphabet="ab1:-&*!{}[]\"'\n #,|>%@`?\\\x1b\u202e\u00e4", max_size=20)


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0, max_value=len(LINES) - 1), ODD, st.sampled_from(["line", "value", "before"]))
def test_any_text_is_site_facts_or_a_list_of_problems(number: int, text: str, where: str) -> None:
    line = LINES[number]
    new = {"line": f"{text}\n", "value": f"{line.partition(':')[0]}: {text}\n", "before": f"{text}{line}"}[where]
    with TemporaryDirectory() as folder:
        path = written(Path(folder), "".join([*LINES[:number], new, *LINES[number + 1 :]]))
        try:
            site = open_site(kb(), path, SAY)
        except SiteError as error:
            shown = str(error).splitlines()
            assert len(shown) > 1
            assert all(each.isprintable() for each in shown)
            assert all(isinstance(problem.text, Sentence) for problem in read_site(path, "site", kb())[2])
        else:
            assert SITE.fill("<NOTHING>") == site.fill("<NOTHING>")
            assert all(text.isprintable() for text in (*site.contacts.values(), *site.forbidden.values()))
