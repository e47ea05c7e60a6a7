"""The site in other languages: nothing that a reader sees escapes the catalogues."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from checks import catalogues
from checks.conftest import Site
from checks.part import MOVED, PAGES, build
from yieldpoint.trace.figure._drawing import LEGEND

#: What a pseudo-translation puts around each text.
OPEN, CLOSE = "⟦", "⟧"

#: What is the same in all languages: code, names, numbers, what a program prints.
CODE = "pre, code, samp, script, style, svg g, svg .name, .yp-strip, .verdict-example"
SPHINX = ".headerlink, a.reference"
NAMES = (
    ".yp-lanes b, .yp-lanes span, .yp-steps td:nth-child(3), .yp-steps td:last-child"
)
NAME = re.compile(r"[\w.]*[._(][\w.() ]*|[A-Z][A-Z_]+|[a-z]+(-[a-z]+)+")

#: Where a sentence ends: what is in one is marked as a whole.
BLOCKS = {
    *("p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "h4", "button", "summary"),
    *("figcaption", "em", "label", "text", "option"),
}


def pseudo(catalogue: Catalog, path: Path) -> None:
    """Write a translation that only marks each text."""
    for message in catalogue:
        if message.id:
            message.string = f"{OPEN}{message.id}{CLOSE}"
    catalogues.write(catalogue, path)


@pytest.fixture(scope="module")
def marked(templates: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return pages of which each text is marked; their language is Esperanto."""
    folder = tmp_path_factory.mktemp("marked")
    for page in (*PAGES, *MOVED):
        with (templates.folder / page).with_suffix(".pot").open("rb") as file:
            path = folder / "locale/eo/LC_MESSAGES" / f"{page}.po"
            pseudo(read_po(file), path)
    pseudo(catalogues.of_the_package(), folder / "eo.po")
    options = {
        "language": "eo",
        "locale_dirs": str(folder / "locale"),
        "text_dirs": str(folder),
    }
    return build(folder, *(f"-D{key}={value}" for key, value in options.items()))


def escaped(article: Tag) -> Iterator[str]:
    """Yield what a reader sees, or hears, and is in no catalogue."""
    same = {id(each) for each in article.select(f"{CODE}, {NAMES}")}
    for text in article.find_all(string=re.compile("[a-z]{3}")):
        assert isinstance(text, NavigableString)
        around = list(text.parents)
        if type(text) is not NavigableString or same & {id(each) for each in around}:
            continue
        blocks = [each.get_text() for each in around if each.name in BLOCKS]
        if not any(OPEN in each for each in [text, *blocks]) and not NAME.fullmatch(
            text.strip()
        ):
            yield str(text).strip()
    for element in article.select(f":not({SPHINX})"):
        for name in ("aria-label", "alt", "title", "placeholder"):
            said = str(element.get(name, OPEN))
            if OPEN not in said and re.search("[a-z]{3}", said):
                yield f"{name}={said}"


@pytest.mark.parametrize("page", [*PAGES, "search", "404"])
def test_no_text_escapes_the_catalogues(marked: Path, page: str) -> None:
    """Each is marked when each catalogue marks all that it has."""
    html = (marked / f"{page}.html").read_text(encoding="utf-8")
    article = BeautifulSoup(html, "html.parser").find("article")
    assert isinstance(article, Tag)
    assert OPEN in article.get_text()
    assert sorted(set(escaped(article))) == []
    drawn = {text.get_text() for text in article.select("svg text")}
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
