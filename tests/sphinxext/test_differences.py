"""The directive that lists what the loop leaves out of asyncio."""

import re
from collections.abc import Callable

import pytest

from tests.sphinxext.conftest import Build
from yieldpoint.loop.differences import LEFT_OUT

DATA = "yieldpoint.loop.differences:LEFT_OUT"


def page(name: str) -> dict[str, str]:
    """Return a site that shows a list."""
    return {
        "index.md": f"# Title\n\n```{{left-out}} {name}\n```\n\n"
        "```{eval-rst}\n.. py:module:: asyncio\n.. py:function:: to_thread\n```\n"
    }


def test_all_of_it_is_shown(build: Callable[..., Build]) -> None:
    """In the order of the data, and linked where something documents it."""
    built = build(page(DATA))
    assert (built.status, built.messages) == (0, "")
    html = built.html("index")
    items = re.findall(r"<li><p><strong>(.*?)</strong>\.\n(.*?)</p>", html, re.DOTALL)
    shown = {
        reason: tuple(re.sub("<[^>]+>", "", names).split(", "))
        for reason, names in items
    }
    assert shown == LEFT_OUT
    assert list(shown) == list(LEFT_OUT)
    assert 'href="#asyncio.to_thread"' in html


def test_data_of_another_kind_breaks_the_build(build: Callable[..., Build]) -> None:
    """With its name."""
    broken = build(page("yieldpoint.loop.differences:__all__"))
    assert (
        "index.md:3: ERROR: yieldpoint.loop.differences:__all__ is no"
        in broken.messages
    )


@pytest.mark.parametrize("name", ["yieldpoint.loop:nothing", "nowhere:LEFT_OUT", "1:"])
def test_data_that_is_not_there_breaks_the_build(
    build: Callable[..., Build], name: str
) -> None:
    """With its name."""
    broken = build(page(name))
    assert broken.status != 0
    assert f"index.md:3: ERROR: no data is named {name}" in broken.messages
