"""The package itself."""

import importlib.metadata
import runpy

import yieldpoint


def test_it_says_its_version() -> None:
    """As what is installed does."""
    # Run again: pytest's plugin has imported it before anything was measured.
    version = runpy.run_path(yieldpoint.__file__, run_name="yieldpoint")["__version__"]
    assert version == importlib.metadata.version("yieldpoint")
