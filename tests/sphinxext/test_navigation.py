"""The list of all pages is Furo's own, page by page."""

import re
from collections.abc import Callable

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build

pytestmark = on_one_python

TOCTREE = "\n```{toctree}\n%s\n```\n"
PAGES = {
    "index.md": "# Start\n"
    + TOCTREE % ":caption: One\n:hidden:\na/index\nalone"
    + TOCTREE
    % ":caption: Two\nb\na/deep/page\nElsewhere <https://docs.python.org>\nself",
    "alone.md": "# `code` & more\n",
    "b.md": "# B\n\n## A section\n" + TOCTREE % "alone",
    "a/index.md": "# A\n" + TOCTREE % "one\ndeep/index",
    "a/one.md": "# One\n",
    "a/deep/index.md": "# Deep\n" + TOCTREE % "page\nother",
    "a/deep/page.md": "# Page\n",
    "a/deep/other.md": "---\norphan: true\n---\n# Other\n",
}


def navigation(html: str) -> str:
    """Return the list out of a page."""
    found = re.search(r'<div class="sidebar-tree">.*?</div>', html, re.DOTALL)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_it_is_the_same_on_each_page(build: Callable[..., Build], builder: str) -> None:
    """Links, what is current, and what is open: character by character."""
    settings = ["-D", "html_theme=furo", "-D", "suppress_warnings=toc"]
    furos = build(PAGES, *settings, builder=builder)
    assert (furos.status, furos.messages) == (0, "")
    expected = {path: path.read_text("utf-8") for path in furos.output.rglob("*.html")}
    extensions = "extensions=myst_parser,yieldpoint.sphinxext.navigation"
    ours = build({}, *settings, "-E", "-D", extensions, builder=builder)
    assert (ours.status, ours.messages) == (0, "")
    assert len(expected) == 10
    for path, html in expected.items():
        assert navigation(path.read_text("utf-8")) == navigation(html), path


def test_another_theme_is_left_alone(build: Callable[..., Build]) -> None:
    """There is nothing to make faster."""
    built = build(
        {"index.md": "# Title\n"},
        *("-D", "extensions=myst_parser,yieldpoint.sphinxext.navigation"),
    )
    assert (built.status, built.messages) == (0, "")
