"""The ``{recording}`` directive."""

import re
from collections.abc import Callable

import pytest

from tests.sphinxext.conftest import CONF, Build
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


def test_several_calls(build: Callable[..., Build]) -> None:
    """Stand side by side."""
    call = "\nwaiting.in_tasks\n\ntaking_turns.take_turns(pause=False)"
    html = build({"index.md": INDEX.format(call=call)}).html("index")
    assert html.count('class="yp-figure"') == 2
    assert "take_turns(pause=False)" in html


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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("", "a recording wants the name of an example"),
        ("waiting.", "'waiting.' is no call"),
        (
            "waiting.nothing",
            "no example is named 'yieldpoint.examples.waiting.nothing'",
        ),
        (
            "nothing.nothing",
            "no example is named 'yieldpoint.examples.nothing.nothing'",
        ),
        ("waiting.many", "many() needs arguments: missing a required argument"),
        ("waiting.many(1 + 1)", "1 + 1 is no literal and no name of the module"),
        ("waiting.many(nowhere)", "nowhere is no literal and no name of the module"),
        ("waiting.many(None)", "it raised ExceptionGroup"),
        ("waiting.many(5_000)", "the recording stops after 1000 steps"),
    ],
)
def test_what_cannot_be_recorded_breaks_the_build(
    build: Callable[..., Build], call: str, message: str
) -> None:
    """With the name of the example."""
    built = build({"index.md": INDEX.format(call=call)})
    assert built.status != 0
    assert message in built.messages
    assert call in built.messages


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
