"""Links to an object work under the name that users import, and where it is defined.

A package often defines in one module what it offers under a shorter name:
``yieldpoint.trace.record`` is defined in ``yieldpoint.trace.runs``. A page may
document it under either name. The other one is what annotations mention, what a
docstring says, or what the documentation of another project links to.

With ``public_packages = ["yieldpoint.trace"]`` in ``conf.py`` each entry is known under
both names, in the inventory for other projects too.

Examples:
    >>> from yieldpoint.sphinxext.names import public_names
    >>> public_names("yieldpoint.trace")["yieldpoint.trace.runs.record"]
    'yieldpoint.trace.record'
"""

import importlib

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.util.typing import ExtensionMetadata

__all__ = ["public_names"]


def public_names(package: str) -> dict[str, str]:
    """Return under which name each public object is defined, and offered.

    Args:
        package: The name of a package that takes names over from its modules.

    Returns:
        The name with the module that defines it, and the name in the package.

    Raises:
        ImportError: There is no such package.

    Examples:
        >>> from yieldpoint.sphinxext.names import public_names
        >>> public_names("json")["json.decoder.JSONDecoder"]
        'json.JSONDecoder'
    """
    module = importlib.import_module(package)
    names = getattr(module, "__all__", None) or [
        name for name in vars(module) if not name.startswith("_")
    ]
    defined = {}
    for name in names:
        home = getattr(getattr(module, name), "__module__", None) or ""
        if home.startswith(f"{package}."):
            defined[f"{home}.{name}"] = f"{package}.{name}"
    return defined


def _add_other_names(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Let each entry be found under both of its names, members included."""
    others: dict[str, str] = {}
    for package in app.config.public_packages:
        try:
            names = public_names(package)
        except (ImportError, ValueError) as error:
            raise ConfigError(f"public_packages: {error}") from None
        others |= names | {public: defined for defined, public in names.items()}
    objects = env.domains.python_domain.objects
    for name, entry in list(objects.items()):
        holder, rest = name, ""
        while holder:
            if holder in others and not entry.aliased:
                alias = entry._replace(aliased=True)
                objects.setdefault(f"{others[holder]}{rest}", alias)
            holder, dot, last = holder.rpartition(".")
            rest = f"{dot}{last}{rest}"
    return []


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the configuration value and what it stands for."""
    app.add_config_value("public_packages", [], "env", types=frozenset({list, tuple}))
    app.connect("env-updated", _add_other_names)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
