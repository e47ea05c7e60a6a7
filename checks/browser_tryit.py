"""What a reader does with a program in the page: ``nox -s browser``.

Most of it is tried with a worker that stands in for the real one: it answers at once.
"""

import json
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    expect,
)

from checks.conftest import ROOT
from tests.test_try import PUZZLES
from yieldpoint.examples.waiting import in_tasks
from yieldpoint.trace import record
from yieldpoint.trace.stepper import to_html

pytest_plugins = ["checks.chromium"]

Axe = Callable[..., list[tuple[str, str]]]
Open = Callable[..., Page]

WIDTHS = (360, 1280)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

#: CSS and JavaScript of a page before a click, in bytes.
WEIGHT_LIMIT = 110_000

#: A page with recordings and with fences that can be tried.
PAGE = "speed/waiting.html"

HELLO = 'print("hello")\n'
ENDLESS = "while True: pass\n"

#: What the page's programs are, instead of its own.
PROGRAM: dict[str, object] = {
    "name": "hello.py",
    "text": HELLO,
    "output": "hello\n",
    "needs": [],
    "versions": None,
    "watch": None,
}

RECORDING = {
    "html": to_html(record(in_tasks)),
    "steps": 22,
    "findings": [
        {"message": "<b>It</b> blocks", "line": 4, "step": 9, "page": "asyncio/sleep"}
    ],
}
WORKER = (
    (ROOT / "checks/stand_in.mjs")
    .read_text(encoding="utf-8")
    .replace("RECORDING = {}", f"RECORDING = {json.dumps(RECORDING)}")
)

# Lets all programs of a page be the one that it is given.
ALL_ARE_IT = """
  addEventListener("DOMContentLoaded", () => {
    for (const each of document.querySelectorAll("[data-program]")) {
      each.dataset.program = "it";
    }
  });
"""


@pytest.fixture
def open_page(browser: Browser, served: str) -> Iterator[Open]:
    """Return what opens a page of the site, with another worker and another program.

    At the end no page may have complained, or have asked another host for anything.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    asked: list[str] = []

    def fulfil(body: str, kind: str) -> Callable[[Route], None]:
        return lambda route: route.fulfill(body=body, content_type=kind)

    def open_page(
        address: str,
        width: int = 1280,
        *,
        program: dict[str, object] | None = None,
        script: str = "",
        complains: bool = False,
        **options: Any,  # noqa: ANN401 - Playwright's
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            permissions=["clipboard-read", "clipboard-write"],
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.add_init_script(script)
        context.route("**/worker.mjs", fulfil(WORKER, "text/javascript"))
        if program is not None:
            programs = json.dumps({"programs": {"it": PROGRAM | program}})
            context.route("**/_programs/**", fulfil(programs, "application/json"))
            context.add_init_script(ALL_ARE_IT)
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        if not complains:
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(served + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [
        url for url in asked if not url.startswith((served, "blob:", "data:"))
    ] == []
    assert complaints == []


def open_editor(page: Page, number: int = 0) -> Locator:
    """Press one of the buttons, and return what opens."""
    page.get_by_role("button", name="Try it").nth(number).click()
    bench = page.locator("[data-program] + .yp-bench, .yp-bench").first
    expect(field(bench)).to_be_focused()
    expect(bench.locator(".cm-editor")).to_be_visible()
    return bench


def field(bench: Locator | Page) -> Locator:
    """Return where the program is written."""
    return bench.get_by_role("textbox", name="Program", exact=True)


def press(bench: Locator | Page, button: str) -> None:
    """Press one of the editor's buttons."""
    bench.get_by_role("button", name=button, exact=True).click()


def text_of(bench: Locator | Page) -> str:
    """Return the program, as far as the editor draws it."""
    text: str = field(bench).evaluate(
        """field => field.value ?? [...field.querySelectorAll(".cm-line")]
          .map((line) => line.textContent).join("\\n")"""
    )
    return text


