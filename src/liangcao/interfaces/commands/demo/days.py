"""Plays the steps of a book's days: needs, approvals, plans, hand-overs, an emergency at night. All of it is 示例."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.commands.demo.founding import Desk
from liangcao.interfaces.commands.demo.published import ACCEPTED_BY, NO_LOT
from liangcao.interfaces.commands.demo.records import client_id, day, moment
from liangcao.interfaces.commands.demo.signing import sign_for
from liangcao.ledger import actions as ledger
from liangcao.ledger import queries as ledger_queries
from liangcao.ledger.entries import AccountRef, NewLot, PostingLine
from liangcao.operations.allocation import actions as allocation
from liangcao.operations.demand import actions as demand
from liangcao.operations.dispatch import actions as dispatch
from liangcao.operations.supply import actions as supply

DEFAULT_RULES = "front-line-first"
DELIVERY_MINUTES = 120
CARRIER = "示例承运车"
SIGNED_BY = "示例签收人"

Step = dict[str, Any]


@dataclass
class Days:
    """The days of one book while they are played: what each step made, by the step's id."""

    name: str
    desk: Desk
    made: dict[Any, Any] = field(default_factory=dict)

    def id_for(self, *parts: object) -> Any:
        """The client id of an act of this book."""
        return client_id(self.name, *parts)

    def acts(self, steps: list[Step]) -> Iterator[tuple[datetime, Callable[[], object]]]:
        """One act for each step, with its moment."""
        for step in steps:
            at = moment(step["at"])
            yield at, partial(PLAYS[step["act"]], self, step, at)


def play_inflow(days: Days, step: Step, at: datetime) -> None:
    """Goods of a 示例 source come in unannounced. With `"signatures": "owing"` nobody but the store has signed yet."""
    desk = days.desk
    receipt = supply.receive_unannounced(
        bureau_id=desk.bureau_id,
        kind=step["kind"],
        counterparty_id=desk.organisations[step["counterparty"]],
        store_id=desk.store_for(step["lines"][0]["item"]),
        lines=[
            supply.ReceiptLineInput(
                source_line_id=None,
                item_id=desk.items[line["item"]],
                quantity_good=line["quantity"],
                quantity_damaged=0,
                no_lot_reason=NO_LOT,
                accepted_by=ACCEPTED_BY,
            )
            for line in step["lines"]
        ],
        note=step["remark"],
        business_date=business_date(at),
        by=desk.actors["storekeeper"],
        at=at,
        client_id=days.id_for("inflow", step["id"]),
    )
    if step.get("signatures") != "owing":
        sign_for(desk, receipt, at=at, key=("inflow", step["id"]))


def play_opening(days: Days, step: Step, at: datetime) -> None:
    """Stock that was there before the book begins: an opening move, which claims no id, so look for it first."""
    desk = days.desk
    move_id = days.id_for("opening", step["id"])
    if ledger_queries.moves(desk.actors["storekeeper"], desk.bureau_id).filter(pk=move_id).exists():
        return
    lots = [
        NewLot(
            id=days.id_for("lot", step["id"], line["item"]),
            item_id=desk.items[line["item"]],
            source_kind="opening",
            source_ref=f"{step['id']}",
            no_lot_reason=NO_LOT,
        )
        for line in step["lines"]
    ]
    lines = [
        PostingLine(
            lot_id=lot.id,
            source=AccountRef("outside", party_id=desk.organisations[step["counterparty"]]),
            target=AccountRef("store", store_id=desk.store_for(line["item"])),
            quantity=line["quantity"],
        )
        for lot, line in zip(lots, step["lines"], strict=True)
    ]
    ledger.post_move(
        book_id=desk.book_id,
        kind="opening",
        business_date=business_date(at),
        lines=lines,
        new_lots=lots,
        cause_kind="opening",
        cause_ref=step["id"],
        reason=step["remark"],
        by=desk.actors["storekeeper"],
        at=at,
        client_id=move_id,
    )


