"""How Sphinx builds the small site."""

extensions = ["myst_parser", "yieldpoint.sphinxext"]
example_package = "shop.examples"
executed_sources = ["../README.md", "../src/**/*.py"]

project = "Shop"
html_theme = "alabaster"
