"""What can be done with this repository. ``nox --list`` says it in short."""

import argparse
import os
import shutil
import socket
import tarfile
from pathlib import Path

import nox
from nox.command import CommandFailed

nox.needs_version = ">=2026.2"
# uv takes only files whose hash is in constraints.txt; pip cannot, beside the checkout.
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.sessions = ["doctest", "tests"]

PYPROJECT = nox.project.load_toml()
PYTHONS = nox.project.python_versions(PYPROJECT)
# Where coverage has a means of its own and no code is left to older ones.
MEASURED = ["3.14"]
BUILD = Path("docs/_build")
HTML = BUILD / "html"
SITE = BUILD / "site"
DIST = Path("dist")
# The folder of each language, as docs/conf.py has it.
LANGUAGES = {"en": "en", "zh_CN": "zh"}
# Which files have to follow which schema.
SCHEMAS = {
    "citation-file-format": "CITATION.cff",
    "dependabot": ".github/dependabot.yml",
    "github-issue-config": ".github/ISSUE_TEMPLATE/config.yml",
    "github-issue-forms": ".github/ISSUE_TEMPLATE/[!c]*.yml",
    "github-workflows": ".github/workflows/*.yml",
    "readthedocs": ".readthedocs.yaml",
}
# Where most links lead that leave the site.
LINKED = "docs.python.org"
# Whoever comes first in the checks waits until the site is built.
LONGER = "--override-ini=faulthandler_timeout=600"
# One process more than there are processors, since some tests wait; and who is done
# takes over what others have before them.
IN_PARALLEL = (f"--numprocesses={(os.cpu_count() or 1) + 1}", "--dist=worksteal")


def install(session: nox.Session, group: str) -> None:
    """Install the package and a dependency group, as constraints.txt fixes it."""
    if group == "tests":
        # Its workers start at once, and each would compile what it imports. Elsewhere
        # Python does so itself: a third of all that is installed.
        session.env["UV_COMPILE_BYTECODE"] = "1"
    session.install(
        "--constraint=constraints.txt",
        "--editable=.[crawler]",
        *nox.project.dependency_groups(PYPROJECT, group),
    )


def has_npm() -> bool:
    """Tell whether the machine has what makes the part that runs in browsers."""
    return bool(shutil.which("npm") and shutil.which("node"))


def site(session: nox.Session, group: str) -> None:
    """Install what builds the site, with node and npm where the machine has none."""
    needs_npm = not has_npm()  # before there is one in the environment
    install(session, group)
    if needs_npm:
        install(session, "node")


def sphinx(
    session: nox.Session, builder: str, doctrees: str, output: Path, *options: str
) -> None:
    """Build the pages strictly: nitpicky, and a warning is an error."""
    command = (
        "sphinx-build",
        *("--nitpicky", "--fail-on-warning", "--quiet"),
        *("--builder", builder, "--doctree-dir", str(BUILD / doctrees)),
        *options,
        *("docs", str(output)),
    )
    try:
        session.run(*command)
    except CommandFailed:
        # Sphinx warns of a page when it makes it, and would not make it again.
        (BUILD / doctrees / "environment.pickle").unlink(missing_ok=True)
        raise


def pages(
    session: nox.Session, output: Path = HTML, doctrees: str = "doctrees", *options: str
) -> None:
    """Build the pages; if it is known where they will stand, each as Markdown too."""
    sphinx(session, "html", doctrees, output, *options)
    if os.environ.get("YIELDPOINT_SITE_URL"):
        sphinx(session, "markdown", doctrees, output, *options)


