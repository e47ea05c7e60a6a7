"""What a page loses is missed on those that link to it and stay as they are."""

from collections.abc import Callable

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build

pytestmark = on_one_python


@pytest.mark.parametrize(
    ("there", "link", "message"),
    [
        ("(a-label)=\n## A heading", "[](#a-label)", "target not found: 'a-label'"),
        ("## A heading", "[](index.md#a-heading)", "local id not found"),
        ("```{glossary}\nword\n  A word.\n```", "{term}`word`", "term not in glossary"),
    ],
)
def test_what_has_gone_is_missed(
    build: Callable[..., Build], there: str, link: str, message: str
) -> None:
    """The second build reads the edited page only."""
    toctree = "```{toctree}\nother\n```"
    pages = {
        "index.md": f"# Title\n\n{there}\n\n{toctree}\n",
        "other.md": f"# Other\n\n{link}\n",
    }
    options = "-D", "myst_heading_anchors=2"
    built = build(pages, *options)
    assert built.status == 0, built.messages
    broken = build({"index.md": f"# Title\n\n{toctree}\n"}, *options)
    assert "docs/other.md:3: WARNING: " in broken.messages
    assert message in broken.messages
