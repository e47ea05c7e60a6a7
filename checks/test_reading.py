"""The reading edition: all modules of the loop, in their order, linked both ways."""

from urllib.parse import urljoin

from bs4 import Tag

from checks.conftest import Page, Site
from yieldpoint import loop
from yieldpoint.sphinxext.abridged import reading_order

START = "inside/read/index.html"

#: How many elements a page of the edition may have.
MANY = 3_000


def edition(site: Site) -> list[Page]:
    """Return the pages of the edition, in the order in which its start lists them."""
    links = site[START].soup.select("article ol a.internal")
    names = [urljoin(START, str(link["href"])).partition("#")[0] for link in links]
    return [site[name] for name in names]


def test_all_modules_are_there_in_the_order_of_reading(site: Site) -> None:
    """On the pages, and in the list at the start."""
    order = [name.rpartition(".")[2] for name in reading_order("yieldpoint.loop")]
    shown = [
        heading.get_text().removesuffix("¶")
        for page in edition(site)
        for heading in page.soup.select("article h2")
    ]
    listed = [
        code.get_text() for code in site[START].soup.select("article ol p > code")
    ]
    assert shown == order
    assert listed == [name for name in order if name != "run_one_turn"]


def test_each_public_name_leads_to_a_page_that_builds_it(site: Site) -> None:
    """Classes and functions do; methods may."""
    names = [
        name for page in edition(site) for name in page.soup.select("div.reading [id]")
    ]
    public = [name for name in names if hasattr(loop, str(name["id"]))]
    assert len(public) > 30
    assert [name["id"] for name in public if name.name != "a"] == []


def test_pages_that_show_a_part_lead_to_its_module(site: Site) -> None:
    """Those on the inside of the loop show some."""
    links = [
        link
        for page in site.pages.values()
        for link in page.soup.select(".code-block-caption a")
        if link.get_text() == "in its module"
    ]
    assert len(links) > 10


def test_pages_of_the_edition_are_light(site: Site) -> None:
    """A page of code is many elements."""
    sizes = {page.name: len(page.soup.select("*")) for page in edition(site)}
    assert len(sizes) > 1
    assert {name: size for name, size in sizes.items() if size >= MANY} == {}


def test_names_are_anchors_once(site: Site) -> None:
    """A name that is also the id of a heading would lead to the wrong place."""
    for page in edition(site):
        ids = [str(each["id"]) for each in page.soup.find_all(id=True)]
        assert len(ids) == len(set(ids)), page
        for code in page.soup.select("div.reading"):
            assert isinstance(code, Tag)
            assert ">>>" not in code.get_text()
