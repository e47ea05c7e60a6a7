"""The ``{recording}`` directive: an example is run, recorded, and shown.

.. code-block:: markdown

   ```{recording} taking_turns.take_turns(pause=True)
   ```

runs `yieldpoint.examples.taking_turns.take_turns` while the site is built, and shows
the run as a figure with a stepper. Names are looked up as those of ``{example}``.
Several calls, a line each, are shown side by side
where there is room, and one player steps through all of them at the same time:

.. code-block:: markdown

   ```{recording}
   waiting.one_after_another
   waiting.in_tasks
   ```

A sentence links to a step by what happens in it, as the table of the steps says it:

.. code-block:: markdown

   The value arrives at {step}`in_tasks: Task-2 started`.

Functions of other modules are recorded as well if they are named:

.. code-block:: markdown

   ```{recording} whole_loop.two_tasks
   :also: yieldpoint.loop.EventLoop.run_one_turn
   ```

An option ``:class:`` gives the recordings a class of yours, for a style sheet. With
``yp-plays`` they play by themselves when the page is opened, once, unless the reader
prefers that nothing moves; then all of it is shown.

Examples:
    >>> from yieldpoint.sphinxext.recording import parse_call
    >>> call = "taking_turns.take_turns(pause=True)"
    >>> parse_call(call, "yieldpoint.examples").kwargs
    {'pause': True}
"""

import ast
import contextlib
import io
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, NamedTuple

from docutils import nodes
from docutils.parsers.rst import directives
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.logging import getLogger
from sphinx.util.typing import OptionSpec
from sphinx.writers.html5 import HTML5Translator

import yieldpoint.trace
from yieldpoint.sphinxext import loaded
from yieldpoint.sphinxext.behind import files_behind, files_used
from yieldpoint.sphinxext.elsewhere import Drawing, WebOnly, is_web, table
from yieldpoint.sphinxext.limits import TimeIsUp, at_most
from yieldpoint.sphinxext.naming import found, full_name, resolved
from yieldpoint.sphinxext.source import link_to, note_shown
from yieldpoint.sphinxext.surroundings import (
    going_on,
    patient_clock,
    put_back,
    usual_signals,
)
from yieldpoint.sphinxext.whole import write_whole
from yieldpoint.trace import Event, Trace, figure, record, report, stepper
from yieldpoint.trace.text import changes_of, phrase, seconds, to_text
from yieldpoint.words import spoken, translated

__all__ = ["Call", "Recorded", "RecordingDirective", "StepRole", "parse_call"]

_LOGGER = getLogger(__name__)
_CLASS = "recording"
_LIMIT = 1_000
# Pixels: what Furo has for recordings beside one another, what stands between them,
# and how narrow one may get.
_ROOM, _GAP, _NARROWEST = 816, 24, 288
# How many characters a label may have where the usual number leaves no room.
_SHORTER = (20, 16)
_STATIC = Path(__file__).parent / "static"
_STYLES = ["figure.css", "stepper.css", "recordings.css"]
_LEXER = PythonLexer(stripnl=False, ensurenl=False)
_FORMATTER = HtmlFormatter(nowrap=True)


@dataclass(frozen=True)
class Call:
    """A call of an example.

    Attributes:
        name: The example's full name.
        function: The example.
        args: The positional arguments.
        kwargs: The keyword arguments.

    Examples:
        >>> from yieldpoint.sphinxext.recording import parse_call
        >>> parse_call("yieldpoint.examples.waiting.in_tasks").name
        'yieldpoint.examples.waiting.in_tasks'
    """

    name: str
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def record(
        self,
        also: Iterable[Callable[..., Any]] = (),
        printed: io.StringIO | None = None,
    ) -> Trace:
        """Run the example and record it; what it prints stays in the recording.

        Args:
            also: Functions of other modules that are recorded as well.
            printed: What takes what the example prints.

        Returns:
            The recording.

        Raises:
            ValueError: The example did not come to its end, or cannot be called so.

        Examples:
            >>> from yieldpoint.sphinxext.recording import parse_call
            >>> parse_call("yieldpoint.examples.waiting.in_tasks").record().duration
            2.0
        """
        try:
            with contextlib.redirect_stdout(printed or io.StringIO()):
                trace = record(
                    self.function,
                    *self.args,
                    functions=also,
                    limit=_LIMIT,
                    **self.kwargs,
                )
        except TypeError as error:
            raise ValueError(str(error)) from None
        if trace.outcome != "returned":
            raise ValueError(f"it {trace.outcome} {trace.value}")
        if len(trace.events) == _LIMIT:
            raise ValueError(trace.remark)
        return trace


