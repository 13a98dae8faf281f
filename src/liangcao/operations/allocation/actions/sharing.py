"""Splitting a quantity over units by population, beds or head-count, to the piece, without requisitions (E2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Invalid, Refusal, raise_all
from liangcao.foundation.kernel.quantity import check_quantity
from liangcao.operations.allocation.actions.drafting import check_plan_date, open_emergency
from liangcao.operations.allocation.actions.refusals import OverFree
from liangcao.operations.allocation.actions.writing import fill, new_plan, up_to
from liangcao.operations.allocation.asks import Asks, stock_of_round, weight_of
from liangcao.operations.allocation.models import WEIGH_BY, Plan, PlanLine, PlanStock
from liangcao.operations.allocation.rounds import plain_steps
from liangcao.operations.allocation.solver import Step
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import known_item
from liangcao.reference.parties.models import Organisation

SHARE_STEPS = (Step("all", "request", "proportional"),)


@transaction.atomic
def draft_share(
    *,
    bureau_id: int,
    plan_date: date,
    item_id: int,
    quantity: int,
    weigh_by: str,
    organisation_ids: Sequence[int],
    lot_ids: Sequence[UUID] = (),
    pack: int = 1,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Plan:
    """Draft a share of `quantity` base units by `weigh_by` ("population", "beds", "headcount"), largest remainder.

    Taken from `lot_ids`, or from all free lots, soonest expiry first. Raises Invalid with all units without the number,
    NotFound, OverFree.
    """
    guard.check(by, "draft", "plan", bureau_id=bureau_id)
    body = {
        "bureau": bureau_id, "date": plan_date, "item": item_id, "quantity": quantity, "weigh_by": weigh_by,
        "organisations": list(organisation_ids), "lots": list(lot_ids), "pack": pack,
    }  # fmt: skip
    done = claim(client_id=client_id, action="draft_share", body=body, by=by, at=at)
    if done:
        return Plan.objects.get(pk=done)
    check_plan_date(plan_date, at)
    check_quantity(quantity)
    check_quantity(pack, field="pack")
    item = known_item({row.pk: row for row in Item.objects.filter(pk=item_id)}, item_id)
    weights = _weights(by, bureau_id, weigh_by, organisation_ids)
    stocks = _stocks(by, bureau_id, plan_date, item, quantity, set(lot_ids))
    plan = new_plan(
        bureau_id=bureau_id, emergency_id=open_emergency(by, bureau_id).pk, plan_date=plan_date,
        basis="share", weigh_by=weigh_by, steps=plain_steps(SHARE_STEPS), item_scope=[item_id],
        by=by, at=at, client_id=client_id,
    )  # fmt: skip
    lines = [_line(organisation, weight, item, quantity, pack) for organisation, weight in weights]
    fill(plan, Asks(lines, {}), stocks, by=by)
    record(
        by=by, at=at, action="draft_share", object_kind="plan", object_ref=plan.number, bureau_id=bureau_id,
        after={"quantity": quantity},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(plan.pk))
    return plan


def _line(organisation: Organisation, weight: int, item: Item, quantity: int, pack: int) -> PlanLine:
    """Everybody may have the whole quantity as far as the need goes: only the weights share it."""
    return PlanLine(
        organisation=organisation,
        item=item,
        tier=organisation.tier or 1,
        weight=weight,
        quantity_open=quantity,
        pack=pack,
    )


def _weights(
    by: Actor, bureau_id: int, weigh_by: str, organisation_ids: Sequence[int]
) -> list[tuple[Organisation, int]]:
    """Each unit with its number. Raises Invalid with all units that are unknown or have no number."""
    if weigh_by not in WEIGH_BY or weigh_by == "none":
        raise Invalid(
            "WEIGH_BY_UNKNOWN", "请选择按人口、床位或人数分", "Choose population, beds or headcount", field="weigh_by"
        )
    rows = (
        Organisation.objects.visible_to(by)
        .filter(bureau_id=bureau_id, pk__in=set(organisation_ids))
        .select_related("region")
    )
    found = {row.pk: row for row in rows}
    problems: list[Refusal] = []
    weights = []
    for number, pk in enumerate(dict.fromkeys(organisation_ids), start=1):
        weight = weight_of(found[pk], weigh_by) if pk in found else None
        if pk not in found:
            problems.append(
                Invalid(
                    "ORGANISATION_UNKNOWN",
                    f"第 {number} 行:本局没有该单位",
                    f"Row {number}: no such unit",
                    field="organisations",
                    row=number,
                )
            )
        elif not weight:
            word_zh, word_en = WEIGH_BY[weigh_by]
            problems.append(
                Invalid(
                    "WEIGHT_MISSING",
                    f"“{found[pk].name}”没有{word_zh}数,请先在单位资料中填写",
                    f"{found[pk].name} has no {word_en}; enter it with the organisation first",
                    field="organisations",
                    row=number,
                )
            )
        else:
            weights.append((found[pk], weight))
    if not organisation_ids:
        problems.append(Invalid("LINES_EMPTY", "至少选择 1 个单位", "Choose at least one unit", field="organisations"))
    raise_all(problems)
    return weights


def _stocks(by: Actor, bureau_id: int, on: date, item: Item, quantity: int, lot_ids: set[UUID]) -> list[PlanStock]:
    """Free lots up to the quantity. Goods that were given for somebody are not shared out."""
    free = [stock for stock in stock_of_round(by, bureau_id, on=on, item_ids=[item.pk]) if stock.earmark_id is None]
    chosen = [stock for stock in free if not lot_ids or stock.lot_id in lot_ids]
    available = sum(stock.quantity for stock in chosen)
    if available < quantity:
        raise OverFree(item=item, quantity=quantity, available=available)
    return up_to(chosen, quantity)
