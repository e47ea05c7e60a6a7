"""Of a big inventory only the part that the pages can need.

intersphinx loads all names of the projects that a site links to, and Sphinx keeps them
with what it remembers, so that each build reads, unpacks and writes them again: 20,000
names for the standard library, and a tenth of a build after an edit. With

.. code-block:: python

   inventory_parts = {"python": ["asyncio", "time"]}

in ``conf.py`` the names of these modules remain, those of Python's language itself, and
the terms. The inventory in the tree stays whole: for one module more, add its name.

Examples:
    >>> from yieldpoint.sphinxext.inventory import is_kept
    >>> is_kept("time.sleep py:function 1 library/time.html#$ -", {"time"})
    True
"""

import zlib
from collections.abc import Collection
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util.typing import ExtensionMetadata

from yieldpoint.sphinxext.whole import write_whole

__all__ = ["is_kept"]

# Where Python's documentation has the names that need no import.
_LANGUAGE = ("builtins/", "reference/")


def is_kept(line: str, modules: Collection[str]) -> bool:
    """Tell whether a line of an inventory is kept.

    Args:
        line: The name, what it is, and where it leads.
        modules: What the names of modules begin with.

    Returns:
        Whether it is one of their objects, one that needs no import, or a term.

    Examples:
        >>> from yieldpoint.sphinxext.inventory import is_kept
        >>> is_kept("os.getpid py:function 1 library/os.html#$ -", {"time"})
        False
        >>> is_kept("str.join py:method 1 builtins/stdtypes.html#$ -", {"time"})
        True
        >>> is_kept("awaitable std:term -1 glossary.html#term-$ -", {"time"})
        True
    """
    name, _, rest = line.partition(" ")
    if not rest.startswith("py:"):
        return " std:term " in line
    place = rest.split(" ", 3)[2]
    return name.partition(".")[0] in modules or place.startswith(_LANGUAGE)


def _take_parts(app: Sphinx, config: Config) -> None:
    """Let intersphinx load the parts in the place of the inventories."""
    for name, modules in config.inventory_parts.items():
        try:
            address, place = config.intersphinx_mapping[name]
            whole = Path(app.confdir, place).read_bytes()
            part = Path(app.doctreedir, f"{name}-{_version(whole, modules)}.inv")
            if not part.exists():
                write_whole(part, _part(whole, modules))
        except (KeyError, OSError, TypeError, ValueError, zlib.error) as error:
            raise ConfigError(
                f"inventory_parts: intersphinx_mapping[{name!r}] does not name the "
                f"file of an inventory: {error!r}"
            ) from None
        config.intersphinx_mapping[name] = (address, str(part))


def _version(whole: bytes, modules: Collection[str]) -> str:
    """Return what is another one if the part has to be made anew."""
    made_by = Path(__file__).read_bytes()
    return f"{zlib.crc32(made_by + repr(sorted(modules)).encode() + whole):08x}"


def _part(whole: bytes, modules: Collection[str]) -> bytes:
    """Return the part of an inventory that is kept."""
    *head, packed = whole.split(b"\n", 4)
    lines = zlib.decompress(packed).decode("utf-8").splitlines(keepends=True)
    among = frozenset(modules)  # thousands of lines ask for it
    kept = "".join(line for line in lines if is_kept(line, among))
    return b"\n".join([*head, zlib.compress(kept.encode("utf-8"))])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the configuration value, and come before intersphinx looks at its own."""
    app.add_config_value("inventory_parts", {}, "env", types=frozenset({dict}))
    app.connect("config-inited", _take_parts, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
