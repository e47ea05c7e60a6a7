"""Tests that one Python is enough for.

What Sphinx makes of a page, how it shows a recording, what a card looks like, how a
book is bound: that depends on what is installed, which is the same everywhere, and not
on the Python. Such tests run where coverage is measured, which needs them. The whole
site is built on the oldest and on the newest Python by ``nox -s installed``.
"""

import sys

import pytest

__all__ = ["on_one_python"]

on_one_python = pytest.mark.skipif(
    sys.version_info[:2] != (3, 14),
    reason="it does not depend on the Python: 3.14 is enough",
)
