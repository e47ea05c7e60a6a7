"""What a recording meets seldom: signals, forks, other tools, the end of a process."""

import _thread
import asyncio
import collections
import contextlib
import dataclasses
import gc
import io
import os
import signal
import sys
import textwrap
import threading
import traceback
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from yieldpoint.clock import _current
from yieldpoint.trace import Trace, cli, record, record_script
from yieldpoint.trace._recorder import (
    generators,
    making,
    monitoring,
    program,
    run,
    settrace,
    signals,
)
from yieldpoint.trace._recorder.control import Recorder
from yieldpoint.trace._recorder.journal import Journal
from yieldpoint.trace._recorder.lanes import Hold
from yieldpoint.trace._recorder.values import Describer

needs_monitoring = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="there is no sys.monitoring"
)


# Signals.


def test_a_signal_waits_until_the_recorder_is_left() -> None:
    """Its handler runs in the program, once."""
    seen: list[bool] = []

    def handler(number: int, frame: object) -> None:
        seen.append(number == signal.SIGTERM and frame is not None)

    def recorder(*_: object) -> str:
        signal.raise_signal(signal.SIGTERM)
        return f"handled {len(seen)}"

    before = signal.signal(signal.SIGTERM, handler)
    try:
        with signals.signals_wait():
            assert signal.getsignal(signal.SIGTERM) is handler
            assert signals.guarded(recorder, [])(None, 0) == "handled 0"
        assert seen == [True]
        assert signal.getsignal(signal.SIGTERM) is handler
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_signal_that_still_waits_at_the_end() -> None:
    """It arrives then."""
    seen: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: seen.append(number))
    try:
        with signals.signals_wait():
            signals._waiting.append(signals._Arrival(signal.SIGTERM))
        assert seen == [signal.SIGTERM]
        assert signals._waiting == []
    finally:
        signal.signal(signal.SIGTERM, before)


def test_the_traceback_of_a_handler_is_the_programs() -> None:
    """What stands between is not in it."""

    def handler(number: int, frame: object) -> None:
        raise TimeoutError(number == signal.SIGTERM, frame is not None)

    before = signal.signal(signal.SIGTERM, handler)
    try:
        with signals.signals_wait(), pytest.raises(TimeoutError) as caught:
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    names = [os.path.basename(entry.path) for entry in caught.traceback]  # noqa: PTH119 - it may be no file's
    assert "signals.py" not in names


def test_what_nests_too_deeply_is_counted() -> None:
    """The program sees for itself that it does."""
    missed: list[str] = []

    def recorder(*_: object) -> None:
        raise RecursionError

    gc.disable()
    try:
        assert signals.guarded(recorder, missed)(None, 0) is None
        assert not gc.isenabled()
    finally:
        gc.enable()
    assert len(missed) == 1


def test_what_need_not_be_looked_at() -> None:
    """The recorder is not called then, if it is a frame of which that is asked."""
    calls: list[str] = []

    def note(frame: FrameType, *_: object) -> None:
        calls.append(frame.f_code.co_name)

    here = id(sys._getframe())
    above = id(sys._getframe().f_back)
    for passing in None, {threading.get_ident()}:
        signals.guarded(note, [], conduits={here, above}, passing=passing)(None, 0)
        assert calls == []
    signals.guarded(note, [], conduits={here, above}, passing=set())(None, 0)
    assert calls == ["test_what_need_not_be_looked_at"]
    for only in here, above:
        signals.guarded(note, [], conduits={only})(None, 0)
    assert calls == ["test_what_need_not_be_looked_at"] * 3


def test_what_need_not_even_be_asked() -> None:
    """The recorder is not called then, whatever goes through the frame."""
    calls: list[str] = []

    def note(frame: FrameType, *_: object) -> bool:
        calls.append(frame.f_code.co_name)
        return False

    here = id(sys._getframe().f_code)
    assert signals.guarded(note, [], ignored={here})(None, 0) is None
    assert calls == []
    signals.guarded(note, [], ignored={here + 1})(None, 0)
    assert calls == ["test_what_need_not_even_be_asked"]


