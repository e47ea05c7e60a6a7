"""Runs that are recorded: the events, and that the program does not notice."""

import asyncio
import collections
import concurrent.futures
import contextlib
import dataclasses
import functools
import io
import runpy
import subprocess
import sys
import textwrap
import threading
import types
import xml.etree.ElementTree as ET
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.trace import programs
from yieldpoint.trace import Trace, record, record_script, recording


def events(trace: Trace, *kinds: str) -> list[tuple[str, ...]]:
    """Return lane, kind and value of the events of some kinds."""
    return [
        (trace.lanes[event.lane].name, event.kind, event.value)
        for event in trace.events
        if event.kind in kinds
    ]


def control(trace: Trace) -> list[str]:
    """Return what the recording says about control, a text an event."""
    rest = tuple(event for event in trace.events if event.kind != "line")
    return str(dataclasses.replace(trace, events=rest)).splitlines()


def state_at_end(trace: Trace, name: str) -> str:
    """Return the last state of a lane."""
    lane = [lane.name for lane in trace.lanes].index(name)
    return [event.state for event in trace.events if event.lane == lane][-1]


def test_sent_and_yielded_values() -> None:
    """Also a value that was never in a variable of the caller."""
    trace = record(programs.send_and_finish)
    assert trace.result == "done"
    assert control(trace) == [
        "send_and_finish  started",
        "pair             created by send_and_finish",
        "pair             started by send_and_finish: next",
        "pair             yields 1",
        "pair             resumed by send_and_finish: send 22",
        "pair             yields 22",
        "pair             resumed by send_and_finish: next",
        "pair             returns 'done'",
        "send_and_finish  returns 'done'  # stop is gone",
    ]


def test_throw_and_close(capsys: pytest.CaptureFixture[str]) -> None:
    """What is thrown in is shown, and what runs because of it."""
    trace = record(programs.throw_then_close)
    assert capsys.readouterr().out == "cleaned up\n"
    assert events(trace, "resumed", "closed", "yielded", "printed") == [
        ("catching", "yielded", "'first'"),
        ("catching", "resumed", "KeyError('lost')"),
        ("catching", "yielded", "'caught'"),
        ("catching", "resumed", "GeneratorExit()"),
        ("catching", "printed", "cleaned up\n"),
        ("catching", "closed", ""),
    ]


def test_closing_without_a_line() -> None:
    """Generators that are closed, or dropped, while nothing in them runs."""
    with contextlib.redirect_stdout(io.StringIO()):
        trace = record(programs.close_silently)
    shown = events(trace, "closed", "printed")
    assert shown == [
        ("pair-1", "closed", ""),
        ("pair-2", "closed", ""),
        ("pair-3", "closed", ""),
        ("close_silently", "printed", "end\n"),
    ]


def test_delegating() -> None:
    """Each of the two generators is a lane."""
    with contextlib.redirect_stdout(io.StringIO()):
        trace = record(programs.drive_delegate)
    assert control(trace)[1:6] == [
        "delegate        created by drive_delegate",
        "delegate        started by drive_delegate: list",
        "pair            created by delegate",
        "pair            started by delegate: yield from",
        "pair            yields 1",
    ]


def test_async_generator() -> None:
    """It is a lane of its own; its waits are its task's waits."""
    trace = record(programs.sum_of_ticks)
    assert trace.result == 3
    assert trace.duration == 2.0
    assert events(trace, "yielded", "suspended") == [
        ("ticks", "suspended", "asyncio.sleep(1)"),
        ("Task-1", "suspended", "asyncio.sleep(1)"),
        ("ticks", "yielded", "1"),
        ("ticks", "suspended", "asyncio.sleep(1)"),
        ("Task-1", "suspended", "asyncio.sleep(1)"),
        ("ticks", "yielded", "2"),
    ]
    assert state_at_end(trace, "ticks") == "AGEN_CLOSED"


def test_cancelling() -> None:
    """One task waits, one has not started."""
    trace = record(programs.cancel_a_nap)
    assert trace.result is True
    assert events(trace, "cancelled") == [
        ("new", "cancelled", ""),  # its first step was in the loop's queue already
        ("waiting", "cancelled", ""),
    ]
    woken = [event for event in trace.events if event.kind == "woken"]
    assert [event.other for event in woken] == [None, 0, 1]


