"""The ``{recording}`` directive."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import ANY_MODULE, CONF, Build
from yieldpoint.clock import _timeline
from yieldpoint.sphinxext import recording
from yieldpoint.sphinxext.recording import parse_call
from yieldpoint.trace import stepper

INDEX = """\
# Title

```{{recording}} {call}
```

```{{eval-rst}}
.. py:function:: yieldpoint.examples.waiting.in_tasks()

.. py:function:: yieldpoint.examples.taking_turns.take_turns()
```
"""


def test_a_recording(build: Callable[..., Build]) -> None:
    """A figure, a player and a table, under a caption that leads to the example."""
    built = build({"index.md": INDEX.format(call="waiting.in_tasks")})
    assert built.messages == ""
    html = built.html("index")
    assert 'href="#yieldpoint.examples.waiting.in_tasks"' in html
    assert "in_tasks()" in html
    assert "as it ran, 2 s" in html
    for part in ('class="yp-figure"', 'class="yp-player"', 'class="yp-steps"'):
        assert html.count(part) == 1


def test_a_machine_that_stands_still_is_not_recorded(
    build: Callable[..., Build], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two builds are equal, however long one of them had to wait for the machine."""
    monkeypatch.setattr(_timeline, "PATIENCE", 0)
    built = build({"index.md": INDEX.format(call="waiting.in_tasks")})
    assert "as it ran, 2 s" in built.html("index")


@on_one_python
def test_several_calls(build: Callable[..., Build]) -> None:
    """Stand side by side."""
    call = "\nwaiting.in_tasks\n\ntaking_turns.take_turns(pause=False)"
    html = build({"index.md": INDEX.format(call=call)}).html("index")
    assert html.count('class="yp-figure"') == 2
    assert "take_turns(pause=False)" in html


@on_one_python
def test_several_calls_share_what_steps(build: Callable[..., Build]) -> None:
    """One player; the names of the steps are told apart; a class is passed on."""
    call = "\n:class: mine\nwaiting.in_tasks\nwaiting.in_tasks"
    html = build({"index.md": INDEX.format(call=call)}).html("index")
    assert html.count('class="yp-player"') == 1
    assert 'id="in-tasks-step-1"' in html
    assert 'id="in-tasks-2-step-1"' in html
    assert re.search('class="[^"]*recording yp-watch mine', html)


@on_one_python
def test_figures_without_room_side_by_side(build: Callable[..., Build]) -> None:
    """Each gets a row of its own."""
    call = 6 * "\nthree_pages.in_tasks"
    html = build({"index.md": INDEX.format(call=call)}, "-D", "nitpicky=0").html(
        "index"
    )
    rooms = re.findall(r'<div style="flex: \d+ 1 max\(18rem, (\d+)px\)', html)
    assert rooms == 6 * ["816"]


@on_one_python
def test_figures_side_by_side_have_one_scale(build: Callable[..., Build]) -> None:
    """Where there is no room for all, all get smaller alike, and none is cut off."""
    small = "\nwaiting.one_after_another\nstates.states_of_one_life"
    large = "\ntaking_turns.take_turns(pause=True)\nwaiting.in_tasks"
    larger = "\nthree_pages.one_by_one\nthree_pages.in_tasks"
    scales = []
    for call in (small, large, larger):
        pages = {"index.md": INDEX.format(call=call)}
        html = build(pages, "-D", "nitpicky=0").html("index")
        figures = re.findall(r'<svg class="yp-figure"[^>]* width="(\d+)"', html)
        rooms = re.findall(r'<div style="flex: \d+ 1 max\(18rem, (\d+)px\)', html)
        assert sum(map(int, rooms)) <= 792
        scales.append([int(r) / int(f) for r, f in zip(rooms, figures, strict=True)])
    assert min(scales[0]) >= 1
    for first, second in scales[1:]:
        assert 0.8 <= first < 1
        assert first == pytest.approx(second, rel=0.01)


STEPS = INDEX.format(call="waiting.in_tasks") + "\nAt {step}`STEP`, see.\n"


@on_one_python
def test_a_sentence_links_to_a_step(build: Callable[..., Build]) -> None:
    """Its number is counted, not written."""
    page = STEPS.replace("STEP", "in_tasks: A started")
    built = build({"index.md": page})
    assert built.messages == ""
    link = re.search(r'href="#in-tasks-step-(\d+)">step (\d+)<', built.html("index"))
    assert link
    assert link[1] == link[2]
    row = re.search(rf'<tr id="in-tasks-step-{link[1]}".*', built.html("index"))
    assert row
    assert "<td>A</td><td>started</td>" in row[0]


