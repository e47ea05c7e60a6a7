r"""A page is kept without all that Sphinx knows of the other pages.

MyST parses the text of an ``eval-rst`` fence as a document of its own. Its nodes go on
knowing that document when they stand on the page. Sphinx takes its environment off the
page's document before it writes the page to its file, but not off that one: so each
page with such a fence would be kept with the environment inside, some megabytes that
are written once and read at each use. Here all nodes of a page get to know the page.

Examples:
    >>> from docutils import nodes
    >>> from docutils.utils import new_document
    >>> from yieldpoint.sphinxext.doctrees import take_over
    >>> fence, page = new_document("fence"), new_document("page")
    >>> fence += nodes.paragraph()
    >>> page.extend(fence.children)
    >>> page[0] += nodes.Text("text")
    >>> page[0][0].document = fence
    >>> take_over(page)
    >>> page[0][0].document["source"]
    'page'
"""

from docutils import nodes
from sphinx.application import Sphinx

__all__ = ["take_over"]


def take_over(page: nodes.document) -> None:
    """Let every node of a page know the page, and no other document.

    Args:
        page: The page, which is changed.

    Examples:
        >>> from docutils import nodes
        >>> from docutils.utils import new_document
        >>> from yieldpoint.sphinxext.doctrees import take_over
        >>> page = new_document("page")
        >>> page += nodes.paragraph()
        >>> page[0].document = new_document("fence")
        >>> take_over(page)
        >>> page[0].document is page
        True
    """
    for node in page.findall():
        if node.document is not page:
            node.document = page


def _take_over(_app: Sphinx, doctree: nodes.document) -> None:
    take_over(doctree)


def setup(app: Sphinx) -> None:
    """Work when a page has been read, before Sphinx writes it to its file."""
    app.connect("doctree-read", _take_over)
