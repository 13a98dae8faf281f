"""A new plan by rules, and a share of one amount by population, beds or head-count."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.allocation.forms import PlanForm, ShareForm
from liangcao.interfaces.web.desk.choices import party_choices
from liangcao.interfaces.web.desk.demand.lists import item_needs
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.row_ids import row_id
from liangcao.ledger import queries as ledger
from liangcao.operations.allocation import actions, queries
from liangcao.operations.allocation.actions import HoldBack, LineLimit
from liangcao.operations.supply import queries as supply
from liangcao.reference.parties.kinds import REQUESTERS


@desk_page("plan", "draft")
def draft(request: Any) -> HttpResponse:
    """Choose day, rules and items; the numbers follow."""
    needs = item_needs(request)
    added_to = _added_to(request)
    form = PlanForm(request, needs=needs, added_to=added_to)
    words = {"number": added_to.number} if added_to else {}
    return act_page(
        request,
        form,
        title=titled(_("追加到 %(number)s"), added_to.number) if added_to else _("新方案"),
        summary=_("后到的货接着分:%(number)s 已签发的数不变,只分现在可用的、还没有满足的。") % words
        if added_to
        else "",
        button=_("试算"),
        do=lambda values: _draft(request, values, added_to),
        to=lambda plan: reverse("plan", args=[plan.pk]),
        message=_("已试算。点任意一格看为什么,可改数;满意后送会商。"),
        back=reverse("plan_list"),
        template="desk/allocation/plan_form.html",
        needs={need.item.pk: need for need in needs},
    )


def _added_to(request: Any) -> Any:
    """The published plan that is added to, where the page is opened from one."""
    pk = row_id(request.GET.get("adds_to", ""))
    return None if pk is None else queries.plan(request.actor, pk)


def _draft(request: Any, values: dict[str, Any], added_to: Any) -> Any:
    special = [(row, row["organisation_id"].pk, row["item_id"].pk) for row in values["lines"]]
    return actions.draft_plan(
        bureau_id=request.bureau.pk,
        plan_date=values["plan_date"],
        rule_set_id=values["rule_set_id"],
        adds_to_id=added_to.pk if added_to else None,
        item_ids=values["item_ids"] or None,
        limits=[
            LineLimit(unit, item, floor=row["floor"] or 0, cap=row["cap"], pack=row["pack"] or 1)
            for row, unit, item in special
            if row["floor"] or row["cap"] is not None or row["pack"]
        ],
        hold_backs=[
            HoldBack(unit, item, row["held_back"], row["tier"] or None, row["needed_on"])
            for row, unit, item in special
            if row["held_back"]
        ],
        by=request.actor,
        at=request.at,
        client_id=values["client_id"],
    )


@desk_page("plan", "draft")
def share(request: Any) -> HttpResponse:
    """Share an amount, to the piece. `?receipt=` takes the lots of one arrival: a batch from above, over the towns."""
    lots, initial = _batch(request)
    units = list(party_choices(request, REQUESTERS))
    return act_page(
        request,
        ShareForm(request, units=units, lots=lots, initial=initial),
        title=_("按比例下拨"),
        button=_("试算"),
        do=lambda values: actions.draft_share(
            bureau_id=request.bureau.pk,
            plan_date=values["plan_date"],
            item_id=values["item_id"].pk,
            quantity=values["quantity"],
            weigh_by=values["weigh_by"],
            organisation_ids=values["organisation_ids"],
            lot_ids=[UUID(lot) for lot in values.get("lot_ids", [])],
            pack=values["pack"] or 1,
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda plan: reverse("plan", args=[plan.pk]),
        message=_("已试算,合计与要分的数一个不差。满意后送会商。"),
        back=reverse("plan_list"),
        template="desk/allocation/share_form.html",
    )


def _batch(request: Any) -> tuple[list[Any], dict[str, Any]]:
    """The lots of the receipt in the address, and what of them is free."""
    given = row_id(request.GET.get("receipt", ""))
    if given is None:
        return [], {}
    receipt = supply.receipt(request.actor, given)
    lines = list(supply.receipt_lines(request.actor, receipt.pk))
    if not lines:
        return [], {}
    item_id = lines[0].item_id
    lots = {line.lot_id: line.lot for line in lines if line.item_id == item_id}
    free = ledger.free_stock(request.actor, receipt.bureau_id, on=business_date(request.at), item_ids=[item_id])
    count = sum(row.quantity for row in free if row.lot_id in lots)
    return list(lots.values()), {"item_id": item_id, "quantity": count, "lot_ids": [str(lot) for lot in lots]}
