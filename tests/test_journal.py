"""The journal of a case: whatever ended the program, the session is built again; whatever is in the file, it is said.

The laws are tried on random cases of random knowledge bases, the rest on the small one.
"""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine import journal, resuming
from engine.case import Answered, Ask, CaseError, Propose, Saved, Tried, Unseen
from engine.explain import unneeded
from engine.journal import Journal, Record, read
from engine.resuming import Resumed, resume
from engine.session import Session
from kb.knowledge import KnowledgeBase
from kb.store import open_folder
from tests import rulesets, shipped, small
from tests.rulesets import Case, cases
from tests.small import COUNT, KEY
from tests.test_engine_agreement import drawn_change, happen, opened

ROOT = Path(__file__).resolve().parent.parent
slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
few = settings(max_examples=40, deadline=None, suppress_health_check=slow)
many = settings(few, max_examples=1000)

START = datetime(2026, 11, 22, 21, 44, 28, tzinfo=UTC)


def clock() -> Callable[[], datetime]:
    """A clock that goes on by a second whenever somebody looks."""
    seconds = itertools.count()
    return lambda: START + timedelta(seconds=next(seconds))


@contextmanager
def kept(session: Session, context: Mapping[str, str] | None = None) -> Iterator[Path]:
    """The journal of a session, written while something is done in the context."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.jsonl"
        keeping = Journal.create(path, session, context or {}, clock())
        session.watch(lambda act, _step: keeping.note(act, session))
        try:
            yield path
        finally:
            keeping.close()


def whole(session: Session) -> tuple[Any, ...]:
    """All that can be seen of a case."""
    return (
        session.state,
        session.next(),
        session.facts,
        session.events,
        list(session.given.items()),
        session.fired,
        session.trail,
        session.unseen,
    )


def small_session() -> Session:
    """A case of the small knowledge base, with an answer and an outcome known from the start."""
    outcomes = [Tried("ask_again", "blocked"), Tried("install_key", "declined", "site, line 4", when_proposed=True)]
    return Session(small.knowledge(), COUNT, [Answered("count", 3, "file, line 2"), *outcomes])


def act(session: Session) -> None:
    """Do one thing of each kind."""
    session.answer("office")
    session.answer("no")
    session.outcome("not-fixed")
    session.back()
    session.cannot_look("licence_owner")
    session.change(1, 7)
    session.go_to(KEY)


# The law


@few
@given(cases(), st.randoms(use_true_random=False))
def test_a_session_resumed_from_its_journal_is_the_session(case: Case, random: Random) -> None:
    assert_resumed(case, random)


@pytest.mark.exhaustive
@many
@given(cases(), st.randoms(use_true_random=False))
def test_many_sessions_resumed_from_their_journals_are_the_sessions(case: Case, random: Random) -> None:
    assert_resumed(case, random)


def assert_resumed(case: Case, random: Random) -> None:
    session = opened(case)
    with kept(session) as path:
        assert_same(session, path, case.kb)
        for event in case.events:
            with suppress(CaseError):  # what does not fit any more after a digression is not done, and not kept
                happen(session, event)
            digress(session, random)
            assert_same(session, path, case.kb)


def digress(session: Session, random: Random) -> None:
    """Sometimes take something back, or change an answer, as somebody does who is not sure."""
    doing = random.choice(("nothing", "nothing", "back", "change", "back"))
    if doing == "back" and session.events:
        session.back()
    elif doing == "change" and session.given:
        number = random.randrange(len(session.given))
        subject = list(session.given)[number]
        values = {key: str(told.value) for key, told in session.given.items()}
        for value in rulesets.sayable(session.kb, subject, session.code):
            if value != values[subject] and rulesets.consistent(session.kb, {**values, subject: value}):
                session.change(number + 1, value)
                return


def assert_same(session: Session, path: Path, kb: KnowledgeBase) -> None:
    resumed = resume(kb, read(path))
    assert whole(resumed.session) == whole(session)
    assert resumed == Resumed(resumed.session, {})


@few
@given(cases(), st.integers(0, 9), st.integers(0, 20))
def test_back_restores_the_case_before_and_so_does_changing_an_answer_and_changing_it_back(
    case: Case, number: int, choice: int
) -> None:
    session = opened(case)
    for event in case.events:
        before = whole(session)
        happen(session, event)
        session.back()
        assert whole(session) == before
        happen(session, event)
    change = drawn_change(case, number, choice)
    if change is not None:
        old = list(session.given.values())[change[0] - 1]
        before = whole(session)[:2]
        session.change(*change)
        session.change(list(session.given).index(old.subject) + 1, old.value)
        assert whole(session)[:2] == before


def test_answers_that_still_apply_are_kept_after_a_change_and_the_others_named() -> None:
    session = Session(small.knowledge(), COUNT)
    for answer in ("office", "yes", "yes", "no"):
        session.answer(answer)
    assert unneeded(session) == ()
    session.change(1, "cloud")
    assert unneeded(session) == ("door_open", "is_server", "at_least_5")
    session.change(1, "home")
    assert unneeded(session) == ()
    assert [told.value for told in session.given.values()] == ["home", "yes", "yes", "no"]


def test_what_is_remembered_besides_the_case_comes_back_the_last_value_of_each() -> None:
    session = small_session()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.jsonl"
        keeping = Journal.create(path, session, {"language": "de"}, clock())
        for key, value in (("shell", "cmd"), ("printer", "none"), ("shell", "powershell")):
            keeping.remember(key, value, session)
        keeping.close()
        record = read(path)
        assert record.opened.context == {"language": "de"}
        assert resume(small.knowledge(), record).remembered == {"shell": "powershell", "printer": "none"}


def test_each_line_has_the_time_and_the_step_it_led_to() -> None:
    session = small_session()
    with kept(session) as path:
        act(session)
        record = read(path)
    assert [entry.time for entry in record.entries] == [START + timedelta(seconds=n) for n in range(1, 8)]
    assert [(entry.step.kind, entry.step.id, entry.step.known) for entry in record.entries] == [
        ("question", "door_open", 2),
        ("remedy", "open_door", 3),
        ("question", "is_server", 3),
        ("remedy", "open_door", 3),
        ("remedy", "open_door", 3),
        ("remedy", "open_door", 3),
        ("escalated", "owner_must_act", 4),
    ]
    assert (record.step, record.ended) == (record.entries[-1].step, True)


# Torn and damaged files


def test_a_journal_torn_anywhere_gives_the_case_of_its_whole_lines_and_can_be_continued(tmp_path: Path) -> None:
    session = small_session()
    stages: list[tuple[int, tuple[Any, ...]]] = []
    with kept(session) as path:
        stages.append((path.stat().st_size, whole(session)))
        stages += [(path.stat().st_size, whole(session)) for _ in kept_acts(session)]
        content = path.read_bytes()
    torn = tmp_path / "torn.jsonl"
    for end in range(len(content) + 1):
        torn.write_bytes(content[:end])
        known = [(size, case) for size, case in stages if size <= end]
        if not known:
            assert error_of(torn).slug == "no-journal"
            continue
        size, case = known[-1]
        again, record = Journal.reopen(torn, clock())
        assert record.torn == end - size
        assert torn.read_bytes() == content[:size]
        resumed = resume(small.knowledge(), record).session
        assert whole(resumed) == case
        if end % 16 and end != size:
            again.close()
            continue
        resumed.watch(lambda act, _step, again=again, resumed=resumed: again.note(act, resumed))  # type: ignore[misc]
        resumed.tell("is_server", "yes")
        again.close()
        assert whole(resume(small.knowledge(), read(torn)).session) == whole(resumed)


def kept_acts(session: Session) -> Iterator[None]:
    session.answer("office")
    yield
    session.answer("no")
    yield
    session.back()
    yield


def error_of(path: Path) -> CaseError:
    with pytest.raises(CaseError) as caught:
        read(path)
    return caught.value


@pytest.fixture
def lines(tmp_path: Path) -> list[bytes]:
    """The lines of a journal with one of each kind."""
    session = small_session()
    with kept(session) as path:
        act(session)
        return path.read_bytes().splitlines(keepends=True)


HOSTILE = {
    "no JSON": b"hello",
    "empty": b"",
    "a list": b"[]",
    "nothing known": b'{"what": "delete everything"}',
    "an escape sequence": b'{"what": "\\u001b[2J\\u001b]0;owned\\u0007"}',
    "a type": b'{"what":"answer","question":7,"value":"x","source":"","time":"2026-11-22T21:44:28Z",'
    b'"step":{"kind":"question","id":"place"}}',
    "an escape in a source": b'{"what":"answer","question":"place","value":"office","source":"\\u001b[31m",'
    b'"time":"2026-11-22T21:44:28Z","step":{"kind":"question","id":"place"}}',
    "a truth": b'{"what":"answer","question":"count","value":true,"source":"","time":"2026-11-22T21:44:28Z",'
    b'"step":{"kind":"question","id":"place"}}',
    "a number too long": b'{"what":"answer","question":"count","value":%s,"source":"",'
    b'"time":"2026-11-22T21:44:28Z","step":{"kind":"question","id":"place"}}' % (b"9" * 5000),
    "no time": b'{"what":"back","time":"yesterday","step":{"kind":"question","id":"place"}}',
    "no zone": b'{"what":"back","time":"2026-11-22T21:44:28","step":{"kind":"question","id":"place"}}',
    "a code": b'{"what":"code shown","code":"../../etc","time":"2026-11-22T21:44:28Z",'
    b'"step":{"kind":"question","id":"place"}}',
    "another encoding": "zurück".encode("cp1252"),
    "binary": bytes(range(256)).replace(b"\n", b""),
    "zeros": b"\0" * 512,
    "deep": b'{"what":"back","more":' + b"[" * 100_000,
    "long": b'"' + b"x" * 100_000 + b'"',
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("number", [1, 4, 8])
def test_a_damaged_line_is_named_with_file_and_line_and_what_to_do(
    name: str, number: int, lines: list[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(b"".join([*lines[: number - 1], HOSTILE[name] + b"\n", *lines[number:]]))
    error = error_of(path)
    if number == 1:
        assert error.slug == "no-journal"
        assert str(error).startswith(f'"{path}" is no journal, or its first line is damaged (')
    else:
        assert error.slug == "journal-damaged"
        assert str(error).startswith(f"{path}:{number}: this line of the journal is damaged (")
        assert "delete it and what follows" in str(error)
    assert str(error).isprintable()
    assert len(str(error)) < 500


@few
@given(st.data())
def test_whatever_bytes_are_changed_a_journal_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    session = small_session()
    with kept(session) as path:
        act(session)
        content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    found: Record | CaseError
    with tempfile.TemporaryDirectory() as folder:
        damaged = Path(folder) / "case.jsonl"
        damaged.write_bytes(content)
        try:
            found = read(damaged)
        except CaseError as error:
            found = error
    if isinstance(found, CaseError):
        assert str(found).isprintable()
        return
    resumed = resume(small.knowledge(), found)
    resumed.session.next()
    for misfit in resumed.misfits:
        assert str(misfit.reason).isprintable()


@few
@given(st.lists(st.sampled_from(["back", "change", "answer", "outcome", "code", "look"]), max_size=30), st.data())
def test_a_journal_of_anybody_s_making_leads_to_a_session(kinds: list[str], data: st.DataObject) -> None:
    """Also one that no session can have written: unknown things, contradictions, more taken back than was done."""
    ids = st.sampled_from(["place", "count", "at_least_5", "at_least_25", "nonsense"])
    values = st.one_of(st.sampled_from(["yes", "no", "office", "unknown", "rubbish"]), st.integers(-5, 2000))
    step, time = '"step":{"kind":"question","id":"place"}', '"time":"2026-11-22T21:44:28Z"'
    made = []
    for kind in kinds:
        question, value = data.draw(ids), msgspec.json.encode(data.draw(values)).decode()
        fields = {
            "back": '"what":"back"',
            "change": f'"what":"change","question":"{question}","value":{value}',
            "answer": f'"what":"answer","question":"{question}","value":{value},"source":"x"',
            "outcome": f'"what":"outcome","remedy":"open_door","outcome":"{data.draw(st.sampled_from(OUTCOMES))}",'
            '"source":"x"',
            "code": f'"what":"code shown","code":"{data.draw(st.sampled_from([COUNT, KEY, small.UNKNOWN]))}"',
            "look": f'"what":"cannot look","place":"{data.draw(st.sampled_from(["kms_host", "moon"]))}"',
        }
        made.append(f"{{{fields[kind]},{time},{step}}}\n")
    session = small_session()
    with kept(session) as path:
        content = path.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.jsonl"
        path.write_bytes(content + "".join(made).encode())
        resumed = resume(small.knowledge(), read(path))
    resumed.session.status()
    assert {misfit.reason.slug for misfit in resumed.misfits} <= {
        *("unknown-question", "unknown-remedy", "unknown-place", "contradiction", "not-an-answer", "not-an-outcome"),
        *("not-a-number", "number-out-of-range"),
    }


OUTCOMES = ["fixed", "not-fixed", "pending", "blocked", "0xC00D0002", "rubbish"]


@pytest.mark.parametrize("content", [b"", b"\n", b'{"what":"op', b"\0" * 100, b"x" * (journal.MOST_BYTES + 1)])
def test_a_file_without_a_whole_line_or_too_large_is_no_journal(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "case.jsonl"
    path.write_bytes(content)
    assert error_of(path).slug == "no-journal"


def test_a_folder_or_nothing_is_no_journal(tmp_path: Path) -> None:
    assert error_of(tmp_path).slug == error_of(tmp_path / "none.jsonl").slug == "no-journal"
    assert not list(tmp_path.iterdir())
    with pytest.raises(CaseError, match="there is no journal"):
        Journal.reopen(tmp_path / "none.jsonl", clock())
    assert not list(tmp_path.iterdir())


def test_a_journal_of_a_newer_format_is_refused_and_fields_of_later_versions_are_not(
    lines: list[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "case.jsonl"
    path.write_bytes(lines[0].replace(b'"format":1', b'"format":2').replace(b'"kb"', b'"knowledge"'))
    error = error_of(path)
    assert error.slug == "journal-newer"
    assert "format 2; this one reads 1" in str(error)
    path.write_bytes(b"".join(line.replace(b'"what"', b'"mood":["new"],"what"', 1) for line in lines))
    assert len(read(path).entries) == len(lines) - 1


def test_a_long_journal_is_resumed_quickly() -> None:
    """Ten thousand inputs, as a test of robustness types them: nothing that was taken back happens again."""
    session = Session(shipped.knowledge(), "0xC004F074")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.jsonl"
        keeping = Journal.create(path, session, {}, clock())
        step = session.next()
        assert isinstance(step, Ask)
        keeping.note(Answered(step.question, "unknown"), session)
        keeping.close()
        head, line = path.read_bytes().splitlines(keepends=True)
        back = re.sub(rb'"question":"\w+","value":"unknown","source":"operator",', b"", line).replace(
            b'"what":"answer"', b'"what":"back"'
        )
        path.write_bytes(head + (line + back) * 5000 + line)
        before = datetime.now(UTC)
        resumed = resume(session.kb, read(path))
        assert datetime.now(UTC) - before < timedelta(seconds=5)
    assert [told.subject for told in resumed.session.given.values()] == [step.question]


def test_more_than_can_be_resumed_is_not_written_and_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_EVENTS", 3)
    session = Session(small.knowledge(), COUNT)
    with kept(session) as path:
        for _ in range(3):
            session.outcome("blocked", "open_door")
        with pytest.raises(OSError, match="too large"):
            session.outcome("blocked", "open_door")
        record = read(path)
        assert len(resume(small.knowledge(), record).session.events) == 3
        session.back()
        monkeypatch.setattr(journal, "MOST_BYTES", path.stat().st_size + 50)
        with pytest.raises(OSError, match="too large"):
            session.tell("place", "home")
        assert read(path).entries[-1].step == record.step
    monkeypatch.setattr(resuming, "MOST_EVENTS", 2)
    with pytest.raises(CaseError, match="no session has more than 2 events"):
        resume(small.knowledge(), record)


# Product keys

KEY_LIKE = st.text("BCDFGHJKMPQRTVWXY2346789bcdfghjkmpqrtvwxy", min_size=25, max_size=25).map(
    lambda text: "-".join(re.findall(".{5}", text))
)


@few
@given(st.text(), st.text(), KEY_LIKE, st.sampled_from("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"))
@example("", "", "11111-22222-33333-44444-55555", "-")
@example("\x1b[31m\ud800\n", "\u202e", "BCDFG-HJKMP-QRTVW-XY234-6789B", "\u2013")
def test_a_product_key_never_reaches_the_file_wherever_it_is_put(before: str, after: str, key: str, dash: str) -> None:
    text = before + key.replace("-", dash) + after
    session = Session(small.knowledge(), COUNT, [Answered("count", 3, text), Tried("ask_again", "blocked", text)])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.jsonl"
        keeping = Journal.create(path, session, {"language": text, "kb": text}, clock())
        session.watch(lambda act, _step: keeping.note(act, session))
        session.tell("place", "office", text)
        session.outcome("blocked", "open_door", text)
        for typed in (lambda: session.answer(key), lambda: session.go_to(key), lambda: session.change(1, key)):
            try:
                typed()
            except CaseError:
                continue
            session.back()
        keeping.remember("shell", text, session)
        keeping.close()
        content = path.read_text(encoding="utf-8")
        record = read(path)  # and whatever else was in the text, it is a journal
    assert key not in content
    assert key.replace("-", dash) not in content
    assert not re.search(r"\w{5}([-\u2010-\u2015\u2212]\w{5}){4}", content, re.ASCII)
    assert resume(small.knowledge(), record).misfits == ()


# One process at a time

HOLD = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from engine.journal import Journal
held = Journal.reopen(Path(sys.argv[1]), lambda: datetime.now(UTC))
print("open", flush=True)
sys.stdin.read()
"""