def play_requisition(days: Days, step: Step, at: datetime) -> None:
    """A unit asks: through the portal when it has an account here, else filed by the desk for the caller."""
    desk = days.desk
    days.made[step["id"]] = demand.file_requisition(
        bureau_id=desk.bureau_id,
        organisation_id=desk.organisations[step["organisation"]],
        lines=[
            demand.RequisitionLineInput(
                item_id=desk.items[line["item"]],
                quantity=line["quantity"],
                on_hand=line.get("on_hand"),
                daily_use=line.get("daily_use"),
            )
            for line in step["lines"]
        ],
        channel=step["channel"],
        caller=step.get("caller", ""),
        received_at=at,
        needed_by=day(step["needed_by"]) if "needed_by" in step else None,
        urgency=step.get("urgency", "normal"),
        note=step.get("note", ""),
        by=desk.actors["requester" if step["channel"] == "portal" else "coordinator"],
        at=at,
        client_id=days.id_for("requisition", step["id"]),
    )


def play_approval(days: Days, step: Step, at: datetime) -> None:
    """The allocator approves what was asked, less the cuts of the step, each with its reason."""
    desk, requisition = days.desk, days.made[step["of"]]
    codes = {pk: code for code, pk in desk.items.items()}
    lines = []
    for line in requisition.lines.order_by("line"):
        cut = step.get("cuts", {}).get(codes[line.item_id], {})
        lines.append(
            demand.ApprovalLine(
                line_id=line.pk,
                quantity_approved=cut.get("quantity", line.quantity_requested),
                cut_reason=cut.get("reason", ""),
            )
        )
    demand.approve_requisition(
        requisition_id=requisition.pk,
        lines=lines,
        by=desk.actors["allocator"],
        at=at,
        client_id=days.id_for("approval", step["of"]),
    )


def play_plan(days: Days, step: Step, at: datetime) -> None:
    """Draft a plan over the open needs of some items and take it as far as `until` says."""
    desk = days.desk
    plan = allocation.draft_plan(
        bureau_id=desk.bureau_id,
        plan_date=business_date(at),
        rule_set_id=desk.rule_sets[step.get("rule_set", DEFAULT_RULES)],
        item_ids=[desk.items[code] for code in step["items"]],
        by=desk.actors["allocator"],
        at=at,
        client_id=days.id_for("plan", step["id"]),
    )
    days.made[step["id"]] = _take_plan(days, plan, step.get("until", "published"), at, step["id"])


def play_share(days: Days, step: Step, at: datetime) -> None:
    """Split an amount over units by population or head-count, to the piece, and publish the split."""
    desk = days.desk
    plan = allocation.draft_share(
        bureau_id=desk.bureau_id,
        plan_date=business_date(at),
        item_id=desk.items[step["item"]],
        quantity=step["quantity"],
        weigh_by=step["weights"],
        organisation_ids=desk.units(kinds=step.get("kinds", ()), prefix=step.get("prefix", "")),
        by=desk.actors["allocator"],
        at=at,
        client_id=days.id_for("share", step["id"]),
    )
    days.made[step["id"]] = _take_plan(days, plan, "published", at, step["id"])


def _take_plan(days: Days, plan: Any, until: str, at: datetime, key: str) -> Any:
    actors = days.desk.actors
    if until in ("reviewed", "published"):
        plan = allocation.review_plan(
            plan_id=plan.pk,
            by=actors["coordinator"],
            at=at + timedelta(minutes=5),
            client_id=days.id_for("review", key),
        )
    if until == "published":
        plan = allocation.publish_plan(
            plan_id=plan.pk, by=actors["leader"], at=at + timedelta(minutes=10), client_id=days.id_for("publish", key)
        ).plan
    return plan


