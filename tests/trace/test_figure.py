"""What the figures show."""

import contextlib
import io
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest

from tests.trace import programs
from yieldpoint.examples import shared_state, switching, waiting
from yieldpoint.trace import Trace, record
from yieldpoint.trace.figure import (
    alt_text,
    draw,
    order_of_control,
    scale_of,
    short,
    to_svg,
)

SVG = "{http://www.w3.org/2000/svg}"


def run(program: Callable[..., Any], *args: object) -> Trace:
    """Record a program, and keep what it prints to ourselves."""
    with contextlib.redirect_stdout(io.StringIO()):
        return record(program, *args)


def texts(svg: str) -> list[str]:
    """Return the texts of a figure."""
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own


def bars(svg: str, style: str) -> list[dict[str, str]]:
    """Return the attributes of the bars of a style."""
    rectangles = ET.fromstring(svg).iter(f"{SVG}rect")  # noqa: S314 - our own
    return [each.attrib for each in rectangles if each.get("class") == style]


PROGRAMS = [
    *(programs.send_and_finish, programs.throw_then_close, programs.close_silently),
    *(programs.drive_delegate, programs.sum_of_ticks, programs.cancel_a_nap),
    *(programs.catch_a_cancellation, programs.hand_over, programs.wait_for_lock),
    *(programs.in_a_thread, programs.in_own_thread, programs.drive_coroutine),
    *(programs.two_loops, programs.fails, programs.prints_in_parts),
    *(waiting.one_after_another, waiting.in_tasks, waiting.blocking_in_tasks),
    *(waiting.in_threads, switching.late_timer, programs.leave_waiting),
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_figure_is_sound(program: Callable[[], Any]) -> None:
    """Well-formed, with a text for those who do not see it; nothing outside of it."""
    trace = run(program)
    figure = draw(trace)
    root = ET.fromstring(figure.svg)  # noqa: S314 - our own
    width, height = int(root.attrib["width"]), int(root.attrib["height"])
    assert root.attrib["aria-label"] == alt_text(trace)
    for rectangle in root.iter(f"{SVG}rect"):
        x, y, w, h = (
            int(rectangle.attrib[key]) for key in ("x", "y", "width", "height")
        )
        assert 0 <= x <= x + w <= width
        assert 0 <= y < y + h <= height
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.attrib["x"]) <= width
    assert figure.heights == sorted(figure.heights)
    assert len(figure.heights) == len(trace.events)
    for lane in trace.lanes:
        assert lane.name in texts(figure.svg)


def test_one_lane_runs_at_a_time() -> None:
    """Where there is one thread: who has called another does not run meanwhile."""
    for program in (programs.drive_delegate, programs.two_loops, waiting.in_tasks):
        spans = sorted(
            (int(bar["y"]), int(bar["y"]) + int(bar["height"]))
            for bar in bars(draw(run(program)).svg, "runs")[:-1]  # less the legend's
        )
        ends = [end for _, end in spans]
        assert all(
            end <= start for end, (start, _) in zip(ends, spans[1:], strict=False)
        )


def test_waiting_is_as_high_as_it_is_long() -> None:
    """Two seconds are drawn twice as high as one."""
    one, two = bars(draw(run(waiting.one_after_another)).svg, "waits")[:2]
    assert int(two["height"]) == 2 * int(one["height"])


def test_what_is_written() -> None:
    """Values that go in and out, what is waited for, what blocks, what is printed."""
    assert {"next", "send 22", "yield 22", "return 'done'"} <= set(
        texts(to_svg(run(programs.send_and_finish)))
    )
    assert {"throw KeyError('lost')", "close", "» cleaned up"} <= set(
        texts(to_svg(run(programs.throw_then_close)))
    )
    assert {"0 s", "1 s", "3 s", "await sleep(1)", "await sleep(2)"} <= set(
        texts(to_svg(run(waiting.one_after_another)))
    )
    assert "time.sleep(delay)" in texts(to_svg(run(waiting.blocking_in_tasks)))
    lock = run(shared_state.count, shared_state.Counter.add_with_lock, 2)
    assert {"await self.lock", "is ready"} <= set(texts(to_svg(lock)))
    assert "throw CancelledError" in texts(to_svg(run(programs.cancel_a_nap)))
    assert "raise IndexError(…)" in texts(to_svg(run(programs.fails)))


def test_long_pauses_do_not_grow_without_end() -> None:
    """A day is not drawn a thousand times as high as a minute."""

    async def day() -> None:
        await programs.nap(60)
        await programs.nap(86400)

    root = ET.fromstring(draw(run(day)).svg)  # noqa: S314 - our own
    assert int(root.attrib["height"]) < 500


def test_order_of_control() -> None:
    """Lanes, and the times in between."""
    assert order_of_control(run(waiting.blocking_in_tasks)) == [
        *("Task-1", "Task-2", "1 s", "Task-3", "3 s", "Task-1"),
    ]


def test_alt_text_of_a_long_run() -> None:
    """It ends somewhere."""
    names = [f"lane {number}" for number in range(20)]
    text = alt_text(run(programs.drive_delegate))
    assert text.startswith("A run of drive_delegate. Lanes: drive_delegate, delegate,")

    async def long() -> None:
        for _ in names * 3:
            await programs.nap(1)

    assert alt_text(run(long)).endswith("and so on.")


def test_labels_are_short() -> None:
    """A call keeps its name; other texts their beginning."""
    assert short("gather(one(), two(), three())") == "gather(…)"
    assert (
        short("a text that is longer than a label may be") == "a text that is longer t…"
    )
    assert len(short("x" * 99 + "(y)")) == 24


def test_a_figure_of_real_time() -> None:
    """A task may be woken at one time and run at another."""
    trace = record(programs.nap, 0.01, clock="real")
    assert draw(trace).heights == sorted(draw(trace).heights)


def test_one_scale_for_several_figures() -> None:
    """So that they can be laid side by side."""

    async def fraction() -> None:
        await programs.nap(0.5)

    long, brief = run(waiting.one_after_another), run(fraction)
    scale = scale_of([long, brief])
    assert int(bars(draw(brief, scale).svg, "waits")[0]["height"]) * 2 == int(
        bars(draw(long, scale).svg, "waits")[0]["height"]
    )
