"""The page to step through. What it does in a browser is tested in `checks`."""

import contextlib
import io
from html.parser import HTMLParser

from tests.trace import programs
from yieldpoint.examples import sending, waiting
from yieldpoint.trace import Event, Lane, Source, Timer, Trace, record
from yieldpoint.trace.stepper import (
    flex,
    name_of,
    player_html,
    run_html,
    to_html,
    to_page,
)


class Tags(HTMLParser):
    """The elements of a page, in order, each with its attributes."""

    def __init__(self, html: str) -> None:
        """Read the page."""
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))


def recorded() -> Trace:
    """Return a recording of a small program."""
    with contextlib.redirect_stdout(io.StringIO()):
        return record(programs.throw_then_close)


def test_the_table_has_a_row_an_event() -> None:
    """Each row says which lane and which line."""
    trace = recorded()
    rows = [attrs for tag, attrs in Tags(to_html(trace)).found if "data-lane" in attrs]
    assert [(row["data-lane"], row["data-line"]) for row in rows] == [
        (str(event.lane), f"{event.file}:{event.line}") for event in trace.events
    ]


def test_every_line_that_runs_is_in_the_source() -> None:
    """So that it can be marked."""
    trace = recorded()
    lines = {attrs.get("data-n") for _, attrs in Tags(to_html(trace)).found}
    assert {f"{e.file}:{e.line}" for e in trace.events if e.kind == "line"} <= lines


def test_the_source_may_be_coloured() -> None:
    """A function turns source into lines of HTML."""
    html = to_html(
        recorded(), lambda source: [f"<b>{n}</b>" for n in source.split("\n")]
    )
    assert "<b>    generator = catching()</b>" in html


def test_what_a_program_says_is_no_html() -> None:
    """Names, values and output are escaped."""
    lane = Lane("<i>", "caller", "<i>")
    events = (
        Event("line", 0, 0.0, "<i>", 1, changes=(("x", "'<i>'"), ("y", None))),
        Event("printed", 0, 0.0, "<i>", 1, value="<i>\n"),
        Event("returned", 0, 0.0, "<i>", 1, value="'<i>'"),
    )
    source = Source("<i>", {1: "print('<i>')"})
    sources = (source, Source("no lines", {}))
    trace = Trace("<i>", (lane,), events, sources, "returned", "'<i>'")
    plain = to_html(trace).replace("<i>⋮</i>", "")
    assert "<i>" not in plain
    assert "<title><i>" not in to_page(trace)
    assert 'data-gone="1"' in plain


def test_a_page_loads_nothing() -> None:
    """It is one file."""
    for tag, attrs in Tags(to_page(recorded())).found:
        assert tag not in {"img", "iframe"}
        assert "src" not in attrs
        assert attrs.get("href", "data:,") == "data:,"  # no icon to look for


def rows(html: str) -> list[dict[str, str | None]]:
    """Return the attributes of the rows of steps."""
    return [attrs for tag, attrs in Tags(html).found if "data-lane" in attrs]


def test_a_value_is_laid_over_the_source() -> None:
    """At the column where its expression begins on the page, as wide as that is."""
    found = {
        int(str(row["id"]).rpartition("-")[2]): (row["data-at"], row["data-v"])
        for row in rows(to_html(record(sending.send_twice)))
        if "data-at" in row
    }
    assert found[11][0] == f"0:29 {len('        received = ')} {len('yield total')}"
    assert found[15][0] == f"0:70 {len('    second = ')} {len('total.send(4)')}"
    assert (found[11][1], found[15][1]) == ("4", "4")


def example(event: Event, *timers: Timer) -> Trace:
    """Return a recording of one event."""
    source = Source("file.py", {3: "    é = yield (", 4: "        1)"})
    lanes = (Lane("<a>", "generator", "a"),)
    return Trace("a", lanes, (event,), (source,), "returned", "None", timers=timers)


def test_an_expression_of_several_lines() -> None:
    """The value lies over its first line; columns are characters, not bytes."""
    event = Event("resumed", 0, 0.0, "a", 3, value="4", arrives=(0, 3, 9, 4, 10))
    (row,) = rows(to_html(example(event)))
    assert row["data-at"] == "0:3 4 7"


def test_an_expression_that_is_not_shown() -> None:
    """Nothing can lie over it; nor is anything laid over one that becomes None."""
    hidden = Event("resumed", 0, 0.0, "a", 3, value="4", arrives=(0, 9, 9, 9, 10))
    nothing = Event("resumed", 0, 0.0, "a", 3, arrives=(0, 3, 9, 3, 10))
    for event in (hidden, nothing):
        (row,) = rows(to_html(example(event)))
        assert "data-at" not in row


def test_timers_may_have_nobody() -> None:
    """Or somebody; then it is said who has set them."""
    event = Event("started", 0, 0.0, "a", 3)
    for lane, text in ((None, "at 2 s"), (0, "<a> at 2 s")):
        (row,) = rows(to_html(example(event, Timer(lane, 2.0, 0))))
        assert row["data-t"] == text


def test_the_calls_of_a_recording_from_before_are_not_known() -> None:
    """Then a function has one set of variables."""
    (row,) = rows(to_html(example(Event("line", 0, 0.0, "a", 3))))
    assert row["data-call"] == "a"
    (row,) = rows(to_html(example(Event("line", 0, 0.0, "a", 3, call=7))))
    assert row["data-call"] == "7"


def test_what_says_nothing_is_folded() -> None:
    """A value whose text is only its name in brackets."""
    values = {"a": "<Loop ready=…", "b": "<Task>", "c": "[<Task>]", "d": "1", "e": None}
    event = Event("line", 0, 0.0, "a", 3, changes=tuple(values.items()))
    found = Tags(to_html(example(event))).found
    opaque = [attrs["data-name"] for _, attrs in found if "data-opaque" in attrs]
    assert opaque == ["a", "b"]


def test_several_runs_have_one_player() -> None:
    """It says the first step of each, and stands before them."""
    traces = [record(waiting.one_after_another), record(waiting.in_tasks)]
    html = player_html(traces, [300, 400])
    assert html.count("<p style") == 2
    assert html.count('type="range"') == 1
    assert f'max="{len(traces[1].events)}"' in html
    assert flex(400) in html
    assert "Steps of one_after_another and in_tasks" in html


def test_a_recording_of_nothing() -> None:
    """It can be shown all the same."""
    nothing = Trace("<lambda>", (), (), (), "returned", "None")
    assert "nothing happened" in to_html(nothing)
    tasks = Trace("x", (Lane("a", "task", "a"),), (), (), "returned", "None")
    assert "Ready queue" in to_html(tasks)
    assert name_of("<lambda>") == "lambda"
    assert name_of("<>") == "run"


def test_links_to_steps_have_a_target() -> None:
    """Each row has its own."""
    trace = record(waiting.in_tasks)
    html = run_html(trace, "one")
    assert [row["id"] for row in rows(html)] == [
        f"one-step-{number}" for number in range(1, len(trace.events) + 1)
    ]
