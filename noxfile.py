"""What can be done with this repository. ``nox --list`` says it in short."""

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2026.2"
# uv makes the environments faster; without it, virtualenv makes the same ones.
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.sessions = ["tests", "doctest"]

PYPROJECT = nox.project.load_toml()
PYTHONS = nox.project.python_versions(PYPROJECT)
# Where coverage has a means of its own and no code is left to older ones. On 3.15 it
# missed one line in two of three runs, another one each time: why is not known.
MEASURED = ["3.14"]
BUILD = Path("docs/_build")
HTML = BUILD / "html"
# Whoever comes first in the checks waits until the site is built.
LONGER = "--override-ini=faulthandler_timeout=600"


def install(session: nox.Session, group: str) -> None:
    """Install the package and a dependency group, as constraints.txt fixes it."""
    session.env["UV_COMPILE_BYTECODE"] = "1"  # as pip does without being asked
    session.install(
        "--constraint=constraints.txt",
        "--editable=.[crawler]",
        *nox.project.dependency_groups(PYPROJECT, group),
    )


def site(session: nox.Session, group: str) -> None:
    """Install what builds the site, with node and npm where the machine has none."""
    has_npm = shutil.which("npm") and shutil.which("node")
    install(session, group)
    if not has_npm:
        install(session, "node")


def sphinx(
    session: nox.Session, builder: str, doctrees: str, output: Path, *options: str
) -> None:
    """Build the pages strictly: nitpicky, and a warning is an error."""
    session.run(
        "sphinx-build",
        *("--nitpicky", "--fail-on-warning", "--quiet"),
        *("--builder", builder, "--doctree-dir", str(BUILD / doctrees)),
        *options,
        *("docs", str(output)),
    )


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site, strictly, execute its examples, and say where it is."""
    site(session, "docs")
    sphinx(session, "html", "doctrees", HTML)
    sphinx(session, "doctest", "doctrees", BUILD / "doctest")
    session.log(f"The site is at {(HTML / 'index.html').resolve().as_uri()}")


@nox.session(python=PYTHONS)
def doctest(session: nox.Session) -> None:
    """Execute every example, or those of the pages that are named behind --."""
    install(session, "docs")
    output = f"doctest-{session.python}"
    doctrees, options = f"{output}/doctrees", []
    if session.posargs:
        doctrees = f"{output}/doctrees-of-some"
        options = ["-D", f"executed_pages={','.join(session.posargs)}"]
    sphinx(session, "doctest", doctrees, BUILD / output, *options)
    print((BUILD / output / "output.txt").read_text(encoding="utf-8"))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run pytest; the lines and branches of the package must be covered."""
    install(session, "tests")
    if session.posargs:
        session.run("pytest", *session.posargs)
        return
    # Up to 3.13 coverage and the recorder take turns with one trace function: coverage
    # would not see the recorder, and the tests would take twice as long.
    measure = ["--cov"] if session.python in MEASURED else []
    coverage = {"COVERAGE_FILE": f".coverage.{session.python}"}
    # One more than there are processors: some tests wait.
    workers = f"--numprocesses={(os.cpu_count() or 1) + 1}"
    session.run("pytest", workers, *measure, env=coverage)


@nox.session(python=PYTHONS)
def conformance(session: nox.Session) -> None:
    """Run CPython's own tests of asyncio on the small loop, where Python has them."""
    session.install("--editable=.")
    session.run("python", "-m", "checks.conformance", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check the format, the code, the types and the spelling."""
    install(session, "lint")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("codespell")


@nox.session
def linkcheck(session: nox.Session) -> None:
    """Check the built site: its links, images, weight, hosts, and that builds agree."""
    site(session, "checks")
    session.run("pytest", LONGER, "checks", *session.posargs)


@nox.session
def campaigns(session: nox.Session) -> None:
    """Check at length, for hours; --quick for a minute; or a name and its options."""
    install(session, "tests")
    session.run("python", "-m", "checks.campaigns", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Try the pages in a real browser, Chromium; --quick takes each sixth page."""
    site(session, "browser")
    options = [option for option in session.posargs if option != "--quick"]
    quick = {"YIELDPOINT_QUICK": "1"} if "--quick" in session.posargs else {}
    session.run("pytest", LONGER, "checks/browser.py", *options, env=quick)


@nox.session
def benchmark(session: nox.Session) -> None:
    """Measure what the pages say about speed; --quick takes less than a minute."""
    install(session, "benchmark")
    session.run("python", "-m", "yieldpoint.benchmarks", *session.posargs)


@nox.session
def serve(session: nox.Session) -> None:
    """Serve the site on this machine and build it again at every edit."""
    site(session, "serve")
    session.run(
        "sphinx-autobuild",
        *("--nitpicky", "--watch", "src", "--watch", "README.md"),
        *("--ignore", str((BUILD / "tryit" / "**").resolve())),
        *("--doctree-dir", str(BUILD / "serve-doctrees")),
        *("docs", str(BUILD / "serve"), *session.posargs),
    )


@nox.session
def constraints(session: nox.Session) -> None:
    """Write constraints.txt again, with the newest versions that 3.11 can use."""
    session.install("uv")
    session.run(
        *("uv", "pip", "compile", "--quiet", "--upgrade"),
        *("--universal", "--fork-strategy=fewest", f"--python-version={PYTHONS[0]}"),
        *("--no-annotate", "--no-header", "--group=lint", "--group=serve"),
        *("--group=benchmark", "--group=node", "--extra=crawler"),
        *("--output-file=constraints.txt", "pyproject.toml"),
    )


@nox.session
def package(session: nox.Session) -> None:
    """Install the package alone, and type-check a program that uses it."""
    session.install(".")
    session.run("python", "checks/package.py")
    session.install("--constraint=constraints.txt", "mypy")
    session.run("mypy", "--strict", "checks/user_program.py")
