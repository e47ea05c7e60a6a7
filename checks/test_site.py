"""What must hold for every page of the built site."""

import gzip
import importlib
import itertools
import json
import re
import struct
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from bs4 import Tag
from sphinx.util.inventory import InventoryFile

from checks.conftest import ADDRESS, REPOSITORY, ROOT, Page, Site

#: Hosts that a page may link to. Nothing is loaded from them.
LINKED_HOSTS = {
    "docs.python.org",
    "github.com",  # Furo's author, in the footer
    "pradyunsg.me",  # the same
    "repository.test",  # stands for where the sources are
    "www.sphinx-doc.org",  # in the footer
}

#: CSS and JavaScript of a page, in bytes, before anything is clicked.
WEIGHT_LIMIT = 110_000

#: A page with all that is loaded with it, compressed, in bytes.
WHOLE_LIMIT = 60_000

#: What the recordings of a page may add to it, in bytes: as they are, and compressed.
RECORDINGS_LIMIT = 85_000
RECORDINGS_LIMIT_COMPRESSED = 15_000

#: How many elements the body of a page of the reference has at most.
ELEMENTS_LIMIT = 3_000

#: What the names of pages begin with that are not read from the top.
LOOKED_UP = ("reference/", "article", "genindex", "py-modindex", "practice/how-do-i")

#: What is served as a page and is none: nobody is to find or to share it.
NO_PAGES = {"404.html", "genindex.html", "py-modindex.html", "search.html"}

