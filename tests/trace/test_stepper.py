"""The page to step through. What it does in a browser is tested in `checks`."""

import contextlib
import io
from html.parser import HTMLParser

from tests.trace import programs
from yieldpoint.trace import Event, Lane, Source, Trace, record
from yieldpoint.trace.stepper import to_html, to_page


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