def test_a_cancellation_that_is_caught() -> None:
    """The innermost coroutine gets it; the task goes on."""
    trace = record(programs.catch_a_cancellation)
    assert trace.result == "went on"
    assert ("stubborn", "resumed", "CancelledError()") in events(trace, "resumed")
    assert ("stubborn", "returned", "'went on'") in events(trace, "returned")
    assert trace.duration == 2.0


def test_callbacks() -> None:
    """A callback belongs to the event loop; it wakes who waits for the future."""
    with contextlib.redirect_stdout(io.StringIO()):
        trace = record(programs.hand_over)
    rows = control(trace)
    assert "0 s  event loop  started by Task-1" in rows
    assert "0 s  event loop  prints soon" in rows
    assert "1 s  event loop  resumed: timer" in rows
    assert "2 s  event loop  resumed: timer" in rows
    assert "2 s  Task-1      woken by event loop" in rows


def test_who_releases_a_lock() -> None:
    """Wakes the task that waits for it."""
    trace = record(programs.wait_for_lock)
    assert "1 s  Task-3  woken by Task-2" in control(trace)


def test_threads() -> None:
    """The loop's and the program's own."""
    trace = record(programs.in_a_thread)
    assert trace.result == 5
    assert "1 s  Task-1     woken by asyncio_0" in control(trace)
    trace = record(programs.in_own_thread)
    assert trace.result == ["worked"]
    assert events(trace, "created", "started", "returned")[1:] == [
        ("Thread-1", "created", ""),
        ("Thread-1", "started", ""),
        ("Thread-1", "returned", ""),
        ("in_own_thread", "returned", "['worked']"),
    ]


def test_a_thread_with_a_run_method_of_its_own() -> None:
    """It is a lane like others."""
    with contextlib.redirect_stdout(io.StringIO()):
        trace = record(programs.in_a_subclass)
    assert events(trace, "created", "printed", "returned")[1:3] == [
        ("Thread-1", "printed", "from the thread\n"),
        ("Thread-1", "returned", ""),
    ]


def test_a_thread_with_a_run_method_that_fails() -> None:
    """A hook of the program's that shows the exception is a part of its life."""

    class Fails(threading.Thread):
        def run(self) -> None:
            raise KeyError

    def starts_one() -> None:
        threading.excepthook = lambda _: None
        thread = Fails(name="fails")
        thread.start()
        thread.join()

    before = threading.excepthook
    try:
        trace = record(starts_one)
    finally:
        threading.excepthook = before
    kinds = "created", "started", "resumed", "returned", "raised"
    assert [each for each in events(trace, *kinds) if each[0] == "fails"] == [
        ("fails", "created", ""),
        ("fails", "started", ""),
        ("fails", "raised", "KeyError()"),
    ]


def test_a_pool_with_an_initializer() -> None:
    """A thread of a pool waits after that as it does after a job."""

    def prepare() -> None:
        pass

    def uses_a_pool() -> None:
        with concurrent.futures.ThreadPoolExecutor(
            1, "pool", initializer=prepare
        ) as pool:
            pool.submit(prepare).result()

    trace = record(uses_a_pool)
    kinds = "started", "suspended", "resumed", "returned"
    assert [each for each in events(trace, *kinds) if each[0] == "pool_0"] == [
        *(("pool_0", kind, "") for kind in ("started", "suspended")),
        *(("pool_0", kind, "") for kind in ("resumed", "suspended")),
    ]


def test_a_timer_is_a_thread() -> None:
    """The method `run` of its class, which is the library's, is its life."""
    rung: list[str] = []

    def set_a_timer() -> None:
        timer = threading.Timer(1, rung.append, ["rung"])
        timer.start()
        timer.join()

    trace = record(set_a_timer)
    assert rung == ["rung"]
    assert events(trace, "created", "started", "returned")[1:] == [
        ("Thread-1", "created", ""),
        ("Thread-1", "started", ""),
        ("Thread-1", "returned", ""),
        ("set_a_timer", "returned", "None"),
    ]


def test_a_limit_that_a_thread_comes_to() -> None:
    """The recording stops; the thread and the program go on."""
    trace = record(programs.much_in_a_thread, limit=60)
    assert len(trace.events) == 60
    assert (trace.outcome, trace.result) == ("returned", 100)
    assert trace.remark == "the recording stops after 60 steps"


