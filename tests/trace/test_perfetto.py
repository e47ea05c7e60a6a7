"""A recording in the Trace Event Format."""

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.trace import programs
from yieldpoint.examples import taking_turns, waiting
from yieldpoint.trace import Event, Lane, Source, Trace, record
from yieldpoint.trace.cli import main
from yieldpoint.trace.perfetto import to_perfetto

Json = dict[str, Any]


def parsed(trace: Trace) -> list[Json]:
    """Return the events, once it is clear that a viewer can make sense of them."""
    events: list[Json] = json.loads(to_perfetto(trace))["traceEvents"]
    threads = {event["tid"] for event in events if event["ph"] == "M"}
    last: dict[int, float] = defaultdict(float)
    depth: dict[int, int] = defaultdict(int)
    arrows: dict[int, Json] = {}
    for event in events:
        thread, phase = event["tid"], event["ph"]
        assert event["pid"] == 1
        assert thread in threads
        if phase == "M":
            continue
        assert event["ts"] >= last[thread]
        last[thread] = event["ts"]
        if phase == "B":
            depth[thread] += 1
            assert event["name"]
        elif phase == "E":
            depth[thread] -= 1
        elif phase == "s":
            assert depth[thread] == 1
            assert event["id"] not in arrows
            arrows[event["id"]] = event
        elif phase == "f":
            assert depth[thread] == 1
            assert event["bp"] == "e"
            begun = arrows[event["id"]]
            assert begun["ph"] == "s"
            assert event["ts"] >= begun["ts"]
            # A viewer matches by all three.
            assert (event["name"], event["cat"]) == (begun["name"], begun["cat"])
            arrows[event["id"]] = event  # it has ended, and ends once
        else:
            assert (phase, event["s"]) == ("i", "t")
        assert depth[thread] in {0, 1}
    assert not any(depth.values())
    return events


def test_two_tasks() -> None:
    """Lanes are threads, waiting takes its time, and arrows lead to who is woken."""
    events = parsed(record(waiting.in_tasks))
    named = [each for each in events if each.get("name") == "thread_name"]
    names = [each["args"]["name"] for each in named]
    assert names == ["Task-1", "A", "B"]
    slices: list[tuple[int, str, float, float]] = []
    opened: dict[int, Json] = {}
    for event in events:
        if event["ph"] == "B":
            opened[event["tid"]] = event
        elif event["ph"] == "E":
            begun = opened.pop(event["tid"])
            took = event["ts"] - begun["ts"]
            slices.append((event["tid"], begun["name"], begun["ts"], took))
    assert [each for each in slices if each[3]] == [
        (2, "waits for sleep(1)", 0.0, 1e6),
        (3, "waits for sleep(2)", 0.0, 2e6),
        (1, "waits for asyncio.TaskGroup()", 0.0, 2e6),
    ]


@pytest.mark.parametrize(
    "program",
    [
        waiting.one_after_another,
        taking_turns.switch_by_hand,
        programs.send_and_finish,
        programs.cancel_a_nap,
        programs.counting,
        programs.nap,
    ],
)
def test_many_programs(program: Callable[..., Any]) -> None:
    """A viewer can make sense of each."""
    trace = record(program, 1) if program is programs.nap else record(program)
    assert len(parsed(trace)) > len(trace.events)


def test_what_seldom_happens() -> None:
    """Woken while it runs; woken by one that has never run; never ended."""
    lanes = (Lane("a", "task", "f"), Lane("b", "task", ""), Lane("c", "thread", "g"))
    events = (
        Event("line", 0, 0.0),
        Event("woken", 0, 0.5, other=0),
        Event("woken", 0, 0.5, other=0),
        Event("created", 1, 1.0, other=2),
        Event("started", 1, 1.5),
        Event("suspended", 0, 2.0),
        Event("resumed", 0, 2.5),
    )
    shown = parsed(Trace("x", lanes, events, (Source("x.py", {}),), "returned", ""))
    kinds = [
        (each["tid"], each["ph"], each.get("name", ""))
        for each in shown
        if each["ph"] not in "Mi"
    ]
    assert kinds == [
        (1, "B", "f"),
        (1, "s", "wakes"),
        (2, "B", "not started"),
        (2, "E", ""),
        (2, "B", "b"),
        (1, "E", ""),
        (1, "B", "waits"),
        (1, "E", ""),
        (1, "B", "f"),
        (1, "f", "wakes"),
        (1, "E", ""),
        (2, "E", ""),
    ]


def test_the_command_writes_it(tmp_path: Path) -> None:
    """Of two endings the longer one counts."""
    output = tmp_path / "run.perfetto.json"
    assert main(["-o", str(output), "yieldpoint.examples.waiting:in_tasks"]) == 0
    document = json.loads(output.read_text("utf-8"))
    assert document["otherData"] == {"target": "in_tasks", "remark": ""}
