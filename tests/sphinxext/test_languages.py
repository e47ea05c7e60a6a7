"""A small site in two languages."""

import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build
from yieldpoint import words
from yieldpoint.sphinxext import above

pytestmark = on_one_python

CONF = """
extensions = [
    "myst_parser",
    "yieldpoint.sphinxext",
    "yieldpoint.sphinxext.languages",
    "yieldpoint.sphinxext.sections",
]
html_theme = "furo"
example_package = "yieldpoint.examples"
site_languages = {"en": ("english", "English"), "zh_CN": ("chinese", "中文")}
suppress_warnings = ["epub"]
"""
PAGES = {
    "conf.py": CONF,
    "index.md": "# Start\n\n```{recording} waiting.in_tasks\n```\n\n"
    "Look at {step}`in_tasks: Task-1 created`.\n",
}
CHINESE = ("-D", "language=zh_CN", "-D", "language_folders=1")


def test_english_needs_no_catalogue(build: Callable[..., Build]) -> None:
    """A page says what it has always said, and loads nothing more."""
    built = build(PAGES)
    assert (built.status, built.messages) == (0, "")
    html = built.html("index")
    assert "Next switch" in html
    assert "texts.js" not in html
    assert "yp-languages" not in html
    assert not (built.output / "_static/texts.js").exists()


def test_recordings_speak_the_language_of_the_site(build: Callable[..., Build]) -> None:
    """So do links to a step, which are named in English; then all is English again."""
    built = build(PAGES, *CHINESE)
    assert (built.status, built.messages) == (0, "")
    html = built.html("index")
    assert "下一次切换" in html
    assert "Next switch" not in html
    assert 'href="#in-tasks-step-1">第 1 步</a>' in html
    assert "找不到页面" in built.html("404")
    assert words.translated("Next switch") == "Next switch"


@pytest.mark.parametrize("base", ["", "https://shop.test/docs"])
def test_a_page_leads_to_itself(build: Callable[..., Build], base: str) -> None:
    """In each language; search engines want to know where the site stands."""
    built = build(PAGES, *CHINESE, "-D", f"html_baseurl={base}")
    html = built.html("index")
    assert 'hreflang="en" rel="alternate" href="../english/index.html"' in html
    assert '<span lang="zh-CN" aria-current="true">中文</span>' in html
    alternate = f'<link rel="alternate" hreflang="zh-CN" href="{base}/chinese/'
    assert (alternate in html) == bool(base)


def test_a_site_has_texts_of_its_own(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """They are said in the place of the package's."""
    (tmp_path / "zh_CN.po").write_text(
        'msgid "Next switch"\nmsgstr "换人"\n\n#: own.js\nmsgid "Run"\nmsgstr "跑"\n',
        encoding="utf-8",
    )
    built = build(PAGES, *CHINESE, "-D", f"text_dirs={tmp_path}")
    assert "换人" in built.html("index")
    script = (built.output / "_static/texts.js").read_text(encoding="utf-8")
    assert '"Run": "跑"' in script


def folder_of(site: Path, name: str, language: str, base: str = "") -> None:
    """Write what the pages of a language have of what is looked for above them."""
    folder = site / name
    folder.mkdir()
    alternate = f'<link rel="alternate" hreflang="en" href="{base}/en/index.html">\n'
    (folder / "index.html").write_text(
        f"<title>Shop</title>\n{alternate if base else ''}"
        f'<span lang="{name}" aria-current="true">{language}</span>',
        encoding="utf-8",
    )
    (folder / "404.html").write_text(f"Not in {language}", encoding="utf-8")
    if base:
        (folder / "robots.txt").write_text(
            f"User-agent: *\nAllow: /\nSitemap: {base}/{name}/sitemap.xml\n"
        )


@pytest.mark.parametrize("base", ["", "https://shop.test"])
def test_what_stands_above_the_languages(
    tmp_path: Path, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leads into the first, and lets search engines find all of them."""
    folder_of(tmp_path, "en", "English", base)
    folder_of(tmp_path, "zh", "中文", base)
    monkeypatch.setattr(sys, "argv", ["above", str(tmp_path), "en", "zh"])
    runpy.run_path(above.__file__, run_name="__main__")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert 'content="0; url=en/index.html"' in page
    assert page.count("<title>") == 1
    assert '<a lang="zh" href="zh/index.html">中文</a>' in page
    assert ('hreflang="en"' in page) == bool(base)
    assert (tmp_path / "404.html").read_text(encoding="utf-8") == "Not in English"
    robots = tmp_path / "robots.txt"
    assert (robots.read_text().splitlines() if robots.exists() else []) == (
        [
            "User-agent: *",
            "Allow: /",
            f"Sitemap: {base}/en/sitemap.xml",
            f"Sitemap: {base}/zh/sitemap.xml",
        ]
        if base
        else []
    )
