"""签发、作废: a plan is signed by another person than its maker, and then holds its goods.

Publication asks only whether each planned piece is still free and still wanted. What is not goes with its item into a
follow-up plan, recomputed, for one more signature; everything else is reserved by one move over all stores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models.functions import Coalesce

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.text import check_reason
from liangcao.ledger.actions import post_move
from liangcao.ledger.entries import AccountRef, PostedMove, PostingLine
from liangcao.ledger.holdings import stopped_lots
from liangcao.ledger.queries import book_of, free_stock
from liangcao.ledger.refusals import LotExpired, LotFrozen, StockShort
from liangcao.operations.allocation.actions.drafting import asks_again, locked_plan, plan_in_scope, touch
from liangcao.operations.allocation.actions.refusals import Publication, ShortItem, StockTaken
from liangcao.operations.allocation.actions.writing import fill, new_plan
from liangcao.operations.allocation.models import Plan, PlanNeed, PlanPick
from liangcao.operations.allocation.rounds import connected_items
from liangcao.operations.allocation.rules import (
    apart,
    check_can_discard,
    check_can_publish,
    check_version,
)
from liangcao.operations.allocation.summary import counted
from liangcao.operations.demand.actions import FulfilmentInput, note_fulfilments
from liangcao.operations.demand.actions.locking import lock_organisations
from liangcao.operations.demand.queries import open_quantities
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties.separation import check_two_people

# Another writer may take a lot between our look and our lock; then we look again.
TRIES = 5


@transaction.atomic
def discard_plan(
    *, plan_id: int, reason: str, version: int | None = None, by: Actor, at: datetime, client_id: UUID
) -> Plan:
    """作废: put a plan that is not published away, with a reason. `version` is the one that was read.

    Raises NotFound, Forbidden, Conflict, PlanChanged, Invalid.
    """
    bureau_id = plan_in_scope(by, plan_id).bureau_id
    guard.check(by, "discard", "plan", bureau_id=bureau_id)
    body = {"plan": plan_id, "reason": reason, "version": version}
    done = claim(client_id=client_id, action="discard_plan", body=body, by=by, at=at)
    if done:
        return Plan.objects.get(pk=done)
    plan = locked_plan(by, plan_id)
    check_version(plan, version)
    check_can_discard(plan, by)
    plan.discard_reason = check_reason(reason, what_zh="作废", what_en="Discarding")
    plan.status, plan.discarded_by, plan.discarded_at = "discarded", by.name, at
    changed = touch(plan, "discarded", by=by, at=at)
    plan.save(update_fields=["status", "discarded_by", "discarded_at", "discard_reason", *changed])
    record(
        by=by, at=at, action="discard_plan", object_kind="plan", object_ref=plan.number, bureau_id=bureau_id,
        reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(plan.pk))
    return plan


@transaction.atomic
def publish_plan(*, plan_id: int, version: int | None = None, by: Actor, at: datetime, client_id: UUID) -> Publication:
    """签发: reserve what the plan gives, in one move. The signer is neither the maker nor set a number, and signs the
    `version` that he read.

    Items whose lots are no longer free, or whose need has changed, go recomputed into `Publication.follow_up`. Raises
    StockTaken when nothing can go out as planned, OwnPlan, PlanChanged, Forbidden, NotFound, STATE_CONFLICT,
    NOTHING_PLANNED.
    """
    bureau_id = plan_in_scope(by, plan_id).bureau_id
    guard.check(by, "publish", "plan", bureau_id=bureau_id)
    body = {"plan": plan_id, "version": version}
    done = claim(client_id=client_id, action="publish_plan", body=body, by=by, at=at)
    if done:
        return publication_of(Plan.objects.get(pk=done))
    plan = locked_plan(by, plan_id)
    check_version(plan, version)
    check_can_publish(plan, by, at)
    for demand in apart(plan, by, at):
        check_two_people(**demand, ref=plan.number)
    # Nobody else may allot, file or withdraw for these units from here on: what is open is read once, and holds.
    lock_organisations(plan.lines.values_list("organisation_id", flat=True).distinct())
    moved, short, follow_up = _reserve(plan, by=by, at=at, client_id=client_id)
    plan.status, plan.published_by, plan.published_at, plan.move_id = "published", by.name, at, moved.id
    where = follow_up.number if follow_up else ""
    plan.notices = [*plan.notices, *(_notice(item, where) for item in short)]
    changed = touch(plan, "published", by=by, at=at)
    plan.save(update_fields=["status", "published_by", "published_at", "move", "notices", "figures", *changed])
    record(
        by=by, at=at, action="publish_plan", object_kind="plan", object_ref=plan.number, bureau_id=bureau_id,
        after={"move": moved.number, "follow_up": where},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(plan.pk))
    return Publication(plan, follow_up, tuple(short))


def publication_of(plan: Plan) -> Publication:
    """The answer that a publication gave, for a request that comes again."""
    short = [ShortItem(**notice["short"]) for notice in plan.notices if notice["code"] == "ITEM_FOLLOWS"]
    return Publication(plan, plan.followers.order_by("pk").first(), tuple(short))


def _reserve(
    plan: Plan, *, by: Actor, at: datetime, client_id: UUID
) -> tuple[PostedMove, list[ShortItem], Plan | None]:
    """Post what can go out. The follow-up is solved first: nothing is computed while the book's head is locked."""
    if not plan.lines.filter(quantity_planned__gt=0).exists():
        raise Conflict(
            "NOTHING_PLANNED",
            f"方案 {plan.number} 没有分出任何物资,不需要签发;可作废后重新试算",
            f"Plan {plan.number} gives nothing, so there is nothing to publish; discard it and draft again",
        )
    given = _given(plan)
    for attempt in range(1, TRIES + 1):
        short = _short_items(plan, given, by=by, at=at)
        going = given.without(_held_up(plan, short)) if short else given
        if not going.picks:
            raise StockTaken(plan, short)
        try:
            with transaction.atomic():
                follow_up = _follow_up(plan, short, by=by, at=at, client_id=client_id) if short else None
                return _post(plan, going, by=by, at=at, client_id=client_id), short, follow_up
        except (StockShort, LotExpired, LotFrozen):
            if attempt == TRIES:
                raise
    raise AssertionError("the loop either returns or raises")


