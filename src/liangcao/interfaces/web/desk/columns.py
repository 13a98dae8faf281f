"""Columns that several documents share, and tables without columns that say nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.cells import Column, Table, table
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.templatetags.words import full_day


def expiry(of: Callable[[Any], Any]) -> Column:
    """失效日期, always with its year: the year is what matters of it."""
    return Column("expires_on", _("失效日期"), lambda row: full_day(of(row)) if of(row) else "", plain=of)


def lot_of(lot: Any, item: Any) -> str:
    """The maker's lot as a code; where a lot-tracked item has none, why."""
    if lot.maker_lot:
        return code(lot.maker_lot)
    return lot.no_lot_reason if item.lot_tracked else ""


def told_table(columns: Sequence[Column], rows: Iterable[Any], **options: Any) -> Table:
    """A table of the columns in which at least one row has something to say; the first column always stays."""
    held = list(rows)
    telling = [
        c
        for place, c in enumerate(columns)
        if place == 0 or not held or any(c.of(row) not in (None, "") for row in held)
    ]
    return table(telling, held, **options)
