"""Fences are executed, on the right Pythons, and leave nothing behind."""

import platform
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sphinxext.conftest import ANY_MODULE, Build
from yieldpoint.sphinxext import execution

TRANSLATED = """
language = "de"
locale_dirs = ["locale"]
gettext_additional_targets = ["literal-block", "doctest-block"]
"""
HERE = ".".join(platform.python_version_tuple()[:2])


def page(*lines: str) -> dict[str, str]:
    """Return a site of one page with one pycon fence."""
    return {"index.md": "\n".join(["# Title", "", "```pycon", *lines, "```", ""])}


def test_a_right_output_passes(build: Callable[..., Build]) -> None:
    """A fence that tells the truth breaks nothing."""
    assert build(page(">>> 6 * 7", "42"), builder="doctest").status == 0


def test_a_wrong_output_breaks_the_build(build: Callable[..., Build]) -> None:
    """The report names the file, what was expected, and what came."""
    wrong = build(page(">>> 6 * 7", "54"), builder="doctest")
    assert wrong.status != 0
    assert "index.md" in wrong.messages
    assert "Expected:\n    54\nGot:\n    42" in wrong.messages


def test_an_exception_must_say_what_the_page_says(build: Callable[..., Build]) -> None:
    """Sphinx's own default would let a wrong message pass."""
    lines = [">>> 1 / 0", "Traceback (most recent call last):", "  ..."]
    wrong = build(page(*lines, "ZeroDivisionError: divided"), builder="doctest")
    assert wrong.status != 0


def test_a_page_is_one_session(build: Callable[..., Build]) -> None:
    """A later fence may use what an earlier one imported."""
    site = page(">>> import math")
    site["index.md"] += "\n```pycon\n>>> math.sqrt(1764)\n42.0\n```\n"
    assert build(site, builder="doctest").status == 0


def test_nothing_sleeps(build: Callable[..., Build]) -> None:
    """The examples run on the clock that jumps."""
    site = page(">>> import asyncio", ">>> asyncio.run(asyncio.sleep(86400, 'slept'))")
    site["index.md"] = site["index.md"].replace("'slept'))", "'slept'))\n'slept'")
    assert build(site, builder="doctest").status == 0


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            [">>> async def f(): pass", ">>> coroutine = f()"],
            "RuntimeWarning: coroutine 'f' was never awaited",
        ),
        (
            [
                ">>> import asyncio",
                ">>> async def f(): raise ValueError",
                ">>> async def main():",
                "...     asyncio.create_task(f())",
                "...     await asyncio.sleep(1)",
                ">>> asyncio.run(main())",
            ],
            "Task exception was never retrieved",
        ),
        (
            [
                ">>> print('seen'); 1 / 0",
                "Traceback (most recent call last):",
                "  ...",
                "ZeroDivisionError: division by zero",
            ],
            "Got:\n    seen\n    Traceback (most recent call last):",
        ),
        (
            [
                ">>> import threading",
                ">>> thread = threading.Thread(target=lambda: 1 / 0)",
                ">>> thread.start(); thread.join()",
            ],
            "ZeroDivisionError: division by zero",
        ),
        (
            [
                ">>> async def f(): pass",
                ">>> class Cycle: pass",
                ">>> cycle = Cycle(); cycle.itself = cycle; cycle.coroutine = f()",
            ],
            "RuntimeWarning: coroutine 'f' was never awaited",
        ),
    ],
)
def test_what_is_left_behind_breaks_the_build(
    build: Callable[..., Build], lines: list[str], message: str
) -> None:
    """A warning or a logged error is a failure, though the output is right."""
    left = build(page(*lines), builder="doctest")
    assert left.status != 0
    assert "index.md" in left.messages
    assert message in left.messages


def test_on_python_runs_where_it_should(build: Callable[..., Build]) -> None:
    """A fence for this Python is executed, one for another is not."""
    others = "!=" + HERE
    text = "# Title\n\n```{on-python} %s\n>>> 1 + 1\n%s\n```\n"
    assert build({"index.md": text % (others, 3)}, builder="doctest").status == 0
    assert build({"index.md": text % ("==" + HERE, 3)}, builder="doctest").status != 0
    assert build({"index.md": text % ("==" + HERE, 2)}, builder="doctest").status == 0


def test_a_page_with_fences_for_others_only(build: Callable[..., Build]) -> None:
    """There is nothing to run, and nothing to report."""
    fence = f"```{{on-python}} != {HERE}\n>>> 1 + 1\n3\n```\n"
    assert build({"index.md": f"# Title\n\n{fence}"}, builder="doctest").status == 0


