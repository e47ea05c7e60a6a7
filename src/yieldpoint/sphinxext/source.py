"""The ``{example}`` directive: the source of an object of the package, by name.

.. code-block:: markdown

   ```{example} running_order.countdown
   ```

shows the source of `yieldpoint.examples.running_order.countdown` without docstrings,
under a caption that leads to the object's entry in the API reference. What is private
has none: its caption leads to what holds it.

Examples:
    >>> from yieldpoint.sphinxext.source import source_without_docstrings
    >>> from yieldpoint.examples.running_order import countdown
    >>> print(source_without_docstrings(countdown))
    def countdown(start: int) -> Iterator[int]:
        while start > 0:
            yield start
            start -= 1
"""

import ast
import inspect
import pkgutil
import textwrap
from collections.abc import Callable

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.directives.code import container_wrapper
from sphinx.util.docutils import SphinxDirective

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

__all__ = ["ExampleDirective", "source_without_docstrings"]


def source_without_docstrings(example: Callable[..., object]) -> str:
    """Return the source of a function or class, less the docstrings in it.

    Args:
        example: The function or class.

    Returns:
        The source, indented as at module level, without a newline at its end.

    Raises:
        OSError: The source cannot be found.
        TypeError: The object is neither a function nor a class.

    Examples:
        >>> import textwrap
        >>> from yieldpoint.sphinxext.source import source_without_docstrings
        >>> source_without_docstrings(textwrap.dedent).splitlines()[0]
        'def dedent(text):'
    """
    source = textwrap.dedent(inspect.getsource(example))
    tree = ast.parse(source)
    if not isinstance(tree.body[0], _DEFINITIONS):
        raise TypeError("it is neither a function nor a class")

    lines = dict(enumerate(source.splitlines(), start=1))
    for definition in ast.walk(tree):
        if isinstance(definition, _DEFINITIONS) and ast.get_docstring(definition):
            docstring = definition.body[0]
            behind = (docstring.end_lineno or docstring.lineno) + 1
            for number in range(docstring.lineno, behind):
                del lines[number]
            if len(definition.body) == 1:
                lines[docstring.lineno] = " " * docstring.col_offset + "..."
            elif lines.get(behind) == "":
                del lines[behind]
    return "\n".join(lines[number] for number in sorted(lines)).rstrip()


class ExampleDirective(SphinxDirective):
    """Show the source of the object that the argument names.

    A name is looked up in `yieldpoint.examples`; one that starts with ``yieldpoint.``
    is taken as it stands. A name that leads nowhere fails the build.

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
        name = self.arguments[0]
        if not name.startswith("yieldpoint."):
            name = f"yieldpoint.examples.{name}"
        try:
            example = pkgutil.resolve_name(name)
            source = source_without_docstrings(example)
        except (
            *(AttributeError, ImportError, OSError),
            *(SyntaxError, TypeError, ValueError),
        ) as error:
            raise self.error(f"no example is named {name!r}: {error}") from None
        self.env.note_dependency(str(inspect.getsourcefile(example)))

        block = nodes.literal_block(source, source, language="python")
        block["yieldpoint_example"] = name
        self.set_source_info(block)
        captioned = container_wrapper(self, block, name)
        self._link_to_reference(captioned, name)
        return [captioned]

    def _link_to_reference(self, captioned: nodes.Element, name: str) -> None:
        """Make the caption lead to the object's entry in the API reference."""
        holder, _, last = name.rpartition(".")
        is_private = last.startswith("_") and not last.startswith("__")
        target = holder if is_private else name  # what is private has no entry
        caption = next(captioned.findall(nodes.caption))
        link = pending_xref(
            "",
            nodes.literal(name, name),
            refdomain="py",
            reftype="obj",
            reftarget=target,
            refdoc=self.env.docname,
            refexplicit=True,
            refwarn=True,
        )
        caption.children = []
        caption += link


def setup(app: Sphinx) -> None:
    """Add the directive."""
    app.add_directive("example", ExampleDirective)