def test_nothing_is_locked_while_the_clock_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who has the clock's lock may be about to record something, in a finalizer."""
    journal = Journal(limit=10)
    lane = journal.new_lane("program", "caller", "program", None)
    is_free: list[bool] = []

    def seconds() -> float:
        def look() -> None:
            is_free.append(journal._lock.acquire(blocking=False))
            if is_free[-1]:
                journal._lock.release()

        other = threading.Thread(target=look)
        other.start()
        other.join()
        return 0.0

    monkeypatch.setattr(_current, "seconds", seconds)
    journal.say("line", lane)
    assert is_free == [True]


def test_a_recording_in_a_thread() -> None:
    """It has no signals to care for."""
    traces: list[Trace] = []

    def program() -> str:
        return "in a thread"

    thread = threading.Thread(target=lambda: traces.append(record(program)))
    thread.start()
    thread.join()
    assert traces[0].result == "in a thread"


# Threads.


@needs_monitoring
def test_a_thread_without_an_object() -> None:
    """One that is not made by `threading` is a lane all the same."""

    def program() -> list[str]:
        log: list[str] = []
        done = _thread.allocate_lock()
        done.acquire()

        def work() -> None:
            log.append("worked")
            done.release()

        _thread.start_new_thread(work, ())
        with done:
            return log

    trace = record(program)
    assert trace.result == ["worked"]
    assert [lane.kind for lane in trace.lanes] == ["caller", "thread"]


@needs_monitoring
def test_threads_without_an_object_one_after_the_other() -> None:
    """Each is a lane of its own, whatever its identity; and nobody makes one up."""

    def program() -> list[int]:
        counts: list[int] = []

        def work() -> None:
            counts.append(threading.active_count())
            done.release()

        done = _thread.allocate_lock()
        done.acquire()
        for _ in range(3):
            _thread.start_new_thread(work, ())
            done.acquire()
        return counts

    plain, trace = program(), record(program)
    assert trace.result == plain
    threads = [lane for lane in trace.lanes if lane.kind == "thread"]
    assert [lane.name for lane in threads] == ["Dummy-1", "Dummy-2", "Dummy-3"]


@needs_monitoring
def test_a_thread_without_an_object_that_calls_twice() -> None:
    """It is one lane, and comes back."""

    def program() -> None:
        done = _thread.allocate_lock()
        done.acquire()
        last_first = contextlib.ExitStack()
        last_first.callback(done.release)
        last_first.callback(lambda: None)
        last_first.callback(lambda: None)
        _thread.start_new_thread(last_first.close, ())
        done.acquire()

    trace = record(program)
    assert [lane.name for lane in trace.lanes[1:]] == ["Dummy-1"]
    kinds = [each.kind for each in trace.events if each.lane == 1]
    assert [kind for kind in kinds if kind != "line"] == [
        *("started", "suspended", "resumed", "suspended"),
    ]


class Everybody(set[int]):
    """The identities of all threads, of those to come as well."""

    def __contains__(self, identity: object) -> bool:
        """Say yes."""
        return True


@needs_monitoring
def test_a_thread_with_the_identity_of_one_that_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It begins, so it is none that was there before."""
    begin = monitoring.Monitoring.begin

    def begin_late(self: monitoring.Monitoring) -> None:
        begin(self)
        self._bystanders = Everybody()

    monkeypatch.setattr(monitoring.Monitoring, "begin", begin_late)
    test_a_thread_without_an_object()


@needs_monitoring
def test_a_thread_without_an_object_that_was_there_before() -> None:
    """It is no part of the recording, whatever it does."""
    locks = [_thread.allocate_lock() for _ in range(3)]
    there, go, done = locks
    log: list[str] = []
    for lock in locks:
        lock.acquire()

    def work() -> None:
        there.release()
        with go:
            log.append("worked")
        done.release()

    def program() -> list[str]:
        go.release()
        with done:
            return log

    _thread.start_new_thread(work, ())
    with there:
        trace = record(program)
    assert trace.result == ["worked"]
    assert [lane.kind for lane in trace.lanes] == ["caller"]


def count_slowly(go: threading.Event, log: list[str]) -> None:
    """Wait for a sign, then do things of all kinds."""

    def numbers() -> Generator[int, None, None]:
        yield 1
        yield 2

    go.wait()
    log.extend(str(number) for number in numbers())
    total = 0
    # fmt: off
    while total < 3: total += 1  # noqa: E701 - a loop in one line
    # fmt: on
    with contextlib.suppress(ValueError):
        raise ValueError
    log.append("done")


def test_a_thread_that_was_there_before() -> None:
    """The same code runs in it, and is none of the recording's business."""
    log: list[str] = []
    go = threading.Event()
    bystander = threading.Thread(target=count_slowly, args=(go, log))
    bystander.start()

    def program() -> int:
        ready = threading.Event()
        ready.set()
        count_slowly(ready, [])
        go.set()
        bystander.join()
        return len(log)

    trace = record(program)
    assert trace.result == 3
    assert [lane.kind for lane in trace.lanes] == ["caller", "generator", "generator"]


