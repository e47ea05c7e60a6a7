"""Columns that lanes share, and lanes that are folded."""

import asyncio
import contextlib
import io
import itertools
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest

from tests.trace import large_programs, programs
from yieldpoint.examples import waiting
from yieldpoint.trace import Event, Lane, Trace, record
from yieldpoint.trace.figure import Arrow, alt_text, draw, lay_out, lives, plan

SVG = "{http://www.w3.org/2000/svg}"

MANY = [getattr(large_programs, name) for name in large_programs.__all__]


def run(program: Callable[..., Any], *args: object) -> Trace:
    """Record a program, and keep what it prints to ourselves."""
    with contextlib.redirect_stdout(io.StringIO()):
        return record(program, *args)


def names(trace: Trace) -> list[list[str]]:
    """Return what is in each column, from the top to the bottom."""
    planned = plan(trace)
    return [
        [planned.lanes[number].name for number in column] for column in planned.columns
    ]


@pytest.mark.parametrize(
    "program", [waiting.in_tasks, programs.drive_delegate, programs.in_a_thread]
)
def test_few_lanes_have_a_column_each(program: Callable[[], Any]) -> None:
    """A small figure shows all names at its head."""
    trace = run(program)
    assert names(trace) == [[lane.name] for lane in trace.lanes]


@pytest.mark.parametrize("program", MANY)
def test_who_shares_a_column_never_meets(program: Callable[[], Any]) -> None:
    """One life is over before the next begins; each lane has its place."""
    trace = run(program)
    planned, life_of = plan(trace), lives(trace)
    assert sorted({*planned.shown}) == sorted(itertools.chain(*planned.columns))
    for column in planned.columns:
        spans = []
        for number in column:
            those = [
                life_of[lane]
                for lane, shown in enumerate(planned.shown)
                if shown == number
            ]
            spans.append((min(x.first for x in those), max(x.last for x in those)))
        assert all(end < start for (_, end), (start, _) in itertools.pairwise(spans))


def test_a_life_lasts_from_the_first_event_to_the_end() -> None:
    """Who does not end lives on."""
    trace = run(waiting.in_tasks)
    first, *others = lives(trace)
    assert (first.first, first.last) == (0, len(trace.events) - 1)
    assert [trace.events[life.last].kind for life in others] == ["returned", "woken"]
    stopped = record(waiting.in_tasks, limit=8)
    assert {life.last for life in lives(stopped)} == {8}


def test_lives_that_do_not_overlap() -> None:
    """Names stand below one another, those of one function together."""
    inner = [f"part-{number}" for number in range(1, 7)]
    assert names(run(large_programs.in_turn)) == [["in_turn"], ["genexpr"], inner]
    assert names(run(large_programs.batches)) == [
        ["Task-1"],
        *([f"Task-{n}" for n in range(first, 11, 3)] for first in (2, 3, 4)),
    ]


def test_many_alike() -> None:
    """They are one, which says how many they are."""
    sign = "\N{MULTIPLICATION SIGN}"
    assert names(run(large_programs.workers)) == [["Task-1"], [f"worker {sign} 20"]]
    # Who is not in the way stays as it is.
    assert names(run(large_programs.many_of_each)) == [
        *(["Task-1"], ["Task-2"], ["Task-3"], ["Task-4"], ["Task-5"]),
        [f"worker {sign} 9"],
    ]


def test_a_recursion() -> None:
    """It is one lane with its depth; two, one after the other, share a column."""
    depth = "countdown, depth 9"
    assert names(run(large_programs.deep)) == [["deep"], [depth, depth]]
    fold = plan(run(large_programs.deep)).folds[0]
    assert [*fold.depths.values()] == [*range(1, 10)]
    assert names(run(large_programs.tree, 2)) == [
        *(["tree"], ["leaves-1"], ["leaves-2", "leaves-5"]),
        ["leaves-3", "leaves-4", "leaves-6", "leaves-7"],
    ]
    assert names(run(large_programs.tree, 4)) == [["tree"], ["leaves, depth 5"]]


@pytest.mark.parametrize("program", MANY)
@pytest.mark.parametrize("apart", [False, True])
def test_a_layout_is_sound(program: Callable[[], Any], *, apart: bool) -> None:
    """Bars of one style follow one another, within the width, and cover each lane."""
    trace = run(program)
    planned = plan(trace)
    layout = lay_out(trace, planned, 100.0, apart=apart)
    assert layout.heights == sorted(layout.heights)
    for bars in layout.bars:
        ends: dict[str, int] = {}
        for style, top, bottom, left, right in bars:
            assert layout.head <= ends.get(style, 0) or style not in ends
            assert ends.get(style, 0) <= top < bottom <= layout.end
            assert 0 <= left < right <= 1000
            ends[style] = bottom
    if apart:
        texts = [m for m in layout.marks if m.text and not isinstance(m, Arrow)]
        heights = sorted(text.y for text in texts)
        assert all(b - a >= 10 for a, b in itertools.pairwise(heights))


