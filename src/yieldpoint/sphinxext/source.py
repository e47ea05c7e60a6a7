"""``{example}`` shows the source of an object, by name; ``{examples}`` lists them.

.. code-block:: markdown

   ```{example} running_order.countdown
   ```

shows the source of `yieldpoint.examples.running_order.countdown` without docstrings,
under a caption that leads to the object's entry in the API reference. What is private
has none: its caption leads to what holds it.

An object that no page documents is documented by its source: where it is shown first,
in the order of the pages, is where all links to its name lead, those of other projects
included.

Names are looked up in the package that ``example_package`` of ``conf.py`` names; one
that starts with that package's top level is taken as it stands.

Examples:
    >>> from sphinx.util.docutils import SphinxDirective
    >>> from yieldpoint.sphinxext.source import ExampleDirective
    >>> issubclass(ExampleDirective, SphinxDirective)
    True
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from docutils import nodes
from sphinx.addnodes import index, pending_xref
from sphinx.application import Sphinx
from sphinx.directives.code import container_wrapper
from sphinx.domains.python import ObjectEntry
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from yieldpoint.sphinxext.behind import files_behind
from yieldpoint.sphinxext.collecting import PageCollector
from yieldpoint.sphinxext.definitions import definition_of, source_without_docstrings
from yieldpoint.sphinxext.naming import found, full_name
from yieldpoint.words import translated

__all__ = [
    "ExampleDirective",
    "ExamplesDirective",
    "in_order",
    "link_to",
    "note_shown",
]


def link_to(name: str, label: str, docname: str) -> pending_xref:
    """Return a link to an object of the package, which may lead nowhere.

    Args:
        name: The object's full name.
        label: What the link says.
        docname: The page that it is on.

    Returns:
        The link. Where nothing documents the object, the label remains, as code.

    Examples:
        >>> from yieldpoint.sphinxext.source import link_to
        >>> link_to("shop.Till", "Till", "index").astext()
        'Till'
    """
    return pending_xref(
        "",
        nodes.literal(label, label),
        refdomain="py",
        reftype="obj",
        reftarget=name,
        refdoc=docname,
        refexplicit=True,
        yieldpoint_optional=True,
    )


class _Shown(NamedTuple):
    """That an object is shown on a page."""

    #: Where on the page.
    node_id: str
    #: Whether its source is all that is shown; else a run of it is.
    as_source: bool
    #: What it is, as the Python domain calls it.
    kind: str


def note_shown(
    directive: SphinxDirective, node: nodes.Element, name: str, *, as_source: bool
) -> None:
    """Note that a node shows an object, so that links to the object can lead there.

    Args:
        directive: The directive that makes the node.
        node: The node; it gets an anchor.
        name: The object's full name.
        as_source: Whether it shows the source; else it shows a run.

    Examples:
        >>> from yieldpoint.sphinxext.source import note_shown
        >>> note_shown.__name__
        'note_shown'
    """
    node_id = name if as_source else f"recording-{name}"
    document = directive.state.document
    if node_id not in document.ids:  # the first time on this page
        node["ids"].append(node_id)
        document.note_explicit_target(node)
        kind = "class" if inspect.isclass(pkgutil.resolve_name(name)) else "function"
        page = _shown(directive.env).setdefault(directive.env.docname, {})
        if as_source or name not in page:
            page[name] = _Shown(node_id, as_source, kind)


class ExampleDirective(SphinxDirective):
    """Show the source of the object that the argument names.

    A name that leads nowhere fails the build.

    Examples:
        >>> from yieldpoint.sphinxext.source import ExampleDirective
        >>> ExampleDirective.required_arguments
        1
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the source as a captioned code block.

        :meta private:
        """
        name = full_name(self.arguments[0], self.config.example_package)
        try:
            example = found(name, self.config.executed_within)
            source = source_without_docstrings(example)
            _check_name(name, example)
        except (OSError, SyntaxError, TypeError, ValueError) as error:
            self.env.note_reread()  # what is missing may come
            raise self.error(f"no example is named {name!r}: {error}") from None
        for path in files_behind(name, example):
            self.env.note_dependency(path)

        block = nodes.literal_block(source, source, language="python")
        block["yieldpoint_example"] = name
        block["yieldpoint_source"] = source
        self.set_source_info(block)
        captioned = container_wrapper(self, block, name)
        holder, _, last = name.rpartition(".")
        is_private = last.startswith("_") and not last.startswith("__")
        caption = next(captioned.findall(nodes.caption))
        # What is private has no entry.
        target = holder if is_private else name
        caption.children = []
        caption += link_to(target, name, self.env.docname)
        if is_private:
            return [captioned]
        note_shown(self, captioned, name, as_source=True)
        said = translated("{name} (in {holder})", name=last, holder=holder)
        return [captioned, index(entries=[("single", said, name, "", None)])]


def _check_name(name: str, example: object) -> None:
    """Refuse what a decorator has made: its source is not that of the name."""
    made: str = definition_of(example).__qualname__
    if "<locals>" in made and made.rpartition(".")[2] != name.rpartition(".")[2]:
        raise TypeError(
            f"its source is that of {made}, as its decorator has no functools.wraps"
        )


class _KeepSources(SphinxTransform):
    """Takes translations of sources back: nobody has executed them."""

    default_priority = 21  # when Sphinx has translated the page

    def apply(self, **_: object) -> None:
        for block in self.document.findall(nodes.literal_block):
            if "yieldpoint_source" in block and block.get("translated"):
                block.rawsource = block["yieldpoint_source"]
                block[:] = [nodes.Text(block.rawsource)]


class ExamplesDirective(SphinxDirective):
    """List what the ``example_package`` has, with a link to where each is shown.

    A module that names no public objects in ``__all__`` is listed without any.

    Examples:
        >>> from yieldpoint.sphinxext.source import ExamplesDirective
        >>> ExamplesDirective.has_content
        False
    """

    def run(self) -> list[nodes.Node]:
        """Return a list: each module, what it says of itself, and its names.

        :meta private:
        """
        package = self.config.example_package
        try:
            modules = [
                (name, found(name, self.config.executed_within))
                for name in _modules(package)
            ]
        except ValueError as error:
            self.env.note_reread()
            message = f"example_package is no package: {package!r}: {error}"
            raise self.error(message) from None
        _listed(self.env)[self.env.docname] = [name for name, _ in modules]
        listed = nodes.definition_list(ids=[f"module-{package}"])
        self.state.document.note_explicit_target(listed)
        self._note_module(package, f"module-{package}")
        for name, module in modules:
            for path in files_behind(name, module):
                self.env.note_dependency(path)
            summary = (inspect.getdoc(module) or "").partition("\n")[0]
            names = nodes.paragraph()
            for each in getattr(module, "__all__", ()):
                link = link_to(f"{name}.{each}", each, self.env.docname)
                names += [link, nodes.Text(", ")]
            node_id = f"module-{name}"
            self._note_module(name, node_id)
            term = nodes.term("", "", nodes.literal(name, name), ids=[node_id])
            self.state.document.note_explicit_target(term)
            definition = nodes.definition("", _paragraph(summary))
            if names.children:
                definition += nodes.paragraph("", "", *names.children[:-1])
            listed += nodes.definition_list_item("", term, definition)
        for node in listed.findall(nodes.paragraph):
            self.set_source_info(node)
        return [listed]

    def _note_module(self, name: str, node_id: str) -> None:
        """Let links to a module lead to its entry in the list.

        That entry says what is in the module, as code and in the site's language; the
        index of modules would say it as it stands in the docstring.
        """
        python = self.env.domains.python_domain
        python.note_module(name, node_id, "", "", deprecated=False)
        python.note_object(name, "module", node_id)


def _modules(package: str) -> list[str]:
    """Return the names of the modules of a package that can be imported.

    Raises:
        ValueError: It is no package.
    """
    path = getattr(importlib.import_module(package), "__path__", None)
    if path is None:
        raise ValueError("it is a module")
    modules = [module.name for module in pkgutil.iter_modules(path, f"{package}.")]
    # To import that one is to run the program.
    return [name for name in modules if name != f"{package}.__main__"]


def _paragraph(text: str) -> nodes.paragraph:
    """Return the line of a docstring, with what stands in backticks as code."""
    pieces = re.split(r"`+([^`]*)`+", text)
    paragraph = nodes.paragraph(text, "")
    for number, piece in enumerate(pieces):
        paragraph += nodes.literal(piece, piece) if number % 2 else nodes.Text(piece)
    return paragraph


class ShownCollector(PageCollector):
    """Keep what is shown on which page, as pages are read.

    Examples:
        >>> from yieldpoint.sphinxext.collecting import PageCollector
        >>> from yieldpoint.sphinxext.source import ShownCollector
        >>> issubclass(ShownCollector, PageCollector)
        True
    """

    key = "yieldpoint_shown"


class ListedCollector(PageCollector):
    """Keep which modules a page has listed.

    Examples:
        >>> from yieldpoint.sphinxext.collecting import PageCollector
        >>> from yieldpoint.sphinxext.source import ListedCollector
        >>> issubclass(ListedCollector, PageCollector)
        True
    """

    key = "yieldpoint_listed"


def _listed(env: BuildEnvironment) -> dict[str, list[str]]:
    """Return the modules that each page has listed."""
    listed: dict[str, list[str]] = ListedCollector.kept(env)
    return listed


def _pages_with_other_modules(
    app: Sphinx, env: BuildEnvironment, *pages: Iterable[str]
) -> list[str]:
    """Return the pages whose list of modules is not complete any more.

    No file that such a page depends on has changed if there is one more.
    """
    del pages
    listed = _listed(env)
    package = app.config.example_package
    if not listed or not package:
        return []
    return [page for page, names in listed.items() if names != _modules(package)]


def _shown(env: BuildEnvironment) -> dict[str, dict[str, _Shown]]:
    """Return what each page shows, by name."""
    shown: dict[str, dict[str, _Shown]] = ShownCollector.kept(env)
    return shown


def _document_what_is_shown(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Let links to an object that no page documents lead to where it is shown."""
    del app
    objects = env.domains.python_domain.objects
    shown = _shown(env)
    for name, entry in list(objects.items()):
        if entry.aliased and name in shown.get(entry.docname, ()):
            del objects[name]  # of the build before: another page may be first now
    # In the order of the pages; those that no contents list come last. A source is
    # better than a run.
    pages = [*in_order(env, env.config.root_doc, set()), *sorted(shown)]
    for as_source in (True, False):
        for docname in pages:
            for name, each in shown.get(docname, {}).items():
                if each.as_source == as_source:
                    # What counts as an alias gives way to a real entry, silently.
                    entry = ObjectEntry(docname, each.node_id, each.kind, aliased=True)
                    objects.setdefault(name, entry)
    return []


