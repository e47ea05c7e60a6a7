"""What each lane does after each event, and what waits in the event loop."""

import asyncio
import contextlib
import io
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from tests.trace import programs
from yieldpoint.examples import shared_state, switching, waiting
from yieldpoint.trace import Event, Lane, Trace, record
from yieldpoint.trace.doing import WORDS, moments

#: What a lane may be doing, by the end of its state's name.
MEANINGS = {
    "CREATED": {"not started"},
    "RUNNING": {"runs", "has called"},
    "SUSPENDED": {"waits", "is ready"},
    "CLOSED": {"has ended"},
}

PROGRAMS = [
    *(programs.send_and_finish, programs.throw_then_close, programs.close_silently),
    *(programs.drive_delegate, programs.sum_of_ticks, programs.cancel_a_nap),
    *(programs.catch_a_cancellation, programs.hand_over, programs.wait_for_lock),
    *(programs.in_a_thread, programs.in_own_thread, programs.drive_coroutine),
    *(programs.two_loops, programs.fails, programs.prints_in_parts),
    *(waiting.one_after_another, waiting.in_tasks, waiting.blocking_in_tasks),
    *(waiting.in_threads, switching.late_timer, programs.leave_waiting),
]


def run(program: Callable[..., Any], *args: object) -> Trace:
    """Record a program, and keep what it prints to ourselves."""
    with contextlib.redirect_stdout(io.StringIO()):
        return record(program, *args)


@pytest.mark.parametrize("program", PROGRAMS)
def test_words_and_states_agree(program: Callable[[], Any]) -> None:
    """Each lane's word is one that its state allows; one runs at a time in a thread."""
    trace = run(program)
    states: dict[int, str] = {}
    for event, moment in zip(trace.events, moments(trace), strict=True):
        states[event.lane] = event.state
        for lane, state in states.items():
            assert moment.lanes[lane] in MEANINGS[state.rpartition("_")[2]]
        assert set(moment.lanes) <= set(WORDS)
        running = [
            lane
            for lane, word in zip(trace.lanes, moment.lanes, strict=True)
            if word == "runs" and lane.kind != "thread"
        ]
        assert len(running) <= 1


def test_the_queue_is_first_in_first_out() -> None:
    """Tasks are in it from when they are made, or woken, until they run."""
    trace = run(shared_state.count, shared_state.Counter.add_across_await, 2)
    names = [
        " ".join(trace.lanes[lane].name for lane in moment.ready)
        for moment in moments(trace)
    ]
    kept = [name for name, _ in itertools.groupby(names)]
    assert kept[:4] == ["Task-1", "", "adder 1", "adder 1 adder 2"]
    assert "adder 2 adder 1" in kept  # each has given way once
    assert kept[-1] == ""


def test_timers() -> None:
    """They are there until they are called or cancelled, first the one that is due."""

    async def cancel_one() -> None:
        loop = asyncio.get_running_loop()
        late = loop.call_later(5, print)
        loop.call_later(1, int)
        await asyncio.sleep(2)
        late.cancel()
        late.cancel()
        await asyncio.sleep(1)

    trace = run(cancel_one)
    shown = [tuple(timer.due for timer in moment.timers) for moment in moments(trace)]
    assert [due for due, _ in itertools.groupby(shown)] == [
        *((), (5,), (1, 5), (1, 2, 5), (5,), (), (3,), ()),
    ]
    assert [timer.due for timer in trace.timers] == [5, 1, 2, 3]
    assert all(timer.gone is not None for timer in trace.timers)
    assert {trace.lanes[timer.lane or 0].name for timer in trace.timers} == {"Task-1"}


def test_a_timer_that_never_fires() -> None:
    """It is still there at the end, and after JSON."""

    async def leave_one() -> None:
        asyncio.get_running_loop().call_later(60, print)

    trace = run(leave_one)
    assert [timer.gone for timer in trace.timers] == [None]
    again = Trace.from_json(trace.to_json())
    assert again == trace
    assert [timer.due for timer in list(moments(again))[-1].timers] == [60]


def test_a_recording_from_before_has_no_timers() -> None:
    """And can be read all the same."""
    trace = run(waiting.in_tasks)
    text = trace.to_json()
    head, _, rest = text.partition(' "timers": [')
    old = head + rest[rest.index(' "events"') :]
    assert '"timers"' not in old
    assert Trace.from_json(old).timers == ()
    assert Trace.from_json(old).events == trace.events


def test_timers_behind_the_limit_are_not_recorded() -> None:
    """As nothing else is."""
    trace = record(waiting.one_after_another, limit=5)
    assert [timer.due for timer in trace.timers] == [1.0]


def test_nothing_happened() -> None:
    """There is no moment without an event."""
    assert list(moments(Trace("nothing", (), (), (), "returned", "None"))) == []


def example(*events: tuple[str, int]) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Return what two tasks do, and who is ready, after each of these events."""
    lanes = (Lane("A", "task", "a"), Lane("B", "task", "b"))
    listed = tuple(Event(kind, lane, 0.0) for kind, lane in events)
    trace = Trace("example", lanes, listed, (), "returned", "None")
    return [(moment.lanes, moment.ready) for moment in moments(trace)]


def test_a_task_may_be_woken_while_it_runs() -> None:
    """It is in the queue, and ready once it waits."""
    shown = example(("created", 0), ("started", 0), ("woken", 0), ("suspended", 0))
    assert shown[2:] == [(("runs", ""), (0,)), (("is ready", ""), (0,))]


def test_a_task_may_end_in_the_queue() -> None:
    """Its loop need not tell more of it."""
    assert example(("created", 0), ("created", 1), ("cancelled", 0))[1:] == [
        (("not started", "not started"), (0, 1)),
        (("has ended", "not started"), (1,)),
    ]