@pytest.mark.parametrize("step", ["A started", "A bursts"])
def test_what_is_not_drawn(build: Callable[..., Build], step: str) -> None:
    """It is recorded: its program prints the same, and a sentence finds its steps."""
    page = {"index.md": STEPS.replace("STEP", f"in_tasks: {step}")}
    built = build(page, "-D", "recordings_drawn=0", builder="doctest")
    said = (built.output / "output.txt").read_text(encoding="utf-8")
    assert "1 programs, 0 failures" in said
    assert ("no recording has the step" in built.messages) == (step == "A bursts")


@on_one_python
def test_another_recorder_records_anew(
    tmp_path: Path,
    build: Callable[..., Build],
    build_strictly: Callable[..., Build],
) -> None:
    """Pages with recordings are read again, and no others; and not by the same one."""

    def read_at() -> dict[str, int]:
        doctrees = (tmp_path / "doctrees").glob("*.doctree")
        return {path.stem: path.stat().st_mtime_ns for path in doctrees}

    recording = INDEX.format(call="waiting.in_tasks")
    toctree = "\n```{toctree}\nother\n```\n"
    build({"index.md": recording + toctree, "other.md": "# Other\n"})
    first = read_at()
    build_strictly(tmp_path / "docs")
    assert read_at() == first
    (tmp_path / "doctrees" / "recorder").write_text("another one", encoding="utf-8")
    build_strictly(tmp_path / "docs")
    then = read_at()
    assert [page for page in first if then[page] > first[page]] == ["index"]


@on_one_python
@pytest.mark.parametrize("step", ["in_tasks: A bursts", "nothing: A started", "A"])
def test_a_step_that_does_not_exist(build: Callable[..., Build], step: str) -> None:
    """It breaks the build, which says where."""
    broken = build({"index.md": STEPS.replace("STEP", step)})
    assert broken.status != 0
    assert f"no recording has the step {step!r}" in broken.messages
    assert "index.md:1" in broken.messages


@on_one_python
def test_what_is_found_is_said(build: Callable[..., Build]) -> None:
    """With a link to the page that explains it, and one to the step."""
    page = "# Title\n\n```{recording} sleeping.ticks_beside(block)\n```\n"
    toctree = "\n```{toctree}\nasyncio/sleep\n```\n"
    sleep = "# Sleeping\n\n(ticks-while)=\n## Here\n"
    built = build({"index.md": page + toctree, "asyncio/sleep.md": sleep})
    assert (built.status, built.messages) == (0, "")
    html = built.html("index")
    assert '<ul class="yp-findings' in html
    assert re.search(r'href="#[^"]*-step-9">line', html)
    assert 'href="asyncio/sleep.html#ticks-while">why</a>' in html


@on_one_python
def test_a_page_that_is_elsewhere_is_named(build: Callable[..., Build]) -> None:
    """Another project's site has not got the page that explains what is found."""
    page = "# Title\n\n```{recording} sleeping.ticks_beside(block)\n```\n"
    assert "explained in asyncio/sleep)" in build({"index.md": page}).html("index")


def test_functions_of_other_modules(build: Callable[..., Build]) -> None:
    """Are recorded as well if they are named."""
    call = "whole_loop.run_two_tasks"
    alone = build({"index.md": INDEX.format(call=call)}, "-D", "nitpicky=0")
    assert "popleft" not in alone.html("index")
    call += "\n:also: yieldpoint.loop.EventLoop.run_one_turn yieldpoint.loop.Task.end"
    built = build({"index.md": INDEX.format(call=call)}, "-D", "nitpicky=0")
    assert "popleft" in built.html("index")


def test_functions_that_do_not_exist(build: Callable[..., Build]) -> None:
    """The report says which."""
    call = "waiting.in_tasks\n:also: asyncio.nothing"
    broken = build({"index.md": INDEX.format(call=call)})
    assert broken.status != 0
    assert "cannot record waiting.in_tasks" in broken.messages
    assert "'nothing'" in broken.messages


@on_one_python
def test_its_files_are_loaded_where_they_are_needed(
    build: Callable[..., Build],
) -> None:
    """And nowhere else."""
    pages = {
        "index.md": INDEX.format(call="waiting.in_tasks")
        + "\n```{toctree}\nother\n```\n",
        "other.md": "# Other\n",
    }
    built = build(pages)
    names = [path.name for path in stepper.STATIC.iterdir()]
    assert len(names) == 3
    for name in names:
        assert (built.output / "_static" / name).is_file()
        assert re.search(rf"_static/{name}\b", built.html("index"))
        assert name not in built.html("other")


