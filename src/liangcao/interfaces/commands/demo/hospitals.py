"""Scenario `hospitals`: what 165 hospitals and agencies of Hubei asked for, against a stated stock, in a draft plan."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.commands.demo.days import DEFAULT_RULES
from liangcao.interfaces.commands.demo.founding import Desk
from liangcao.interfaces.commands.demo.published import ACCEPTED_BY, NO_LOT
from liangcao.interfaces.commands.demo.records import HOSPITALS, Need, client_id, moment, needs, own_rows
from liangcao.interfaces.commands.demo.signing import sign_for
from liangcao.operations.allocation import actions as allocation
from liangcao.operations.demand import actions as demand
from liangcao.operations.supply import actions as supply

STOCK_AT = moment("2020-02-02 08:00")
ASKED_AT = moment("2020-02-02 09:00")
APPROVED_AT = moment("2020-02-02 18:00")
PLANNED_AT = moment("2020-02-03 08:00")
DONOR = "HB-D01"
REQUESTER = "HB-E01"
EXAMPLE = "示例单位，为演示而设"


def plan_of_bureau() -> dict[str, Any]:
    """The 示例 bureau with the 165 organisations of the public sheets, in the form of a book file."""
    listed = [
        {
            "code": row["code"],
            "name": row["name"],
            "kind": row["kind"],
            "region": row["region"],
            "address": row["address"],
            "source_note": "公开的医院需求表",
        }
        for row in own_rows(HOSPITALS, "hospitals.csv")
    ]
    examples = [
        {"code": DONOR, "name": "示例捐赠方甲", "kind": "donor", "is_example": True, "source_note": EXAMPLE},
        {"code": REQUESTER, "name": "示例医院甲", "kind": "hospital", "is_example": True, "source_note": EXAMPLE},
    ]
    return {
        "code": "HB",
        "accounts": "hb",
        "name": "湖北省示例保障组",
        "name_en": "Hubei Supply Group (example)",
        "region": "420000",
        "last_moment": "2020-02-03 12:00",
        "emergency": {
            "name": "新型冠状病毒肺炎疫情防控",
            "name_en": "COVID-19 epidemic response",
            "started_on": "2020-01-24",
        },
        "stores": [
            {"code": "HB-01", "name": "省级仓库(示例)", "hazard_classes": "3,5.2,8", "shelves": ["A-01", "B-01"]}
        ],
        "requester": REQUESTER,
        "organisations": [*listed, *examples],
    }


def play(desk: Desk) -> None:
    """Stock in, needs filed and approved, one plan drafted. Doing it again changes nothing."""
    _receive_stock(desk)
    for number, (hospital, asked) in enumerate(sorted(_by_hospital().items())):
        _ask(desk, hospital, asked, at=ASKED_AT + timedelta(minutes=number))
    allocation.draft_plan(
        bureau_id=desk.bureau_id,
        plan_date=business_date(PLANNED_AT),
        rule_set_id=desk.rule_sets[DEFAULT_RULES],
        by=desk.actors["allocator"],
        at=PLANNED_AT,
        client_id=client_id(HOSPITALS, "plan"),
    )


def _by_hospital() -> dict[str, list[Need]]:
    grouped: dict[str, list[Need]] = defaultdict(list)
    for need in needs():
        grouped[need.hospital].append(need)
    return grouped


def _receive_stock(desk: Desk) -> None:
    receipt = supply.receive_unannounced(
        bureau_id=desk.bureau_id,
        kind="gift",
        counterparty_id=desk.organisations[DONOR],
        store_id=desk.stores["HB-01"],
        lines=[
            supply.ReceiptLineInput(
                source_line_id=None,
                item_id=desk.items[row["item"]],
                quantity_good=int(row["quantity"]),
                quantity_damaged=0,
                no_lot_reason=NO_LOT,
                accepted_by=ACCEPTED_BY,
            )
            for row in own_rows(HOSPITALS, "stock.csv")
        ],
        note="示例库存:各品种已写明需求量的 40%",
        business_date=business_date(STOCK_AT),
        by=desk.actors["storekeeper"],
        at=STOCK_AT,
        client_id=client_id(HOSPITALS, "stock"),
    )
    sign_for(desk, receipt, at=STOCK_AT, key=("stock",))


def _ask(desk: Desk, hospital: str, asked: list[Need], *, at: datetime) -> None:
    """File and approve one requisition. An empty cell of the sheet is not a need: it goes into the note."""
    lines = [need for need in asked if need.state != "blank"]
    if not lines:
        return
    unclear = [need.item for need in asked if need.state == "blank"]
    requisition = demand.file_requisition(
        bureau_id=desk.bureau_id,
        organisation_id=desk.organisations[hospital],
        lines=[demand.RequisitionLineInput(item_id=desk.items[need.item], quantity=need.quantity) for need in lines],
        channel="import",
        caller="公开表格",
        received_at=at,
        needed_by=None,
        urgency="normal",
        note=f"原表空白、不知是否需要:{'、'.join(unclear)}" if unclear else "",
        by=desk.actors["coordinator"],
        at=at,
        client_id=client_id(HOSPITALS, "requisition", hospital),
    )
    demand.approve_requisition(
        requisition_id=requisition.pk,
        lines=[
            demand.ApprovalLine(line_id=line.pk, quantity_approved=line.quantity_requested)
            for line in requisition.lines.order_by("line")
        ],
        by=desk.actors["allocator"],
        at=APPROVED_AT,
        client_id=client_id(HOSPITALS, "approval", hospital),
    )