def test_many_generators() -> None:
    """In containers; one is dropped."""
    trace = record(programs.many_open)
    assert sum(lane.function == "pair" for lane in trace.lanes) == 13
    shown = events(trace, "closed", "returned")
    end = shown.index(("many_open", "returned", "12"))
    # One was dropped; the others are when the function that holds them has returned.
    assert [kind for _, kind, _ in shown[:end]].count("closed") == 1
    assert [kind for _, kind, _ in shown[end:]].count("closed") == 12


def test_a_generator_that_was_started_before() -> None:
    """It is a lane from its next step on."""
    generator = programs.pair()
    next(generator)

    def goes_on(generator: Generator[int, int, str]) -> int:
        return generator.send(5)

    trace = record(goes_on, generator, files=[programs.__file__])
    assert trace.result == 5
    assert ("pair", "yielded", "5") in events(trace, "yielded")


def test_a_loop_that_is_closed() -> None:
    """Its error is the program's own."""
    assert record(programs.close_a_loop_early).result == "Event loop is closed"


def test_own_code_that_a_library_calls_when_cancelled() -> None:
    """The task runs for that long, and waits again."""

    def note() -> None:
        print("cancelled")

    async def tries() -> None:
        await programs.keep_trying(note)

    async def main() -> None:
        task = asyncio.create_task(tries())
        await asyncio.sleep(1)
        task.cancel()
        await task

    with contextlib.redirect_stdout(io.StringIO()):
        trace = record(main)
    assert ("Task-2", "printed", "cancelled\n") in events(trace, "printed")
    assert trace.duration == 4.0
    assert state_at_end(trace, "Task-2") == "CORO_CLOSED"


def test_own_code_that_a_library_drives_by_hand() -> None:
    """A coroutine that is a part of somebody else's is a lane all the same."""

    async def ask() -> str:
        return await programs.Ask()

    def by_hand() -> str:
        coroutine = programs.await_it(ask())
        coroutine.send(None)
        with contextlib.suppress(StopIteration):
            coroutine.send("answer")
        return "end"

    trace = record(by_hand)
    assert control(trace)[1:] == [
        "ask      created by by_hand",
        "ask      started by by_hand: send",
        "ask      yields 'question'",
        "ask      resumed by by_hand: send 'answer'",
        "ask      returns 'answer'",
        "by_hand  returns 'end'",
    ]


def test_a_coroutine_by_hand() -> None:
    """It is a lane; what it awaits is a part of that."""
    trace = record(programs.drive_coroutine)
    assert [lane.name for lane in trace.lanes] == ["drive_coroutine", "asking"]
    assert events(trace, "yielded", "resumed") == [
        ("asking", "yielded", "'question'"),
        ("asking", "resumed", "'answer'"),
    ]


def test_two_loops() -> None:
    """The recording's clock does not go back."""
    assert record(programs.two_loops).duration == 3.0


def test_a_variable_becomes_none() -> None:
    """Whatever it has been before, that is a change."""

    def forgets() -> None:
        name: object = [1]
        name = None
        name = "kept"
        name = None
        del name

    changes = [event.changes for event in record(forgets).events if event.changes]
    values = [value for ((_, value),) in changes]
    assert values == ["[1]", "None", "'kept'", "None", None]


def test_variables() -> None:
    """What is new, what has changed, what is gone."""
    trace = record(programs.counting)
    assert [event.changes for event in trace.events if event.changes] == [
        (("number", "1"),),
        (("number", "2"),),
        (("things", "{'a', 'b'}"),),
        (("number", None),),
        (("things", "{'a', 'b', 'c'}"),),
    ]


def test_output() -> None:
    """It is printed as ever, and noted at the end of a line or at the next event."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        trace = record(programs.prints_in_parts)
        assert sys.stdout is printed
    assert printed.getvalue() == "ab\nc"
    assert [value for *_, value in events(trace, "printed")] == ["a", "b\n", "c"]


def test_output_that_the_program_redirects() -> None:
    """The program finds the stream that it expects."""

    def redirects() -> str:
        print("seen")
        with contextlib.redirect_stdout(io.StringIO()) as inner:
            print("not seen")
        assert sys.stdout.writable()
        sys.stdout = io.StringIO()
        return inner.getvalue()

    outside = sys.stdout
    try:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            trace = record(redirects)
            assert sys.stdout is not printed, "as the program left it"
    finally:
        sys.stdout = outside
    assert trace.result == "not seen\n"
    assert printed.getvalue() == "seen\n"


def test_output_without_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is none under pythonw: what the program prints goes nowhere."""

    def program() -> bool:
        print("not seen")
        return sys.stdout is None

    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", None)
        trace = record(program)
    assert trace.result is True
    assert events(trace, "printed") == []


