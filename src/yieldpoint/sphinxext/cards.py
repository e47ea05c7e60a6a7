"""The card that stands beside a link to a page, where people share it.

With ``yieldpoint.sphinxext.cards`` among the extensions, each page of a site whose
address is known (``html_baseurl``) has a picture of its own: its title beside the first
figure that it shows, or beside its first sentences. `resvg-py` draws it, as PNG, with
the fonts of the machine. What has been drawn is kept beside the doctrees.

Examples:
    >>> from yieldpoint.sphinxext.cards import card
    >>> card("Tasks", "Yieldpoint", "A task drives a coroutine.", "").count("<text")
    3
"""

import hashlib
import re
import shutil
import textwrap
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import resvg_py
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from yieldpoint.sphinxext.elsewhere import Drawing, for_paper
from yieldpoint.sphinxext.publishing import (
    add_tags,
    address_of,
    described,
    is_published,
)

__all__ = ["card"]

# Pixels: what those who show cards ask for, and where a figure has its place in it.
_WIDTH, _HEIGHT = 1200, 630
_LEFT, _TOP, _WIDE, _HIGH = 600, 40, 560, 560
_FIGURE = re.compile(r'<svg[^>]*?( class="[^"]*")[^>]*? width="(\d+)"[^>]*>')


def card(title: str, site: str, description: str, figure: str) -> str:
    """Return a card.

    Args:
        title: The page's title.
        site: The site's name.
        description: What the page says first; it is shown if there is no figure.
        figure: An SVG file, as `for_paper` returns it, or nothing.

    Returns:
        An SVG file, with as much of the figure as can be read: its beginning.

    Examples:
        >>> from yieldpoint.sphinxext.cards import card
        >>> figure = '<svg class="plot" width="280" height="9"><rect/></svg>'
        >>> 'viewBox="0 0 280 280"><rect/></svg>' in card("A", "B", "C", figure)
        True
    """
    beside = _lines(description, 32, 34, 600, 130) if not figure else ""
    size = 56 if len(title) < 50 else 44
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>'
        f'<rect width="12" height="{_HEIGHT}" fill="#0a4bff"/>'
        f'<g font-weight="700">{_lines(title, 900 // size, size, 60, 130)}</g>'
        f"{_lines(site, 40, 30, 60, 575)}{beside or _beginning(figure)}</svg>"
    )


def _lines(text: str, wide: int, size: int, x: int, y: int) -> str:
    """Return a text in lines of so many letters at most."""
    return "".join(
        f'<text x="{x}" y="{y + round(1.3 * size * number)}" font-size="{size}" '
        f'font-family="sans-serif" fill="#1f2328">{escape(line)}</text>'
        for number, line in enumerate(textwrap.wrap(text, wide))
    )


def _beginning(figure: str) -> str:
    """Return a figure as wide as its place, cut off where that ends."""
    opening = _FIGURE.match(figure)
    assert opening is not None
    wide = min(int(opening[2]), _WIDE)
    high = wide * _HIGH // _WIDE
    place = f'x="{_LEFT}" y="{_TOP}" width="{_WIDE}" height="{_HIGH}"'
    box = f'viewBox="0 0 {wide} {high}"'
    return f"<svg{opening[1]} {place} {box}>{figure[opening.end() :]}"


def _draw(app: Sphinx, svg: str) -> Path:
    """Return the file that has a card as PNG; it is drawn once."""
    name = hashlib.sha256(svg.encode()).hexdigest()[:16]
    file = Path(app.doctreedir, "cards", f"{name}.png")
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(resvg_py.svg_to_bytes(svg_string=svg)))
    return file


def _add_card(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Draw a page's card, and say in its head where it is."""
    del templatename
    if doctree is None or not is_published(app):
        return
    title = app.env.titles[pagename].astext()
    figures: Iterable[Drawing] = doctree.findall(Drawing)
    figure = next((for_paper(drawing["svg"]) for drawing in figures), "")
    drawn = _draw(app, card(title, app.config.project, described(doctree), figure))
    name = f"_images/cards/{pagename.replace('/', '-')}.png"
    target = Path(app.outdir, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(drawn, target)
    add_tags(
        context,
        ("property", "og:image", address_of(app, name)),
        ("property", "og:image:width", str(_WIDTH)),
        ("property", "og:image:height", str(_HEIGHT)),
        ("property", "og:image:alt", f"{title}, a page of {app.config.project}"),
        ("name", "twitter:card", "summary_large_image"),
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Draw each page's card as the page is written."""
    app.connect("html-page-context", _add_card)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
