"""What pages take from the saved run."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build
from yieldpoint.benchmarks.results import SAVED, Results, load, save
from yieldpoint.sphinxext import measured

pytestmark = on_one_python

LIST = "\n```{claims}\n```\n"


@pytest.fixture
def saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[float], None]]:
    """Return a function that saves a run in which a task switch takes some calls."""
    path = tmp_path / "saved.json"
    monkeypatch.setattr(measured, "SAVED", path)

    def write(calls: float) -> None:
        run = load(SAVED)
        cases = {"task switch": [[calls]] * 6, "call": [[1.0]] * 6}
        skipped = {"uvloop": "not installed"}
        run.benchmarks["switching"] = Results(cases, skipped)
        save(run, path)
        vars(measured)["_load"].cache_clear()

    write(42)
    yield write
    vars(measured)["_load"].cache_clear()


def test_a_sentence_quotes_the_saved_run(
    build: Callable[..., Build], saved: Callable[[float], None]
) -> None:
    """With a link to the claim."""
    page = "# Title\n\nIt is {fails}`task-switch-is-free` times a call.\n" + LIST
    built = build({"index.md": page})
    assert built.status == 0, built.messages
    html = built.html("index")
    assert 'href="#speed-task-switch-is-free"' in html
    assert ">42</span></a> times a call" in html
    assert 'id="speed-task-switch-is-free"' in html
    long = page.replace("`task-switch-is-free`", "`task-switch-is-free as long`")
    assert " times as long</span></a> times a call" in build({"index.md": long}).html(
        "index"
    )
    words = page.replace("`task-switch-is-free`", "`more <task-switch-is-free>`")
    assert ">more</span></a> times a call" in build({"index.md": words}).html("index")
    saved(17)
    assert "17</span></a> times" in build({"index.md": page}).html("index")


@pytest.mark.parametrize(
    ("role", "problem"),
    [
        (
            "{holds}`task-switch-is-free`",
            "the page says that 'task-switch-is-free' holds, and the saved run says: d",
        ),
        ("{holds}`await-is-cheap`", "says: cannot tell here: await was skipped"),
        ("{fails}`no-such`", "no claim is named 'no-such'"),
    ],
)
@pytest.mark.usefixtures("saved")
def test_a_sentence_that_is_not_true_breaks_the_build(
    build: Callable[..., Build], role: str, problem: str
) -> None:
    """The words around a figure are as much a claim as the figure."""
    broken = build({"index.md": f"# Title\n\nIt is {role}.\n{LIST}"})
    assert broken.status != 0
    assert f"index.md:3: ERROR: {problem}" in broken.messages or problem in (
        broken.messages
    )


@pytest.mark.usefixtures("saved")
def test_claims_are_listed_with_verdicts(build: Callable[..., Build]) -> None:
    """Those that could not be decided have the reason."""
    html = build({"index.md": f"# Title\n{LIST}"}).html("index")
    assert "<p>42 (42 to 42)</p>" in html
    assert "<p>await was skipped, it was not measured</p>" in html
    assert "<p>cannot tell here</p>" in html


@pytest.mark.usefixtures("saved")
def test_a_plot_has_a_caption_and_its_figures(build: Callable[..., Build]) -> None:
    """The caption is what names it to those who do not see it."""
    built = build({"index.md": "# T\n\n```{plot} switching\nA *caption*.\n```\n"})
    assert built.status == 0, built.messages
    html = built.html("index")
    assert 'aria-labelledby="plot-switching"' in html
    assert 'id="plot-switching"' in html
    assert "<summary>The figures</summary>" in html
    assert "<p>42 (42 to 42)</p>" in html


@pytest.mark.parametrize(
    ("fence", "problem"),
    [
        ("{plot} speed\nA caption.", "'speed' is none of cpu_bound, switching"),
        ("{plot} switching", "a plot wants a caption"),
    ],
)
def test_a_plot_of_nothing_breaks_the_build(
    build: Callable[..., Build], fence: str, problem: str
) -> None:
    """So does one without a caption."""
    broken = build({"index.md": f"# T\n\n```{fence}\n```\n"})
    assert broken.status != 0
    assert problem in broken.messages


@pytest.mark.usefixtures("saved")
def test_the_machine_is_described(build: Callable[..., Build]) -> None:
    """With what it lacked."""
    html = build({"index.md": "# T\n\n```{machine}\n```\n"}).html("index")
    assert f"<p>{load(SAVED).machine['python']}</p>" in html
    assert "<p>skipped: uvloop</p>" in html


def test_the_real_run_is_the_one_that_is_quoted() -> None:
    """And not a run of these tests."""
    assert vars(measured)["SAVED"] is SAVED


@pytest.mark.parametrize("name", ["claims", "draw", "figures", "plot"])
def test_an_edited_claim_rebuilds_what_shows_it(
    build: Callable[..., Build],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """So does an edit of what draws the figures."""
    source = tmp_path / "source.py"
    source.write_text("")
    module = getattr(measured, name)
    monkeypatch.setattr(module, "__file__", str(source))
    pages = {"index.md": f"# Title\n{LIST}"}
    assert build(pages).status == 0
    (tmp_path / "html" / "index.html").write_text("stale")
    build({})
    assert "stale" in (tmp_path / "html" / "index.html").read_text()
    os.utime(source, (2e9, 2e9))
    assert "stale" not in build({}).html("index")
