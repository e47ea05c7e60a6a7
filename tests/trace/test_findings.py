"""What a recording finds by itself."""

import asyncio
import contextlib
import gc
import io
import json
import linecache
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.trace import faults, sound
from tests.trace.faults import PROGRAMS
from yieldpoint.examples import sleeping
from yieldpoint.trace import Finding, Trace, record
from yieldpoint.trace._findings import find
from yieldpoint.trace._findings.view import PAGES
from yieldpoint.trace.figure import alt_text
from yieldpoint.trace.report import place_of, to_html


def recorded(program: Any, **options: Any) -> Trace:  # noqa: ANN401 - as record has it
    """Record a program, whose output nobody wants to see."""
    with contextlib.redirect_stdout(io.StringIO()):
        return record(program, **options)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("kind", "program"), PROGRAMS, ids=lambda each: getattr(each, "__name__", each)
)
def test_it_is_found(kind: str, program: Any) -> None:  # noqa: ANN401 - a function
    """The fault is found, and nothing else, with its line, its lane and its step."""
    trace = recorded(program)
    kinds = [finding.kind for finding in trace.findings]
    assert set(kinds) == {kind}, [finding.text for finding in trace.findings]
    for finding in trace.findings:
        line = linecache.getline(faults.__file__, finding.line)
        if kind != "stopped" and program is not faults.retries:
            assert line.rstrip().endswith("# found"), (line, finding)
        assert trace.lanes[finding.lane].name in finding.text
        assert 0 < finding.step <= len(trace.events)


@pytest.mark.parametrize("program", sound.PROGRAMS, ids=lambda each: each.__name__)
def test_no_false_alarm(program: Any) -> None:  # noqa: ANN401 - a function
    """Where there is nothing to be found, nothing is."""
    trace = recorded(program)
    assert trace.outcome == "returned"
    assert [finding.text for finding in trace.findings] == []


DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("kind", "page"), PAGES.items())
def test_its_page_explains_it(kind: str, page: str) -> None:
    """Each kind has a page of the site, and a place on it, and at least five tests."""
    name, _, place = page.partition("#")
    assert f"({place})=" in DOCS.joinpath(f"{name}.md").read_text("utf-8").splitlines()
    assert [each for each, _ in PROGRAMS].count(kind) >= 5


def test_each_kind_is_told_apart() -> None:
    """What is documented is what there is."""
    text = " ".join((Finding.__doc__ or "").partition("text:")[0].split())
    documented = re.findall(r'"([a-z ]+)"', text)
    assert documented == list(PAGES)


def test_json_there_and_back() -> None:
    """The findings are a part of the data; an older recording has none."""
    trace = recorded(faults.a_counter)
    assert Trace.from_json(trace.to_json()) == trace
    document = json.loads(trace.to_json())
    del document["findings"]
    assert Trace.from_json(json.dumps(document)).findings == ()


def test_it_is_said_everywhere() -> None:
    """In the text, the figure, the page, and to those who do not see the figure."""
    trace = recorded(faults.a_counter)
    (finding,) = trace.findings
    text = finding.text.replace("a_counter.<locals>.", "")
    first, second, third = str(trace).splitlines()[:3]
    assert first == f"! {text}"
    assert second.startswith(f"  line {finding.line}, step {finding.step}, explained")
    assert third == ""
    svg = re.sub(r"</text>\s*<text[^>]*>", " ", trace.to_svg())
    assert f"! {text}" in svg
    assert ">!</text>" in trace.to_svg()
    assert f"Found: {text}." in alt_text(trace)
    page = trace.to_html()
    assert page.index('<ul class="yp-findings"') < page.index('<div class="yp-watch"')
    assert page.count(f"<li>{text}") == 1


def test_the_file_is_named_where_there_are_several() -> None:
    """A line number says little if it is not known of which file."""
    trace = recorded(block_by_example, files=[sleeping.__file__])
    (finding,) = trace.findings
    assert place_of(trace, finding).startswith("sleeping.py, line ")


async def block_by_example() -> None:
    """Let a function of another file block."""
    await sleeping.block(1)


def test_nothing_is_found_in_nothing() -> None:
    """A recording without findings says nothing of them."""
    trace = recorded(sound.ticks)
    assert trace.findings == ()
    assert to_html(trace) == ""
    assert not str(trace).startswith("!")


async def two_kinds() -> None:
    """Block, and forget."""
    time.sleep(1)
    asyncio.create_task(faults.late())  # noqa: RUF006 - that is the fault


def test_several_are_in_the_order_of_the_steps() -> None:
    """Of several kinds."""
    kinds = [finding.kind for finding in recorded(two_kinds).findings]
    assert kinds == ["blocked", "left over"]


def test_what_happens_again_is_found_once() -> None:
    """With the number of times."""
    (finding,) = recorded(faults.sleeps_in_a_coroutine).findings
    assert finding.text.endswith("(the first of 2 times)")


# Real time.


async def waits_for_real() -> None:
    """Block for longer than is slow."""
    await asyncio.sleep(0)
    time.sleep(0.15)