def test_a_stream_whose_method_the_program_replaces() -> None:
    """What the program has put there stays, and gets what is printed."""
    written: list[str] = []

    def program() -> None:
        sys.stdout.write = written.append  # type: ignore[method-assign]  # that is what stays

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        record(program)
        print("after")
    assert written == ["after", "\n"]
    assert printed.getvalue() == ""


def test_a_repr_that_prints() -> None:
    """Only the recording calls it: the program prints nothing."""

    class Loud:
        def __repr__(self) -> str:
            print("called")
            return "<Loud>"

    def program() -> None:
        loud = Loud()
        del loud

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        trace = record(program)
    assert printed.getvalue() == ""
    assert ("loud", "<Loud>") in [each for e in trace.events for each in e.changes]


def test_what_no_file_can_hold() -> None:
    """Control characters, and halves of characters."""

    def program() -> str:
        print("\x00 \x1b[1m ]]> </script>")
        return "\ud800"

    with contextlib.redirect_stdout(io.StringIO()):
        trace = record(program)
    ET.fromstring(trace.to_svg())  # noqa: S314 - our own
    assert "\x00" not in trace.to_html()
    assert Trace.from_json(trace.to_json().encode("utf-8").decode()) == trace


def test_an_exception() -> None:
    """The recording goes up to there."""
    trace = record(programs.fails)
    assert trace.outcome == "raised"
    assert isinstance(trace.exception, IndexError)
    assert control(trace)[-1].startswith("fails  raises IndexError(")


@pytest.mark.parametrize("limit", range(1, 25))
def test_a_limit_anywhere(limit: int) -> None:
    """Also where asyncio is in the middle of waking a task: nothing is torn apart."""

    async def group() -> float:
        async with asyncio.TaskGroup() as tasks:
            naps = [tasks.create_task(programs.nap(0.1)) for _ in range(2)]
        return sum(nap.result() for nap in naps)

    trace = record(group, limit=limit)
    assert trace.result == 0.2
    assert len(trace.events) == limit
    assert trace.remark.startswith("the recording stops after ")
    assert str(trace).splitlines()[-1] == f"({trace.remark})"


def test_a_source_that_is_no_python(tmp_path: Path) -> None:
    """The program may overwrite its file; what ran is recorded all the same."""
    script = tmp_path / "script.py"
    script.write_text(
        "import pathlib\npathlib.Path(__file__).write_text('no (')\nx = 1\n"
    )
    trace = record_script(script)
    assert trace.outcome == "returned"


@pytest.mark.parametrize("others", [[], [__file__]])
def test_a_file_that_has_been_edited(tmp_path: Path, others: list[str]) -> None:
    """The lines are those of the file as it is now."""
    path = tmp_path / "edited.py"
    for value in (1, 22):
        path.write_text(f"def answer():\n    return {value}\n")
        trace = record(runpy.run_path(str(path))["answer"], files=others)
        assert trace.sources[0].lines[2] == f"    return {value}"


class Noisy:
    """Says when it is gone."""

    def __init__(self, name: str = "it") -> None:
        """Begin with a name."""
        self.name = name

    def __del__(self) -> None:
        """Say it."""
        print("gone", self.name)


def printed_text(text: str) -> str:
    """Print a text, and return it."""
    print(text)
    return text


def test_exceptions_are_not_kept_alive() -> None:
    """What a traceback holds is free to go when the exception is handled."""

    def fails() -> None:
        noisy = Noisy()
        raise ValueError(noisy is None)

    def program() -> None:
        with contextlib.suppress(ValueError):
            fails()
        print("after")

    run_both(program)


def test_what_is_dropped_in_the_line_of_a_yield_from() -> None:
    """It is gone before the rest of the line runs, also if values went through it."""

    def inner() -> Generator[int, None, Noisy | None]:
        yield from range(3)
        return None

    def middle(noisy: Noisy | None) -> Generator[int, None, tuple[object, str]]:
        both = (noisy := (yield from inner())), printed_text("next")
        assert noisy is None
        return both

    def outer() -> Iterator[int]:
        for name in "ab":
            yield from middle(Noisy(name))

    run_both(lambda: print(list(outer())))


