"""What the figures show."""

import contextlib
import io
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest

from tests.trace import programs
from yieldpoint.examples import going_through, shared_state, switching, waiting
from yieldpoint.trace import Event, Lane, Trace, record
from yieldpoint.trace.doing import moments
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


def test_an_asynchronous_generator_waits_while_it_awaits() -> None:
    """Its lane says so, as the stepper's list of lanes does."""
    trace = run(going_through.handle_in_turn, 1)
    figure = draw(trace)
    (lane,) = (n for n, each in enumerate(trace.lanes) if each.name == "rows")
    names = ET.fromstring(figure.svg).iter(f"{SVG}text")  # noqa: S314 - our own
    (x,) = (each.attrib["x"] for each in names if each.text == "rows")
    awaits, resumes = (
        next(n for n, e in enumerate(trace.events) if (e.lane, e.kind) == (lane, kind))
        for kind in ("suspended", "resumed")
    )
    waits = [bar for bar in bars(figure.svg, "waits") if bar["x"] == x]
    assert list(moments(trace))[awaits].lanes[lane] == "waits"
    assert any(
        figure.heights[awaits] <= int(bar["y"])
        and int(bar["y"]) + int(bar["height"]) >= figure.heights[resumes] - 4
        for bar in waits
    )


def test_what_stands_below_a_wide_figure_needs_no_scrolling() -> None:
    """The legend and the remarks: at 360 pixels they are a fifth smaller, and fit."""
    figure = draw(run(going_through.handle_side_by_side, 3))
    assert figure.width > 600
    root = ET.fromstring(figure.svg)  # noqa: S314 - our own
    below = [
        each
        for each in root.iter(f"{SVG}text")
        if float(each.attrib["y"]) > float(root.attrib["data-end"]) + 20
    ]
    assert len(below) > 5
    for each in below:
        assert float(each.attrib["x"]) + 6.65 * len(each.text or "") <= 410


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


def test_the_axis_is_to_scale_or_cut() -> None:
    """Time has a line as long as it takes, and one that is cut says so."""

    async def naps() -> None:
        await programs.nap(1)
        await programs.nap(3)
        await programs.nap(60)

    svg = draw(run(naps)).svg
    lines = [int(bar["height"]) for bar in bars(svg, "axis")][:-1]  # less the legend's
    assert lines[1] == 3 * lines[0]
    assert lines[2] < 60 * lines[0]
    assert svg.count('class="cut"') == len(["the axis", "the legend"])
    assert {"time, to scale", "cut short"} <= set(texts(svg))
    assert 'class="cut"' not in draw(run(waiting.one_after_another)).svg


def test_who_is_woken_to_be_cancelled() -> None:
    """The arrow says so; one that wakes for another reason says nothing."""
    svg = draw(run(programs.cancel_a_nap)).svg
    assert "cancel" in texts(svg)
    assert "cancel" not in texts(draw(run(programs.wait_for_lock)).svg)
    # Woken, and never run again: it is not known what for.
    events = (
        Event("started", 0, 0.0),
        Event("woken", 1, 0.0, other=0),
    )
    lanes = (Lane("A", "task", ""), Lane("B", "task", ""))
    trace = Trace("x", lanes, events, (), "returned", "None")
    assert "cancel" not in texts(draw(trace).svg)


def test_each_part_belongs_to_its_step() -> None:
    """Labels and arrows carry the number of the event that they stand for."""
    trace = run(programs.send_and_finish)
    root = ET.fromstring(draw(trace).svg)  # noqa: S314 - our own
    labels = {
        element.text: trace.events[int(element.attrib["data-s"])]
        for element in root.iter(f"{SVG}text")
        if "data-s" in element.attrib
    }
    assert labels["send 22"].kind == "resumed"
    assert labels["yield 22"].kind == "yielded"
    assert labels["return 'done'"].kind == "returned"


def test_the_label_of_an_arrow_stands_between_bars() -> None:
    """Also where the arrow goes past another lane."""
    for program in (programs.drive_delegate, programs.two_loops):
        trace = run(program)
        root = ET.fromstring(draw(trace).svg)  # noqa: S314 - our own
        columns = [
            int(name.attrib["x"])
            for name in root.iter(f"{SVG}text")
            if name.get("class") == "name"
        ]
        for text in root.iter(f"{SVG}text"):
            if text.get("text-anchor") == "middle":
                half = len(text.text or "") * 6.65 / 2
                x = float(text.attrib["x"])
                assert not any(
                    x - half < bar + 12 and bar < x + half for bar in columns
                )


def test_order_of_control() -> None:
    """Lanes, and the times in between."""
    assert order_of_control(run(waiting.blocking_in_tasks)) == [
        *("Task-1", "A", "1 s", "B", "3 s", "Task-1"),
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
    assert short('await Server().fetch("news", 1)') == "await Server().fetch(…)"
    assert short("raise ValueError('no :) in here')") == "raise ValueError(…)"
    assert short("raise ValueError('it isn't ( closed')") == "raise ValueError(…)"
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
