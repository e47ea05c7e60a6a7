"""What pages with programs load before anything is pressed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build
from yieldpoint.sphinxext import tryit
from yieldpoint.sphinxext.tryit import _assets as assets

pytestmark = on_one_python

SETTINGS = ["-D", "extensions=myst_parser,yieldpoint.sphinxext.tryit"]
PAGES = {
    "index.md": "# Start\n\n```{toctree}\nown\npart/marked\n```\n",
    "own.md": "# Own\n\n```{container} tryit-place\nThe editor.\n```\n",
    "part/marked.md": '# Marked\n\n<div data-program="one"></div>\n',
}


def make(folder: Path) -> None:
    """Make a folder that has all that it needs for these tests: a name."""
    folder.mkdir(parents=True, exist_ok=True)


def fail(folder: Path) -> None:
    """Find no npm."""
    raise assets.MissingError(f"there is no npm for {folder.name}")


def test_where_things_are(
    build: Callable[..., Build], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said by the script's own tag, on pages that have something to try."""
    monkeypatch.setattr(tryit, "make", make)
    built = build(PAGES, *SETTINGS)
    assert (built.status, built.messages) == (0, "")
    assert "tryit" not in built.html("index")
    for page in ("own", "part/marked"):
        html = built.html(page)
        assert html.count("<script data-base=") == 1
        assert f'data-base="_static/{assets.name()}/"' in html
        assert f'data-programs="_programs/{page}.json"' in html
    assert "import(" in (built.output / "_static/tryit.js").read_text("utf-8")


def test_without_npm(
    build: Callable[..., Build], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There are no buttons that could not work."""
    monkeypatch.setattr(tryit, "make", fail)
    monkeypatch.setenv("CI", "")
    built = build(PAGES, *SETTINGS)
    assert built.status == 0
    assert "there is no npm" in built.messages
    assert not (built.output / "_static/tryit.js").exists()
    assert "tryit.js" not in built.html("own")