def test_what_is_dropped_in_the_line_of_an_await() -> None:
    """It is gone as well."""

    async def wait() -> Noisy | None:
        return await asyncio.sleep(0.001, None)

    async def program() -> tuple[object, str]:
        noisy: Noisy | None = Noisy()
        both = (noisy := (await wait())), printed_text("next")
        assert noisy is None
        return both

    run_both(lambda: asyncio.run(program()))


def test_deep_recursion() -> None:
    """The recording may end early; the program goes on."""
    trace = record(programs.too_deep)
    assert trace.result == "went on"
    assert trace.remark.startswith("the recording ends early") or (
        ("too_deep", "returned", "'went on'") in events(trace, "returned")
    )


def test_another_trace_function() -> None:
    """It stays, or it is set aside and comes back."""
    seen: list[str] = []

    def tracer(frame: FrameType, event: str, arg: object) -> None:
        del event, arg
        seen.append(frame.f_code.co_name)

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        record(programs.send_and_finish)
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)
    # Up to Python 3.11 there is room for one of them.
    assert ("pair" in seen) == (sys.version_info >= (3, 12))
    assert "record" in seen


def test_a_program_that_sets_a_trace_function() -> None:
    """The recording goes on; or, on Python 3.11, it ends there and says so."""

    def sets_one() -> int:
        sys.settrace(None)
        return 1

    before = sys.gettrace()
    try:
        trace = record(sets_one)
    finally:
        sys.settrace(before)
    assert trace.result == 1
    ends_early = trace.remark.startswith("the recording ends early")
    assert ends_early == (sys.version_info < (3, 12))


def test_a_recording_inside_a_recording() -> None:
    """The inner one is complete; the outer one goes on after it."""

    def records() -> str:
        inner = record(programs.send_and_finish)
        number = len(inner.lanes)
        return f"{number} lanes"

    trace = record(records)
    assert trace.result == "2 lanes"
    assert trace.remark == ""
    assert control(trace)[-1] == "records  returns '2 lanes'"
    lines = [event.line for event in trace.events if event.kind == "line"]
    assert [line - lines[0] for line in lines] == [0, 1, 2]


def test_a_recording_inside_a_task() -> None:
    """The loop has its turns meanwhile; the outer recording knows that they end."""

    async def main() -> None:
        with recording():
            await asyncio.sleep(1)

    def program() -> int:
        asyncio.run(main())
        return 1

    trace = record(program)
    assert [each for each in control(trace) if "event loop" in each] == []
    assert control(trace)[-1] == "1 s  program  returns 1"
    assert trace.findings == ()


def test_a_recording_inside_two() -> None:
    """Each goes on after those inside it, and has nothing of theirs."""

    def returns_none() -> list[Trace]:
        nothing: list[Trace] = []
        return nothing[:0]

    def records_one() -> list[Trace]:
        trace = record(returns_none)
        return [trace]

    def records_two() -> list[Trace]:
        trace = record(records_one)
        return [trace]

    traces = [record(records_two)]
    for _ in range(3):
        (trace,) = traces
        kinds = [event.kind for event in trace.events]
        assert kinds == ["started", "line", "line", "returned"]
        traces = trace.result


def test_what_can_be_recorded() -> None:
    """Generator functions, methods and partial objects too."""
    assert record(programs.pair).result == [1, None]
    assert record(programs.ticks).result == [1, 2]
    assert record(functools.partial(programs.nap, 2)).result == 2
    ask = programs.Ask()
    assert record(ask.__await__).result == ["question"]


def test_what_cannot_be_recorded() -> None:
    """It is said at once, and clearly."""
    with pytest.raises(TypeError, match=r"record takes a function .* not <built-in"):
        record(len, "abc")
    with pytest.raises(TypeError, match=r"nap\(\) needs arguments: missing"):
        record(programs.nap)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"clock": "fast"}, "the clock is 'virtual' or 'real', not 'fast'"),
        ({"limit": 0}, "the limit is at least one step"),
    ],
)
def test_options_that_mean_nothing(options: dict[str, Any], message: str) -> None:
    """They are refused, and nothing runs."""
    ran: list[int] = []
    with pytest.raises(ValueError, match=message):
        record(lambda: ran.append(1), **options)
    assert ran == []


def test_real_time() -> None:
    """Time passes as it does outside."""
    trace = record(programs.nap, 0.01, clock="real")
    assert trace.duration > 0.009


