"""What a project says in its ``conf.py``, checked before anything is read.

Examples:
    >>> from yieldpoint.sphinxext.settings import pythons_for
    >>> pythons_for(">=3.13")
    ['3.13', '3.14', '3.15']
"""

import importlib
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from packaging.specifiers import InvalidSpecifier
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from yieldpoint.sphinxext.execution import matching_pythons
from yieldpoint.sphinxext.limits import TimeIsUp, at_most
from yieldpoint.sphinxext.surroundings import going_on

__all__ = ["pythons_for", "requires_python"]

_LISTS = (list, tuple)
# Sphinx only warns of a value of another type, and goes on with it.
_TYPES = {
    "doctest_default_flags": (int,),
    "example_package": (str,),
    "executed_fences": _LISTS,
    "executed_pages": _LISTS,
    "executed_pythons": (*_LISTS, type(None)),
    "executed_sources": _LISTS,
    "executed_within": (int, float),
    "recording_styles": _LISTS,
    "recordings_drawn": (bool,),
    "unexecuted_fences": _LISTS,
}
_LONGEST = 10**9


def pythons_for(requires: str) -> list[str]:
    """Return the Pythons that a project supports, as far as they are known here.

    Args:
        requires: What its ``requires-python`` says.

    Returns:
        Versions such as ``3.14``, oldest first.

    Raises:
        sphinx.errors.ConfigError: It is no version specifier, or fits no known Python.

    Examples:
        >>> from yieldpoint.sphinxext.settings import pythons_for
        >>> pythons_for("")
        ['3.11', '3.12', '3.13', '3.14', '3.15']
    """
    try:
        pythons = matching_pythons(requires)
    except InvalidSpecifier:
        raise ConfigError(f"requires-python is no specifier: {requires!r}") from None
    if not pythons:
        raise ConfigError(
            f"requires-python {requires!r} fits no Python that yieldpoint.sphinxext "
            "knows: say which ones in executed_pythons"
        )
    return pythons


def requires_python(folder: Path) -> str:
    """Return what the project that a folder belongs to says about Python.

    Args:
        folder: The folder of ``conf.py``.

    Returns:
        The ``requires-python`` of the nearest ``pyproject.toml`` that has a project,
        in that folder or above it; empty if none says so.

    Raises:
        sphinx.errors.ConfigError: The file is no TOML.

    Examples:
        >>> import pathlib, tempfile
        >>> from yieldpoint.sphinxext.settings import requires_python
        >>> with tempfile.TemporaryDirectory() as name:
        ...     file = pathlib.Path(name, "pyproject.toml")
        ...     _ = file.write_text('project = {requires-python = ">=3.12"}')
        ...     requires_python(pathlib.Path(name, "docs"))
        '>=3.12'
    """
    for parent in (folder, *folder.parents):
        file = parent / "pyproject.toml"
        if file.is_file():
            try:
                project = tomllib.loads(file.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise ConfigError(f"{file}: {error}") from None
            if "project" in project:
                return str(project["project"].get("requires-python", ""))
    return ""


def check(app: Sphinx, config: Config) -> None:
    """Check the values, and fill in what the project says elsewhere.

    Args:
        app: The Sphinx application.
        config: Its configuration.

    Raises:
        sphinx.errors.ConfigError: A value is none that can work.

    Examples:
        >>> from yieldpoint.sphinxext.settings import check
        >>> check.__name__
        'check'
    """
    for name, types in _TYPES.items():
        if not isinstance(config[name], types):
            wanted = " or ".join(each.__name__ for each in types)
            raise ConfigError(f"{name}: {config[name]!r} is no {wanted}")
    if config.executed_pythons is None:
        config.executed_pythons = pythons_for(requires_python(Path(app.confdir)))
    if not config.executed_pythons:
        raise ConfigError("executed_pythons is empty: which Pythons shall it be?")
    for version in config.executed_pythons:
        # A number would not do: 3.10 is 3.1.
        if not (isinstance(version, str) and re.fullmatch(r"\d+\.\d+", version)):
            raise ConfigError(
                f"executed_pythons: {version!r} is no version like '3.14'"
            )
    # Above that the system's alarms know no time.
    if not 0 < config.executed_within <= _LONGEST:
        raise ConfigError(
            f"executed_within: {config.executed_within!r} is no number of seconds "
            f"up to {_LONGEST}"
        )
    if config.example_package:
        try:
            with at_most(config.executed_within), going_on():
                importlib.import_module(config.example_package)
        except (Exception, SystemExit, TimeIsUp) as error:  # noqa: BLE001 - a module may raise anything
            raise ConfigError(
                f"example_package: {config.example_package!r} cannot be imported by "
                f"the Python that runs Sphinx: {error!r}"
            ) from None
    _check_sources(Path(app.confdir), config.executed_sources)


def _check_sources(folder: Path, patterns: Sequence[str]) -> None:
    """Check what names the files beside the pages."""
    for pattern in patterns:
        try:
            is_there = any(folder.glob(pattern))
        except (NotImplementedError, TypeError, ValueError):
            raise ConfigError(
                f"executed_sources: {pattern!r} is no pattern beside conf.py"
            ) from None
        if not is_there and not re.search(r"[*?[]", pattern):
            raise ConfigError(f"executed_sources: there is no {pattern!r}")


def setup(app: Sphinx) -> None:
    """Add the configuration values that no directive owns."""
    lists = frozenset({list, tuple})
    app.add_config_value("executed_pythons", None, "env", types=lists)
    app.connect("config-inited", check)
