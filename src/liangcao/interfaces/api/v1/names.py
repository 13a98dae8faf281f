"""Codes in, rows out: items, organisations and stores are named by their codes, the same in every installation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from liangcao.foundation.kernel.errors import Invalid, Refusal, raise_all
from liangcao.interfaces.api.v1.doors import Door
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import items, unknown_item
from liangcao.reference.parties import queries as parties


def items_by_code(door: Door, codes: Sequence[str]) -> dict[str, Item]:
    """code → item for the lines of a body. Raises Invalid ITEM_UNKNOWN for each line whose code is unknown, all at
    once."""
    found = {item.code: item for item in items(door.actor).filter(code__in=set(codes))}
    raise_all([unknown_item(code[:40], row=row) for row, code in enumerate(codes, start=1) if code not in found])
    return found


def organisation_ids(
    door: Door, codes: Iterable[str | None], *, field: str = "organisation"
) -> dict[str | None, int | None]:
    """code → organisation id within the bureau; None stays None. Raises Invalid ORGANISATION_UNKNOWN, all at once."""
    wanted = [code for code in dict.fromkeys(codes) if code is not None]
    rows = parties.organisations(door.actor, bureau_id=door.bureau_id).filter(code__in=wanted)
    found: dict[str | None, int | None] = {None: None, **dict(rows.values_list("code", "pk"))}
    raise_all([_unknown("ORGANISATION_UNKNOWN", "单位", "unit", code, field) for code in wanted if code not in found])
    return found


def organisation_id(door: Door, code: str, *, field: str = "organisation") -> int:
    """The id of one organisation. Raises Invalid ORGANISATION_UNKNOWN."""
    return organisation_ids(door, [code], field=field)[code]  # type: ignore[return-value]


def store_id(door: Door, code: str, *, field: str = "store") -> int:
    """The id of one store. Raises Invalid STORE_UNKNOWN."""
    row = parties.stores(door.actor, bureau_id=door.bureau_id).filter(code=code).values_list("pk", flat=True).first()
    if row is None:
        raise _unknown("STORE_UNKNOWN", "仓库", "store", code, field)
    return row


def stores_by_code(door: Door, codes: Sequence[str]) -> dict[str, int]:
    """code → store id for the lines of a body. Raises Invalid STORE_UNKNOWN for each row whose code is unknown."""
    found = dict(parties.stores(door.actor, bureau_id=door.bureau_id).values_list("code", "pk"))
    raise_all(
        [
            _unknown("STORE_UNKNOWN", "仓库", "store", code, "store", row=row)
            for row, code in enumerate(codes, start=1)
            if code not in found
        ]
    )
    return found


def _unknown(code: str, zh: str, en: str, shown: str, field: str, *, row: int | None = None) -> Refusal:
    return Invalid(
        code,
        f"没有编码为“{shown[:40]}”的{zh},或不在您的范围内",
        f'No {en} with the code "{shown[:40]}" in your scope',
        field=field,
        row=row,
    )
