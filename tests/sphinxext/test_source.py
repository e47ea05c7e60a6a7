"""The directive that shows a source by name."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import ANY_MODULE, Build
from tests.sphinxext.test_definitions import DEFINITIONS
from yieldpoint.examples.awaiting import GiveWay, nothing
from yieldpoint.sphinxext.definitions import source_without_docstrings

pytestmark = on_one_python


def show(name: str) -> dict[str, str]:
    """Return a site that shows an object and documents it."""
    return {
        "index.md": f"# Title\n\n```{{example}} {name}\n```\n\n"
        "```{eval-rst}\n.. py:function:: yieldpoint.examples.awaiting.nothing\n```\n"
    }


def test_the_source_is_shown_without_its_docstring(build: Callable[..., Build]) -> None:
    """The caption leads to the reference."""
    built = build(show("awaiting.nothing"), "-D", "nitpicky=0")
    assert built.status == 0, built.messages
    page = built.html("index")
    assert 'href="#yieldpoint.examples.awaiting.nothing"' in page
    assert "nothing (in yieldpoint.examples.awaiting)" in built.html("genindex")
    assert "Do nothing, and so never suspend" not in page


def shown_on(*pages: str) -> dict[str, str]:
    """Return a site of such pages, listed in that order; each ends with a link."""
    link = "\n{py:func}`yieldpoint.examples.awaiting.nothing`\n"
    toctree = "\n".join(["# Title", "", "```{toctree}", *"abcdefgh", "```", ""])
    texts = {f"{name}.md": f"# {name}\n{link}" for name in "abcdefgh"}
    shown = zip("hgfedcba", pages, strict=False)
    texts |= {f"{name}.md": f"# {name}\n\n{page}\n{link}" for name, page in shown}
    return {"index.md": toctree, **texts}


EXAMPLE = "```{example} awaiting.nothing\n```"
RECORDING = "```{recording} awaiting.nothing\n```"


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("pages", "target"),
    [
        ([EXAMPLE], "h.html#yieldpoint"),
        ([f"{EXAMPLE}\n\n{EXAMPLE}"], "h.html#yieldpoint"),
        ([EXAMPLE, EXAMPLE], "g.html#yieldpoint"),
        ([EXAMPLE, RECORDING], "h.html#yieldpoint"),
        ([RECORDING, RECORDING], "g.html#recording-yieldpoint"),
        ([f"{RECORDING}\n\n{EXAMPLE}"], "h.html#yieldpoint"),
        ([f"{EXAMPLE}\n\n{RECORDING}"], "h.html#yieldpoint"),
    ],
)
def test_links_lead_to_where_it_is_shown_first(
    build: Callable[..., Build], pages: list[str], target: str, jobs: str
) -> None:
    """If no page documents it: a source before a run, and in the order of the pages."""
    built = build(shown_on(*pages), "--jobs", jobs)
    assert (built.status, built.messages) == (0, "")
    assert f'href="{target}.examples.awaiting.nothing"' in built.html("a")


def test_links_follow_when_it_is_shown_elsewhere(build: Callable[..., Build]) -> None:
    """The next build knows, and so does one that documents it."""
    assert build(shown_on(EXAMPLE)).status == 0
    pages = shown_on(EXAMPLE, EXAMPLE)
    pages["a.md"] += "\nMore.\n"
    again = build(pages)
    assert (again.status, again.messages) == (0, "")
    assert 'href="g.html#yieldpoint.examples' in again.html("a")
    entry = "```{eval-rst}\n.. py:function:: yieldpoint.examples.awaiting.nothing\n```"
    documented = build({"a.md": f"# a\n\n{entry}\n", "b.md": pages["b.md"] + "More.\n"})
    assert (documented.status, documented.messages) == (0, "")
    assert 'href="a.html#yieldpoint.examples' in documented.html("b")


def test_what_only_a_list_names_is_code(build: Callable[..., Build]) -> None:
    """There is nowhere to lead."""
    built = build({"index.md": "# Title\n\n```{examples}\n```\n"})
    assert (built.status, built.messages) == (0, "")
    html = built.html("index")
    assert 'id="module-yieldpoint.examples.awaiting"' in html
    assert "#yieldpoint.examples.awaiting.nothing" not in html
    assert '<span class="pre">nothing</span>' in html
    # Where nobody could translate it, and backticks would be seen.
    assert "suspends the coroutine" not in built.html("py-modindex")


@pytest.mark.parametrize("package", ["", "yieldpoint.examples.timing"])
def test_a_list_of_no_package(build: Callable[..., Build], package: str) -> None:
    """The report says which."""
    page = "# Title\n\n```{examples}\n```\n"
    broken = build({"index.md": page}, "-D", f"example_package={package}")
    assert broken.status != 0
    assert f"example_package is no package: {package!r}" in broken.messages


def test_what_is_private_leads_to_what_holds_it(build: Callable[..., Build]) -> None:
    """It has no entry of its own."""
    pages = show("yieldpoint.loop.futures.Future._finish")
    pages["index.md"] = pages["index.md"].replace(
        "function:: yieldpoint.examples.awaiting.nothing",
        "class:: yieldpoint.loop.futures.Future",
    )
    built = build(pages)
    assert (built.status, built.messages) == (0, "")
    assert 'href="#yieldpoint.loop.futures.Future"' in built.html("index")


@pytest.mark.parametrize(
    "name",
    ["awaiting.nobody", "nowhere.nothing", "yieldpoint.clock._timeline", "awaiting"],
)
def test_a_name_that_leads_nowhere_breaks_the_build(
    build: Callable[..., Build], name: str
) -> None:
    """The report names the page, the line and the name."""
    broken = build(show(name))
    assert broken.status != 0
    assert "index.md:3: ERROR: no example is named" in broken.messages
    assert name in broken.messages


def test_the_methods_of_a_class_lose_theirs_too() -> None:
    """What is left is code."""
    assert source_without_docstrings(GiveWay) == (
        "class GiveWay:\n"
        "    def __await__(self) -> Generator[None, None, None]:\n"
        "        yield"
    )


def test_a_body_of_nothing_but_a_docstring_becomes_an_ellipsis() -> None:
    """What is shown is valid Python."""
    assert source_without_docstrings(nothing) == "async def nothing() -> None:\n    ..."


def test_a_source_without_a_docstring_is_shown_whole() -> None:
    """There is nothing to leave out."""

    def plain() -> int:
        return 1

    assert source_without_docstrings(plain) == "def plain() -> int:\n    return 1"


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("1 / 0", "its module raises ZeroDivisionError('division by zero')"),
        ("raise SystemExit(0)", "its module raises SystemExit(0)"),
        ("import os; os._exit(0)", "RuntimeError('os._exit ends the build"),
        ("while True: pass", "it has not come to its end within 1 s"),
    ],
)
def test_a_module_that_cannot_be_imported(
    build: Callable[..., Build],
    write_module: Callable[[str], str],
    module: str,
    message: str,
) -> None:
    """The build goes on, and says what is wrong."""
    page = f"# T\n\n```{{example}} {write_module(module)}.f\n```\n"
    broken = build({"index.md": page}, *ANY_MODULE)
    assert "index.md:3: ERROR: no example is named" in broken.messages
    assert message in broken.messages


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of a package that can be imported, and is gone afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    yield folder
    import_again()


def import_again() -> None:
    """Forget the package, as if the next build were another process."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "shelf"]:
        del sys.modules[name]
    importlib.invalidate_caches()