def test_a_thread_that_a_bystander_starts() -> None:
    """It is none of the recording's business either."""
    log: list[str] = []
    go = threading.Event()

    def starts_another() -> None:
        go.wait()
        other = threading.Thread(target=count_slowly, args=(go, log))
        other.start()
        other.join()

    bystander = threading.Thread(target=starts_another)
    bystander.start()

    def program() -> int:
        go.set()
        bystander.join()
        return len(log)

    trace = record(program)
    assert trace.result == 3
    assert [lane.kind for lane in trace.lanes] == ["caller"]


def test_a_daemon_that_goes_on() -> None:
    """Nobody waits for it; what it prints is printed."""
    go, gone = threading.Event(), threading.Event()

    def work() -> None:
        go.wait()
        print("afterwards", file=stream)
        gone.set()

    def program() -> Any:  # noqa: ANN401 - a stream
        threading.Thread(target=work, daemon=True).start()
        return sys.stdout

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        stream = record(program).result
        go.set()
        assert gone.wait(10)
    assert printed.getvalue() == "afterwards\n"


def test_a_thread_that_is_listed_after_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is not waited for, for ever: what it does last may have failed."""
    thread = threading.Thread(target=len, args=("",))
    thread.start()
    thread.join()
    monkeypatch.setattr(threading, "enumerate", lambda: [thread])
    program.join_threads([])
    assert not thread.is_alive()


# Other tools, and other recordings.


@needs_monitoring
def test_no_room_for_one_more_tool() -> None:
    """It is said at once."""
    sys_monitoring: Any = sys.modules["sys"].__dict__["monitoring"]
    taken = [tool for tool in range(6) if sys_monitoring.get_tool(tool) is None]
    for tool in taken:
        sys_monitoring.use_tool_id(tool, "test")
    try:
        with pytest.raises(RuntimeError, match="no room for one more tool"):
            record(lambda: None)
    finally:
        for tool in taken:
            sys_monitoring.free_tool_id(tool)


def test_a_position_that_code_does_not_have() -> None:
    """It has no line."""
    code = compile("x", "nowhere", "eval")
    assert monitoring._line_at(code, 10_000) is None


def test_a_trace_function_that_is_not_asked_any_more() -> None:
    """It takes itself away, and remarks on what it has missed."""
    journal = Journal(9)
    tracer = settrace.Settrace(Recorder(journal, lambda _: True))
    before = sys.gettrace()
    tracer.end()
    frame = sys._getframe()
    try:
        assert tracer._entered(frame, "call", None) is None
        assert tracer._happens(frame, "line", None) is None
        tracer._missed.append("a step")
        tracer.say_missed(journal)
        tracer.begin()
        sys.settrace(None)
        tracer.say_missed(journal)
    finally:
        tracer.end()
        sys.settrace(before)
    assert [remark.partition(" ")[0] for remark in journal.remarks] == ["calls", "the"]


@needs_monitoring
def test_steps_that_are_missing() -> None:
    """The recording says so."""
    journal = Journal(9)
    monitor = monitoring.Monitoring(Recorder(journal, lambda _: True))
    monitor.end()
    monitor._missed.append("a step")
    monitor.say_missed(journal)
    assert journal.remarks == ["calls nest so deeply that some steps are not recorded"]


def test_what_seldom_happens() -> None:
    """A jump that was reported as a line; a value that passes nobody; and so on."""
    journal = Journal(9)
    recorder = Recorder(journal, lambda _: True)
    frame = sys._getframe()
    recorder._calls.notes(frame).at = 7
    recorder.goes_back(frame, 7)
    assert journal.events == []
    assert not recorder._exit._passes_on(journal.thread(), frame)
    tracer = settrace.Settrace(recorder)
    tracer._runs_instruction(frame)
    assert tracer._raised == {}


def test_tasks_that_have_stopped() -> None:
    """How they have ended asyncio knows."""
    journal = Journal(9)
    scheduling = Recorder(journal, lambda _: True)._scheduling

    async def fail() -> None:
        raise ValueError("failed")

    async def main() -> None:
        tasks: list[asyncio.Task[Any]] = [
            asyncio.create_task(asyncio.sleep(0, "slept"))
        ]
        tasks += [asyncio.create_task(fail()), asyncio.create_task(asyncio.sleep(9))]
        await asyncio.wait(tasks[:2])
        tasks[2].cancel()
        await asyncio.wait(tasks[2:])
        for task in tasks:
            scheduling.say_stopped(scheduling.new_task_lane(task))
        tasks[1].exception()

    asyncio.run(main())
    assert [(event.kind, event.value) for event in journal.events] == [
        ("returned", "'slept'"),
        ("raised", "ValueError('failed')"),
        ("cancelled", ""),
    ]


def test_a_frame_that_goes_on_unreported() -> None:
    """It is entered when that is seen, if its lane does not hold control."""
    journal = Journal(9)
    recorder = Recorder(journal, lambda _: True)
    entrance, thread = recorder._entrance, journal.thread()
    frame = sys._getframe()
    notes = recorder._calls.notes(frame)
    entrance.enter_again(frame, thread, notes)
    assert thread.stack == []
    notes.hold = Hold(journal.new_lane("caller", "caller", "caller", None))
    entrance.enter_again(frame, thread, notes)
    assert thread.top is not None
    thread.stack[:] = [notes.hold]
    entrance.enter_again(frame, thread, notes)
    assert thread.stack == [notes.hold]


# Forks.


def test_a_child_process_goes_on_without(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it raises is raised; it is not recorded."""

    def program() -> None:
        making._stop_in_child()  # what Python calls in a child process
        monkeypatch.setattr(os, "getpid", lambda: -1)
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        record(program)


