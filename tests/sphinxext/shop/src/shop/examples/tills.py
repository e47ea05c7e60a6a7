"""Two tills, and who is served when."""

import asyncio

__all__ = ["Till", "serve_all"]


class Till:
    """A till that serves one customer at a time."""

    def __init__(self, name: str) -> None:
        """Open the till."""
        self.name = name

    async def serve(self, customer: str, minutes: float) -> str:
        """Serve a customer."""
        await asyncio.sleep(minutes * 60)
        return f"{customer} paid at {self.name}"


async def serve_all(minutes: float = 2) -> list[str]:
    """Serve two customers at two tills."""
    left, right = Till("left"), Till("right")
    return list(
        await asyncio.gather(left.serve("Ann", minutes), right.serve("Bo", minutes))
    )
