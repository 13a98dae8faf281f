"""Reads of pick-ups: lists, slots, turns, live numbers, what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.waiting import Waiting
from liangcao.operations.pickup.models import PickUp, PickUpSlot, PickUpTurn


@dataclass(frozen=True)
class Numbers:
    """How many units are still expected, inside, done, and did not come."""

    expected: int = 0
    inside: int = 0
    done: int = 0
    missed: int = 0


def pick_ups(actor: Actor, bureau_id: int) -> QuerySet[PickUp]:
    """Pick-ups in scope with the number of their units; no order is set."""
    rows = PickUp.objects.visible_to(actor).filter(bureau_id=bureau_id).select_related("store", "plan")
    live = ~Q(turns__status="released")
    return rows.annotate(
        turn_count=Count("turns", filter=live), done_count=Count("turns", filter=Q(turns__status="handed_over"))
    )


def pick_up(actor: Actor, pick_up_id: int) -> PickUp:
    """One pick-up in scope. Raises NotFound."""
    rows = PickUp.objects.visible_to(actor).select_related("bureau", "store", "plan")
    found: PickUp | None = rows.filter(pk=pick_up_id).first()
    if found is None:
        raise NotFound("未找到该自提安排,或不在您的范围内", "No such pick-up within your scope", field="pick_up")
    return found


def slots(actor: Actor, pick_up_id: int) -> list[PickUpSlot]:
    """The slots of a pick-up, from the first on: for the desk, and for a unit that has a turn in it."""
    rows = PickUpSlot.objects.visible_to(actor).filter(pick_up_id=pick_up_id)
    return list(rows.order_by("number").distinct())


def turns(
    actor: Actor, *, pick_up_id: int | None = None, organisation_id: int | None = None, status: str | None = None
) -> QuerySet[PickUpTurn]:
    """Turns in scope; no order is set."""
    wanted = {"pick_up_id": pick_up_id, "organisation_id": organisation_id, "status": status}
    rows = PickUpTurn.objects.visible_to(actor).filter(**{k: v for k, v in wanted.items() if v is not None})
    return rows.select_related("pick_up__store", "pick_up__bureau", "slot", "organisation", "delivery")


def turn(actor: Actor, turn_id: int) -> PickUpTurn:
    """One turn in scope. Raises NotFound, also for another unit's, and for a unit's own before it is announced."""
    found: PickUpTurn | None = turns(actor).filter(pk=turn_id).first()
    if found is None or (actor.is_outside and found.pick_up.announced_at is None):
        raise NotFound("未找到该到场安排,或不在您的范围内", "No such turn within your scope", field="turn")
    return found


def own_turns(actor: Actor, organisation_id: int) -> list[PickUpTurn]:
    """What a unit is to fetch: announced turns that are not over, the soonest first."""
    rows = turns(actor, organisation_id=organisation_id).filter(
        pick_up__status="announced", status__in=["assigned", "checked_in", "no_show"]
    )
    return list(rows.order_by("slot__starts_at", "pk"))


def numbers(found: Iterable[PickUpTurn]) -> Numbers:
    """The live numbers of turns."""
    names = {"assigned": "expected", "checked_in": "inside", "handed_over": "done", "no_show": "missed"}
    sums: dict[str, int] = {}
    for each in found:
        if each.status in names:
            sums[names[each.status]] = sums.get(names[each.status], 0) + 1
    return Numbers(**sums)


def overdue(actor: Actor, pick_up_id: int, *, at: datetime) -> list[PickUpTurn]:
    """Who was expected in a slot that is over, and who did not come before: the earliest first."""
    rows = turns(actor, pick_up_id=pick_up_id).filter(Q(status="assigned", slot__ends_at__lte=at) | Q(status="no_show"))
    return list(rows.order_by("slot__starts_at", "pk"))


def waiting(actor: Actor, *, bureau_id: int | None = None, at: datetime | None = None) -> list[Waiting]:
    """Pick-ups that are not announced, and units that did not come in their slot."""
    if bureau_id is None or not guard.can(actor, "edit", "pick_up", bureau_id=bureau_id):
        return []
    rows = PickUp.objects.visible_to(actor).filter(bureau_id=bureau_id)
    found = []
    groups = [("pick_up_announce", "待通知的自提安排", "pick-ups to announce", rows.filter(status="draft"), "draft")]
    if at is not None:
        missed = rows.filter(status="announced", turns__status="assigned", turns__slot__ends_at__lte=at).distinct()
        groups.append(("pick_up_no_shows", "有单位未到场的自提安排", "pick-ups with no-shows", missed, "announced"))
    for kind, zh, en, of, status in groups:
        count, oldest = of.aggregate(n=Count("pk", distinct=True), oldest=Min("made_at")).values()
        if count:
            found.append(Waiting(kind, zh, en, count, oldest, "pick_up_list", f"status={status}"))
    return found
