"""Telephone numbers as people write them: brought into one form, and asked about where they cannot be one."""

from __future__ import annotations

import re
import unicodedata

_ABROAD = re.compile(r"(?:\+|\b00)\s*86[\s-]*(?=\(?[01])")
# A run of figures with the signs that people put between them.
_RUN = re.compile(r"\+?\(?\d(?:[\d()]|[ -](?=[\d(]))*\d")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?)\s*:?\s*\d{1,6}", re.IGNORECASE)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SERVICE = re.compile(r"[48]00\d{7}|1[0-2]\d{1,4}|9[56]\d{3,4}")
_KNOWN = (_MOBILE, _LANDLINE, _LOCAL, _SERVICE)
# An extension may stand behind a dash: 025-83630000-802.
_BEHIND = re.compile(r"-\d{1,6}$")
_LEAST = 5


def phone_of(written: str) -> str:
    """A telephone number in one form: +86 １３８-0013-8000 → 13800138000; a name beside it stays, and so does what
    is no number."""
    text = _ABROAD.sub("", unicodedata.normalize("NFKC", written).strip()).replace("—", "-").replace("–", "-")
    return _RUN.sub(lambda match: _joined(match.group()), text)


def is_phone_wrong(written: str) -> bool:
    """Whether a text has a number that is no telephone's: a mobile of 10 or 12 figures. Names alone are none."""
    text = _EXTENSION.sub("", phone_of(written))
    return any(len(_figures(run)) >= _LEAST and not _is_known(run) for run in _RUN.findall(text))


def _joined(run: str) -> str:
    """A mobile without the signs between its figures; a landline keeps them."""
    figures = _figures(run)
    return figures if _MOBILE.fullmatch(figures) else run


def _is_known(run: str) -> bool:
    return any(
        pattern.fullmatch(_figures(form)) for form in (run, _BEHIND.sub("", run)) for pattern in _KNOWN
    ) or _are_several(run)


def _are_several(run: str) -> bool:
    """Whether blanks part several numbers: 13800138000 025-83630000."""
    parts = run.split()
    return len(parts) > 1 and all(_is_known(part) for part in parts)


def _figures(run: str) -> str:
    return "".join(sign for sign in run if sign.isdigit())
