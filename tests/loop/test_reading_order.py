"""The modules are read in one order, and import each other that way."""

import asyncio
from typing import Any

from yieldpoint import loop


def test_the_modules_are_read_in_the_order_of_their_imports() -> None:
    """Each imports only what stands above it in the package."""
    import ast  # noqa: PLC0415 - for this test alone
    from pathlib import Path  # noqa: PLC0415 - for this test alone

    package = Path(loop.__file__).parent
    lines = ast.parse((package / "__init__.py").read_text(encoding="utf-8")).body
    order = []
    for line in lines:
        if isinstance(line, ast.ImportFrom) and line.module:
            name = line.module.removeprefix("yieldpoint.loop").lstrip(".")
            order.append(name or line.names[0].name)
    modules = {path.stem for path in package.glob("*.py")} - {"__init__"}
    assert {*order, "differences"} == modules
    for number, name in enumerate(order):
        tree = ast.parse((package / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                above, _, imported = node.module.partition("yieldpoint.loop.")
                if imported and not above:
                    assert imported in order[:number], (name, imported)


def test_asyncio_has_the_same_last_word() -> None:
    """A program that needs no other names runs on both."""

    async def main(module: Any) -> list[object]:  # noqa: ANN401 - of two kinds
        log: list[object] = []
        async with module.TaskGroup() as group:
            queue = module.PriorityQueue()
            for item in (2, 1):
                queue.put_nowait(item)
            group.create_task(module.sleep(0))
            log += [await queue.get(), await queue.get(), len(module.all_tasks())]
        return log

    assert loop.run(main(loop)) == asyncio.run(main(asyncio)) == [1, 2, 2]
