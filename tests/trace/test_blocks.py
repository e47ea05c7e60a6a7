"""A part of a program that is recorded: ``with recording()``; and loops set aside."""

import asyncio
import contextlib
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from yieldpoint import clock
from yieldpoint.trace import Trace, record, record_script, recording
from yieldpoint.trace._recorder import making
from yieldpoint.trace._recorder.monitoring import Monitoring
from yieldpoint.trace._recorder.settrace import Settrace

# A trace function empties what a frame shows, which up to 3.12 only 3.11 bears.
BOTH: list[type] = [Monitoring, Settrace]
WAYS = {(3, 11): BOTH[1:], (3, 12): BOTH[:1]}


@pytest.fixture(autouse=True, params=WAYS.get(sys.version_info[:2], BOTH))
def each_way(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Let the interpreter report in both ways, if it has both."""
    monkeypatch.setattr(making, "_Interpreter", request.param)
    before = sys.gettrace()
    yield
    sys.settrace(before)


async def nap(seconds: float) -> float:
    """Sleep."""
    await asyncio.sleep(seconds)
    return seconds


def rows(trace: Trace) -> list[str]:
    """Return lane, kind and value of each event; of a line, the source."""
    return [
        " ".join([trace.lanes[event.lane].name, *_what(trace, event)])
        for event in trace.events
    ]


def _what(trace: Trace, event: object) -> list[str]:
    kind, value = getattr(event, "kind", ""), getattr(event, "value", "")
    if kind == "line":
        number = getattr(event, "line", 0)
        return ["|", trace.sources[0].lines[number].strip()]
    return [kind, value] if value else [kind]


def test_a_function() -> None:
    """What stands in the block is recorded, and what it calls; nothing else."""
    before = "seen"
    with recording() as trace:
        number = len(before) + len(trace.events)
        again = number
    after = again
    assert rows(trace) == [
        "test_a_function started",
        "test_a_function | number = len(before) + len(trace.events)",
        "test_a_function | again = number",
        "test_a_function returned",
    ]
    assert [*trace.events[1].changes] == [("before", "'seen'")]
    assert (trace.target, trace.outcome) == ("test_a_function", "returned")
    assert trace.value == ""
    assert after == 4
    assert Trace.from_json(trace.to_json()) == trace
    assert "<svg" in trace.to_html()


def test_an_exception_goes_on() -> None:
    """It is a part of the recording."""
    with pytest.raises(ZeroDivisionError), recording() as trace:
        1 / 0  # noqa: B018 - it raises
    assert trace.outcome == "raised"
    assert rows(trace)[-1] == (
        "test_an_exception_goes_on raised ZeroDivisionError('division by zero')"
    )
    assert isinstance(trace.exception, ZeroDivisionError)


def test_a_task_among_others() -> None:
    """The tasks of the loop have lanes; what was there before is not created."""

    async def main() -> Trace:
        waits = asyncio.create_task(nap(1), name="waits")
        bystander = asyncio.create_task(asyncio.sleep(1), name="bystander")
        await asyncio.sleep(0)
        starts = asyncio.create_task(nap(0), name="starts")
        with recording() as trace:
            await asyncio.create_task(nap(2), name="new")
        await asyncio.gather(waits, starts, bystander)
        return trace

    with clock.installed():
        trace = asyncio.run(main())
    assert [(lane.name, lane.kind) for lane in trace.lanes] == [
        ("Task-1", "task"),
        ("new", "task"),
        ("starts", "task"),
        ("waits", "task"),
    ]
    assert rows(trace) == [
        "Task-1 started",
        'Task-1 | await asyncio.create_task(nap(2), name="new")',
        "new created",
        'Task-1 suspended asyncio.create_task(nap(2), name="new")',
        "starts started",
        "starts | await asyncio.sleep(seconds)",
        "starts suspended asyncio.sleep(seconds)",
        "starts woken",
        "new started",
        "new | await asyncio.sleep(seconds)",
        "new suspended asyncio.sleep(seconds)",
        "starts resumed",
        "starts | return seconds",
        "starts returned 0",
        "waits resumed",
        "waits | return seconds",
        "waits returned 1",
        "new woken",
        "new resumed",
        "new | return seconds",
        "new returned 2",
        "Task-1 woken",
        "Task-1 resumed",
        "Task-1 returned",
    ]
    assert trace.duration == 2.0


def test_where_a_task_may_stand() -> None:
    """In what a task calls, awaits or asks for a value."""

    def function() -> Trace:
        with recording() as trace:
            pass
        return trace

    async def coroutine() -> Trace:
        with recording() as trace:
            await nap(1)
        return trace

    async def values() -> AsyncIterator[Trace]:
        with recording() as trace:
            yield trace
            await nap(1)

    async def main() -> list[Trace]:
        found = [trace async for trace in values()]
        return [function(), await coroutine(), *found]

    with clock.installed():
        traces = asyncio.run(main())
    for trace in traces:
        assert [lane.name for lane in trace.lanes] == ["Task-1"]
        assert rows(trace)[0] == "Task-1 started"
        assert rows(trace)[-1] == "Task-1 returned"


def test_a_block_that_ends_elsewhere() -> None:
    """In a callback no lane holds control; the recording ends all the same."""

    async def main() -> Trace:
        block = recording()
        trace = block.__enter__()
        asyncio.get_running_loop().call_soon(block.__exit__, None, None, None)
        await asyncio.sleep(0)
        return trace

    trace = asyncio.run(main())
    assert "Task-1 suspended asyncio.sleep(0)" in rows(trace)


def test_own_loop_and_threads() -> None:
    """A block may run a loop of its own, on the jumping clock; threads have lanes."""
    with recording(clock="virtual") as trace:
        asyncio.run(nap(3600))
        thread = threading.Thread(target=time.sleep, args=(0,), name="worker")
        thread.start()
        thread.join()
    assert round(trace.duration) == 3600
    assert [lane.kind for lane in trace.lanes] == ["caller", "task", "thread"]


def test_a_clock_is_not_changed_while_a_loop_runs() -> None:
    """It would go by two times."""

    async def main() -> None:
        recording(clock="virtual")

    with pytest.raises(RuntimeError, match="is running keeps its clock"):
        asyncio.run(main())


def test_a_fixture() -> None:
    """A generator may hold the block open."""

    @contextlib.contextmanager
    def recorded() -> Iterator[Trace]:
        with recording() as trace:
            yield trace

    def work() -> int:
        return 3

    with recorded() as trace:
        assert work() == 3
    assert "recorded | return 3" in rows(trace)
    assert rows(trace)[-1] == "recorded returned"


def test_a_generator_that_is_going_on() -> None:
    """It is resumed in the block, and has a lane then."""

    def numbers() -> Iterator[int]:
        yield 1
        yield 2

    generator = numbers()
    assert next(generator) == 1
    with recording() as trace:
        assert next(generator) == 2
    assert "numbers yielded 2" in rows(trace)


def test_the_limit() -> None:
    """The recording stops; the program goes on."""
    with recording(limit=2) as trace:
        first = 1
        second = first + 1
    assert second == 2
    assert len(trace.events) == 2
    assert trace.remark == "the recording stops after 2 steps"


def test_modules_and_sessions() -> None:
    """A block at the margin is named after the file, or as Python names the code."""
    source = "with recording() as trace:\n    x = 1\n"
    for filename, name in (__file__, "test_blocks.py"), ("<typed>", "<module>"):
        names: dict[str, object] = {"recording": recording}
        exec(compile(source, filename, "exec"), names)  # noqa: S102 - ours
        trace = names["trace"]
        assert isinstance(trace, Trace)
        assert trace.target == name


def test_without_room_for_a_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    """The block does not begin, and nothing is left of it."""
    stdout = sys.stdout
    handler = signal.getsignal(signal.SIGINT)

    def refuse(_: object) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(making._Interpreter, "begin", refuse)
    with pytest.raises(RuntimeError, match="no room"), recording():
        pass
    assert sys.stdout is stdout
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_trace_function_of_a_frame_comes_back() -> None:
    """On 3.11 one may have been set for the frame, by a debugger."""
    frame = sys._getframe()
    before = frame.f_trace
    with recording():
        pass
    assert frame.f_trace is before


# A loop is running.


def test_record_in_a_running_loop() -> None:
    """The loop waits; the recording is the same as elsewhere."""

    async def job() -> float:
        return await nap(2)

    async def agen() -> AsyncIterator[float]:
        yield await nap(1)

    async def main() -> list[object]:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        found = [record(job), record(agen).result]
        assert asyncio.get_running_loop() is loop
        assert asyncio.current_task() is task
        await asyncio.sleep(0)
        return found

    trace, result = asyncio.run(main())
    assert trace == record(job)
    assert result == [1]


def test_record_in_a_callback() -> None:
    """A loop is running, but no task."""

    async def main() -> Trace:
        made: asyncio.Future[Trace] = asyncio.Future()
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: made.set_result(record(nap, 1)))
        return await made

    assert asyncio.run(main()).result == 1


def test_record_a_script_in_a_running_loop(tmp_path: object) -> None:
    """It may run a loop of its own."""
    script = f"{tmp_path}/script.py"
    with open(script, "w", encoding="utf-8") as file:  # noqa: PTH123 - as text
        file.write("import asyncio\nasyncio.run(asyncio.sleep(1))\n")

    async def main() -> Trace:
        return record_script(script)

    trace = asyncio.run(main())
    assert (trace.outcome, trace.duration) == ("returned", 1.0)


def test_record_a_function_in_a_running_loop() -> None:
    """The task that makes the recording is no part of it."""

    def inner() -> int:
        return sum(number for number in range(2))

    async def main() -> Trace:
        return record(inner)

    assert [lane.kind for lane in asyncio.run(main()).lanes] == ["caller", "generator"]


def test_variables_of_a_module() -> None:
    """Only those that change are shown: a notebook has hundreds."""
    names: dict[str, object] = {"recording": recording, "before": 1}
    source = "with recording() as trace:\n    x = 1\n    x = before\n    y = 2\n"
    exec(compile(source, "<typed>", "exec"), names)  # noqa: S102 - ours
    trace = names["trace"]
    assert isinstance(trace, Trace)
    changes = [event.changes for event in trace.events if event.kind == "line"]
    assert changes == [(), (("x", "1"),), ()]


def test_a_notebook_shows_a_recording() -> None:
    """In a frame, with all that it needs."""
    html = record(nap, 1)._repr_html_()
    assert html.startswith("<iframe title=")
    assert html.endswith("</iframe>")
    assert html.count("<") == 2
    assert "src=" not in html.replace("&quot;", "")


async def fail() -> None:
    """Raise something."""
    raise ValueError("nobody asks")


def test_what_a_block_leaves_behind() -> None:
    """Tasks that it has begun and that go on, and what has failed unheard."""

    async def main() -> Trace:
        other = asyncio.create_task(nap(9))
        with recording() as trace:
            begun = asyncio.create_task(nap(5), name="first")
            failed = asyncio.create_task(fail(), name="second")
            done = asyncio.create_task(nap(1), name="done")
            ended = asyncio.create_task(nap(3), name="cancelled")
            await done
            ended.cancel()
        with contextlib.suppress(ValueError):
            await failed
        begun.cancel()
        other.cancel()
        await asyncio.wait([begun, other, ended])
        return trace

    with clock.installed():
        trace = asyncio.run(main())
    kinds, texts = zip(
        *((each.kind, each.text) for each in trace.findings), strict=True
    )
    assert kinds == ("left over", "unretrieved")
    assert texts[0].startswith("first (nap) is left over: the block ends while it")
    assert texts[1].startswith("second (fail) raises ValueError('nobody asks'), and no")


def test_a_block_that_fails_leaves_what_it_has_begun() -> None:
    """That is no fault of its own."""
    traces = []

    async def main() -> None:
        with recording() as trace:
            traces.append(trace)
            task = asyncio.create_task(nap(5))
            await nap(1)
            task.get_loop().call_soon(task.cancel)
            raise LookupError

    with clock.installed(), pytest.raises(LookupError):
        asyncio.run(main())
    assert traces[0].findings == ()