def test_files() -> None:
    """Other code is recorded if it is asked for: a file, or a folder."""

    def drives() -> list[int | None]:
        return list(programs.pair())

    assert [lane.kind for lane in record(drives).lanes] == ["caller"]
    for more in (programs.__file__, Path(programs.__file__).parent):
        trace = record(drives, files=[more])
        assert [lane.kind for lane in trace.lanes] == ["caller", "generator"]


def test_nothing_is_kept_alive() -> None:
    """A generator that is dropped is gone at once, as it is without a recording."""

    def drops() -> None:
        generator = programs.catching()
        next(generator)
        generator = programs.catching()
        print("other")

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        record(drops)
    assert printed.getvalue() == "cleaned up\nother\n"


def test_a_thread_that_is_not_the_programs() -> None:
    """What it prints is none of the recording's business."""
    go, done = threading.Event(), threading.Event()

    def bystander() -> None:
        go.wait()
        print("from outside")
        done.set()

    thread = threading.Thread(target=bystander)
    thread.start()

    def program() -> None:
        go.set()
        done.wait()

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        trace = record(program)
    thread.join()
    assert printed.getvalue() == "from outside\n"
    assert events(trace, "printed") == []


def test_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It runs as the main program, with its arguments, and leaves no trace."""
    script = tmp_path / "script.py"
    script.write_text(
        '"""A docstring."""\n'
        "import sys\n"
        "print(__name__, sys.argv[1:])\n"
        "raise SystemExit(3)\n"
    )
    before = sys.argv, sys.path[:], sys.modules["__main__"]
    trace = record_script(script, "one")
    assert (sys.argv, sys.path, sys.modules["__main__"]) == before
    assert capsys.readouterr().out == "__main__ ['one']\n"
    assert isinstance(trace.exception, SystemExit)
    assert list(trace.sources[0].lines) == [2, 3, 4]


@pytest.mark.parametrize("seed", ["1", "2"])
@pytest.mark.parametrize("block", ["if True", "with clock.installed()"])
def test_stable_text(seed: str, block: str) -> None:
    """It depends on no hash seed, nor on what ran before, nor on where it begins."""
    here = str(record(programs.cancel_a_nap)) + str(record(programs.counting))
    program = (
        f"from yieldpoint import clock\n{block}:\n"
        "  from tests.trace import programs\n"
        "  from yieldpoint.trace import record\n"
        "  print(record(programs.cancel_a_nap), record(programs.counting), sep='')"
    )
    there = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": "src"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout == here + "\n"


def test_the_same_recording_twice() -> None:
    """An equal run gives an equal recording."""
    assert record(programs.cancel_a_nap) == record(programs.cancel_a_nap)


def test_json_there_and_back() -> None:
    """The recording is equal; the live result is not a part of it."""
    trace = record(programs.cancel_a_nap)
    again = Trace.from_json(trace.to_json())
    assert again == trace
    assert again.result is None
    assert again.to_html() == trace.to_html()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "other"}', "null"])
def test_json_of_another_kind(text: str) -> None:
    """One clear error."""
    with pytest.raises(ValueError, match=r"no recording in the format yieldpoint"):
        Trace.from_json(text)


def test_an_empty_recording() -> None:
    """Nothing of the program's own runs: there is nothing to show, and no error."""
    empty = Trace("nothing", (), (), (), "returned", "None")
    assert str(empty) == ""
    assert empty.duration == 0.0
    assert empty.to_svg().startswith("<svg")
    assert empty.to_html().startswith("<!DOCTYPE html>")


def run_both(program: Callable[[], Any]) -> None:
    """Check that a program prints and returns the same when it is recorded."""
    with contextlib.redirect_stdout(io.StringIO()) as plain:
        result = program()
    with contextlib.redirect_stdout(io.StringIO()) as recorded:
        trace = record(program)
    assert trace.result == result
    assert recorded.getvalue() == plain.getvalue()


@pytest.mark.parametrize(
    "program",
    [
        programs.send_and_finish,
        programs.throw_then_close,
        programs.close_silently,
        programs.drive_delegate,
        programs.in_own_thread,
        programs.drive_coroutine,
        programs.too_deep,
    ],
)
def test_the_program_does_not_notice(program: Callable[[], Any]) -> None:
    """Same output, same result."""
    run_both(program)


