"""Small sites to build in the tests of the Sphinx extension."""

import functools
import itertools
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from jinja2.sandbox import SandboxedEnvironment
from sphinx import jinja2glue
from sphinx.cmd.build import main as sphinx_build
from sphinx.deprecation import RemovedInSphinx11Warning

CONF = """
import doctest
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "yieldpoint.sphinxext",
    "yieldpoint.sphinxext.differences",
    "yieldpoint.sphinxext.measured",
    "yieldpoint.sphinxext.programs",
    "yieldpoint.sphinxext.reading",
    "yieldpoint.sphinxext.verdicts",
]
example_package = "yieldpoint.examples"
doctest_default_flags = doctest.ELLIPSIS
doctest_show_successes = False
html_theme = "basic"
default_role = "any"
executed_sources = ["../*.md", "../*.py"]
"""


@dataclass
class Build:
    """What came of a build."""

    status: int
    messages: str
    output: Path

    def html(self, page: str) -> str:
        """Return a page of the built site."""
        return (self.output / f"{page}.html").read_text(encoding="utf-8")


class Compiled(BytecodeCache):
    """Keeps templates compiled from test to test: that is half of a small build."""

    def __init__(self) -> None:
        """Begin with none."""
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a template that was compiled before."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


#: The options of a build whose examples are in any module, and have a second each.
ANY_MODULE = ("-D", "example_package=", "-D", "executed_within=1")

# For the names of modules: a second one of the same name would not be imported.
NUMBERS = itertools.count(1)

TEMPLATES = functools.partial(SandboxedEnvironment, bytecode_cache=Compiled())


@pytest.fixture
def build_strictly(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Build]:
    """Return a function that builds a site strictly, from a folder."""
    monkeypatch.setattr(jinja2glue, "SandboxedEnvironment", TEMPLATES)

    def run(docs: Path, *options: str, builder: str = "html") -> Build:
        output = tmp_path / builder
        # What Sphinx's other extensions do is not for these tests to judge.
        warnings.filterwarnings(
            "ignore", category=RemovedInSphinx11Warning, module="myst_parser"
        )
        # With --jobs Sphinx forks beside the thread that limits the test.
        warnings.filterwarnings("ignore", "This process", DeprecationWarning)
        status = sphinx_build(
            [
                *("--fail-on-warning", "--quiet", "--no-color", "--nitpicky"),
                *("--builder", builder, "--doctree-dir", str(tmp_path / "doctrees")),
                *options,
                *(str(docs), str(output)),
            ]
        )
        messages = re.sub(r"\x1b\[[\d;]*m", "", capfd.readouterr().err)
        return Build(status, messages.replace(f"{tmp_path}/", ""), output)

    return run


@pytest.fixture
def build(tmp_path: Path, build_strictly: Callable[..., Build]) -> Callable[..., Build]:
    """Return a function that writes a site and builds it strictly."""

    def write_and_build(
        pages: dict[str, str], *options: str, builder: str = "html"
    ) -> Build:
        docs = tmp_path / "docs"
        docs.mkdir(exist_ok=True)
        more = docs / "more_conf.txt"  # what a test has to add
        added = more.read_text(encoding="utf-8") if more.is_file() else ""
        (docs / "conf.py").write_text(CONF + added, encoding="utf-8")
        for name, text in pages.items():
            (docs / name).parent.mkdir(parents=True, exist_ok=True)
            (docs / name).write_text(text, encoding="utf-8")
        return build_strictly(docs, *options, builder=builder)

    return write_and_build


@pytest.fixture
def write_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], str]:
    """Return a function that writes a module, and returns its name to import it by."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(text: str) -> str:
        name = f"module_{next(NUMBERS)}"
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        return name

    return write