def test_a_program_opens_in_place(open_page: Open) -> None:
    """Below what shows it, with its buttons; Close gives the focus back."""
    page = open_page(PAGE, program={})
    button = page.get_by_role("button", name="Try it").first
    bench = open_editor(page)
    expect(field(bench)).to_have_text('print("hello")')
    for name in ("Run", "Watch", "Stop", "Reset", "Copy link", "Close"):
        expect(bench.get_by_role("button", name=name, exact=True)).to_be_visible()
    below = page.locator("[data-program] + .yp-bench")
    assert below.count() == 1
    button.click()  # again: there is one editor a program
    expect(field(page)).to_have_count(1)
    press(bench, "Close")
    expect(field(page)).to_have_count(0)
    expect(button).to_be_focused()


def test_the_program_of_a_recording_opens_below_it(open_page: Open) -> None:
    """Not in it, or the recording's buttons would lie over the editor."""
    page = open_page("asyncio/tasks.html", program={})
    page.locator(".yp-watch").get_by_role("button", name="Try it").first.click()
    expect(page.locator(".yp-watch + .yp-bench")).to_have_count(1)
    expect(page.locator(".yp-watch .yp-bench")).to_have_count(0)


def test_every_program_of_a_page_can_be_tried(open_page: Open) -> None:
    """A button each, beside the caption of a recording and at the end of a fence."""
    page = open_page(PAGE)
    programs = page.locator("[data-program]")
    assert programs.count() > 2
    for program in programs.all():
        expect(program.get_by_role("button", name="Try it")).to_have_count(1)


# The code over which a button lies.
HIDDEN = """buttons => buttons.flatMap((button) => {
  const outer = button.getBoundingClientRect();
  const inside = parseFloat(getComputedStyle(button).paddingTop);
  const program = button.closest("[data-program]");
  const lies = [];
  for (const code of program.querySelectorAll("pre")) {
    const box = code.getBoundingClientRect();
    const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      if (!range.toString().trim()) continue;
      for (const text of range.getClientRects()) {
        if (
          Math.min(text.right, box.right) > outer.left + inside &&
          text.left < outer.right - inside &&
          Math.min(text.bottom, box.bottom) > outer.top + inside + 1 &&
          text.top < outer.bottom - inside - 1
        ) lies.push(range.toString());
      }
    }
  }
  return lies;
})"""


@pytest.mark.parametrize(
    "name", [PAGE, "practice/timeouts.html", "findings.html", "index.html"]
)
def test_no_button_hides_code(name: str, open_page: Open) -> None:
    """What it paints lies beside the code, and a source in a box may be scrolled."""
    page = open_page(name)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.locator(".tryit-button").evaluate_all(HIDDEN) == [], width


def test_run(open_page: Open) -> None:
    """What is printed comes into the log; an unchanged program says how it compares."""
    page = open_page(PAGE, program={})
    bench = open_editor(page)
    press(bench, "Run")
    expect(bench.get_by_role("log")).to_have_text("hello\n")
    expect(bench.get_by_role("status")).to_have_text("Done in 0.5 s.")
    expect(bench.get_by_text("This is the output on the page.")).to_be_visible()
    field(bench).fill('print("good bye")')
    press(bench, "Run")
    expect(bench.get_by_role("log")).to_have_text("good bye\n")
    expect(bench.get_by_text("output on the page")).to_have_count(0)
    press(bench, "Reset")
    expect(field(bench)).to_have_text('print("hello")')
    expect(bench.get_by_role("log")).to_be_hidden()


def test_another_output_than_on_the_page(open_page: Open) -> None:
    """It is said. What stands for anything on the page is no difference."""
    page = open_page(PAGE, program={"output": "good bye\n"})
    bench = open_editor(page)
    press(bench, "Run")
    expect(bench.get_by_text("The page has another output.")).to_be_visible()
    page = open_page(PAGE, program={"output": "h...o\n"})
    bench = open_editor(page)
    press(bench, "Run")
    expect(bench.get_by_text("This is the output on the page.")).to_be_visible()


