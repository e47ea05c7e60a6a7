"""Whether the gates catch a mutant: the cheap ones first, in a copy of the project.

Sphinx and the pages are read once. Each mutant is tried in a child of that process, so
that what it does to modules and to the environment goes with the child.
"""

import ast
import contextlib
import doctest
import gc
import importlib
import io
import json
import linecache
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = Path("src/yieldpoint/examples")

# Real seconds that a session, a mutant and the tests of one may take.
SESSION, TRIAL, TESTS = 10, 90, 400


@contextlib.contextmanager
def copy_of_the_project() -> Iterator[Path]:
    """Copy what the gates need, and let the package be imported from there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "project")
        ignore = shutil.ignore_patterns("_build", "__pycache__")
        for part in ("docs", "src", "tests", "checks"):
            shutil.copytree(ROOT / part, folder / part, ignore=ignore)
        # What npm and node have made takes long, and is of no page and no example.
        made = Path("docs/_build/tryit")
        if (ROOT / made).exists():
            shutil.copytree(ROOT / made, folder / made, symlinks=True)
        for file in (*ROOT.glob("*.md"), *ROOT.glob("*.toml"), ROOT / "conftest.py"):
            shutil.copy(file, folder)
        sys.path.insert(0, str(folder / "src"))
        os.environ["PYTHONPATH"] = str(folder / "src")
        sys.dont_write_bytecode = True
        yield folder


class Gates:
    """The gates, warm: a site that is built, and may be built again with a change."""

    def __init__(self, folder: Path) -> None:
        """Build the site of a copy, once in a process of its own, and once here."""
        self.folder = folder
        build = folder / "docs" / "_build"
        self._doctrees = build / "doctrees"
        places = [str(folder / "docs"), str(build / "html")]
        options = ["--nitpicky", "-q", "-d", str(self._doctrees)]
        subprocess.run(
            [sys.executable, "-m", "sphinx", "-W", *options, *places], check=True
        )
        from sphinx.application import Sphinx  # noqa: PLC0415 - from the copy

        self._messages = io.StringIO()
        self._app = Sphinx(
            srcdir=places[0],
            confdir=places[0],
            outdir=places[1],
            doctreedir=str(self._doctrees),
            buildername="html",
            confoverrides={"nitpicky": True, "executed_within": SESSION},
            status=None,
            warning=self._messages,
        )
        self._app.build()
        if self._messages.getvalue():
            raise RuntimeError(self._messages.getvalue())
        self._sources = {
            path: path.read_text(encoding="utf-8")
            for path in (folder / "docs").rglob("*.md")
            if build not in path.parents
        }
        self._uses = self._what_uses_what()
        self._saved = self._save()
        gc.collect()
        gc.freeze()

    def _save(self) -> dict[Path, tuple[int, bytes]]:
        """Return what a trial may write over: each page as it has been read."""
        return {
            path: (path.stat().st_mtime_ns, path.read_bytes())
            for path in self._doctrees.rglob("*.doctree")
        }

    def _what_uses_what(self) -> dict[str, set[str]]:
        """Return the modules of examples, each with itself and those that import it."""
        uses: dict[str, set[str]] = {}
        paths = sorted((self.folder / EXAMPLES).glob("*.py"))
        texts = {path.stem: path.read_text(encoding="utf-8") for path in paths}
        for name in texts:
            found = {name}
            while True:
                names = "|".join(found)
                pattern = rf"examples(?:\.|\.?\w* import .*)\b(?:{names})\b"
                more = {each for each in texts if re.search(pattern, texts[each])}
                if more <= found:
                    break
                found |= more
            uses[name] = found
        return uses

    def caught(self, path: Path, mutated: str) -> str:
        """Try a change, and return what catches it; an empty text if nothing does."""
        file = self.folder / path
        original, times = file.read_text(encoding="utf-8"), file.stat()
        file.write_text(mutated, encoding="utf-8")
        later = time.time() + 60
        os.utime(file, (later, later))
        try:
            return self._try_in_a_child(path) or self._try_tests(path)
        finally:
            file.write_text(original, encoding="utf-8")
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
            self._put_back()

    def _put_back(self) -> None:
        for doctree, (changed, content) in self._saved.items():
            if not doctree.exists() or doctree.stat().st_mtime_ns != changed:
                doctree.write_bytes(content)
                os.utime(doctree, ns=(changed, changed))

    def _try_in_a_child(self, path: Path) -> str:
        """Build what shows a changed file, and run what uses it."""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            os.setsid()
            try:
                said = self._try(path)
            except BaseException as error:  # noqa: BLE001 - whatever ends a build
                said = f"build: {type(error).__name__}: {error}"
            os.write(writer, json.dumps(said[:2000]).encode())
            os._exit(0)
        os.close(writer)
        try:
            ready, _, _ = select.select([reader], [], [], TRIAL)
            heard = os.read(reader, 100_000) if ready else b'"it does not end"'
        finally:
            os.close(reader)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
        return str(json.loads(heard or b'"build: the process died"'))

    def _try(self, path: Path) -> str:
        """Return what the build and the doctests say of a change."""
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - to its end
        names: set[str] = set()
        if path.suffix == ".py":
            names = self._uses[path.stem]
            linecache.clearcache()
            for name in [*sys.modules]:
                if name.startswith("yieldpoint.examples"):
                    del sys.modules[name]
        labels = self._labels()
        self._app.build()
        if not self._messages.getvalue() and self._labels() != labels:
            for docname in sorted(self._app.env.found_docs):
                self._app.env.get_and_resolve_doctree(docname, self._app.builder)
        if self._messages.getvalue():
            return f"build: {self._messages.getvalue()}"
        return self._run_pages(path, names) or self._run_docstrings(names)

    def _labels(self) -> object:
        """Return where a reference from another page may lead."""
        env = self._app.env
        standard = env.domains.standard_domain
        return set(standard.anonlabels.items()), set(env.titles)

    def _run_pages(self, path: Path, names: set[str]) -> str:
        from yieldpoint.sphinxext.builder import sessions_in  # noqa: PLC0415 - the copy

        env = self._app.env
        pages = [
            page
            for page, text in self._sources.items()
            if page == self.folder / path
            or any(re.search(rf"\b{name}\b", text) for name in names)
        ]
        for page in pages:
            docname = env.path2doc(str(page))
            for session in sessions_in(env.get_doctree(str(docname))):
                for failure in session.run(SESSION, start=1000):
                    return f"doctest: {docname}: {failure.text}"
        return ""

    def _run_docstrings(self, names: set[str]) -> str:
        from yieldpoint.sphinxext.sessions import Block, Session  # noqa: PLC0415 - the copy

        for name in sorted(names):
            module = importlib.import_module(f"yieldpoint.examples.{name}")
            for test in doctest.DocTestFinder().find(module):
                if test.docstring and test.examples:
                    session = Session(test.name, [Block(test.docstring, name, 1)])
                    for failure in session.run(SESSION, start=1000):
                        return f"docstring: {test.name}: {failure.text}"
        return ""

    def _try_tests(self, path: Path) -> str:
        """Return what the tests that name a changed file say."""
        if path.suffix == ".py":
            names = rf"examples(?:\.| import [\w, (\n]*){path.stem}\b"
        elif path.stem == "index":
            return ""  # so is the page of many a test
        else:
            names = rf"\b{path.stem}\.(?:md|html)"
        tests = [
            str(test.relative_to(self.folder))
            for part in ("tests", "checks")
            for test in sorted((self.folder / part).rglob("test_*.py"))
            if re.search(names, test.read_text(encoding="utf-8"))
        ]
        if not tests:
            return ""
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-x", "-q", *tests],
                cwd=self.folder,
                capture_output=True,
                text=True,
                timeout=TESTS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "tests: they do not end"
        return f"tests: {done.stdout[-500:]}" if done.returncode else ""


def is_code(path: Path, text: str) -> bool:
    """Tell whether a changed module can still be parsed; a page always can."""
    if path.suffix == ".py":
        try:
            ast.parse(text)
        except SyntaxError:
            return False
    return True
