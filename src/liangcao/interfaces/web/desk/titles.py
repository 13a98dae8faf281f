"""Titles and labels that carry a document's number: words as words, the number as a code."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString


def code(number: Any) -> SafeString:
    """A number as it is set everywhere: monospaced, and no word of any language."""
    return format_html('<span class="code">{}</span>', number)


def titled(words: str, number: Any) -> SafeString:
    """“审核 %(number)s” with the number as a code."""
    before, _mark, after = str(words).partition("%(number)s")
    return format_html("{}{}{}", before, code(number), after)