def in_order(env: BuildEnvironment, docname: str, seen: set[str]) -> Iterator[str]:
    """Yield the pages as the contents list them.

    Args:
        env: The environment, all pages read.
        docname: The page to begin with.
        seen: The pages that are not to be yielded again.

    Yields:
        The names of the page and of all below it.

    Examples:
        >>> from types import SimpleNamespace
        >>> from yieldpoint.sphinxext.source import in_order
        >>> env = SimpleNamespace(toctree_includes={"index": ["b", "a"], "b": ["c"]})
        >>> list(in_order(env, "index", set()))
        ['index', 'b', 'c', 'a']
    """
    if docname not in seen:
        seen.add(docname)
        yield docname
        for child in env.toctree_includes.get(docname, ()):
            yield from in_order(env, child, seen)


def _leave_as_code(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.TextElement | None:
    """Let a link of `link_to` that leads nowhere be code, without a warning."""
    del app, env
    return contnode if node.get("yieldpoint_optional") else None


def setup(app: Sphinx) -> None:
    """Add the directives, and what makes their names links."""
    app.add_config_value("example_package", "", "env", types=frozenset({str}))
    app.add_directive("example", ExampleDirective)
    app.add_directive("examples", ExamplesDirective)
    app.add_transform(_KeepSources)
    app.add_env_collector(ShownCollector)
    app.add_env_collector(ListedCollector)
    app.connect("env-get-outdated", _pages_with_other_modules)
    app.connect("env-updated", _document_what_is_shown)
    # After intersphinx, which may know the name.
    app.connect("missing-reference", _leave_as_code, priority=900)
