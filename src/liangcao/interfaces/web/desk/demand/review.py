"""The review of a requisition beside the unit's history; turning it down; withdrawing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.demand.bars import days_of_cover
from liangcao.interfaces.web.desk.demand.ending import ending_page
from liangcao.interfaces.web.desk.demand.forms import ReviewForm
from liangcao.interfaces.web.desk.demand.papers import lines_table
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.pages import desk_page
from liangcao.ledger import queries as ledger
from liangcao.operations.demand import actions, queries, rules
from liangcao.operations.demand.inputs import ApprovalLine

HISTORY_ROWS = 12


@dataclass(frozen=True)
class ReviewLine:
    """A line to review with what helps to judge it."""

    line: Any
    free: int
    waiting_units: int
    last: Any

    @property
    def cover_now(self) -> str:
        """How long the unit's stock lasts."""
        return days_of_cover(self.line.on_hand, self.line.daily_use)

    @property
    def cover_after(self) -> str:
        """How long it would last with all that is asked."""
        if self.line.quantity_requested is None:
            return ""
        return days_of_cover((self.line.on_hand or 0) + self.line.quantity_requested, self.line.daily_use)


def _review_lines(request: Any, requisition: Any) -> tuple[list[ReviewLine], list[Any]]:
    """Waiting lines beside free stock and what the unit got before; and the unit's history of these items."""
    actor, bureau_id = request.actor, request.bureau.pk
    found = queries.lines_of(actor, requisition.pk, at=request.at)
    lines = [line for line in found if line.status == "submitted"]
    ids = [line.item_id for line in lines]
    free: dict[int, int] = {}
    for lot in ledger.free_stock(actor, bureau_id, on=business_date(request.at), item_ids=ids):
        free[lot.item_id] = free.get(lot.item_id, 0) + lot.quantity
    units = {row["item_id"]: row["units"] for row in queries.demand_list(actor, bureau_id)}
    earlier = queries.lines(actor, organisation_id=requisition.organisation_id, item_ids=ids, at=request.at)
    history = list(
        earlier.exclude(requisition_id=requisition.pk).order_by("-requisition__received_at", "-pk")[:HISTORY_ROWS]
    )
    last = {line.item_id: line for line in reversed(history)}
    shaped = [
        ReviewLine(line, free.get(line.item_id, 0), units.get(line.item_id, 0), last.get(line.item_id))
        for line in lines
    ]
    return shaped, history


@desk_page("requisition", "approve")
def approval(request: Any, requisition_id: int) -> HttpResponse:
    """Approve line by line: the number asked stands ready; a cut needs its reason."""
    requisition = queries.requisition(request.actor, requisition_id)
    lines, history = _review_lines(request, requisition)
    if request.method != "POST":
        rules.check_can_review(request.actor, requisition, request.at)
    rows = [
        {"known": row, "line_id": row.line.pk, "quantity_approved": row.line.quantity_requested, "tier": row.line.tier}
        for row in lines
    ]
    return act_page(
        request,
        ReviewForm(request, version=requisition.version, rows=rows),
        title=titled(_("审核 %(number)s"), requisition.number),
        button=_("批准"),
        do=lambda values: actions.approve_requisition(
            requisition_id=requisition_id,
            lines=[
                ApprovalLine(row["line_id"], row["quantity_approved"], row["cut_reason"], row["tier"])
                for row in values["lines"]
            ],
            version=values["version"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda approved: reverse("requisition", args=[requisition_id]),
        message=_("已批准,进入下一轮分配。"),
        back=reverse("requisition", args=[requisition_id]),
        template="desk/demand/review.html",
        requisition=requisition,
        history=lines_table(request, history) if history else None,
        past=history,
    )


@desk_page("requisition", "approve")
def rejection(request: Any, requisition_id: int) -> HttpResponse:
    """Turn it down as a whole; the unit reads the reason."""
    requisition = queries.requisition(request.actor, requisition_id)
    return ending_page(
        request,
        requisition,
        actions.reject_requisition,
        document="requisition",
        title=titled(_("退回申领单 %(number)s"), requisition.number),
        button=_("退回"),
        message=_("已退回,单位会看到原因。"),
        summary=_("整单退回,单位会看到原因,并可重新提交。只核减其中几行,请用“审核”。"),
    )


@desk_page("requisition", "withdraw")
def withdrawal(request: Any, requisition_id: int) -> HttpResponse:
    """The unit does not need it any more."""
    requisition = queries.requisition(request.actor, requisition_id)
    lines = list(queries.lines_of(request.actor, requisition_id))
    left = [line for line in lines if line.status in ("submitted", "open")]
    return ending_page(
        request,
        requisition,
        actions.withdraw_requisition,
        document="requisition",
        title=titled(_("撤回申领单 %(number)s"), requisition.number),
        button=_("撤回"),
        message=_("已撤回。"),
        summary=_("将撤回 %(count)s 行还没有满足的需求;已签收的不受影响。") % {"count": len(left)},
    )
