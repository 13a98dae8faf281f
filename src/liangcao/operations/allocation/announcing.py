"""What a published plan means for each unit, in one sentence to be pasted into a chat group."""

from __future__ import annotations

from collections import defaultdict

from liangcao.foundation.identity.actor import Actor
from liangcao.operations.allocation.models import Plan, PlanLine, PlanPick


def texts_of(actor: Actor, plan: Plan, *, language: str) -> list[tuple[str, str]]:
    """(unit, sentence) by tier and name: what is held for it or on its way, and what is still missing. Empty before
    publication. What was released does not count; hold-backs are told to nobody."""
    if plan.status != "published":
        return []
    english = language.startswith("en")
    lines = PlanLine.objects.visible_to(actor).filter(plan=plan, is_hold_back=False, is_stale=False)
    held = _held(actor, plan)
    said: dict[tuple[int, str], list[str]] = defaultdict(list)
    missing: dict[tuple[int, str], list[str]] = defaultdict(list)
    for line in lines.select_related("organisation", "item").order_by("tier", "organisation__name", "item__code", "pk"):
        unit = (line.tier, line.organisation.name)
        pieces = held.get(line.pk, 0)
        if pieces:
            said[unit].append(
                line.item.counted(pieces) + f" {line.item.english}" if english else _counted(line, pieces)
            )
        if line.gap and line.instead_of_id is None and plan.basis == "round":
            missing[unit].append(
                line.item.counted(line.gap) + f" {line.item.english}" if english else _counted(line, line.gap)
            )
    return [(unit[1], _sentence(plan, unit[1], said[unit], missing.get(unit, []), english=english)) for unit in said]


def _held(actor: Actor, plan: Plan) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    rows = PlanPick.objects.visible_to(actor).filter(plan_line__plan=plan, quantity_released=0)
    for line_id, pieces in rows.values_list("plan_line_id", "quantity"):
        sums[line_id] += pieces
    return sums


def _counted(line: PlanLine, pieces: int) -> str:
    return f"{line.item.name} {pieces:,} {line.item.base_unit}"


def _sentence(plan: Plan, unit: str, held: list[str], missing: list[str], *, english: bool) -> str:
    day = plan.plan_date
    if english:
        short = f" Still missing, with the next arrivals: {', '.join(missing)}." if missing else ""
        return f"{unit}: {', '.join(held)} are set aside for you (plan {plan.number}).{short} Please count and sign."
    short = f"还缺 {'、'.join(missing)},到货后继续分配。" if missing else ""
    return f"{unit}:{day.month}月{day.day}日分给贵单位 {'、'.join(held)}(方案 {plan.number})。{short}请清点后签收。"