def test_functions_of_other_files() -> None:
    """Each is recorded without what else is in its file."""

    def shorten() -> str:
        return textwrap.shorten("one two three", 9)

    trace = record(shorten, functions=[textwrap.shorten])
    assert trace.result == "one [...]"
    text = trace.to_text()
    assert "TextWrapper(" in text
    assert text.count(" | ") < 10
    with pytest.raises(TypeError, match="written in Python"):
        record(shorten, functions=[len])


def test_decorated_coroutine_functions() -> None:
    """They are run as they are called: in a loop, or by themselves."""

    async def nap() -> str:
        await asyncio.sleep(1)
        return "awake"

    @functools.wraps(nap)
    def in_a_loop_of_its_own() -> str:
        return asyncio.run(nap())

    @functools.wraps(nap)
    def hands_it_on() -> Coroutine[Any, Any, str]:
        return nap()

    @functools.wraps(nap)
    async def awaits_it() -> str:
        return await nap()

    for decorated in (in_a_loop_of_its_own, hands_it_on, awaits_it):
        trace = record(decorated)
        assert trace.result == "awake"
        assert max(event.time for event in trace.events) == 1.0
        assert "Task-1" in [lane.name for lane in trace.lanes]


def test_a_callback_that_raises() -> None:
    """The loop reports it and goes on, and so does the recording."""
    reports: list[str] = []

    def fail() -> None:
        raise ValueError("in a callback")

    async def program() -> str:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(
            lambda _, context: reports.append(context["message"])
        )
        loop.call_soon(fail)
        await asyncio.sleep(1)
        return "went on"

    trace = record(program)
    assert trace.result == "went on"
    assert [report.partition("(")[0] for report in reports] == [
        "Exception in callback test_a_callback_that_raises.<locals>.fail"
    ]
    assert trace.duration == 1.0
    assert "event loop" in [lane.name for lane in trace.lanes]


def test_a_library_between_two_generators() -> None:
    """The values pass through what is not recorded."""

    def inner() -> Generator[int, int, str]:
        yield 1
        return "inner is done"

    def outer() -> Generator[int, int, str]:
        return (yield from programs.hand_on(inner()))

    def program() -> list[int]:
        return [*outer(), *programs.hand_on(inner())]

    trace = record(program)
    assert trace.result == [1, 1]
    assert events(trace, "yielded", "suspended", "returned") == [
        ("inner-1", "yielded", "1"),
        ("outer", "suspended", "programs.hand_on(inner())"),
        ("inner-1", "returned", "'inner is done'"),
        ("outer", "returned", "'inner is done'"),
        ("inner-2", "yielded", "1"),
        ("inner-2", "returned", "'inner is done'"),
        ("program", "returned", "[1, 1]"),
    ]


def test_a_library_that_drives_inside_a_task() -> None:
    """Its coroutine is a lane; the task is recorded as ever."""

    async def immediate() -> str:
        return "done"

    async def main() -> object:
        return programs.step(immediate())

    trace = record(main)
    assert (trace.result, trace.remark) == ("done", "")
    assert [lane.name for lane in trace.lanes] == ["Task-1", "immediate"]


def test_an_async_generator_that_nobody_asks() -> None:
    """It is closed when it is dropped."""

    async def main() -> None:
        stream = programs.ticks()
        del stream
        await asyncio.sleep(1)

    trace = record(main, files=[programs.__file__])
    assert [event.time for event in trace.events if event.kind == "closed"] == [0.0]


