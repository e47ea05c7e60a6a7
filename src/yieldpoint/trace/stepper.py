"""A recording as HTML: the figure, a player, and the steps as a table.

The table is the data that the player steps through. Without JavaScript, and on paper,
the figure and the table remain.

Examples:
    >>> from yieldpoint.examples.waiting import in_tasks
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.trace.stepper import to_page
    >>> to_page(record(in_tasks)).splitlines()[0]
    '<!DOCTYPE html>'
"""

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from importlib import resources
from itertools import pairwise
from string import Template

from yieldpoint.trace import figure, report
from yieldpoint.trace.doing import SWITCHES, WORDS, moments
from yieldpoint.trace.model import Event, Recording, Source, Timer
from yieldpoint.trace.text import changes_of, phrase, seconds
from yieldpoint.words import marked, translated

__all__ = [
    "COLUMNS",
    "STATIC",
    "flex",
    "name_of",
    "player_html",
    "run_html",
    "to_html",
    "to_page",
]

_FOLDER = resources.files("yieldpoint.trace")

#: What the columns of the table of steps are called.
COLUMNS = (
    *(marked("Step"), marked("Time"), marked("Lane"), marked("What happens")),
    *(marked("Variables that have changed"), marked("State")),
)

#: Where the style sheets and the script are.
STATIC = _FOLDER / "static"


# Values whose text says what they are, and not what is in them.
_OPAQUE = re.compile(r"<.*[>…]", re.DOTALL)

# What HTML cannot hold: control characters, and halves of characters.
_UNPRINTABLE = {
    code: "�"
    for code in [*range(32), *range(127, 160), *range(0xD800, 0xE000)]
    if chr(code) not in "\t\n"
}


def _plain(source: str) -> list[str]:
    return escape(source, quote=False).split("\n")


def to_html(
    trace: Recording,
    highlight: Callable[[str], list[str]] | None = None,
    scale: float | None = None,
) -> str:
    """Return a recording as a part of a page that has the style sheets and the script.

    Args:
        trace: The recording.
        highlight: Turns Python source into lines of HTML; None leaves it plain.
        scale: How many pixels a second is high in the figure; None takes what fits.

    Returns:
        One element.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.stepper import to_html
        >>> to_html(record(in_tasks)).partition(">")[0]
        '<div class="yp-watch"'
    """
    run = run_html(trace, name_of(trace.target), highlight, scale)
    return (
        f'<div class="yp-watch">\n{player_html([trace])}'
        f'<div class="yp-runs">\n{run}</div>\n</div>\n'
    )


def name_of(target: str) -> str:
    """Return the name that the links to a recording's steps begin with.

    Args:
        target: The name of what was run.

    Returns:
        The name, as a part of an address.

    Examples:
        >>> from yieldpoint.trace.stepper import name_of
        >>> name_of("send_twice") + "-step-11"
        'send-twice-step-11'
    """
    return re.sub(r"[^a-z0-9]+", "-", target.lower()).strip("-") or "run"


def flex(width: int) -> str:
    """Return the style of what takes the room of a recording beside others.

    Args:
        width: How wide the figure is, in pixels.

    Returns:
        A declaration of CSS.

    Examples:
        >>> from yieldpoint.trace.stepper import flex
        >>> flex(400)
        'flex: 400 1 max(18rem, 400px); min-width: 0'
    """
    # What is left is divided alike, so that figures of one scale keep that.
    return f"flex: {width or 1} 1 max(18rem, {width}px); min-width: 0"


def player_html(traces: Sequence[Recording], widths: Sequence[int] = (0,)) -> str:
    """Return the buttons for one recording, or for several that are side by side.

    Args:
        traces: The recordings.
        widths: How wide the figure of each is, in pixels.

    Returns:
        One element. It stands before those of the recordings, and in one with them,
        whose class is ``yp-watch``.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.stepper import player_html
        >>> player_html([record(in_tasks)]).count("<button")
        4
    """
    return _fill(
        "player.html",
        **_labels(
            steps=translated(
                "Steps of {target}",
                target=translated(" and ").join(trace.target for trace in traces),
            ),
            switch=translated("Next switch"),
            line=translated("Next line"),
            back=translated("Back"),
            play=translated("Play"),
            pause=translated("Pause"),
            speed=translated("Speed"),
            step=translated("Step"),
        ),
        count=str(max(1, *(len(trace.events) for trace in traces))),
        now="".join(
            f'<p style="{flex(width)}">{_now(trace)}</p>'
            for trace, width in zip(traces, widths, strict=True)
        ),
    )