def test_on_python_says_which(build: Callable[..., Build]) -> None:
    """The Pythons stand above the fence."""
    text = "# Title\n\n```{on-python} < 3.13\n>>> 1 + 1\n2\n```\n"
    assert "Python 3.11, 3.12" in build({"index.md": text}).html("index")


@pytest.mark.parametrize(
    ("specifier", "message"),
    [("new", "'new' is no version specifier"), ("> 4", "no supported Python is > 4")],
)
def test_on_python_refuses_nonsense(
    build: Callable[..., Build], specifier: str, message: str
) -> None:
    """A fence that no Python would execute breaks the build."""
    text = f"# Title\n\n```{{on-python}} {specifier}\n>>> 1 + 1\n2\n```\n"
    refused = build({"index.md": text})
    assert refused.status != 0
    assert f"index.md:3: ERROR: {message}" in refused.messages


def test_a_docstring_is_a_session_of_its_own(
    build: Callable[..., Build], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one docstring imports, the next does not have."""
    monkeypatch.setattr(
        execution.matching_pythons,
        "__doc__",
        "One.\n\n>>> import math\n",
    )
    monkeypatch.setattr(
        execution.doctests_in, "__doc__", "Two.\n\n>>> math.pi > 3\nTrue\n"
    )
    index = (
        "# Title\n\n```{eval-rst}\n"
        ".. autofunction:: yieldpoint.sphinxext.execution.matching_pythons\n"
        ".. autofunction:: yieldpoint.sphinxext.execution.doctests_in\n```\n"
    )
    failed = build({"index.md": index}, "-D", "nitpicky=0", builder="doctest")
    assert "NameError: name 'math' is not defined" in failed.messages


def test_a_fence_for_some_pythons_in_a_docstring(
    build: Callable[..., Build], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It belongs to the docstring's session."""
    docstring = "Two.\n\n>>> x = 1\n\n.. on-python:: >= 3.11\n\n   >>> x\n   1\n"
    monkeypatch.setattr(execution.doctests_in, "__doc__", docstring)
    index = (
        "# Title\n\n```{eval-rst}\n"
        ".. autofunction:: yieldpoint.sphinxext.execution.doctests_in\n```\n"
    )
    passed = build({"index.md": index}, "-D", "nitpicky=0", builder="doctest")
    assert passed.status == 0, passed.messages


CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8"

msgid "{there}"
msgstr "{here}"
"""


@pytest.mark.parametrize(
    "page",
    [
        ".. code-block:: pycon\n\n   >>> 1\n   1",
        ".. on-python:: >= 3.11\n\n   >>> 1\n   1",
        ">>> 1\n1",
        ".. doctest::\n\n   >>> 1 # doctest: +ELLIPSIS\n   1",
    ],
)
def test_a_translated_session_is_executed(
    build: Callable[..., Build], tmp_path: Path, page: str
) -> None:
    """As it is translated: that is what readers see."""
    docs = tmp_path / "docs"
    folder = docs / "locale/de/LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = CATALOGUE.format(there=">>> 1\\n1", here=">>> 1\\n2")
    (folder / "index.po").write_text(catalogue, encoding="utf-8")
    (docs / "more_conf.txt").write_text(TRANSLATED, encoding="utf-8")
    wrong = build({"index.rst": f"T\n=\n\n{page}\n"}, builder="doctest")
    assert wrong.status != 0
    assert "Expected:\n    2\nGot:\n    1\n" in wrong.messages


def test_a_source_is_not_translated(
    build: Callable[..., Build], tmp_path: Path, write_module: Callable[[str], str]
) -> None:
    """Nobody would have executed it."""
    docs = tmp_path / "docs"
    folder = docs / "locale/de/LC_MESSAGES"
    folder.mkdir(parents=True)
    there, here = (f"def f():\\n    return {number}" for number in "12")
    catalogue = CATALOGUE.format(there=there, here=here)
    (folder / "index.po").write_text(catalogue, encoding="utf-8")
    (docs / "more_conf.txt").write_text(TRANSLATED, encoding="utf-8")
    name = write_module("def f():\n    return 1\n")
    page = f"T\n=\n\n.. example:: {name}.f\n"
    built = build({"index.rst": page}, *ANY_MODULE)
    assert (built.status, built.messages) == (0, "")
    assert '<span class="mi">1</span>' in built.html("index")
