"""The lists: returns from units, sub-issues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.accounts import lot_address
from liangcao.interfaces.web.desk.columns import lot_of
from liangcao.interfaces.web.desk.filters import status_filter
from liangcao.interfaces.web.listing import Empty, Listing
from liangcao.interfaces.web.templatetags.words import chip, named
from liangcao.operations.custody.flow import UNIT_RETURN_FLOW


def _by_unit(rows: Any, text: str) -> Any:
    return rows.filter(
        Q(number__icontains=text)
        | Q(organisation__name__icontains=text)
        | Q(organisation__pinyin__icontains=text.lower())
    )


RETURNS = Listing(
    "returns",
    columns=(
        Column("number", _("退回单"), kind="code", link=lambda row: address("unit_return", row.pk), phone="title"),
        Column("organisation", _("单位"), lambda row: named(row.organisation), sort="organisation__pinyin"),
        Column("reason", _("原因")),
        Column("line_count", _("批次数"), kind="number", phone="hide"),
        Column("asked_at", _("提出时间"), kind="moment", sort="asked_at"),
        Column("store", _("收进"), lambda row: named(row.store) if row.store else ""),
        Column("status", _("状态"), lambda row: chip(row.status, UNIT_RETURN_FLOW), kind="mark", phone="main"),
    ),
    order=("-asked_at", "-pk"),
    filters=(status_filter(UNIT_RETURN_FLOW),),
    search=_by_unit,
    search_hint=_("单号、单位或拼音"),
    empty=Empty(_("没有单位退回过。单位在自己的页面上提出;送到仓库门口的,在配送单页点“收回退货”。")),
    tone=lambda row: "wait" if row.status == "asked" else "",
)
_QUANTITY: dict[str, Any] = {"kind": "quantity", "unit": "lot__item"}


def sub_issue_columns(reversal: str) -> Sequence[Column]:
    """What was given on, and what came back. `reversal` names the page that takes some back."""
    return (
        Column("holder", _("分给谁"), phone="title"),
        Column("phone", _("电话")),
        Column("item", _("物资"), lambda row: named(row.lot.item)),
        Column("lot", _("批次"), "lot__code", kind="code", link=lambda row: lot_address(row.lot_id)),
        Column("maker_lot", _("生产批号"), lambda row: lot_of(row.lot, row.lot.item)),
        Column("quantity", _("分发"), phone="main", **_QUANTITY),
        Column("quantity_back", _("已收回"), **_QUANTITY),
        Column("given_on", _("哪天"), kind="day", sort="given_on"),
        Column("recorded_by", _("登记人"), phone="hide"),
        Column("number", _("单号"), kind="code", phone="hide"),
        Column(
            "back", "", lambda row: _("收回") if row.quantity > row.quantity_back else "",
            link=lambda row: address(reversal, row.pk) if row.quantity > row.quantity_back else "",
        ),
    )  # fmt: skip


SUB_ISSUES = Listing(
    "sub_issues",
    columns=(
        Column("organisation", _("单位"), lambda row: named(row.organisation), sort="organisation__pinyin"),
        *sub_issue_columns("sub_issue_reversal"),
    ),
    order=("-given_on", "-pk"),
    search=lambda rows, text: (
        _by_unit(rows, text) | rows.filter(Q(holder__icontains=text) | Q(lot__code__icontains=text))
    ),
    search_hint=_("分给谁、单位、批次"),
    empty=Empty(_("还没有单位登记过分给下面哪里。")),
)
