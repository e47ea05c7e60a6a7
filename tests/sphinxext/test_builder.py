"""Which pages the doctest builder runs, and what it says of a failure."""

import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.sphinxext.conftest import CONF, Build
from yieldpoint.sphinxext.builder import page_name

WRONG = "```pycon\n>>> x = 1\n>>> 1 + x\n3\n```\n"
RIGHT = "```pycon\n>>> 1 + 1\n2\n```\n"
TOCTREE = "\n```{toctree}\nother\n```\n"


def test_a_failure_says_where_it_is_and_on_which_python(
    build: Callable[..., Build],
) -> None:
    """The line is that of the prompt."""
    broken = build({"index.md": f"# Title\n\n{WRONG}"}, builder="doctest")
    python = f"Python {platform.python_version()} ({sys.executable})"
    assert broken.messages == (
        f"docs/index.md:5: WARNING: wrong on {python}\n"
        ">>> 1 + x\nExpected:\n    3\nGot:\n    2\n"
    )
    summary = (broken.output / "output.txt").read_text()
    assert summary == f"{python}: 2 examples in 1 sessions, 0 programs, 1 failures\n"


def test_the_line_is_that_of_the_prompt_that_fails(build: Callable[..., Build]) -> None:
    """Not that of an equal one above it."""
    lines = ["# T", "", "```{doctest}", ":options: -ELLIPSIS", "", ">>> x = [1, 2]"]
    text = "\n".join([*lines, ">>> x.pop()", "2", ">>> x.pop()", "2", "```", ""])
    broken = build({"index.md": text}, builder="doctest")
    assert broken.messages.startswith("docs/index.md:9: WARNING: wrong on")