def distribute(session: nox.Session) -> None:
    """Build what is published: the sdist, and from it the wheel."""
    shutil.rmtree(DIST, ignore_errors=True)
    hashed = ("--build-constraints=constraints.txt", "--require-hashes")
    session.run("uv", "build", "--quiet", *hashed)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site, strictly, and say where it is.

    With --language zh_CN it is built in that language, in a folder of its own, and each
    page leads to the same page in the other languages; --language may be repeated.
    """
    site(session, "docs")
    parser = argparse.ArgumentParser()
    parser.add_argument("--language", action="append", default=[], choices=LANGUAGES)
    languages = parser.parse_args(session.posargs).language
    for language in languages:
        in_folder = ("-D", f"language={language}", "-D", "language_folders=1")
        output = SITE / LANGUAGES[language]
        pages(session, output, f"doctrees-{language}", *in_folder)
        session.log(f"The site is at {(output / 'index.html').resolve().as_uri()}")
    if languages:
        folders = [LANGUAGES[language] for language in languages]
        above = ("-m", "yieldpoint.sphinxext.above", str(SITE), *folders)
        session.run("python", *above)
        return
    pages(session)
    session.log(f"The site is at {(HTML / 'index.html').resolve().as_uri()}")


@nox.session
def publish(session: nox.Session) -> None:
    """Build the site with its books beside it: all pages as EPUB and PDF.

    Where there is no Chromium, which prints the PDF, there is only the EPUB.
    """
    site(session, "publish")
    has_chromium = shutil.which(os.environ.get("YIELDPOINT_CHROMIUM", "chromium"))
    session.env["YIELDPOINT_BOOKS"] = "epub pdf" if has_chromium else "epub"
    pages(session)
    sphinx(session, "epub", "doctrees", BUILD / "epub")
    shutil.copy(BUILD / "epub" / "Yieldpoint.epub", HTML / "yieldpoint.epub")
    pdf = HTML / "yieldpoint.pdf"
    pdf.unlink(missing_ok=True)
    if not has_chromium:
        session.warn("There is no Chromium, so there is no PDF.")
        return
    book = ("-m", "yieldpoint.sphinxext.book", str(BUILD / "epub"), str(pdf))
    session.run("python", *book)


@nox.session(python=PYTHONS)
def doctest(session: nox.Session) -> None:
    """Execute every example, or those of the pages that are named behind --."""
    install(session, "docs")
    output = f"doctest-{session.python}"
    doctrees, options = f"{output}/doctrees", ["--tag", "executed"]
    if session.posargs:
        doctrees = f"{output}/doctrees-of-some"
        options += ["-D", f"executed_pages={','.join(session.posargs)}"]
    sphinx(session, "doctest", doctrees, BUILD / output, *options)
    summary = BUILD / output / "output.txt"
    if summary.exists():  # not with --install-only
        print(summary.read_text(encoding="utf-8"))


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
    session.run("pytest", *IN_PARALLEL, *measure, env=coverage)


@nox.session(python=PYTHONS)
def conformance(session: nox.Session) -> None:
    """Run CPython's own tests of asyncio on the small loop, where Python has them."""
    session.install("--editable=.")
    session.run("python", "-m", "checks.conformance", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check the format, the code, the types, the spelling and the workflows."""
    install(session, "lint")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("codespell")
    session.run("zizmor", "--quiet", "--offline", "--persona=pedantic", ".github")
    for schema, pattern in SCHEMAS.items():
        files = sorted(map(str, Path().glob(pattern)))
        schema_option = f"--builtin-schema=vendor.{schema}"
        session.run("check-jsonschema", "--quiet", schema_option, *files)


@nox.session
def linkcheck(session: nox.Session) -> None:
    """Check the built site, all of it or what the files named behind -- check."""
    site(session, "checks")
    named = any(Path(each.partition("::")[0]).exists() for each in session.posargs)
    session.run("pytest", LONGER, *([] if named else ["checks"]), *session.posargs)


@nox.session
def campaigns(session: nox.Session) -> None:
    """Check at length, for hours; --quick for a minute; or a name and its options."""
    install(session, "tests")
    session.run("python", "-m", "checks.campaigns", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Try the pages in a real browser, Chromium; --quick takes a part of them."""
    site(session, "browser")
    options = [option for option in session.posargs if option != "--quick"]
    quick = {"YIELDPOINT_QUICK": "1"} if "--quick" in session.posargs else {}
    modules = [
        "checks/browser.py",
        "checks/browser_firefox.py",
        "checks/browser_programs.py",
        "checks/browser_tryit.py",
        "checks/browser_worker.py",
    ]
    session.run("pytest", LONGER, *modules, *options, env=quick)


@nox.session
def lighthouse(session: nox.Session) -> None:
    """Let Lighthouse judge a page of each kind, as it is seen on two devices."""
    install(session, "browser")
    install(session, "node")  # a newer one than many machines have
    folder = Path(session.virtualenv.location, "lighthouse").resolve()
    shutil.copytree("checks/lighthouse", folder, dirs_exist_ok=True)
    npm = ("npm", "ci", "--ignore-scripts", "--no-audit", "--prefix", str(folder))
    session.run_install(*npm)
    session.run("pytest", LONGER, "checks/browser_lighthouse.py", *session.posargs)


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
    compile_hashed = (
        *("uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"),
        *("--no-annotate", "--no-header", f"--python-version={PYTHONS[0]}"),
    )
    groups = ("lint", "serve", "benchmark", "build", "node")
    session.run(
        *(*compile_hashed, "--upgrade", "--fork-strategy=fewest"),
        *(*(f"--group={group}" for group in groups), "--extra=crawler"),
        *("--output-file=constraints.txt", "pyproject.toml"),
    )
    # What a workflow installs by pip; all else comes by nox.
    session.run(
        *(*compile_hashed, "--group=nox", "--constraint=constraints.txt"),
        *("--output-file=.github/nox.txt",),
    )


@nox.session
def package(session: nox.Session) -> None:
    """Build the package, install it alone, and type-check a program that uses it."""
    distribute(session)
    session.install(*map(str, DIST.glob("*.whl")))
    session.run("python", "checks/package.py")
    session.install("--constraint=constraints.txt", "mypy")
    session.run("mypy", "--strict", "checks/user_program.py")


@nox.session(python=[PYTHONS[0], PYTHONS[-1]])
@nox.parametrize("versions", ["lowest-direct", "highest"], ids=["lowest", "newest"])
def installed(session: nox.Session, versions: str) -> None:
    """Build the site with the package installed, and with other versions than ours."""
    distribute(session)
    archive = "*.tar.gz" if versions == "lowest-direct" else "*.whl"
    (file,) = DIST.glob(archive)
    session.install(
        *(f"--resolution={versions}", "--upgrade", "--reinstall-package=yieldpoint"),
        *(f"{file}[sphinx,crawler]", "--group=docs"),
        *(() if has_npm() else ("--group=node",)),
    )
    output = f"installed-{session.python}-{versions}"
    sphinx(session, "html", f"{output}/doctrees", BUILD / output)


@nox.session
def sdist(session: nox.Session) -> None:
    """Unpack what is published as source: it must run its own tests."""
    distribute(session)
    folder = Path(session.create_tmp()).resolve()
    (file,) = DIST.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")
    session.chdir(folder / file.name.removesuffix(".tar.gz"))
    install(session, "tests")
    session.run("pytest", *IN_PARALLEL)


@nox.session
def gettext(session: nox.Session) -> None:
    """Write the catalogues for translators, and renew the translations by them."""
    site(session, "checks")
    sphinx(session, "gettext", "doctrees-gettext", BUILD / "gettext")
    session.run("python", "-m", "checks.catalogues", str(BUILD / "gettext"))


@nox.session
def api(session: nox.Session) -> None:
    """Tell what would break a program that uses the package."""
    install(session, "api")
    session.run("python", "-m", "checks.api", *session.posargs)


@nox.session
def vulnerabilities(session: nox.Session) -> None:
    """Ask the index what is known of the versions in constraints.txt; or --offline."""
    session.run("python", "-m", "checks.vulnerabilities", *session.posargs)


@nox.session
def links(session: nox.Session) -> None:
    """Ask for the pages elsewhere that the site links to, where there is a network."""
    try:
        socket.create_connection((LINKED, 443), timeout=10).close()
    except OSError as error:
        told = f"No network: {LINKED} is out of reach ({error}). No link is checked."
        if "CI" in os.environ:
            session.error(told)
        session.skip(told)
    site(session, "docs")
    sphinx(session, "linkcheck", "doctrees", BUILD / "links")
