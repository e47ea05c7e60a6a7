"""Reading pages."""

import pytest

from yieldpoint.crawler import page
from yieldpoint.crawler.fetch import Answer
from yieldpoint.crawler.page import Link, Page, read


def links(text: str, kind: str = "") -> list[Link]:
    """Return the links of a page."""
    answer = Answer("ok", body=text.encode(), kind=kind)
    return read(answer, "http://h/x/y", "somebot").links


def page_of(
    body: bytes, robot: str = "x", tags: str = "", charset: str | None = None
) -> Page:
    """Return a page of a host."""
    answer = Answer("ok", body=body, tags=tags, charset=charset)
    return read(answer, "http://h/", robot)


def test_the_text_of_a_link_is_what_a_reader_sees() -> None:
    """The text of a link is what a reader sees."""
    texts = [
        "<a href=1> Two \n words </a>",
        "<a href=2><img alt='A picture' src=/p></a>",
        "<a href=3><img src=/p></a>",
        "<a href=4></a>",
        f"<a href=5>{'long ' * 100}</a>",
        "<area href=6>",
        "<a href=7><!-- nothing --><b>bold</b></a>",
    ]
    found = {link.address[11:]: link.text for link in links("".join(texts))}
    assert found["1"] == "Two words"
    assert found["2"] == "A picture"
    assert found["3"] == "<img>"
    assert found["4"] == ""
    assert 100 < len(found["5"]) <= 120
    assert found["6"] == "<area>"
    assert found["7"] == "bold"


def test_each_address_is_a_link_once() -> None:
    """Each address is a link once."""
    assert links("<a href=/a>1</a><a href=/a#b>2</a>") == [Link("http://h/a", "1")]


def test_a_link_that_is_marked_once_may_be_followed_elsewhere() -> None:
    """A link that is marked once may be followed elsewhere."""
    found = links("<a rel=nofollow href=/a>1</a><a href=/a>2</a>")
    assert found == [Link("http://h/a", "2")]


def test_a_wrong_link_is_a_link_with_a_reason() -> None:
    """A wrong link is a link with a reason."""
    (found,) = links("<a href='http://h:99999/'>x</a>")
    assert found == Link("http://h:99999/", "x", wrong="the port 99999 is none")


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("<meta http-equiv=refresh content=5>", []),
        ("<meta http-equiv=refresh content='5;url=/a'>", ["http://h/a"]),
        ("<meta http-equiv=refresh content='5, \"/a\"'>", ["http://h/a"]),
        ("<meta http-equiv=refresh>", []),
        ("<meta name=refresh content='5;url=/a'>", []),
        (
            "<link rel=dns-prefetch href=//other><link rel=next href=n>",
            ["http://h/x/n"],
        ),
        ("<a name=b>no link</a>", []),
        ("<base href=''><a href=a>", ["http://h/x/a"]),
        ("<base><base href=/z/><a href=a>", ["http://h/z/a"]),
    ],
)
def test_what_is_a_link(text: str, addresses: list[str]) -> None:
    """What is a link."""
    assert [link.address for link in links(text)] == addresses


def test_robots_of_a_page() -> None:
    """Robots of a page."""
    assert page_of(b"<meta name=ROBOTS content=noindex>").index is False
    assert page_of(b"<meta name=somebot content=none>", "somebot").index is False
    assert page_of(b"<meta name=otherbot content=none>", "somebot").index
    assert page_of(b"<meta name=robots>").index
    assert page_of(b"", tags="noindex").index is False


def test_too_many_links_are_said_to_be_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Too many links are said to be too many."""
    text = "".join(f"<a href={n}>" for n in range(20))
    monkeypatch.setattr(page, "MAX_LINKS", 7)
    found = page_of(text.encode())
    assert found.remark == "only the first 7 links were read"
    assert len(found.links) == 7
    monkeypatch.setattr(page, "MAX_LINKS", 100)
    monkeypatch.setattr(page, "MAX_ADDRESSES", 50)
    found = page_of(text.encode())
    assert found.remark == f"only the first {len(found.links)} links were read"


def test_an_encoding_that_python_lacks_does_no_harm() -> None:
    """An encoding that python lacks does no harm."""
    text = b"<a href='?\xe9'>"
    assert page_of(text, charset="x-user-defined").links


def test_pictures_of_a_list_are_links() -> None:
    """Each of them, wherever the list may stand; and none of a list without an end."""
    text = (
        "<img src=1 srcset='2 1x, 3 2x'><source srcset='data:a,b 1x,4'>"
        "<link rel=preload imagesrcset='5 480w, 6'><img srcset=''>"
        f"<img srcset='{'7,' * 9_000}'><video poster=8></video>"
    )
    found = {link.address.rpartition("/")[2] for link in links(text)}
    assert found == set("1234568")


def test_empty_elements_of_xhtml_hide_nothing() -> None:
    """Not what follows; in HTML they are not empty."""
    text = "<title/><script src='s' /><a href='x'>t</a>"
    assert links(text, kind="application/xhtml+xml")[0].address == "http://h/x/x"
    assert not links(text, kind="text/html")
