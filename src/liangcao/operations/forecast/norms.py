"""Reads of norms: which one counts on a day, and what it comes to for a unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.operations.forecast.models import NeedEvent, Norm

Norms = dict[tuple[int, str], Norm]
COUNTED_BY = {"head": "headcount", "bed": "beds"}


def norms(actor: Actor, bureau_id: int) -> QuerySet[Norm]:
    """Norms in scope, ended ones too; no order is set."""
    rows: QuerySet[Norm] = Norm.objects.visible_to(actor).filter(bureau_id=bureau_id)
    return rows.select_related("item", "bureau")


def norm_by_id(actor: Actor, norm_id: int) -> Norm:
    """One norm in scope. Raises NotFound."""
    found: Norm | None = Norm.objects.visible_to(actor).select_related("item", "bureau").filter(pk=norm_id).first()
    if found is None:
        raise NotFound("未找到该定额,或不在您的范围内", "No such norm within your scope", field="norm")
    return found


def in_force(actor: Actor, bureau_id: int, *, on: date, item_ids: Iterable[int] | None = None) -> Norms:
    """(item, kind of organisation) → the norm that counts on a day. One query."""
    return counting(begun(actor, bureau_id, until=on, item_ids=item_ids), on=on)


def begun(actor: Actor, bureau_id: int, *, until: date, item_ids: Iterable[int] | None = None) -> list[Norm]:
    """Norms that count at some time up to a day and were not ended, the later ones last."""
    rows = Norm.objects.visible_to(actor).filter(bureau_id=bureau_id, ended_at=None, valid_from__lte=until)
    if item_ids is not None:
        rows = rows.filter(item_id__in=set(item_ids))
    return list(rows.order_by("valid_from", "pk"))


def counting(rows: Iterable[Norm], *, on: date) -> Norms:
    """Of norms, the later ones last, those that count on a day."""
    return {(row.item_id, row.kind): row for row in rows if row.valid_from <= on}


def norm_for(found: Norms, organisation: Any, item_id: int) -> int | None:
    """Pieces a day of an item for a unit; None without a norm, or where nobody told how many heads or beds it has."""
    norm = found.get((item_id, organisation.kind))
    if norm is None:
        return None
    count = 1 if norm.per == "unit" else getattr(organisation, COUNTED_BY[norm.per])
    return None if count is None else min(norm.a_day(count), QUANTITY_MAX)


def need_events(actor: Actor, bureau_id: int) -> QuerySet[NeedEvent]:
    """Events in scope, ended ones too; no order is set."""
    rows: QuerySet[NeedEvent] = NeedEvent.objects.visible_to(actor).filter(bureau_id=bureau_id)
    return rows.select_related("organisation", "region", "bureau")


def need_event_by_id(actor: Actor, event_id: int) -> NeedEvent:
    """One event in scope. Raises NotFound."""
    rows = NeedEvent.objects.visible_to(actor).select_related("organisation", "region", "bureau")
    found: NeedEvent | None = rows.filter(pk=event_id).first()
    if found is None:
        raise NotFound("未找到该需求事件,或不在您的范围内", "No such event within your scope", field="need_event")
    return found
