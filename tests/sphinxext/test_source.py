"""The directive that shows a source by name."""

from collections.abc import Callable

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build
from yieldpoint.examples.awaiting import GiveWay, nothing
from yieldpoint.sphinxext.source import source_without_docstrings

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
