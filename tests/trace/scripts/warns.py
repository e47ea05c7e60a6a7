"""Warnings: where they come from stands on stderr."""

import warnings


def old() -> int:
    """Warn."""
    warnings.warn("old is old", FutureWarning, stacklevel=2)
    return 1


print(old() + old())
warnings.warn("the end", UserWarning, stacklevel=1)
