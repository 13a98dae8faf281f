"""Deliveries: list, document, pick lists, and the acts from picking to settlement."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.dispatch import disputes, papers, picking
from liangcao.interfaces.web.desk.dispatch.forms import (
    CarrierForm,
    HandOverForm,
    SettlementForm,
    SignForm,
    pk_of,
)
from liangcao.interfaces.web.desk.dispatch.lists import DELIVERIES
from liangcao.interfaces.web.desk.dispatch.signing import signed
from liangcao.interfaces.web.desk.labels.sheets import link_of
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.forms import ActForm, ReasonForm
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.qr import qr
from liangcao.operations.allocation import queries as allocation
from liangcao.operations.dispatch import actions, queries
from liangcao.operations.dispatch.actions import SettledDifference


@desk_page("delivery")
def deliveries(request: Any) -> HttpResponse:
    """All deliveries, newest first."""
    rows = queries.deliveries(request.actor, bureau_id=request.bureau.pk)
    return listing.answer(request, DELIVERIES, rows, title=_("配送"), template="desk/dispatch/deliveries.html")


@desk_page("delivery")
def pick_lists(request: Any) -> HttpResponse:
    """What is to be picked now, store by store; made for paper."""
    stores = picking.lists(request)
    title = _("配货单 %(day)s") % {"day": business_date(request.at).isoformat()}
    return render_page(request, "desk/dispatch/pick_lists.html", title=title, stores=stores)


@desk_page("delivery", "prepare")
def preparation(request: Any, plan_id: int) -> HttpResponse:
    """One delivery for each store and unit of a published plan."""
    plan = allocation.plan(request.actor, plan_id)
    picks = list(allocation.unprepared_picks(request.actor, plan_id))
    routes = {(pick.store_id, pick.plan_line.organisation_id) for pick in picks}
    words = {"plan": plan.number, "deliveries": len(routes), "lines": len(picks)}
    return act_page(
        request,
        ActForm(request),
        title=_("生成配送单"),
        button=_("生成配送单"),
        do=lambda values: actions.prepare_deliveries(
            plan_id=plan_id, by=request.actor, at=request.at, client_id=values["client_id"]
        ),
        to=lambda made: reverse("pick_lists"),
        message=_("已生成,按下面的配货单拣货。"),
        summary=_("方案 %(plan)s 将生成 %(deliveries)s 张配送单、%(lines)s 行配货,每个仓库送每个单位一张。") % words,
        back=reverse("plan", args=[plan_id]),
    )


@desk_page("delivery")
def delivery(request: Any, delivery_id: int) -> HttpResponse:
    """The document of a delivery, which prints as 送货单."""
    detail = queries.delivery_detail(request.actor, delivery_id, at=request.at)
    drawn = qr(link_of(request, "delivery", detail.delivery, detail.delivery.client_id), has_fixed_size=True)
    paper = papers.delivery_paper(request, detail)
    return document.answer(
        request,
        paper,
        template="desk/dispatch/delivery.html",
        qr=drawn,
        **disputes.link_shown(request, detail.delivery),
        **disputes.proof_shown(request, detail.delivery),
    )


@desk_page("delivery", "assign")
def carrier(request: Any, delivery_id: int) -> HttpResponse:
    """Which organisation is to fetch the goods."""
    detail = queries.delivery_detail(request.actor, delivery_id, at=request.at)
    return act_page(
        request,
        CarrierForm(request, initial={"carrier_organisation_id": detail.delivery.carrier_organisation_id}),
        title=titled(_("指定承运单位 %(number)s"), detail.delivery.number),
        button=_("指定承运单位"),
        do=lambda values: actions.assign_carrier(
            delivery_id=delivery_id,
            carrier_organisation_id=pk_of(values["carrier_organisation_id"]),
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda done: reverse("delivery", args=[delivery_id]),
        message=_("已记下。"),
        summary=papers.goods_in_words(detail),
        back=reverse("delivery", args=[delivery_id]),
    )


@desk_page("delivery", "hand_over")
def hand_over(request: Any, delivery_id: int) -> HttpResponse:
    """The goods leave the store."""
    detail = queries.delivery_detail(request.actor, delivery_id, at=request.at)
    return act_page(
        request,
        HandOverForm(request, initial={"carrier_organisation_id": detail.delivery.carrier_organisation_id}),
        title=titled(_("交接出库 %(number)s"), detail.delivery.number),
        button=_("交接出库"),
        do=lambda values: actions.hand_over(
            delivery_id=delivery_id,
            carrier=values["carrier"],
            carrier_organisation_id=pk_of(values["carrier_organisation_id"]),
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda done: reverse("delivery", args=[delivery_id]),
        message=_("已出库,等待单位签收。"),
        summary=papers.goods_in_words(detail),
        back=reverse("delivery", args=[delivery_id]),
    )


@desk_page("delivery", "confirm")
def receipt(request: Any, delivery_id: int) -> HttpResponse:
    """Write down what the unit signed for on paper."""
    detail = queries.delivery_detail(request.actor, delivery_id, at=request.at)
    return act_page(
        request,
        SignForm(request, lines=list(detail.lines)),
        title=titled(_("代录签收 %(number)s"), detail.delivery.number),
        button=_("签收"),
        do=lambda values: signed(request, detail, values, door="desk"),
        to=lambda done: reverse("delivery", args=[delivery_id]),
        message=_("已签收。"),
        back=reverse("delivery", args=[delivery_id]),
        template="desk/dispatch/receipt.html",
        delivery=detail.delivery,
    )


@desk_page("delivery", "settle")
def settlement(request: Any, delivery_id: int) -> HttpResponse:
    """What became of the pieces that did not arrive whole."""
    detail = queries.delivery_detail(request.actor, delivery_id, at=request.at)
    differing = [line for line in detail.lines if line.quantity_short or line.quantity_damaged]
    return act_page(
        request,
        SettlementForm(request, lines=differing),
        title=titled(_("处理差异 %(number)s"), detail.delivery.number),
        button=_("处理差异"),
        do=lambda values: actions.settle_difference(
            delivery_id=delivery_id,
            lines=[
                SettledDifference(row["line_id"], row[part], part)
                for row in values["lines"]
                for part in ("short", "damaged")
                if row.get(part)
            ],
            reason=values["reason"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda done: reverse("delivery", args=[delivery_id]),
        message=_("差异已处理,在途清零。"),
        back=reverse("delivery", args=[delivery_id]),
        template="desk/dispatch/settlement.html",
        delivery=detail.delivery,
    )


@desk_page("delivery", "cancel")
def cancellation(request: Any, delivery_id: int) -> HttpResponse:
    """It will not go out: the reservation is released."""
    detail = queries.delivery_detail(request.actor, delivery_id, at=request.at)
    return act_page(
        request,
        ReasonForm(request),
        title=titled(_("取消配送单 %(number)s"), detail.delivery.number),
        button=_("取消配送单"),
        do=lambda values: actions.cancel_delivery(
            delivery_id=delivery_id,
            reason=values["reason"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda done: reverse("delivery", args=[delivery_id]),
        message=_("已取消,预留已放回库存,需求重新待分配。"),
        summary=_("%(goods)s。取消后放回库存,单位的需求重新待分配。") % {"goods": papers.goods_in_words(detail)},
        danger=True,
        back=reverse("delivery", args=[delivery_id]),
    )
