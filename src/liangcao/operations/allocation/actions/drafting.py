"""试算: a plan from open requisitions and free stock, overrides, and doing it again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound
from liangcao.foundation.kernel.quantity import check_quantity_or_zero
from liangcao.foundation.kernel.text import check_reason
from liangcao.operations.allocation.actions.refusals import OverApproved, OverFree
from liangcao.operations.allocation.actions.writing import fill, new_plan, solve_again
from liangcao.operations.allocation.asks import Asks, HoldBack, LineLimit, Wish, gather, items_of, stock_of_round
from liangcao.operations.allocation.models import Plan, PlanLine, PlanStock, RuleSet
from liangcao.operations.allocation.rounds import connected_items, plain_steps, stored_steps
from liangcao.operations.allocation.rules import StepLike, check_can_change, check_can_override, check_version
from liangcao.reference.parties.models import Emergency
from liangcao.reference.parties.queries import current_emergency


@transaction.atomic
def draft_plan(
    *,
    bureau_id: int,
    plan_date: date,
    rule_set_id: int,
    item_ids: Sequence[int] | None = None,
    limits: Sequence[LineLimit] = (),
    hold_backs: Sequence[HoldBack] = (),
    by: Actor,
    at: datetime,
    client_id: UUID,
    adds_to_id: int | None = None,
) -> Plan:
    """Make a draft for a day from what is free and what is open, by a rule set. Quantities in base units.

    `adds_to_id`: goods that came later are planned as an addition to a published plan, whose pieces stay as they are.

    Stale lines and unknown amounts stand in it with their reason. Raises Invalid (date, limits, hold-backs, units
    without the number by which the rules weigh, solver's problems), NotFound (rule set), Conflict NOTHING_ASKED,
    NO_EMERGENCY, ADDS_TO_DRAFT.
    """
    guard.check(by, "draft", "plan", bureau_id=bureau_id)
    body = {
        "bureau": bureau_id,
        "date": plan_date,
        "rule_set": rule_set_id,
        "items": sorted(item_ids) if item_ids else [],
        "limits": [asdict(row) for row in limits],
        "hold_backs": [asdict(row) for row in hold_backs],
        "adds_to": adds_to_id,
    }
    done = claim(client_id=client_id, action="draft_plan", body=body, by=by, at=at)
    if done:
        return Plan.objects.get(pk=done)
    check_plan_date(plan_date, at)
    adds_to = _added_to(by, bureau_id, adds_to_id)
    rule_set = known_rule_set(by, bureau_id, rule_set_id)
    steps = list(rule_set.steps.all())
    wish = Wish(by, bureau_id, at, frozenset(item_ids) if item_ids else None, rule_set.weigh_by, steps)
    asks = _asked(wish, hold_backs, limits)
    plan = new_plan(
        bureau_id=bureau_id,
        emergency_id=open_emergency(by, bureau_id).pk,
        plan_date=plan_date,
        by=by,
        at=at,
        client_id=client_id,
        rule_set=rule_set,
        weigh_by=rule_set.weigh_by,
        steps=plain_steps(steps),
        item_scope=body["items"],
        adds_to=adds_to,
    )
    fill(plan, asks, stock_of_round(by, bureau_id, on=plan_date, item_ids=_items(asks)), by=by)
    record(by=by, at=at, action="draft_plan", object_kind="plan", object_ref=plan.number, bureau_id=bureau_id)
    settle(client_id=client_id, ref=str(plan.pk))
    return plan


def _added_to(by: Actor, bureau_id: int, plan_id: int | None) -> Plan | None:
    """The published plan that is added to. Raises NotFound, Conflict ADDS_TO_DRAFT."""
    if plan_id is None:
        return None
    found = plan_in_scope(by, plan_id)
    if found.bureau_id != bureau_id:
        raise NotFound()
    if found.status != "published":
        raise Conflict(
            "ADDS_TO_DRAFT",
            f"方案 {found.number} 还没有签发,不能追加;后到的货重新试算就会算进去",
            f"Plan {found.number} is not published: nothing is added to it; compute it again and later goods count",
            field="adds_to",
        )
    return found


def _asked(wish: Wish, hold_backs: Sequence[HoldBack], limits: Sequence[LineLimit]) -> Asks:
    asks = gather(wish, hold_backs=hold_backs, limits=limits)
    if not asks.lines:
        raise Conflict(
            "NOTHING_ASKED",
            "没有待满足的需求,不需要试算;请先登记或批准申领",
            "Nothing is open that a plan could serve; file or approve a requisition first",
        )
    return asks


def check_plan_date(plan_date: date, at: datetime) -> None:
    """Raise Invalid PLAN_DATE_PAST for a day that is over."""
    today = business_date(at)
    if plan_date < today:
        raise Invalid(
            "PLAN_DATE_PAST",
            f"方案日期 {plan_date} 已过,请改为今天 {today} 或以后",
            f"The plan's date {plan_date} is over; use today, {today}, or later",
            field="plan_date",
        )


def known_rule_set(by: Actor, bureau_id: int, rule_set_id: int) -> RuleSet:
    """A rule set in use that is the program's or the bureau's own. Raises NotFound."""
    found = RuleSet.objects.visible_to(by).filter(pk=rule_set_id, is_active=True).first()
    if found is None or found.bureau_id not in (None, bureau_id):
        raise NotFound("没有这套分配规则,或已停用", "No such rule set, or it is no longer in use", field="rule_set_id")
    return found


def _items(asks: Asks) -> set[int]:
    return {line.item_id for line in asks.lines} | {pk for line in asks.lines for pk in line.substitutes}


def plan_in_scope(by: Actor, plan_id: int) -> Plan:
    """The plan in scope, not locked. Raises NotFound."""
    found: Plan | None = Plan.objects.visible_to(by).filter(pk=plan_id).first()
    if found is None:
        raise _unknown_plan()
    return found


def _unknown_plan() -> NotFound:
    return NotFound("未找到该方案,或不在您的范围内", "No such plan within your scope", field="plan")


def locked_plan(by: Actor, plan_id: int) -> Plan:
    """The plan in scope, locked until the transaction ends. Raises NotFound."""
    found = locked(Plan.objects.visible_to(by), [plan_id])
    if not found:
        raise _unknown_plan()
    plan: Plan = found[0]
    return plan


def touch(plan: Plan, how: str, *, by: Actor, at: datetime) -> list[str]:
    """Give the plan its next version. The caller saves it with these fields."""
    plan.version += 1
    plan.changed_how, plan.changed_by, plan.changed_at = how, by.name, at
    return ["version", "changed_how", "changed_by", "changed_at"]


@transaction.atomic
def override_line(
    *,
    plan_line_id: int,
    quantity: int,
    reason: str,
    version: int | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Plan:
    """Set a line to a person's number, with reason and name; the rest of the item is shared again around it.

    A plan that was reviewed goes back to draft: its numbers are others now. `version` is the one that was read. Raises
    NotFound, Forbidden, Conflict, PlanChanged, Invalid (REASON_MISSING, QUANTITY_INVALID, OverApproved), OverFree.
    """
    line = _line(by, plan_line_id)
    guard.check(by, "override", "plan", bureau_id=line.plan.bureau_id)
    body = {"line": plan_line_id, "quantity": quantity, "reason": reason, "version": version}
    done = claim(client_id=client_id, action="override_line", body=body, by=by, at=at)
    if done:
        return Plan.objects.get(pk=done)
    plan = locked_plan(by, line.plan_id)
    check_version(plan, version)
    line = _line(by, plan_line_id)
    check_can_override(plan, by)
    check_quantity_or_zero(quantity)
    given = check_reason(reason, what_zh="改数", what_en="An override")
    _check_overridable(line, quantity)
    items = connected_items(plan.lines.filter(instead_of=None), [line.item_id])
    _check_free(plan, line, quantity, by=by)
    before = line.quantity_planned
    plan.lines.filter(pk=line.pk).update(
        quantity_pinned=quantity, override_reason=given, override_by=by.name, override_by_user_id=by.user_id,
        override_at=at,
    )  # fmt: skip
    back_to_draft(plan, "overridden", by=by, at=at)
    solve_again(plan, items, by=by)
    record(
        by=by,
        at=at,
        action="override_line",
        object_kind="plan",
        object_ref=plan.number,
        bureau_id=plan.bureau_id,
        before={"line": line.line, "quantity": before},
        after={"line": line.line, "quantity": quantity},
        reason=given,
    )
    settle(client_id=client_id, ref=str(plan.pk))
    return plan


def open_emergency(by: Actor, bureau_id: int) -> Emergency:
    """The open emergency, where the planner is appointed for it. Raises Conflict NO_EMERGENCY, NotFound."""
    found = current_emergency(bureau_id)
    guard.check(by, "draft", "plan", bureau_id=bureau_id, row=found)
    return found


def _line(by: Actor, plan_line_id: int) -> PlanLine:
    rows = PlanLine.objects.visible_to(by).select_related("plan", "item", "organisation")
    found = rows.filter(pk=plan_line_id).first()
    if found is None:
        raise NotFound("未找到该方案行,或不在您的范围内", "No such plan line within your scope", field="plan_line")
    line: PlanLine = found
    return line


def _check_overridable(line: PlanLine, quantity: int) -> None:
    if line.instead_of_id is not None:
        raise Conflict(
            "OVERRIDE_SUBSTITUTE",
            "这是替代品行,请在原物资那一行改数",
            "This line stands in for another item: set the number on that item's line",
            field="quantity",
        )
    if line.is_stale:
        raise Conflict(
            "LINE_STALE",
            f"“{line.organisation.name}”的需求已过期,请先向单位核实再分配",
            f"The need of {line.organisation.name} is stale: have it confirmed first",
            field="quantity",
        )
    if line.plan.basis == "round" and line.quantity_open is not None and quantity > line.quantity_open:
        raise OverApproved(quantity=quantity, approved=line.quantity_open, unit=line.item.base_unit)


def _check_free(plan: Plan, line: PlanLine, quantity: int, *, by: Actor) -> None:
    """What is earmarked for the unit, and the free rest less what other overrides hold, must carry the number."""
    stocks = stock_of_round(by, plan.bureau_id, on=plan.plan_date, item_ids=[line.item_id])
    others = plan.lines.filter(item_id=line.item_id, instead_of=None, quantity_pinned__isnull=False).exclude(pk=line.pk)
    held = sum(max(other.quantity_pinned - earmarked_for(other, stocks), 0) for other in others)
    available = earmarked_for(line, stocks) + sum(s.quantity for s in stocks if s.earmark_id is None) - held
    if plan.basis == "share":
        available = min(available, sum(plan.stocks.values_list("quantity", flat=True)) - held)
    if quantity > available:
        raise OverFree(item=line.item, quantity=quantity, available=max(available, 0))


def earmarked_for(line: PlanLine, stocks: Iterable[PlanStock]) -> int:
    """Pieces that were given for this unit."""
    return sum(stock.quantity for stock in stocks if stock.earmark_id == line.organisation_id)


def back_to_draft(plan: Plan, how: str, *, by: Actor, at: datetime) -> None:
    """A plan whose numbers are others now waits to be looked at again."""
    plan.status, plan.reviewed_by, plan.reviewed_at = "draft", "", None
    plan.save(update_fields=["status", "reviewed_by", "reviewed_at", *touch(plan, how, by=by, at=at)])


@transaction.atomic
def recompute_plan(*, plan_id: int, version: int | None = None, by: Actor, at: datetime, client_id: UUID) -> Plan:
    """Make the plan again from what is free and open now, by its rules; floors, caps, packs and overrides are kept.

    It goes back to draft. `version` is the one that was read. Raises NotFound, Forbidden, Conflict, PlanChanged.
    """
    guard.check(by, "draft", "plan", bureau_id=plan_in_scope(by, plan_id).bureau_id)
    body = {"plan": plan_id, "version": version}
    done = claim(client_id=client_id, action="recompute_plan", body=body, by=by, at=at)
    if done:
        return Plan.objects.get(pk=done)
    plan = locked_plan(by, plan_id)
    check_version(plan, version)
    check_can_change(plan)
    make_again(plan, by=by, at=at)
    back_to_draft(plan, "recomputed", by=by, at=at)
    record(by=by, at=at, action="recompute_plan", object_kind="plan", object_ref=plan.number, bureau_id=plan.bureau_id)
    settle(client_id=client_id, ref=str(plan.pk))
    return plan


def make_again(plan: Plan, *, more_hold_backs: Sequence[HoldBack] = (), by: Actor, at: datetime) -> None:
    """Write the plan's lines, picks and stock anew from what is free and open now. The plan is locked by the caller."""
    if plan.basis == "share":
        solve_again(plan, {line.item_id for line in plan.lines.all()}, by=by)
        return
    weighed = stored_steps(plan.steps)
    asks, stocks = asks_again(plan, items_of(plan), weighed, more_hold_backs=more_hold_backs, by=by, at=at)
    plan.lines.all().delete()
    plan.stocks.all().delete()
    fill(plan, asks, stocks, by=by)


def asks_again(
    plan: Plan,
    item_ids: frozenset[int] | None,
    weighed: Sequence[StepLike] = (),
    *,
    more_hold_backs: Sequence[HoldBack] = (),
    by: Actor,
    at: datetime,
) -> tuple[Asks, list[PlanStock]]:
    """The asks of a plan as they are now, with its limits, hold-backs and overrides, and the free stock.

    `weighed` are the steps for which every unit must have its number (see `Wish`).
    """
    old = plan.lines.filter(instead_of=None)
    if item_ids is not None:
        old = old.filter(item_id__in=item_ids)
    kept = {(line.organisation_id, line.item_id): line for line in old}
    hold_backs = [
        HoldBack(line.organisation_id, line.item_id, line.quantity_open, line.tier)
        for line in kept.values()
        if line.is_hold_back
    ] + list(more_hold_backs)
    asks = gather(Wish(by, plan.bureau_id, at, item_ids, plan.weigh_by, weighed), hold_backs=hold_backs)
    for line in asks.lines:
        before = kept.get((line.organisation_id, line.item_id))
        if before is None:
            continue
        line.floor, line.cap, line.pack = before.floor, before.cap, before.pack
        # A day that has come meanwhile stands: it is refused only to who enters it.
        line.needed_on = before.needed_on if line.is_hold_back else None
        fits = (
            line.quantity_open is None or before.quantity_pinned is None or before.quantity_pinned <= line.quantity_open
        )
        if before.quantity_pinned is not None and fits:
            line.quantity_pinned, line.quantity_solved = before.quantity_pinned, before.quantity_solved
            line.override_by, line.override_by_user_id = before.override_by, before.override_by_user_id
            line.override_at, line.override_reason = before.override_at, before.override_reason
    return asks, stock_of_round(by, plan.bureau_id, on=plan.plan_date, item_ids=_items(asks))
