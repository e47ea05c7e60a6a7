r"""Which error messages the site explains, for whoever runs a program in a page.

A page that lists messages, each as a link to the heading that explains it, becomes
``_static/explained.json``: what a message must be like, the heading, and its address.
``explained_page`` in ``conf.py`` names that page.

Examples:
    >>> from yieldpoint.sphinxext.tryit._explained import like
    >>> like("RuntimeError: Task got bad yield: 42")
    'RuntimeError: Task got bad yield: [\\d.]+'
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from docutils import nodes
from sphinx.application import Sphinx

from yieldpoint.sphinxext.elsewhere import is_web

__all__ = ["entries", "like"]

# What has another meaning in a regular expression, as JavaScript knows them.
_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}|]")

# What differs from program to program: what is in brackets behind a type, and numbers.
_BRACKETS = re.compile(r"<(?:…|(\w[^ >]*)[^>]*)>")
_NUMBER = re.compile(r"(?<![\w-])\d[\d.]*(?!\w|\])")

# Titles that also explain what is said of another coroutine, type or operator.
_GENERAL = (
    (re.compile(r"(?<=Warning: coroutine )'(?!sleep')\w+'(?= was never)"), "'…'"),
    (re.compile(r"(?<=Task got bad yield: )\d+"), "…"),
    (re.compile(r"(?<=in a TaskGroup )\(1 sub-exception\)"), "(… sub-exception"),
    (re.compile(r"(?<=TypeError: object )int(?= can't be used in 'await')"), "…"),
    (re.compile(r"(?<=TypeError: )'int'(?= object can't be awaited)"), "'…'"),
    (re.compile(r"(?<=type\(s\) for )\S+: 'coroutine' and '\w+'"), "…'coroutine'…"),
    (re.compile(r"(?<='coroutine' object has no attribute )'\w+'"), "'…'"),
)


def like(title: str) -> str:
    r"""Return a regular expression for the messages that a heading is about.

    Args:
        title: The heading. An ``…`` stands for what differs from program to program.

    Returns:
        What a message begins with, as JavaScript has it. Numbers, and what is in
        brackets behind a type, may differ.

    Examples:
        >>> from yieldpoint.sphinxext.tryit._explained import like
        >>> like("ValueError: <Token> was created in a different Context")
        'ValueError: <Token.*> was created in a different Context'
        >>> like("KeyboardInterrupt")
        'KeyboardInterrupt$'
    """
    if re.fullmatch(r"[\w.]+", title):
        return _SPECIAL.sub(r"\\\g<0>", title) + "$"
    title = _BRACKETS.sub(r"<\1…>", title)
    title = _NUMBER.sub("\0", title)
    pattern = _SPECIAL.sub(r"\\\g<0>", title)
    return pattern.replace("…", ".*").replace("\0", r"[\d.]+")


def entries(links: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return what a page has to know, the message that says most first.

    Args:
        links: The headings and their addresses.

    Returns:
        What a message is like, the heading, and its address.

    Examples:
        >>> from yieldpoint.sphinxext.tryit._explained import entries
        >>> title = "RuntimeWarning: coroutine 'greet' was never awaited"
        >>> for pattern, *_ in entries([(title, "awaiting.html#never")]):
        ...     print(pattern)
        RuntimeWarning: coroutine 'greet' was never awaited
        RuntimeWarning: coroutine '.*' was never awaited
    """
    links = sorted(links, key=lambda link: -len(link[0]))
    found = {like(title): (title, address) for title, address in reversed(links)}
    exact = dict(reversed(found.items()))
    general = {
        like(pattern.sub(instead, title)): (title, address)
        for pattern, instead in _GENERAL
        for title, address in links
        if pattern.search(title)
    }
    return [(key, *value) for key, value in (exact | (general | exact)).items()]


def _links(doctree: nodes.document, target: str) -> Iterator[tuple[str, str]]:
    """Yield the titles that a page lists, and where they lead."""
    for item in doctree.findall(nodes.list_item):
        link = item.next_node(nodes.reference)
        if link is not None and link.get("internal"):
            yield link.astext(), urljoin(target, link["refuri"])


def _write(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write the list when its page is written."""
    del templatename, context
    if doctree is None or pagename != app.config.explained_page:
        return
    if is_web(app.builder):
        found = entries(_links(doctree, app.builder.get_target_uri(pagename)))
        path = Path(app.outdir, "_static", "explained.json")
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(found, separators=(",", ":")), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Look at the page that lists messages."""
    app.add_config_value("explained_page", "", "html", types=frozenset({str}))
    app.connect("html-page-context", _write)
