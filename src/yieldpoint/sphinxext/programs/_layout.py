r"""The text of a program: what comes in which order, with how many lines between.

Examples:
    >>> from yieldpoint.sphinxext.programs._definitions import Import
    >>> from yieldpoint.sphinxext.programs._layout import import_block
    >>> import_block([Import("math", "pi"), Import("math", "e"), Import("ast")])
    ['import ast\nfrom math import e, pi']
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence

from yieldpoint.sphinxext.programs._definitions import Import

__all__ = ["import_block", "laid_out"]

_DEFINITIONS = ("@", "def ", "async def ", "class ")
_WIDTH = 88


def laid_out(sections: Iterable[Sequence[str]]) -> str:
    r"""Return a program, with two free lines around definitions, one around sections.

    Args:
        sections: Statements that belong together.

    Returns:
        The text.

    Examples:
        >>> from yieldpoint.sphinxext.programs._layout import laid_out
        >>> laid_out([["import a", "import b"], ["def c(): ...", "c()"]])
        'import a\nimport b\n\n\ndef c(): ...\n\n\nc()\n'
    """
    text = before = ""
    for section in sections:
        between = 2
        for statement in section:
            if not text:
                between = 0
            elif _is_definition(before) or _is_definition(statement):
                between = 3
            text += "\n" * between + statement
            before = statement
            between = 1
    return f"{text}\n"


def _is_definition(statement: str) -> bool:
    return statement.startswith(_DEFINITIONS)


def import_block(imports: Iterable[Import]) -> list[str]:
    """Return the statements that import things: the standard library's come first.

    Args:
        imports: What is imported.

    Returns:
        The statements, a text a group.
    """
    wholes = {each.text for each in imports if not each.name}
    names = defaultdict(set)
    for each in imports:
        if each.name:
            names[each.module].add(
                each.name + (f" as {each.alias}" if each.alias else "")
            )
    lines = [(line.split()[1], line) for line in sorted(wholes)]
    lines += [(name, _from(name, sorted(names[name]))) for name in sorted(names)]
    groups = [
        [line for name, line in lines if _rank(name) == rank] for rank in range(3)
    ]
    return ["\n".join(group) for group in groups if group]


def _rank(module: str) -> int:
    """Return which group of imports a module belongs to."""
    top = module.partition(".")[0]
    return 0 if top == "__future__" else 1 if top in sys.stdlib_module_names else 2


def _from(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= _WIDTH:
        return line
    lines = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{lines})"
