"""What stays out of the journal: names, telephone and identity numbers of persons. It can never be edited, so nothing
may stand in it that somebody could ask to have erased."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac

# Fields of `before` and `after` that hold a person: they become a mark that is equal for equal names.
PERSONAL = frozenset(
    {
        "acknowledged_by", "address", "carrier", "contact", "display_name", "driver", "email", "escort", "fetcher",
        "id_number", "leader", "person", "phone", "raised_name", "raised_phone", "signed_name", "username",
    }
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_IDENTITY = re.compile(r"(?<![0-9])([1-9][0-9]{5})(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]{4}([0-9Xx])(?![0-9])")
_TELEPHONE = re.compile(r"(?<![0-9])(1[3-9][0-9])[0-9]{4}([0-9]{4})(?![0-9])")


def pseudonym(text: str) -> str:
    """A mark for a text that may name a person: equal for equal texts of this installation, and no way back."""
    return f"~{salted_hmac('liangcao.journal', text.strip().casefold(), algorithm='sha256').hexdigest()[:12]}"


def without_numbers_of_persons(text: str) -> str:
    """The text with identity and mobile numbers masked, and without characters that would break a line of a log."""
    plain = _CONTROL.sub(" ", text) if _CONTROL.search(text) else text
    masked = _IDENTITY.sub(r"\1********\2", plain)
    return _TELEPHONE.sub(r"\1****\2", masked)


def without_persons(value: Any, *, is_personal: bool = False) -> Any:
    """The same structure as plain JSON: personal fields as pseudonyms, numbers of persons masked, floats as text."""
    if isinstance(value, dict):
        return {str(k): without_persons(v, is_personal=is_personal or k in PERSONAL) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return [without_persons(item, is_personal=is_personal) for item in items]
    if isinstance(value, str):
        return pseudonym(value) if is_personal and value else without_numbers_of_persons(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, (UUID, float)) else without_numbers_of_persons(str(value))