def parse_call(text: str, package: str = "") -> Call:
    """Find the example that a call names, and the call's arguments.

    Args:
        text: The name of a function, or a call of it. Arguments are literals, or names
            out of the function's module.
        package: Where the name is looked up.

    Returns:
        The call.

    Raises:
        ValueError: It is no such call, or no example has that name.

    Examples:
        >>> from yieldpoint.sphinxext.recording import parse_call
        >>> text = "shared_state.count(Counter.add_with_lock, tasks=2)"
        >>> call = parse_call(text, "yieldpoint.examples")
        >>> call.args[0].__name__, call.kwargs
        ('add_with_lock', {'tasks': 2})
        >>> parse_call("yieldpoint.examples.waiting.nothing")
        Traceback (most recent call last):
          ...
        ValueError: no example is named 'yieldpoint.examples.waiting.nothing': module...
    """
    try:
        expression = ast.parse(text, mode="eval").body
    except SyntaxError:
        raise ValueError(f"{text!r} is no call") from None
    call = (
        expression if isinstance(expression, ast.Call) else ast.Call(expression, [], [])
    )
    name = full_name(ast.unparse(call.func), package)
    try:
        function = resolved(name)
    except (AttributeError, ImportError, ValueError) as error:
        raise ValueError(f"no example is named {name!r}: {error}") from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a module may raise anything
        raise ValueError(f"the module of {name!r} raises {error!r}") from None
    module = _module_of(name)
    return Call(
        name,
        function,
        tuple(_argument(argument, module) for argument in call.args),
        {
            keyword.arg or "": _argument(keyword.value, module)
            for keyword in call.keywords
        },
    )


def _module_of(name: str) -> ModuleType:
    """Return the module of an object that has been found, which may be a method."""
    while name not in sys.modules:
        name = name.rpartition(".")[0]
    return sys.modules[name]


def _argument(expression: ast.expr, module: ModuleType) -> Any:  # noqa: ANN401 - any value
    """Return an argument's value."""
    text = ast.unparse(expression)
    try:
        if isinstance(expression, ast.Name | ast.Attribute):
            return pkgutil.resolve_name(f"{module.__name__}:{text}")
        return ast.literal_eval(expression)
    except (AttributeError, TypeError, ValueError):
        raise ValueError(f"{text} is no literal and no name of the module") from None


def _shown(value: object) -> str:
    """Return what the interactive Python shows of a value, any address left open."""
    try:
        shown = "" if value is None else f"{value!r}\n"
    except Exception as error:  # noqa: BLE001 - a repr may raise anything
        raise ValueError(f"what it returns cannot be shown: {error!r}") from None
    return re.sub("0x[0-9a-f]+", "0x...", shown)


def _highlight(source: str) -> list[str]:
    """Return Python source as lines of HTML, coloured as on the rest of the page."""
    html: str = highlight(source, _LEXER, _FORMATTER)
    return html.rstrip("\n").split("\n")


class Recorded(Drawing):
    """A recorded run: a stepper for browsers; elsewhere a picture and a table.

    Examples:
        >>> from yieldpoint.sphinxext.recording import Recorded
        >>> shown = Recorded(steps=[("1", "0 s", "Task-1", "| x = 1", "x = 1", "RUNS")])
        >>> shown.elsewhere([])[0].astext().split()[-3:]
        ['=', '1', 'RUNS']
    """

    def elsewhere(self, picture: Sequence[nodes.Node]) -> list[nodes.Node]:
        """Return the picture and the steps as a table, to which sentences may link.

        :meta private:
        """
        rows = [
            [nodes.paragraph("", "", _text_or_code(cell)) for cell in step]
            for step in self["steps"]
        ]
        for number, row in enumerate(rows, start=1):
            row[0]["ids"] = [f"{self.get('name', 'run')}-step-{number}"]
        return [*picture, table(list(map(translated, stepper.COLUMNS)), rows)]


def _step(trace: Trace, number: int, event: Event) -> tuple[str, ...]:
    """Return a row of the table of steps, as the stepper has it."""
    return (
        str(number),
        seconds(event.time) if trace.duration else "",
        trace.lanes[event.lane].name,
        phrase(trace, event),
        changes_of(event.changes),
        event.state,
    )


def _named(trace: Trace) -> list[str]:
    """Return how the pages name the steps: in English, whatever is shown."""
    with spoken({}):
        return [
            f"{trace.lanes[event.lane].name} {phrase(trace, event)}"
            for event in trace.events
        ]


def _text_or_code(cell: str) -> nodes.Node:
    """Return what stands in a cell: code stands behind a line."""
    code = cell.removeprefix("| ")
    return nodes.Text(cell) if code == cell else nodes.literal(code, code)


class _Html(WebOnly):
    """The buttons, or an element's beginning or end; elsewhere there is nothing."""


def _visit_html(self: HTML5Translator, node: _Html) -> None:
    self.body.append(node["html"])
    raise nodes.SkipNode