#: What is no prose in Markdown: a fence, and what stands in backticks.
FENCED = re.compile(r"^ *(```+)[a-z]*\n.*?^ *\1$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"(`+).*?\1")
TAGS = re.compile(r"<(?:b|code|details|div|em|img|p|pre|span|strong|svg|table)\b")

#: What is beside the site when it is published: test_builders.py has it.
BOOKS = {"yieldpoint.epub", "yieldpoint.pdf"}

#: The pages that each have at least one recording.
WATCHED = ("coroutines.html", "generators/", "asyncio/", "speed/waiting.html")


def targets(page: Page, attributes: dict[str, str]) -> list[str]:
    """Return what the elements of a page refer to, by element and attribute."""
    return [
        str(element[attribute])
        for name, attribute in attributes.items()
        for element in page.soup.find_all(name)
        if element.has_attr(attribute)
    ]


def loaded(page: Page) -> list[str]:
    """Return what a browser loads with a page."""
    styles = [
        str(link["href"])
        for link in page.soup.find_all("link")
        if {"stylesheet", "icon"} & set(link.get_attribute_list("rel"))
    ]
    return styles + targets(page, {"script": "src", "img": "src", "iframe": "src"})


def test_the_build_says_nothing(site: Site) -> None:
    """A strict and quiet build has nothing to report."""
    assert site.output == ""


def test_two_builds_are_equal(site: Site, same_site_again: Site) -> None:
    """Byte by byte, file by file."""

    def files(folder: Path) -> dict[str, bytes]:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }

    first, second = files(site.folder), files(same_site_again.folder)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_internal_links_lead_somewhere(site: Site) -> None:
    """To a file of the site, and to an anchor in it where they name one."""
    broken = []
    for page in site.pages.values():
        for link in targets(page, {"a": "href", "link": "href", "script": "src"}):
            if urlsplit(link).scheme:
                continue
            target, anchor = urldefrag(urljoin(page.name, link))
            name = urlsplit(target).path or page.name
            if name in BOOKS:
                continue
            if not (site.folder / name).is_file() or (
                anchor and unquote(anchor) not in site[name].anchors
            ):
                broken.append((page.name, link))
    assert broken == []


def test_external_links_go_to_known_hosts(site: Site) -> None:
    """No address is made up."""
    hosts = {
        urlsplit(link).hostname
        for page in site.pages.values()
        for link in targets(page, {"a": "href"})
        if urlsplit(link).scheme
    }
    assert hosts <= LINKED_HOSTS


def test_nothing_is_loaded_from_another_host(site: Site) -> None:
    """Neither by a page nor by its style sheets."""
    foreign = [
        (page.name, address)
        for page in site.pages.values()
        for address in loaded(page)
        if urlsplit(address).netloc
    ]
    for style in site.folder.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        foreign += [
            (style.name, address)
            for address in re.findall(r"(?:url\(|@import)\s*['\"]?([^'\")\s;]+)", text)
            if urlsplit(address).netloc
        ]
    assert foreign == []


def test_pages_are_light(site: Site) -> None:
    """The style sheets and scripts of each page stay below the limit."""
    for page in site.pages.values():
        if page.name in {"search.html", "404.html"}:
            continue  # all that the site says is searched there
        files = {
            urlsplit(urljoin(page.name, address)).path
            for address in loaded(page)
            if urlsplit(address).path.endswith((".css", ".js"))
        }
        weight = sum((site.folder / name).stat().st_size for name in files)
        assert 0 < weight < WEIGHT_LIMIT, page


def test_whole_pages_are_light(site: Site) -> None:
    """All that is loaded with one, and it itself, as a server sends it: compressed."""
    sizes: dict[str, int] = {}
    weights = {}
    for page in site.pages.values():
        files = {
            urlsplit(urljoin(page.name, address)).path
            for address in loaded(page)
            if not address.startswith("data:")
        }
        if page.name == "404.html":  # its links begin at the site's own beginning
            files = {name.removeprefix("/") for name in files}
        for name in files | {page.name}:
            if name not in sizes:
                data = (site.folder / name).read_bytes()
                sizes[name] = len(gzip.compress(data, mtime=0))
        weights[page.name] = sum(sizes[name] for name in files | {page.name})
    assert {page: size for page, size in weights.items() if size >= WHOLE_LIMIT} == {}
    assert min(weights.values()) > 10_000


def test_reference_pages_are_small(site: Site) -> None:
    """A page that is looked things up in is there at once, and can be found through."""
    large = {
        page.name: number
        for page in site.pages.values()
        if page.name.startswith("reference/")
        and (number := len(page.soup.select("*"))) >= ELEMENTS_LIMIT
    }
    assert large == {}


@pytest.mark.parametrize("module", ["clock", "loop", "trace"])
def test_others_can_link_to_what_users_import(site: Site, module: str) -> None:
    """Each public name is in the inventory, under the name that is imported.

    Exceptions of the loop are asyncio's own, where asyncio has them.
    """
    package = importlib.import_module(f"yieldpoint.{module}")
    with (site.folder / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", lambda _, uri: uri)
    known = {name for names in inventory.values() for name in names}
    names = getattr(package, "__all__", None) or [
        name
        for name, value in vars(package).items()
        if getattr(value, "__module__", "").startswith("yieldpoint.")
    ]
    assert len(names) > 3
    public = {
        f"{package.__name__}.{name}"
        for name in names
        if not str(name).endswith(("Error", "Empty", "Full", "ShutDown"))
    }
    assert public - known == set()


def test_recordings_are_light(site: Site) -> None:
    """What they add to a page stays below the limits."""
    heavy = {}
    for page in site.pages.values():
        recordings = page.soup.find_all("div", class_="recording")
        html = "".join(map(str, recordings)).encode()
        size, compressed = len(html), len(gzip.compress(html, mtime=0))
        if size >= RECORDINGS_LIMIT or compressed >= RECORDINGS_LIMIT_COMPRESSED:
            heavy[page.name] = size, compressed
    assert heavy == {}


def test_pages_are_watched(site: Site) -> None:
    """Each page on generators, asyncio and waiting has a recording."""
    without = [
        page.name
        for page in site.pages.values()
        if page.name.startswith(WATCHED)
        and not page.soup.select("div.recording svg.yp-figure")
    ]
    assert without == []


def test_figures_have_a_text(site: Site) -> None:
    """For those who do not see them, and there are some figures."""
    figures = [
        (page.name, figure)
        for page in site.pages.values()
        for figure in page.soup.find_all("svg", class_="yp-figure")
    ]
    assert figures
    assert [name for name, figure in figures if not figure.get("aria-label")] == []


def test_images_have_a_text(site: Site) -> None:
    """For those who do not see them."""
    without = [
        (page.name, str(image))
        for page in site.pages.values()
        for image in page.soup.find_all("img")
        if not image.get("alt")
    ]
    assert without == []


def test_pages_have_one_title_and_a_language(site: Site) -> None:
    """Screen readers and search engines ask for both."""
    for page in site.pages.values():
        assert isinstance(page.soup.html, Tag)
        assert page.soup.html.get("lang") == "en", page
        titles = page.soup.find_all("h1")
        assert len(titles) == 1 or page.name == "search.html"  # a script writes it


def test_headings_are_structured(site: Site) -> None:
    """None is more than one level below the one before it."""
    skipping = {}
    for page in site.pages.values():
        headings = page.soup.select("h1, h2, h3, h4, h5, h6")
        levels = [int(heading.name[1]) for heading in headings]
        skipped = [b for a, b in itertools.pairwise(levels) if b > a + 1]
        if skipped or (levels and levels[0] != 1):
            skipping[page.name] = levels
    assert skipping == {}


def test_pages_tell_where_they_are(site: Site) -> None:
    """Each has one address, its own, a description and the parts it is in."""
    for page in site.pages.values():
        if page.name in NO_PAGES:
            continue
        head = page.soup.head
        assert isinstance(head, Tag)
        assert [link["href"] for link in head.select("link[rel=canonical]")] == [
            ADDRESS + page.name
        ]
        (address,) = head.select('meta[property="og:url"]')
        assert address["content"] == ADDRESS + page.name
        assert len(head.select('meta[name="description"]')) == 1, page
        (script,) = head.select('script[type="application/ld+json"]')
        crumbs = json.loads(str(script.string))["itemListElement"]
        assert crumbs[0]["item"] == f"{ADDRESS}index.html"
        assert crumbs[-1]["item"] == ADDRESS + page.name


def test_each_page_has_a_card_of_its_own(site: Site) -> None:
    """A picture of the size that is asked for. Without any font, some were equal."""
    cards = {}
    for page in site.pages.values():
        for image in page.soup.select('meta[property="og:image"]'):
            address = str(image["content"])
            assert address.startswith(ADDRESS)
            card = (site.folder / address.removeprefix(ADDRESS)).read_bytes()
            assert card.startswith(b"\x89PNG")
            assert struct.unpack(">II", card[16:24]) == (1200, 630)
            cards[page.name] = card
    assert cards.keys() == site.pages.keys() - NO_PAGES
    assert len(set(cards.values())) == len(cards)


def test_pages_can_be_edited_and_reported(site: Site) -> None:
    """At the file that each one is written in."""
    for page in site.pages.values():
        links = targets(page, {"a": "href"})
        edited = [link for link in links if link.startswith(f"{REPOSITORY}/edit/main/")]
        reported = [link for link in links if link.startswith(f"{REPOSITORY}/issues/")]
        if page.name in NO_PAGES:
            assert edited + reported == []
            continue
        (link,) = edited
        assert (ROOT / link.removeprefix(f"{REPOSITORY}/edit/main/")).is_file()
        assert len(reported) == 1


def test_each_page_is_there_as_markdown(site: Site) -> None:
    """With its code, its outputs and its recordings, and without any HTML."""
    for page in site.pages.values():
        if page.name in NO_PAGES:
            continue
        (link,) = page.soup.select('link[type="text/markdown"]')
        assert link["href"] in targets(page, {"a": "href"})
        name = Path(page.name).with_suffix(".md")
        assert urljoin(page.name, str(link["href"])) == name.as_posix()
        text = (site.folder / name).read_text(encoding="utf-8")
        assert text.startswith("# ")
        fences = [fence[0] for fence in FENCED.finditer(text)]
        runs = len(page.soup.select(".yp-run"))
        assert sum("created" in f or "started" in f for f in fences) >= runs, name
        prompts = len(re.findall("^ *>>> ", "\n".join(fences), re.MULTILINE))
        shown = page.soup.select(".highlight-pycon .gp, .highlight-default .gp")
        assert prompts == sum(prompt.text.startswith(">>>") for prompt in shown), name
        prose = FENCED.sub("", text)
        assert TAGS.findall(CODE.sub("", prose)) == [], name
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", prose):
            assert (site.folder / urljoin(name.as_posix(), target)).is_file(), target


def test_pages_are_listed_for_programs_that_read(site: Site) -> None:
    """All of them, by the address of their Markdown, each once."""
    text = (site.folder / "llms.txt").read_text(encoding="utf-8")
    assert text.startswith("# Yieldpoint\n\n> ")
    listed = re.findall(r"^- \[.*\]\((\S+)\): \S", text, re.MULTILINE)
    assert sorted([f"{ADDRESS}index.md", *listed]) == sorted(
        f"{ADDRESS}{name.removesuffix('.html')}.md"
        for name in site.pages.keys() - NO_PAGES
    )


def test_old_addresses_lead_to_pages(site: Site) -> None:
    """There are some, and none leads to another old one."""
    assert site.moved
    for name, target in site.moved.items():
        assert urljoin(name, target) in site.pages, name


def test_pages_are_short(site: Site) -> None:
    """Under 900 words of prose: one idea a page."""
    long = {}
    for page in site.pages.values():
        if page.name.startswith(LOOKED_UP):
            continue  # looked things up in, not read from the top
        article = page.soup.find("article")
        assert isinstance(article, Tag) or page.name == "search.html"
        if isinstance(article, Tag):
            words = sum(
                len(paragraph.get_text().split())
                for paragraph in article.find_all(["p", "h1", "h2", "h3", "td", "th"])
                if not paragraph.find_parent(class_="yp-watch")  # steps are no prose
            )
            if words >= 900:
                long[page.name] = words
    assert long == {}


def test_fences_can_be_pasted() -> None:
    """An empty line would end a definition in the interpreter."""
    broken = [
        f"{page.relative_to(ROOT)}:{number}"
        for page in (ROOT / "docs").rglob("*.md")
        for number, line in enumerate(page.read_text("utf-8").splitlines(), start=1)
        if line.rstrip() == "..." and "_build" not in page.parts
    ]
    assert broken == []
