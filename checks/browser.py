"""What the recordings do in a real browser: ``nox -s browser``.

The browser is Debian's Chromium, or the one that YIELDPOINT_CHROMIUM names. None is
downloaded.
"""

import os
import pkgutil
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FloatRect,
    Locator,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from checks import large_runs
from checks.conftest import ROOT, Site
from yieldpoint.sphinxext.recording import parse_call
from yieldpoint.trace import Trace, record
from yieldpoint.trace.only import KINDS
from yieldpoint.trace.stepper import to_page
from yieldpoint.trace.text import phrase

VARIABLE = "YIELDPOINT_CHROMIUM"
NO_BROWSER = (
    f"There is no Chromium: `apt-get install chromium`, or name one in {VARIABLE}."
)

SHOWN = re.compile(r"^````markdown\n.*?^````$", re.DOTALL | re.MULTILINE)
FENCE = re.compile(r"^```\{recording\} *(.*)\n((?s:.*?))^```$", re.MULTILINE)

WIDTHS = (360, 1280)
THEMES = ("light", "dark")
#: The colour of a figure's text in each theme.
INK = {"light": "rgb(31, 35, 40)", "dark": "rgb(230, 237, 243)"}

#: A page with two recordings.
TWO = "speed/waiting.html"

BUTTONS = ("First", "Back", "Next", "Last")

Open = Callable[..., Page]


def recordings() -> dict[str, list[tuple[str, str]]]:
    """Return the calls that each page shows, with what else is recorded of each."""
    found: dict[str, list[tuple[str, str]]] = {}
    for source in sorted((ROOT / "docs").rglob("*.md")):
        name = source.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
        text = SHOWN.sub("", source.read_text(encoding="utf-8"))
        for fence in FENCE.findall(text):
            lines = [line for line in "\n".join(fence).splitlines() if line.strip()]
            options = [line for line in lines if line.startswith(":also:")]
            also = "".join(options).removeprefix(":also:")
            calls = [(line, also) for line in lines if line not in options]
            found.setdefault(name, []).extend(calls)
    return found


RECORDINGS = recordings()


@pytest.fixture(scope="session")
def traces() -> dict[tuple[str, str], Trace]:
    """Record what the pages show, by call."""
    return {
        (call, also): parse_call(call, "yieldpoint.examples").record(
            map(pkgutil.resolve_name, also.split())
        )
        for listed in RECORDINGS.values()
        for call, also in listed
    }