class StepRole(SphinxRole):
    """A link to a step of a recording on the same page.

    Its text is the function's name, a colon, and what the table of the steps says of
    the step, the lane first; the first such step is meant. Where the page shows a
    function twice, the second one's name ends with ``-2``.

    Examples:
        >>> from yieldpoint.sphinxext.recording import StepRole
        >>> StepRole().run.__name__
        'run'
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return what is resolved once the whole page has been read.

        :meta private:
        """
        pending = _Step(self.text, name=self.text)
        self.set_source_info(pending)
        return [pending], []


class _Step(nodes.Inline, nodes.TextElement):
    """A step that a sentence names."""


class _FindSteps(SphinxTransform):
    """Turns the steps that sentences name into links."""

    default_priority = 500

    def apply(self, **_: object) -> None:
        recorded = {
            part["recorded"][0]: part["english"]
            for part in self.document.findall(nodes.container)
            if "recorded" in part
        }
        for node in list(self.document.findall(_Step)):
            function, _colon, wanted = node["name"].partition(": ")
            name = stepper.name_of(function)
            for number, words in enumerate(recorded.get(name, ()), start=1):
                if words == wanted:
                    address = f"#{name}-step-{number}"
                    text = translated("step {step}", step=number)
                    node.replace_self(nodes.reference("", text, refuri=address))
                    break
            else:
                _LOGGER.error(
                    "no recording has the step %r", node["name"], location=node
                )
                node.replace_self(nodes.Text(wanted))
                self.env.note_reread()  # so that the next build says it again


class _Beside(NamedTuple):
    """How recordings stand side by side.

    Attributes:
        rooms: How wide each is, in pixels.
        widths: How wide its figure is, before the page makes all smaller alike.
        longest: How many characters a label may have; None for what is usual.
    """

    rooms: list[int]
    widths: list[int]
    longest: int | None = None


