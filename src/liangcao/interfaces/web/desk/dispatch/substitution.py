"""拣货时换批次: another lot of the same item in the same store, with the reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.allocation.forms import LotForm
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import named, quantity, unit_of
from liangcao.operations.allocation import queries as allocation
from liangcao.operations.dispatch import actions, queries


@desk_page("plan", "replace_lot")
def substitution(request: Any, delivery_id: int, delivery_line_id: int) -> HttpResponse:
    """Take another lot for a line that is being picked."""
    detail = queries.delivery_detail(request.actor, delivery_id, at=request.at)
    line = next((row for row in detail.lines if row.pk == delivery_line_id), None)
    if line is None or line.plan_pick_id is None:
        raise NotFound()
    pick = allocation.pick(request.actor, line.plan_pick_id)
    words = {
        "item": named(line.item),
        "count": quantity(pick.quantity),
        "base": unit_of(line.item, pick.quantity),
        "lot": line.lot.code,
    }
    back = reverse("delivery", args=[delivery_id])
    return act_page(
        request,
        LotForm(request, pick=pick),
        title=_("换批次"),
        button=_("换批次"),
        do=lambda values: actions.substitute_lot(
            delivery_line_id=delivery_line_id,
            lot_id=UUID(values["lot_id"]) if values["lot_id"] else None,
            reason=values["reason"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda done: back,
        message=_("已换批次,数量不变。"),
        summary=_("%(item)s %(count)s %(base)s,单上是批次 %(lot)s。换了以后原批次放回可分库存,新批次要重新扫码。")
        % words,
        back=back,
    )