def _now(trace: Recording) -> str:
    """Return what is said of the first step."""
    if not trace.events:
        return escape(translated("nothing happened"))
    event = trace.events[0]
    place = [f"1 / {len(trace.events)}", *_time(trace, event)]
    place.append(escape(trace.lanes[event.lane].name, quote=False))
    return f"{' · '.join(place)}: {_what(trace, event)}"


def run_html(
    trace: Recording,
    name: str,
    highlight: Callable[[str], list[str]] | None = None,
    scale: float | None = None,
    width: int = 0,
    longest: int | None = None,
) -> str:
    """Return a recording without the buttons, which it may share with others.

    Args:
        trace: The recording.
        name: What the links to its steps begin with.
        highlight: Turns Python source into lines of HTML; None leaves it plain.
        scale: How many pixels a second is high in the figure; None takes what fits.
        width: How wide the figure is at least, in pixels.
        longest: How many characters a label in the figure may have.

    Returns:
        One element.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.stepper import run_html
        >>> 'id="in-tasks-step-3"' in run_html(record(in_tasks), "in-tasks")
        True
    """
    drawn = figure.draw(trace, scale, width, longest)
    has_queue = trace.timers or any(lane.kind == "task" for lane in trace.lanes)
    return _fill(
        "run.html",
        **_labels(
            figure_of=translated("Figure of {target}", target=trace.target),
            source_of=translated("Source of {target}", target=trace.target),
            steps_of=translated(
                "All {count} steps of {target}",
                count=len(trace.events),
                target=trace.target,
            ),
            all_steps=translated("All {count} steps", count=len(trace.events)),
            output=translated("Output"),
            more=translated("more"),
            lanes_label=translated("Lanes"),
            words="|".join(map(translated, WORDS)),
        ),
        head="".join(
            f'<th scope="col">{escape(translated(title))}</th>' for title in COLUMNS
        ),
        heights=" ".join(map(str, drawn.heights)),
        figure=drawn.svg,
        source="".join(_source(trace, highlight or _plain)),
        strip=_strip(trace) if has_queue else "",
        lanes="".join(_lanes(trace)),
        steps="".join(_steps(trace, name)),
    )


def _fill(template: str, **values: str) -> str:
    """Return one of the templates beside this module, filled in."""
    text = _FOLDER.joinpath(template).read_text("utf-8")
    return Template(text).substitute(values)


def _labels(**texts: str) -> dict[str, str]:
    """Return what stands in attributes and on buttons."""
    return {name: escape(text) for name, text in texts.items()}


def _source(trace: Recording, highlight: Callable[[str], list[str]]) -> Iterator[str]:
    """Yield the lines of the functions that ran, each function at the margin."""
    first = True
    for number, source in enumerate(trace.sources):
        for block in _blocks(source):
            if not first:
                yield "<i>⋮</i>"
            first = False
            text = textwrap.dedent("\n".join(source.lines[line] for line in block))
            for line, html in zip(block, highlight(text), strict=True):
                yield f'<span data-n="{number}:{line}">{html}\n</span>'


def _blocks(source: Source) -> Iterator[list[int]]:
    """Yield the numbers of lines that belong together."""
    block: list[int] = []
    for before, line in pairwise([0, *source.lines]):
        if block and line > before + 1 and not source.lines[line].startswith(" "):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _margins(trace: Recording) -> dict[tuple[int, int], int]:
    """Return how far each line has been moved to the left, by file and line."""
    margins = {}
    for number, source in enumerate(trace.sources):
        for block in _blocks(source):
            text = "\n".join(source.lines[line] for line in block)
            before, after = text.split("\n"), textwrap.dedent(text).split("\n")
            margin = max(len(a) - len(b) for a, b in zip(before, after, strict=True))
            margins.update(dict.fromkeys([(number, line) for line in block], margin))
    return margins


def _lanes(trace: Recording) -> Iterator[str]:
    """Yield an item a lane, as it is after the first event."""
    first = next(moments(trace), None)
    for number, lane in enumerate(trace.lanes):
        # A name may be broken where a word of it ends.
        name = escape(lane.name).replace("_", "_<wbr>")
        function = ""
        if figure.shows_function(lane):
            function = f" <span>{escape(lane.function)}</span>"
        word = first.lanes[number] if first else ""
        state = f'<em data-s="{WORDS.index(word)}">{escape(translated(word))}</em>'
        yield (
            f"<li><b>{name}</b>{function} "
            f"{state}<div></div>"
            "<details hidden><summary></summary><div></div></details></li>\n"
        )


