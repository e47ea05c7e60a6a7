"""What an example does depends on more files than its own.

A recording shows what an example did. When a helper is edited that the example calls,
the page has to be made again.

Examples:
    >>> from yieldpoint.examples.sleeping import sleep
    >>> from yieldpoint.sphinxext.behind import files_used
    >>> [name.rpartition("/")[2] for name in files_used(sleep)]
    ['sleeping.py']
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import FunctionType, ModuleType

from yieldpoint.sphinxext.source import definition_of, source_file

__all__ = ["files_used"]


def files_used(example: Callable[..., object]) -> list[str]:
    """Return the files of a project that decide what an example does.

    Args:
        example: The example.

    Returns:
        The file of its module, and those of the modules that this one uses, and so on,
        as far as they lie in the same package or in the same folder.

    Examples:
        >>> import textwrap
        >>> from yieldpoint.sphinxext.behind import files_used
        >>> [name.rpartition("/")[2] for name in files_used(textwrap.dedent)]
        ['textwrap.py']
    """
    files: dict[str, str] = {}
    waiting = [*_modules([definition_of(example)])]
    while waiting:
        module = waiting.pop()
        name, file = module.__name__, source_file(module)
        if file and name not in files and _are_together(name, file, files):
            files[name] = file
            waiting += _modules(vars(module).values())
    return list(files.values())


def _modules(values: Iterable[object]) -> Iterator[ModuleType]:
    """Yield the modules that some objects are, or come from."""
    for value in values:
        if isinstance(value, ModuleType):
            yield value
            continue
        # Whoever asks another object may run code of its own.
        defined = value if isinstance(value, FunctionType | type) else type(value)
        name: object = defined.__module__
        if isinstance(name, str) and name in sys.modules:
            yield sys.modules[name]


def _are_together(name: str, file: str, files: Mapping[str, str]) -> bool:
    """Tell whether a module is of the same project as the first one, if any."""
    top = name.partition(".")[0]
    for first, its in files.items():
        return top == first.partition(".")[0] or (
            top not in sys.stdlib_module_names and Path(its).parent == Path(file).parent
        )
    return True