@pytest.mark.parametrize("directive", ["example", "recording"])
def test_a_name_that_comes_to_mean_something_else(
    build: Callable[..., Build], shelf: Path, directive: str
) -> None:
    """The next build shows it, though the file of what was shown is as it was."""
    (shelf / "old.py").write_text("def f():\n    return 'old'\n")
    (shelf / "names.py").write_text("from shelf.old import f\n")
    page = {"index.md": f"# T\n\n```{{{directive}}} shelf.names.f\n```\n"}
    options = ("-D", "example_package=")
    assert "old" in build(page, *options).html("index")
    (shelf / "names.py").write_text("def f():\n    return 'other, and newer'\n")
    import_again()
    assert "other, and newer" in build({}, *options).html("index")


def test_a_module_more(build: Callable[..., Build], shelf: Path) -> None:
    """The next build lists it, though nothing that was listed has changed."""
    page = {"index.md": "# T\n\n```{examples}\n```\n"}
    options = ("-D", "example_package=shelf")
    (shelf / "one.py").write_text("")
    assert "shelf.one" in build(page, *options).html("index")
    (shelf / "two.py").write_text("")
    import_again()
    assert "shelf.two" in build({}, *options).html("index")


@pytest.mark.parametrize(
    ("package", "message"),
    [("shelf", "its module raises ZeroDivisionError"), ("math", "it is a module")],
)
def test_examples_that_cannot_be_listed(
    build: Callable[..., Build], shelf: Path, package: str, message: str
) -> None:
    """The report says why."""
    (shelf / "one.py").write_text("1 / 0")
    page = {"index.md": "# T\n\n```{examples}\n```\n"}
    broken = build(page, "-D", f"example_package={package}")
    assert "index.md:3: ERROR: example_package is no package" in broken.messages
    assert message in broken.messages


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hidden", "its source is that of twice.<locals>.again"),
        ("SIX", "it is neither a function nor a class"),
        ("double", "it is neither a function nor a class"),
    ],
)
def test_what_has_no_source_of_its_own(
    build: Callable[..., Build],
    write_module: Callable[[str], str],
    name: str,
    message: str,
) -> None:
    """The source of something else is not shown for it."""
    page = f"# T\n\n```{{example}} {write_module(DEFINITIONS)}.{name}\n```\n"
    broken = build({"index.md": page}, *ANY_MODULE)
    assert "index.md:3: ERROR: no example is named" in broken.messages
    assert message in broken.messages


