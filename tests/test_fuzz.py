"""Ten thousand hostile inputs: no traceback, no hang, nothing lost.

Most are typed in this process, into the real console with its journal; some go through the real program. A failure
names its seed; `SIZES` says how many inputs are tried. `-m exhaustive` tries ten times as many.
"""

from __future__ import annotations

import contextlib
import io
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.case import CaseError, Escalated, Resolved
from engine.journal import read
from engine.plan import plan_of
from engine.resuming import resume
from engine.session import Session
from kb.store import Opened
from kb.texts import Texts
from tests import hostile, shipped, small
from tests.hostile import Typed
from tests.small import COUNT, KEY, UNKNOWN, Called, call
from tests.test_console import environment
from tests.test_journal import whole
from voltriage import exits
from voltriage.console import choose_code
from voltriage.guiding import desk_for, lead
from voltriage.keeping import Keeper, begin, reopen
from voltriage.opening import Reader
from voltriage.pasting import facts_in, opening
from voltriage.presenting import Presenter
from voltriage.prompt_commands import ALIASES, Quit
from voltriage.safety import masked, neutral
from voltriage.site import decide_host
from voltriage.terminal import Line, as_line
from voltriage.wording import Wording

ROOT = Path(__file__).resolve().parent.parent
SIZES = {
    "at prompts": 6300,
    "behind --answer": 1100,
    "as code or message": 600,
    "answers files": 500,
    "site files": 500,
    "knowledge files": 150,
    "journals": 400,
    "to the real program": 450,
}
"""How many inputs a run tries, by where they go in."""
BATCHES = 12
SECONDS = 20
"""How long a batch of inputs may take."""
SECONDS_FOR_ONE = 5
"""How long one endless input may take, typed and pasted in several places."""
EXIT_CODES = range(5)

posix = pytest.mark.skipif(sys.platform == "win32", reason="folders, signals and file names as POSIX has them")


@contextlib.contextmanager
def within(seconds: int) -> Iterator[None]:
    """Fail when this computes longer, where the system can interrupt it; other programs at work do not count."""

    def too_long(_number: int, _frame: FrameType | None) -> None:
        pytest.fail(f"not done after {seconds} s")

    if sys.platform == "win32":
        yield
        return
    before = signal.signal(signal.SIGPROF, too_long), signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(20 * seconds)  # it may wait for something instead
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        signal.signal(signal.SIGPROF, before[0])
        signal.signal(signal.SIGALRM, before[1])


def reader_of(opened: Opened, language: str) -> Reader:
    return Reader(opened.kb, Texts(language, opened.translations), Wording(language), opened.folder, translated=True)


def ids_of(opened: Opened) -> list[str]:
    kb = opened.kb
    return [*kb.questions, *kb.measures, *kb.remedies, *kb.causes, *kb.codes][:200]


def test_a_run_tries_ten_thousand_inputs() -> None:
    print(f"\n{sum(SIZES.values())} hostile inputs:", ", ".join(f"{n} {where}" for where, n in SIZES.items()))
    assert sum(SIZES.values()) >= 10_000


# At prompts


class Typist:
    """A terminal at which inputs are typed; meanwhile the case must be what its journal holds.

    That is looked at after one in `every` of the changes, as building a session again takes its time.
    """

    def __init__(self, inputs: Iterator[Typed], reader: Reader, every: int) -> None:
        self._inputs = inputs
        self._every = every
        self._changes = 0
        self._reader = reader
        self._session: Session | None = None
        self._keeper: Keeper | None = None
        self._before: tuple[Any, ...] = ()
        self._size = -1
        self.exhausted = False
        self.recent: list[Typed] = []

    def watch(self, session: Session, keeper: Keeper) -> None:
        """From now on, this session is typed into."""
        self._session, self._keeper, self._size = session, keeper, -1
        self.check()

    def watch_nothing(self) -> None:
        """The session that was typed into is done with."""
        self._session = self._keeper = None

    def check(self) -> None:
        """Nothing is changed that is not in the journal, and the journal gives the same case."""
        session, keeper = self._session, self._keeper
        if session is None or keeper is None:
            return
        now = whole(session)
        assert keeper.path is not None, "the session is kept to its end"
        size = keeper.path.stat().st_size
        if size == self._size:
            assert now == self._before, "what is not in the journal has not happened"
            return
        self._before, self._size = now, size
        self._changes += 1
        if self._changes % self._every == 0:
            self.assert_kept(keeper.path)

    def assert_kept(self, path: Path) -> Session:
        """The journal holds this session; returns the one that was built from it."""
        record = read(path)
        resumed = resume(self._reader.kb, record)
        assert self._session is not None
        assert self._keeper is not None
        assert (record.torn, resumed.misfits, resumed.departure) == (0, (), None)
        assert whole(resumed.session) == whole(self._session)
        assert resumed.remembered == self._keeper.remembered
        return resumed.session

    def read(self, prompt: str) -> Line:
        self.write(prompt)
        self.check()
        while True:
            drawn = next(self._inputs, None)
            if drawn is None:
                self.exhausted = True
                raise EOFError
            self.recent = [*self.recent[-30:], drawn]
            if drawn.ends:
                raise drawn.ends
            line = as_line(drawn.text, self._reader.say, pasted=drawn.pasted)
            if not writes_elsewhere(line.text):
                return line

    def write(self, text: str, role: str = "") -> None:
        assert isinstance(text, str)
        assert neutral(text) == text, "a line that is shown works on no terminal"


