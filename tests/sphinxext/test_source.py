"""The directive that shows a source by name."""

from collections.abc import Callable

import pytest

from tests.sphinxext.conftest import Build
from yieldpoint.examples.awaiting import GiveWay, nothing
from yieldpoint.sphinxext.source import source_without_docstrings


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
    assert "Do nothing, and so never suspend" not in page


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