def test_watch(open_page: Open) -> None:
    """The site's own figure and stepper, and what was found, with links."""
    page = open_page("asyncio/futures.html", program={})
    bench = open_editor(page)
    press(bench, "Watch")
    stepper = bench.locator(".yp-watch.ready")
    expect(stepper.locator("svg")).to_be_visible()
    press(stepper, "Next line")
    expect(stepper.locator(".yp-now")).to_contain_text("2 / 22")
    found = bench.get_by_role("list", name="Findings").get_by_role("listitem")
    expect(found).to_contain_text("<b>It</b> blocks")
    why = found.get_by_role("link", name="why")
    assert (why.get_attribute("href") or "").endswith("/asyncio/sleep.html")
    found.get_by_role("link", name="line 4, step 9").click()
    expect(stepper.locator(".yp-now")).to_contain_text("9 / 22")


def test_by_keyboard(open_page: Open) -> None:
    """Opened, written in, run, left and closed without a mouse."""
    page = open_page(PAGE, program={})
    button = page.get_by_role("button", name="Try it").first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".cm-editor")).to_be_visible()
    expect(field(page)).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type('print("typed")')
    page.keyboard.press("Control+Enter")
    bench = page.locator(".yp-bench")
    expect(bench.get_by_role("log")).to_have_text("typed\n")
    page.keyboard.press("Escape")
    expect(bench.get_by_role("button", name="Run")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Tab")
    expect(bench.get_by_role("button", name="Run")).to_be_focused()
    for _ in range(5):
        page.keyboard.press("Tab")
    expect(bench.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(button).to_be_focused()


def test_a_message_that_the_site_explains(open_page: Open) -> None:
    """Leads to the heading; what the site does not explain leads nowhere."""
    page = open_page(PAGE, program={})
    bench = open_editor(page)
    message = "asyncio.run() cannot be called from a running event loop"
    field(bench).fill(f'raise RuntimeError("{message}")')
    press(bench, "Run")
    expect(bench.get_by_role("status")).to_have_text("Ended by RuntimeError.")
    expect(bench.get_by_role("log")).to_contain_text("Traceback")
    expect(bench.get_by_text("This message is explained: ")).to_be_visible()
    bench.get_by_role("link", name=message).click()
    expect(page).to_have_url(re.compile("/asyncio/run.html#runtimeerror-asyncio-run"))
    page.go_back()
    bench = open_editor(page)
    field(bench).fill('raise RuntimeError("mine")')
    press(bench, "Run")
    expect(bench.get_by_role("status")).to_have_text("Ended by RuntimeError.")
    expect(bench.get_by_text("explained")).to_have_count(0)


def test_what_a_browser_cannot_do_is_said_beforehand(open_page: Open) -> None:
    """With the command for one's own machine, and the program as a file."""
    page = open_page(PAGE, program={"needs": ["threads", "sockets"]})
    bench = open_editor(page)
    note = bench.locator(".yp-note")
    expect(note).to_contain_text("It needs threads and sockets, which a browser")
    expect(note).to_contain_text("python3 hello.py")
    with page.expect_download() as saved:
        note.get_by_role("link", name="hello.py").click()
    assert saved.value.suggested_filename == "hello.py"
    assert Path(saved.value.path()).read_text(encoding="utf-8") == HELLO


def test_two_editors_at_once(open_page: Open) -> None:
    """Each has its own output. One waits for the other, and can be stopped."""
    page = open_page(PAGE, program={})
    open_editor(page)
    page.get_by_role("button", name="Try it").nth(1).click()
    expect(page.locator(".cm-editor")).to_have_count(2)
    first, second = page.locator(".yp-bench").all()
    field(first).fill(f'print("endless")\n{ENDLESS}')
    press(first, "Run")
    expect(first.get_by_role("log")).to_have_text("endless\n")
    press(second, "Run")
    expect(second.get_by_role("status")).to_contain_text("Waits until the other")
    press(second, "Stop")
    press(second, "Stop")
    press(first, "Stop")
    expect(second.get_by_role("status")).to_have_text("Stopped.")
    expect(first.get_by_role("status")).to_have_text("Stopped.")
    press(second, "Run")
    expect(second.get_by_role("log")).to_have_text("hello\n")
    expect(first.get_by_role("log")).to_have_text("endless\n")


def test_stop(open_page: Open) -> None:
    """Interrupts; where that does not help, Python is ended, and comes again."""
    page = open_page(PAGE, program={"text": ENDLESS})
    bench = open_editor(page)
    for button in ("Run", "Watch"):
        press(bench, button)
        expect(bench.get_by_role("status")).to_have_text("Runs …")
        press(bench, "Stop")
        expect(bench.get_by_role("status")).to_have_text("Stopped.")
    field(bench).fill("while True: never")
    press(bench, "Run")
    expect(bench.get_by_role("status")).to_have_text("Runs …")
    press(bench, "Stop")
    expect(bench.get_by_role("status")).to_contain_text("Python was ended")
    field(bench).fill(HELLO)
    press(bench, "Run")
    expect(bench.get_by_role("log")).to_have_text("hello\n")


MARKUP = "</script><img src=x onerror=alert(1)><b>bold</b>"


def test_markup_is_text(open_page: Open) -> None:
    """Whether a program prints it, raises it, is called so, or a link carries it."""
    page = open_page(PAGE, program={"name": f"{MARKUP}.py", "needs": ["threads"]})
    bench = open_editor(page)
    field(bench).fill(f'print("{MARKUP}")\nraise ValueError("{MARKUP}")')
    press(bench, "Run")
    expect(bench.get_by_role("log")).to_contain_text(MARKUP)
    assert bench.locator("img, b").count() == 0
    press(bench, "Copy link")
    expect(bench.get_by_role("status")).to_contain_text("The link is copied")
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(field(page)).to_have_value(
        f'print("{MARKUP}")\nraise ValueError("{MARKUP}")'
    )
    assert page.locator(".yp-bench").locator("img, b").count() == 0


def windows() -> list[str]:
    """Return programs of a hundred lines, close to each other, as in large projects."""
    texts = [
        path.read_text(encoding="utf-8").splitlines(keepends=True)
        for path in sorted((ROOT / "tests/loop").glob("test_*.py"))
    ]
    return ["".join(lines[100:200]) for lines in texts if len(lines) > 200]


def test_links_of_dense_programs(open_page: Open) -> None:
    """They are shorter by what programs have in common, which the site has."""
    texts = windows()[:4]
    assert len(texts) == 4
    links = []
    for text in texts:
        page = open_page("try.html")
        field(page).fill(text)
        press(page, "Copy link")
        expect(page.get_by_role("status")).to_contain_text("The link is copied")
        link = page.evaluate("navigator.clipboard.readText()")
        assert len(link) < 2_000
        links.append(link)
        page = open_page(link.rpartition("/")[2])
        expect(field(page)).to_have_value(text)
    alone = [len(zlib.compress(text.encode(), 9)) * 4 / 3 for text in texts]
    assert sum(map(len, links)) < 0.9 * sum(alone)


def test_a_link_from_before_there_was_a_dictionary(open_page: Open) -> None:
    """It opens as ever."""
    page = open_page("try.html#p=KyjKzCvRUMpIzcnJV9LkAgA")
    expect(field(page)).to_have_value(HELLO)


def hundred_lines() -> str:
    """Return a program of a hundred lines as people write them."""
    text = (ROOT / "docs/try/swallowed_cancellation.py").read_text(encoding="utf-8")
    text += (ROOT / "docs/try/one_fails.py").read_text(encoding="utf-8")
    text += (ROOT / "docs/try/why_does_it_hang.py").read_text(encoding="utf-8")
    text += (ROOT / "docs/try/who_waits_for_whom.py").read_text(encoding="utf-8")
    text += "# Ünïcödé 协程 🐍\n"
    assert len(text.splitlines()) > 100
    return text


def test_a_link_carries_the_program(open_page: Open) -> None:
    """A hundred lines in less than 2,000 characters, and the same program comes out."""
    page = open_page("try.html")
    text = hundred_lines()
    field(page).fill(text)
    press(page, "Copy link")
    expect(page.get_by_role("status")).to_contain_text("The link is copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert len(link) < 2_000
    page = open_page(link.rpartition("/")[2])
    expect(field(page)).to_have_value(text)
    field(page).click()
    expect(page.locator(".cm-editor")).to_be_visible()
    page.keyboard.press("Control+Home")
    page.keyboard.type("#")
    page.wait_for_function("location.hash === ''")  # it carries another program now


BROKEN = ("p=", "p=%%%", "p=AAAA", "p=<img src=x>", "z=", "z=%%%", "z=AAAA", "z=<b>")


def test_a_broken_link(open_page: Open, subtests: pytest.Subtests) -> None:
    """It is said, and there is a program to start from."""
    page = open_page("try.html")
    address = page.url
    for number, link in enumerate(BROKEN):
        with subtests.test(link=link):
            page.goto(f"{address}?{number}#{link}")  # or it would not load again
            expect(page.get_by_role("status")).to_have_text(
                "The program in this link cannot be read."
            )
            expect(field(page)).to_have_value(first_puzzle())


def first_puzzle() -> str:
    """Return the program that the page opens with."""
    return (ROOT / "docs/try/who_prints_first.py").read_text(encoding="utf-8")


def test_the_last_program_is_kept(open_page: Open) -> None:
    """Over a reload and in another tab; each tab has its own until then."""
    page = open_page("try.html")
    field(page).fill(HELLO)
    page.reload()
    expect(field(page)).to_have_value(HELLO)
    other = page.context.new_page()
    other.goto(page.url)
    expect(field(other)).to_have_value(HELLO)
    field(other).fill(ENDLESS)
    expect(field(page)).to_have_value(HELLO)
    press(page, "Reset")
    expect(field(page)).to_have_value(first_puzzle())


NO_STORAGE = """
  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("no") } });
  }
"""


def test_without_storage(open_page: Open) -> None:
    """All works but that nothing is kept."""
    page = open_page("try.html", script=NO_STORAGE, complains=True)
    field(page).fill(HELLO)
    press(page, "Run")
    expect(page.get_by_role("log")).to_have_text("hello\n")
    page = open_page(PAGE, script=NO_STORAGE, complains=True, program={})
    bench = open_editor(page)
    field(bench).fill('print("changed")')
    press(bench, "Run")
    expect(bench.get_by_role("log")).to_have_text("changed\n")


def test_back_and_forward(open_page: Open) -> None:
    """Between puzzles, and to another page, where a change is still there."""
    page = open_page("try.html")
    for name in ("Why does it hang?", "Who does not listen?"):
        page.get_by_role("link", name=name).click()
    hangs = (ROOT / "docs/try/why_does_it_hang.py").read_text(encoding="utf-8")
    listens = (ROOT / "docs/try/swallowed_cancellation.py").read_text(encoding="utf-8")
    shown = page.locator(".cm-content")
    expect(shown).to_contain_text(listens.splitlines()[0])
    page.go_back()
    expect(shown).to_contain_text(hangs.splitlines()[0])
    page.go_forward()
    expect(shown).to_contain_text(listens.splitlines()[0])
    page = open_page(PAGE, program={})
    field(open_editor(page)).fill('print("changed")')
    page.goto(page.url.replace(PAGE, "index.html"))
    page.go_back()
    if not field(page).count():
        open_editor(page)
    expect(field(page)).to_have_text('print("changed")')


def test_quicker_than_the_editor(open_page: Open) -> None:
    """A puzzle that is asked for while the editor loads is opened, and no file."""
    page = open_page("404.html")
    held: list[Route] = []
    page.route("**/tryit.mjs", lambda route: held.append(route))  # noqa: PLW0108 - Playwright sets an attribute on it
    page.goto(page.url.replace("404.html", "try.html"), wait_until="commit")
    page.get_by_role("link", name="Why does it hang?").click()
    page.get_by_role("link", name="Who does not listen?").click()
    page.wait_for_timeout(100)
    held[0].continue_()
    expect(field(page)).to_have_value(re.compile("Who does not listen?"))
    page.go_back()
    expect(field(page)).to_have_value(re.compile("Why does it hang?"))


def test_ten_thousand_lines(open_page: Open) -> None:
    """They are pasted, and all of them run."""
    page = open_page("try.html")
    field(page).click()
    expect(page.locator(".cm-editor")).to_be_visible()
    lines = "".join(f"a{number} = {number}\n" for number in range(10_000))
    page.evaluate("text => navigator.clipboard.writeText(text)", lines + HELLO)
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+v")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("log")).to_have_text("hello\n")
    expect(page.locator(".cm-content")).to_contain_text('print("hello")')
    assert page.locator(".cm-line").count() < 500  # what is in view


def test_an_empty_program(open_page: Open) -> None:
    """It ends at once, and so does its link."""
    page = open_page("try.html")
    field(page).fill("")
    press(page, "Run")
    expect(page.get_by_role("status")).to_have_text("Done in 0.5 s.")
    press(page, "Copy link")
    expect(page.get_by_role("status")).to_contain_text("The link is copied")
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    page.reload()
    expect(field(page)).to_have_value("")


def test_without_webassembly(open_page: Open) -> None:
    """A sentence says so, and what to do instead."""
    page = open_page(PAGE, script="delete window.WebAssembly", program={})
    page.get_by_role("button", name="Try it").first.click()
    note = page.locator(".yp-note")
    expect(note).to_contain_text("it has no WebAssembly. On your own machine: save")
    expect(field(page)).to_have_count(0)
    page = open_page("try.html", script="delete window.WebAssembly")
    expect(page.get_by_text("it has no WebAssembly")).to_be_visible()
    expect(page.get_by_role("link", name="Why does it hang?")).to_be_visible()


def test_without_javascript(open_page: Open) -> None:
    """No button that could not work; the puzzles are files."""
    page = open_page(PAGE, java_script_enabled=False)
    expect(page.get_by_role("button", name="Try it")).to_have_count(0)
    page = open_page("try.html", java_script_enabled=False)
    expect(page.get_by_text("The editor stands here")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Why does it hang?").click()
    assert saved.value.suggested_filename == "why_does_it_hang.py"


def test_files(open_page: Open, tmp_path: Path) -> None:
    """One is opened, changed and saved under its name."""
    path = tmp_path / "mine.py"
    path.write_bytes(b'print("mine")\r\n')
    page = open_page("try.html")
    with page.expect_file_chooser() as chooser:
        press(page, "Open a file")
    chooser.value.set_files(path)
    expect(page.locator(".cm-editor")).to_be_visible()
    assert text_of(page) == 'print("mine")\n'
    press(page, "Run")
    expect(page.get_by_role("log")).to_have_text("mine\n")
    with page.expect_download() as saved:
        press(page, "Save")
    assert saved.value.suggested_filename == "mine.py"
    assert Path(saved.value.path()).read_text(encoding="utf-8") == 'print("mine")\n'
    path.write_bytes(b"#" * 2_000_000)
    with page.expect_file_chooser() as chooser:
        press(page, "Open a file")
    chooser.value.set_files(path)
    expect(page.get_by_role("status")).to_have_text(
        "The file is too large for an editor."
    )
    assert text_of(page) == 'print("mine")\n'


@pytest.mark.parametrize("address", [PAGE, "try.html", "index.html"])
def test_pages_are_light_before_a_click(
    address: str, browser: Browser, served: str
) -> None:
    """All styles and scripts that a page has asked for, and nothing of Python."""
    page = browser.new_page()
    sizes: dict[str, int] = {}
    page.on(
        "response",
        lambda response: sizes.update({response.url: len(response.body())}),
    )
    page.goto(served + address, wait_until="networkidle")
    page.close()
    names = [url.partition("?")[0] for url in sizes]
    assert not [name for name in names if "worker" in name or "pyodide" in name]
    weight = sum(
        size
        for url, size in sizes.items()
        if url.partition("?")[0].endswith((".css", ".js", ".mjs"))
    )
    assert 50_000 < weight < WEIGHT_LIMIT


@pytest.mark.parametrize("address", [PAGE, "try.html"])
def test_it_fits_and_shuts_nobody_out(address: str, open_page: Open, axe: Axe) -> None:
    """Nothing is cut off, targets are 40 pixels high, and axe finds nothing."""
    program = {"needs": ["threads"], "output": "hello\n"}
    page = open_page(address, WIDTHS[0], program=program)
    if address == PAGE:
        open_editor(page)
    else:
        field(page).click()
        expect(page.locator(".cm-editor")).to_be_visible()
        field(page).fill(HELLO)
    bench = page.locator(".yp-bench")
    press(bench, "Watch")
    expect(bench.locator(".yp-watch.ready")).to_be_visible()
    for width, theme in zip(WIDTHS, THEMES, strict=True):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        small = page.locator(".tryit-button, .yp-bench button").evaluate_all(
            """buttons => buttons
              .map((each) => [each.getBoundingClientRect().height, each.outerHTML])
              .filter(([height]) => height < 39.9)"""
        )
        assert small == []
        assert axe(page, ".yp-bench", ".tryit-button") == [], (width, theme)


@pytest.mark.parametrize("theme", THEMES)
def test_it_looks_like_the_rest(theme: str, open_page: Open) -> None:
    """Buttons as the stepper's, and the program as the page's code."""
    page = open_page(PAGE, program={}, color_scheme=theme)
    open_editor(page)
    look = """element => ["color", "backgroundColor", "fontFamily", "fontSize",
      "borderRadius", "borderColor", "minHeight", "lineHeight"]
      .map((each) => getComputedStyle(element)[each])"""
    for ours, theirs in (("Run", "Next switch"), ("Watch", "Next line")):
        mine, site = (
            page.get_by_role("button", name=name, exact=True).first.evaluate(look)
            for name in (ours, theirs)
        )
        assert mine == site
    look = """element => ["color", "fontFamily", "fontSize", "lineHeight"]
      .map((each) => getComputedStyle(element)[each])"""
    code = page.locator(".executed .highlight pre").first.evaluate(look)
    assert page.locator(".cm-content").evaluate(look) == code
    box = "element => getComputedStyle(element).backgroundColor"
    shown = page.locator(".executed .highlight").first.evaluate(box)
    assert page.locator(".yp-editor").evaluate(box) == shown


POLICY = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"


def strictly(route: Route) -> None:
    """Give a page with a strict policy, under which Furo's own inline scripts fail."""
    answer = route.fetch()
    headers = answer.headers | {"content-security-policy": POLICY}
    route.fulfill(response=answer, headers=headers)


def test_the_puzzles_in_the_page(open_page: Open, served: str) -> None:
    """The real Python prints what it does elsewhere, and finds what it finds there."""
    page = open_page("index.html", complains=True)
    page.context.unroute("**/worker.mjs")
    page.route("**/try.html", strictly)
    page.goto(f"{served}try.html")
    bench = page.locator(".yp-bench")
    for name, puzzle in PUZZLES.items():
        page.evaluate("hash => { location.hash = hash }", name)
        expect(bench).to_have_attribute("aria-label", f"Try {name}.py")
        for button in ("Run", "Watch"):
            press(bench, button)
            ended = re.compile("^(Done|Ended)")
            expect(bench.get_by_role("status")).to_have_text(ended, timeout=60_000)
            printed = bench.get_by_role("log").evaluate(
                "log => [...log.childNodes].map((node) => node.data ?? '').join('')"
            )
            assert printed.splitlines() == [*puzzle.prints], (name, button)
        expect(bench.locator(".yp-watch.ready")).to_be_visible()
        found = bench.get_by_role("list", name="Findings").get_by_role("listitem")
        expect(found).to_have_count(len(puzzle.finds))


def test_the_front_door_leads_here(open_page: Open) -> None:
    """By the second of its four ways."""
    page = open_page("index.html")
    page.locator(".ways a").nth(1).click()
    expect(page).to_have_url(re.compile("/try.html$"))
    expect(field(page)).to_be_visible()
