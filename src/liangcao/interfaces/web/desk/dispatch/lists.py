"""The list of deliveries."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.filters import status_filter, store_options
from liangcao.interfaces.web.journal_fields import DOOR_NAMES
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import chip, chip_of, moment, named, quantity
from liangcao.operations.dispatch.flow import DELIVERY_FLOW, DISPUTE_FLOW


def papers_mark(delivery: Any) -> Any:
    """先发后补 and where its papers are."""
    if not delivery.is_emergency:
        return ""
    return chip_of(_("先发后补 · 欠手续"), "alarm") if delivery.papers_are_owing else chip_of(_("手续已补"), "done")


def difference_mark(delivery: Any) -> Any:
    """Pieces that did not arrive whole, while nobody has said what became of them."""
    if delivery.status != "signed" or not delivery.quantity_missing:
        return ""
    return chip_of(_("差异 %(count)s 待处理") % {"count": quantity(delivery.quantity_missing)}, "alarm")


def carried_by(delivery: Any) -> str:
    """The organisation that carries, and the driver or vehicle."""
    known = named(delivery.carrier_organisation) if delivery.carrier_organisation else ""
    return " · ".join(part for part in (known, delivery.carrier) if part)


def _moved_at(delivery: Any) -> Any:
    return moment(delivery.signed_at or delivery.handed_over_at or delivery.prepared_at)


DELIVERIES = Listing(
    "delivery_list",
    columns=(
        Column("number", _("单号"), kind="code", link=lambda row: address("delivery", row.pk), phone="title"),
        Column("organisation", _("送到"), lambda row: named(row.organisation), sort="organisation__pinyin"),
        Column("store", _("仓库"), lambda row: named(row.store)),
        Column(
            "plan",
            _("方案"),
            lambda row: row.plan.number if row.plan else "",
            kind="code",
            link=lambda row: address("plan", row.plan_id) if row.plan_id else "",
            phone="hide",
        ),
        Column("line_count", _("行数"), kind="number", phone="hide"),
        Column("carrier", _("承运"), carried_by),
        Column(
            "moved_at",
            _("最近动作"),
            _moved_at,
            kind="moment",
            plain=lambda row: row.signed_at or row.handed_over_at or row.prepared_at,
        ),
        Column("signed_name", _("签收人")),
        Column("papers", _("手续"), papers_mark, kind="mark"),
        Column("difference", _("差异"), difference_mark, kind="mark"),
        Column("status", _("状态"), lambda row: chip(row.status, DELIVERY_FLOW), kind="mark", phone="main"),
    ),
    order=("-pk",),
    filters=(
        status_filter(DELIVERY_FLOW),
        Filter("store", _("仓库"), lambda rows, value: rows.filter(store__code=value), choices=store_options),
        Filter(
            "difference",
            _("差异"),
            lambda rows, value: rows.filter(status="signed", quantity_missing__gt=0),
            choices=lambda request: [("1", _("待处理"))],
        ),
        Filter(
            "papers",
            _("手续"),
            lambda rows, value: rows.filter(is_emergency=True, papers_at=None),
            choices=lambda request: [("owing", _("欠手续"))],
        ),
        Filter(
            "door",
            _("签收方式"),
            lambda rows, value: rows.filter(receipt__door=value),
            choices=lambda request: list(DOOR_NAMES.items()),
        ),
        Filter("from", _("从"), lambda rows, day: rows.filter(prepared_at__date__gte=day), kind="day"),
        Filter("to", _("到"), lambda rows, day: rows.filter(prepared_at__date__lte=day), kind="day"),
    ),
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text)
        | Q(organisation__name__icontains=text)
        | Q(organisation__pinyin__icontains=text.lower())
        | Q(plan__number__icontains=text)
        | Q(carrier_organisation__name__icontains=text)
    ),
    search_hint=_("单号、单位、承运单位、方案或拼音"),
    empty=Empty(
        _("还没有配送单。签发方案后在方案页点“生成配送单”;夜里急用走应急发放。"),
        ((_("看方案"), "plan_list"), (_("应急发放"), "emergency_new")),
    ),
    tone=lambda row: "alarm" if row.papers_are_owing or (row.status == "signed" and row.quantity_missing) else "",
)

DISPUTES = Listing(
    "dispute_list",
    columns=(
        Column("number", _("单号"), kind="code", link=lambda row: address("dispute", row.pk), phone="title"),
        Column(
            "delivery",
            _("配送单"),
            lambda row: row.delivery.number,
            kind="code",
            link=lambda row: address("delivery", row.delivery_id),
        ),
        Column(
            "organisation",
            _("单位"),
            lambda row: named(row.delivery.organisation),
            sort="delivery__organisation__pinyin",
        ),
        Column("reason", _("怎么回事")),
        Column("raised_at", _("提出时间"), kind="moment", sort="raised_at"),
        Column("status", _("状态"), lambda row: chip(row.status, DISPUTE_FLOW), kind="mark", phone="main"),
    ),
    order=("-pk",),
    filters=(status_filter(DISPUTE_FLOW),),
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text)
        | Q(delivery__number__icontains=text)
        | Q(delivery__organisation__name__icontains=text)
        | Q(delivery__organisation__pinyin__icontains=text.lower())
    ),
    search_hint=_("单号、配送单、单位或拼音"),
    empty=Empty(_("没有异议。单位签收后 7 天内,在自己的页面上或再扫送货单上的码提出;来电的,在配送单页代登记。")),
    tone=lambda row: "alarm" if row.status == "open" else "",
)