def test_a_failure_in_a_docstring_says_in_whose(
    build: Callable[..., Build], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is that in the file, as far as that can be found."""
    (tmp_path / "broken_module.py").write_text(
        '"""A module."""\n\n\ndef f():\n    """Doc.\n\n    >>> 1 + 1\n    3\n    """\n'
        'x = 1\n"""Doc.\n\n>>> 2 + 2\n5\n"""\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    page = (
        "# Title\n\n```{eval-rst}\n.. autofunction:: broken_module.f\n\n"
        ".. autodata:: broken_module.x\n```\n"
    )
    broken = build({"index.md": page}, builder="doctest")
    assert "broken_module.py:7: WARNING: wrong on" in broken.messages
    assert ", in the docstring of broken_module.f\n" in broken.messages
    assert "broken_module.py:13: WARNING: wrong on" in broken.messages


def test_a_page_that_never_ends_is_named_and_the_others_run(
    build: Callable[..., Build],
) -> None:
    """There is a limit for each session."""
    for_ever = "```pycon\n>>> while True: pass\n```\n"
    pages = {"index.md": f"# T\n\n{for_ever}{TOCTREE}", "other.md": f"# T\n\n{WRONG}"}
    conf = {"conf.py": f"{CONF}\nexecuted_within = 0.1\n"}
    broken = build({**pages, **conf}, builder="doctest")
    assert "docs/index.md:4: WARNING: wrong on Python" in broken.messages
    assert "it has not come to its end within 0.1 s" in broken.messages
    assert "docs/other.md:5: WARNING: wrong on Python" in broken.messages


@pytest.mark.parametrize("name", ["other", "other.md", "docs/other.md", "./other.md"])
def test_one_page_can_be_run(
    build: Callable[..., Build],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """By its name or its file; nothing is said about the others."""
    (tmp_path / "README.md").write_text("```text\n>>> 1\n```\n")
    pages = {"index.md": f"# Title\n\n{WRONG}{TOCTREE}", "other.md": f"# T\n\n{RIGHT}"}
    monkeypatch.chdir(tmp_path)
    passed = build(pages, "-D", f"executed_pages={name}", builder="doctest")
    assert passed.status == 0, passed.messages
    summary = (passed.output / "output.txt").read_text()
    assert "1 examples in 1 sessions, 1 programs, 0 failures" in summary


def test_a_program_that_shows_something_else(build: Callable[..., Build]) -> None:
    """The session is right, and what stands alone is not: it is open to the end."""
    fence = ">>> async def wait(): ...\n>>> waiting = wait()"
    page = f"# T\n\n```pycon\n{fence}\n```\n\n```pycon\n>>> waiting.close()\n```\n"
    broken = build({"index.md": page}, builder="doctest")
    assert broken.status
    assert "docs/index.md:1: WARNING: the program index-1 goes wrong" in broken.messages
    assert "coroutine 'wait' was never awaited" in broken.messages
    assert "2 programs, 1 failures" in (broken.output / "output.txt").read_text()
    without = build({}, "--tag", "without_programs", builder="doctest")
    assert without.status == 0, without.messages
    assert "0 programs, 0 failures" in (without.output / "output.txt").read_text()


def test_several_pages_can_be_run(build: Callable[..., Build]) -> None:
    """Names are separated by commas."""
    pages = {"index.md": f"# Title\n\n{RIGHT}{TOCTREE}", "other.md": f"# T\n\n{RIGHT}"}
    both = build(pages, "-D", "executed_pages=index,other", builder="doctest")
    assert both.status == 0, both.messages
    assert "2 examples in 2 sessions" in (both.output / "output.txt").read_text()


def test_a_page_that_does_not_exist(build: Callable[..., Build]) -> None:
    """The message says which there are."""
    pages = {"index.md": f"# Title\n{TOCTREE}", "other.md": "# Other\n"}
    with pytest.raises(SystemExit, match=r"'otter'\. There are:\n  index\n  other$"):
        build(pages, "-D", "executed_pages=otter", builder="doctest")


def test_a_page_is_found_from_where_somebody_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its folder, its file's name will do."""
    folder = tmp_path / "docs" / "part"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert page_name("page.md", {"part/page"}, str(tmp_path / "docs")) == "part/page"


def test_all_blocks_of_a_doctest_directive_run(build: Callable[..., Build]) -> None:
    """Those of a named group are a session of their own."""
    text = "# T\n\n```{doctest} one\n>>> x = 1\n```\n\n```{doctest}\n>>> x\n1\n```\n"
    broken = build({"index.md": text}, builder="doctest")
    assert "NameError: name 'x' is not defined" in broken.messages


def test_a_thread_that_goes_on_gets_some_seconds_more(
    build: Callable[..., Build], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After that the process ends."""
    monkeypatch.setattr("yieldpoint.sphinxext.screen._LAST_STEPS", 0.05)
    limits: list[float] = []
    later = SimpleNamespace(
        dump_traceback_later=lambda seconds, **_: limits.append(seconds)
    )
    monkeypatch.setattr("yieldpoint.sphinxext.builder.faulthandler", later)
    end = "yieldpoint_end_of_thread"
    lines = [
        ">>> import sys, threading",
        f">>> sys.{end} = threading.Event()",
        f">>> threading.Thread(target=sys.{end}.wait).start()",
    ]
    text = "\n".join(["# Title", "", "```pycon", *lines, "```", ""])
    broken = build({"index.md": text}, builder="doctest")
    getattr(sys, end).set()
    assert limits == [10.0]
    assert "left behind: thread" in broken.messages


def test_a_thread_that_never_ends_does_not_keep_the_process(tmp_path: Path) -> None:
    """Whoever waits for the build gets it back."""
    (tmp_path / "conf.py").write_text(
        f"from yieldpoint.sphinxext import builder, screen\n{CONF}\n"
        "builder.GRACE = 0.5\nscreen._LAST_STEPS = 0.05\n"
    )
    lines = [
        ">>> import threading",
        ">>> thread = threading.Thread(target=threading.Event().wait)",
        ">>> thread.start()",
    ]
    text = "\n".join(["# Title", "", "```pycon", *lines, "```", ""])
    (tmp_path / "index.md").write_text(text)
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "doctest"]
    ended = subprocess.run(
        [*command, str(tmp_path), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 1
    assert "left behind: thread" in ended.stderr