def _side_by_side(traces: Sequence[Trace], scale: float) -> _Beside:
    """Find the largest figures for which there is room, with the longest labels."""
    for longest in (None, *_SHORTER):
        widths = [figure.draw(trace, scale, 0, longest).width for trace in traces]
        for percent in range(100, figure.SMALLEST - 1, -5):
            rooms = [max(_NARROWEST, width * percent // 100) for width in widths]
            if sum(rooms) + _GAP * (len(rooms) - 1) <= _ROOM:
                if percent < 100:
                    widths = [room * 100 // percent for room in rooms]
                return _Beside(rooms, widths, longest)
    # There is none: each gets a row of its own.
    return _Beside([_ROOM] * len(traces), [0] * len(traces))


class RecordingDirective(SphinxDirective):
    """Record examples while the site is built, and show the runs.

    An example that cannot be recorded fails the build with its name.

    Examples:
        >>> from yieldpoint.sphinxext.recording import RecordingDirective
        >>> RecordingDirective.has_content
        True
    """

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[OptionSpec] = {
        "also": directives.unchanged_required,
        "class": directives.class_option,
    }

    def run(self) -> list[nodes.Node]:
        """Return the recordings, each with a caption.

        :meta private:
        """
        calls = [line for line in [*self.arguments, *self.content] if line.strip()]
        if not calls:
            raise self.error("a recording wants the name of an example")
        recorded = [(text, *self._record(text)) for text in calls]
        parts = [self._part(*each) for each in recorded]
        if not self.config.recordings_drawn:
            return [*parts]
        traces = [trace for _, _, trace, _ in recorded]
        scale = figure.scale_of(traces)
        beside = _side_by_side(traces, scale)
        player = stepper.player_html(traces, beside.rooms)
        classes = [_CLASS, "yp-watch", *self.options.get("class", ())]
        shown = nodes.container("", _Html(html=player), classes=classes)
        self.set_source_info(shown)
        runs = nodes.container(classes=["yp-runs"])
        shown += runs
        for part, trace, room, width in zip(
            parts, traces, beside.rooms, beside.widths, strict=True
        ):
            runs += _Html(html=f'<div style="{stepper.flex(room)}">')
            alt, name = figure.alt_text(trace), part["recorded"][0]
            drawing = Recorded(
                html=self._findings(trace, name)
                + stepper.run_html(
                    trace, name, _highlight, scale, width, beside.longest
                ),
                svg=trace.to_svg(),
                alt=alt,
                words=alt,
                text=to_text(trace),
                name=name,
                steps=[_step(trace, *each) for each in enumerate(trace.events, 1)],
            )
            part.append(drawing)
            runs += [part, _Html(html="</div>")]
        return [shown]

    def _part(
        self, text: str, call: Call, trace: Trace, printed: str
    ) -> nodes.container:
        """Return a recording with its caption, not drawn yet."""
        part = nodes.container(classes=["run"])
        note_shown(self, part, call.name, as_source=False)
        name = self._name(call)
        part["recorded"] = (name, call.name, text, printed)
        part["english"] = _named(trace)
        part += self._caption(text, call, trace)
        return part

    def _name(self, call: Call) -> str:
        """Return what links to the steps begin with: no other recording has it."""
        name = stepper.name_of(call.name.rpartition(".")[2])
        self.env.temp_data.setdefault("recorded", [])
        known = self.env.temp_data["recorded"]
        known.append(name)
        count = known.count(name)
        return f"{name}-{count}" if count > 1 else name

    def _record(self, text: str) -> tuple[Call, Trace, str]:
        """Record what a line of the directive names; return what it shows, too."""
        printed = io.StringIO()
        names = self.options.get("also", "").split()
        limit = self.config.executed_within
        try:
            with going_on(), at_most(limit):
                call = parse_call(text, self.config.example_package)
            also = [found(name, limit) for name in names]
            with usual_signals(), patient_clock(limit), at_most(limit), put_back():
                trace = call.record(also, printed)
                result = _shown(trace.result)
        except (ValueError, TimeIsUp) as error:
            self.env.note_reread()  # what is missing may come
            raise self.error(f"cannot record {text}: {error}") from None
        self._note_dependencies(call, dict(zip(names, also, strict=True)))
        return call, trace, printed.getvalue() + result

    def _findings(self, trace: Trace, steps: str) -> str:
        """Say what was found, with links to the pages that explain it.

        Another project's site has not got them: there they are only named.
        """

        def address(page: str) -> str:
            name, _, place = page.partition("#")
            builder = self.env._app.builder  # noqa: SLF001 - as in sphinxext.builder
            return f"{builder.get_relative_uri(self.env.docname, name)}#{place}"

        pages = {finding.page.partition("#")[0] for finding in trace.findings}
        is_here = pages <= self.env.found_docs
        return report.to_html(trace, address if is_here else None, steps=steps)

    def _note_dependencies(
        self, call: Call, also: Mapping[str, Callable[..., Any]]
    ) -> None:
        """Let the page be built again if the example or the recorder changes."""
        for name, function in {call.name: call.function, **also}.items():
            for path in [*files_behind(name, function), *files_used(function)]:
                self.env.note_dependency(path)
        self.env.note_dependency(str(_recorder_file(self.env.doctreedir)))

    def _caption(self, text: str, call: Call, trace: Trace) -> nodes.Node:
        """Say what ran, and for how long; the name leads to the reference."""
        function, opening, arguments = text.partition("(")
        label = function.rpartition(".")[2] + (opening + arguments or "()")
        link = link_to(call.name, label, self.env.docname)
        ran = translated(" as it ran")
        if trace.duration:
            ran = translated(" as it ran, {time}", time=seconds(trace.duration))
        caption = nodes.paragraph("", "", classes=["recording-caption"])
        caption += [link, nodes.Text(ran)]
        return caption


def _recorder_file(doctrees: str | os.PathLike[str]) -> Path:
    return Path(doctrees, "recorder")


def _note_recorder(app: Sphinx) -> None:
    """Write down by which recorder the pages are made, if it is another one.

    Pages with recordings depend on that file. They could name all that the recorder
    consists of, but then each build would ask for the dates of a hundred files, once
    for each of these pages.
    """
    folder = Path(yieldpoint.trace.__file__).parent
    digest = loaded.digest(sorted([*folder.rglob("*.py"), *folder.rglob("*.html")]))
    file = _recorder_file(app.doctreedir)
    if not file.exists() or file.read_text(encoding="utf-8") != digest:
        write_whole(file, digest)


def _add_files(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Load the style sheets and the script on the pages that have a recording."""
    del pagename, templatename, context
    if doctree is None or not is_web(app.builder):
        return
    if any(
        _CLASS in container["classes"] for container in doctree.findall(nodes.container)
    ):
        for name in app.config.recording_styles:
            app.add_css_file(name)
        app.add_js_file("stepper.js", loading_method="defer")


def _add_static_paths(app: Sphinx, config: Config) -> None:
    """Copy the style sheets and the script into the site."""
    del app
    config.html_static_path += [str(stepper.STATIC), str(_STATIC)]


def setup(app: Sphinx) -> None:
    """Add the directive and its files."""
    app.add_directive("recording", RecordingDirective)
    app.add_role("step", StepRole())
    app.add_transform(_FindSteps)
    app.add_node(_Html, html=(_visit_html, None))
    app.add_config_value("recordings_drawn", True, "env", types=frozenset({bool}))  # noqa: FBT003 - its default
    app.add_config_value(
        "recording_styles", _STYLES, "html", types=frozenset({list, tuple})
    )
    app.connect("config-inited", _add_static_paths)
    app.connect("builder-inited", _note_recorder)
    app.connect("html-page-context", _add_files)
