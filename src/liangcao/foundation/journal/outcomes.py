"""How an act ended, as the journal names it, and the one difference that only the journal knows: whether what was
asked for is not there at all, or is there and not the asker's to see. From outside both are “not found”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction

OK, NOT_FOUND, OUT_OF_SCOPE = "ok", "not_found", "out_of_scope"
_BY_STATUS = {
    400: "invalid",
    401: "unauthenticated",
    403: "forbidden",
    404: NOT_FOUND,
    405: "method",
    409: "conflict",
    413: "too_large",
    415: "invalid",
    422: "key_reused",
    423: "locked",
    429: "too_many",
}
_WORDS = re.compile(r"(?<!^)(?=[A-Z])")


def outcome_of(status: int) -> str:
    """The result of a refusal with this HTTP status."""
    return _BY_STATUS.get(status, "refused")


def asked_for(named: Mapping[str, Any]) -> tuple[str, str]:
    """(kind, id) of the object that an address names last: `plan_id=3, line_id=7` is the line 7. Texts that stand in
    an address (a number, a secret) are never written."""
    found = [(name, key) for name, key in named.items() if name.endswith("_id")]
    return (found[-1][0].removesuffix("_id"), str(found[-1][1])) if found else ("", "")


def outcome_of_missing(named: Mapping[str, Any], *, places: Iterable[str]) -> str:
    """OUT_OF_SCOPE when every object that the address names is there, whoever may see it; NOT_FOUND otherwise.

    `plan_id` means the model Plan, `line_id` the models whose names end in Line; `places` (parts of the view's module
    and of the address) choose among several.
    """
    keys = [(name.removesuffix("_id"), key) for name, key in named.items() if name.endswith("_id")]
    if not keys:
        return NOT_FOUND
    try:
        with transaction.atomic():
            is_there = all(_is_there(kind, key, frozenset(places)) for kind, key in keys)
    except DatabaseError:
        return NOT_FOUND
    return OUT_OF_SCOPE if is_there else NOT_FOUND


def _is_there(kind: str, key: Any, places: frozenset[str]) -> bool:
    candidates = models_of(kind)
    near = [model for model in candidates if model._meta.app_label in places]
    try:
        return any(model._default_manager.filter(pk=key).exists() for model in near or candidates)
    except (ValidationError, ValueError, OverflowError):
        return False


@cache
def models_of(kind: str) -> tuple[type[models.Model], ...]:
    """Our models that a part of an address means: of exactly this name or a run of it, else of a name that ends in
    it."""
    named = [
        (_WORDS.sub("_", model.__name__).lower(), model)
        for model in apps.get_models()
        if model.__module__.startswith("liangcao.")
    ]
    exact = tuple(model for name, model in named if name in (kind, f"{kind}_run"))
    return exact or tuple(model for name, model in named if name.endswith(f"_{kind}"))
