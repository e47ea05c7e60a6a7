"""Pages as Markdown, for whoever reads them elsewhere."""

from collections.abc import Callable

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build

pytestmark = on_one_python

SETTINGS = [
    *("-D", "html_theme=furo", "-D", "project=Shop"),
    *("-D", "example_package=yieldpoint.examples"),
    "-D",
    (
        "extensions=myst_parser,yieldpoint.sphinxext,yieldpoint.sphinxext.publishing,"
        "yieldpoint.sphinxext.markdown"
    ),
]
ADDRESS = ("-D", "html_baseurl=https://shop.test/en/")
PAGES = {
    "index.md": "# Start\n\nIt *begins*.\n\nThe {ref}`index <genindex>`.\n\n"
    "```{toctree}\npart/index\nempty\n```\n",
    "empty.md": "# Empty\n",
    "part/index.md": "# Part\n\nA part.\n\n```{toctree}\nrun\n```\n",
    "part/run.md": "---\nmyst:\n  html_meta:\n    description: A run.\n---\n\n"
    "# Run\n\n```{example} waiting.in_tasks\n```\n\n"
    "```pycon\n>>> 1 + 1\n2\n```\n\n```{recording} waiting.in_tasks\n```\n\n"
    "```{eval-rst}\n.. py:function:: f(*, a)\n```\n",
}


def test_a_page_as_markdown(build: Callable[..., Build]) -> None:
    """It has the code with its caption, the outputs, and the recording as text."""
    built = build(PAGES, *SETTINGS, builder="markdown")
    assert (built.status, built.messages) == (0, "")
    text = (built.output / "part/run.md").read_text(encoding="utf-8")
    assert text.startswith("# Run\n")
    assert "[`yieldpoint.examples.waiting.in_tasks`](" in text
    assert "```python\nasync def in_tasks() -> None:\n" in text
    assert "```pycon\n>>> 1 + 1\n2\n```\n" in text
    assert " as it ran, 2 s\n\n```text\n0 s  Task-1  " in text
    assert "### f(\\*, a)" in text
    assert "<svg" not in text
    assert "|" in text  # a line that is about to run
    assert "|-" not in text  # no table of the steps
    assert "The index.\n" in (built.output / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("settings", "base"), [((), ""), (ADDRESS, "https://shop.test/en/")]
)
def test_the_list_of_all_pages(
    build: Callable[..., Build], settings: tuple[str, ...], base: str
) -> None:
    """A heading for each part, and a line for each page in it."""
    built = build(PAGES, *SETTINGS, *settings, builder="markdown")
    assert (built.output / "llms.txt").read_text(encoding="utf-8") == (
        "# Shop\n\n> It begins. The index.\n\n## Part\n\n"
        f"- [Part]({base}part/index.md): A part.\n"
        f"- [Run]({base}part/run.md): A run.\n\n"
        f"## Empty\n\n- [Empty]({base}empty.md)\n"
    )


def test_published_pages_say_where_their_markdown_is(
    build: Callable[..., Build],
) -> None:
    """To programs in the head, to people at the end; others say nothing."""
    html = build(PAGES, *SETTINGS, *ADDRESS).html("part/run")
    assert '<link rel="alternate" type="text/markdown" href="run.md">' in html
    assert '<a href="run.md">This page as Markdown</a>' in html
    assert "Markdown" not in build(PAGES, *SETTINGS).html("part/run")


def test_errors_are_reported_where_the_sources_are(
    build: Callable[..., Build],
) -> None:
    """If that is known."""
    repository = ("-D", "repository_url=https://sources.test/shop")
    html = build(PAGES, *SETTINGS, *repository).html("part/run")
    address = "https://sources.test/shop/issues/new?title=part%2Frun%3A+"
    assert f'<a href="{address}">Report an error on this page</a>' in html
    assert "Report an error" not in build(PAGES, *SETTINGS).html("part/run")
