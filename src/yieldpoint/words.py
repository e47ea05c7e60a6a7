"""What the package says to readers, in the language of a site.

Each text that a reader sees goes through `translated`: in English, with names in braces
for what is filled in. A text in a table, which is said later, is `marked`. It is these
two that ``nox -s gettext`` looks for. Nothing is translated until `speak` is called, as
`yieldpoint.sphinxext.languages` does with the catalogue of the site's language.

Examples:
    >>> from yieldpoint.words import translated, speak
    >>> translated("returns {value}", value=4)
    'returns 4'
    >>> speak({"returns {value}": "返回 {value}"})
    >>> translated("returns {value}", value=4)
    '返回 4'
    >>> speak({})
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

__all__ = ["marked", "speak", "spoken", "translated"]

_texts: Mapping[str, str] = {}


def translated(text: str, /, **values: object) -> str:
    """Return a text in the reader's language.

    Args:
        text: The text in English, a literal.
        values: What stands for the names in braces, if there are any.

    Returns:
        The translation, filled in; where there is none, the text.

    Examples:
        >>> from yieldpoint.words import translated
        >>> translated("waits for {value}", value="a lock")
        'waits for a lock'
    """
    said = _texts.get(text) or text
    return said.format(**values) if values else said


def marked(text: str) -> str:
    """Return a text as it is; `translated` is given it later.

    Args:
        text: The text in English, a literal.

    Returns:
        The text.

    Examples:
        >>> from yieldpoint.words import marked
        >>> marked("is ready")
        'is ready'
    """
    return text


def speak(texts: Mapping[str, str]) -> None:
    """Say these texts from now on.

    Args:
        texts: The translations, by the English texts; none for English.

    Examples:
        >>> from yieldpoint.words import speak
        >>> speak({})
    """
    global _texts  # noqa: PLW0603 - a process builds a site in one language
    _texts = texts


@contextmanager
def spoken(texts: Mapping[str, str]) -> Iterator[None]:
    """Say these texts within a ``with`` statement.

    Args:
        texts: The translations, by the English texts; none for English.

    Yields:
        Nothing.

    Examples:
        >>> from yieldpoint.words import translated, spoken
        >>> with spoken({"why": "原因"}):
        ...     translated("why")
        '原因'
        >>> translated("why")
        'why'
    """
    before = _texts
    speak(texts)
    try:
        yield
    finally:
        speak(before)
