"""How Sphinx builds the site."""

import doctest
import gc
import os
import warnings
from pathlib import Path
from typing import Any

from docutils import nodes
from jinja2 import FileSystemBytecodeCache
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.deprecation import RemovedInSphinx10Warning
from sphinx.environment import BuildEnvironment

import yieldpoint
from yieldpoint.trace import Event
from yieldpoint.words import marked

# A build makes many objects and drops few: to look for cycles costs a sixth of it.
gc.disable()

project = "Yieldpoint"
author = "The Yieldpoint authors"
project_copyright = author
version = release = yieldpoint.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinx.ext.napoleon",
    "sphinx_autodoc_typehints",
    "yieldpoint.sphinxext",
    "yieldpoint.sphinxext.cards",
    "yieldpoint.sphinxext.code_links",
    "yieldpoint.sphinxext.differences",
    "yieldpoint.sphinxext.inventory",
    "yieldpoint.sphinxext.languages",
    "yieldpoint.sphinxext.light",
    "yieldpoint.sphinxext.markdown",
    "yieldpoint.sphinxext.measured",
    "yieldpoint.sphinxext.names",
    "yieldpoint.sphinxext.navigation",
    "yieldpoint.sphinxext.programs",
    "yieldpoint.sphinxext.publishing",
    "yieldpoint.sphinxext.reading",
    "yieldpoint.sphinxext.sections",
    "yieldpoint.sphinxext.tryit",
    "yieldpoint.sphinxext.taught",
    "yieldpoint.sphinxext.verdicts",
]
# With `--tag executed` pages are read to be executed, and nothing of them is shown: so
# it is in `nox -s doctest`, which reads them once on each Python.
if tags.has("executed"):  # type: ignore[name-defined]  # noqa: F821 - Sphinx brings it
    for name in (
        *("cards", "code_links", "inventory", "languages", "light", "markdown"),
        *("navigation", "publishing", "sections", "taught", "tryit"),
    ):
        extensions.remove(f"yieldpoint.sphinxext.{name}")
    extensions.remove("sphinx.ext.intersphinx")
    extensions.remove("sphinx_autodoc_typehints")
    recordings_drawn = smartquotes = False
exclude_patterns = ["_build"]

# Each language that the site can be built in: the folder that it is published in, and
# what it calls itself. The pages' catalogues are in docs/locale, one each.
site_languages = {"en": ("en", "English"), "zh_CN": ("zh", "简体中文")}
language = "en"
locale_dirs = ["locale"]
gettext_compact = False

public_packages = ["yieldpoint.loop", "yieldpoint.trace"]
example_package = "yieldpoint.examples"
# Files beside the pages whose prompts must be executed too. Those of docstrings are
# pytest's: tests/test_docstrings.py proves that it executes all of them.
executed_sources = ["../*.md"]

# Programs that take long in real time, in seconds; the doctests check it.
program_seconds = {
    "asyncio/several-failures": {
        "failures-as-results": 3600,
    },
    "crawler/back-pressure": {
        "in-a-circle": 120,
        "with-places": 602,
    },
    "crawler/beyond": {
        "many-tasks": 400,
        "one-host": 150,
        "places-by-latency": 60,
    },
    "crawler/hostile": {
        "endless-calendar": 56,
        "growing-addresses": 34,
    },
    "crawler/manners": {
        "for-the-host": 48,
    },
    "crawler/nothing-lost": {
        "go-on": 30,
    },
    "crawler/twenty-lines": {
        "endless-site": 1000,
    },
    "inside/from-outside": {
        "second-ctrl-c": 60,
    },
    "practice/threads": {
        "set-result-from-a-thread": 61,
    },
    "practice/timeouts": {
        "fetch-patiently": 30,
    },
}

# ELLIPSIS for addresses and the like. Sphinx's own default would also ignore what an
# exception says, and the pages promise the message letter for letter.
doctest_default_flags = doctest.ELLIPSIS | doctest.DONT_ACCEPT_TRUE_FOR_1
doctest_show_successes = False

myst_enable_extensions = ["attrs_block", "deflist"]
myst_heading_anchors = 3
# `(#name)` leads to a label, and not to a function whose name ends so.
myst_ref_domains = ["std"]

smartquotes_action = "D"  # dashes, but an error message keeps its quotes as they are
default_role = "any"  # a name in single backticks in a docstring is a link
nitpicky = True
nitpick_ignore_regex = [
    # Types in the reference of yieldpoint.sphinxext and yieldpoint.crawler. Of foreign
    # inventories only the standard library's is in the tree.
    (r"py:.*", r"(docutils|packaging|protego|sphinx)\..*"),
    # The name that contextvars.Context gives to itself.
    (r"py:class", r"_contextvars\.Context"),
]

autodoc_member_order = "bysource"
autodoc_inherit_docstrings = False  # of what Sphinx defines, only what is our own
autodoc_default_options = {"members": True}
napoleon_numpy_docstring = False
always_document_param_types = True
typehints_defaults = "comma"

# The inventory is in the tree: a strict build needs no network.
intersphinx_mapping = {
    "python": ("https://docs.python.org/3", "inventories/python.inv"),
}
# Where links may lead, beside what needs no import: a module more costs little.
inventory_parts = {
    "python": [
        *("asyncio", "atexit", "collections", "concurrent", "contextlib"),
        *("contextvars", "dataclasses", "datetime", "faulthandler", "functools"),
        *("gc", "heapq", "html", "http", "inspect", "io", "itertools", "json"),
        *("logging", "math", "multiprocessing", "os", "pathlib", "pickle", "queue"),
        *("random", "re", "sched", "select", "selectors", "shlex", "signal", "socket"),
        *("sqlite3", "ssl", "subprocess", "sys", "threading", "time", "timeit"),
        *("traceback", "tracemalloc", "types", "typing", "unittest", "urllib"),
        *("warnings", "weakref"),
    ]
}

