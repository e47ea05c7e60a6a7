"""What a page takes from the saved run: figures in the text, plots, verdicts.

In a sentence,

.. code-block:: markdown

   A switch of threads costs {holds}`thread-switch-costs-more` times as much.

gives the ratio of that claim, with a link to its entry in the list of claims. It also
keeps the sentence true: ``{holds}`` and ``{fails}`` break the build if the saved run's
verdict on the claim is another one. With ``as long``, ``as much`` or the like behind
the name, a ratio near one, a half or two is said in words:

.. code-block:: markdown

   Ten operations take {holds}`few-waiters-are-alike as long` in threads as in tasks.

Where a ratio depends too much on what else the machine does, words can stand in its
place:

.. code-block:: markdown

   Threads take {holds}`longer <many-requests-differ>`.

``{plot}`` draws a benchmark, with its content as the caption; ``{claims}`` lists all
claims with their verdicts; ``{machine}`` says where the saved run was made. The build
measures nothing.

Examples:
    >>> from yieldpoint.sphinxext.measured import VERDICT_OF
    >>> VERDICT_OF["fails"]
    'does not hold'
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from yieldpoint.benchmarks import claims, draw, figures, plot
from yieldpoint.benchmarks.claims import CLAIMS, judge
from yieldpoint.benchmarks.estimates import two_digits
from yieldpoint.benchmarks.figures import FIGURES, figure
from yieldpoint.benchmarks.results import SAVED, Run, load
from yieldpoint.sphinxext.elsewhere import Drawing, WebOnly, table
from yieldpoint.words import marked, translated

__all__ = [
    "VERDICT_OF",
    "ClaimsDirective",
    "MachineDirective",
    "PlotDirective",
    "VerdictRole",
    "anchor",
    "as_words",
]

# A plot in a file of its own: its width in pixels, and its style.
_WIDTH = 640
_STYLE = """\
.plot { font: 13px sans-serif; fill: black; }
.plot-grid { stroke: #d1d9e0; }
.plot-one { stroke: #59636e; }
.plot-value, .plot-right { text-anchor: end; }
.plot-tick { text-anchor: middle; }
.plot-whisker { stroke: #0a4bff; stroke-width: 2; }
.plot circle, .plot-name[class*=" "] { fill: #0a4bff; }
"""

#: The roles, and the verdict that each of them stands for.
VERDICT_OF = {"holds": "holds", "fails": "does not hold"}

# What is said of a ratio that is at most a twentieth away.
_WORDS = {
    1.0: marked("{measure}"),
    0.5: marked("half {measure}"),
    2.0: marked("twice {measure}"),
}


def anchor(name: str) -> str:
    """Return the anchor of a claim in the list of claims.

    Args:
        name: The claim's name.

    Returns:
        The anchor.

    Examples:
        >>> from yieldpoint.sphinxext.measured import anchor
        >>> anchor("await-is-cheap")
        'speed-await-is-cheap'
    """
    return f"speed-{name}"


def as_words(ratio: float, measure: str) -> str:
    """Say how many times as long, or as much, something is.

    Args:
        ratio: How many times.
        measure: As what: ``as long``, or ``as much``.

    Returns:
        The words; a ratio that is not near one, a half or two is a figure.

    Examples:
        >>> from yieldpoint.sphinxext.measured import as_words
        >>> as_words(1.04, "as long"), as_words(0.51, "as much")
        ('as long', 'half as much')
        >>> as_words(1.93, "as long"), as_words(4.4321, "as long")
        ('twice as long', '4.4 times as long')
    """
    for near, words in _WORDS.items():
        if abs(ratio / near - 1) <= 0.05:
            return translated(words, measure=measure)
    return translated(
        "{ratio} times {measure}", ratio=two_digits(ratio), measure=measure
    )


def _saved(env: BuildEnvironment) -> Run:
    """Return the saved run, and let the page be read again when it changes.

    So it is when what is said of the run changes: the claims, and what draws it.
    """
    sources = [Path(str(module.__file__)) for module in (claims, draw, figures, plot)]
    for path in (SAVED, *sources):
        env.note_dependency(str(path))
    return _load(SAVED.stat().st_mtime_ns)


@cache
def _load(changed: int) -> Run:
    """Load the saved run once for all pages, and again after a change."""
    del changed
    return load(SAVED)


class VerdictRole(SphinxRole):
    """The ratio of a claim, in a sentence that says what the verdict is.

    Examples:
        >>> from yieldpoint.sphinxext.measured import VerdictRole
        >>> VerdictRole.__call__.__module__
        'sphinx.util.docutils'
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the ratio as a link to the claim.

        :meta private:
        """
        words, _, rest = self.text.removesuffix(">").rpartition(" <")
        name, _, measure = rest.partition(" ")
        claim = CLAIMS.get(name)
        if claim is None:
            return self._problem(f"no claim is named {name!r}")
        judgement = judge(claim, _saved(self.env))
        expected = VERDICT_OF[self.name]
        if judgement.verdict != expected or judgement.ratio is None:
            return self._problem(
                f"the page says that {name!r} {expected}, "
                f"and the saved run says: {judgement}"
            )
        ratio = judgement.ratio.median
        said = as_words(ratio, measure) if measure else two_digits(ratio)
        link = pending_xref(
            "",
            nodes.inline("", words or said),
            refdomain="std",
            reftype="ref",
            reftarget=anchor(claim.name),
            refdoc=self.env.docname,
            refexplicit=True,
            refwarn=True,
        )
        self.set_source_info(link)
        return [link], []

    def _problem(
        self, text: str
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        inliner = self.inliner
        message = inliner.reporter.error(text, line=self.lineno)
        return [inliner.problematic(self.rawtext, self.rawtext, message)], [message]


def _table(
    directive: SphinxDirective,
    header: Sequence[str],
    rows: Sequence[Sequence[nodes.Node | str]],
) -> nodes.table:
    """Return a table of a page; each cell is a text, or a node of its own."""
    made = table(
        header,
        [
            [
                nodes.paragraph(cell, cell) if isinstance(cell, str) else cell
                for cell in row
            ]
            for row in rows
        ],
    )
    for paragraph in made.findall(nodes.paragraph):
        directive.set_source_info(paragraph)
    return made


class _Details(WebOnly):
    """What is shown when somebody asks for it; elsewhere it is always shown."""

    def elsewhere(self, picture: Sequence[nodes.Node]) -> list[nodes.Node]:
        del picture
        summary, *shown = self.children
        assert isinstance(summary, _Summary)
        return [nodes.paragraph("", "", *summary.children), *shown]


class _Summary(nodes.paragraph):
    """What to ask for; a paragraph, so that its text can be translated."""


def _as_file(svg: str) -> str:
    """Return a plot as an SVG file of its own, which has a width and its colours."""
    _opening, _, drawn = svg.partition(">")
    height = re.search(r' height="(\d+)"', svg)
    assert height is not None
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="plot" '
        f'width="{_WIDTH}" height="{height[1]}">\n<style>\n{_STYLE}</style>{drawn}'
    )


class PlotDirective(SphinxDirective):
    """Draw what the saved run says of a benchmark. The content is the caption.

    A benchmark that cannot be drawn fails the build.

    Examples:
        >>> from yieldpoint.sphinxext.measured import PlotDirective
        >>> PlotDirective.required_arguments
        1
    """

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the plot, its caption and its figures.

        :meta private:
        """
        name = self.arguments[0]
        if name not in FIGURES:
            raise self.error(f"{name!r} is none of {', '.join(FIGURES)}")
        if not self.content:
            raise self.error("a plot wants a caption")
        caption = nodes.container(ids=[f"plot-{name}"], classes=["plot-caption"])
        caption += self.parse_content_to_nodes()
        alt = caption.astext().replace("\n", " ")
        drawn = figure(name, [_saved(self.env)], f"plot-{name}")
        summary = _Summary("The figures", "The figures")
        self.set_source_info(summary)
        return [
            nodes.container(
                "",
                caption,
                Drawing(html=drawn.svg, svg=_as_file(drawn.svg), alt=alt),
                _Details("", summary, _table(self, drawn.header, drawn.rows)),
                classes=["plot-figure"],
            )
        ]


class ClaimsDirective(SphinxDirective):
    """List all claims, each with its ratio, its bound and the verdict.

    Examples:
        >>> from yieldpoint.sphinxext.measured import ClaimsDirective
        >>> ClaimsDirective.has_content
        False
    """

    def run(self) -> list[nodes.Node]:
        """Return the list as a table.

        :meta private:
        """
        labels = self.env.domains.standard_domain
        rows: list[list[nodes.Node | str]] = []
        for claim in CLAIMS.values():
            judgement = judge(claim, _saved(self.env))
            name = anchor(claim.name)
            labels.note_hyperlink_target(name, self.env.docname, name, claim.text)
            text = nodes.paragraph(claim.text, claim.text, ids=[name])
            ratio = str(judgement.ratio or judgement.reason)
            rows.append([text, ratio, claim.bound, judgement.verdict])
        return [_table(self, ("Claim", "Ratio", "Bound", "Verdict"), rows)]


class MachineDirective(SphinxDirective):
    """Say on which machine the saved run was made, and with what.

    Examples:
        >>> from yieldpoint.sphinxext.measured import MachineDirective
        >>> MachineDirective.has_content
        False
    """

    def run(self) -> list[nodes.Node]:
        """Return the description, and what was skipped, as a table.

        :meta private:
        """
        run = _saved(self.env)
        rows = list(run.machine.items())
        for name, results in run.benchmarks.items():
            rows += [(f"{name}: {what}", it) for what, it in results.machine.items()]
        for results in run.benchmarks.values():
            rows += [(f"skipped: {what}", it) for what, it in results.skipped.items()]
        return [_table(self, ("What", "Which"), rows)]


def _visit_details(self: HTML5Translator, node: nodes.Element) -> None:
    del node
    self.body.append("<details>\n")


def _depart_details(self: HTML5Translator, node: nodes.Element) -> None:
    del node
    self.body.append("</details>\n")


def _visit_summary(self: HTML5Translator, node: nodes.Element) -> None:
    del node
    self.body.append("<summary>")


def _depart_summary(self: HTML5Translator, node: nodes.Element) -> None:
    del node
    self.body.append("</summary>\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the roles, the directives and their nodes."""
    for name in VERDICT_OF:
        app.add_role(name, VerdictRole())
    app.add_directive("plot", PlotDirective)
    app.add_directive("claims", ClaimsDirective)
    app.add_directive("machine", MachineDirective)
    app.add_node(_Details, html=(_visit_details, _depart_details))
    app.add_node(_Summary, html=(_visit_summary, _depart_summary))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
