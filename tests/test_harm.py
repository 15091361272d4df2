"""What the shipped knowledge must never say: the harmful advice of two expert reviews (K01-K07, H1-H9), and more.

Advice that harms in one situation and helps in another is checked over the unfolded graph of every code: all walks at
once, each node with the set of answers that can hold there, and, because a case may begin with answers or come from
another code, every further answer that was not asked on the way may be known as well. What no situation excuses is
looked for in every text (English and German) and every command.

Each law is shown to be able to fail: seeded bad rules and remedies must be flagged by the same functions.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

import pytest
from msgspec.structs import replace

from engine.plan import Line, plan_of
from engine.unfold import ASK, ESCALATE, PROPOSE, FlatGraph, Unfolder
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Condition, Remedy, Rule, SourceRef, Step, Text, Treat, Variant, Verify
from kb.texts import Texts
from kb.translation import texts_in
from tests import shipped

DONE = "done"

# ---------------------------------------------------------------------------------------------------------------------
# Reading the knowledge
# ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Typed:
    """A command that somebody is told to type. `remedy` is empty for the command of a question."""

    at: str
    shell: str
    command: str
    where: str = ""
    elevated: bool = False
    risk: str = ""
    undo: str = ""
    remedy: str = ""


def typed_in(remedy: Remedy) -> Iterator[Typed]:
    """Every command of a remedy's steps, variants included."""
    for number, step in enumerate(remedy.steps, 1):
        for shell, command in ((step.shell, step.command), *((v.shell, v.command) for v in step.variants)):
            if command:
                undo = step.undo.en if step.undo else ""
                at = f"{remedy.id} step {number}"
                yield Typed(at, shell, command, step.where, step.elevated, step.risk, undo, remedy.id)


def typed(kb: KnowledgeBase) -> Iterator[Typed]:
    """Every command of the knowledge base: steps, checks of remedies, ways to find out."""
    for remedy in kb.remedies.values():
        yield from typed_in(remedy)
        check = remedy.verify
        if check.command:
            yield Typed(f"{remedy.id} verify", check.shell, check.command, check.where, True, remedy=remedy.id)
    for question in kb.questions.values():
        for number, look in enumerate(question.how, 1):
            for shell, command in ((look.shell, look.command), *((v.shell, v.command) for v in look.variants)):
                if command:
                    at = f"{question.id} how {number}"
                    yield Typed(at, shell, command, question.where, look.elevated)


def spoken(kb: KnowledgeBase) -> Iterator[tuple[str, str, str]]:
    """Every text for operators as (key, language, words), once each."""
    german = Texts("de", shipped.opened().translations)
    seen: set[tuple[str, str]] = set()
    sections = (kb.questions, kb.remedies, kb.causes, kb.codes, kb.procedures, kb.owners, kb.measures)
    for section in sections:
        for thing in section.values():
            for text in texts_in(thing):
                if (text.key, text.en) in seen:
                    continue
                seen.add((text.key, text.en))
                yield text.key, "en", text.en
                if german(text) != text.en:
                    yield text.key, "de", german(text)


def does(pattern: str, where: str = "") -> Callable[[Remedy], bool]:
    """Whether a remedy types a command like this (at this place)."""

    def about(remedy: Remedy) -> bool:
        return any(re.search(pattern, t.command) and where in ("", t.where) for t in typed_in(remedy))

    return about


def named(*ids: str) -> Callable[[Remedy], bool]:
    return lambda remedy: remedy.id in ids


# ---------------------------------------------------------------------------------------------------------------------
# All walks at once
# ---------------------------------------------------------------------------------------------------------------------

Known = Mapping[str, str]
"""What is known where a remedy is proposed: question -> answer, and remedy -> "done" once it was proposed before."""


@cache
def _graph(kb: KnowledgeBase, code: str) -> FlatGraph:
    return Unfolder(kb, plan_of(kb, code)).unfold()


@cache
def _entailed(kb: KnowledgeBase) -> Mapping[tuple[str, str], tuple[tuple[str, str], ...]]:
    """For each answer, every answer that follows from it."""
    found: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    for question in kb.questions.values():
        for follows in question.follows:
            premise = follows.question, follows.value
            found[premise] = (*found.get(premise, ()), (question.id, follows.then))
    return found