def test_on_the_real_clock() -> None:
    """A line that takes long is found, whatever it does."""
    trace = recorded(waits_for_real, clock="real")
    assert "blocked" in [finding.kind for finding in trace.findings]
    assert any("time.sleep(0.15)" in finding.text for finding in trace.findings)


def test_a_very_short_sleep() -> None:
    """Where the clock jumps, any time is a call that waits."""

    async def nap() -> None:
        time.sleep(0.001)

    (finding,) = recorded(nap).findings
    assert finding.text == (
        "Task-1 (nap) blocks the event loop for 0.001 s: time.sleep(0.001)"
    )


# The end of a recording.


@pytest.mark.parametrize("limit", range(1, 30))
def test_a_limit_anywhere(limit: int) -> None:
    """Wherever a recording stops, it is said who waits, if somebody does."""
    trace = recorded(sound.a_sentinel_ends_the_worker, limit=limit)
    assert {finding.kind for finding in trace.findings} <= {"stopped"}
    waits = "waits for" in "".join(finding.text for finding in trace.findings)
    assert waits == bool(trace.findings)


def test_an_empty_recording() -> None:
    """Where nothing has happened, nothing is found."""
    trace = Trace("", (), (), (), "returned", "None")
    assert find(trace, [], ()) == ()


def test_a_place_without_a_line() -> None:
    """A finding may be about code that has no line here."""
    finding = Finding("blocked", "something", 0, 0, 0, 1, "")
    assert place_of(recorded(sound.ticks), finding) == "step 1"


def test_how_each_stands() -> None:
    """Ready, not started, at a yield, in a line: as it was at Ctrl-C."""
    (finding,) = recorded(faults.leaves_others_as_they_stand).findings
    assert finding.text == (
        "stopped by Ctrl-C: Task-1 (leaves_others_as_they_stand) is in line "
        f"{finding.line}; numbers is at its yield in line {finding.line - 12}; "
        "Task-2 (beside) is ready; Task-3 (beside) has not started"
    )


async def waits_too_late() -> None:
    """Await a task that has asked for the lock before."""
    lock = asyncio.Lock()
    await lock.acquire()

    async def child() -> None:
        async with lock:
            pass

    task = asyncio.create_task(child())
    await asyncio.sleep(1)
    faults.press_ctrl_c()
    await task


def test_a_circle_that_is_seen_at_the_end() -> None:
    """Nobody has asked for a lock last: it is seen when the program is stopped."""
    deadlock, stopped = recorded(waits_too_late).findings
    assert deadlock.kind == "deadlock"
    assert "Task-1 (waits_too_late) waits for Task-2 (child) in line" in deadlock.text
    assert stopped.text == (
        "stopped by Ctrl-C: Task-1 (waits_too_late) waits for task, so for Task-2 "
        "(child); Task-2 (child) waits for lock, which Task-1 (waits_too_late) has"
    )


async def asks_and_does_not_await() -> None:
    """An async generator has been asked, but nothing of it has run."""

    async def rows() -> AsyncIterator[int]:
        yield 1

    numbers: Any = rows()
    numbers.__anext__()
    del numbers
    await asyncio.sleep(1)


@pytest.mark.filterwarnings("ignore")
def test_a_generator_that_has_not_begun_is_not_open() -> None:
    """Though the loop has heard of it."""
    assert recorded(asks_and_does_not_await).findings == ()


async def hides_what_it_calls() -> None:
    """Call a coroutine function by a name that is made up."""
    getattr(faults, "sa" + "ve")("x")


@pytest.mark.filterwarnings("ignore")
def test_no_line_is_guessed() -> None:
    """A coroutine that no line names may be somebody else's, from before."""
    assert recorded(hides_what_it_calls).findings == ()


async def locks_out_the_library() -> None:
    """Await a task in which nothing but asyncio's own code asks for a lock."""
    lock = asyncio.Lock()
    async with lock:
        faults.press_ctrl_c()
        await asyncio.create_task(lock.acquire())


def test_who_waits_without_a_line() -> None:
    """A deadlock says a line only of who has one."""
    deadlock, stopped = recorded(locks_out_the_library).findings
    assert (deadlock.kind, stopped.kind) == ("deadlock", "stopped")
    assert re.sub(r"line \d+", "line N", deadlock.text) == (
        "nothing can go on: Task-1 (locks_out_the_library) waits for Task-2 (acquire) "
        "in line N: await asyncio.create_task(lock.acquire()); "
        "Task-2 (acquire) waits for Task-1 (locks_out_the_library)"
    )


@pytest.mark.filterwarnings("ignore")
def test_nobody_has_to_ask_for_the_end_of_the_program() -> None:
    """A task that exits is not one whose exception nobody has retrieved."""

    async def exits() -> None:
        raise SystemExit(3)

    async def main() -> None:
        task = asyncio.create_task(exits())
        await asyncio.sleep(1)
        await task

    def program() -> None:
        with contextlib.suppress(SystemExit):
            asyncio.run(main())
        gc.collect()

    assert recorded(program).findings == ()