WRONG = [
    ("", "a recording wants the name of an example"),
    ("waiting.", "'waiting.' is no call"),
    ("waiting.nothing", "no example is named 'yieldpoint.examples.waiting.nothing'"),
    ("waiting.in_tasks({[]: 1})", "{[]: 1} is no literal and no name of the module"),
    ("nothing.nothing", "no example is named 'yieldpoint.examples.nothing.nothing'"),
    ("waiting.many", "many() needs arguments: missing a required argument"),
    ("waiting.many(1 + 1)", "1 + 1 is no literal and no name of the module"),
    ("waiting.many(nowhere)", "nowhere is no literal and no name of the module"),
    ("waiting.many(None)", "it raised ExceptionGroup"),
    ("waiting.many(5_000)", "the recording stops after 1000 steps"),
]


def test_what_cannot_be_recorded_breaks_the_build(build: Callable[..., Build]) -> None:
    """With the name of the example, and the line; and the others are looked at."""
    lines = [f"```{{recording}} {call}\n```\n" for call, _ in WRONG]
    built = build({"index.md": "# Title\n" + "".join(lines)}, builder="dummy")
    assert built.status != 0
    said = re.split(r"(?=index\.md:\d+: ERROR: )", built.messages)[1:]
    assert len(said) == len(WRONG)
    for number, ((call, message), error) in enumerate(zip(WRONG, said, strict=True)):
        assert error.startswith(f"index.md:{2 + 2 * number}: ")
        assert call in error
        assert message in error


def test_keyword_arguments() -> None:
    """Are literals or names, like the others."""
    call = parse_call(
        "shared_state.count(add=Counter.add_with_lock, tasks=2)", "yieldpoint.examples"
    )
    assert call.record().result == 2


def test_an_example_that_never_ends_breaks_the_build(
    build: Callable[..., Build], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And does not hang it."""

    def spin(*_: object, **__: object) -> None:
        while True:
            pass

    monkeypatch.setattr(recording, "record", spin)
    pages = {
        "conf.py": f"{CONF}\nexecuted_within = 0.1\n",
        "index.md": "# Title\n\n```{recording} waiting.in_tasks\n```\n",
    }
    broken = build(pages)
    assert broken.status != 0
    assert "index.md:3: ERROR: cannot record waiting.in_tasks: it has not come to" in (
        broken.messages
    )


@on_one_python
@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("import os\ndef f(): os._exit(0)", "RuntimeError('os._exit ends the"),
        ("1 / 0", "raises ZeroDivisionError('division by zero')"),
        ("raise SystemExit(0)", "raises SystemExit(0)"),
        ("class A:\n def __repr__(self): 1 / 0\ndef f(): return A()", "be shown"),
        ("while True: pass", "it has not come to its end within 1 s"),
    ],
)
def test_an_example_that_does_what_it_likes(
    build: Callable[..., Build],
    write_module: Callable[[str], str],
    module: str,
    message: str,
) -> None:
    """The build goes on, and says what is wrong."""
    call = f"{write_module(module)}.f"
    broken = build({"index.md": f"# T\n\n```{{recording}} {call}\n```\n"}, *ANY_MODULE)
    assert f"index.md:3: ERROR: cannot record {call}: " in broken.messages
    assert message in broken.messages


@on_one_python
def test_an_example_silences_no_warning(
    build: Callable[..., Build], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build says what is wrong further down, whatever is done to logging."""
    monkeypatch.syspath_prepend(str(tmp_path))
    module = (
        "import logging.config\nlogging.disable()\n"
        "def f():\n    logging.config.dictConfig({'version': 1})\n"
    )
    (tmp_path / "silencing.py").write_text(module)
    page = "# T\n\n```{recording} silencing.f\n```\n\n```python\nx = 1\n```\n"
    broken = build({"index.md": page}, "-D", "example_package=")
    assert "index.md:6: WARNING: nothing executes this fence" in broken.messages


@on_one_python
@pytest.mark.parametrize("call", ["Shelf.fill(2)", "Shelf.made()"])
def test_a_method_that_needs_no_object(
    build: Callable[..., Build], write_module: Callable[[str], str], call: str
) -> None:
    """It is recorded as a function is."""
    module = write_module(
        "class Shelf:\n    @staticmethod\n    def fill(x): return x * 21\n"
        "    @classmethod\n    def made(cls): return 42\n"
    )
    page = f"# T\n\n```{{recording}} {module}.{call}\n```\n"
    alone = ("-D", "extensions=myst_parser,yieldpoint.sphinxext")
    built = build({"index.md": page}, *ANY_MODULE, *alone)
    assert (built.status, built.messages) == (0, "")
    assert "42" in built.html("index")
