"""The ``{verdict}`` directive: a claim, what is the case, and where that is shown.

.. code-block:: markdown

   ```{verdict} C34 imprecise
   :example: send-none-is-next

   Sending `None` equals calling `next`.

   They do the same step, but each does it: comparing the two advances twice.
   ```

The first paragraph is the claim, the rest says what is the case. The entry gets the
anchor ``claim-c34`` and a link to the example: the label of an executed fence on any
page. The ``{verdict-filter}`` directive makes buttons that show the entries of one
verdict at a time, without JavaScript.

Examples:
    >>> from yieldpoint.sphinxext.verdicts import anchor
    >>> anchor("C34")
    'claim-c34'
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from yieldpoint.sphinxext.collecting import PageCollector
from yieldpoint.sphinxext.elsewhere import WebOnly
from yieldpoint.sphinxext.execution import around, doctests_in
from yieldpoint.words import marked, translated

__all__ = [
    "BLOCK_STATES",
    "LABEL",
    "VERDICTS",
    "ExecutedCollector",
    "FilterDirective",
    "VerdictDirective",
    "anchor",
    "resolve_example_links",
]

logger = logging.getLogger(__name__)

#: What may be said of a claim, in the order of the filter's buttons.
VERDICTS = (
    *(marked("true"), marked("imprecise")),
    *(marked("false"), marked("outdated")),
)

#: How an entry may be called: a claim by its number, a block of code by its own.
LABEL = re.compile(r"C\d\d|Block [1-9]\d?")

#: What may be said of a code block. It runs as its text says; it runs and prints
#: something else; it does not run on every Python; it is no program.
BLOCK_STATES = (
    *(marked("runs"), marked("differs")),
    *(marked("fails"), marked("listing")),
)


def anchor(label: str) -> str:
    """Return the anchor of an entry.

    Args:
        label: How the page names the entry: ``C34`` for a claim, or words such as
            ``Block 6``.

    Returns:
        The anchor in lower case, such as ``claim-c34`` or ``block-6``.

    Examples:
        >>> from yieldpoint.sphinxext.verdicts import anchor
        >>> anchor("C07"), anchor("Block 6")
        ('claim-c07', 'block-6')
    """
    name = label.lower().replace(" ", "-")
    return f"claim-{name}" if name.startswith("c") and name[1:].isdigit() else name


class ExecutedCollector(PageCollector):
    """Keep under which names links lead to what is executed, as pages are read.

    Examples:
        >>> from yieldpoint.sphinxext.collecting import PageCollector
        >>> from yieldpoint.sphinxext.verdicts import ExecutedCollector
        >>> issubclass(ExecutedCollector, PageCollector)
        True
    """

    key = "yieldpoint_executed"

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Look at each block of a page that is executed, and at its caption.

        :meta private:
        """
        ids = self.kept(app.env)[app.env.docname] = set()
        for block in doctests_in(doctree):
            for each in (block, *around(block)):
                if each is block or isinstance(each, nodes.container):
                    ids.update(each["ids"])


class _ExampleLink(nodes.Inline, nodes.TextElement):
    """A link to an executed fence, before it is known where that is."""


class _Filter(WebOnly):
    """The buttons above the entries; there is nothing to press elsewhere."""


class _FilterButton(nodes.paragraph):
    """One button; a paragraph, so that its text can be extracted for translators."""


class VerdictDirective(SphinxDirective):
    """One entry: a label, a verdict, the claim, what is the case, an example.

    A verdict that is none of `VERDICTS` and `BLOCK_STATES` fails the build. So does a
    label that is none, an entry that says nothing, and one that has another in it: the
    fence of the first is closed by nothing.

    Examples:
        >>> from yieldpoint.sphinxext.verdicts import VerdictDirective
        >>> sorted(VerdictDirective.option_spec)
        ['example']
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"example": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the entry as a container with an anchor.

        :meta private:
        """
        label, _, verdict = self.arguments[0].rpartition(" ")
        if not label:
            raise self.error("an entry wants a label and a verdict")
        if not LABEL.fullmatch(label):
            raise self.error(f"{label!r} is no label: write C07, or Block 6")
        known = BLOCK_STATES if label.startswith("Block") else VERDICTS
        if verdict not in known:
            raise self.error(f"{verdict!r} is no verdict: {', '.join(known)}")
        name = anchor(label)
        labels = self.env.domains.standard_domain
        if name in labels.anonlabels:
            raise self.error(f"there is an entry {label} already")
        labels.note_hyperlink_target(name, self.env.docname, name, label)
        entry = nodes.container(ids=[name], classes=["verdict", f"verdict-{verdict}"])
        permalink = nodes.reference("", label, internal=True, refid=name)
        badge = nodes.inline("", translated(verdict), classes=["badge"])
        entry += self._label("verdict-head", permalink, nodes.Text(" "), badge)
        said = self.parse_content_to_nodes()
        if any("verdict" in each["classes"] for each in _containers(said)):
            raise self.error(f"{label} has another entry in it: close its fence")
        if not said:
            raise self.error(f"{label} says nothing")
        entry += said
        if "example" in self.options:
            link = _ExampleLink(label=self.options["example"])
            self.set_source_info(link)
            entry += self._label("verdict-example", link)
        self.set_source_info(entry)
        return [entry]

    @staticmethod
    def _label(class_name: str, *children: nodes.Node) -> nodes.paragraph:
        """Return a line that is made of labels: there is no sentence to translate."""
        return nodes.paragraph(
            "", "", *children, classes=[class_name], translatable=False
        )