def writes_elsewhere(text: str) -> bool:
    """Whether an input would write a file outside the current folder, which no test may do."""
    name, _, rest = " ".join(text.split()).partition(" ")
    path = Path(rest)
    return (
        ALIASES.get(name.casefold()) == "note"
        and (path.is_absolute() or ".." in path.parts)
        and not rest.startswith("/dev/null/")
    )


def type_all(reader: Reader, inputs: Iterator[Typed], folder: Path, codes: list[str]) -> None:
    """Lead sessions until nothing is left to type; one that is left is resumed from its journal."""
    typist = Typist(inputs, reader, every=30 if reader.folder == shipped.FOLDER else 1)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for number in count():
            if typist.exhausted:
                return
            code, reading = codes[number % len(codes)], None
            if number % 3 == 2:
                with contextlib.suppress(EOFError, KeyboardInterrupt, Quit):
                    chosen = choose_code(reader, typist, Presenter(reader))
                    code, reading = chosen.found.sure, chosen.reading
            file = folder / f"{number}.jsonl"
            keeper = begin(session := Session(reader.kb, code), not_kept, file=file)
            typist.watch(session, keeper)
            for sitting in count():
                desk = desk_for(reader, session, typist, keeper)
                desk.attended = True
                assert lead(desk, keeper, introduced=sitting > 0, reading=reading) in EXIT_CODES
                if not file.exists():
                    assert not session.events, "only a journal in which nothing is is removed"
                    break
                typist.assert_kept(file)
                if typist.exhausted or isinstance(session.next(), Resolved | Escalated):
                    break
                journal, record = reopen(file)
                resumed = resume(reader.kb, record)
                session, reading = resumed.session, None
                keeper = Keeper(session, not_kept, journal, resumed.remembered)
                typist.watch(session, keeper)
            typist.watch_nothing()


def not_kept(error: CaseError) -> None:
    pytest.fail(f"the session is not kept any more: {error}")


