"""The site in other languages: nothing that a reader sees escapes the catalogues."""

import re
from operator import itemgetter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Tag

from checks import catalogues
from checks.marked import OPEN, escaped, parsed
from checks.part import MOVED, PAGES
from yieldpoint.trace.figure._drawing import LEGEND

#: What those are told who find a page, or to whom it is shown.
TOLD = "meta[name=description], meta[property='og:title']"


@pytest.mark.parametrize("page", [*PAGES, *MOVED, "search", "404"])
def test_no_text_escapes_the_catalogues(marked: Path, page: str) -> None:
    """Each is marked when each catalogue marks all that it has."""
    html = (marked / f"{page}.html").read_text(encoding="utf-8")
    head, body = parsed(html, "head"), parsed(html, "body")
    assert OPEN in body.get_text()
    assert sorted(set(escaped(body))) == []
    assert head.title
    for said in [head.title.text, *map(itemgetter("content"), head.select(TOLD))]:
        assert OPEN in said or said == "Yieldpoint"
    drawn = {text.get_text() for text in body.select("svg text")}
    assert drawn & set(LEGEND.values()) == set()


def test_the_translation_is_whole() -> None:
    """All that the package says is said in Chinese, and nothing else is."""
    with (catalogues.LOCALE / "zh_CN.po").open("rb") as file:
        chinese = {str(each.id): str(each.string) for each in read_po(file) if each.id}
    texts = {str(each.id) for each in catalogues.of_the_package() if each.id}
    assert chinese.keys() == texts
    fields = re.compile(r"\{\w*\}|%\(\w+\)s")
    assert {
        text: said
        for text, said in chinese.items()
        if not said or sorted(fields.findall(text)) != sorted(fields.findall(said))
    } == {}


def test_a_page_leads_to_itself_in_other_languages(chinese: Path) -> None:
    """And tells it to search engines."""
    html = (chinese / "asyncio/sleep.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "html.parser")
    assert isinstance(page.html, Tag)
    assert page.html["lang"] == "zh-CN"
    switch = page.select_one("nav.yp-languages")
    assert switch is not None
    assert [link["href"] for link in switch.select("a")] == [
        "../../en/asyncio/sleep.html"
    ]
    assert [each.get_text() for each in switch.select("[aria-current]")] == ["简体中文"]
    alternates = {
        str(link["hreflang"]): str(link["href"])
        for link in page.select("link[rel=alternate][hreflang]")
    }
    base = "https://example.org/docs"
    assert alternates == {
        "en": f"{base}/en/asyncio/sleep.html",
        "zh-CN": f"{base}/zh/asyncio/sleep.html",
        "x-default": f"{base}/en/asyncio/sleep.html",
    }
    canonical = page.select_one("link[rel=canonical]")
    assert canonical is not None
    assert canonical["href"] == f"{base}/zh/asyncio/sleep.html"


def test_the_translated_page_is_in_chinese(chinese: Path) -> None:
    """Its prose, its recordings and its findings; the code is the same."""
    html = (chinese / "asyncio/sleep.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "html.parser")
    article = page.find("article")
    assert isinstance(article, Tag)
    text = article.get_text()
    for said in (
        "会把当前任务挂起一秒",
        "下一次切换",
        "阻塞事件循环 0.8 s",
        "被定时器唤醒",
    ):
        assert said in text
    for said in ("suspends the", "Next switch", "blocks the event loop"):
        assert said not in text


def test_scripts_find_their_texts(chinese: Path) -> None:
    """Before they need them."""
    html = (chinese / "asyncio/sleep.html").read_text(encoding="utf-8")
    assert html.index("texts.js") < html.index("copy.js")
    said = (chinese / "_static/texts.js").read_text(encoding="utf-8")
    assert '"Copy": "复制"' in said