def test_a_child_process_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a recording up to the fork, and it says so."""

    def program() -> str:
        making._stop_in_child()
        return "child"

    trace = record(program)
    assert trace.result == "child"
    assert trace.remark == "this is a child process: what it does is not recorded"
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert record(lambda: "again").result == "again"


# The end of a process.


@pytest.fixture
def ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[str]]:
    """Return a script, and what would be done to this process, but is not."""
    done: list[str] = []
    monkeypatch.setattr(threading, "_shutdown", lambda: done.append("threads"))
    monkeypatch.setattr("atexit._run_exitfuncs", lambda: done.append("handlers"))
    monkeypatch.setattr(signal, "signal", lambda *_: done.append("default"))
    monkeypatch.setattr(signal, "raise_signal", lambda *_: done.append("signal"))
    return tmp_path / "script.py", done


@pytest.mark.parametrize(
    ("source", "status", "error"),
    [
        ("pass", 0, ""),
        ("raise SystemExit", 0, ""),
        ("raise SystemExit('bye')", 1, "bye\n"),
        ("raise KeyboardInterrupt", 130, "Traceback"),
    ],
)
def test_the_end_of_a_process(
    source: str,
    status: object,
    error: str,
    capsys: pytest.CaptureFixture[str],
    ended: tuple[Path, list[str]],
) -> None:
    """Threads, then handlers; Ctrl-C ends it as a signal does."""
    script, done = ended
    script.write_text(f"import sys\nprint(sys.path[0])\n{source}\n")
    before = sys.path[:]
    assert cli.main([str(script)], ends_process=True) == status
    printed = capsys.readouterr()
    assert printed.out.startswith(f"{script.parent}\n")
    assert printed.err.startswith(error)
    assert sys.path == before
    interrupted = ["default", "signal"] if status == 130 else []
    assert done == ["threads", "handlers", *interrupted]


def test_where_a_function_is_looked_for(
    ended: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the command is called, and not where it is installed; not with -P."""
    script, done = ended
    module = script.with_name("found_here.py")
    module.write_text("def main():\n    pass\n")
    monkeypatch.chdir(module.parent)
    monkeypatch.setattr(sys, "path", ["/bin", *sys.path])
    monkeypatch.delitem(sys.modules, "found_here", raising=False)
    usual = {
        name: getattr(sys.flags, name) for name in dir(sys.flags) if name[0] != "_"
    }
    for safe_path, status in (True, 2), (False, 0):
        flags = type("Flags", (), {**usual, "safe_path": safe_path})
        with monkeypatch.context() as patched:
            patched.setattr(sys, "flags", flags)
            assert cli.main(["found_here:main"], ends_process=True) == status
    assert done == ["threads", "handlers"]


