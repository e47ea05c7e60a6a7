"""Templates of pages, filled in: what they say is said in the reader's language.

In a template ``{{ _("Steps of {target}") }}`` is a text, which ``nox -s gettext``
finds, and ``$data`` is a place for what is no text.

Examples:
    >>> from yieldpoint.trace.filling import filled
    >>> filled('<b title="{{ _("Steps of {target}") }}">$data</b>', {"target": "f"},
    ...        data="<i>1</i>")
    '<b title="Steps of f"><i>1</i></b>'
"""

import re
from collections.abc import Mapping
from html import escape
from string import Template

from yieldpoint.words import translated

__all__ = ["filled", "texts_in"]

_TEXT = re.compile(r'\{\{ _\("(.+?)"\) \}\}')
_IN_SCRIPT = re.compile(r'\btranslated\(\s*"(.+?)"')


def filled(template: str, named: Mapping[str, object], /, **parts: str) -> str:
    """Return a template with its texts, and with what stands in its places.

    Args:
        template: The template.
        named: What stands for the names in braces that are in its texts.
        parts: The HTML for each of its places.

    Returns:
        The HTML. The texts are escaped.

    Examples:
        >>> from yieldpoint.trace.filling import filled
        >>> filled('<p>{{ _("Steps of {target}") }}</p>', {"target": "a < $b"})
        '<p>Steps of a &lt; $b</p>'
    """

    def say(text: re.Match[str]) -> str:
        return escape(translated(text[1], **named)).replace("$", "$$")

    return Template(_TEXT.sub(say, template)).substitute(parts)


def texts_in(script: str) -> dict[str, str]:
    """Return what a script says in the reader's language.

    Args:
        script: The script, which says ``translated("…")``.

    Returns:
        The translation of each of its texts that has one.

    Examples:
        >>> from yieldpoint.trace.filling import texts_in
        >>> from yieldpoint.words import spoken
        >>> with spoken({"Play": "播放"}):
        ...     texts_in('button.textContent = translated("Play");')
        {'Play': '播放'}
        >>> texts_in('button.textContent = translated("Play");')
        {}
    """
    said = {text: translated(text) for text in _IN_SCRIPT.findall(script)}
    return {text: words for text, words in said.items() if words != text}
