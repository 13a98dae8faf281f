"""设置: catalogue, organisations, stores, people, rules, journal — each a list and a page, nothing special."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.desk.settings import lists, papers
from liangcao.interfaces.web.desk.settings.separation import profile_name
from liangcao.interfaces.web.pages import can, desk_page, render_page
from liangcao.interfaces.web.templatetags.words import moment
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.parties import queries as parties
from liangcao.reference.parties.separation import term_in_force

TEMPLATE = "desk/settings/list.html"


@desk_page("item")
def settings(request: Any) -> HttpResponse:
    """What can be set, and the emergency in force."""
    return render_page(request, "desk/settings/settings.html", title=_("设置"), sections=_sections(request))


def _sections(request: Any) -> list[tuple[str, str, str]]:
    """(word, explanation, address) of the lists that the reader may open."""
    shown = (
        ("opening_stock", _("首日设置"), _("从建局到台账启用,一步一步来"), "first_day"),
        ("item", _("物资目录"), _("物资、基本单位、包装、替代品"), "item_list"),
        ("item", _("物资别名"), _("来文里的叫法各指哪种物资"), "item_alias_list"),
        ("item", _("验收签字"), _("每类物资入库要谁签字:仓管、质检、清点"), "category_list"),
        ("organisation", pgettext("list", "单位"), _("申领单位、供应商、捐赠方、上级"), "organisation_list"),
        ("organisation", pgettext("list", "仓库"), _("仓库、库位、可存危险品类别"), "store_list"),
        ("bureau", _("人员"), _("人员和任职:任职就是权限"), "person_list"),
        ("invitation", _("邀请"), _("外部单位的邀请链接,可用表格一次邀请"), "invitation_list"),
        ("separation", _("岗位分离"), _separation_hint(request), "separation"),
        ("plan", pgettext("list", "分配规则"), _("每条规则的步骤"), "rule_set_list"),
        ("norm", _("定额"), _("每人、每床位每天用多少"), "norm_list"),
        ("journal", _("操作日志"), _("谁在什么时候做了什么"), "journal"),
        ("job", _("后台任务"), _("通知的投递、定时任务、失败的原因"), "job_list"),
        ("webhook", _("回调地址"), _("有事时告知别的程序"), "webhook_list"),
        ("import", _("导入"), _("来表和消息:读成什么、导入了什么"), "import_list"),
        ("item", _("我的账号"), _("密码、第二道验证、接口令牌"), "account"),
    )
    return [(word, hint, reverse(name)) for seen, word, hint, name in shown if can(request, "view", seen)]


def _separation_hint(request: Any) -> str:
    """The profile in force, so that the head sees at a glance when it is not the full one."""
    term = term_in_force(request.bureau.pk, request.at)
    if term is None:
        return _("完整:每一步都由两个人办")
    return _("现在放宽为“%(profile)s”,到 %(until)s") % {
        "profile": profile_name(term.profile), "until": moment(term.ends_at),
    }  # fmt: skip


@desk_page("item")
def item_list(request: Any) -> HttpResponse:
    """The catalogue."""
    rows = catalog.items(request.actor).prefetch_related("packs")
    add = _add(request, "item")
    return listing.answer(
        request, lists.ITEMS, rows, title=_("物资目录"), template=TEMPLATE, add=add, import_kind="items"
    )


@desk_page("item")
def item(request: Any, item_id: int) -> HttpResponse:
    """One item."""
    found = catalog.items(request.actor).filter(pk=item_id).first()
    if found is None:
        raise NotFound()
    return document.answer(request, papers.item_document(request, found))


@desk_page("organisation")
def organisation_list(request: Any) -> HttpResponse:
    """Units, suppliers, donors …"""
    rows = parties.organisations(request.actor, bureau_id=request.bureau.pk)
    add = _add(request, "organisation")
    title = pgettext("list", "单位")
    return listing.answer(
        request, lists.ORGANISATIONS, rows, title=title, template=TEMPLATE, add=add, import_kind="organisations"
    )


@desk_page("organisation")
def organisation(request: Any, organisation_id: int) -> HttpResponse:
    """One unit."""
    found = parties.organisation(request.actor, organisation_id, bureau_id=request.bureau.pk)
    return document.answer(request, papers.organisation_document(request, found))


@desk_page("organisation")
def store_list(request: Any) -> HttpResponse:
    """Stores with their shelves."""
    rows = parties.stores(request.actor, bureau_id=request.bureau.pk).prefetch_related("shelves")
    add = _add(request, "store", "organisation")
    return listing.answer(request, lists.STORES, rows, title=pgettext("list", "仓库"), template=TEMPLATE, add=add)


def _add(request: Any, what: str, edited: str = "") -> str:
    """The address of the page that adds one, "" for those who may not."""
    return reverse(f"{what}_new") if can(request, "edit", edited or what) else ""
