"""Each fence of a page as a program of its own, which needs no package.

It has the imports, the source of the examples that it uses and what they need, the
lines above it that it needs, and its own lines: what the interactive Python shows is
printed. The html build writes the programs of a page into ``_programs/PAGE.json`` and
marks each fence with ``data-program``; the doctest builder runs them all and compares
what they print with the page.

The rooms in the order in which a program is made: `names` and `definitions` take Python
apart, `lines` are those of a session, `parts` is what they need, `echo`, `writing` and
`layout` put the text together, which a `program` is; `needs` looks at it, `pages` is
what Sphinx sees.

Examples:
    >>> from yieldpoint.sphinxext.programs import setup
    >>> setup.__module__
    'yieldpoint.sphinxext.programs._pages'
"""

from yieldpoint.sphinxext.programs._pages import setup

__all__ = ["setup"]