class _Pick(NamedTuple):
    """Pieces of a lot for a unit. Items that replace each other are held up together, and what stands in for an item
    goes with that: `group` is the item that was asked for."""

    group: int
    organisation_id: int
    item_id: int
    store_id: int
    lot_id: UUID
    quantity: int


class _Need(NamedTuple):
    """Pieces for a requisition line; `group` as of a pick."""

    group: int
    requisition_line_id: int
    quantity: int


@dataclass(frozen=True)
class _Given:
    """What a plan gives: a hundred thousand of these are read as bare values."""

    picks: list[_Pick]
    needs: list[_Need]

    def without(self, groups: Collection[int]) -> _Given:
        """Less what is held up."""
        return _Given(
            [pick for pick in self.picks if pick.group not in groups],
            [need for need in self.needs if need.group not in groups],
        )


def _given(plan: Plan) -> _Given:
    group = Coalesce("plan_line__instead_of_id", "plan_line__item_id")
    picks = PlanPick.objects.filter(plan_line__plan=plan, plan_line__quantity_planned__gt=0)
    needs = PlanNeed.objects.filter(plan_line__plan=plan, quantity_planned__gt=0)
    of_pick = ("group", "plan_line__organisation_id", "item_id", "store_id", "lot_id", "quantity")
    return _Given(
        list(
            map(
                _Pick._make,
                picks.annotate(group=group).order_by("plan_line_id", "order", "pk").values_list(*of_pick),
            )
        ),
        list(
            map(
                _Need._make,
                needs.annotate(group=group)
                .order_by("plan_line_id", "pk")
                .values_list("group", "requisition_line_id", "quantity_planned"),
            )
        ),
    )


def _held_up(plan: Plan, short: Collection[ShortItem]) -> set[int]:
    lines = plan.lines.exclude(substitutes=[]).only("item_id", "substitutes")
    return connected_items(lines, [item.item_id for item in short])


@dataclass(frozen=True)
class _Free:
    lots: dict[tuple[int, UUID], tuple[int, int | None]]
    items: dict[int, int]


def _free(plan: Plan, given: _Given, *, by: Actor, at: datetime) -> _Free:
    """(store, lot) → pieces free and for whom they were given; item → pieces free for anybody."""
    lots: dict[tuple[int, UUID], tuple[int, int | None]] = {}
    items: dict[int, int] = defaultdict(int)
    for row in free_stock(by, plan.bureau_id, on=business_date(at), item_ids={pick.item_id for pick in given.picks}):
        lots[row.store_id, row.lot_id] = (row.quantity, row.earmark_party_id)
        items[row.item_id] += row.quantity if row.earmark_party_id is None else 0
    return _Free(lots, items)