def seeded(seed: int, number: int, ids: list[str]) -> Iterator[Typed]:
    random = Random(seed)
    return (hostile.typed(random, ids) for _ in range(number))


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder of its own, where notes may be written; returns one for journals."""
    (tmp_path / "here").mkdir()
    (tmp_path / "journals").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "journals"


def type_batch(seed: int, number: int, folder: Path) -> None:
    """Type so many inputs, in one of the languages, into the small knowledge base or (once) the shipped one."""
    opened, codes = (small.opened(), [COUNT, KEY, UNKNOWN])
    if seed % BATCHES == BATCHES - 1:
        opened, codes = (shipped.opened(), ["0xC004F038", "0xC004C003", "0x8007007B"])
    reader = reader_of(opened, "de" if seed % 2 else "en")
    with within(SECONDS * max(1, number // 500)):
        type_all(reader, seeded(seed, number, ids_of(opened)), folder, codes)


@posix
@pytest.mark.parametrize("seed", range(BATCHES))
def test_whatever_is_typed_the_case_goes_on_and_its_journal_holds_it(seed: int, elsewhere: Path) -> None:
    type_batch(seed, SIZES["at prompts"] // BATCHES, elsewhere)


@posix
@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(10 * BATCHES, 11 * BATCHES))
def test_whatever_else_is_typed_the_case_goes_on_and_its_journal_holds_it(seed: int, elsewhere: Path) -> None:
    type_batch(seed, 10 * SIZES["at prompts"] // BATCHES, elsewhere)


texts = st.text(st.characters(exclude_categories=()), max_size=30)
drawn = st.one_of(
    st.randoms(use_true_random=False).map(lambda random: hostile.typed(random, ids_of(small.opened()))),
    st.builds(Typed, texts, st.booleans()),
    st.builds(lambda command, rest: Typed(f"{command} {rest}"), st.sampled_from(sorted(ALIASES)), texts),
)


@posix
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(drawn, max_size=12), st.sampled_from([COUNT, KEY, UNKNOWN]))
def test_any_few_inputs_leave_a_case_that_its_journal_holds(elsewhere: Path, inputs: list[Typed], code: str) -> None:
    for old in elsewhere.iterdir():
        old.unlink()
    type_all(reader_of(small.opened(), "en"), iter(inputs), elsewhere, [code])


def read_endlessly(piece: str, characters: int, folder: Path) -> None:
    """One piece again and again: typed, pasted, and wherever codes, keys, hosts and answers are looked for in it."""
    text = (piece * characters)[:characters]
    inputs = [Typed(form.format(text), pasted) for form in ("{}", "set place={}") for pasted in (False, True)]
    inputs += [Typed(f"{command} {text}") for command in ("change 1", "why", "code")]
    kb = shipped.knowledge()
    asking_for_hosts = [ident for ident in kb.questions if kb.questions[ident].host]
    assert asking_for_hosts
    with within(SECONDS_FOR_ONE * max(1, characters // 20_000)):
        type_all(reader_of(small.opened(), "en"), iter(inputs), folder, [COUNT])
        for read_text in (text, f"{text}x", f"{text}\nx"):
            line = as_line(read_text, Wording("en"), pasted=True).text
            masked(line)
            opening(small.knowledge(), line)
            facts_in(kb, line, plan_of(kb, "0xC004F074"))
            for ident in asking_for_hosts:
                decide_host(kb, None, ident, line)


@posix
@pytest.mark.parametrize("piece", hostile.ENDLESS, ids=ascii)
def test_no_input_is_long_enough_to_hang(piece: str, elsewhere: Path) -> None:
    read_endlessly(piece, 30_000, elsewhere)


@posix
@pytest.mark.exhaustive
@pytest.mark.parametrize("piece", hostile.ENDLESS, ids=ascii)
def test_no_input_four_times_as_long_hangs(piece: str, elsewhere: Path) -> None:
    read_endlessly(piece, 120_000, elsewhere)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("why 00019", 'unknown cause "00019"'),  # not the first one, and no list is that long
        ("why 00002", "The door to the host is closed"),
        ("change 00019 y", "there is no answer yet"),
        ("change 99999999999999999999 y", "there is no answer yet"),
        (f"change {'9' * 5000} y", "write: change NUMBER VALUE"),
        ("00019", "Type a number from 1 to 3"),
        ("set count=1_8", '"1_8" is no value for count'),  # which Python reads as eighteen
    ],
)
def test_a_number_is_read_whole(typed: str, told: str, kb: Path) -> None:
    assert told in " ".join(call("diagnose", COUNT, "--kb", kb, "--lang", "en", lines=["1", "back", typed]).out.split())


@pytest.mark.parametrize("number", [19, 99999999999999999999])
def test_the_number_of_an_answer_is_read_whole(number: int, kb: Path) -> None:
    shown = call("diagnose", COUNT, "--kb", kb, "--lang", "en", lines=["1", f"change 000{number} y"]).out
    assert f"there is no answer {number}; answers are numbered 1 to 1" in " ".join(shown.split())


# On the command line and in files


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base as a folder."""
    return small.write(tmp_path_factory.mktemp("small") / "kb")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken knowledge bases are remembered nowhere else."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


def assert_told(called: Called, tried: object) -> None:
    """It ended with a code of the contract, and said in plain words what is wrong."""
    assert called.code in EXIT_CODES, tried
    assert called.code != exits.USAGE or called.err.strip(), tried
    shown = called.out + called.err
    assert neutral(shown, lines=True) == shown, tried


def over(where: str, times: int, attempt: Callable[[Random, int], None]) -> None:
    """Try this as often as `SIZES` says."""
    with within(SECONDS * times):
        for number in range(times * SIZES[where]):
            random = Random(f"{where} {number}")
            attempt(random, number)


once = pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.exhaustive)])


@once
def test_whatever_stands_behind_answer_is_taken_or_refused(times: int, kb: Path) -> None:
    ids = ids_of(small.opened())

    def attempt(random: Random, number: int) -> None:
        facts = [word for option in hostile.options(random, ids) for word in ("--answer", option)]
        assert_told(
            call("diagnose", (COUNT, KEY)[number % 2], "--kb", kb, "--no-input", *facts, *["--json"][number % 3 :]),
            facts,
        )

    over("behind --answer", times, attempt)


