"""Pages of the portal: home, asking, confirming, signing."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.demand.ending import ending_page
from liangcao.interfaces.web.desk.demand.forms import ConfirmForm
from liangcao.interfaces.web.desk.dispatch.disputes import told
from liangcao.interfaces.web.desk.dispatch.forms import DisputeForm, SignForm
from liangcao.interfaces.web.desk.dispatch.signing import disputed, signed
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.messages import MessagePanel, as_shown_first, form_rows, head_of, is_reading, read_panel
from liangcao.interfaces.web.pages import can, portal_page, render_page
from liangcao.interfaces.web.portal import overview
from liangcao.interfaces.web.portal.carried import carried
from liangcao.interfaces.web.portal.forms import AskForm
from liangcao.interfaces.web.portal.lists import governs
from liangcao.interfaces.web.portal.picked_up import to_fetch
from liangcao.interfaces.web.portal.recalled import recalls
from liangcao.interfaces.web.portal.standing import standing_form
from liangcao.interfaces.web.portal.supplied import given
from liangcao.interfaces.web.templatetags.words import named, quantity, unit_of
from liangcao.operations.demand import actions as demand_actions
from liangcao.operations.demand import queries as demand
from liangcao.operations.demand import rules as demand_rules
from liangcao.operations.demand.inputs import RequisitionLineInput
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.dispatch import rules as dispatch_rules


@portal_page("organisation")
def home(request: Any) -> HttpResponse:
    """What to do now, what is coming, what was asked, what was given: to each what there is for him."""
    asks, gives = can(request, "view", "requisition"), can(request, "view", "given")
    return render_page(
        request,
        "portal/home.html",
        title=_home_title(request, asks=asks, gives=gives),
        asks=asks,
        gives=gives,
        given=given(request),
        governs=governs(request),
        recalls=recalls(request),
        to_fetch_self=to_fetch(request),
        **carried(request),
        **(_asked(request) if asks else {}),
    )


def _home_title(request: Any, *, asks: bool, gives: bool) -> str:
    if asks:
        return _("申领与签收")
    if gives and request.organisation.kind == "donor":
        return _("捐赠与去向")
    if can(request, "carry", "delivery") and not gives:
        return _("取货与送货")
    return _("交货与收货") if gives else named(request.organisation)


def _asked(request: Any) -> dict[str, Any]:
    return {
        "to_sign": overview.deliveries(request, "in_transit"),
        "coming": overview.deliveries(request, "picking"),
        "signed": overview.deliveries(request, "signed", "settled")[:3],
        "standing": standing_form(request) if can(request, "confirm", "requisition") else None,
        "open_lines": overview.open_lines(request),
        "requisitions": overview.requisitions(request),
    }


@portal_page("requisition", "file")
def asking(request: Any) -> HttpResponse:
    """Ask for goods; a pasted message fills the rows."""
    panel, filled, usual = MessagePanel("", []), dict[str, Any](), overview.usual_lines(request)
    if is_reading(request):
        panel, asked = read_panel(request)
        request = as_shown_first(request)
        filled = {"known": head_of(panel), "rows": form_rows(asked)}
    return act_page(
        request,
        AskForm(request, usual=usual, **filled),
        panel=panel,
        title=_("申领物资"),
        button=_("提交"),
        do=lambda values: _ask(request, values),
        to=lambda requisition: reverse("portal_requisition", args=[requisition.pk]),
        message=_("已收到。审核结果会显示在本页。"),
        back=reverse("portal_home"),
        template="portal/asking.html",
    )


def _ask(request: Any, values: dict[str, Any]) -> Any:
    lines = [
        RequisitionLineInput(
            item_id=row["item_id"].pk if row.get("item_id") else row["line_item_id"],
            quantity=None if row["is_unknown"] else row["quantity"],
            unit=row["unit"] or "base",
            on_hand=row["on_hand"],
            daily_use=row["daily_use"],
        )
        for row in values["lines"]
    ]
    return demand_actions.file_requisition(
        bureau_id=request.bureau.pk,
        organisation_id=request.organisation.pk,
        lines=lines,
        channel="portal",
        needed_by=values["needed_by"],
        urgency=values["urgency"],
        note=values["note"],
        by=request.actor,
        at=request.at,
        client_id=values["client_id"],
    )


@portal_page("requisition")
def requisition(request: Any, requisition_id: int) -> HttpResponse:
    """One requisition: what became of each line."""
    found = demand.requisition(request.actor, requisition_id)
    return render_page(
        request,
        "portal/requisition.html",
        title=titled(_("申领单 %(number)s"), found.number),
        requisition=found,
        lines=list(demand.lines_of(request.actor, requisition_id, at=request.at)),
        is_own=found.organisation_id in request.actor.own_business_ids,
        may_withdraw=demand_rules.can_withdraw(request.actor, found),
    )


def _check_own(request: Any, row: Any) -> None:
    """What a township or a carrier may read is not theirs to sign for, to confirm or to withdraw. Raises NotFound."""
    if row.organisation_id not in request.actor.own_business_ids:
        raise NotFound()


@portal_page("requisition", "withdraw")
def withdrawal(request: Any, requisition_id: int) -> HttpResponse:
    """Not needed any more."""
    found = demand.requisition(request.actor, requisition_id)
    _check_own(request, found)
    return ending_page(
        request,
        found,
        demand_actions.withdraw_requisition,
        document="portal_requisition",
        title=titled(_("撤回申领单 %(number)s"), found.number),
        button=_("撤回"),
        message=_("已撤回。"),
        summary=_("撤回后,还没有送到的都不再安排;已经送到的不受影响。"),
        template="portal/act.html",
    )


@portal_page("requisition", "confirm")
def confirmation(request: Any, line_id: int) -> HttpResponse:
    """Still needed? Then say what is left and what goes a day."""
    line = demand.line(request.actor, line_id)
    _check_own(request, line)
    unit = unit_of(line.item, line.quantity_approved)
    words = {"item": named(line.item), "count": quantity(line.quantity_approved), "unit": unit}
    return act_page(
        request,
        ConfirmForm(request, initial={"daily_use": line.daily_use}),
        title=_("还需要吗"),
        button=_("还需要"),
        do=lambda values: demand_actions.confirm_requisition_line(
            line_id=line_id,
            on_hand=values["on_hand"],
            daily_use=values["daily_use"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda confirmed: reverse("portal_home"),
        message=_("已确认,会安排在下一轮分配。"),
        summary=_("%(item)s,还等着 %(count)s %(unit)s。三天没有确认的需求暂不分配。") % words,
        back=reverse("portal_home"),
        template="portal/act.html",
    )


@portal_page("delivery", "confirm")
def receipt(request: Any, delivery_id: int) -> HttpResponse:
    """Sign for what came."""
    detail = dispatch.delivery_detail(request.actor, delivery_id, at=request.at)
    _check_own(request, detail.delivery)
    if request.method != "POST":
        dispatch_rules.check_can_confirm(detail.delivery, request.actor, request.at)
    return act_page(
        request,
        SignForm(request, lines=list(detail.lines)),
        title=_("签收"),
        button=_("签收"),
        do=lambda values: signed(request, detail, values, door="portal"),
        to=lambda done: reverse("portal_thanks", args=[delivery_id]),
        message=_("已签收。"),
        back=reverse("portal_home"),
        template="portal/receipt.html",
        delivery=detail.delivery,
    )


@portal_page("delivery")
def thanks(request: Any, delivery_id: int) -> HttpResponse:
    """What was signed for, and what comes next."""
    detail = dispatch.delivery_detail(request.actor, delivery_id, at=request.at)
    _check_own(request, detail.delivery)
    return render_page(
        request,
        "portal/thanks.html",
        title=_("谢谢"),
        detail=detail,
        disputes=told(request.actor, detail.delivery),
        may_dispute=dispatch_rules.can_dispute(detail.delivery, request.actor, request.at),
        to_sign=overview.deliveries(request, "in_transit"),
        coming=overview.deliveries(request, "picking"),
    )


@portal_page("dispute", "raise")
def dispute_new(request: Any, delivery_id: int) -> HttpResponse:
    """Less came than was signed for."""
    detail = dispatch.delivery_detail(request.actor, delivery_id, at=request.at)
    _check_own(request, detail.delivery)
    if request.method != "POST":
        dispatch_rules.check_can_dispute(detail.delivery, request.actor, request.at)
    return act_page(
        request,
        DisputeForm(request, lines=list(detail.lines)),
        title=_("提出签收异议"),
        button=_("提出异议"),
        do=lambda values: disputed(request, delivery_id, values, door="portal"),
        to=lambda done: reverse("portal_thanks", args=[delivery_id]),
        message=_("已收到,核查结果会显示在这里。"),
        back=reverse("portal_thanks", args=[delivery_id]),
        template="portal/dispute.html",
    )
