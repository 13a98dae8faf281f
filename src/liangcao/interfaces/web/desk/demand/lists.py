"""Lists of demand: by item, by unit, and the requisitions themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.demand.bars import days_of_cover, drawn, told_bar
from liangcao.interfaces.web.desk.demand.forms import tier_choices, urgency_choices
from liangcao.interfaces.web.desk.demand.marks import over_marks, over_words
from liangcao.interfaces.web.desk.filters import status_filter
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.pages import can
from liangcao.interfaces.web.templatetags.words import chip, chip_of, named, quantity, said
from liangcao.operations.allocation.shortages import Shortage, shortages
from liangcao.operations.demand import queries
from liangcao.operations.demand.flow import CHANNELS, REQUISITION_FLOW, URGENCIES
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.parties.kinds import TIERS


@dataclass(frozen=True)
class ItemNeed:
    """The open need of one item over all units, beside what is free in our stores and what is still to come."""

    shortage: Shortage
    requested: int
    approved: int
    on_way: int
    delivered: int
    stale: int
    may_start: bool

    @property
    def item(self) -> Any:
        """What is asked for."""
        return self.shortage.item

    @property
    def replenishment(self) -> Any:
        """Its open replenishment, or None."""
        return self.shortage.replenishment

    @property
    def units(self) -> int:
        """How many units wait for it."""
        return self.shortage.units

    @property
    def unknown(self) -> int:
        """How many needs name no amount."""
        return self.shortage.unknown

    @property
    def open(self) -> int:
        """Approved and not allotted yet."""
        return self.shortage.open

    @property
    def free(self) -> int:
        """What may be issued from our stores."""
        return self.shortage.free

    @property
    def coming(self) -> int:
        """Announced and not here, or here and waiting for signatures."""
        return self.shortage.coming

    @property
    def gap(self) -> int:
        """What is missing when everything free is given out."""
        return max(self.open - self.free, 0)

    @property
    def to_get(self) -> int:
        """What is missing when all that is to come has come, too."""
        return self.shortage.gap

    @property
    def code(self) -> str:
        """For the order of the list."""
        return self.item.code


def item_needs(request: Any) -> list[ItemNeed]:
    """One row an item, from the open lines, the stock of now and what is announced; with it items whose replenishment
    is open although nobody asks any more."""
    actor, bureau_id = request.actor, request.bureau.pk
    sums = {row["item_id"]: row for row in queries.demand_list(actor, bureau_id, group="item", at=request.at)}
    may_start = can(request, "start", "replenishment")
    counted = ("requested", "approved", "on_way", "delivered", "stale")
    return [
        ItemNeed(row, **{name: sums.get(row.item.pk, {}).get(name, 0) for name in counted}, may_start=may_start)
        for row in shortages(actor, bureau_id, at=request.at, needs=sums)
    ]


def _marks(row: ItemNeed) -> Any:
    parts = []
    if row.unknown:
        parts.append(str(_("%(count)s 行数量不详") % {"count": row.unknown}))
    if row.stale:
        parts.append(str(_("%(count)s 行待确认") % {"count": row.stale}))
    if row.shortage.coming_unknown:
        parts.append(str(_("%(count)s 批待到货数量不详") % {"count": row.shortage.coming_unknown}))
    return chip_of(" · ".join(parts), "wait") if parts else ""


def replenishing_words(row: ItemNeed) -> str:
    """The open task with who holds it, or what may be done about the gap."""
    if row.replenishment:
        return f"{row.replenishment.task.number} {row.replenishment.task.owner.name}"
    return str(_("转补货任务")) if row.to_get and row.may_start else ""


def replenishing_link(row: ItemNeed) -> str:
    """To the task, or to the page that makes one."""
    if row.replenishment:
        return address("task", row.replenishment.task_id)
    return address("replenishment_new", row.item.pk) if row.to_get and row.may_start else ""


def search_items(rows: list[ItemNeed], text: str) -> list[ItemNeed]:
    """By name in both languages, code and pinyin."""
    return [
        row
        for row in rows
        if text.lower() in f"{row.item.name} {row.item.name_en} {row.item.code} {row.item.pinyin}".lower()
    ]


BY_ITEM = Listing(
    "demand-by-item",
    columns=(
        Column(
            "item",
            _("物资"),
            lambda row: named(row.item),
            link=lambda row: address("demand_lines", query=f"item={row.item.pk}"),
            sort="code",
            phone="title",
        ),
        Column("units", _("单位数"), kind="number", sort="units"),
        Column("requested", _("申领"), kind="quantity", unit="item", sort="requested"),
        Column("approved", _("核定"), kind="quantity", unit="item", sort="approved"),
        Column(
            "bar",
            _("满足情况"),
            lambda row: drawn(asked=row.requested, approved=row.approved, on_way=row.on_way, delivered=row.delivered),
            kind="mark",
            plain=lambda row: row.delivered * 100 // row.requested if row.requested else 0,
        ),
        Column("on_way", _("已分配在途"), kind="quantity", unit="item"),
        Column("delivered", _("已签收"), kind="quantity", unit="item"),
        Column("open", _("待分配"), kind="quantity", unit="item", sort="open"),
        Column(
            "free",
            _("库内可分"),
            kind="quantity",
            unit="item",
            link=lambda row: address("item", row.item.pk),
            sort="free",
        ),
        Column("gap", _("还缺"), kind="quantity", unit="item", sort="gap", phone="main"),
        Column("coming", _("待到货"), kind="quantity", unit="item", sort="coming"),
        Column("task", _("补货任务"), replenishing_words, link=replenishing_link),
        Column("marks", _("提示"), _marks, kind="mark"),
    ),
    order=("code",),
    search=search_items,
    search_hint=_("物资名称、编码或拼音"),
    empty=Empty(
        _("现在没有待满足的需求。单位在门户提交,或由您代为登记,审核后出现在这里。"),
        ((_("代单位登记"), "requisition_new"), (_("看申领单"), "requisition_list")),
    ),
    tone=lambda row: "alarm" if row.gap else "",
)


def item_choices(request: Any) -> list[tuple[str, str]]:
    """Items that are asked for now."""
    asked = [row["item_id"] for row in queries.demand_list(request.actor, request.bureau.pk, group="item")]
    items = catalog.items_by_id(asked)
    return [(str(pk), named(items[pk])) for pk in asked]


def _search_lines(rows: Any, text: str) -> Any:
    return rows.filter(
        Q(organisation__name__icontains=text)
        | Q(organisation__pinyin__icontains=text.lower())
        | Q(item__name__icontains=text)
        | Q(item__name_en__icontains=text)
        | Q(item__pinyin__icontains=text.lower())
        | Q(requisition__number__icontains=text)
    )


def _stock_and_use(row: Any) -> str:
    """What the unit has and what goes a day, as it reported them."""
    if row.on_hand is None and row.daily_use is None:
        return ""
    return f"{quantity(row.on_hand)} / {quantity(row.daily_use)}"


def _stale_mark(row: Any) -> Any:
    if row.is_stale:
        return chip_of(_("待确认"), "wait")
    return chip_of(_("数量不详"), "wait") if row.quantity_approved is None else ""


BY_UNIT = Listing(
    "demand-by-unit",
    columns=(
        Column(
            "organisation",
            _("单位"),
            lambda row: named(row.organisation),
            link=lambda row: address("requisition", row.requisition_id),
            sort="organisation__pinyin",
            phone="title",
            file_label=_("申领单位"),
        ),
        Column(
            "tier",
            _("档"),
            lambda row: _("%(tier)s 档") % {"tier": row.tier},
            sort="tier",
            plain=lambda row: said(TIERS[row.tier]),
        ),
        Column("item", _("物资"), lambda row: named(row.item), sort="item__code"),
        Column("quantity_requested", _("申领"), kind="quantity", unit="item", file_label=_("申请数量")),
        Column("quantity_approved", _("核定"), kind="quantity", unit="item", file_label=_("核定数量")),
        Column("bar", _("满足情况"), told_bar, kind="mark", plain=lambda row: row.quantity_delivered),
        Column("quantity_on_way", _("已分配在途"), kind="quantity", unit="item", file_label=_("在途数量")),
        Column("quantity_delivered", _("已签收"), kind="quantity", unit="item", file_label=_("签收数量")),
        Column("quantity_open", _("待分配"), kind="quantity", unit="item", phone="main"),
        Column("stock", _("库存/日用"), _stock_and_use, kind="number", phone="hide", file_label=_("自报存用")),
        Column("cover", _("还够用"), lambda row: days_of_cover(row.on_hand, row.daily_use), kind="number"),
        Column("over", _("用量比对"), over_marks, kind="mark", plain=over_words),
        Column("confirmed_at", _("最近确认"), kind="moment", sort="confirmed_at"),
        Column(
            "mark",
            _("提示"),
            _stale_mark,
            kind="mark",
            link=lambda row: address("requisition_line_confirmation", row.pk) if row.is_stale else "",
        ),
    ),
    order=("tier", "organisation__pinyin", "organisation_id", "item__code", "pk"),
    filters=(
        Filter("item", _("物资"), lambda rows, value: rows.filter(item_id=value), choices=item_choices),
        Filter(
            "tier",
            _("档"),
            lambda rows, value: rows.filter(tier=value),
            choices=lambda request: [(str(tier), name) for tier, name in tier_choices()],
        ),
        Filter(
            "stale",
            _("时效"),
            lambda rows, value: rows.filter(is_stale=value == "1"),
            choices=lambda request: [("1", _("待再次确认")), ("0", _("有效"))],
        ),
        Filter(
            "over",
            _("用量比对"),
            lambda rows, value: queries.over_asked(rows),
            choices=lambda request: [("1", _("请求偏高"))],
        ),
    ),
    search=_search_lines,
    search_hint=_("单位、物资、单号或拼音"),
    empty=Empty(
        _("没有待满足的明细。审核通过的申领在这里逐行列出,签收足数后自动结清。"),
        ((_("看申领单"), "requisition_list"), (_("代单位登记"), "requisition_new")),
    ),
    tone=lambda row: "wait" if row.is_stale else "",
)

REQUISITIONS = Listing(
    "requisitions",
    columns=(
        Column("number", _("单号"), kind="code", link=lambda row: address("requisition", row.pk), phone="title"),
        Column("organisation", _("申领单位"), lambda row: named(row.organisation), sort="organisation__pinyin"),
        Column("line_count", _("行数"), kind="number", phone="hide"),
        Column(
            "urgency",
            _("缓急"),
            lambda row: (
                said(URGENCIES[row.urgency])
                if row.urgency == "normal"
                else chip_of(said(URGENCIES[row.urgency]), "alarm" if row.urgency == "critical" else "wait")
            ),
        ),
        Column("received_at", _("接到时间"), kind="moment", sort="received_at"),
        Column("needed_by", _("需要日期"), kind="day"),
        Column("channel", _("渠道"), lambda row: CHANNELS[row.channel]),
        Column("caller", _("来电人"), phone="hide"),
        Column("reviewed_by", _("审核人"), phone="hide"),
        Column("status", _("状态"), lambda row: chip(row.status, REQUISITION_FLOW), kind="mark", phone="main"),
    ),
    order=("-pk",),
    filters=(
        status_filter(REQUISITION_FLOW),
        Filter(
            "channel",
            _("渠道"),
            lambda rows, value: rows.filter(channel=value),
            choices=lambda request: [(key, said(names)) for key, names in CHANNELS.items()],
        ),
        Filter(
            "urgency",
            _("缓急"),
            lambda rows, value: rows.filter(urgency=value),
            choices=lambda request: urgency_choices(),
        ),
        Filter("from", _("从"), lambda rows, day: rows.filter(received_at__date__gte=day), kind="day"),
        Filter("to", _("到"), lambda rows, day: rows.filter(received_at__date__lte=day), kind="day"),
    ),
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text)
        | Q(organisation__name__icontains=text)
        | Q(organisation__pinyin__icontains=text.lower())
    ),
    search_hint=_("单号、单位或拼音"),
    empty=Empty(
        _("还没有申领单。单位在门户自行提交;电话、微信来的由您代为登记。"), ((_("代单位登记"), "requisition_new"),)
    ),
    tone=lambda row: "wait" if row.status == "submitted" else "",
)
