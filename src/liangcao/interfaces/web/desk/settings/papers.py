"""Document pages of settings: item, organisation, rule set."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.codes import ISSUERS
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.desk.accounts import account_name, entries_address, lot_address, places_address
from liangcao.interfaces.web.desk.settings.aliases import alias_columns
from liangcao.interfaces.web.desk.settings.lists import hours_told, tier_name
from liangcao.interfaces.web.document import Act, Document, Fact, history_of
from liangcao.interfaces.web.pages import can
from liangcao.interfaces.web.templatetags.words import chip_of, named, pieces, quantity, said, unit_of
from liangcao.ledger import queries as ledger
from liangcao.reference.catalog.queries import aliases_of, identifiers_of
from liangcao.reference.parties.kinds import KINDS, REQUESTERS

BALANCES_SHOWN = 100


def item_document(request: Any, item: Any) -> Document:
    """Unit, packs, substitutes, and where the pieces are."""
    may_edit = can(request, "edit", "item")
    acts = [
        Act(_("添加包装"), address("pack_new", item.pk)) if may_edit else None,
        Act(_("运输资料"), address("item_carriage", item.pk)) if may_edit else None,
        Act(_("添加替代品"), address("substitute_new", item.pk)) if may_edit else None,
        Act(_("登记别名"), address("item_alias_new", query=f"item={item.pk}"))
        if can(request, "alias", "item")
        else None,
        Act(_("登记条码"), address("identifier_new", query=f"item={item.pk}"))
        if can(request, "identify", "item")
        else None,
        Act(_("分录"), entries_address(item=item.code), in_dialog=False) if can(request, "view", "ledger") else None,
    ]
    packs = item.packs.order_by("factor")
    substitutes = item.substitutes.select_related("substitute").order_by("order", "pk")
    return Document(
        kind=_("物资"),
        number=item.code,
        state=chip_of(named(item), "plain"),
        facts=[
            Fact(_("名称"), named(item)),
            Fact(_("类别"), named(item.category)),
            Fact(_("基本单位"), unit_of(item)),
            Fact(_("规格、标准"), item.standard),
            Fact(_("危险品类别"), item.hazard_class),
            Fact(_("存放条件"), item.storage_condition),
            Fact(_("每基本单位重量"), _("%(count)s 克") % {"count": quantity(item.weight_grams)})
            if item.weight_grams
            else Fact(_("每基本单位重量"), _("未填")),
            Fact(_("每基本单位体积"), _("%(count)s 毫升") % {"count": quantity(item.volume_ml)})
            if item.volume_ml
            else Fact(_("每基本单位体积"), _("未填")),
            Fact(_("须冷藏运输"), _("是") if item.is_cold else _("否")),
            Fact(_("按批次管理"), _("是") if item.lot_tracked else _("否")),
            *_stock_facts(request, item),
        ],
        acts=[act for act in acts if act],
        tables=[
            table(_pack_columns(item), packs, title=_("包装"), empty=_("没有登记包装:只能按基本单位填写数量。")),
            table(
                alias_columns(may_end=may_edit),
                aliases_of(request.actor, item.pk),
                title=_("别名"),
                empty=_("还没有登记别名:来文里的叫法与名称不同时会先询问。"),
            ),
            table(
                _identifier_columns(),
                identifiers_of(request.actor, item.pk),
                title=_("条码与 UDI"),
                empty=_("还没有登记条码:入库时扫包装,第一次会问是哪种物资。"),
            ),
            table(_substitute_columns(), substitutes, title=_("替代品"), empty=_("没有登记替代品。")),
        ],
        history=history_of(request, object_kind="item", object_ref=item.code),
        back=(_("物资目录"), address("item_list")),
    )


def _stock_facts(request: Any, item: Any) -> list[Fact]:
    if not can(request, "view", "ledger"):
        return []
    today = business_date(request.at)
    held = ledger.stock_by_item(request.actor, request.bureau.pk, on=today, item_ids=[item.pk]).get(item.pk)
    if held is None:
        return [Fact(_("在库"), pieces(0, item))]
    shown = ((_("在库"), held.on_hand, "held"), (_("可用"), held.store, "store"), (_("在途"), held.transit, "transit"))
    return [Fact(label, pieces(value, item), places_address(item=item.code, kind=kind)) for label, value, kind in shown]


def _pack_columns(item: Any) -> tuple[Column, ...]:
    return (
        Column("name", _("包装"), phone="title"),
        Column(
            "factor",
            _("等于"),
            value=lambda row: f"{quantity(row.factor)} {unit_of(item, row.factor)}",
            kind="money",
            phone="main",
        ),
    )


def _identifier_columns() -> tuple[Column, ...]:
    return (
        Column("issuer", _("发码机构"), value=lambda row: said(ISSUERS[row.issuer])),
        Column("identifier", _("条码"), kind="code", phone="title"),
        Column(
            "quantity", _("这样一包有"), phone="main", kind="money",
            value=lambda row: f"{quantity(row.quantity)} {unit_of(row.item, row.quantity)}",
        ),
        Column("added_by", _("登记人")),
        Column("added_at", _("登记时间"), kind="moment", phone="hide"),
        Column(
            "state", _("状态"), value=lambda row: _("停用") if row.ended_at is None else _("已停用(%(who)s:%(why)s)")
            % {"who": row.ended_by, "why": row.ended_reason},
            link=lambda row: address("identifier_ending", row.pk) if row.ended_at is None else "",
        ),
    )  # fmt: skip


def _substitute_columns() -> tuple[Column, ...]:
    return (
        Column("order", _("次序"), phone="main"),
        Column(
            "substitute", _("替代品"), value=lambda row: named(row.substitute), phone="title",
            link=lambda row: address("item", row.substitute_id),
        ),
    )  # fmt: skip


def organisation_document(request: Any, unit: Any) -> Document:
    """Who it is, and what it holds of ours."""
    tables = []
    acts = []
    if can(request, "view", "ledger"):
        held = ledger.balances(request.actor, request.bureau.pk, party_id=unit.pk).exclude(kind="outside")
        shown = held.order_by("kind", "item__pinyin", "pk")[:BALANCES_SHOWN]
        tables.append(
            table(_holding_columns(), shown, title=_("预留、在途与已签收"), empty=_("没有发给这个单位的货。"))
        )
        acts.append(Act(_("追溯"), address("trace", query=f"ref={unit.code}"), in_dialog=False))
        acts.append(Act(_("分录"), entries_address(party=unit.code), in_dialog=False))
    if can(request, "receive", "unit_return") and unit.kind in REQUESTERS:
        acts.append(Act(_("收回退货"), address("return_new", query=f"organisation={unit.code}"), in_dialog=False))
    if can(request, "edit", "organisation"):
        acts.append(Act(_("修改"), address("organisation_edit", unit.pk)))
        acts.append(Act(_("收货时间"), address("organisation_hours", unit.pk)))
    return Document(
        kind=_("单位"),
        number=unit.code,
        state=chip_of(_("示例"), "plain") if unit.is_example else "",
        facts=[
            Fact(_("名称"), named(unit)),
            Fact(_("类别"), said(KINDS[unit.kind])),
            Fact(_("档"), tier_name(unit.tier)),
            Fact(_("地区"), named(unit.region) if unit.region else ""),
            Fact(_("统一社会信用代码"), unit.uscc),
            Fact(_("地址"), unit.address),
            Fact(_("经纬度"), "" if unit.latitude is None else f"{unit.latitude:.6f}, {unit.longitude:.6f}"),
            Fact(_("收货时间"), hours_told(unit)),
            Fact(_("卸货分钟"), quantity(unit.service_minutes)),
            Fact(_("联系人或科室"), unit.contact),
            Fact(_("联系电话"), unit.phone),
            *(
                Fact(label, quantity(value))
                for label, value in ((_("床位"), unit.beds), (_("人数"), unit.headcount), (_("人口"), unit.population))
                if value
            ),
            Fact(_("资料来源"), unit.source_note),
        ],
        acts=acts,
        tables=tables,
        history=history_of(request, object_kind="organisation", object_ref=unit.code),
        back=(_("单位"), address("organisation_list")),
    )


def _holding_columns() -> tuple[Column, ...]:
    return (
        Column("item", _("物资"), value=lambda row: named(row.item), phone="title"),
        Column("place", _("状态"), value=lambda row: account_name(row.account)),
        Column("lot", _("批次"), value="lot__code", kind="code", link=lambda row: lot_address(row.lot_id)),
        Column("quantity", _("数量"), kind="quantity", unit="item", phone="main"),
    )
