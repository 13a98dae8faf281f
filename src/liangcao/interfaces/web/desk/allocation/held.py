"""What a published plan holds: less of it, another lot, and the words for the chat group."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.allocation.acts import cell_of
from liangcao.interfaces.web.desk.allocation.forms import CutForm, LotForm
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.templatetags.words import named, quantity, unit_of
from liangcao.operations.allocation import actions, queries
from liangcao.operations.allocation.announcing import texts_of


@desk_page("plan", "release")
def release(request: Any, plan_id: int, line_id: int) -> HttpResponse:
    """Give back what a published line holds, all or some of it, before it is picked."""
    _detail, cell = cell_of(request, plan_id, line_id)
    held = sum(pick.quantity for pick in cell.picks if not pick.quantity_released and not pick.delivery_ref)
    words = {
        "unit": named(cell.line.organisation),
        "item": named(cell.line.item),
        "count": quantity(held),
        "base": unit_of(cell.line.item, held),
    }
    return act_page(
        request,
        CutForm(request),
        title=_("释放预留"),
        button=_("释放预留"),
        do=lambda values: actions.release_line(
            plan_line_id=line_id,
            quantity=values["quantity"],
            reason=values["reason"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda done: reverse("plan", args=[plan_id]),
        message=_("已释放,放回可分库存;已通知单位。"),
        summary=_(
            "%(unit)s 的 %(item)s 还没配货的有 %(count)s %(base)s。释放的放回可分库存,需求重新待分配,并通知单位。"
        )
        % words,
        danger=True,
        back=reverse("plan", args=[plan_id]),
    )


@desk_page("plan", "replace_lot")
def replacement(request: Any, plan_id: int, plan_pick_id: int) -> HttpResponse:
    """Hold another lot for the same line."""
    pick = queries.pick(request.actor, plan_pick_id)
    if pick.plan_line.plan_id != plan_id:
        raise NotFound()
    words = {
        "unit": named(pick.plan_line.organisation),
        "count": quantity(pick.quantity),
        "base": unit_of(pick.item, pick.quantity),
        "item": named(pick.item),
        "lot": pick.lot.code,
    }
    return act_page(
        request,
        LotForm(request, pick=pick),
        title=_("换批次"),
        button=_("换批次"),
        do=lambda values: actions.replace_lot(
            plan_pick_id=plan_pick_id,
            lot_id=UUID(values["lot_id"]) if values["lot_id"] else None,
            reason=values["reason"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda done: reverse("plan", args=[plan_id]),
        message=_("已换批次,数量不变。"),
        summary=_("%(unit)s 的 %(item)s %(count)s %(base)s,现在预留的是批次 %(lot)s。换了以后原批次放回可分库存。")
        % words,
        back=reverse("plan", args=[plan_id]),
    )


@desk_page("plan")
def notices(request: Any, plan_id: int) -> HttpResponse:
    """What each unit gets, in words to be pasted into the chat group."""
    plan = queries.plan(request.actor, plan_id)
    texts = texts_of(request.actor, plan, language=request.LANGUAGE_CODE)
    return render_page(
        request,
        "desk/allocation/notices.html",
        title=titled(_("通知文字 %(number)s"), plan.number),
        plan=plan,
        texts=texts,
        whole="\n".join(text for _name, text in texts),
        back=reverse("plan", args=[plan_id]),
    )