def test_half_a_character_names_nothing(kb: Path) -> None:
    called = call("diagnose", COUNT, "--kb", kb, "--no-input", "--lang", "en", "--answer", "place\udc80=office")
    assert called.code == exits.USAGE
    assert 'unknown question, measure or remedy "place\ufffd"' in called.err


@once
def test_whatever_is_given_as_a_code_or_message_is_found_or_not(times: int, kb: Path) -> None:
    messages = (COUNT, "The count of machines is too low here.", "-1073418124", *hostile.PASTES)

    def attempt(random: Random, number: int) -> None:
        text = hostile.rubbish(random) if number % 3 == 0 else hostile.twisted(random, random.choice(messages))
        command = ("explain", "diagnose", "codes")[number % 3 if number % 7 else 2]
        rest = ["--no-input"] if command == "diagnose" else []
        assert_told(call(command, "--kb", kb, *rest, "--", *([] if command == "codes" else [text])), text)

    over("as code or message", times, attempt)


ANSWERS = f"""\
# {COUNT}
place: office
door_open: no
is_server: yes
count: 18
inner_code: 0xC00D0002
open_door: blocked
key_fits: unknown
"""
SITE = """\
format: 1
kms_hosts: [kms1.corp.example, {host: 10.20.0.5, port: 1689}]
domains: [corp.example, "example.org"]
dns_servers: [ns1.corp.example]
domain_controllers: [dc1.corp.example]
contacts:
  kms_host: The team of the hosts, 1234
  host_admin: Anna
answers:
  place: office
  count: 18
forbidden:
  open_door: The door stays closed
runbook:
  owner: Somebody
"""


@once
@pytest.mark.parametrize(("option", "text"), [("--answers", ANSWERS), ("--site", SITE)], ids=["answers", "site"])
def test_whatever_is_in_a_file_of_facts_is_taken_or_refused(
    option: str, text: str, times: int, kb: Path, tmp_path: Path
) -> None:
    file = tmp_path / "facts.yaml"

    def attempt(random: Random, number: int) -> None:
        file.write_bytes(content := hostile.bent(random, text))
        called = call("diagnose", COUNT, "--kb", kb, "--no-input", option, file, *["--lang", "de"][: 2 * (number % 2)])
        assert_told(called, content)
        assert file.read_bytes() == content

    over("site files" if option == "--site" else "answers files", times, attempt)


@once
def test_whatever_is_in_a_knowledge_base_it_opens_or_is_refused(times: int, kb: Path, tmp_path: Path) -> None:
    folder = small.write(tmp_path / "kb")

    def attempt(random: Random, number: int) -> None:
        bent = folder / random.choice(("all.yaml", "all.yaml", "all.yaml", "kb.yaml", "locale/de/all.po"))
        bent.write_bytes(content := hostile.bent(random, (kb / bent.relative_to(folder)).read_text("utf-8")))
        language = ("en", "de")[number % 2]
        lines = ("2", "?", "why", "n", "status", "fixed", "y", "causes", "4")
        assert_told(call("diagnose", COUNT, "--kb", folder, "--lang", language, lines=lines), content)
        bent.write_bytes((kb / bent.relative_to(folder)).read_bytes())

    over("knowledge files", times, attempt)


@pytest.mark.parametrize(
    ("file", "shown", "hidden"),
    [
        ("all.yaml", "text: Where does the machine stand?", 'text: "Where does \\e[2J the machine stand?"'),
        ("all.yaml", "command: Test-NetConnection <KMS_HOST> -Port 1688", 'command: "Test-NetConnection \\u200b"'),
        ("all.yaml", "Open the door", "Open \u202ethe door"),
        ("locale/de/all.po", "Wo steht der Computer?", "Wo steht \x1b[2Jder Computer?"),
        ("locale/de/all.po", "Die Tür öffnen", "Die T\u009br öffnen"),  # UTF-8 that was taken for something else
    ],
)
def test_no_text_of_a_knowledge_base_works_unseen(file: str, shown: str, hidden: str, tmp_path: Path) -> None:
    folder = small.write(tmp_path / "kb")
    text = (folder / file).read_text("utf-8")
    assert shown in text
    (folder / file).write_text(text.replace(shown, hidden, 1), "utf-8")
    called = call("diagnose", COUNT, "--kb", folder, "--lang", "de", "--no-input")
    assert called.code == exits.USAGE
    line = text[: text.index(shown)].count("\n") + 1
    assert re.search(rf"{file}:{line - 1 if file.endswith('po') else line}:\d+: the character U\+", called.err), (
        called.err
    )


# Journals


