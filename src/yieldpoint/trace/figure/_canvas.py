"""What can be drawn: bars, texts and arrows, as elements of SVG."""

from html import escape

__all__ = ["BAR", "CHARACTER", "SMALLEST", "Canvas"]

# Sizes, in pixels. Text is monospaced, so that its width is known.
CHARACTER = 6.65
BAR = 12

# How many percent of its size a figure may have. Below, its text is too small to read.
SMALLEST = 80


class Canvas:
    """Collects what is drawn; texts and tips are in front of the bars.

    Attributes:
        step: The event that is being drawn, or None.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.step: int | None = None
        self._behind: list[str] = []
        self._bars: list[str] = []
        self._front: list[str] = []
        self._styles: set[str] = set()

    @property
    def _of_step(self) -> str:
        return "" if self.step is None else f' data-s="{self.step}"'

    def rule(self, y: int, width: int) -> None:
        """Draw a line across, behind all else."""
        self._behind.insert(0, f'<path class="rule" d="M0 {y}H{width}"/>')

    def bar(
        self, style: str, x: int, y: int, width: int, height: int, of: str = ""
    ) -> None:
        """Draw a bar, or a part of one: the styles of `of` are added then."""
        self._styles.add(style)
        self._bars.append(
            f'<rect class="{style}{of}" '
            f'x="{x}" y="{y}" width="{width}" height="{height}"/>'
        )

    def has(self, style: str) -> bool:
        """Tell whether a bar or an arrow of a style has been drawn."""
        return style in self._styles

    def text(self, x: float, y: float, text: str, style: str, anchor: str = "") -> None:
        """Write a text."""
        end = f' text-anchor="{anchor}"' if anchor else ""
        words = escape(text, quote=False)
        self._front.append(
            f'<text class="{style}" x="{x:g}" y="{y:g}"{end}{self._of_step}>'
            f"{words}</text>"
        )

    def arrow(self, x1: int, x2: int, y: int, style: str) -> None:
        """Draw an arrow from one place to another at the same height.

        It goes behind the bars that stand in between.
        """
        tip = x2 - (6 if x2 > x1 else -6)
        self._styles.add(style)
        self._behind.append(
            f'<path class="arrow {style}" d="M{x1} {y}H{x2}"{self._of_step}/>'
        )
        self._front.append(
            f'<path class="tip {style}" d="M{x2} {y}L{tip} {y - 4}V{y + 4}Z"'
            f"{self._of_step}/>"
        )

    def line(self, style: str, x: int, y: int, width: int) -> None:
        """Draw a line of an arrow's style, without a tip."""
        self._front.append(f'<path class="arrow {style}" d="M{x} {y}h{width}"/>')

    def cut(self, x: int, y: int) -> None:
        """Draw across the axis of time the sign that a piece is left out."""
        self._styles.add("cut")
        self._front.append(f'<path class="cut" d="M{x - 5} {y + 4}l12-5m-12 9l12-5"/>')

    def to_svg(self, label: str, width: int, height: int, end: int) -> str:
        """Return all of it as one element, with a text for those who do not see it.

        The run ends at the height ``end``; below that stands the legend.
        """
        return (
            f'<svg class="yp-figure" xmlns="http://www.w3.org/2000/svg" role="img" '
            f'aria-label="{escape(label)}" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" data-end="{end}" '
            f'style="min-width: {width * SMALLEST // 100}px; --width: {width}px">\n'
            + "\n".join(self._behind + self._bars)
            + '\n<g class="front">\n'
            + "\n".join(self._front)
            + "\n</g>\n</svg>"
        )