def test_the_bar_of_many() -> None:
    """It is divided among those that wait, are ready, and have not started."""
    trace = run(large_programs.workers)
    layout = lay_out(trace, plan(trace), 100.0)
    bars = layout.bars[-1]
    width = 875 // 20
    widest = {
        style: max(right - left for s, _, _, left, right in bars if s == style)
        for style in ("ready", "waits", "created", "runs")
    }
    assert widest["created"] == widest["waits"] == 875
    assert width <= widest["ready"] < 875
    assert widest["runs"] == 125


def test_the_bar_of_a_recursion() -> None:
    """It is as wide as the recursion is deep; who runs is at its depth."""
    trace = run(large_programs.deep)
    layout = lay_out(trace, plan(trace), 100.0)
    bars = layout.bars[len(trace.lanes)]
    depths = [right for style, _, _, _, right in bars if style == "runs"]
    assert depths[:9] == [1000 * depth // 9 for depth in range(1, 10)]
    assert {left for style, _, _, left, _ in bars if style == "calls"} == {0}


@pytest.mark.parametrize("program", MANY)
def test_a_figure_of_many_is_sound(program: Callable[[], Any]) -> None:
    """Well-formed, nothing outside of it, all names of columns there, and narrow."""
    trace = run(program)
    figure = draw(trace)
    root = ET.fromstring(figure.svg)  # noqa: S314 - our own
    width, height = int(root.attrib["width"]), int(root.attrib["height"])
    assert width <= 1200
    for rectangle in root.iter(f"{SVG}rect"):
        x, y, w, h = (
            int(rectangle.attrib[key]) for key in ("x", "y", "width", "height")
        )
        assert 0 <= x < x + w <= width
        assert 0 <= y < y + h <= height
    texts = [element.text for element in root.iter(f"{SVG}text")]
    for column in names(trace):
        assert {*column} <= {*texts}
    # The stepper finds each lane by its name.
    written = [e for e in root.iter(f"{SVG}text") if e.get("class") == "name"]
    planned = plan(trace)
    at = {planned.column_of[n]: int(written[n].attrib["x"]) for n in planned.column_of}
    for lane, shown in enumerate(planned.shown):
        assert int(written[lane].attrib["x"]) == at[planned.column_of[shown]]


def test_who_says_what_in_a_fold() -> None:
    """A text says whose it is; what happens within a fold is no arrow."""
    svg = draw(run(large_programs.workers)).svg
    assert "Task-2: await sleep(…)" in svg
    assert draw(run(large_programs.tree, 4)).svg.count("depth 4: yield 1<") == 16


def test_names_below_have_room() -> None:
    """No bar of the lane before reaches the name of the next."""
    trace = run(large_programs.in_turn)
    planned = plan(trace)
    layout = lay_out(trace, planned, 1.0)
    assert [planned.lanes[name.lane].name for name in layout.names] == [
        f"part-{number}" for number in range(2, 7)
    ]
    for before, name in zip(planned.columns[2], layout.names, strict=False):
        assert layout.bars[before][-1][2] + 12 <= name.y
        assert name.y < layout.bars[name.lane][0][1]


def test_a_task_that_is_created_when_a_generator_has_ended() -> None:
    """Its creator has control again, although none of its lines has run since."""

    async def gather_all() -> None:
        await asyncio.gather(*(large_programs.job(n) for n in range(2)))

    trace = run(gather_all)
    layout = lay_out(trace, plan(trace), 100.0)
    created = [mark for mark in layout.marks if mark.style == "create"]
    names = [trace.lanes[mark.end].name for mark in created if isinstance(mark, Arrow)]
    assert names == ["genexpr", "Task-2", "Task-3"]


def test_who_is_woken_by_somebody_that_is_left_out() -> None:
    """No arrow comes from who does not hold control."""
    lanes = tuple(Lane(name, "task", name) for name in "abc")
    events = (
        *(Event("started", 0, 0.0), Event("suspended", 0, 0.0)),
        *(Event("woken", 0, 0.0, other=2), Event("created", 1, 0.0, other=2)),
    )
    trace = Trace("a part", lanes, events, (), "returned", "")
    layout = lay_out(trace, plan(trace), 1.0)
    assert not [mark for mark in layout.marks if isinstance(mark, Arrow)]


def test_the_text_of_many_ends() -> None:
    """Forty names are enough."""
    assert "Task-39 (worker), and so on. Who" in alt_text(
        run(large_programs.workers, 60)
    ).replace("Task-40 (worker)", "").replace(", ,", ",")