def test_a_path_that_is_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With -P nothing is looked for beside the script."""
    script = tmp_path / "script.py"
    script.write_text("pass\n")
    flags = type("Flags", (), {"safe_path": True})
    monkeypatch.setattr(program.sys, "flags", flags)  # type: ignore[attr-defined]  # it imports sys
    before = sys.path[:]
    file = program.Script(str(script), (), is_first=True)
    file.run()
    assert sys.path == before
    file.drop()


def test_a_child_process_shows_no_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The parent shows it."""
    script = tmp_path / "script.py"
    script.write_text("print('child')\n")
    monkeypatch.setattr(run.Run, "is_in_child", property(lambda _: True))
    assert cli.main([str(script)]) == 0
    assert capsys.readouterr().out == "child\n"


def test_a_script_with_a_thread(tmp_path: Path) -> None:
    """It is waited for."""
    script = tmp_path / "script.py"
    script.write_text(
        "import threading, time\n"
        "log = []\n"
        "def work():\n"
        "    time.sleep(0.01)\n"
        "    log.append('worked')\n"
        "threading.Thread(target=work).start()\n"
    )
    trace = record_script(script)
    ends = [event for event in trace.events if event.kind == "returned"]
    assert [trace.lanes[event.lane].name for event in ends] == ["script.py", "Thread-1"]


def drop_script(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, list[str]]]:
    """Run and drop a script; return the errors that nobody hears of, with the files."""
    heard: list[tuple[str, list[str]]] = []

    def hear(said: Any) -> None:  # noqa: ANN401 - only typeshed has its type
        assert said.exc_value.__traceback__ is said.exc_traceback
        files = [
            Path(frame.f_code.co_filename).name
            for frame, _ in traceback.walk_tb(said.exc_traceback)
        ]
        heard.append((said.exc_type.__name__, files))

    path = tmp_path / "script.py"
    path.write_text(textwrap.dedent(source))
    monkeypatch.setattr(sys, "unraisablehook", hear)
    script = program.Script(str(path), ())
    script.run()
    script.drop()
    return heard


def test_errors_that_nobody_hears_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails when it is dropped has not been called by the recorder."""
    source = """
    class Fails:
        def __del__(self):
            raise ValueError("cannot go")

    def stubborn():
        try:
            yield
        finally:
            yield

    left = Fails()
    generator = stubborn()
    next(generator)
    """
    heard = drop_script(source, tmp_path, monkeypatch)
    assert sorted(heard) == [("RuntimeError", []), ("ValueError", ["script.py"])]
    assert sys.unraisablehook.__name__ == "hear", "as it was before"


def test_a_hook_that_is_set_at_the_very_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is dropped may set the hook: it stays as the program has left it."""
    source = """
    import sys

    def mine(said):
        pass

    class Sets:
        def __del__(self):
            sys.unraisablehook = mine

    left = Sets()
    """
    assert drop_script(source, tmp_path, monkeypatch) == []
    assert sys.unraisablehook.__name__ == "mine"


# Output, generators, values.


def test_output_that_cannot_be_written() -> None:
    """The error is the stream's, and nothing is recorded as printed."""

    def program() -> str:
        try:
            sys.stdout.write(1)  # type: ignore[arg-type]  # that is what fails
        except TypeError as error:
            return str(error)
        return ""

    with contextlib.redirect_stdout(io.StringIO()):
        trace = record(program)
    assert "int" in trace.result
    assert all(event.kind != "printed" for event in trace.events)


def test_an_async_generator_that_was_asked_before_it_started() -> None:
    """It is dropped unstarted, and the loop closes it all the same."""

    async def ticks() -> Any:  # noqa: ANN401 - a generator of any kind
        yield 1

    async def ask() -> None:
        stream = ticks()
        with contextlib.suppress(TypeError):
            await stream.asend("too early")

    async def main() -> None:
        await ask()
        await asyncio.sleep(1)

    trace = record(main)
    closes = [event for event in trace.events if event.kind == "closed"]
    assert len(closes) == 1
    assert trace.lanes[closes[0].lane].name == "ticks"
    assert closes[0].other is not None, "a task of the loop's does it"


