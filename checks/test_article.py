"""The article, checked: all claims, all blocks, and links that land on examples."""

import re
from urllib.parse import urldefrag, urljoin

import pytest
from bs4 import Tag

from checks.conftest import Site

# The last two were counted later, and stand where the article has them.
CLAIMS = [f"claim-c{number:02}" for number in range(1, 83)]
CLAIMS.insert(CLAIMS.index("claim-c56"), "claim-c84")
CLAIMS.insert(CLAIMS.index("claim-c74"), "claim-c83")

# What no example can show: it was read somewhere, or measured.
NOT_EXECUTED = {"claim-c10", "claim-c38", "claim-c42", "claim-c62", "claim-c82"}
BLOCKS = [f"block-{number}" for number in range(1, 21)]


def entry(site: Site, anchor: str) -> Tag:
    """Return an entry of the page."""
    found = site["article.html"].soup.find(id=anchor)
    assert isinstance(found, Tag)
    return found


def executed_at(site: Site, link: str) -> bool:
    """Tell whether a link on the page leads to an executed fence."""
    name, anchor = urldefrag(urljoin("article.html", link))
    target = site[name].soup.find(id=anchor)
    assert target is not None
    code = target.find_next(class_="highlight")
    assert code is not None
    return code.find_parent(class_="executed") is not None


def test_there_are_all_claims_and_all_blocks(site: Site) -> None:
    """And nothing else is called one."""
    soup = site["article.html"].soup
    found = [str(each["id"]) for each in soup.find_all(class_="verdict")]
    assert found == CLAIMS + BLOCKS


@pytest.mark.parametrize("anchor", CLAIMS + BLOCKS)
def test_each_entry_is_complete(site: Site, anchor: str) -> None:
    """A claim, what is the case, and a link to an executed example, or elsewhere."""
    paragraphs = entry(site, anchor).find_all("p", recursive=False)
    if anchor in NOT_EXECUTED:
        head, claim, case = paragraphs
        assert re.search("Settled by reading|Measured", case.get_text())
        assert case.find("a")
        return
    assert len(paragraphs) == 4
    head, claim, case, example = paragraphs
    assert head.find(class_="badge")
    assert claim.get_text().strip()
    assert case.get_text().strip()
    links = example.find_all("a")
    assert len(links) == 1
    assert executed_at(site, str(links[0]["href"]))


@pytest.mark.parametrize(
    ("verdict", "number"),
    [
        *(("true", 35), ("imprecise", 32), ("false", 12), ("outdated", 5)),
        *(("runs", 2), ("differs", 3), ("fails", 8), ("listing", 7)),
    ],
)
def test_the_tally(site: Site, verdict: str, number: int) -> None:
    """As many of each verdict as were counted by hand."""
    soup = site["article.html"].soup
    assert len(soup.find_all(class_=f"verdict-{verdict}")) == number
