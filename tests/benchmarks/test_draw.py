"""Plots, figures, and the page that a reader draws."""

import itertools
import re
import runpy
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from yieldpoint.benchmarks import draw, plot
from yieldpoint.benchmarks.estimates import Estimate
from yieldpoint.benchmarks.figures import FIGURES, figure
from yieldpoint.benchmarks.results import SAVED, Results, Run, load, save


@pytest.mark.parametrize("name", FIGURES)
def test_the_saved_run_can_be_drawn(name: str) -> None:
    """As proper XML, with a title for each dot and a cell for each column."""
    drawn = figure(name, [load(SAVED)], "caption")
    svg = ET.fromstring(drawn.svg)  # noqa: S314 - it is our own
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "caption"
    assert drawn.svg.count("<circle") == drawn.svg.count("<title>")
    assert {len(row) for row in drawn.rows} == {len(drawn.header)}


def test_a_ratio_lies_where_the_scale_says() -> None:
    """Halfway between two others on a scale of ratios."""
    rows: list[plot.Row] = [
        (name, [Estimate(ratio, ratio, ratio)])
        for name, ratio in (("a", 1), ("b", 10), ("c", 100))
    ]
    places = [
        float(place) for place in re.findall(r'cx="([\d.]+)%"', plot.dots(rows, "x"))
    ]
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.02)
    assert 2 < places[0] < places[2] < 98


def test_what_one_run_lacks_is_left_out(run: Run) -> None:
    """Its dots are missing, not its row."""
    results = run.benchmarks["switching"]
    cases = {"call": results.cases["call"], "await": results.cases["await"]}
    other = Run({}, benchmarks={"switching": Results(cases)})
    assert figure("switching", [run, other], "x").svg.count("<circle") == 3
    assert figure("switching", [run, Run({})], "x").svg.count("<circle") == 2
    row: plot.Row = ("a", [None, None])
    assert "<circle" not in plot.dots([row], "x")


def test_without_an_interval_there_is_only_the_dot() -> None:
    """A line without an end cannot be drawn."""
    svg = plot.dots([("a", [Estimate(2.0, 0.0, float("inf"))])], "x")
    whisker = re.search(r'<line x1="(.*?)" .* x2="(.*?)" .*plot-whisker', svg)
    assert whisker is not None
    assert whisker[1] == whisker[2]


def test_names_do_not_overlap() -> None:
    """They give way upwards."""
    ends = [("a", 0.1), ("b", 0.1001), ("c", 5.0)]
    drawn: list[plot.Line] = [(name, [(1, 1), (9, end)], False) for name, end in ends]
    drawn.append(("a", [(1, 2)], True))
    svg = plot.lines(drawn, "x", "requests")
    heights = [float(y) for y in re.findall(r'y="([\d.]+)" class="plot-name ', svg)]
    assert len(heights) == 3
    assert heights == sorted(heights, reverse=True)
    assert min(a - b for a, b in itertools.pairwise(heights)) >= 16


def test_lines_of_a_wide_range_have_few_ticks() -> None:
    """One for each power of ten."""
    svg = plot.lines([("a", [(1, 1e-6), (1000, 10)], False)], "x", "requests")
    assert 5 <= svg.count("plot-grid") <= 8


def test_numbers_have_room_on_a_narrow_screen() -> None:
    """A million is not written out: there are 328 pixels for seven powers of ten."""
    svg = plot.lines([("a", [(1, 1.0), (10**6, 2.0)], False)], "x", "requests")
    ticks = re.findall(r'<text x="([\d.]+)%" [^>]* class="plot-tick">(\w+)<', svg)
    assert " ".join(text for _, text in ticks) == "1 10 100 1k 10k 100k 1M"
    for (left, one), (right, other) in itertools.pairwise(ticks):
        wide = 8 * (len(one) + len(other)) / 2
        assert (float(right) - float(left)) * 3.28 > wide


def test_memory_is_left_out_where_it_was_not_measured() -> None:
    """The columns are missing then."""
    cases = {"tasks@10:each": [[0.1]], "tasks@100:each": [[0.1]]}
    run = Run({}, benchmarks={"scaling": Results(cases)})
    drawn = figure("scaling", [run], "x")
    assert drawn.header == ("operations", "threads", "tasks")
    assert drawn.rows == [("10", "", "100 ms"), ("100", "", "100 ms")]


def test_a_run_is_laid_beside_another(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a page of its own, with both machines."""
    mine, other = tmp_path / "mine.json", tmp_path / "other.json"
    save(run, mine)
    save(replace(run, machine={"python": "3.99"}), other)
    monkeypatch.chdir(tmp_path)
    arguments = ["draw", str(mine), "--beside", str(other)]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(draw.__file__), run_name="__main__")
    assert end.value.code == 0
    page = Path("benchmarks.html").read_text(encoding="utf-8")
    assert "<td>3.14.0</td><td>3.99</td>" in page
    assert page.count("plot-run1") > 2
    assert "://" not in page


def test_an_interrupted_run_can_be_drawn() -> None:
    """What it has."""
    empty = {name: Results() for name in ("switching", "scaling", "loops")}
    run = Run({}, benchmarks=empty)
    assert draw.page(run, Run({})).count("too little of it to be drawn") == 3


def test_loops_are_drawn_side_by_side() -> None:
    """Without those that were not measured at all, and what only asyncio does."""
    cases = {
        "lock, yieldpoint.loop": [[1.0]] * 6,
        "lock, trio": [[3.0]] * 6,
        "lock, with handles": [[9.0]] * 6,
        "echo, yieldpoint.loop": [[2.0]] * 6,
        "echo, asyncio": [[1.0]] * 6,
        "echo, trio": [[4.0]] * 6,
        "lines, yieldpoint.loop": [[2.0]] * 6,
        "lines, asyncio": [[1.0]] * 6,
    }
    run = Run({}, benchmarks={"loops": Results(cases)})
    drawn = figure("loops", [run, run], "x")
    assert drawn.header == ("", "yieldpoint.loop", "asyncio", "trio")
    assert drawn.rows == [
        ("lock", "1.0 s", "", "3.0 (3.0 to 3.0)"),
        ("echo", "2.0 s", "0.50 (0.50 to 0.50)", "2.0 (2.0 to 2.0)"),
    ]
    assert drawn.svg.count("<circle") == 6
    assert drawn.svg.count(">asyncio<") == 1
    heights = [float(y) for y in re.findall(r'cy="([\d.]+)"', drawn.svg)]
    assert heights == sorted(heights)

    del cases["lock, trio"], cases["echo, trio"]
    run = Run({}, benchmarks={"loops": Results(cases)})
    assert [row[0] for row in figure("loops", [run], "x").rows][1:] == ["echo", "lines"]


@pytest.mark.parametrize(
    ("results", "output", "message"),
    [
        ("nothing.json", "x.html", "nothing.json: No such file"),
        ("draw.py", "x.html", "draw.py holds no results"),
        ("saved.json", "no/such.html", "no/such.html: No such file"),
    ],
)
def test_bad_use_gets_one_line(
    results: str,
    output: str,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And a status that is not zero."""
    monkeypatch.chdir(SAVED.parent)
    with pytest.raises(SystemExit) as end:
        draw.main([results, "--output", output])
    assert end.value.code == 2
    errors = capsys.readouterr().err
    assert message in errors
    assert errors.count("\n") == 1