def test_a_generator_is_closed_once() -> None:
    """Also if two threads see it."""
    journal = Journal(9)
    known = generators.Generators(journal, lambda _: True)
    lane = journal.new_lane("g", "generator", "g", None)
    known.close(lane, None)
    known.close(lane, None)
    assert [event.kind for event in journal.events] == ["closed"]


def test_a_generator_of_another_thread() -> None:
    """Its thread may be closing it right now: it is not looked at while that lives."""
    journal = Journal(9)
    known = generators.Generators(journal, lambda _: True)
    recorded, over = threading.Event(), threading.Event()

    def work() -> None:
        journal.thread()
        recorded.set()
        over.wait()
        journal.forget_thread()

    worker = threading.Thread(target=work)
    worker.start()
    recorded.wait()
    lane = journal.new_lane("g", "generator", "g", None)
    known._open.add(lane)
    lane.thread = worker.ident or 0
    known.say_closed()
    assert not lane.is_closed
    over.set()
    worker.join()
    known.say_closed()
    assert lane.is_closed


@dataclasses.dataclass
class Node:
    """A part of a tree."""

    value: int
    children: list["Node"] = dataclasses.field(default_factory=list)


class Endless:
    """Its text is that of an endless chain."""

    def __repr__(self) -> str:
        """Never return."""
        return repr(self)


class Wordy:
    """Its text is very long, and it counts how often it is asked."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.asked = 0

    def __repr__(self) -> str:
        """Return a long text."""
        self.asked += 1
        return "word " * 1_000


class Odd(tuple[int, ...]):
    """A tuple with fields, but no named one."""

    __slots__ = ()
    _fields = ("a",)

    def __repr__(self) -> str:
        """Return a text of its own."""
        return "<Odd>"


Pair = collections.namedtuple("Pair", "a b")  # noqa: PYI024 - this kind is what is tested


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"ab", "b'ab'"),
        (bytearray(b"ab"), "bytearray(b'ab')"),
        (b"a" * 1_000_000, "b'" + "a" * 54 + "..."),
        ({1: 2}.keys(), "dict_keys([1])"),
        (collections.UserList([1, 2]), "[1, 2]"),
        (collections.Counter("aab"), "Counter({'a': 2, 'b': 1})"),
        (collections.Counter(), "Counter()"),
        (collections.OrderedDict(b=1), "OrderedDict({'b': 1})"),
        (collections.defaultdict(int, a=1), "defaultdict(int, {'a': 1})"),
        (collections.defaultdict(None), "defaultdict(None, {})"),
        (collections.deque([1], maxlen=2), "deque([1], maxlen=2)"),
        (Node(1, [Node(2)]), "Node(value=1, children=[Node(value=2, children=[])])"),
        ([[[Node(1)]]], "[[[Node(...)]]]"),
        (Pair(1, [2]), "Pair(a=1, b=[2])"),
        (Odd((1,)), "<Odd>"),
        (Endless(), "<Endless>"),
        (ValueError("a", 1), "ValueError('a', 1)"),
        (KeyError(), "KeyError()"),
        ((1,), "(1,)"),
    ],
)
def test_values(value: object, text: str) -> None:
    """Containers by their first elements, whatever is derived from them."""
    assert Describer(lambda _: None)(value) == text


def test_a_text_that_is_too_long_is_asked_for_once() -> None:
    """After that the object is shown by its attributes."""
    describe, wordy = Describer(lambda _: None), Wordy()
    assert len(describe(wordy)) == 60
    assert [describe(wordy) for _ in range(3)] == ["<Wordy asked=1>"] * 3


def test_a_text_ends_where_the_line_is_full() -> None:
    """What is behind that is not looked at."""
    describe, last = Describer(lambda _: None), Wordy()
    text = describe([[["x" * 50] * 8, last], last])
    assert text.endswith("…")
    assert last.asked == 0


def test_a_text_inside_another() -> None:
    """A text may need another one, as where a lane's name is asked for."""
    describe = Describer(lambda _: None)

    class Nested:
        def __repr__(self) -> str:
            return f"<{describe([1])}>"

    assert describe(Nested()) == "<[1]>"
    assert not describe.is_busy


def test_nothing_is_noted_behind_the_limit() -> None:
    """A finding would lead to a step that is not there."""
    journal = Journal(limit=1)
    journal.note("left over", None)
    journal.is_over = True
    journal.note("dropped", None)
    assert [sign.kind for sign in journal.signs] == ["left over"]
