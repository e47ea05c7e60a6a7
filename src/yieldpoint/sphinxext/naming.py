"""Which object a name on a page means.

Examples:
    >>> from yieldpoint.sphinxext.naming import found, full_name
    >>> found(full_name("math.pi", ""), 60)
    3.141592653589793
"""

import importlib
import pkgutil
import sys
from typing import Any

from yieldpoint.sphinxext.limits import TimeIsUp, at_most
from yieldpoint.sphinxext.surroundings import going_on

__all__ = ["found", "full_name", "resolved"]


def full_name(name: str, package: str) -> str:
    """Return the full name of what a page names.

    Args:
        name: The name on the page.
        package: What ``conf.py`` says is the ``example_package``.

    Returns:
        The name with its package.

    Examples:
        >>> from yieldpoint.sphinxext.naming import full_name
        >>> full_name("tills.open_till", "shop.examples")
        'shop.examples.tills.open_till'
        >>> full_name("shop.Till", "shop.examples")
        'shop.Till'
    """
    is_whole = not package or name.startswith(f"{package.partition('.')[0]}.")
    return name if is_whole else f"{package}.{name}"


def found(name: str, seconds: float) -> Any:  # noqa: ANN401 - a name may mean anything
    """Return the object that a name means; its module is imported.

    Args:
        name: The full name.
        seconds: How long that may take, in real seconds.

    Returns:
        The object.

    Raises:
        ValueError: There is none, or its module cannot be imported.

    Examples:
        >>> from yieldpoint.sphinxext.naming import found
        >>> found("math.pi", 60)
        3.141592653589793
        >>> found("math.pie", 60)
        Traceback (most recent call last):
          ...
        ValueError: module 'math' has no attribute 'pie'
    """
    try:
        with at_most(seconds), going_on():
            return resolved(name)
    except (AttributeError, ImportError, ValueError) as error:
        raise ValueError(str(error)) from None
    except (Exception, SystemExit, TimeIsUp) as error:  # noqa: BLE001 - a module may raise anything
        raise ValueError(f"its module raises {error!r}") from None


def resolved(name: str) -> Any:  # noqa: ANN401 - a name may mean anything
    """Return the object that a name means, as `pkgutil.resolve_name` does.

    Args:
        name: The full name.

    Returns:
        The object.

    Raises:
        AttributeError: There is none.
        ImportError: There is none, or its module cannot be imported; `pkgutil` would
            say that the package has no such attribute.

    Examples:
        >>> from yieldpoint.sphinxext.naming import resolved
        >>> resolved("math.pi")
        3.141592653589793
    """
    try:
        return pkgutil.resolve_name(name)
    except AttributeError:
        parts = name.split(".")
        prefixes = (".".join(parts[:number]) for number in range(1, len(parts) + 1))
        missing = next((each for each in prefixes if each not in sys.modules), name)
        try:
            importlib.import_module(missing)
        except ModuleNotFoundError as error:
            if error.name != missing:
                raise
        raise
