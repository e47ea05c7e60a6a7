"""The tests of the Sphinx extension."""