def test_a_thread_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends by its exception, when the hook that is to show it is done."""

    def show(arguments: threading.ExceptHookArgs) -> None:
        print("shown", repr(arguments.exc_value))

    def fail() -> None:
        raise ValueError("in a thread")

    def program() -> None:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()

    monkeypatch.setattr(threading, "excepthook", show)
    trace = record(program)
    assert events(trace, "started", "printed", "raised")[1:] == [
        ("Thread-1", "started", ""),
        ("Thread-1", "printed", "shown ValueError('in a thread')\n"),
        ("Thread-1", "raised", "ValueError('in a thread')"),
    ]


def test_a_job_inside_another_of_the_same_thread() -> None:
    """The one outside has control until it is done itself."""

    def inner() -> str:
        return "helped"

    def program() -> str:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:

            def helps() -> str:
                future = pool.submit(inner)
                make_context = getattr(pool, "_create_worker_context", None)
                contexts = [make_context()] if make_context else []  # from 3.14 on
                pool._work_queue.get_nowait().run(*contexts)
                return future.result(0)

            return pool.submit(helps).result()

    trace = record(program)
    assert trace.result == "helped"
    (name,) = {lane.name for lane in trace.lanes if lane.kind == "thread"}
    assert [
        kind
        for lane, kind, _ in events(trace, "started", "resumed", "suspended")
        if lane == name
    ] == ["started", "suspended"]


def test_closed_whatever_it_does_for_that() -> None:
    """An async generator that awaits in its clean-up; a chain that awaits something."""

    async def ticks() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            await asyncio.sleep(1)

    async def close_it() -> None:
        generator = ticks()
        await anext(generator)
        await generator.aclose()

    @types.coroutine
    def ask() -> Generator[str, None, None]:
        yield "a question"

    async def outer() -> None:
        await ask()

    def close_a_chain() -> None:
        coroutine = outer()
        coroutine.send(None)
        coroutine.close()

    ends = "closed", "raised"
    assert events(record(close_it), *ends) == [("ticks", "closed", "")]
    assert events(record(close_a_chain), *ends) == [("outer", "closed", "")]


def test_what_a_hook_of_ones_own_keeps_is_not_closed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """While the hook runs, nothing refers to the generator but what runs the hook."""
    kept = []

    def keep(generator: AsyncGenerator[int, str]) -> None:
        kept.append(generator)
        print(*said())

    def said() -> Generator[str]:
        yield "it is kept"

    async def ticks() -> AsyncGenerator[int, str]:
        yield 1

    def drop_it() -> None:
        generator = ticks()
        with contextlib.suppress(TypeError):  # so it has not started
            generator.asend("too early").send(None)
        del generator
        print(len(kept))

    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(finalizer=keep)
    try:
        trace = record(drop_it)
    finally:
        sys.set_asyncgen_hooks(*before)
    assert capsys.readouterr().out == "it is kept\n1\n"
    assert "ticks" not in {lane for lane, _, _ in events(trace, "closed")}
    kept.clear()


@pytest.mark.skipif(
    sys.version_info < (3, 12), reason="from 3.12 on tasks can start eagerly"
)
def test_who_has_started_a_task_eagerly_waits_for_its_own() -> None:
    """And not for what the task waits for."""

    async def nap() -> None:
        await asyncio.sleep(1)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_task_factory(vars(asyncio)["eager_task_factory"])
        await asyncio.gather(nap(), nap())

    assert events(record(main), "suspended") == [
        ("Task-2", "suspended", "asyncio.sleep(1)"),
        ("Task-3", "suspended", "asyncio.sleep(1)"),
        ("Task-1", "suspended", "asyncio.gather(nap(), nap())"),
    ]


def test_an_old_style_coroutine_by_hand() -> None:
    """A generator that delegates to a coroutine."""

    async def inner() -> str:
        return await programs.Ask()

    @types.coroutine
    def outer() -> Generator[Any, Any, str]:
        return (yield from inner().__await__())

    @types.coroutine
    def mixed() -> Generator[Any, Any, str]:
        awaited: Any = inner()  # what only such a function may delegate to
        return str((yield from awaited))

    def program() -> list[str]:
        log = []
        for make in (outer, mixed):
            generator: Any = make()
            next(generator)
            try:
                generator.send("answer")
            except StopIteration as stop:
                log.append(stop.value)
        return log

    assert record(program).result == ["answer", "answer"]


def test_a_chain_of_generators_is_cheap() -> None:
    """A value costs as many events as if there were no generators between."""

    def down(level: int) -> Generator[int, None, None]:
        if level:
            yield from down(level - 1)
        yield level

    def program(depth: int) -> int:
        return len(list(down(depth)))

    counts = [len(record(program, depth).events) for depth in (10, 20, 40)]
    assert counts[2] - counts[1] == 2 * (counts[1] - counts[0])


def test_a_value_that_grows_is_cheap() -> None:
    """Of a container only what is shown is looked at, whatever its class is."""
    looked_at: list[int] = []

    class Element:
        def __repr__(self) -> str:
            looked_at.append(1)
            return "<Element>"

    class Bag(list[Element]):
        pass

    def program() -> int:
        bag, counts = Bag(), collections.Counter[int]()
        for number in range(100):
            bag.append(Element())
            counts[number] += 1
        return len(bag) + len(counts)

    trace = record(program)
    assert trace.result == 200
    assert len(looked_at) <= 8 * len(trace.events)