@pytest.mark.parametrize("directive", ["example", "recording"])
def test_what_is_in_a_package_without_a_file(
    build: Callable[..., Build], shelf: Path, directive: str
) -> None:
    """Such a package is spread over folders."""
    (shelf / "__init__.py").unlink()
    (shelf / "one.py").write_text(
        "import functools\n@functools.cache\ndef f(): return 1\n"
    )
    page = f"# T\n\n```{{{directive}}} shelf.one.f\n```\n"
    built = build({"index.md": page}, "-D", "example_package=")
    assert (built.status, built.messages) == (0, "")


def test_a_program_in_a_package_is_not_listed(
    build: Callable[..., Build], shelf: Path
) -> None:
    """To list it would be to run it. A folder without a file is listed."""
    (shelf / "__main__.py").write_text("raise SystemExit(1)\n")
    (shelf / "one.py").write_text("")
    built = build(
        {"index.md": "# T\n\n```{examples}\n```\n"}, "-D", "example_package=shelf"
    )
    assert (built.status, built.messages) == (0, "")
    assert "shelf.one" in built.html("index")
    assert "__main__" not in built.html("index")


@pytest.mark.parametrize("directive", ["example", "recording"])
def test_what_was_missing_comes(
    build: Callable[..., Build], shelf: Path, directive: str
) -> None:
    """The next build looks again, though the page is as it was."""
    page = {"index.md": f"# T\n\n```{{{directive}}} shelf.one.f\n```\n"}
    options = ("-D", "example_package=")
    for _ in range(2):  # the second one says it again
        broken = build(page, *options)
        assert "index.md:3: ERROR:" in broken.messages
        page = {}
    (shelf / "one.py").write_text("def f(): return 1\n")
    import_again()
    built = build({}, *options)
    assert (built.status, built.messages) == (0, "")
    assert "shelf.one.f" in built.html("index")


def test_a_recording_follows_what_it_uses(
    build: Callable[..., Build], shelf: Path
) -> None:
    """A helper of a helper, in the package or beside it."""
    (shelf / "one.py").write_text("from shelf import two\n\ndef f(): return two.g()\n")
    (shelf / "two.py").write_text("from shelf.three import g\n")
    (shelf / "three.py").write_text("def g(): return 'before'\n")
    page = {"index.md": "# T\n\n```{recording} shelf.one.f\n```\n"}
    options = ("-D", "example_package=")
    assert "before" in build(page, *options).html("index")
    (shelf / "three.py").write_text("def g(): return 'and behind'\n")
    import_again()
    assert "and behind" in build({}, *options).html("index")


@pytest.mark.parametrize(
    "directive", ["{example} shelf.one.f", "{recording} shelf.one.f", "{examples}"]
)
def test_a_module_that_lacks_what_it_imports(
    build: Callable[..., Build], shelf: Path, directive: str
) -> None:
    """The report says what is missing, and not that the module is."""
    (shelf / "one.py").write_text("import not_installed\n\ndef f(): return 1\n")
    page = f"# T\n\n```{directive}\n```\n"
    broken = build({"index.md": page}, "-D", "example_package=shelf")
    assert "index.md:3: ERROR: " in broken.messages
    assert "No module named 'not_installed'" in broken.messages
