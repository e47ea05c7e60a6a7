"""What is drawn for browsers, and what other builders have in its place.

A page in a browser shows a run as a figure to step through. An EPUB, a PDF and a text
file have no use for buttons: there the figure is a picture, and the steps are a table.

Examples:
    >>> from yieldpoint.sphinxext.elsewhere import Drawing
    >>> drawing = Drawing(html="<svg/>", svg="<svg/>", alt="Two lanes")
    >>> drawing["alt"]
    'Two lanes'
"""

import hashlib
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.transforms.post_transforms.images import ImageConverter
from sphinx.writers.html5 import HTML5Translator

__all__ = ["Drawing", "WebOnly", "for_paper", "is_web", "table"]

_SVG = "image/svg+xml"

# How many characters a column has at most.
_WIDEST = 40


def is_web(builder: Builder) -> bool:
    """Tell whether a builder makes pages for browsers.

    Args:
        builder: The builder.

    Returns:
        Whether its pages may have scripts, and HTML that is no XML.

    Examples:
        >>> from types import SimpleNamespace
        >>> from yieldpoint.sphinxext.elsewhere import is_web
        >>> is_web(SimpleNamespace(name="epub", format="html"))
        False
    """
    return builder.format == "html" and builder.name != "epub"


def table(header: Sequence[str], rows: Sequence[Sequence[nodes.Node]]) -> nodes.table:
    """Return a table.

    Args:
        header: The heads of the columns.
        rows: The cells, row by row.

    Returns:
        The table.

    Examples:
        >>> from docutils import nodes
        >>> from yieldpoint.sphinxext.elsewhere import table
        >>> table(["Step"], [[nodes.paragraph("", "1")]]).astext().split()
        ['Step', '1']
    """

    def row(cells: Sequence[nodes.Node]) -> nodes.row:
        return nodes.row("", *(nodes.entry("", cell) for cell in cells))

    group = nodes.tgroup("", cols=len(header))
    for number, text in enumerate(header):
        cells = [len(row[number].astext()) for row in rows]
        # Text files have columns as wide; elsewhere it is a proportion.
        group += nodes.colspec(colwidth=min(max(len(text), *cells) + 2, _WIDEST))
    group += nodes.thead("", row([nodes.paragraph(text, text) for text in header]))
    group += nodes.tbody("", *(row(cells) for cells in rows))
    return nodes.table("", group)


def for_paper(svg: str) -> str:
    """Return an SVG file that simple programs draw as browsers do, in light colours.

    Args:
        svg: The text of an SVG file with its style sheet in it.

    Returns:
        The same without what is younger than CSS 2: variables, pairs of colours, and
        rules that depend on what a program can do.

    Examples:
        >>> from yieldpoint.sphinxext.elsewhere import for_paper
        >>> style = "a { --ink: light-dark(#000, #fff); } b { fill: var(--ink); }"
        >>> for_paper(f"<svg><style>{style}</style></svg>")
        '<svg><style>a { } b { fill: #000; }</style></svg>'
    """
    head, opening, rest = svg.partition("<style>")
    style, closing, body = rest.partition("</style>")
    style = re.sub(r"@[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", style)
    style = re.sub(r"light-dark\(([^,]*),[^)]*\)", r"\1", style)
    values = dict(re.findall(r"(--[\w-]+): ([^;]*);", style))
    style = re.sub(r"(?:--[\w-]+|color-scheme): [^;]*;\s*", "", style)
    style = re.sub(r"var\((--[\w-]+)\)", lambda found: values[found[1]], style)
    return head + opening + style + closing + body


class WebOnly(nodes.General, nodes.Element):
    """A node for browsers, which says what other builders have in its place.

    Examples:
        >>> from yieldpoint.sphinxext.elsewhere import WebOnly
        >>> WebOnly().elsewhere([])
        []
    """

    def elsewhere(self, picture: Sequence[nodes.Node]) -> list[nodes.Node]:
        """Return what stands in its place.

        Args:
            picture: Its picture, if it has one.

        Returns:
            The nodes.

        Examples:
            >>> from yieldpoint.sphinxext.elsewhere import WebOnly
            >>> WebOnly().elsewhere([])
            []
        """
        return list(picture)


class Drawing(WebOnly):
    """A drawing: the HTML for browsers, and an SVG file for all others.

    Its attributes are ``html``, ``svg`` and ``alt``, which describes the picture, and
    if the page does not say it anyway, ``words``: what stands there without a picture.

    Examples:
        >>> from yieldpoint.sphinxext.elsewhere import Drawing
        >>> Drawing(html="", svg="", alt="").elsewhere([])
        []
    """


class ReplaceElsewhere(SphinxPostTransform):
    """Replace what is for browsers, if the builder makes something else.

    Examples:
        >>> from yieldpoint.sphinxext.elsewhere import ReplaceElsewhere
        >>> ReplaceElsewhere.default_priority
        50
    """

    default_priority = 50  # before images are converted
    #: What this build makes, and what kinds of image it can have SVG files turned into.
    builder: Builder
    converted: AbstractSet[str] = frozenset()

    def run(self, **_: object) -> None:
        """Replace the nodes of a page.

        :meta private:
        """
        # Translators translate what is for browsers too.
        if not is_web(self.builder) and self.builder.name != "gettext":
            for node in list(self.document.findall(WebOnly)):
                picture = self._picture(node) if isinstance(node, Drawing) else []
                node.replace_self(node.elsewhere(picture))

    def _picture(self, node: Drawing) -> list[nodes.Node]:
        """Return a drawing as an image, or in words where there can be none."""
        if not {_SVG, *self.converted} & {*self.builder.supported_image_types}:
            words = node.get("words", "")
            return [nodes.paragraph(words, words)] if words else []
        svg = for_paper(node["svg"])
        name = hashlib.sha256(svg.encode()).hexdigest()[:16]
        file = Path(self.env.doctreedir, "images", f"drawing-{name}.svg")
        file.parent.mkdir(exist_ok=True)
        file.write_text(svg, encoding="utf-8")
        self.env.images.add_file(self.env.docname, str(file))
        path = str(file)
        return [nodes.image(uri=path, candidates={_SVG: path}, alt=node["alt"])]


def _visit_drawing(self: HTML5Translator, node: Drawing) -> None:
    self.body.append(node["html"])
    raise nodes.SkipNode


def _add_replacement(app: Sphinx) -> None:
    """Add the transform for the builder that has been chosen."""
    rules = [
        rule
        for transform in app.registry.get_post_transforms()
        if issubclass(transform, ImageConverter)
        for rule in transform.conversion_rules
    ]
    converted = {made for source, made in rules if source == _SVG}
    for_this_build = {"builder": app.builder, "converted": converted}
    app.add_post_transform(type("Replace", (ReplaceElsewhere,), for_this_build))


def setup(app: Sphinx) -> None:
    """Add the node and what replaces it."""
    app.add_node(Drawing, html=(_visit_drawing, None))
    app.connect("builder-inited", _add_replacement)