def play_deliveries(days: Days, step: Step, at: datetime) -> None:
    """Pick, hand over and sign for what a plan gave, spread over the minutes of the step. With a `carrier` it is told
    what to fetch; the units of `waiting` still wait for it."""
    actors, key = days.desk.actors, step["plan"]
    carrier_id = days.desk.organisations[step["carrier"]] if "carrier" in step else None
    prepared = dispatch.prepare_deliveries(
        plan_id=days.made[key].pk, by=actors["storekeeper"], at=at, client_id=days.id_for("prepare", key)
    )
    ordered = sorted(prepared, key=lambda delivery: delivery.pk)
    units = {pk: code for code, pk in days.desk.organisations.items()}
    pause = timedelta(minutes=step.get("minutes", DELIVERY_MINUTES)) / max(2 * len(ordered), 1)
    for place, delivery in enumerate(ordered):
        unit = units[delivery.organisation_id]
        days.made[key, unit] = delivery
        if carrier_id:
            dispatch.assign_carrier(
                delivery_id=delivery.pk,
                carrier_organisation_id=carrier_id,
                by=actors["storekeeper"],
                at=at,
                client_id=days.id_for("carrier", key, delivery.number),
            )
        if unit in step.get("waiting", ()):
            continue
        dispatch.hand_over(
            delivery_id=delivery.pk,
            carrier=CARRIER,
            carrier_organisation_id=carrier_id,
            by=actors["storekeeper"],
            at=at + 2 * place * pause,
            client_id=days.id_for("hand-over", key, delivery.number),
        )
        if step["until"] == "signed":
            difference = step.get("differences", {}).get(unit, {})
            _sign(days, delivery, at + (2 * place + 1) * pause, difference, key)


def _sign(days: Days, delivery: Any, at: datetime, difference: dict[str, Any], key: str) -> None:
    dispatch.confirm_delivery(
        delivery_id=delivery.pk,
        lines=[_confirmation(days, line, difference) for line in delivery.lines.all()] if difference else None,
        signed_name=SIGNED_BY,
        by=days.desk.actors["coordinator"],
        at=at,
        client_id=days.id_for("sign", key, delivery.number),
    )


def _confirmation(days: Days, line: Any, difference: dict[str, Any]) -> Any:
    short, damaged, reason = 0, 0, ""
    if days.desk.items[difference["item"]] == line.item_id:
        short, damaged, reason = difference["short"], difference["damaged"], difference["reason"]
    return dispatch.ReceiptConfirmation(
        line_id=line.pk,
        quantity_good=line.quantity - short - damaged,
        quantity_short=short,
        quantity_damaged=damaged,
        reason=reason,
    )


def play_emergency(days: Days, step: Step, at: datetime) -> None:
    """先发后补: goods go out at night on the leader's word."""
    desk = days.desk
    days.made[step["id"]] = dispatch.emergency_issue(
        bureau_id=desk.bureau_id,
        store_id=desk.store_for(step["lines"][0]["item"]),
        organisation_id=desk.organisations[step["organisation"]],
        lines=[(desk.items[line["item"]], line["quantity"]) for line in step["lines"]],
        leader=step["leader"],
        reason=step["reason"],
        limit_note=step["limit"],
        by=desk.actors["storekeeper"],
        at=at,
        client_id=days.id_for("emergency", step["id"]),
    )


def play_signature(days: Days, step: Step, at: datetime) -> None:
    """The unit signs for an emergency issue."""
    _sign(days, days.made[step["of"]], at, {}, step["of"])


def play_settlement(days: Days, step: Step, at: datetime) -> None:
    """What was short or damaged on the way to one unit finds its place."""
    delivery = days.made[step["of"], step["organisation"]]
    lines = [
        dispatch.SettledDifference(line_id=line.pk, outcome=step[part], part=part)
        for line in delivery.lines.all()
        for part in ("short", "damaged")
        if getattr(line, f"quantity_{part}")
    ]
    dispatch.settle_difference(
        delivery_id=delivery.pk,
        lines=lines,
        reason=step["reason"],
        by=days.desk.actors["coordinator"],
        at=at,
        client_id=days.id_for("settle", step["of"], step["organisation"]),
    )


def play_regularisation(days: Days, step: Step, at: datetime) -> None:
    """The papers of an emergency issue are handed in."""
    dispatch.regularise(
        delivery_id=days.made[step["of"]].pk,
        papers_ref=step["papers_ref"],
        by=days.desk.actors["coordinator"],
        at=at,
        client_id=days.id_for("regularise", step["of"]),
    )


PLAYS: dict[str, Callable[[Days, Step, datetime], None]] = {
    "inflow": play_inflow,
    "opening": play_opening,
    "requisition": play_requisition,
    "approval": play_approval,
    "plan": play_plan,
    "share": play_share,
    "deliveries": play_deliveries,
    "emergency": play_emergency,
    "regularisation": play_regularisation,
    "signature": play_signature,
    "settlement": play_settlement,
}
