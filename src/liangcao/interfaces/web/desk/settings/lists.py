"""The lists of settings."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.filters import category_options, organisation_kind_options, role_options
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import chip_of, full_day, is_english, named, role_said, said, unit_of
from liangcao.reference.catalog.queries import matching
from liangcao.reference.parties.actions import said_hours
from liangcao.reference.parties.kinds import KINDS, TIERS


def tier_name(tier: int) -> str:
    """第一档 防疫一线 …, "" for those who do not ask."""
    return said(TIERS[tier]) if tier in TIERS else ""


def hours_told(row: Any) -> str:
    """08:00–17:30, or that there are no hours."""
    return said_hours(row.opens_at, row.closes_at) or said_now("任何时间")


ITEMS = Listing(
    name="items",
    columns=(
        Column("code", _("编码"), kind="code", sort="code", phone="rest"),
        Column("name", _("物资"), value=named, sort="pinyin", link=lambda row: address("item", row.pk), phone="title"),
        Column("category", _("类别"), value=lambda row: named(row.category)),
        Column("base_unit", _("基本单位"), value=unit_of, phone="main"),
        Column("packs", _("包装"), value=lambda row: _("、").join(f"{p.name}={p.factor:,}" for p in row.packs.all())),
        Column("standard", _("规格、标准"), phone="hide"),
        Column("lot_tracked", _("按批次管理"), value=lambda row: _("是") if row.lot_tracked else "", phone="hide"),
    ),
    order=("code",),
    filters=(
        Filter("category", _("类别"), lambda rows, code: rows.filter(category__code=code), choices=category_options),
    ),
    search=matching,
    search_hint=_("名称、编码、拼音、别名"),
    empty=Empty(_("目录还是空的。"), ((_("添加物资"), "item_new"),)),
    page_size=100,
)
ORGANISATIONS = Listing(
    name="organisations",
    columns=(
        Column("code", _("编码"), kind="code", sort="code", phone="hide"),
        Column(
            "name",
            _("单位"),
            value=named,
            sort="pinyin",
            link=lambda row: address("organisation", row.pk),
            phone="title",
        ),
        Column("kind", _("类别"), value=lambda row: said(KINDS[row.kind]), phone="main"),
        Column("tier", _("档"), value=lambda row: tier_name(row.tier), sort="tier"),
        Column("region", _("地区"), value=lambda row: named(row.region) if row.region else ""),
        Column("uscc", _("统一社会信用代码"), kind="code", phone="hide"),
        Column("is_example", _("示例"), value=lambda row: _("是") if row.is_example else "", phone="hide"),
    ),
    order=("pinyin", "pk"),
    filters=(
        Filter("kind", _("类别"), lambda rows, kind: rows.filter(kind=kind), choices=organisation_kind_options),
        Filter(
            "tier",
            _("档"),
            lambda rows, tier: rows.filter(tier=int(tier)),
            choices=lambda _request: [(str(tier), said(words)) for tier, words in TIERS.items()],
        ),
    ),
    search=lambda rows, text: rows.filter(
        Q(name__icontains=text)
        | Q(code__icontains=text)
        | Q(pinyin__icontains=text.lower())
        | Q(uscc__istartswith=text)
    ),
    search_hint=_("名称、编码、拼音、信用代码"),
    empty=Empty(_("还没有登记单位。"), ((_("添加单位"), "organisation_new"),)),
)
STORES = Listing(
    name="stores",
    columns=(
        Column("code", _("编码"), kind="code", sort="code"),
        Column(
            "name",
            _("仓库"),
            value=named,
            phone="title",
            link=lambda row: address("stock", query=f"store={row.code}"),
        ),
        Column("address", _("地址")),
        Column(
            "place",
            _("经纬度"),
            value=lambda row: _("未填") if row.latitude is None else f"{row.latitude:.6f}, {row.longitude:.6f}",
            link=lambda row: address("store_place", row.pk),
        ),
        Column("hours", _("作业时间"), value=hours_told, link=lambda row: address("store_hours", row.pk)),
        Column("hazard_classes", _("可存危险品类别"), kind="code"),
        Column(
            "shelves",
            _("库位"),
            value=lambda row: _("、").join(shelf.code for shelf in row.shelves.all()),
            phone="hide",
        ),
    ),
    order=("code", "pk"),
    empty=Empty(_("还没有登记仓库。"), ((_("添加仓库"), "store_new"),)),
)


def _appointments(person: Any) -> str:
    held = []
    for each in person.appointments.all():
        until = f"—{full_day(each.valid_until)}" if each.valid_until else "—"
        unit = f" {each.organisation.name}" if each.organisation_id else ""
        held.append(f"{role_said(each.role)}{unit}({full_day(each.valid_from)}{until})")
    return _(";").join(held)


PEOPLE = Listing(
    name="people",
    columns=(
        Column("name", _("姓名"), phone="title", link=lambda row: address("person", row.pk)),
        Column(
            "username", _("账号"), value=lambda row: row.user.username if row.user else "", kind="code", phone="main"
        ),
        Column("appointments", _("任职"), value=_appointments),
    ),
    order=("name", "pk"),
    filters=(Filter("role", _("岗位"), lambda rows, role: rows.filter(appointments__role=role), choices=role_options),),
    search=lambda rows, text: rows.filter(Q(name__icontains=text) | Q(user__username__icontains=text)),
    search_hint=_("姓名、账号"),
    empty=Empty(_("还没有人员。")),
)


def _rule_set_state(row: Any) -> Any:
    if not row.is_active:
        return chip_of(_("已停用"), "wait")
    return chip_of(_("默认"), "done") if row.is_default else ""


RULE_SETS = Listing(
    name="rule-sets",
    columns=(
        Column("name", _("规则"), value=named, link=lambda row: address("rule_set", row.pk), phone="title"),
        Column("version", _("版本"), phone="main"),
        Column("bureau", _("来自"), value=lambda row: _("本局") if row.bureau_id else _("随程序提供")),
        Column("state", _("状态"), value=_rule_set_state, kind="mark"),
        Column("sentence", _("内容"), value=lambda row: row.sentence_en if is_english() else row.sentence),
    ),
    order=("-is_active", "-is_default", "bureau", "code", "-version", "pk"),
    filters=(
        Filter(
            "use",
            _("状态"),
            lambda rows, value: rows.filter(is_active=value == "now"),
            choices=lambda request: [("now", _("在用")), ("past", _("已停用"))],
        ),
    ),
    empty=Empty(_("还没有分配规则。")),
)