def test_a_second_process_is_refused_until_the_first_one_dies(tmp_path: Path) -> None:
    path = tmp_path / "case.jsonl"
    Journal.create(path, small_session(), {}, clock()).close()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"open"
        with pytest.raises(CaseError) as caught:
            Journal.reopen(path, clock())
        assert caught.value.slug == "journal-in-use"
        assert read(path).entries == ()  # looking is allowed
        holder.kill()
    Journal.reopen(path, clock())[0].close()


def test_a_journal_is_begun_in_a_new_or_empty_file_only(tmp_path: Path) -> None:
    path = tmp_path / "case.jsonl"
    path.touch()
    Journal.create(path, small_session(), {}, clock()).close()
    content = path.read_bytes()
    with pytest.raises(CaseError) as caught:
        Journal.create(path, small_session(), {}, clock())
    assert caught.value.slug == "journal-not-empty"
    assert "voltriage resume" in str(caught.value)
    assert path.read_bytes() == content
    Journal.reopen(path, clock())[0].discard()
    assert not list(tmp_path.iterdir())


FULL = """
import resource, sys
from datetime import datetime, UTC
from pathlib import Path
from engine.journal import Journal, read
from engine.session import Session
from tests import small
path, kb = Path(sys.argv[1]), small.knowledge()
session = Session(kb, small.COUNT)
journal = Journal.create(path, session, {}, lambda: datetime.now(UTC))
session.watch(lambda act, step: journal.note(act, session))
session.answer("office")
size = path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50, size + 50))
try:
    session.answer("no")
except OSError as error:
    print(path.stat().st_size == size, len(read(path).entries), session.next().remedy)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files' sizes are POSIX's")
def test_a_line_that_does_not_fit_on_the_disk_leaves_the_lines_before_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path / "case.jsonl")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, check=True)
    assert done.stdout.split() == ["True", "1", "open_door"]


# Another knowledge base


def other_kb(tmp_path: Path, *changes: tuple[str, str]) -> KnowledgeBase:
    """The small knowledge base with these passages replaced."""
    folder = small.write(tmp_path / "kb", german=False)
    text = small.YAML
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    return open_folder(folder).kb


def recorded(play: Callable[[Session], object], *facts: Answered | Tried, procedure: str = "") -> Record:
    session = Session(small.knowledge(), COUNT, facts, procedure)
    with kept(session) as path:
        play(session)
        return read(path)


def test_the_same_knowledge_base_is_not_another_one() -> None:
    resumed = resume(small.knowledge(), recorded(act, Answered("count", 3)))
    assert (resumed.other_kb, resumed.misfits, resumed.departure) == (False, (), None)


def test_with_another_one_a_session_is_resumed_as_far_as_it_goes_and_the_rest_is_named(tmp_path: Path) -> None:
    kb = other_kb(tmp_path, ("is_server", "runs_server"), ("office: In the office, ", ""), ("[office, home]", "[home]"))

    def play(session: Session) -> None:
        for answer in ("office", "yes", "yes"):
            session.answer(answer)
        session.answer("no")
        session.outcome("not-fixed")

    resumed = resume(kb, recorded(play, Tried("ask_again", "blocked")))
    assert resumed.other_kb
    assert [(misfit.told, misfit.reason.slug) for misfit in resumed.misfits] == [
        (Answered("place", "office"), "not-an-answer"),
        (Answered("is_server", "yes"), "unknown-question"),
    ]
    assert list(resumed.session.given) == ["door_open", "at_least_5"]
    assert resumed.session.outcomes == {"ask_again": "blocked", "add_machines": "not-fixed"}
    departure = resumed.departure
    assert departure is not None
    assert (departure.line, departure.recorded.id, departure.now.id) == (2, "door_open", "place")


def test_what_is_done_with_another_one_is_kept_as_it_is_done_there(tmp_path: Path) -> None:
    kb = other_kb(tmp_path, ("is_server", "runs_server"))
    path = tmp_path / "case.jsonl"
    session = Session(small.knowledge(), COUNT, [Answered("count", 30)])
    keeping = Journal.create(path, session, {"language": "de"}, clock())
    session.watch(lambda act, _step: keeping.note(act, session))
    for answer in ("office", "yes", "yes"):
        session.answer(answer)
    keeping.close()
    content = path.read_bytes()

    keeping, record = Journal.reopen(path, clock())
    resumed = resume(kb, record)
    assert (resumed.differs, len(resumed.misfits)) == (True, 1)
    keeping.go_on_from(resumed.session, {"language": "en"})
    keeping.close()
    assert path.read_bytes() == content  # whoever only looks changes nothing

    keeping, record = Journal.reopen(path, clock())
    again = resume(kb, record).session
    keeping.go_on_from(again, {"language": "en"})
    again.watch(lambda act, _step: keeping.note(act, again))
    again.back()  # the last one that fits, not the last one of the journal
    assert list(again.given) == ["count", "place"]
    for do in (lambda: again.cannot_look("network"), lambda: again.go_to(KEY), lambda: again.change(1, 3)):
        do()
        assert whole(resume(kb, read(path)).session) == whole(again)
    keeping.close()
    record = read(path)
    assert record.context == {"language": "en"}
    assert [entry.__class__.__name__ for entry in record.entries[3:5]] == ["WentOn", "Back"]
    assert not resume(kb, record).differs
    assert resume(small.knowledge(), record).other_kb


def test_what_was_taken_back_or_replaced_is_not_complained_about(tmp_path: Path) -> None:
    kb = other_kb(tmp_path, ("cloud: In a cloud", "moon: On the moon"), ("place: cloud", "place: moon"))

    def play(session: Session) -> None:
        session.answer("cloud")
        session.change(1, "home")
        session.cannot_look("kms_host")
        session.answer("no")
        session.back()
        session.answer("yes")

    resumed = resume(kb, recorded(play))
    assert (resumed.misfits, resumed.departure) == ((), None)
    assert [str(told.value) for told in resumed.session.given.values()][:1] == ["home"]
    assert resumed.session.given["door_open"].value == "yes"


def test_a_procedure_that_is_gone_leaves_the_whole_plan(tmp_path: Path) -> None:
    kb = other_kb(
        tmp_path,
        ("  door:\n    title: The door", "  gate:\n    title: The door"),
        ("procedure: door", "procedure: gate"),
    )
    resumed = resume(kb, recorded(lambda session: session.answer("yes"), procedure="door"))
    assert resumed.without_procedure == "door"
    assert isinstance(resumed.session.next(), Ask)
    assert resume(small.knowledge(), recorded(lambda s: s.answer("yes"), procedure="door")).without_procedure == ""


def test_a_pending_case_waits_when_it_is_resumed_and_takes_its_outcome() -> None:
    def play(session: Session) -> None:
        session.answer("office")
        session.answer("no")
        assert isinstance(session.next(), Propose)
        session.outcome("pending")

    session = resume(small.knowledge(), recorded(play)).session
    assert session.next() == Saved("open_door")
    session.outcome("not-fixed")
    assert session.next() == Propose("ask_again", "door_is_closed", "door_closed")


def test_a_place_nobody_can_look_at_is_one_line_of_the_journal() -> None:
    record = recorded(lambda session: session.cannot_look("network"))
    assert resume(small.knowledge(), record).session.events == (Unseen("network"),)