def _strip(trace: Recording) -> str:
    """Return what waits in the event loop after the first event."""
    first = next(moments(trace), None)
    ready = [trace.lanes[lane].name for lane in first.ready] if first else []
    queue = " ".join(f"<code>{escape(name)}</code>" for name in ready)
    title, other = (
        escape(translated(text)) for text in (marked("Ready queue"), marked("Timers"))
    )
    return (
        f'<p class="yp-strip"><b>{title}</b> <span>{queue}</span> '
        f"<b>{other}</b> <span></span></p>\n"
    )


def _steps(trace: Recording, name: str) -> Iterator[str]:
    """Yield a row an event."""
    margins = _margins(trace)
    tells_calls = any(event.call for event in trace.events)
    ready: tuple[int, ...] = ()
    timers: tuple[Timer, ...] = ()
    rows = zip(trace.events, moments(trace), strict=True)
    for number, (event, moment) in enumerate(rows, start=1):
        data = {
            "lane": str(event.lane),
            "line": f"{event.file}:{event.line}",
            "s": "".join(str(WORDS.index(word)) for word in moment.lanes),
        }
        if event.line and (event.call or not tells_calls):
            data["call"] = str(event.call or event.function)
        if event.kind in SWITCHES:
            data["w"] = ""
        if moment.ready != ready:
            ready = moment.ready
            data["r"] = "|".join(trace.lanes[lane].name for lane in ready)
        if moment.timers != timers:
            timers = moment.timers
            data["t"] = "|".join(_timer(trace, timer) for timer in timers)
        data |= _arrival(trace, event, margins)
        attributes = "".join(
            f' data-{key}="{escape(value)}"' if value else f" data-{key}"
            for key, value in data.items()
        )
        yield (
            f'<tr id="{name}-step-{number}"{attributes}><td>{number}</td>'
            f"<td>{''.join(_time(trace, event))}</td>"
            f"<td>{escape(trace.lanes[event.lane].name)}</td>"
            f"<td>{_what(trace, event)}</td><td>{_changes(event)}</td>"
            f"<td>{event.state}</td></tr>\n"
        )


def _time(trace: Recording, event: Event) -> list[str]:
    """Return the time of an event, if the recording has any."""
    return [seconds(event.time)] if trace.duration else []


def _timer(trace: Recording, timer: Timer) -> str:
    """Say who has set a timer, and for when."""
    who = "" if timer.lane is None else trace.lanes[timer.lane].name
    return translated("{who} at {time}", who=who, time=seconds(timer.due)).strip()


def _arrival(
    trace: Recording, event: Event, margins: Mapping[tuple[int, int], int]
) -> dict[str, str]:
    """Return where a value is laid over the source, and the value."""
    if not event.arrives or not event.value:
        return {}
    file, line, start, last, end = event.arrives
    text = trace.sources[file].lines.get(line)
    if text is None:
        return {}
    code = text.encode()
    stop = len(code) if last > line else end
    begins = len(code[:start].decode(errors="replace"))
    width = len(code[start:stop].decode(errors="replace"))
    begins -= margins[file, line]
    return {"at": f"{file}:{line} {begins} {width}", "v": figure.short(event.value)}


def _what(trace: Recording, event: Event) -> str:
    if event.kind == "printed":
        printed = escape(event.value, quote=False).translate(_UNPRINTABLE)
        said = escape(translated("prints {value}", value="|"), quote=False)
        return said.replace("|", f"<samp>{printed}</samp>")
    words = escape(phrase(trace, event), quote=False)
    return f"<code>{words.removeprefix('| ')}</code>" if event.kind == "line" else words


def _changes(event: Event) -> str:
    parts = []
    for name, value in event.changes:
        more = ' data-gone="1"' if value is None else ""
        if value is not None and _OPAQUE.fullmatch(value):
            more = " data-opaque"
        text = escape(changes_of([(name, value)]), quote=False)
        parts.append(f'<code data-name="{escape(name)}"{more}>{text}</code>')
    return " ".join(parts)


def to_page(trace: Recording) -> str:
    """Return a recording as a page of its own, which loads nothing.

    Args:
        trace: The recording.

    Returns:
        An HTML document.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.stepper import to_page
        >>> to_page(record(in_tasks)).count("</html>")
        1
    """
    styles = [_read(name) for name in ("figure.css", "stepper.css")]
    return _fill(
        "page.html",
        language=translated("en"),
        target=escape(trace.target),
        styles="\n".join(styles),
        stepper=report.to_html(trace) + to_html(trace),
        script=_read("stepper.js"),
    )


def _read(name: str) -> str:
    return STATIC.joinpath(name).read_text("utf-8")