def proposals(
    kb: KnowledgeBase, code: str, questions: tuple[str, ...], remedies: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each (rule, remedy, known) that some walk through the code's graph reaches, from a case with nothing known.

    Only the given questions and remedies are remembered; at every other node all ways are taken. A contradiction
    (an answer whose opposite follows from another) is no walk.
    """
    names = (*questions, *remedies)
    place = {name: number for number, name in enumerate(names)}
    graph = _graph(kb, code)
    here: list[set[tuple[str, ...]]] = [set() for _ in graph.nodes]
    here[0].add(("",) * len(names))
    for number in reversed(graph.backwards()):
        node = graph.nodes[number]
        for known in here[number]:
            if node.kind == ASK:
                for label, target in node.edges:
                    after = _answered(kb, known, place, node.subject, label)
                    if after is not None:
                        here[target].add(after)
            elif node.kind == PROPOSE:
                yield node.rule, node.subject, {n: known[place[n]] for n in names if known[place[n]]}
                target = dict(node.edges)[words.NOT_FIXED]
                here[target].add(tuple(DONE if name == node.subject else known[place[name]] for name in names))


def _answered(
    kb: KnowledgeBase, known: tuple[str, ...], place: Mapping[str, int], question: str, value: str
) -> tuple[str, ...] | None:
    """What is known after an answer and all that follows from it; None for a contradiction."""
    now = list(known)
    for subject, then in ((question, value), *_entailed(kb).get((question, value), ())):
        if subject in place:
            if now[place[subject]] not in ("", then):
                return None
            now[place[subject]] = then
    return tuple(now)


def completions(kb: KnowledgeBase, questions: tuple[str, ...], known: Known) -> Iterator[dict[str, str]]:
    """Every way in which the questions not asked on a walk can be known, or not, when the case begins."""
    open_ = [question for question in questions if question not in known]
    entailed = _entailed(kb)
    for values in product(*(("", *kb.questions[question].answers) for question in open_)):
        case = {**known, **{question: value for question, value in zip(open_, values, strict=True) if value}}
        follow = [then for answer in case.items() for then in entailed.get(answer, ())]
        if all(case.get(question, value) == value for question, value in follow):
            yield case


@dataclass(frozen=True)
class Law:
    """Remedies like `about` are proposed only where `holds` says yes to what is known.

    `before`: remedies of which `holds` asks whether they were proposed earlier. `anyhow`: also with every further
    answer that a case may begin with; else only with the answers asked on the way. `excused`: codes that show by
    themselves that the situation cannot arise.
    """

    about: Callable[[Remedy], bool]
    questions: tuple[str, ...]
    holds: Callable[[Known], bool]
    before: tuple[str, ...] = ()
    anyhow: bool = True
    excused: tuple[str, ...] = ()


def breaches(kb: KnowledgeBase, law: Law) -> list[str]:
    """Every rule that proposes a remedy against the law, with a shortest example of what is known then."""
    about = {remedy.id for remedy in kb.remedies.values() if law.about(remedy)}
    found: dict[str, tuple[int, str]] = {}
    for code in kb.codes:
        if code in law.excused or about.isdisjoint(
            remedy for line in plan_of(kb, code).lines for remedy in line.remedies
        ):
            continue
        for rule, remedy, known in proposals(kb, code, law.questions, law.before):
            for case in _cases(kb, law, known) if remedy in about else ():
                if not law.holds(case):
                    so = ", ".join(f"{subject}={value}" for subject, value in sorted(case.items()))
                    text = f"{rule} proposes {remedy} in {code} although {so or 'nothing'} is known"
                    found[f"{rule}: {remedy}"] = min((len(case), text), found.get(f"{rule}: {remedy}", (99, "")))
    return sorted(text for _, text in found.values())


def _cases(kb: KnowledgeBase, law: Law, known: Known) -> Iterator[Known]:
    return completions(kb, law.questions, known) if law.anyhow else iter((known,))


def subjects(kb: KnowledgeBase, law: Law) -> list[str]:
    """The remedies a law is about; empty would make it say nothing."""
    return [remedy.id for remedy in kb.remedies.values() if law.about(remedy)]


def is_(known: Known, **answers: str) -> bool:
    """Whether each of these questions is known to have exactly this answer."""
    return all(known.get(question) == value for question, value in answers.items())


# ---------------------------------------------------------------------------------------------------------------------
# Laws about situations
# ---------------------------------------------------------------------------------------------------------------------

ONLY_CLIENTS = ("0xC004F038",)
"""Only a machine with a client setup key is ever told a count; its plan asks the channel for the rearm alone."""
_HOST_WORK = r"<CSVLK>|vmw\.exe|VolumeActivation|/at[op] |/at[op]$|Invoke-CimMethod -MethodName (Activate|Deposit)"


def _activates_a_host(remedy: Remedy) -> bool:
    return remedy.risk in words.GRAVE_RISKS and does(_HOST_WORK, "kms_host")(remedy)


def _own_activation(remedy: Remedy) -> bool:
    """It activates the key that is installed on the affected machine, with Microsoft, and installs none before."""
    with_a_key = does(r"/ipk|InstallProductKey|/ad-activation|<CSVLK>|/at[op] <ACTIVATION_ID>")(remedy)
    return remedy.risk == words.SPENDS_ACTIVATION and not with_a_key and not does("", "kms_host")(remedy)


K02_HOST_WORK = Law(
    lambda remedy: _activates_a_host(remedy) and not named("activate_office_host_key")(remedy),
    ("meant_as_kms_host", "machine_is_kms_host", "wanted_on_kms", "host_key_at_hand"),
    # A new host is set up only where its key is at hand and the licence owner wants it.
    lambda k: (
        words.YES in (k.get("meant_as_kms_host"), k.get("machine_is_kms_host"))
        or is_(k, wanted_on_kms="yes", host_key_at_hand="yes")
    ),
)
K02_OFFICE = Law(
    # An Office key is added to a KMS host that is in service; its administrators do it.
    named("activate_office_host_key"),
    ("failing_product", "kms_host_exists", "host_key_at_hand"),
    lambda k: is_(k, failing_product="office", kms_host_exists="yes", host_key_at_hand="yes"),
)
K02_OWN_KEY = Law(
    _own_activation,
    ("channel", "machine_is_kms_host"),
    lambda k: k.get("channel") != "kms_host" or is_(k, machine_is_kms_host="yes"),
    anyhow=False,
)
K02_HOST_KEY_STAYS = Law(
    does(r"/ipk <(MAK|GVLK)>|InstallProductKey.*<(MAK|GVLK)>"),
    ("channel", "machine_is_kms_host", "failing_product"),
    lambda k: k.get("channel") != "kms_host" or is_(k, machine_is_kms_host="no") or is_(k, failing_product="esu"),
    anyhow=False,
    excused=ONLY_CLIENTS,
)
K03_CLIENT_CLOCK = Law(
    does(r"domhier|NT5DS|timedate\.cpl|Set-Date", "affected_machine"),
    ("clock_client_dc", "clock_client_policy"),
    lambda k: is_(k, clock_client_dc="no", clock_client_policy="no"),
)
K03_HOST_CLOCK = Law(
    does(r"domhier|NT5DS|w32tm /(resync|config)|Set-Date", "kms_host"),
    ("clock_host_dc",),
    lambda k: is_(k, clock_host_dc="no"),
)
K05_REARM = Law(
    lambda remedy: does(r"/rearm|ReArm(Windows|App|Sku)\b|-Rearm")(remedy) and not named("eval_rearm")(remedy),
    ("channel", "machine_is_kms_host", "windows_server", "count_at_least_5", "count_at_least_25"),
    lambda k: (
        is_(k, channel="kms_client", machine_is_kms_host="no")
        and (is_(k, windows_server="yes", count_at_least_5="no") or is_(k, windows_server="no", count_at_least_25="no"))
    ),
)
K05_REARM_EVALUATION = Law(
    # The one other documented use: an expired evaluation that is meant to stay one (MAK review, I3 b).
    named("eval_rearm"),
    ("evaluation_edition", "eval_meant_to_stay", "eval_rearm_left", "eval_time_left"),
    lambda k: is_(k, evaluation_edition="yes", eval_meant_to_stay="yes", eval_rearm_left="yes", eval_time_left="no"),
)
K06_SUFFIX = Law(
    does(r"SystemPropertiesComputerName|netdom (renamecomputer|computername)|NV Domain|sysdm\.cpl"),
    ("domain_joined",),
    lambda k: is_(k, domain_joined="no"),
)
H2_GVLK = Law(
    # The owner's wish for the KMS of Azure is such a wish too.
    does(r"/ipk <GVLK>|InstallProductKey.*<GVLK>"),
    ("channel", "wanted_on_kms", "location", "provider_kms_wanted"),
    lambda k: (
        is_(k, wanted_on_kms="yes")
        or is_(k, channel="kms_client")
        or is_(k, location="azure", provider_kms_wanted="yes")
    ),
)
H2_CONVERSION = Law(
    does(r"/Set-Edition"),
    ("evaluation_edition", "eval_meant_to_stay", "windows_server"),
    lambda k: is_(k, evaluation_edition="yes", eval_meant_to_stay="no", windows_server="yes"),
)
H2_UPGRADE = Law(
    does(r"changepk\.exe$"),
    ("f014_edition_upgrade", "f014_upgrade_licensed"),
    lambda k: is_(k, f014_edition_upgrade="yes", f014_upgrade_licensed="yes"),
)
_STORE = r"(ren|Rename-Item|del|Remove-Item|move) .*tokens\.(dat|bar)"
H3_STORE_ON_HOST = Law(
    does(_STORE),
    ("channel", "machine_is_kms_host", "store_keys_at_hand"),
    lambda k: k.get("channel") != "kms_host" and is_(k, machine_is_kms_host="no", store_keys_at_hand="yes"),
)
H3_STORE_LAST = Law(
    # The documented cure of KB971033 on Windows 7 rebuilds the store for another reason and stands by itself below.
    lambda remedy: does(_STORE)(remedy) and not named("genuine_rebuild_windows7")(remedy),
    ("store_rights_intact", "store_disk_full"),
    lambda k: (
        k.get("store_reinstall_licences") == k.get("repair_system_files") == DONE
        and "store_rights_intact" in k
        and "store_disk_full" in k
    ),
    before=("store_reinstall_licences", "repair_system_files"),
    anyhow=False,
)
H3_WINDOWS_7_ONLY = Law(
    named("genuine_rebuild_windows7"),
    ("windows_7", "tampering_signs", "genuine_kb971033_gone", "genuine_kb971033_was_there"),
    lambda k: (
        is_(k, windows_7="yes", tampering_signs="no")
        and (is_(k, genuine_kb971033_gone="yes") or is_(k, genuine_kb971033_was_there="no"))
    ),
)
H6_LANGUAGES = Law(
    does(r"lpksetup|Uninstall-Language|Remove-.*Language"),
    ("lang_edition_restricted", "lang_more_than_one", "lang_other_stays"),
    lambda k: is_(k, lang_edition_restricted="yes", lang_more_than_one="yes", lang_other_stays="yes"),
)
H6_REINSTALL = Law(
    named("reinstall_windows"),
    ("backup_exists", "owner_agrees_reinstall", "tampering_signs", "genuine_released"),
    lambda k: (
        is_(k, backup_exists="yes", owner_agrees_reinstall="yes")
        and (k.get("tampering_signs") != words.YES or is_(k, genuine_released="yes"))
    ),
)
K44_ROGUE = Law(
    named("clear_registered_host", "set_registered_host", "use_other_kms_host"),
    ("registered_host", "registered_host_intended", "registered_host_of_organisation"),
    lambda k: (
        not (
            is_(k, registered_host="yes", registered_host_of_organisation="no")
            and k.get("registered_host_intended") != words.YES
        )
    ),
    anyhow=False,
)
AZURE_ONLY = Law(
    does(r"azkms|20\.118\.99\.224|40\.83\.235\.53|AzRouteConfig"), ("location",), lambda k: is_(k, location="azure")
)
AWS_ONLY = Law(does(r"skms 169\.254\.169|Ec2Launch"), ("location",), lambda k: is_(k, location="aws"))
GOOGLE_ONLY = Law(does(r"googlecloud|gcloud "), ("location",), lambda k: is_(k, location="google"))
HOSTER_ONLY = Law(named("use_hoster_kms"), ("location",), lambda k: is_(k, location="other_cloud"))
CLOUD_DNS_ONLY = Law(
    named("dns_repair_cloud_servers"),
    ("location",),
    lambda k: k.get("location") in ("azure", "aws", "google", "other_cloud"),
)
SPENT_TWICE = Law(
    _own_activation,
    ("still_licensed",),
    lambda k: k.get("still_licensed") != words.YES,
    anyhow=False,
)
AD_OBJECT = Law(
    does(r"/ad-activation-(online|apply)"),
    ("adba_wanted", "domain_joined", "ad_object_exists", "ad_object_covers"),
    lambda k: (
        is_(k, adba_wanted="yes", domain_joined="yes")
        and (is_(k, ad_object_exists="no") or is_(k, ad_object_covers="no"))
    ),
)
_KEY_CHANGERS = ("install_gvlk", "replace_host_key", "c003_move_to_azure_kms", "convert_evaluation", "f050_enter_gvlk")
FREE_ATTEMPT = Law(
    # An attempt that costs nothing on a KMS client spends an activation with any other key: /ato stands in no step
    # and no check of a remedy for which the way there has shown such a key, unless the key was changed before.
    lambda remedy: (
        remedy.risk not in words.GRAVE_RISKS
        and any(re.search(r"/ato\b|MethodName Activate|-ActivateOnline", c) for c in _own_commands(remedy))
        # Their text names the key: KMS client keys only, or the machine's own retail or OEM licence.
        and remedy.id not in ("raise_count", "f009_settings_activate", "eval_activate_online")
    ),
    ("channel",),
    lambda k: k.get("channel") not in ("mak", "kms_host", "retail") or any(changer in k for changer in _KEY_CHANGERS),
    before=_KEY_CHANGERS,
    anyhow=False,
    excused=ONLY_CLIENTS,
)


def _own_commands(remedy: Remedy) -> list[str]:
    """Commands typed on the affected machine, the check included."""
    check = [remedy.verify.command] if remedy.verify.where in ("", "affected_machine") else []
    return [t.command for t in typed_in(remedy) if t.where == "affected_machine"] + check


def _assert_kept(law: Law) -> None:
    kb = shipped.knowledge()
    assert subjects(kb, law)
    assert breaches(kb, law) == []


def test_k02_a_host_key_is_installed_or_activated_only_on_a_machine_definitely_meant_as_kms_host() -> None:
    _assert_kept(K02_HOST_WORK)


def test_k02_an_office_host_key_is_activated_only_where_a_kms_host_exists_and_the_key_is_at_hand() -> None:
    _assert_kept(K02_OFFICE)


def test_k02_a_host_key_found_on_a_machine_is_activated_only_where_that_machine_is_definitely_a_kms_host() -> None:
    _assert_kept(K02_OWN_KEY)


def test_k02_no_other_key_overwrites_a_host_key_unless_the_machine_is_definitely_no_kms_host() -> None:
    _assert_kept(K02_HOST_KEY_STAYS)


def test_k03_no_clock_of_an_affected_machine_is_changed_by_force_on_a_domain_controller_or_against_a_policy() -> None:
    _assert_kept(K03_CLIENT_CLOCK)


def test_k03_no_clock_of_a_kms_host_is_touched_unless_the_host_is_definitely_no_domain_controller() -> None:
    _assert_kept(K03_HOST_CLOCK)


def test_k05_rearm_only_for_kms_clients_that_are_no_host_while_the_count_is_below_the_threshold() -> None:
    _assert_kept(K05_REARM)


def test_k05_an_evaluation_is_rearmed_only_when_it_is_meant_to_stay_one_and_has_expired() -> None:
    _assert_kept(K05_REARM_EVALUATION)


def test_k06_the_primary_suffix_is_changed_only_on_machines_that_are_definitely_in_no_domain() -> None:
    _assert_kept(K06_SUFFIX)


def test_h2_a_client_setup_key_replaces_another_kind_of_key_only_with_the_licence_owners_wish() -> None:
    _assert_kept(H2_GVLK)


def test_h2_the_edition_of_an_evaluation_is_converted_only_on_servers_that_are_to_stay() -> None:
    _assert_kept(H2_CONVERSION)


def test_h2_the_edition_of_a_client_is_upgraded_only_where_that_was_wanted_and_is_licensed() -> None:
    _assert_kept(H2_UPGRADE)


def test_h3_the_licence_store_is_never_rebuilt_on_a_kms_host_nor_without_every_key_at_hand() -> None:
    _assert_kept(H3_STORE_ON_HOST)


def test_h3_the_licence_store_is_rebuilt_only_after_rilc_sfc_and_a_look_at_rights_and_disk_space() -> None:
    _assert_kept(H3_STORE_LAST)


def test_h3_the_rebuild_for_kb971033_stays_on_windows_7_without_signs_of_tampering() -> None:
    _assert_kept(H3_WINDOWS_7_ONLY)


def test_h6_a_language_is_removed_only_from_editions_of_one_language_that_keep_another_one() -> None:
    _assert_kept(H6_LANGUAGES)


def test_h6_windows_is_reinstalled_only_with_a_backup_and_the_owners_consent() -> None:
    _assert_kept(H6_REINSTALL)


def test_an_unknown_registered_host_is_left_for_the_security_team() -> None:
    _assert_kept(K44_ROGUE)


@pytest.mark.parametrize(
    "law", [AZURE_ONLY, AWS_ONLY, GOOGLE_ONLY, HOSTER_ONLY], ids=["azure", "aws", "google", "hoster"]
)
def test_the_kms_of_a_cloud_provider_is_proposed_only_to_machines_in_that_cloud(law: Law) -> None:
    _assert_kept(law)


def test_k01_the_dns_of_a_cloud_network_is_touched_only_for_machines_in_a_cloud() -> None:
    _assert_kept(CLOUD_DNS_ONLY)


def test_no_activation_is_spent_on_a_machine_that_is_known_to_be_licensed() -> None:
    _assert_kept(SPENT_TWICE)


def test_an_activation_object_is_created_only_where_none_covers_the_machine_and_its_owners_want_it() -> None:
    _assert_kept(AD_OBJECT)


def test_an_attempt_to_activate_is_called_free_only_where_the_key_spends_nothing() -> None:
    _assert_kept(FREE_ATTEMPT)


def test_h1_the_ordinary_look_of_a_machine_never_activated_leads_to_no_repair_of_the_store() -> None:
    # 0xC004F034 and 0xC004F056 have no plan of their own: they run through the plan for unknown codes.
    kb = shipped.knowledge()
    repairs = {r.id for r in kb.remedies.values() if does(r"tokens|/rilc|sfc /scannow|RestoreHealth|icacls.*store")(r)}
    for code in ("0xC004F034", "0xC004F056"):
        assert code not in kb.codes
        proposed = {remedy for line in plan_of(kb, code).lines for remedy in line.remedies}
        assert repairs.isdisjoint(proposed)
    signs = kb.questions["store_damage_signs"]
    told = " ".join(look.text.en for look in signs.how if look.text)
    assert "F034" not in told
    assert "F056" not in told
    no = signs.looks["no"].text
    assert no is not None
    assert "0xC004F034" in no.en
    assert "0xC004F056" in no.en


def test_k04_no_remedy_against_a_low_count_takes_a_kms_host_out_of_service() -> None:
    kb = shipped.knowledge()
    plan = plan_of(kb, "0xC004F038")
    taken = r"/cdns|/upk|/sprt|Stop-Service|UninstallProductKey|Disable|Remove-|/ipk <GVLK>"
    at_host = [
        t
        for line in plan.lines
        for remedy in line.remedies
        for t in typed_in(kb.remedies[remedy])
        if t.where == "kms_host"
    ]
    assert at_host
    assert [t.at for t in at_host if re.search(taken, t.command)] == []
    spread = kb.remedies["count_prefer_one_host"].steps[0].text.en
    assert "Office" in spread
    assert "Do not retire" in spread


# ---------------------------------------------------------------------------------------------------------------------
# Laws about words and commands
# ---------------------------------------------------------------------------------------------------------------------

KNOWN_PLACES = (
    *("microsoft.com", "aka.ms", "login.live.com", "time.windows.com", "example.com"),
    *("azkms.core.windows.net", "azkms.core.chinacloudapi.cn", "azkms.core.usgovcloudapi.net"),
    "kms.windows.googlecloud.com",
)
"""Names on the internet that the knowledge may mention: Microsoft's own, and the cloud providers' own KMS."""
KNOWN_ADDRESSES = {
    "0.0.0.0": "any target",
    "127.0.0.2": "what an activation tool registers",
    "8.8.8.8": "an example of a public resolver",
    "168.63.129.16": "Azure's resolver",
    "169.254.169.253": "the resolver of AWS",
    "169.254.169.254": "the resolver of Google Cloud",
    "169.254.169.250": "the KMS of AWS",
    "169.254.169.251": "the KMS of AWS",
    "20.118.99.224": "the KMS of Azure",
    "40.83.235.53": "the KMS of Azure",
    "23.102.135.246": "the former KMS of Azure, still to be routed",
    "159.27.28.100": "the KMS of Azure China",
    "163.228.64.161": "the KMS of Azure China",
    "42.159.7.249": "the former KMS of Azure China, still to be routed",
    "52.126.105.2": "the KMS of Azure US Government",
    "23.97.0.13": "the former KMS of Azure US Government, still to be routed",
    "35.190.247.13": "the KMS of Google Cloud",
}
OWN_KMS = (
    "<KMS_HOST>",
    "<OTHER_KMS_HOST>",
    "<KMS_ADDRESS>",
    "<PROVIDER_HOST>",
    "azkms.core.windows.net",
    "20.118.99.224",
    "169.254.169.250",
    "kms.windows.googlecloud.com",
)
_TOP = "com|net|org|info|biz|io|ms|cn|ru|top|xyz|moe|tk|cc|de|me|dev|shop|store|online|site"


def strange_places(words_: str) -> list[str]:
    """Host names and addresses that the knowledge has no business with."""
    names = re.findall(rf"\b(?:[a-z0-9-]+\.)+(?:{_TOP})\b(?!\.)", words_, re.IGNORECASE)
    addresses = re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", words_)
    strange = [n for n in names if not any(n.lower() == p or n.lower().endswith(f".{p}") for p in KNOWN_PLACES)]
    return strange + [a for a in addresses if a not in KNOWN_ADDRESSES]


def foreign_kms(kb: KnowledgeBase) -> list[str]:
    """KMS hosts set by a command that are neither the organisation's own nor a cloud provider's."""
    found = []
    for t in typed(kb):
        for target in re.findall(r"/skms\s+(\S+)|MachineName='([^']*)'|-ServerName\s+(\S+)|/sethst:(\S+)", t.command):
            host = re.sub(r":(\d+|<KMS_PORT>|<PROVIDER_PORT>)$", "", "".join(target))
            if host not in OWN_KMS:
                found.append(f"{t.at}: {host}")
    return found


def test_every_host_name_and_address_is_one_that_the_knowledge_may_mention() -> None:
    kb = shipped.knowledge()
    said = [(key, text) for key, _, text in spoken(kb)] + [(t.at, t.command) for t in typed(kb)]
    assert [f"{at}: {place}" for at, text in said for place in strange_places(text)] == []


def test_no_command_points_a_machine_to_a_foreign_kms_host() -> None:
    assert foreign_kms(shipped.knowledge()) == []


@dataclass(frozen=True)
class Words:
    """A pattern that no text may contain, except where `excused` (a pattern in the same text) says it is a warning."""

    pattern: str
    excused: str = r"(?!)"
    only: str = ""


NO_ACTIVATOR = Words(
    r"(?i)kmspico|kms[ _-]?auto|autokms|vlmcsd|py-kms|massgrave|hwidgen|kms38|kmseldi|\bcrack|activator\b|aktivator\b",
    only=r"(?!question\.tampering_signs|rule\.genuine|remedy\.reinstall)",
)
NO_THIRD_PARTY = Words(
    r"(?i)CID[- ](services?|Diens\w+)|getcid|Sellers of|Verkäufer von",
    r"(?i)nobody but Microsoft|nur Microsoft|niemandem|niemand anderem|not an option|nicht in Frage",
)
K01_PROVIDER_DNS = Words(
    r"(?i)Azure-provided|von Azure bereitgestellt|default DNS of Azure|DNS of Azure|DNS of the provider|DNS von Azure"
    r"|DNS des Anbieters",
    r"(?i)\bnever switch|do not switch|nie |niemals|nicht um|nicht auf",
)
K07_UPK = Words(
    r"/upk|UninstallProductKey",
    r"(?i)Activation ID|Aktivierungs-ID|Do not use|nicht /upk|removed with /upk|mit /upk entfernt",
)
H5_DRIVE_C = Words(r"(?i)\bC:\\Windows")
H7_TELEPHONE = Words(
    r"(?i)\bby (tele)?phone\b|telephone|\b(ring|call) (up|Microsoft|the number)\b|a call to|hotline|telefonisch"
    r"|per Telefon|Anruf\b|anrufen|rufen Sie .* an[.,;]|slui(\.exe)? 0?4\b",
    r"(?i)old telephone numbers|alte Telefonnummern",
)
H8_KB971033 = Words(
    r"(?i)install\w* (the update )?KB971033|KB971033 .*install|KB971033 wieder",
    r"(?i)is the update KB971033 installed|whether KB971033 is installed|ob KB971033 installiert|Ist das Update"
    r"|advises against|rät",
)
NO_SIMULATION = Words(r"(?i)\bsimulat|simulier", r"(?i)do not simulate|simulieren Sie keine|keine .*simul")
NO_RETIRED_TOOL = Words(r"\bSaRA\b|Support and Recovery Assistant|\bVLSC\b|Volume Licensing Service Center")
NO_OWN_PAPERS = Words(
    r"(?i)\bseed\b|dossier|review-(kms|mak)|\b(KMS|MAK) review|\breview [A-Z]\d|\bK\d\d\b|\b[HIT]\d\b|codes\.yaml"
)


def forbidden(law: Words, said: Iterator[tuple[str, str, str]]) -> list[str]:
    """Texts that break a law of words."""
    return [
        f"{key} ({language}): {text}"
        for key, language, text in said
        if re.search(law.pattern, text) and not re.search(law.excused, text) and re.match(law.only, key)
    ]


def _assert_unsaid(law: Words) -> None:
    assert forbidden(law, spoken(shipped.knowledge())) == []


def test_no_activator_is_named_except_as_a_sign_of_tampering() -> None:
    _assert_unsaid(NO_ACTIVATOR)


def test_nobody_is_sent_to_a_third_party_for_a_confirmation_id() -> None:
    _assert_unsaid(NO_THIRD_PARTY)


def test_k01_no_text_switches_a_network_to_the_dns_of_its_provider() -> None:
    _assert_unsaid(K01_PROVIDER_DNS)


def test_k07_no_command_and_no_text_removes_a_key_with_upk_alone() -> None:
    _assert_unsaid(K07_UPK)
    assert [t.at for t in typed(shipped.knowledge()) if re.search(r"/upk|UninstallProductKey", t.command)] == []


def test_h5_no_text_takes_drive_c_for_granted() -> None:
    _assert_unsaid(H5_DRIVE_C)


def test_h7_nobody_is_told_to_activate_by_telephone() -> None:
    _assert_unsaid(H7_TELEPHONE)
    assert [t.at for t in typed(shipped.knowledge()) if re.search(r"slui(\.exe)? 0?4\b|phone\.inf", t.command)] == []


def test_h8_the_update_kb971033_is_only_ever_removed_and_its_code_has_no_entry() -> None:
    kb = shipped.knowledge()
    _assert_unsaid(H8_KB971033)
    assert "0x80092026" not in kb.codes
    assert "0x80092026" not in {alias for code in kb.codes.values() for alias in code.aliases}
    assert [
        t.at for t in typed(kb) if "971033" in t.command and re.search(r"wusa(?! /uninstall)|\.msu", t.command)
    ] == []


def test_no_text_lets_machines_be_simulated_to_raise_the_count() -> None:
    _assert_unsaid(NO_SIMULATION)


def test_no_text_offers_a_retired_tool() -> None:
    _assert_unsaid(NO_RETIRED_TOOL)


def test_no_text_speaks_of_the_projects_own_papers() -> None:
    _assert_unsaid(NO_OWN_PAPERS)


def own_papers_cited(kb: KnowledgeBase) -> list[str]:
    """Sources that a session prints with a place only this project's authors understand."""
    found: dict[str, None] = {}
    for code in kb.codes.values():
        rules = [line.rule for line in plan_of(kb, code.id).lines]
        for ref in (*code.sources, *(ref for rule in rules for ref in rule.sources)):
            if re.search(NO_OWN_PAPERS.pattern, ref.section) or ref.source == "seed":
                found[f"{ref.source}: {ref.section}"] = None
    return list(found)


def test_every_source_that_a_session_prints_can_be_looked_up_by_its_reader() -> None:
    assert own_papers_cited(shipped.knowledge()) == []


def test_h7_offline_activation_goes_through_the_portal_and_warns_of_third_parties() -> None:
    kb = shipped.knowledge()
    with_id = [
        r
        for r in kb.remedies.values()
        if does(r"/dti|OfflineInstallationId$|-get-iid")(r) and r.risk in words.GRAVE_RISKS
    ]
    assert with_id
    for remedy in with_id:
        told = " ".join(step.text.en for step in remedy.steps)
        assert "aka.ms/aoh" in told, remedy.id
    for remedy in (kb.remedies[key] for key in ("activate_offline", "host_activate_offline", "cid_per_product")):
        told = " ".join(step.text.en for step in remedy.steps)
        assert re.search("nobody but Microsoft|no other web service", told), remedy.id


def test_k01_remedies_for_the_dns_of_a_cloud_warn_of_domain_members() -> None:
    kb = shipped.knowledge()
    for key in ("dns_repair_cloud_servers", "use_azure_kms_by_address"):
        told = " ".join(step.text.en for step in kb.remedies[key].steps)
        assert "168.63.129.16" in told
        assert "domain members" in told


def bad_commands(commands: Iterator[Typed]) -> list[str]:
    """Commands that break where operators paste them, or that hold only on an English Windows."""
    laws = {
        "sc without .exe is Set-Content in PowerShell": r"(?<![\w.-])sc (query|qc|config|stop|start|sdset|sdshow)",
        "&& is a syntax error in Windows PowerShell 5.1": r"&&",
        "find breaks in PowerShell, use findstr": r"(\||^)\s*find(\.exe)? ",
        "English account names do not resolve on a German Windows": (
            r"(?i)icacls.*(?<!\*)(?<!\\)\b(Administrators|NETWORK SERVICE|SYSTEM|Everyone|Users|SERVICE)\b(:|\")"
        ),
        "systeminfo | findstr domain finds nothing in German": r"(?i)systeminfo.*(findstr|find|Select-String)",
        "ANY queries are minimised": r"-type=all\b",
        "clients do not listen on 1688": r"psping",
        "fixed drive": r"(?i)\bC:\\Windows",
    }
    powershell = {
        "%name% is nothing in PowerShell": r"%(windir|systemroot|systemdrive|temp|programfiles|userprofile|random)%",
        "& joins no commands in Windows PowerShell": r"\w & \w",
    }
    found = []
    for t in commands:
        outside = re.sub(
            r"'[^']*'", "''", t.command
        )  # a registry value of type ExpandString holds %systemroot% rightly
        applicable = laws | (powershell if t.shell == "powershell" else {})
        found += [f"{t.at}: {why}: {t.command}" for why, pattern in applicable.items() if re.search(pattern, outside)]
    return found


def test_h9_and_h4_commands_survive_windows_powershell_and_a_german_windows() -> None:
    assert bad_commands(typed(shipped.knowledge())) == []


def test_h4_rights_are_granted_by_numbers_only() -> None:
    grants = [t for t in typed(shipped.knowledge()) if re.search(r"icacls.* /grant", t.command)]
    assert grants
    for t in grants:
        names = re.findall(r"[\s\"](\*?[\w\\-]+(?: \w+)?):\(", t.command)
        assert names
        assert [name for name in names if not name.startswith("*S-1-")] == [], t.at


def test_h5_profile_keys_are_saved_first_and_take_their_paths_from_the_system_folder() -> None:
    steps = shipped.knowledge().remedies["perm_restore_profilelist"].steps
    assert steps[0].command.startswith("reg export")
    created = next(step.command for step in steps if "New-Item" in step.command)
    assert "%systemroot%" in created
    assert not re.search(r"(?i)\bc:", created)


ELEVATED = (
    r"/(ipk|upk|cpky|rearm|rearm-app|rearm-sku|rilc|ilc|skms|skms-domain|ckms|ckms-domain|skhc|ckhc|sprt|sai|sri|sdns|cdns"
    r"|spri|cpri|dti|atp|act-type|ad-activation-online|ad-activation-apply-cid|ad-activation-get-iid|del-ao)(?![\w-])"
)
"""The options of slmgr.vbs that need elevated rights (slmgr.md section 1; those "not stated" count as needing them)."""


def incomplete_commands(commands: Iterator[Typed]) -> list[str]:
    """Commands that cannot be pasted as they stand: no full path, no elevation where it is needed, loose variables."""
    found = []
    for t in commands:
        if "slmgr" in t.command:
            whole = r"^cscript //nologo (%windir%\\system32\\slmgr\.vbs|\"\$env:windir\\system32\\slmgr\.vbs\")( |$)"
            if not re.search(whole, t.command):
                found.append(f"{t.at}: slmgr.vbs without cscript //nologo and its full path: {t.command}")
            spends = t.risk in words.GRAVE_RISKS and re.search(r"/ato\b", t.command)
            if (re.search(ELEVATED, t.command) or spends) and not t.elevated:
                found.append(f"{t.at}: not marked elevated: {t.command}")
        if re.search(r"(?i)ospp\.vbs", t.command) and not (t.command.startswith("cscript //nologo") or not t.elevated):
            found.append(f"{t.at}: OSPP.VBS without cscript //nologo: {t.command}")
        if t.shell == "powershell":
            found += [f"{t.at}: ${name} stands for nothing: {t.command}" for name in _loose_variables(t.command)]
        found += [
            f"{t.at}: unknown placeholder <{name}>"
            for name in re.findall(r"<([A-Z_]+)>", t.command)
            if name not in words.PLACEHOLDERS
        ]
    return found


def _loose_variables(command: str) -> list[str]:
    unquoted = re.sub(r"'[^']*'", "''", command)
    used = set(re.findall(r"\$(?!env:)(?:\{env:[^}]*\})?([A-Za-z_]\w*)", unquoted))
    given = set(re.findall(r"\$([A-Za-z]\w*)\s*=", command)) | set(re.findall(r"foreach\s*\(\$(\w+) in", command))
    return sorted(used - given - {"_", "true", "false", "null", "env"})


def test_every_command_can_be_pasted_as_it_stands() -> None:
    assert incomplete_commands(typed(shipped.knowledge())) == []


# ---------------------------------------------------------------------------------------------------------------------
# General laws
# ---------------------------------------------------------------------------------------------------------------------


def blind_grave(kb: KnowledgeBase) -> list[str]:
    """Grave remedies on the way on which every answer is unknown."""
    found = []
    for code in kb.codes:
        graph = _graph(kb, code)
        node = graph.nodes[0]
        while node.edges:
            if node.kind == PROPOSE and kb.remedies[node.subject].risk in words.GRAVE_RISKS:
                found.append(f"{code}: {node.rule} proposes {node.subject}")
            label = words.UNKNOWN if node.kind == ASK else words.NOT_FIXED
            node = graph.nodes[dict(node.edges)[label]]
        assert node.kind != PROPOSE
    return found


def guards(kb: KnowledgeBase) -> dict[tuple[str, str], set[str]]:
    """For each grave remedy and rule, the definite answers (never `unknown`) without which it is not proposed.

    Where a rule is used under different guards in several codes, what they have in common.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for code in kb.codes:
        for line in plan_of(kb, code).lines:
            definite = {f"{c.subject}={'|'.join(c.accepts)}" for c in line.conditions if words.UNKNOWN not in c.accepts}
            for remedy in line.remedies:
                if kb.remedies[remedy].risk in words.GRAVE_RISKS and not line.refused:
                    place = remedy, line.rule.id
                    found[place] = found[place] & definite if place in found else definite
    return found


def test_no_grave_remedy_is_reached_while_every_answer_is_unknown() -> None:
    assert blind_grave(shipped.knowledge()) == []


def test_definite_answers_guard_every_grave_remedy() -> None:
    kb = shipped.knowledge()
    guarded = guards(kb)
    for (remedy, rule), definite in sorted(guarded.items()):
        print(f"{remedy} ({kb.remedies[remedy].risk}) by {rule}: {', '.join(sorted(definite))}")
    assert {place: definite for place, definite in guarded.items() if not definite} == {}
    grave = {remedy.id for remedy in kb.remedies.values() if remedy.risk in words.GRAVE_RISKS}
    assert grave == {remedy for remedy, _ in guarded}, "a grave remedy that no rule proposes"


def test_a_grave_remedy_always_has_a_guard_of_its_owner_or_of_a_fact_besides_the_key() -> None:
    """One look at the key channel is not enough to spend, change or destroy something."""
    weak = {
        f"{remedy} by {rule}": definite
        for (remedy, rule), definite in guards(shipped.knowledge()).items()
        if len({guard.split("=")[0] for guard in definite}) < 2
    }
    assert weak == {}


def unconsented(kb: KnowledgeBase) -> list[str]:
    return [r.id for r in kb.remedies.values() if r.risk in words.GRAVE_RISKS and not r.consent]


def test_every_grave_remedy_asks_for_consent() -> None:
    assert unconsented(shipped.knowledge()) == []


CHANGES = re.compile(
    r"/(ipk|upk|rearm|rilc|skms|ckms|skms-domain|ckms-domain|sdns|cdns|sprt|act-type|atp|ad-activation-(online|apply-cid))\b"
    r"|\breg (add|import|delete)\b|\bren |\bdel |icacls.*/(grant|restore|deny)|sc\.exe (config|sdset)"
    r"|netsh .*(import|set|reset)|w32tm /config|\bSet-(?!ExecutionPolicy)|\bAdd-|\bRemove-|\bNew-(?!Object)"
    r"|\bClear-(?!DnsClientCache)|\bInstall-|\bRename-|\bDisable-|\bEnable-|\bSuspend-|Set-Edition|changepk|wusa|lpksetup"
    r"|manage-bde|dnscmd|klist.*purge|shutdown /r|Restart-Computer|\bgcloud .*create|Add-Routes|timedate\.cpl|ncpa\.cpl"
    r"|SystemProperties|regedit|netdom (rename|computername)|sysprep\.exe"
    r"|MethodName (Install|Set|Clear|Disable|ReArm|Deposit)"
)
"""Commands that leave something changed. Restarting the licensing service, emptying a DNS cache, w32tm /resync,
gpupdate and /ato with a client key change nothing that could be taken back."""


def without_undo(kb: KnowledgeBase) -> list[str]:
    """State-changing commands without a word on how to take them back."""
    return [
        f"{t.at}: {t.command}"
        for remedy in kb.remedies.values()
        for t in typed_in(remedy)
        if (CHANGES.search(t.command) or t.risk in words.GRAVE_RISKS) and not t.undo
    ]


def called_harmless(kb: KnowledgeBase) -> list[str]:
    """State-changing commands that are marked harmless."""
    return [
        f"{t.at}: {t.command}"
        for remedy in kb.remedies.values()
        for t in typed_in(remedy)
        if CHANGES.search(t.command) and t.risk == words.HARMLESS
    ]


def test_every_state_changing_command_says_how_to_take_it_back() -> None:
    assert without_undo(shipped.knowledge()) == []


def test_no_state_changing_command_is_called_harmless() -> None:
    assert called_harmless(shipped.knowledge()) == []


def test_a_service_that_is_stopped_is_started_again() -> None:
    left = []
    for remedy in shipped.knowledge().remedies.values():
        # The command of the step itself; its PowerShell form restarts in one go.
        own = [step.command for step in remedy.steps]
        for number, command in enumerate(own):
            stopped = re.match(r"net stop (\w+)", command)
            if stopped and not any(
                re.search(rf"net start {stopped[1]}|config {stopped[1]} start= demand|/ato|sc\.exe config", later)
                for later in own[number + 1 :]
            ):
                left.append(f"{remedy.id} step {number + 1}")
    assert left == []


def unfounded(kb: KnowledgeBase, today: datetime.date) -> list[str]:
    """Rules without a source, or with one that nobody has checked on a day that has been."""
    rules = {line.rule.id: line.rule for code in kb.codes for line in plan_of(kb, code).lines}

    def founded(ref: SourceRef) -> bool:
        known = ref.source == words.GENERAL_SOURCE or ref.source in kb.sources
        return bool(ref.section) and known and "2024-01-01" <= ref.checked <= today.isoformat()

    without = [f"{rule.id}: no source" for rule in rules.values() if not rule.sources]
    return without + [f"{rule.id}: {ref}" for rule in rules.values() for ref in rule.sources if not founded(ref)]


def test_every_rule_rests_on_a_source_that_was_checked() -> None:
    kb = shipped.knowledge()
    released = datetime.date.fromisoformat(kb.manifest.released)
    assert unfounded(kb, max(released, datetime.date.today())) == []


# Questions whose words look like two propositions and are one, each with the reason.
ONE_PROPOSITION = {
    "windows_7": "two names of one version number, 6.1",
    "wanted_on_kms": "one method: activation through the organisation's own volume service",
    "ql_mak_installed_now": "one fact: the key no longer asks for a marker",
    "shown_by_activation": "a list of places of one kind",
    "perm_profilelist_complete": "one list, complete or not",
    "key_typed_by_hand": "the second half is the opposite of the first",
    "online_winhttp_proxy_set": "the second half explains the first",
    "clocks_within_4h": "the last words name the scale",
    "f042_newer_key_at_hand": "a key without an activation left is no key at hand",
    "reach_cut_on_way": "the second half says what the operator has seen already",
    "dns_nslookup_finds": "asked only once Resolve-DnsName has found nothing",
    "unknown_store_code": "two examples in brackets",
    "pnp_service_rights": "Plug and Play is one name",
    "f014_edition_upgrade": "the second half names the moment",
    "reach_fails_through_vpn": "the second half names the moment",
}


def doubled(kb: KnowledgeBase) -> list[str]:
    """Questions whose text joins clauses, if no reason stands beside them."""
    joint = r",|;| and | or | nor | while | although | but "
    return [
        f"{question.id}: {question.text.en}"
        for question in kb.questions.values()
        if re.search(joint, question.text.en) and question.id not in ONE_PROPOSITION
    ]


def test_no_question_asks_two_things() -> None:
    assert doubled(shipped.knowledge()) == []


def test_no_reason_stands_beside_a_question_that_needs_none() -> None:
    kb = shipped.knowledge()
    joint = r",|;| and | or | nor | while | although | but "
    assert [
        key for key in ONE_PROPOSITION if key not in kb.questions or not re.search(joint, kb.questions[key].text.en)
    ] == []


def test_every_question_is_short_enough_to_read_out() -> None:
    assert [
        q.id for q in shipped.knowledge().questions.values() if len(q.text.en) > 120 or not q.text.en.endswith("?")
    ] == []


SEEN_ACTIVE = r"/ato\b|/dl[iv]\b|/xpr\b|LicenseStatus|/dstatus|/ao-list"
SAID_ACTIVE = r"(?i)activat|licensed|license status|status is|code is gone|end date|LicenseStatus shows"
OTHER_GOALS = {
    # The case is about something else than this machine's own activation, or the remedy only ever waits or hands over.
    "dns_repair_zone_for_host": "the KMS host shall publish; it is licensed already",
    "dns_create_record_for_host": "the KMS host shall publish; it is licensed already",
    "dns_repair_host_resolver": "the KMS host shall publish; it is licensed already",
    "office_sign_in": "Office shows its own state",
    "renew_subscription": "the page Activation shows the state of a subscription",
    "hw_ask_vendor": "the page Activation shows the state of an OEM licence",
    "run_elevated": "the refused command is the goal",
    "elevation_ask_admin": "the refused command is the goal",
    "denied_run_locally": "the refused command is the goal",
    "repair_dcom_self": "the refused command is the goal",
    "perm_ask_gpo_team": "the refused command is the goal",
}


def closed_too_early(kb: KnowledgeBase) -> list[str]:
    """Remedies that count as fixed, and so close the case, although nobody has seen the machine activated.

    A look at the licence of a KMS host shows that only where the remedy activates the host itself.
    """
    return [
        f"{remedy.id}: {remedy.verify.text.en} [{remedy.verify.command or 'no command'}]"
        for remedy in kb.remedies.values()
        if remedy.id not in OTHER_GOALS
        and not (
            re.search(SEEN_ACTIVE, remedy.verify.command)
            and re.search(SAID_ACTIVE, remedy.verify.text.en)
            and (remedy.verify.where != "kms_host" or _activates_a_host(remedy))
        )
    ]


def test_a_remedy_counts_as_fixed_only_when_the_activation_is_seen() -> None:
    assert closed_too_early(shipped.knowledge()) == []


def test_a_remedy_that_spends_an_activation_is_not_checked_by_spending_another_one() -> None:
    spent = [
        remedy.id
        for remedy in shipped.knowledge().remedies.values()
        if remedy.risk in words.GRAVE_RISKS and re.search(r"/ato\b", remedy.verify.command)
    ]
    assert spent == []


def test_h2_the_edition_is_read_before_a_client_setup_key_is_installed() -> None:
    for remedy in shipped.knowledge().remedies.values():
        own = [step.command for step in remedy.steps]
        for number, command in enumerate(own):
            if re.search(r"/ipk <GVLK>", command) and "tokens" not in " ".join(own):
                before = " ".join(own[:number])
                assert re.search("EditionID|Get-CurrentEdition", before), remedy.id
                assert re.search(r"/dl[iv]", before), remedy.id


def test_the_escalation_of_an_exhausted_plan_has_an_owner_and_something_to_collect() -> None:
    kb = shipped.knowledge()
    for code in kb.codes.values():
        assert code.escalation.to, code.id
        assert code.escalation.collect, code.id
        assert any(node.kind == ESCALATE for node in _graph(kb, code.id).nodes), code.id


# ---------------------------------------------------------------------------------------------------------------------
# The same checks flag seeded harm
# ---------------------------------------------------------------------------------------------------------------------


def seeded(kb: KnowledgeBase, remedy: Remedy | None = None, rule: Rule | None = None, code: str = "") -> KnowledgeBase:
    """A copy of the knowledge base with one more remedy, and one more rule at the head of a code's plan."""
    sections = {name: dict(getattr(kb, name)) for name in _SECTIONS}
    if remedy is not None:
        sections["remedies"][remedy.id] = remedy
    if rule is not None:
        sections["codes"][code] = replace(kb.codes[code], plan=(rule, *kb.codes[code].plan))
    return KnowledgeBase(kb.manifest, sections)


def unguarded(kb: KnowledgeBase, law: Law) -> KnowledgeBase:
    """A copy in which the rules that propose a law's remedies accept every answer to its questions, also unknown."""
    about = set(subjects(kb, law))
    codes = {}
    for key, code in kb.codes.items():
        plan = []
        for line in plan_of(kb, key).lines:
            when = line.conditions
            if not about.isdisjoint(line.remedies):
                when = tuple(
                    replace(c, accepts=kb.questions[c.subject].answers) if c.subject in law.questions else c
                    for c in when
                )
            if not line.refused:
                plan.append(replace(line.rule, when=when))
        codes[key] = replace(code, plan=tuple(plan))
    return KnowledgeBase(kb.manifest, {**{name: getattr(kb, name) for name in _SECTIONS}, "codes": codes})


_SECTIONS = ("sources", "owners", "measures", "questions", "causes", "remedies", "procedures", "codes")


def a_rule(remedy: str, **when: str) -> Rule:
    conditions = tuple(Condition(q, tuple(v.split("|")), Text("seed", "Seed.")) for q, v in when.items())
    cause = next(iter(shipped.knowledge().causes))
    return Rule("seed_rule", conditions, Treat(cause, (remedy,)), Text("seed", "Seed."), ())


def a_remedy(command: str, **changed: object) -> Remedy:
    step = Step(
        Text("seed step", "Seed."),
        "affected_machine",
        command,
        "cmd",
        True,
        words.REVERSIBLE,
        Text("seed undo", "Undo."),
    )
    step = replace(step, **{k: v for k, v in changed.items() if k in Step.__struct_fields__})
    verify = Verify(Text("seed verify", "Licensed."), r"cscript //nologo %windir%\system32\slmgr.vbs /dli", "cmd")
    risk = str(changed.get("remedy_risk", words.REVERSIBLE))
    return Remedy("seed_remedy", Text("seed title", "Seed"), risk, (step,), verify, consent=risk in words.GRAVE_RISKS)


SLMGR = r"cscript //nologo %windir%\system32\slmgr.vbs"

CARELESS_RULES = {
    # law, code, remedy, and the guards of a rule that is not careful enough
    "k02 host key with unknown": (
        K02_HOST_WORK,
        "0xC004F039",
        "activate_kms_host",
        {"meant_as_kms_host": "yes|unknown"},
    ),
    "k02 host key on a stale target": (K02_HOST_WORK, "0xC004F039", "install_host_key", {"host_licensed": "no"}),
    "k02 new host unasked": (K02_HOST_WORK, "0x8007232B", "set_up_kms_host", {"kms_host_exists": "no"}),
    "k02 host key of an ordinary machine": (K02_OWN_KEY, "0xC004F009", "mak_activate", {"channel": "kms_host"}),
    "k02 overwriting a host": (K02_HOST_KEY_STAYS, "0xC004F009", "install_mak", {"channel": "kms_host"}),
    "k03 every domain member": (K03_CLIENT_CLOCK, "0xC004F06C", "clock_follow_domain", {"domain_joined": "yes"}),
    "k03 policy unknown": (
        K03_CLIENT_CLOCK,
        "0xC004F06C",
        "correct_client_clock",
        {"clock_client_dc": "no", "clock_client_policy": "no|unknown"},
    ),
    "k03 host may be a controller": (K03_HOST_CLOCK, "0xC004F06C", "correct_host_clock", {"clock_host_wrong": "yes"}),
    "k05 doubled ids alone": (
        K05_REARM,
        "0xC004F038",
        "rearm_clones",
        {"count_same_cmid": "yes", "channel": "kms_client"},
    ),
    "k05 a mak machine": (
        K05_REARM,
        "0xC004F038",
        "rearm_clones",
        {"channel": "kms_client|mak", "machine_is_kms_host": "no", "windows_server": "yes", "count_at_least_5": "no"},
    ),
    "k05 count at the threshold": (
        K05_REARM,
        "0xC004F038",
        "rearm_clones",
        {"channel": "kms_client", "machine_is_kms_host": "no", "windows_server": "no", "count_at_least_5": "no|yes"},
    ),
    "k06 domain not asked": (K06_SUFFIX, "0x8007232B", "dns_set_suffix", {"dns_record_elsewhere": "yes"}),
    "k06 domain unknown": (K06_SUFFIX, "0x8007007B", "dns_set_suffix", {"domain_joined": "no|unknown"}),
    "h2 retail on sight": (H2_GVLK, "0xC004F074", "install_gvlk", {"channel": "retail|oem"}),
    "h2 owner not sure": (H2_GVLK, "0xC004F074", "install_gvlk", {"channel": "mak", "wanted_on_kms": "yes|unknown"}),
    "h3 before rilc": (
        H3_STORE_LAST,
        "0xC004F014",
        "rebuild_token_store",
        {
            "store_damage_signs": "yes",
            "channel": "kms_client",
            "machine_is_kms_host": "no",
            "store_keys_at_hand": "yes",
        },
    ),
    "h3 host not asked": (H3_STORE_ON_HOST, "0xC004F014", "rebuild_token_store", {"store_keys_at_hand": "yes"}),
    "h3 keys not at hand": (
        H3_STORE_ON_HOST,
        "0xC004F014",
        "rebuild_token_store",
        {"channel": "kms_client", "machine_is_kms_host": "no"},
    ),
    "h6 any edition": (H6_LANGUAGES, "0x8004FE21", "lang_remove_packs", {"lang_more_than_one": "yes"}),
    "h6 without a backup": (H6_REINSTALL, "0x8004FE21", "reinstall_windows", {"owner_agrees_reinstall": "yes"}),
    "azure kms at home": (AZURE_ONLY, "0xC004F074", "use_azure_kms", {"provider_kms_wanted": "yes"}),
    "azure kms in any cloud": (AZURE_ONLY, "0xC004F074", "use_azure_kms", {"location": "azure|other_cloud"}),
    "aws kms anywhere": (AWS_ONLY, "0xC004F074", "use_aws_kms", {}),
    "spending on a licensed machine": (SPENT_TWICE, "0xC004C020", "mak_activate", {"still_licensed": "yes|no"}),
    "a second activation object": (
        AD_OBJECT,
        "0x8007232B",
        "create_ad_object",
        {"adba_wanted": "yes", "domain_joined": "yes"},
    ),
    "free attempt with a mak": (FREE_ATTEMPT, "0xC004C001", "trigger_activation", {"channel": "kms_client|mak"}),
    "rogue host cleared": (
        K44_ROGUE,
        "0x8007007B",
        "clear_registered_host",
        {"registered_host": "yes", "registered_host_of_organisation": "no"},
    ),
}


@pytest.mark.parametrize("name", CARELESS_RULES)
def test_a_careless_rule_is_flagged(name: str) -> None:
    law, code, remedy, when = CARELESS_RULES[name]
    kb = seeded(shipped.knowledge(), rule=a_rule(remedy, **when), code=code)
    assert [text for text in breaches(kb, law) if text.startswith(f"seed_rule proposes {remedy} in {code}")]


GUARDED = {
    name: law
    for name, law in dict(globals()).items()
    if isinstance(law, Law)
    and not law.before  # what was proposed earlier is no guard of the rule itself
    and law is not K44_ROGUE  # an earlier rule hands such a case over before any other can fire
}


@pytest.mark.parametrize("name", GUARDED)
def test_the_shipped_rules_without_the_guards_of_a_law_are_flagged(name: str) -> None:
    law = GUARDED[name]
    assert breaches(unguarded(shipped.knowledge(), law), law)


def test_a_grave_remedy_reached_blindly_is_flagged() -> None:
    kb = seeded(shipped.knowledge(), rule=a_rule("mak_activate", still_licensed="no|unknown"), code="0xC004C020")
    assert blind_grave(kb) == ["0xC004C020: seed_rule proposes mak_activate"]
    assert guards(kb)["mak_activate", "seed_rule"] == set()


def test_a_grave_remedy_without_consent_is_flagged() -> None:
    kb = shipped.knowledge()
    assert unconsented(seeded(kb, replace(kb.remedies["install_mak"], consent=False))) == ["install_mak"]


def test_a_rule_without_a_checked_source_is_flagged() -> None:
    kb = seeded(shipped.knowledge(), rule=a_rule("trigger_activation"), code="0xC004F074")
    assert "seed_rule: no source" in unfounded(kb, datetime.date.today())


BAD_COMMANDS = [
    "sc query sppsvc",
    "net stop sppsvc && net start sppsvc",
    'whoami /groups | find "S-1-16-12288"',
    'icacls "%windir%\\System32\\spp" /grant "NETWORK SERVICE:(OI)(CI)F"',
    "icacls x /grant Administrators:F",
    "systeminfo | findstr /i domain",
    "nslookup -type=all _vlmcs._tcp.example.com",
    "psping <KMS_HOST>:1688",
    "type C:\\Windows\\x",
]


@pytest.mark.parametrize("command", BAD_COMMANDS)
def test_a_command_that_breaks_where_it_is_pasted_is_flagged(command: str) -> None:
    assert bad_commands(typed_in(a_remedy(command)))


@pytest.mark.parametrize(
    "command", ["cscript %windir%\\x.vbs", "Get-Item x & Get-Item y", "sc config sppsvc start= auto"]
)
def test_a_powershell_command_in_the_language_of_cmd_is_flagged(command: str) -> None:
    assert bad_commands(typed_in(a_remedy("ver", variants=(Variant("powershell", command),))))


@pytest.mark.parametrize(
    ("command", "elevated"),
    [
        ("slmgr /ato", True),
        (r"cscript %windir%\system32\slmgr.vbs /dlv", True),
        ("cscript //nologo slmgr.vbs /dlv", True),
        (f"{SLMGR} /ipk <MAK>", False),
        (f"{SLMGR} /rearm", False),
        (f"{SLMGR} /dti", False),
        (f"{SLMGR} /skms <KMS_NAME>", True),
    ],
)
def test_an_incomplete_command_is_flagged(command: str, elevated: bool) -> None:
    assert incomplete_commands(typed_in(a_remedy(command, elevated=elevated)))


def test_an_activation_that_spends_without_elevation_is_flagged() -> None:
    assert incomplete_commands(typed_in(a_remedy(f"{SLMGR} /ato", elevated=False, risk=words.SPENDS_ACTIVATION)))
    assert not incomplete_commands(typed_in(a_remedy(f"{SLMGR} /ato", elevated=False, risk=words.HARMLESS)))


def test_a_powershell_variable_that_stands_for_nothing_is_flagged() -> None:
    assert incomplete_commands(typed_in(a_remedy("Get-Item $nic", shell="powershell")))
    assert not incomplete_commands(typed_in(a_remedy('$a=1; Get-Item $a "$env:windir" $_', shell="powershell")))


def test_a_change_without_a_way_back_is_flagged() -> None:
    kb = shipped.knowledge()
    assert "seed_remedy step 1: reg add HKLM\\x" in without_undo(seeded(kb, a_remedy("reg add HKLM\\x", undo=None)))
    assert "seed_remedy step 1: reg add HKLM\\x" in called_harmless(
        seeded(kb, a_remedy("reg add HKLM\\x", risk="harmless"))
    )


@pytest.mark.parametrize(
    "command",
    [
        f"{SLMGR} /skms kms.example.org",
        f"{SLMGR} /skms kms8.example.com:1688",
        "Set-KmsLicenseInfo -ServerName 10.0.0.1",
    ],
)
def test_a_foreign_kms_host_is_flagged(command: str) -> None:
    kb = shipped.knowledge()
    assert set(foreign_kms(seeded(kb, a_remedy(command)))) - set(foreign_kms(kb))


def test_a_strange_place_is_flagged() -> None:
    assert strange_places("Open https://getcid.info and enter the Installation ID") == ["getcid.info"]
    assert strange_places("slmgr /skms 192.0.2.7") == ["192.0.2.7"]
    assert strange_places("Open https://aka.ms/aoh or www.microsoft.com/licensing") == []


BAD_TEXTS = [
    (NO_ACTIVATOR, "Run KMSpico to activate."),
    (NO_THIRD_PARTY, "CID services on the web give you the Confirmation ID."),
    (K01_PROVIDER_DNS, "Set the DNS servers of the vNet to Default (Azure-provided)."),
    (K01_PROVIDER_DNS, "Stellen Sie das Netz auf das DNS von Azure um."),
    (K07_UPK, "Remove the key with /upk first."),
    (H5_DRIVE_C, r"The folder is C:\Windows\ServiceProfiles."),
    (H7_TELEPHONE, "Run slui 4 and call the number that is shown."),
    (H7_TELEPHONE, "Rufen Sie das Aktivierungscenter an."),
    (H8_KB971033, "Then install KB971033."),
    (NO_SIMULATION, "Simulate 25 machines."),
    (NO_RETIRED_TOOL, "Look the key up in VLSC."),
    (NO_OWN_PAPERS, "The dossier says so."),
    (NO_OWN_PAPERS, "KMS review K08 says so."),
]


@pytest.mark.parametrize(("law", "text"), BAD_TEXTS)
def test_a_forbidden_text_is_flagged(law: Words, text: str) -> None:
    assert forbidden(law, iter([("remedy.seed step 1", "en", text)]))


def test_a_question_with_two_propositions_is_flagged() -> None:
    kb = shipped.knowledge()
    double = replace(kb.questions["port_open"], id="seed_question", text=Text("seed", "Is it on and does it answer?"))
    sections = {name: dict(getattr(kb, name)) for name in _SECTIONS}
    sections["questions"]["seed_question"] = double
    assert "seed_question: Is it on and does it answer?" in doubled(KnowledgeBase(kb.manifest, sections))


def test_a_check_that_sees_only_an_open_port_is_flagged() -> None:
    check = Verify(Text("seed verify", "TcpTestSucceeded: True."), "Test-NetConnection x -Port 443", "powershell")
    kb = seeded(shipped.knowledge(), replace(a_remedy("ver"), verify=check))
    assert any(text.startswith("seed_remedy:") for text in closed_too_early(kb))


def test_the_walks_carry_answers_and_respect_what_follows_from_them() -> None:
    kb = shipped.knowledge()
    known = [
        k
        for rule, remedy, k in proposals(kb, "0xC004F038", ("count_at_least_25", "count_at_least_5"))
        if remedy == "raise_count"
    ]
    assert known
    assert all(not is_(k, count_at_least_25="yes", count_at_least_5="no") for k in known)
    lines: list[Line] = [line for line in plan_of(kb, "0xC004F038").lines if "raise_count" in line.remedies]
    assert lines
