"""The user's language on the command line: LIANGCAO_LANGUAGE, else the locale, else Chinese."""

from __future__ import annotations

import os

CHINESE, ENGLISH = "zh-hans", "en"


def language() -> str:
    """ "en" when LIANGCAO_LANGUAGE or the locale begins with "en", "zh-hans" otherwise."""
    for name in ("LIANGCAO_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        told = os.environ.get(name, "")
        if told:
            return ENGLISH if told.lower().startswith("en") else CHINESE
    return CHINESE


def in_words(zh: str, en: str) -> str:
    """The sentence in the user's language."""
    return en if language() == ENGLISH else zh