@pytest.fixture(scope="module")
def journal(kb: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A journal with a line of almost every kind."""
    file = tmp_path_factory.mktemp("journal") / "case.jsonl"
    lines = (
        "2",
        "nothing",
        "y",
        "n",
        "not-fixed",
        "back",
        "blocked",
        "x",
        "change 1 1",
        "code " + KEY,
        "set count=18",
        "n",
        "y",
    )
    called = call("diagnose", COUNT, "--kb", kb, "--answer", "is_server=yes", "--journal", file, lines=lines)
    assert called.code == exits.OPEN
    content = file.read_bytes()
    assert content.count(b"\n") > 8
    return content


@once
def test_whatever_is_in_a_journal_it_is_resumed_or_left_as_it_is(
    times: int, kb: Path, journal: bytes, tmp_path: Path
) -> None:
    ids = ids_of(small.opened())

    def attempt(random: Random, number: int) -> None:
        harm = random.choice((hostile.damaged, hostile.forged))
        content = harm(random, journal)
        content = hostile.forged(random, content) if number % 5 == 0 else content
        file = tmp_path / f"{number}.jsonl"
        file.write_bytes(content)
        lines = [*("y", "?", "status"), f"set {random.choice(ids)}=no"] if number % 2 else []
        called = call("resume", file, "--kb", kb, lines=lines)
        assert_told(called, content)
        finished = content[: content.rfind(b"\n") + 1]
        left = file.read_bytes()
        if called.code == exits.USAGE:
            assert left == content, "what is refused is left as it is"
        elif lines:
            assert left.startswith(finished), "what was kept stays"
            assert resume(small.knowledge(), read(file)).session.next()
        else:
            assert left == finished, "who only looks changes nothing"
        file.unlink()

    over("journals", times, attempt)


# The real program

PIPED = 45
"""Lines typed into one run of it."""


def run_program(seed: int, kb: Path, folder: Path, ids: list[str]) -> None:
    """Type bytes of every kind into the program, under encodings of every kind; what was typed is in its journal."""
    random = Random(f"program {seed}")
    typed = [hostile.typed(random, ids).text.replace("\n", " ") for _ in range(PIPED)]
    encoded = [line.encode("utf-8", "surrogatepass") for line in typed if not writes_elsewhere(neutral(line))]
    encoded = [line if random.random() < 0.8 else random.randbytes(30).replace(b"\n", b"") for line in encoded]
    encoded = [line for line in encoded if line.strip() not in (b"quit", b"q")]
    text = random.choice((COUNT, KEY, UNKNOWN, "The count of machines", hostile.twisted(random, COUNT)))
    file = folder / "case.jsonl"
    variables = random.choice(({}, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp1252"}))
    named = text.replace("\0", "").encode("utf-8", "surrogatepass")
    plain = ["--plain"] if seed % 2 else []
    ended = subprocess.run(
        [sys.executable, "-m", "voltriage", "diagnose", "--kb", kb, "--journal", file, *plain, "--", named],
        input=b"\n".join(encoded) + b"\n" * (seed % 3 > 0),
        capture_output=True,
        cwd=folder,
        env=environment(PYTHONPATH=str(ROOT), **variables),
        timeout=5 * SECONDS,
        check=False,
    )
    assert ended.returncode in EXIT_CODES, (seed, ended.stderr)
    assert b"Traceback" not in ended.stdout + ended.stderr, (seed, ended.stderr)
    assert b"\x1b" not in ended.stdout, seed


def run_programs(runs: range, kb: Path, tmp_path: Path) -> None:
    """Run it so often, two at once, and then build each case from its journal."""
    ids = ids_of(small.opened())
    folders = [tmp_path / str(seed) for seed in runs]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(2) as two:
        list(two.map(lambda seed, folder: run_program(seed, kb, folder, ids), runs, folders))
    journals = [folder / "case.jsonl" for folder in folders if (folder / "case.jsonl").exists()]
    assert journals
    for journal in journals:
        record = read(journal)
        resumed = resume(small.knowledge(), record)
        assert (record.torn, resumed.misfits, resumed.departure) == (0, (), None), journal


@posix
def test_the_real_program_ends_with_a_code_and_without_a_traceback(kb: Path, tmp_path: Path) -> None:
    run_programs(range(SIZES["to the real program"] // PIPED), kb, tmp_path)


@posix
@pytest.mark.exhaustive
def test_the_real_program_ends_so_however_often_it_is_tried(kb: Path, tmp_path: Path) -> None:
    run_programs(range(1000, 1000 + 10 * SIZES["to the real program"] // PIPED), kb, tmp_path)