def _containers(parents: Iterable[nodes.Node]) -> Iterator[nodes.container]:
    for parent in parents:
        yield from parent.findall(nodes.container)


def resolve_example_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn a page's links to examples into links that carry the page's title.

    A label that no executed fence has is reported, and a strict build fails.

    Args:
        app: The Sphinx application.
        doctree: The page, its references resolved.
        docname: The page's name.

    Examples:
        >>> from yieldpoint.sphinxext.verdicts import resolve_example_links
        >>> resolve_example_links.__name__
        'resolve_example_links'
    """
    labels = app.env.domains.standard_domain.anonlabels
    for link in list(doctree.findall(_ExampleLink)):
        target_page, target = labels.get(link["label"], ("", ""))
        if target not in ExecutedCollector.kept(app.env).get(target_page, ()):
            logger.warning("no example is labelled %r", link["label"], location=link)
            link.replace_self(nodes.Text(link["label"]))
            continue
        title = nodes.Text(app.env.titles[target_page].astext())
        link.replace_self(
            make_refnode(app.builder, docname, target_page, target, [title])
        )


class FilterDirective(SphinxDirective):
    """Buttons that show the entries of one verdict at a time.

    The content is a list of what to write on them: first for all entries, then for each
    of `VERDICTS`. The number of such entries on the page is added.

    Examples:
        >>> from yieldpoint.sphinxext.verdicts import FilterDirective
        >>> FilterDirective.has_content
        True
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the buttons.

        :meta private:
        """
        texts = [
            paragraph
            for parsed in self.parse_content_to_nodes()
            for paragraph in parsed.findall(nodes.paragraph)
        ]
        verdicts = ("all", *VERDICTS)
        if len(texts) != len(verdicts):
            raise self.error(f"the filter wants {len(verdicts)} texts: {verdicts}")
        buttons = _Filter()
        for verdict, text in zip(verdicts, texts, strict=True):
            button = _FilterButton(text.rawsource, "", *text.children, verdict=verdict)
            self.set_source_info(button)
            buttons += button
        return [buttons]


def _visit_filter(self: HTML5Translator, node: _Filter) -> None:
    del node
    label = escape(translated("verdict"))
    self.body.append(
        f'<div class="verdict-filter" role="radiogroup" aria-label="{label}">\n'
    )


def _depart_filter(self: HTML5Translator, node: _Filter) -> None:
    del node
    self.body.append("</div>\n")


def _visit_button(self: HTML5Translator, node: _FilterButton) -> None:
    verdict = node["verdict"]
    checked = " checked" if verdict == "all" else ""
    self.body.append(
        f'<input type="radio" name="verdict" id="show-{verdict}"{checked}>'
        f'<label for="show-{verdict}">'
    )


def _depart_button(self: HTML5Translator, node: _FilterButton) -> None:
    shown = VERDICTS if node["verdict"] == "all" else (node["verdict"],)
    number = sum(
        f"verdict-{verdict}" in entry["classes"]
        for entry in self.document.findall(nodes.container)
        for verdict in shown
    )
    self.body.append(f' <span class="count">{number}</span></label>\n')


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the directives, their nodes and the links' resolution."""
    app.add_directive("verdict", VerdictDirective)
    app.add_directive("verdict-filter", FilterDirective)
    app.connect("doctree-resolved", resolve_example_links)
    app.add_env_collector(ExecutedCollector)
    app.add_node(_ExampleLink)
    app.add_node(_Filter, html=(_visit_filter, _depart_filter))
    app.add_node(_FilterButton, html=(_visit_button, _depart_button))
    return {
        "version": "1",
        "env_version": 1,  # one more whenever the collector keeps something else
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
