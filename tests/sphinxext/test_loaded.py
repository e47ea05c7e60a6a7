"""A style or a script that is edited reaches all pages."""

from collections.abc import Callable
from pathlib import Path

from tests.once import on_one_python
from tests.sphinxext.conftest import CONF, Build

pytestmark = on_one_python


def test_an_edited_style_rewrites_pages_that_did_not_change(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """They name it with a hash, and browsers would go on with the old one."""
    style = tmp_path / "docs" / "own" / "own.css"
    style.parent.mkdir(parents=True)
    style.write_text("p { color: red }")
    conf = f"{CONF}\nhtml_static_path = ['own']\nhtml_css_files = ['own.css']\n"
    pages = {"conf.py": conf}
    page = build({**pages, "index.md": "# Title\n"}).output / "index.html"
    assert "own.css?v=" in page.read_text()
    page.write_text("stale")
    assert build(pages).html("index") == "stale"
    style.write_text("p { color: blue }")
    assert "own.css?v=" in build(pages).html("index")
