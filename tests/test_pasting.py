"""What a pasted output says: a code at the first prompt, and answers there and at a question.

All outputs here are synthetic: no machine printed them. Their form is exact: the order of lines, labels and values that
slmgr.vbs, Get-CimInstance, Get-WinEvent and the event viewer write, the German labels as far as they are known.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.case import Answered
from engine.facts import check_value
from engine.plan import plan_of
from engine.session import Session
from kb import words
from kb.loader import load_folder
from kb.problems import KnowledgeError
from tests.shipped import knowledge
from tests.small_base import FILES, changed, write
from voltriage.kms_events import ANSWERED, SENT, SERVED, as_lines, events_in
from voltriage.licence_blocks import blocks_in
from voltriage.pasting import Reading, Said, Unclear, answer_in, facts_in, opening, read_answer

F074, F06C = "0xC004F074", "0xC004F06C"
WINDOWS_ID = "73111121-5638-40f6-bc11-f1d7b0d64300"
OFFICE_ID = "d450596f-894d-49e0-966a-fd39ed4c4c64"
CMID = "36f27b39-2fd5-440b-be67-a09996d27a38"


def dlv(channel: str, status: str = "Notification", name: str = "Windows(R), Enterprise edition") -> str:
    """The English output of slmgr /dlv of a machine with a key of this channel."""
    return f"""Software licensing service version: 10.0.26100.1

Name: {name}
Description: Windows(R) Operating System, {channel} channel
Activation ID: {WINDOWS_ID}
Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f
Extended PID: 03612-03308-000-000000-00-1031-26100.0000-2642026
Installation ID: 012345678901234567890123456789012345678901234567890123456789012
Partial Product Key: 2YT43
License Status: {status}
Notification Reason: 0xC004F056.
Remaining Windows rearm count: 1001
Remaining SKU rearm count: 1001
Trusted time: 11/20/2026 9:15:31 AM
Configured Activation Type: All

Please use slmgr.vbs /ato to activate and update KMS client information in order to update values.
"""


def german_dlv(channel: str, status: str = "Benachrichtigung") -> str:
    """The German output of the same."""
    return f"""Softwarelizenzierungsdienst-Version: 10.0.26100.1

Name: Windows(R), Enterprise edition
Beschreibung: Windows(R) Operating System, {channel} channel
Aktivierungs-ID: {WINDOWS_ID}
Anwendungs-ID: 55c92734-d682-4d71-983e-d6ec3f16059f
Erweiterte PID: 03612-03308-000-000000-00-1031-26100.0000-2642026
Teil-Product Key: 2YT43
Lizenzstatus: {status}
Benachrichtigungsgrund: 0xC004F056.
Verbleibende Windows Rearm-Anzahl: 1001
Vertrauenswürdige Zeit: 20.11.2026 09:15:31
"""


def office(channel: str) -> str:
    """The lines of slmgr /dlv all about an Office with a key."""
    return f"""
Name: Office 24, Office24ProPlus2024VL_KMS_Client_AE edition
Description: Office 24, {channel} channel
Activation ID: {OFFICE_ID}
Application ID: 0ff1ce15-a989-479d-af46-f275c6370663
Partial Product Key: GF7FX
License Status: Licensed
Volume activation expiration: 253564 minute(s) (177 day(s))
"""


WITHOUT_KEYS = """
Name: Windows(R), Professional edition
Description: Windows(R) Operating System, RETAIL channel
Activation ID: 4de7cb65-cdf1-4de9-8ae8-e3cce27b9f2c
Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f
Extended PID:
Installation ID:
This license is not in use.
License Status: Unlicensed
Remaining Windows rearm count: 1001

Name: Windows(R), Professional edition
Description: Windows(R) Operating System, OEM_DM channel
Activation ID: 8b351c9c-f398-4515-9900-09df49427262
Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f
This license is not in use.
License Status: Unlicensed
"""

ATO = f"""Microsoft (R) Windows Script Host Version 5.812
Copyright (C) Microsoft Corporation. All rights reserved.

Activating Windows(R), Enterprise edition ({WINDOWS_ID}) ...
Error: 0xC004F074 The Software Licensing Service reported that the computer could not be activated. No Key Management \
Service (KMS) could be contacted. Please see the Application Event Log for additional information.
"""
GERMAN_ATO = """Microsoft (R) Windows Script Host, Version 5.812
Copyright (C) Microsoft Corporation. Alle Rechte vorbehalten.

