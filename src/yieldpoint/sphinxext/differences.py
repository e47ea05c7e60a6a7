"""The ``{left-out}`` directive: what a module leaves out of asyncio, and why.

.. code-block:: markdown

   ```{left-out} yieldpoint.loop.differences:LEFT_OUT
   ```

shows the reasons of the data, and behind each the names, linked with the documentation
of asyncio. A test compares the data with asyncio, so that the page is complete.

Examples:
    >>> from yieldpoint.sphinxext.differences import documented_as
    >>> documented_as("EventLoop.sock_recv")
    'asyncio.loop.sock_recv'
"""

import inspect
import pkgutil
import sys
from collections.abc import Mapping

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from yieldpoint.sphinxext.source import link_to

__all__ = ["LeftOutDirective", "documented_as"]


def documented_as(name: str) -> str:
    """Return under which name asyncio's documentation has something.

    Args:
        name: A name of asyncio, a method with its class, or either with a parameter in
            brackets. ``EventLoop`` stands for a running loop.

    Returns:
        The full name.

    Examples:
        >>> from yieldpoint.sphinxext.differences import documented_as
        >>> documented_as("Task(eager_start)")
        'asyncio.Task'
    """
    name = name.partition("(")[0]
    return f"asyncio.{name.replace('EventLoop.', 'loop.')}"


class LeftOutDirective(SphinxDirective):
    """Show the data that the argument names, as a list.

    A name that leads nowhere fails the build.

    Examples:
        >>> from yieldpoint.sphinxext.differences import LeftOutDirective
        >>> LeftOutDirective.required_arguments
        1
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the list, an item a reason.

        :meta private:
        """
        module, _, name = self.arguments[0].partition(":")
        try:
            data = pkgutil.resolve_name(f"{module}:{name}")
        except (AttributeError, ImportError, ValueError) as error:
            raise self.error(f"no data is named {module}:{name}: {error}") from None
        if not isinstance(data, Mapping):
            raise self.error(f"{module}:{name} is no table of reasons")
        self.env.note_dependency(str(inspect.getsourcefile(sys.modules[module])))
        listed = nodes.bullet_list(classes=["left-out"])
        for reason, names in data.items():
            paragraph = nodes.paragraph("", "", nodes.strong(reason, reason))
            for each in names:
                link = link_to(documented_as(each), each, self.env.docname)
                paragraph += [nodes.Text(", " if each != names[0] else ".\n"), link]
            self.set_source_info(paragraph)
            listed += nodes.list_item("", paragraph)
        return [listed]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the directive."""
    app.add_directive("left-out", LeftOutDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