def _short_items(plan: Plan, given: _Given, *, by: Actor, at: datetime) -> list[ShortItem]:
    """Items of which a planned piece is no longer free, or no longer wanted."""
    free = _free(plan, given, by=by, at=at)
    taken: dict[tuple[int, UUID], int] = defaultdict(int)
    planned: dict[int, int] = defaultdict(int)
    short: dict[int, set[UUID]] = defaultdict(set)
    for pick in given.picks:
        planned[pick.item_id] += pick.quantity
        taken[pick.store_id, pick.lot_id] += pick.quantity
        there, earmark_id = free.lots.get((pick.store_id, pick.lot_id), (0, None))
        if taken[pick.store_id, pick.lot_id] > there or earmark_id not in (None, pick.organisation_id):
            short[pick.item_id].add(pick.lot_id)
    stopped = stopped_lots(by, plan.bureau_id, set().union(*short.values()))
    changed = _changed_needs(plan, given.needs, by=by)
    items = Item.objects.in_bulk(changed.union(short))
    return [
        ShortItem(
            pk,
            items[pk].name,
            items[pk].base_unit,
            planned[pk],
            free.items.get(pk, 0),
            need_changed=pk not in short,
            name_en=items[pk].name_en,
            unit_en=items[pk].base_unit_en,
            **stopped.get(pk, {}),
        )
        for pk in sorted(changed.union(short))
    ]


def _changed_needs(plan: Plan, needs: Collection[_Need], *, by: Actor) -> set[int]:
    """Items whose requisition lines were closed, replaced, withdrawn or served elsewhere since the plan was made."""
    wanted: dict[int, int] = defaultdict(int)
    for need in needs:
        wanted[need.requisition_line_id] += need.quantity
    still = open_quantities(by, plan.bureau_id, line_ids=wanted)
    return {need.group for need in needs if _is_less(still, need.requisition_line_id, wanted)}


def _is_less(still: Mapping[int, int | None], line_id: int, wanted: Mapping[int, int]) -> bool:
    """Whether a line is not open any more, or open for less than is planned for it."""
    if line_id not in still:
        return True
    quantity = still[line_id]
    return quantity is not None and quantity < wanted[line_id]


def _post(plan: Plan, going: _Given, *, by: Actor, at: datetime, client_id: UUID) -> PostedMove:
    note_fulfilments(
        entries=[
            FulfilmentInput(need.requisition_line_id, "allotted", need.quantity, "plan", plan.number)
            for need in going.needs
        ],
        by=by,
        at=at,
    )
    return post_move(
        book_id=book_of(by, plan.bureau_id).pk,
        kind="reservation",
        business_date=business_date(at),
        lines=[
            PostingLine(
                pick.lot_id,
                AccountRef("store", pick.store_id),
                AccountRef("reserved", pick.store_id, pick.organisation_id),
                pick.quantity,
            )
            for pick in going.picks
        ],
        cause_kind="plan",
        cause_ref=plan.number,
        by=by,
        at=at,
        client_id=client_id,
    )


def _follow_up(plan: Plan, short: list[ShortItem], *, by: Actor, at: datetime, client_id: UUID) -> Plan | None:
    """Take the items that were held up out of the plan, and solve them again in a reviewed plan of their own."""
    items = connected_items(plan.lines.filter(instead_of=None), [item.item_id for item in short])
    asks, stocks = asks_again(plan, frozenset(items), by=by, at=at)
    follow_up = None
    if asks.lines:
        follow_up = new_plan(
            bureau_id=plan.bureau_id,
            emergency_id=plan.emergency_id,
            plan_date=max(plan.plan_date, business_date(at)),
            by=by,
            at=at,
            client_id=uuid5(client_id, "follow-up"),
            rule_set_id=plan.rule_set_id,
            weigh_by=plan.weigh_by,
            steps=plan.steps,
            item_scope=sorted(items),
            made_by=plan.made_by,
            made_by_user_id=plan.made_by_user_id,
            status="reviewed",
            reviewed_by=plan.reviewed_by,
            reviewed_at=plan.reviewed_at,
            follows=plan,
        )
        fill(follow_up, asks, stocks, by=by)
    plan.lines.filter(instead_of_id__in=items).delete()
    plan.lines.filter(item_id__in=items).delete()
    plan.stocks.filter(item_id__in=items).delete()
    plan.figures = counted(plan)
    return follow_up


def _notice(item: ShortItem, where: str) -> dict[str, object]:
    moved_zh = f",已重新试算,见 {where}" if where else ",已不再需要"
    moved_en = f"; recomputed in {where}" if where else "; no longer needed"
    kept = asdict(item)
    return {
        "code": "ITEM_FOLLOWS",
        "zh": item.message("zh") + moved_zh,
        "en": item.message("en") + moved_en,
        "short": kept,
    }