# What a program in the page raises leads to what this page lists.
explained_page = "reference/errors"

# Whoever asks wants the page that explains, then the reference; lists lead elsewhere.
search_ranks = {
    "article": 0.3,
    "generators/index": 0.6,
    "inside/": 0.8,
    "inside/index": 0.5,
    "inside/read/": 0.3,
    "index": 0.5,
    "practice/how-do-i": 0.1,
    "practice/index": 0.5,
    "reference/": 0.3,
    "reference/loop": 0.15,
    "reference/errors": 0.1,
    "reference/glossary": 0.4,
    "speed/": 0.9,
}

html_theme = "furo"
html_title = "Yieldpoint"
html_favicon = "_static/yieldpoint.svg"
html_static_path = ["_static"]
html_css_files = ["yieldpoint.css"]
html_js_files = [("copy.js", {"defer": "defer"})]
html_copy_source = False
html_show_copyright = False
# Where the site stands. If it is known, the site is published: pages say their address,
# have a card, and can be downloaded.
html_baseurl = os.environ.get("YIELDPOINT_SITE_URL", "")
# What is made beside it by `nox -s publish`.
labels = {"epub": marked("All pages as EPUB"), "pdf": marked("As PDF")}
made = os.environ.get("YIELDPOINT_BOOKS", "").split()
books = {labels[kind]: f"yieldpoint.{kind}" for kind in made}
# Where its sources stand. If that is known, pages can be edited and reported there.
repository_url = os.environ.get("YIELDPOINT_REPOSITORY_URL", "").rstrip("/")
if repository_url:
    html_theme_options = {
        "source_edit_link": f"{repository_url}/edit/main/docs/{{filename}}",
        "top_of_page_buttons": ["edit"],
    }
moved_pages = {
    "errors/syntax": "errors/coroutines",
    "inside/read/bytes": "inside/read/writing",
    "inside/read/eventloop": "inside/read/running",
    "inside/read/shared": "inside/read/sharing",
    "inside/read/streams": "inside/read/ends",
    "inside/read/timing": "inside/read/turns",
    "reference/loop-sharing": "reference/loop-locks",
    "speed/claims": "reference/claims",
}

# The lists of pages are hidden on the pages, and the contents of a book.
epub_tocscope = "includehidden"
epub_tocdepth = 6
epub_tocdup = False  # no page is in the list of its own sections
epub_show_urls = "no"
epub_exclude_files = [".buildinfo.bak"]

# sphinx-autodoc-typehints 3.6, the newest for Python 3.11, calls what Sphinx 10 drops.
warnings.filterwarnings(
    "ignore", category=RemovedInSphinx10Warning, module="sphinx_autodoc_typehints"
)

# Where an object is defined is not always where it is documented.
documented_as = {
    "_asyncio.Future": "asyncio.Future",
    "_asyncio.Task": "asyncio.Task",
    "asyncio.events.AbstractEventLoop": "asyncio.AbstractEventLoop",
    "concurrent.futures._base.Executor": "concurrent.futures.Executor",
    "pathlib._local.Path": "pathlib.Path",  # on Python 3.13
}


def use_documented_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> None:
    """Let intersphinx look for an object under the name that its documentation has."""
    del app, env, contnode
    node["reftarget"] = documented_as.get(node["reftarget"], node["reftarget"])


def add_own_styles(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Load what only some pages need with those pages."""
    del templatename, context, doctree
    if pagename == "article":
        app.add_css_file("verdicts.css")
    elif pagename.startswith(("speed/", "inside/how-fast", "practice/which-one")):
        app.add_css_file("plots.css")


def leave_out_fields(*event: object) -> bool | None:
    """Leave out what the docstring of a named tuple says already: its fields."""
    _app, _what, _name, member, *_ = event
    return True if type(member) is type(Event.kind) else None


def keep_templates(app: Sphinx) -> None:
    """Compile Furo's templates once, not at each build."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        folder = Path(app.doctreedir, "templates")
        folder.mkdir(parents=True, exist_ok=True)
        environment = app.builder.templates.environment
        environment.bytecode_cache = FileSystemBytecodeCache(str(folder))


def look_through_one_page(*event: object) -> None:
    """Leave out what is older than a page where all objects are looked through.

    The recorder does so up to Python 3.13, for the generator that a frame is of: first
    among the youngest. Without a collector all that the build has made is young.
    """
    del event
    gc.freeze()


def leave_garbage(app: Sphinx, exception: Exception | None) -> None:
    """Do not look for cycles at the end either, when all goes anyway."""
    del app, exception
    gc.freeze()


def setup(app: Sphinx) -> None:
    """Look before intersphinx does, and do what is not Sphinx's to do."""
    app.connect("autodoc-skip-member", leave_out_fields)
    app.connect("builder-inited", keep_templates)
    app.connect("source-read", look_through_one_page)
    app.connect("build-finished", leave_garbage, priority=900)
    app.connect("missing-reference", use_documented_name, priority=100)
    app.connect("html-page-context", add_own_styles)
