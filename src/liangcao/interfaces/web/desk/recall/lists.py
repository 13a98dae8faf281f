"""The lists: recalls, and the holders of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.accounts import lot_address
from liangcao.interfaces.web.desk.columns import lot_of
from liangcao.interfaces.web.desk.filters import status_filter
from liangcao.interfaces.web.listing import Empty, Listing
from liangcao.interfaces.web.pages import can
from liangcao.interfaces.web.templatetags.words import chip, chip_of, named, said
from liangcao.operations.recall.flow import HOLDER_STATES, RECALL_FLOW

RECALLS = Listing(
    "recalls",
    columns=(
        Column("number", _("召回单"), kind="code", link=lambda row: address("recall", row.pk), phone="title"),
        Column("item", _("物资"), lambda row: named(row.item), sort="item__pinyin"),
        Column("reason", _("原因")),
        Column("lot_count", _("批次数"), kind="number"),
        Column("holder_count", _("持有单位数"), kind="number"),
        Column("began_by", _("发起人"), phone="hide"),
        Column("began_at", _("发起时间"), kind="moment", sort="began_at"),
        Column("status", _("状态"), lambda row: chip(row.status, RECALL_FLOW), kind="mark", phone="main"),
    ),
    order=("-began_at", "-pk"),
    filters=(status_filter(RECALL_FLOW),),
    search=lambda rows, text: rows.filter(number__icontains=text) | rows.filter(item__name__icontains=text),
    search_hint=_("单号或物资"),
    empty=Empty(_("没有召回过。发现问题时,在批次页点“召回”。"), ((_("批次"), "lot_list"),)),
    tone=lambda row: "alarm" if row.status == "active" else "",
)
_TONES = {"open": "alarm", "told": "wait", "stopped": "wait", "done": "done"}


def holder_columns(request: Any) -> Sequence[Column]:
    """Who has what of which lot, whom to ring, how far they are."""
    unit: dict[str, Any] = {"kind": "quantity", "unit": "lot__item", "total": True}
    return (
        Column(
            "organisation", _("单位"), lambda row: named(row.organisation), phone="title",
            link=lambda row: address("organisation", row.organisation.pk),
        ),
        Column("contact", _("联系人"), lambda row: row.organisation.contact or row.signed_name or _("未登记")),
        Column("phone", _("电话"), lambda row: row.organisation.phone or _("未登记")),
        Column("lot", _("批次"), "lot__code", kind="code", link=lambda row: lot_address(row.lot.pk)),
        Column("maker_lot", _("生产批号"), lambda row: lot_of(row.lot, row.lot.item)),
        Column("quantity_held", _("账上"), **unit),
        Column("quantity_on_way", _("在途"), **unit),
        Column("quantity_left", _("自报还有"), kind="quantity", unit=_unit_left),
        Column("quantity_returned", _("已退回"), **unit),
        Column("state", _("状态"), lambda row: chip_of(said(HOLDER_STATES[row.state]), _TONES[row.state]), kind="mark",
               phone="main"),
        Column("answered", _("回复时间"), lambda row: row.answer.answered_at if row.answer else None, kind="moment"),
        Column("answered_by", _("回复或通知人"), _answered_by),
    )  # fmt: skip


def _unit_left(row: Any) -> str:
    return "" if row.quantity_left is None else row.lot.item.base_unit


def _answered_by(row: Any) -> str:
    if row.answer is None:
        return ""
    return " → ".join(part for part in (row.answer.answered_by, row.answer.spoken_to) if part)


def act_columns(request: Any, recall: Any) -> Sequence[Column]:
    """What the desk writes down for a holder, while the recall lasts."""
    if recall.status != "active":
        return ()
    acts = (("tell", "recall_telling", _("登记已通知")), ("answer", "recall_answer", _("代录停用")))
    return [_act_column(recall, route, label) for action, route, label in acts if can(request, action, "recall")]


def _act_column(recall: Any, route: str, label: Any) -> Column:
    """An act at the end of a holder's row; on paper it is of no use."""
    shown = format_html('<span class="on-screen">{}</span>', label)
    return Column(
        route, "", lambda _row: shown, kind="mark", link=lambda row: address(route, recall.pk, row.organisation.pk)
    )


HOLDERS_ORDER = ("organisation__pinyin", "lot__code")
