"""The files behind an example: when one is edited, its pages have to be made again.

Where its source is shown, those count that say what its name means; where a recording
shows what it did, also those of the helpers that it calls.

Examples:
    >>> from yieldpoint.examples.sleeping import sleep
    >>> from yieldpoint.sphinxext.behind import files_used
    >>> [name.rpartition("/")[2] for name in files_used(sleep)]
    ['sleeping.py']
"""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import FunctionType, ModuleType

from yieldpoint.sphinxext.definitions import definition_of

__all__ = ["files_behind", "files_used"]


def files_behind(name: str, example: Callable[..., object]) -> list[str]:
    """Return the files that decide what a name means.

    Args:
        name: The full name.
        example: What it means now.

    Returns:
        The files of the modules that the name leads through, and the one with the
        object's source.

    Examples:
        >>> import textwrap
        >>> from yieldpoint.sphinxext.behind import files_behind
        >>> names = files_behind("textwrap.dedent", textwrap.dedent)
        >>> [name.rpartition("/")[2] for name in names]
        ['textwrap.py', 'textwrap.py']
    """
    parts = name.split(".")
    prefixes = (".".join(parts[:number]) for number in range(1, len(parts)))
    modules = [sys.modules[each] for each in prefixes if each in sys.modules]
    sources = map(_source_file, [*modules, example])
    return [source for source in sources if source]


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
        name, file = module.__name__, _source_file(module)
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
    if not files:
        return True
    first, its = next(iter(files.items()))
    top = name.partition(".")[0]
    return top == first.partition(".")[0] or (
        top not in sys.stdlib_module_names and Path(its).parent == Path(file).parent
    )


def _source_file(named: object) -> str | None:
    """Return the file with the source of an object, if it is written in Python."""
    try:
        return inspect.getsourcefile(definition_of(named))
    except TypeError:  # it is built in, or a package without a file
        return None
