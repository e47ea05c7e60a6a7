"""The package itself."""

import importlib
import importlib.metadata

import yieldpoint


def test_it_says_its_version() -> None:
    """As what is installed does."""
    # Read again: pytest's plugin has imported it before anything was measured.
    version = importlib.reload(yieldpoint).__version__
    assert version == importlib.metadata.version("yieldpoint")