Fehler: 0xC004F074 Vom Softwarelizenzierungsdienst wurde gemeldet, dass der Computer nicht aktiviert werden konnte. Es \
konnte kein Schlüsselverwaltungsdienst (Key Management Service, KMS) erreicht werden. Weitere Informationen finden Sie \
im Anwendungsereignisprotokoll.
"""


def sent(code: str, when: str = "2026/11/20 08:15", product: str = WINDOWS_ID, host: str = "kms1.corp.example") -> str:
    """The values of an event 12288."""
    return f"{code}, 0x00000000, {host}:1688, {CMID}, {when}, 0, 5, 0, {product}, 25"


def xml(values: str) -> str:
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        "<Provider Name='Microsoft-Windows-Security-SPP' Guid='{E23B33B0-C8C9-472C-A5F9-F2BDFEA0F156}' "
        "EventSourceName='Software Protection Platform Service'/><EventID Qualifiers='16384'>12288</EventID>"
        "<Version>0</Version><Level>0</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x80000000000000</Keywords>"
        "<TimeCreated SystemTime='2026-11-20T08:15:31.0000000Z'/><EventRecordID>4711</EventRecordID>"
        "<Execution ProcessID='0' ThreadID='0'/><Channel>Application</Channel><Computer>pc0815.corp.example</Computer>"
        f"<Security/></System><EventData><Data>{values}</Data></EventData></Event>"
    )


FORMS = {
    "event viewer, English": "The client has sent an activation request to the key management service machine.\n"
    "Info:\n{}",
    "event viewer, German": "Der Client hat eine Aktivierungsanforderung an den Schlüsselverwaltungsdienstcomputer "
    "gesendet.\r\nInfo:\r\n{}\r\n",
    "Get-WinEvent with the time in front": "2026-11-20 08:15:31Z 12288 {}",
    "Get-WinEvent | Format-List, German": "TimeCreated : 20.11.2026 09:15:31\nId          : 12288\nMessage     : Der "
    "Client hat eine Aktivierungsanforderung an den Schlüsselverwaltungsdienstcomputer gesendet.\n"
    "              Info:\n              {}\n",
    "wevtutil": "Event[0]\n  Log Name: Application\n  Source: Microsoft-Windows-Security-SPP\n  Date: "
    "2026-11-20T08:15:31.0000000Z\n  Event ID: 12288\n  Level: Information\n  Description: \nThe client has sent an "
    "activation request to the key management service machine.\nInfo:\n{}\n",
    "XML": xml("{}").replace("{E23B33B0-C8C9-472C-A5F9-F2BDFEA0F156}", "{{E23B33B0}}"),
}
each_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


def channel_of(text: str, **known: str) -> str | None:
    kb = knowledge()
    return read_answer(kb, kb.questions["channel"], text, known=known)


def inner_code_of(text: str, code: str = F074, **known: str) -> str | None:
    kb = knowledge()
    return read_answer(kb, kb.questions["inner_code"], text, code, known)


def said(reading: Reading) -> dict[str, str]:
    return {fact.question: fact.value for fact in reading.facts}


# Tokens


CHANNELS = {
    "VOLUME_KMSCLIENT": "kms_client",
    "VOLUME_KMS": "kms_host",
    "VOLUME_KMS_C": "kms_host",
    "VOLUME_KMS_WS22": "kms_host",
    "VOLUME_KMS_2012-R2_WIN10": "kms_host",
    "VOLUME_MAK": "mak",
    "RETAIL(MAK)": "mak",
    "RETAIL": "retail",
    "OEM_DM": "oem",
    "OEM_SLP": "oem",
    "OEM_COA_NSLP": "oem",
    "TIMEBASED_EVAL": "evaluation",
    "TIMEBASED_SUB": "subscription",
    "VIRTUAL_MACHINE_ACTIVATION": "avma",
}
each_channel = pytest.mark.parametrize(("token", "value"), CHANNELS.items())


@each_channel
def test_the_channel_is_read_from_the_output_of_slmgr_in_both_languages(token: str, value: str) -> None:
    assert channel_of(dlv(token)) == value
    assert channel_of(german_dlv(token)) == value


@each_channel
def test_the_channel_is_read_from_powershell_and_from_the_token_alone(token: str, value: str) -> None:
    description = f"Windows(R) Operating System, {token} channel"

    assert channel_of(token) == value
    assert channel_of(token.lower()) == value
    assert channel_of(f"Name        : Windows(R), Enterprise edition\nDescription : {description}\n") == value
    table = f"Name                           Description\n----                           -----------\n{description}"
    assert channel_of(table) == value


@each_channel
def test_a_window_that_breaks_lines_anywhere_does_not_matter(token: str, value: str) -> None:
    line = f"Description: Windows(R) Operating System, {token} channel"
    for at in range(line.index(token) + 1, len(line)):
        broken = f"{line[:at]}\n{line[at:]}"
        assert channel_of(broken) in (value, None), broken
    assert channel_of(line.replace(" channel", " chan\nnel")) == value


def test_the_longest_token_wins_also_across_a_line_end() -> None:
    assert channel_of("Operating System, VOLUME_KMS\nCLIENT channel") == "kms_client"
    assert channel_of("Operating System, RETAIL\n(MAK) channel") == "mak"


def test_words_of_everyday_are_no_tokens() -> None:
    for text in (
        "We bought it retail last year.",
        "an OEM machine",
        "XVOLUME_MAKX",
        "VOLUME_KMSCLIENTS",
        "Product Key Channel: Retail:TB:Eval",
    ):
        assert channel_of(text) is None, text


def test_the_line_description_counts_before_the_key_channel() -> None:
    assert channel_of(dlv("RETAIL(MAK)") + "Product Key Channel: Retail") == "mak"
    assert channel_of("Product Key Channel: Volume:GVLK") == "kms_client"


def test_the_licence_status_is_read_as_a_whole() -> None:
    kb = knowledge()
    status = kb.questions["still_licensed"]

    assert read_answer(kb, status, dlv("VOLUME_KMSCLIENT", "Licensed")) == "yes"
    assert read_answer(kb, status, dlv("VOLUME_KMSCLIENT", "Unlicensed")) == "no"
    assert read_answer(kb, status, german_dlv("VOLUME_KMSCLIENT", "Lizenziert")) == "yes"
    assert read_answer(kb, status, german_dlv("VOLUME_KMSCLIENT")) == "no"
    assert (
        read_answer(kb, status, "Name : Windows(R)\nLicenseStatus        : 1\nGracePeriodRemaining : 25920\n") == "yes"
    )
    assert read_answer(kb, status, "LicenseStatus : 5") == "no"


def test_every_token_of_the_knowledge_base_alone_gives_its_answer() -> None:
    kb = knowledge()
    for question in kb.questions.values():
        for value, tokens in question.tokens.items():
            for token in tokens:
                assert read_answer(kb, question, token) == value, (question.id, token)


# Products


def test_products_without_a_key_do_not_count() -> None:
    assert channel_of(WITHOUT_KEYS + dlv("VOLUME_KMSCLIENT") + WITHOUT_KEYS) == "kms_client"
    for alone in WITHOUT_KEYS.strip().split("\n\n"):
        assert channel_of(alone) is None
    description = "Description       : Windows(R) Operating System, RETAIL channel"
    assert channel_of(f"Name              : Windows(R)\n{description}\nPartialProductKey :") is None
    assert channel_of(f"Name              : Windows(R)\n{description}") == "retail"  # of a list of those with a key


def test_of_two_products_with_keys_the_failing_one_counts() -> None:
    both = dlv("VOLUME_MAK") + WITHOUT_KEYS + office("VOLUME_KMSCLIENT")

    assert channel_of(both, failing_product="windows") == "mak"
    assert channel_of(both, failing_product="office") == "kms_client"


def test_while_the_failing_product_is_not_known_two_products_that_differ_say_nothing() -> None:
    kb = knowledge()
    both = dlv("VOLUME_MAK") + office("VOLUME_KMSCLIENT")

    for known in ({}, {"failing_product": "unknown"}):
        assert answer_in(kb, kb.questions["channel"], both, known=known) == Unclear(
            "channel", ("mak", "kms_client"), ("VOLUME_MAK channel", "VOLUME_KMSCLIENT channel")
        )
    assert channel_of(dlv("VOLUME_KMSCLIENT") + office("VOLUME_KMSCLIENT")) == "kms_client"


def test_lines_about_office_alone_say_nothing_about_windows() -> None:
    assert channel_of(office("VOLUME_KMSCLIENT")) is None
    assert channel_of(office("VOLUME_KMSCLIENT"), failing_product="windows") is None


def test_a_key_for_extended_updates_is_another_product() -> None:
    esu = dlv("VOLUME_MAK", name="Windows(R), Client-ESU-Year1 add-on for Enterprise")

    assert [block.product for block in blocks_in(esu + office("VOLUME_MAK"))] == ["esu", "office"]
    assert channel_of(dlv("VOLUME_KMSCLIENT") + esu, failing_product="windows") == "kms_client"


# Events


@each_form
def test_the_code_in_an_event_is_read_from_every_form(form: str) -> None:
    assert inner_code_of(form.format(sent("0x800706BA"))) == "0x800706BA"


@each_form
def test_success_and_the_code_on_the_screen_are_no_other_code(form: str) -> None:
    assert inner_code_of(form.format(sent("0x0"))) == words.NONE
    assert inner_code_of(form.format(sent("0xC004F074"))) == words.NONE


def test_the_three_events_are_told_apart_by_their_values() -> None:
    answered = "0x0, 0x04000008, 0, 0, 4, 120, 10080, 2026/11/20 08:15"
    served = f"0xC004F06C,5,pc0815.corp.example,{CMID},2026/11/20 8:15,0,2,41520,{WINDOWS_ID}"
    text = "\n".join([sent("0x0"), answered, served, sent("0xC004F042", host="[2001:db8::10]")])

    assert [event.id for event in events_in(text)] == [SENT, ANSWERED, SERVED, SENT]
    assert events_in(served)[0].field(9) == WINDOWS_ID


def test_a_missing_last_value_and_values_in_elements_of_their_own_are_read() -> None:
    assert inner_code_of(sent("0xC004F06C").removesuffix("25")) == F06C
    assert inner_code_of(xml("</Data><Data>".join(sent(F06C).split(", ")))) == F06C
    assert inner_code_of(xml("</Data>\n  <Data Name='x'>".join(sent("0x0").split(", ")))) == words.NONE


def test_flags_are_no_codes() -> None:
    assert opening(knowledge(), "0x0, 0x04000008, 0, 0, 4, 120, 10080, 2026/11/20 08:15").found.sure == ""


def test_a_verdict_of_a_host_counts_before_a_failure_on_the_way_to_another() -> None:
    one, other = sent("0x800706BA"), sent("0xC004F042", host="kms2.corp.example")

    assert inner_code_of(f"{one}\n{other}") == inner_code_of(f"{other}\n{one}") == "0xC004F042"


def test_different_failures_on_the_way_say_nothing() -> None:
    kb = knowledge()
    text = f"{sent('0x800706BA')}\n{sent('0x8007274C', host='kms2.corp.example')}"

    result = answer_in(kb, kb.questions["inner_code"], text, F074)
    assert isinstance(result, Unclear)
    assert result.values == ("0x800706BA", "0x8007274C")


def test_of_several_attempts_the_newest_counts() -> None:
    old, new = sent("0x8007232B", "2026/11/20 06:15"), sent("0x800706BA", "2026/11/20 08:15")

    assert inner_code_of(f"{new}\n{old}") == inner_code_of(f"{old}\n{new}") == "0x800706BA"
    assert inner_code_of(f"{new}\n{sent('0x8007232B', '20.11.2026 06:15')}") is None  # no way to tell


def test_events_about_another_product_do_not_count() -> None:
    both = f"{sent('0x8007232B', product=OFFICE_ID)}\n{sent('0x800706BA')}"

    assert inner_code_of(both) is None
    assert inner_code_of(ATO + both) == "0x800706BA"
    assert inner_code_of(dlv("VOLUME_KMSCLIENT") + both) == "0x800706BA"
    assert inner_code_of(dlv("VOLUME_KMSCLIENT") + office("VOLUME_KMSCLIENT") + both, failing_product="office") == (
        "0x8007232B"
    )


def test_a_code_question_takes_a_lone_code_but_not_just_any_of_a_long_text() -> None:
    kb = knowledge()

    assert inner_code_of("it says 0x800706BA") == "0x800706BA"
    assert inner_code_of(dlv("VOLUME_KMSCLIENT")) is None  # its notification reason is no inner code
    assert read_answer(kb, kb.questions["dns_code_now"], ATO) == F074


# The first prompt


def test_an_error_with_its_event_opens_with_the_error_and_knows_the_inner_code() -> None:
    for ato in (ATO, GERMAN_ATO):
        for text in (f"{ato}\n{sent('0x800706BA')}", f"{sent('0x800706BA')}\n{ato}"):
            opened = opening(knowledge(), text)

            assert opened.found.sure == F074
            assert opened.reading.facts == (
                Said("inner_code", "0x800706BA", "0x800706BA, 0x00000000, kms1.corp.example:1688"),
            )


def test_an_error_line_counts_before_the_notification_reason() -> None:
    output = german_dlv("VOLUME_KMSCLIENT").replace("0xC004F056", "0xC004F009")
    opened = opening(knowledge(), output + GERMAN_ATO)

    assert opened.found.sure == F074
    assert said(opened.reading) == {"channel": "kms_client"}


def test_an_event_with_a_verdict_opens_with_the_verdict() -> None:
    for code in (F06C, "0xC004F042", "0xC004F038", F074):
        assert opening(knowledge(), FORMS["event viewer, German"].format(sent(code))).found.sure == code


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("0x800706BA", id="no host was reached"),
        pytest.param("0x8007274C", id="a code without a plan"),
        pytest.param("0x80070005", id="means lack of rights on the screen, not in the event"),
        pytest.param("0xC004F015", id="a verdict without a plan"),
    ],
)
def test_any_other_event_opens_with_the_outer_code_and_knows_the_inner_one(code: str) -> None:
    opened = opening(knowledge(), FORMS["event viewer, English"].format(sent(code)))

    assert opened.found.sure == F074
    assert said(opened.reading) == {"inner_code": code}


def test_an_event_that_says_success_opens_nothing() -> None:
    assert opening(knowledge(), FORMS["XML"].format(sent("0x0"))).found.sure == ""


def test_the_result_in_the_other_events_opens_like_a_code_that_is_written_there() -> None:
    served = f"{F06C},5,pc0815.corp.example,{CMID},2026/11/20 8:15,0,2,41520,{WINDOWS_ID}"
    answered = "0xC004F038, 0x04000008, 0, 0, 4, 120, 10080, 2026/11/20 08:15"

    assert opening(knowledge(), served).found.sure == F06C
    assert opening(knowledge(), f"{sent('0x0')}\n{answered}").found.sure == "0xC004F038"
    assert opening(knowledge(), f"{sent('0x800706BA')}\n{answered}").found.sure == "0xC004F038"  # another host


def test_what_a_paste_says_lets_the_session_begin_further_on() -> None:
    kb = knowledge()
    opened = opening(kb, f"{dlv('VOLUME_KMSCLIENT')}{ATO}{sent('0xC004F06C')}")
    facts = [Answered(fact.question, fact.value, "paste") for fact in opened.reading.facts]

    session = Session(kb, opened.found.sure, facts)
    assert {key: answered.value for key, answered in session.given.items()} == {
        "channel": "kms_client",
        "inner_code": F06C,
    }


def test_known_answers_are_left_out_and_contradictions_named() -> None:
    kb = knowledge()
    plan = plan_of(kb, F074)

    assert said(facts_in(kb, dlv("VOLUME_KMSCLIENT"), plan, {"channel": "mak"})).keys().isdisjoint({"channel"})
    reading = facts_in(kb, "VOLUME_KMSCLIENT", plan, {"evaluation_edition": "yes"})
    assert reading.ambiguous == (Unclear("channel", ("kms_client",), ("VOLUME_KMSCLIENT",), "evaluation_edition=yes"),)


# Any text


PIECES = st.sampled_from(
    [
        "Name:", "Description:", "Partial Product Key: 2YT43", "License Status:", "\n", " ", ",", "|", "0x", "0x0",
        ":1688", "0x800706BA", "VOLUME_KMS", "CLIENT", "_WS22", "RETAIL", "(MAK)", " channel", CMID, "Error:",
        "</Data><Data>", "(", ")", " ...", "2026/13/99 99:99", "OEM_", sent("0xC004F06C"), "\x1b[2J", "：", "🙂",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join))
def test_whatever_is_pasted_every_value_read_is_possible(text: str) -> None:
    kb = knowledge()
    opened = opening(kb, text)
    for fact in opened.reading.facts:
        assert check_value(kb, fact.question, fact.value) == fact.value
        assert len(fact.quote) < 600
    for question in ("channel", "inner_code", "still_licensed", "location", "dns_code_now", "domain_joined"):
        value = read_answer(kb, kb.questions[question], text, F074)
        assert value is None or check_value(kb, question, value) == value


@pytest.mark.parametrize(
    "piece", ["0x0,1,", "0x0, 1, " + " " * 500, "Name:\n", "VOLUME_", "OEM\n", "0x0,0x0,a", "License "]
)
def test_a_huge_paste_takes_no_long_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    start = time.perf_counter()
    facts_in(knowledge(), text, plan_of(knowledge(), F074))
    assert time.perf_counter() - start < 10


def test_as_lines_leaves_other_text_alone() -> None:
    assert as_lines(ATO) == ATO


# How the knowledge says it

COUNT = "procedures/count.yaml"


def problems_of(tmp_path: Path, *changes: tuple[str, str, str]) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        load_folder(write(tmp_path, changed(*changes)))
    return [problem.text for problem in caught.value.problems]


CHANNEL_LOOKS = "    phone: Please read me the line Description.\n"
INNER = "    text: Which code does the newest event 12288 name?\n"


def test_tokens_and_fields_are_loaded(tmp_path: Path) -> None:
    files = changed(
        (COUNT, CHANNEL_LOOKS, CHANNEL_LOOKS + "    tokens: {mak: [VOLUME_MAK, Volume MAK]}\n"),
        (COUNT, INNER, INNER + "    read_from: {event: 12288, field: 1}\n"),
    )
    kb = load_folder(write(tmp_path, files))

    assert kb.questions["channel"].tokens == {"mak": ("VOLUME_MAK", "Volume MAK")}
    assert read_answer(kb, kb.questions["channel"], "a Volume  MAK here") == "mak"
    assert read_answer(kb, kb.questions["inner_code"], sent(F06C)) == F06C
    assert FILES[COUNT] != files[COUNT]


MISTAKES = {
    "unknown choice": (
        "{nak: [VOLUME_MAK]}",
        'found "nak", expected one of kms_client, mak, unknown; did you mean "mak"?',
    ),
    "unknown": ("{unknown: [VOLUME_MAK]}", "no output says unknown; remove it"),
    "one token in two choices": (
        "{mak: [VOLUME_MAK], kms_client: [volume_mak]}",
        'the token "volume_mak" already stands for mak; a paste that holds it could mean either',
    ),
}


@pytest.mark.parametrize(("tokens", "problem"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_in_tokens_are_named(tmp_path: Path, tokens: str, problem: str) -> None:
    assert problem in problems_of(tmp_path, (COUNT, CHANNEL_LOOKS, CHANNEL_LOOKS + f"    tokens: {tokens}\n"))


READ_FROM = {
    "event without field": ("{event: 12288}", "event and field belong together"),
    "nothing": ("{}", "there is nothing in it"),
    "no such field": ("{event: 12288, field: 0}", "field 0 does not exist"),
    "unknown question": ("{product: failing}", 'unknown question "failing"'),
    "a question that names no product": ("{product: channel}", '"channel" names no product'),
}


@pytest.mark.parametrize(("read_from", "problem"), READ_FROM.values(), ids=READ_FROM)
def test_mistakes_in_read_from_are_named(tmp_path: Path, read_from: str, problem: str) -> None:
    problems = problems_of(tmp_path, (COUNT, INNER, INNER + f"    read_from: {read_from}\n"))
    assert any(problem in text for text in problems), problems


def test_what_fits_only_another_kind_of_question_is_named(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        (COUNT, CHANNEL_LOOKS, CHANNEL_LOOKS + "    read_from: {event: 12288, field: 1}\n"),
        (COUNT, INNER, INNER + "    tokens: {none: [nothing]}\n"),
    )
    assert any("a question of kind code, and this one is choice" in text for text in problems), problems
    assert any("a code is found without tokens" in text for text in problems), problems