@pytest.fixture(scope="session")
def browser(traces: dict[tuple[str, str], Trace]) -> Iterator[Browser]:
    """Start the browser once.

    The recordings come first, as Playwright has an event loop running in this thread.
    """
    del traces
    executable = shutil.which(os.environ.get(VARIABLE, "chromium"))
    if executable is None:
        pytest.exit(NO_BROWSER, returncode=1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=[
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Open]:
    """Return what opens a page; at the end, no page may have complained.

    Nor may it have asked for anything but the files of the site, or for anything at
    all if it is not a page of the site.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    requests: list[tuple[str, str]] = []

    def open_page(page: str | Path, width: int = 1280, **options: Any) -> Page:  # noqa: ANN401 - Playwright's
        viewport: ViewportSize = {"width": width, "height": 800}
        contexts.append(browser.new_context(viewport=viewport, **options))
        contexts[-1].set_default_timeout(10_000)
        opened = contexts[-1].new_page()
        address = (site.folder / page).as_uri()
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("request", lambda request: requests.append((address, request.url)))
        opened.goto(address)
        if options.get("java_script_enabled", True):
            # Furo scrolls smoothly; here, what is scrolled to is there at once.
            opened.add_style_tag(content="html { scroll-behavior: auto !important }")
        return opened

    yield open_page
    for context in contexts:
        context.close()
    files = site.folder.as_uri() + "/"
    foreign = [
        request
        for page, request in requests
        if request != page
        and not request.startswith("data:")
        and not (page.startswith(files) and request.startswith(files))
    ]
    assert foreign == []
    assert complaints == []


def steppers(page: Page) -> list[Locator]:
    """Return the steppers of a page."""
    return page.locator(".yp-watch").all()


def press(stepper: Locator, button: str) -> None:
    """Press one of the buttons, even one that leads nowhere."""
    stepper.get_by_role("button", name=button, exact=True).click(force=True)


def expect_step(stepper: Locator, number: int) -> None:
    """Wait until a step is shown everywhere."""
    count = stepper.locator(".yp-steps tbody tr").count()
    expect(stepper.locator(".yp-now")).to_contain_text(
        re.compile(rf"^{number} / {count}\b")
    )
    expect(stepper.get_by_role("slider")).to_have_value(str(number))
    current = stepper.locator(".yp-steps [aria-current] td").first
    assert current.text_content() == str(number)


def expect_untouched(stepper: Locator) -> None:
    """Look whether nobody has used a control yet."""
    expect(stepper.locator(".yp-panels")).to_be_hidden()
    expect(stepper.locator("[aria-current]")).to_have_count(0)
    expect(stepper.get_by_role("slider")).to_have_value("0")


def count_steps(stepper: Locator) -> int:
    """Return how many steps a recording has."""
    return stepper.locator(".yp-steps tbody tr").count()


def heights(stepper: Locator) -> list[int]:
    """Return how far down in the figure each step is."""
    listed = stepper.locator(".yp-drawing").get_attribute("data-heights")
    assert listed
    return [int(height) for height in listed.split()]


def box_of(element: Locator) -> FloatRect:
    """Return where an element is, after scrolling to it."""
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    assert box is not None
    return box


def point_at(stepper: Locator, height: int) -> tuple[float, float]:
    """Return where on the screen a height of the figure is."""
    figure = stepper.locator("svg")
    box = box_of(figure)
    drawn = float(figure.get_attribute("height") or 0)
    return box["x"] + 30, box["y"] + height * box["height"] / drawn


def step_at(stepper: Locator, height: int) -> int:
    """Return the step that pointing at a height should show."""
    below = [n for n, each in enumerate(heights(stepper)) if each > height + 4]
    return max(below[0], 1) if below else count_steps(stepper)


# What is shown after each press of Next, from the first step to the last.
LOOK = """stepper => {
  const texts = (selector) =>
    [...stepper.querySelectorAll(selector)].map((element) => element.textContent);
  const shown = [];
  const next = stepper.querySelectorAll("button")[2];
  do {
    next.click();
    shown.push({
      now: stepper.querySelector(".yp-now").textContent,
      spoken: stepper.querySelector("input").getAttribute("aria-valuetext"),
      line: stepper.querySelector(".yp-source [aria-current]")?.dataset.n ?? null,
      code: texts(".yp-source [aria-current]").join("").trim(),
      row: texts(".yp-steps [aria-current] td:first-child").join(),
      lane: texts(".yp-lanes [aria-current] th").join(),
      states: texts(".yp-lanes tbody td:nth-child(2)"),
      variables: [...stepper.querySelectorAll(".yp-lanes tbody tr")].map((row) =>
        [...row.querySelectorAll("code")].map((code) => code.textContent)),
      changed: texts(".yp-lanes .changed"),
      output: stepper.querySelector(".yp-output").textContent,
    });
  } while (next.getAttribute("aria-disabled") === "false");
  return shown;
}"""


# Notes what moves in the article, for any reason but what the reader does.
WATCH_FOR_SHIFTS = """
  window.shifted = [];
  new PerformanceObserver((list) => {
    const article = document.querySelector("article");
    for (const { node } of list.getEntries().flatMap((entry) => entry.sources)) {
      if (article.contains(node)) shifted.push(node.outerHTML);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""


def expected(trace: Trace) -> Iterator[dict[str, object]]:
    """Yield what should be shown at each step."""
    states = [""] * len(trace.lanes)
    known: list[dict[str, dict[str, str]]] = [{} for _ in trace.lanes]
    shown: list[dict[str, str]] = [{} for _ in trace.lanes]
    output = ""
    for number, event in enumerate(trace.events, start=1):
        states[event.lane] = event.state
        if event.line:
            shown[event.lane] = known[event.lane].setdefault(event.function, {})
            for name, value in event.changes:
                if value is None:
                    shown[event.lane].pop(name, None)
                else:
                    shown[event.lane][name] = value
        output += event.value if event.kind == "printed" else ""
        lines = trace.sources[event.file].lines if trace.sources else {}
        place = [f"{number} / {len(trace.events)}"]
        place += [f"{event.time:.6g} s"] if trace.duration else []
        place += [trace.lanes[event.lane].name]
        what = phrase(trace, event).removeprefix("| ")
        if event.kind == "printed":
            what = f"prints {event.value}"
        now = f"{' · '.join(place)}: {what}"
        yield {
            "now": now,
            "spoken": now,
            "line": f"{event.file}:{event.line}" if event.line in lines else None,
            "code": lines.get(event.line, "").strip(),
            "row": str(number),
            "lane": trace.lanes[event.lane].name,
            "states": list(states),
            "variables": [[f"{n} = {v}" for n, v in each.items()] for each in shown],
            "changed": sorted(f"{n} = {v}" for n, v in event.changes if v is not None),
            "output": output,
        }


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_step_is_what_was_recorded(
    name: str, open_page: Open, traces: dict[tuple[str, str], Trace]
) -> None:
    """The line, the states, the variables and the output, for each step of each run."""
    found = steppers(open_page(name))
    assert len(found) == len(RECORDINGS[name])
    for stepper, call in zip(found, RECORDINGS[name], strict=True):
        shown = stepper.evaluate(LOOK)
        for each in shown:
            each["changed"].sort()
        assert shown == list(expected(traces[call])), call


@pytest.mark.parametrize("name", RECORDINGS)
def test_pages_fit_and_are_quiet(name: str, open_page: Open) -> None:
    """In both widths and both themes, before the first step and at the last."""
    for width in WIDTHS:
        for theme in THEMES:
            page = open_page(name, width, color_scheme=theme)
            for button in (None, "Next", "Last"):
                for stepper in steppers(page):
                    if button:
                        press(stepper, button)
                        expect_step(stepper, count_steps(stepper) ** (button == "Last"))
                    else:
                        expect_untouched(stepper)
                assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("preferred", THEMES)
@pytest.mark.parametrize("chosen", ["auto", *THEMES])
def test_themes(preferred: str, chosen: str, open_page: Open) -> None:
    """Furo's switch decides; if it does not, the reader's system does."""
    page = open_page(TWO, color_scheme=preferred)
    page.evaluate("theme => { document.body.dataset.theme = theme }", chosen)
    theme = preferred if chosen == "auto" else chosen
    stepper = steppers(page)[0]
    expect(stepper.locator("svg .name").first).to_have_css("fill", INK[theme])
    press(stepper, "Last")
    mark = stepper.locator(".yp-source [aria-current]")
    colours = {"light": "rgb(255, 243, 191)", "dark": "rgb(70, 55, 11)"}
    expect(mark).to_have_css("background-color", colours[theme])


def test_nothing_moves_while_the_page_loads(browser: Browser, site: Site) -> None:
    """The player is there from the beginning, the table never."""
    page = browser.new_page(viewport={"width": 360, "height": 2_000})
    page.add_init_script(WATCH_FOR_SHIFTS)
    page.goto((site.folder / TWO).as_uri())
    expect(page.locator(".yp-watch.ready")).to_have_count(len(RECORDINGS[TWO]))
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert page.evaluate("shifted") == []
    page.close()


def test_buttons(open_page: Open) -> None:
    """Each leads where it says, and says when it leads nowhere."""
    stepper = steppers(open_page(TWO))[1]
    last = count_steps(stepper)
    steps = [
        *[("Next", 1), ("Next", 2), ("Next", 3), ("Back", 2), ("Last", last)],
        *[("Next", last), ("Back", last - 1), ("First", 1), ("Back", 1)],
    ]
    for button, number in steps:
        press(stepper, button)
        expect_step(stepper, number)
        for each in BUTTONS:
            end = 1 if each in {"First", "Back"} else last
            expect(
                stepper.get_by_role("button", name=each, exact=True)
            ).to_have_attribute("aria-disabled", str(number == end).lower())


@pytest.mark.parametrize(
    ("button", "number"), [("First", 1), ("Back", 1), ("Next", 1), ("Last", 0)]
)
def test_any_button_may_be_the_first(button: str, number: int, open_page: Open) -> None:
    """All of them open the panels."""
    stepper = steppers(open_page(TWO))[0]
    expect_untouched(stepper)
    press(stepper, button)
    expect_step(stepper, number or count_steps(stepper))
    expect(stepper.locator(".yp-panels")).to_be_visible()


@pytest.mark.parametrize("focused", [*BUTTONS, ".yp-drawing", "input"])
def test_keys(focused: str, open_page: Open) -> None:
    """The same keys work from each control, and the page stays where it is."""
    page = open_page(TWO, 360)
    stepper = steppers(page)[1]
    element = (
        stepper.get_by_role("button", name=focused, exact=True)
        if focused in BUTTONS
        else stepper.locator(focused)
    )
    last = count_steps(stepper)
    element.focus()
    keys = {"ArrowRight": 1, "End": last, "ArrowLeft": last - 1, "Home": 1}
    before = element.bounding_box()
    assert before
    for key, number in keys.items():
        page.keyboard.press(key)
        expect_step(stepper, number)
        expect(element).to_be_focused()
        after = element.bounding_box()
        assert after
        assert abs(after["y"] - before["y"]) < 2
    expect_untouched(steppers(page)[0])


def test_other_keys_are_left_alone(open_page: Open) -> None:
    """Those with a modifier, and those in a box that can be scrolled."""
    page = open_page(TWO)
    stepper = steppers(page)[0]
    press(stepper, "Next")
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("a")
    stepper.locator(".yp-source").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    expect_step(stepper, 1)


def test_focus_is_visible(open_page: Open) -> None:
    """On everything that the Tab key reaches."""
    page = open_page(TWO)
    stepper = steppers(page)[0]
    stepper.locator("summary").press("Enter")
    stepper.locator(".yp-drawing").press("ArrowRight")
    reached = 0
    while stepper.locator(":focus").count():
        expect(stepper.locator(":focus")).to_have_css("outline-style", "solid")
        page.keyboard.press("Tab")
        reached += 1
    assert reached == len(["figure", *BUTTONS, "slider", "source", "summary", "steps"])


def test_a_step_is_said_once(open_page: Open) -> None:
    """The slider says its value itself; otherwise the text under it is announced."""
    stepper = steppers(open_page(TWO))[0]
    now = stepper.locator(".yp-now")
    press(stepper, "Next")
    expect(now).to_have_attribute("aria-live", "polite")
    stepper.get_by_role("slider").press("ArrowRight")
    expect_step(stepper, 2)
    expect(now).to_have_attribute("aria-live", "off")
    spoken = stepper.get_by_role("slider").get_attribute("aria-valuetext")
    assert spoken == now.text_content()
    press(stepper, "Next")
    expect(now).to_have_attribute("aria-live", "polite")


def test_the_slider_follows_the_mouse(open_page: Open) -> None:
    """Pressed at its start, and dragged to its end."""
    page = open_page(TWO)
    stepper = steppers(page)[1]
    box = box_of(stepper.get_by_role("slider"))
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    expect_step(stepper, count_steps(stepper) // 2)
    page.mouse.move(box["x"] + box["width"] + 5, y, steps=4)
    expect_step(stepper, count_steps(stepper))
    page.mouse.move(box["x"] - 5, y, steps=4)
    page.mouse.up()
    expect_step(stepper, 1)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_click_in_the_figure_shows_the_moment(width: int, open_page: Open) -> None:
    """At the height of each step, above the first, and below the last."""
    page = open_page(TWO, width)
    stepper = steppers(page)[1]
    listed = heights(stepper)
    for height in {2, *listed, max(listed) + 20}:
        if any(abs(height + 4 - each) < 3 for each in listed):
            continue  # between two steps, where a fraction of a pixel decides
        page.mouse.click(*point_at(stepper, height))
        expect_step(stepper, step_at(stepper, height))


def test_dragging_in_the_figure(open_page: Open) -> None:
    """With the button held, even beside the figure; not without."""
    page = open_page(TWO)
    first, stepper = steppers(page)[:2]
    listed = heights(stepper)
    page.mouse.move(*point_at(stepper, listed[3]))
    page.mouse.move(*point_at(stepper, listed[5]))
    expect_untouched(stepper)
    page.mouse.down()
    for height in (listed[-1], 2, max(listed) + 20):
        page.mouse.move(*point_at(stepper, height))
        expect_step(stepper, step_at(stepper, height))
        expect(stepper.locator(".yp-now")).to_have_attribute("aria-live", "off")
    x, y = point_at(stepper, max(listed))
    page.mouse.move(x, y + 90)
    expect_step(stepper, count_steps(stepper))
    page.mouse.up()
    page.mouse.move(*point_at(stepper, listed[0]))
    expect_step(stepper, count_steps(stepper))
    expect_untouched(first)


def test_selecting_text_across_a_figure_is_no_dragging(open_page: Open) -> None:
    """A drag that begins elsewhere is not the figure's."""
    page = open_page(TWO)
    stepper = steppers(page)[0]
    x, y = point_at(stepper, 60)
    page.mouse.move(x, y - 100)
    page.mouse.down()
    page.mouse.move(x, y, steps=5)
    page.mouse.up()
    expect_untouched(stepper)


def test_a_finger_taps_and_scrolls(open_page: Open) -> None:
    """A tap shows a step; a swipe scrolls the page and shows none."""
    page = open_page(TWO, 360, has_touch=True, is_mobile=True)
    stepper = steppers(page)[1]
    x, y = point_at(stepper, heights(stepper)[-1])
    before = page.evaluate("scrollY")
    finger = page.context.new_cdp_session(page)
    for moved in range(0, 140, 10):
        finger.send(
            "Input.dispatchTouchEvent",
            {
                "type": "touchMove" if moved else "touchStart",
                "touchPoints": [{"x": x, "y": y - moved}],
            },
        )
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("before => scrollY > before", arg=before)
    expect_untouched(stepper)
    height = heights(stepper)[5]
    page.touchscreen.tap(*point_at(stepper, height))
    expect_step(stepper, step_at(stepper, height))


def test_steppers_are_independent(open_page: Open) -> None:
    """What is done to one does nothing to the other."""
    first, second = steppers(open_page(TWO))[:2]
    press(first, "Last")
    expect_untouched(second)
    press(second, "Next")
    press(second, "Next")
    expect_step(second, 2)
    expect_step(first, count_steps(first))
    first.locator("summary").click()
    assert first.locator("details").get_attribute("open") is not None
    assert second.locator("details").get_attribute("open") is None


@pytest.mark.parametrize("name", RECORDINGS)
def test_without_javascript(name: str, open_page: Open) -> None:
    """The figure and the table are there; what could not work is not."""
    page = open_page(name, java_script_enabled=False)
    for stepper in steppers(page):
        expect(stepper.locator("svg")).to_be_visible()
        expect(stepper.locator(".yp-steps tbody tr").last).to_be_visible()
        expect(stepper.locator(".yp-player")).to_be_hidden()


@pytest.mark.parametrize("theme", THEMES)
def test_in_print(theme: str, open_page: Open) -> None:
    """The figure and all of the table, dark on light, whatever was done before."""
    page = open_page(TWO, color_scheme=theme)
    page.evaluate("theme => { document.body.dataset.theme = theme }", theme)
    press(steppers(page)[0], "Last")
    page.emulate_media(media="print")
    for stepper in steppers(page):
        expect(stepper.locator(".yp-player")).to_be_hidden()
        expect(stepper.locator(".here")).to_be_hidden()
        expect(stepper.locator("svg .name").first).to_have_css("fill", INK["light"])
        expect(stepper.locator(".yp-steps tbody tr").last).to_be_visible()
        expect(stepper.locator(".yp-steps > div")).to_have_css("overflow", "visible")
        box = stepper.locator(".yp-steps table").bounding_box()
        assert box
        assert box["height"] > 15 * count_steps(stepper)


def a_generator_whose_name_is_too_long_for_a_narrow_screen(count: int) -> Iterator[int]:
    """Yield numbers, in more lines than there is room for."""
    total = 0
    for number in range(count):
        if number % 2 == 0:
            total += 2
        if number % 3 == 0:
            total += 3
        if number % 4 == 0:
            total += 4
        if number % 5 == 0:
            total += 5
        if number % 6 == 0:
            total += 6
        if number % 7 == 0:
            total += 7
        if number % 8 == 0:
            total += 8
        if number % 9 == 0:
            total += 9
        yield total


def long_run(count: int) -> None:
    """Have many steps, long names, long lines, and long values."""
    text = "a value that is too long for a line " * 3
    for number in a_generator_whose_name_is_too_long_for_a_narrow_screen(count):
        print(number, text)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
def test_a_page_of_its_own(
    width: int, theme: str, tmp_path: Path, open_page: Open
) -> None:
    """It needs nothing else; what is long is scrolled in its box, not with the page."""
    trace = record(long_run, 90)
    assert len(trace.events) > 1_000
    path = tmp_path / "run.html"
    path.write_text(to_page(trace), encoding="utf-8")
    page = open_page(path, width, color_scheme=theme)
    stepper = page.locator(".yp-watch")
    expect(stepper.locator("svg .name").first).to_have_css("fill", INK[theme])
    press(stepper, "Next")
    scrolled = page.evaluate("scrollY")
    for button in ("Last", "Back", "First", "Last"):
        press(stepper, button)
        assert page.evaluate("scrollY") == scrolled
        for box, mark in (
            (".yp-source", ".yp-source [aria-current]"),
            (".yp-drawing", ".here"),
        ):
            if not stepper.locator(mark).count():
                continue  # a function starts before its first line
            outer = stepper.locator(box).bounding_box()
            inner = stepper.locator(mark).bounding_box()
            assert outer
            assert inner
            assert outer["y"] <= inner["y"] <= outer["y"] + outer["height"]
    expect_step(stepper, len(trace.events))
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert stepper.evaluate(LOOK)[-1]["output"].count("\n") == 90


@pytest.fixture(scope="session")
def large() -> dict[str, Trace]:
    """Record runs whose pages draw only what is in view."""
    # In another thread, as Playwright may have an event loop running in this one.
    with ThreadPoolExecutor(1) as threads:
        return {
            "tasks": threads.submit(record, large_runs.many_tasks, 60).result(),
            "recursion": threads.submit(record, large_runs.deep_recursion, 90).result(),
            "steps": threads.submit(record, large_runs.many_steps, 300).result(),
        }


OpenLarge = Callable[..., Page]


@pytest.fixture
def open_large(large: dict[str, Trace], tmp_path: Path, open_page: Open) -> OpenLarge:
    """Return what opens the page of a large run."""

    def open_large(name: str, width: int = 1280, **options: Any) -> Page:  # noqa: ANN401 - Playwright's
        path = tmp_path / f"{name}.html"
        path.write_text(large[name].to_html(), encoding="utf-8")
        page = open_page(path, width, **options)
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    return open_large


def said(trace: Trace, number: int) -> str:
    """Return how a large page names a step."""
    event = trace.events[number]
    time = f" · {event.time:.6g} s" if trace.duration else ""
    what = phrase(trace, event).removeprefix("| ")
    place = f"{number + 1:,} / {len(trace.events):,}{time}"
    return f"{place} · {trace.lanes[event.lane].name}: {what}"


LARGE = ("tasks", "recursion", "steps")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", LARGE)
def test_a_large_page_fits(
    name: str, theme: str, width: int, open_large: OpenLarge
) -> None:
    """Nothing has to be scrolled sideways, and only what is in view is drawn."""
    page = open_large(name, width, color_scheme=theme)
    for move in ("switch", "last"):
        page.locator(f"[data-move={move}]").click()
        for box in ("html", "#view"):
            inner, outer = page.locator(box).evaluate(
                "box => [box.scrollWidth, box.clientWidth]"
            )
            assert inner <= outer
        assert 5 < page.locator("#view svg > *").count() < 500
        assert page.locator("#table tr").count() < 100
    ink = page.locator("#view svg text").first
    assert INK[theme] in {
        ink.evaluate("text => getComputedStyle(text).fill"),
        page.locator("body").evaluate("body => getComputedStyle(body).color"),
    }


@pytest.mark.parametrize("name", LARGE)
def test_steps_of_a_large_page(
    name: str, large: dict[str, Trace], open_large: OpenLarge
) -> None:
    """Each is what was recorded: its text, its line, its row, and its variables."""
    trace = large[name]
    wanted = [*expected(trace)]
    page = open_large(name)
    view = page.locator("#view")
    for number in range(0, len(trace.events), len(trace.events) // 25):
        page.evaluate("hash => { location.hash = hash }", f"#step-{number + 1}")
        expect(page.locator("#now")).to_have_text(said(trace, number))
        current = page.locator("#table tr[aria-current] td").first
        expect(current).to_have_text(str(number + 1))
        row = page.locator("#states tr[aria-current]")
        expect(row.locator("th")).to_have_text(str(wanted[number]["lane"]))
        lane = trace.events[number].lane
        shown = wanted[number]["variables"]
        assert isinstance(shown, list)
        assert sorted(row.locator("code").all_text_contents()) == sorted(shown[lane])
        line = page.locator("#source [aria-current]")
        assert "".join(line.all_text_contents()).strip() == wanted[number]["code"]
        here, box = page.locator("#view .here").bounding_box(), view.bounding_box()
        assert here
        assert box
        assert box["y"] <= here["y"] <= box["y"] + box["height"]


def test_moves_of_a_large_page(large: dict[str, Trace], open_large: OpenLarge) -> None:
    """Buttons, keys, a click in the figure and in the table."""
    trace = large["tasks"]
    page = open_large("tasks")
    now = page.locator("#now")
    switch = page.get_by_role("button", name="Next switch")
    switches = [
        number
        for number, event in enumerate(trace.events)
        if event.kind in KINDS["switches"]
    ]
    for number in switches[:9]:
        switch.click()
        expect(now).to_have_text(said(trace, number))
    for key, number in [
        *[("ArrowRight", switches[8] + 1), ("ArrowLeft", switches[8])],
        *[("End", len(trace.events) - 1), ("Home", 0)],
    ]:
        page.locator("#view").press(key)
        expect(now).to_have_text(said(trace, number))
    expect(page.get_by_role("button", name="Back")).to_have_attribute(
        "aria-disabled", "true"
    )
    page.locator("#table tr[data-step='5']").click()
    expect(now).to_have_text(said(trace, 5))
    page.locator("#view").click(position={"x": 300, "y": 300})
    expect(now).not_to_have_text(said(trace, 5))


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"lane": "Task-7"}, {"tasks": ["Task-7"]}),
        ({"lane": "Task-1*"}, {"tasks": ["Task-1*"]}),
        ({"function": "worker"}, {"functions": ["worker"]}),
        ({"since": "0.2", "until": "0.3"}, {"since": 0.2, "until": 0.3}),
        ({"kind": "switches"}, {"kinds": ["switches"]}),
        ({"lane": "Task-9", "kind": "line"}, {"tasks": ["Task-9"], "kinds": ["lines"]}),
    ],
)
def test_filters_of_a_large_page(
    fields: dict[str, str],
    part: dict[str, Any],
    large: dict[str, Trace],
    open_large: OpenLarge,
) -> None:
    """They leave what the method `only` leaves."""
    trace = large["tasks"]
    page = open_large("tasks")
    for name, value in fields.items():
        field = page.locator(f"#{name}")
        if name == "kind":
            field.select_option("lines" if value == "line" else value)
        else:
            field.fill(value)
    left = trace.only(**part)
    of = f"{len(left.events):,} of {len(trace.events):,} steps"
    expect(page.locator("#selected")).to_have_text(of)
    expect(page.locator("#range")).to_have_attribute("max", str(len(left.events)))
    before = page.locator("#long").evaluate("box => box.offsetHeight")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#selected")).to_have_text("")
    assert page.locator("#long").evaluate("box => box.offsetHeight") >= before


def test_search_in_a_large_page(large: dict[str, Trace], open_large: OpenLarge) -> None:
    """All that says the word is found, and Enter leads from one to the next."""
    trace = large["tasks"]
    page = open_large("tasks")
    search = page.locator("#search")
    search.fill("returns 5")
    found = [
        number
        for number, event in enumerate(trace.events)
        if phrase(trace, event).startswith("returns 5")
    ]
    assert len(found) > 2
    for at, number in enumerate(found[:3]):
        expect(page.locator("#found")).to_have_text(f"{at + 1} / {len(found)}")
        expect(page.locator("#now")).to_have_text(said(trace, number))
        search.press("Enter")
    search.press("Shift+Enter")
    expect(page.locator("#now")).to_have_text(said(trace, found[2]))
    search.fill("there is no such thing")
    expect(page.locator("#found")).to_have_text("0")


@pytest.mark.parametrize("name", ["tasks", "recursion"])
def test_folds_of_a_large_page(name: str, open_large: OpenLarge) -> None:
    """A fold opens into its lanes, which may be scrolled, and closes again."""
    page = open_large(name)
    page.locator("[data-move=switch]").click(click_count=9)
    fold = page.locator("#folds button")
    before = page.evaluate("columns.length")
    expect(fold).to_have_attribute("aria-pressed", "false")
    fold.click()
    expect(fold).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("columns.length") > before + 50
    page.get_by_role("button", name="Full width").click()
    fold.click()
    assert page.evaluate("columns.length") == before
    page.locator("#heads .fold").first.click()
    expect(fold).to_have_attribute("aria-pressed", "true")


def test_zoom_and_overview_of_a_large_page(open_large: OpenLarge) -> None:
    """The whole run fits; a click in the overview leads to its place."""
    page = open_large("steps")
    view = page.locator("#view")
    sizes = "view => [view.scrollHeight, view.clientHeight]"
    high, seen = view.evaluate(sizes)
    assert high > 10 * seen
    page.get_by_role("button", name="Whole run").click()
    whole, seen = view.evaluate(sizes)
    assert whole <= seen + 1
    expect(page.locator("#view canvas")).to_be_visible()
    while view.evaluate(sizes)[0] < high:
        page.get_by_role("button", name="Zoom in").click()
    box = page.locator("#overview").bounding_box()
    assert box
    for part in (0.2, 0.8):
        page.mouse.click(box["x"] + 20, box["y"] + part * box["height"])
        top = view.evaluate("view => view.scrollTop / view.scrollHeight")
        assert abs(top - part) < 0.1
        expect(page.locator("#view rect").nth(3)).to_be_attached()


def test_a_large_page_without_javascript(
    large: dict[str, Trace], tmp_path: Path, open_page: Open
) -> None:
    """It says what is missing."""
    path = tmp_path / "run.html"
    path.write_text(large["tasks"].to_html(), encoding="utf-8")
    page = open_page(path, java_script_enabled=False)
    expect(page.get_by_text("draws the run with JavaScript")).to_be_visible()
    expect(page.get_by_role("button").first).to_be_hidden()
