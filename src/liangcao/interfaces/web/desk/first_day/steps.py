"""The steps of the first day, each with what is there already and where it is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.reach import opens
from liangcao.interfaces.web.templatetags.words import full_day, named
from liangcao.ledger.queries import book_of
from liangcao.operations.supply import queries as supply
from liangcao.operations.supply.rules import opening_last_day
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.parties import queries as parties
from liangcao.reference.parties.kinds import OWN_CODE, REQUESTERS

SIGNERS_LEAST = 2


@dataclass(frozen=True)
class Step:
    """One step: what it is, why, what is there, whether it is done, the page that does it, the page that shows it."""

    title: str
    hint: str
    found: str
    is_done: bool
    url: str = ""
    button: str = ""
    list_url: str = ""


def steps(request: Any) -> list[Step]:
    """All steps in the order in which they are best done; each leads only where the reader may go."""
    held = supply.opening_stock_if_any(request.actor, bureau_id=request.bureau.pk)
    last = opening_last_day(book_of(request.actor, request.bureau.pk).opened_at)
    shown = [
        _emergency(request),
        _stores(request),
        _people(request),
        _items(request),
        _organisations(request),
        _opening(request, held, last),
        _live(request, held, last),
    ]
    return [step if step.url and opens(request, step.url) else replace(step, url="") for step in shown]


def _emergency(request: Any) -> Step:
    try:
        found = named(parties.current_emergency(request.bureau.pk))
    except Conflict:
        found = ""
    return Step(
        _("启动应急事件"),
        _("来源、申领和方案都记在一个应急事件下。"),
        found,
        bool(found),
        "" if found else address("emergency_open"),
        _("启动"),
    )


def _stores(request: Any) -> Step:
    count = parties.stores(request.actor, bureau_id=request.bureau.pk).count()
    return Step(
        _("登记仓库和库位"),
        _("每个存放点一个仓库;能存危险品的写明类别。"),
        _told(count, ngettext("%(n)s 个仓库", "%(n)s 个仓库", count)),
        count > 0,
        address("store_new"),
        _("添加仓库"),
        address("store_list"),
    )


def _people(request: Any) -> Step:
    """Two people with a log-in at the desk at least: nobody signs twice."""
    today = business_date(request.at)
    count = parties.people_with_log_in(request.actor, bureau_id=request.bureau.pk, on=today).count()
    return Step(
        _("登记人员和岗位"),
        _("任职就是权限。至少两人:期初库存要两人签字。"),
        _told(count, ngettext("%(n)s 人能登录", "%(n)s 人能登录", count)),
        count >= SIGNERS_LEAST,
        address("person_new"),
        _("添加人员"),
        address("person_list"),
    )


def _items(request: Any) -> Step:
    count = catalog.items(request.actor).count()
    return Step(
        _("核对物资目录"),
        _("自带常用目录;缺的物资和装箱数在这里补。"),
        _told(count, ngettext("%(n)s 种物资", "%(n)s 种物资", count)),
        count > 0,
        address("item_new"),
        _("添加物资"),
        address("item_list"),
    )


def _organisations(request: Any) -> Step:
    asking = parties.organisations(request.actor, bureau_id=request.bureau.pk, kinds=REQUESTERS)
    count = asking.exclude(code=OWN_CODE).count()
    return Step(
        _("登记单位"),
        _("医院、镇街、企业等,可以用一张表一次导入并发邀请。"),
        _told(count, ngettext("%(n)s 个申领单位", "%(n)s 个申领单位", count)),
        count > 0,
        address("invitation_file"),
        _("用表格导入"),
        address("organisation_list"),
    )


def _opening(request: Any, held: Any, last: date) -> Step:
    """The list of what lay there; a book that began without one and is too old for it is told so."""
    count = supply.opening_lines(request.actor, bureau_id=request.bureau.pk).count() if held else 0
    found = _told(count, ngettext("%(n)s 行", "%(n)s 行", count)) if count else (_("仓库是空的") if held else "")
    is_open = business_date(request.at) <= last and (held is None or held.status == "draft")
    if held is None and not is_open:
        found = _("期限到 %(day)s,已过") % {"day": full_day(last)}
    return Step(
        _("录入期初库存"),
        _("点一遍库,用一张表导入;没有库存就确认为空。"),
        found,
        held is not None or not is_open,
        address("opening_file") if is_open else "",
        _("导入期初库存"),
        address("opening_stock") if held else "",
    )


def _live(request: Any, held: Any, last: date) -> Step:
    words = {"draft": _("待第一人签字"), "signed": _("待第二人签字"), "live": _("已启用")}
    is_over = business_date(request.at) > last
    return Step(
        _("两人签字,台账启用"),
        _("点库人先签,另一人复核后再签;签完期初库存记入台账。"),
        words[held.status] if held else _("没有期初库存,台账已在用") if is_over else "",
        held.status == "live" if held else is_over,
        address("opening_stock") if held and held.status != "live" else "",
        _("去签字"),
    )


def _told(count: int, words: str) -> str:
    return words % {"n": f"{count:,}"} if count else ""
