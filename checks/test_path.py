"""A reader walks the pages in their order: nothing is used before it is explained."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from bs4 import Tag

from checks.conftest import Page, Site

# What the pages teach, and where. If a page before that has it first, it links there.
EXPLAINED = {
    r"\bawait\b": "asyncio/async-and-await.html",
    r"\basync def\b": "asyncio/async-and-await.html",
    r"\basync with\b": "practice/managing-things.html",
    r"\basync for\b": "practice/going-through-things.html",
    r"asyncio\.run\(": "asyncio/run.html",
    r"\bRunner\(": "asyncio/run.html",
    r"\bcreate_task\(": "asyncio/tasks.html",
    r"asyncio\.sleep\(0\)": "asyncio/sleep.html",
    r"\bgather\(": "asyncio/gather-and-wait.html",
    r"asyncio\.wait\(": "asyncio/gather-and-wait.html",
    r"\bTaskGroup\(": "asyncio/failures.html",
    r"asyncio\.timeout\(": "asyncio/failures.html",
    r"\bshield\(": "asyncio/failures.html",
    r"except\*": "asyncio/failures.html",
    r"asyncio\.(Lock|Semaphore)\(": "practice/limits.html",
    r"asyncio\.Queue\(": "practice/queues.html",
    r"\bto_thread\(": "practice/threads.html",
    r"\bcall_soon_threadsafe\b": "practice/threads.html",
    r"\bcreate_future\(": "asyncio/futures.html",
    r"\bset_result\b": "asyncio/futures.html",
    r"\bcall_later\(": "asyncio/event-loop.html",
    r"\bcall_soon\(": "asyncio/event-loop.html",
    r"\bContextVar\b": "asyncio/context.html",
    r"\bnext\(": "generators/next-and-send.html",
    r"\.send\(": "generators/next-and-send.html",
    r"\.throw\(": "generators/throw.html",
    r"\.close\(\)": "generators/close.html",
    r"\byield from\b": "generators/yield-from.html",
    r"\byield\b": "generators/index.html",
    r"\bas_completed\(": "asyncio/gather-and-wait.html",
    r"\breturn_exceptions\b": "asyncio/failures.html",
    r"\bExceptionGroup\b": "asyncio/failures.html",
    r"\bwait_for\(": "asyncio/failures.html",
    r"\bensure_future\(": "asyncio/tasks.html",
    r"\bcurrent_task\(": "asyncio/tasks.html",
    r"\.cancel\(\)": "asyncio/tasks.html",
    r"\bCancelledError\b": "asyncio/tasks.html",
    r"\beager_start\b": "practice/owning-tasks.html",
    r"\badd_done_callback\(": "practice/owning-tasks.html",
    r"\ball_tasks\(": "practice/owning-tasks.html",
    r"\buncancel\(": "practice/cancelling.html",
    r"\b(timeout_at|reschedule)\(": "practice/timeouts.html",
    r"\b(task_done|put_nowait)\(": "practice/queues.html",
    r"asyncio\.(Event|Condition|Barrier)\(": "practice/waiting-for-each-other.html",
    r"\banext\(": "practice/going-through-things.html",
    r"\baclosing\(": "practice/going-through-things.html",
    r"\b(__aenter__|AsyncExitStack)\b": "practice/managing-things.html",
    r"@asynccontextmanager": "practice/managing-things.html",
    r"\brun_in_executor\(": "practice/threads.html",
    r"\brun_coroutine_threadsafe\b": "practice/threads.html",
    r"\bProcessPoolExecutor\(": "practice/processes.html",
    r"\bcreate_subprocess_exec\(": "practice/subprocesses.html",
    r"\bAsyncMock\(": "practice/testing.html",
    r"\bdebug=True": "practice/finding.html",
    r"\bprint_warnings\(": "errors/warnings.html",
    r"\bset_exception_handler\(": "errors/logs.html",
    r"\bget_running_loop\(": "asyncio/context.html",
    r"\bget_event_loop\(": "asyncio/event-loop.html",
    r"\bnew_event_loop\(": "asyncio/event-loop.html",
    r"\brun_(until_complete|forever)\b": "asyncio/event-loop.html",
    r"\bloop_factory\b": "asyncio/run.html",
    r"\btime\.sleep\(": "asyncio/sleep.html",
    r"\bseconds\(": "asyncio/sleep.html",
    r"\b__await__\b": "asyncio/async-and-await.html",
    r"\bStopIteration\b": "generators/running-order.html",
    r"\bGeneratorExit\b": "generators/close.html",
    r"\bgetgeneratorstate\b": "generators/states.html",
    r"\bgi_yieldfrom\b": "generators/yield-from.html",
    r"\b__iter__\b": "generators/more-than-once.html",
    r" := ": "generators/chains.html",
    r"\b__exit__\b": "generators/with.html",
    r"\bcr_await\b": "generators/from-generators-to-coroutines.html",
    r"types\.coroutine": "generators/from-generators-to-coroutines.html",
    r"\b(start_server|open_connection)\(": "practice/streams.html",
}

# Terms that are plain words too: a `while` condition, to handle, Python turns it into …
PLAIN = {"condition", "context", "event", "finding", "handle", "turn", "worker"}

# These are read by whoever looks something up.
NOT_WALKED = re.compile("reference/|article|search|genindex|inside/read/")


def walked(site: Site) -> Iterator[Page]:
    """Yield the pages in the order in which they are read."""
    links = site["index.html"].soup.select(".sidebar-tree a.internal")
    for link in links:
        name = str(link["href"])
        if not NOT_WALKED.match(name):
            yield site[name]


def article(page: Page) -> Tag:
    """Return what a page says."""
    found = page.soup.find("article")
    assert isinstance(found, Tag)
    return found


def targets(page: Page) -> set[str]:
    """Return the addresses to which a page links."""
    return {urljoin(page.name, str(a["href"])) for a in article(page).select("a[href]")}


@pytest.mark.parametrize("name", EXPLAINED)
def test_names_are_explained_before_they_are_used(site: Site, name: str) -> None:
    """On the page that uses them first, or behind a link on it."""
    target = EXPLAINED[name]
    assert target in site.pages
    first = next(
        page for page in walked(site) if re.search(name, article(page).get_text())
    )
    linked = {address.partition("#")[0] for address in targets(first)}
    assert target in {first.name, *linked}, first.name


def terms(site: Site) -> dict[str, str]:
    """Return the terms of the glossary, and their addresses."""
    found = site["reference/glossary.html"].soup.select("dl.glossary dt")
    return {
        each.get_text().removesuffix("¶"): f"reference/glossary.html#{each['id']}"
        for each in found
    }


def prose(page: Page) -> str:
    """Return the sentences of a page, without its code and its figures."""
    said = article(page).select("p, li, td")
    return " ".join(
        each.get_text() for each in said if not each.find_parent(class_="recording")
    )


def test_terms_are_linked_where_they_come_up_first(site: Site) -> None:
    """A reader who does not know a word finds it one click away; all are used."""
    order = [(page, prose(page)) for page in walked(site)]
    wrong = []
    for term, address in terms(site).items():
        pattern = re.compile(rf"\b{re.escape(term)}s?\b", re.IGNORECASE)
        first = next((page for page, said in order if pattern.search(said)), None)
        if first is None:
            wrong.append(f"{term}: on no page")
        elif term not in PLAIN and address not in targets(first):
            wrong.append(f"{term}: {first.name}")
    assert not wrong, "\n".join(wrong)
