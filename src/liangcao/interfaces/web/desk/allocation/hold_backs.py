"""The list of what is kept back for known later needs."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web import listing
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import chip_of, named
from liangcao.operations.allocation import hold_back_queries


def _listing(request: Any) -> Listing:
    last = hold_back_queries.due_by(request.at)

    def is_due(row: Any) -> bool:
        return bool(row.due_on <= last)

    return Listing(
        "hold_back_list",
        columns=(
            Column("organisation", _("单位"), lambda row: named(row.organisation), phone="title"),
            Column("item", _("物资"), lambda row: named(row.item)),
            Column("quantity_kept", _("预留"), kind="quantity", unit="item", phone="main"),
            Column("needed_on", _("哪天用"), kind="day", sort="due_on"),
            Column("due", _("提示"), lambda row: chip_of(_now("该用了"), "alarm") if is_due(row) else "", kind="mark"),
            Column("plan", _("方案"), "plan__number", kind="code", link=lambda row: address("plan", row.plan_id)),
            Column(
                "act",
                _("下一步"),
                lambda row: _now("看这一行"),
                link=lambda row: address("plan_line", row.plan_id, row.pk),
                phone="hide",
            ),
        ),
        filters=(Filter("to", _("这天以前用"), lambda rows, day: rows.filter(needed_on__lte=day), kind="day"),),
        search=lambda rows, text: rows.filter(
            Q(organisation__name__icontains=text) | Q(item__name__icontains=text) | Q(plan__number__icontains=text)
        ),
        search_hint=_("单位、物资或方案号"),
        order=("due_on", "pk"),
        empty=Empty(_("现在没有预留的物资。新方案里“特别规定”可以为以后的需要留一份。"), ((_("新方案"), "plan_new"),)),
        tone=lambda row: "alarm" if is_due(row) else "",
    )


@desk_page("plan")
def hold_backs(request: Any) -> HttpResponse:
    """What published plans keep back, the nearest day first."""
    rows = hold_back_queries.hold_backs(request.actor, bureau_id=request.bureau.pk)
    return listing.answer(
        request, _listing(request), rows, title=_now("预留"), template="desk/allocation/hold_backs.html"
    )
