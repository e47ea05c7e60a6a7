"""Every error message that is a heading is on the page of error messages."""

import re
from urllib.parse import urljoin

from checks.conftest import Site

# A message with its type, a type alone, or what a log or pytest says.
ERROR = re.compile(
    r"\w*(Error|Warning|Exit|Group|Pool): |asyncio\.\w+\.\w+"
    r"|\w+(Error|Interrupt|Iteration)(¶|$)"
    r"|Task (exception|was) |Unclosed |Executing |async def functions |fixture '"
)


def test_every_error_message_is_listed(site: Site) -> None:
    """And nothing else is."""
    headings = {
        f"{page.name}#{heading.parent['id']}"
        for page in site.pages.values()
        if page.name != "reference/errors.html"  # its headings are the types
        for heading in page.soup.find_all(["h2", "h3"])
        if heading.parent is not None
        and (
            ERROR.match(heading.get_text())
            or (page.name.startswith("errors/") and heading.name == "h3")
        )
    }
    article = site["reference/errors.html"].soup.find("article")
    assert article is not None
    listed = {
        urljoin("reference/errors.html", str(link["href"]))
        for link in article.select("li a.internal")
    }
    assert listed == headings
