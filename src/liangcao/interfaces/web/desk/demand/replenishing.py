"""补货: items that run short with the tasks that see to them, and turning a gap into a task."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.kernel.clock import LOCAL, business_date
from liangcao.interfaces.web import listing
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.demand.lists import (
    ItemNeed,
    item_needs,
    replenishing_link,
    replenishing_words,
    search_items,
)
from liangcao.interfaces.web.desk.duty.forms import MomentField, colleague_choices
from liangcao.interfaces.web.forms import ActForm, NamedChoice, PieceField
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import chip_of, moment, named, quantity, unit_of
from liangcao.operations.allocation.actions import start_replenishment
from liangcao.operations.allocation.shortages import Shortage, gap_ahead, shortage, suggested
from liangcao.operations.duty.queries import person_of
from liangcao.reference.catalog.queries import items_by_id, known_item

DUE_HOUR = 18


def _state(row: ItemNeed) -> Any:
    """Whether somebody sees to the gap, and since when it is closed."""
    held = row.replenishment
    if held is None:
        return chip_of(_("未转任务"), "alarm")
    if row.to_get or (held.quantity_ahead and held.met_at is None):
        return chip_of(_("补货中"), "wait")
    return chip_of(_("缺口已补上,自 %(at)s") % {"at": moment(held.met_at)} if held.met_at else _("缺口已补上"), "done")


REPLENISHMENTS = Listing(
    "replenishments",
    columns=(
        Column(
            "item",
            gettext_lazy("物资"),
            lambda row: named(row.item),
            link=lambda row: address("item", row.item.pk),
            sort="code",
            phone="title",
        ),
        Column("open", gettext_lazy("待分配"), kind="quantity", unit="item", sort="open"),
        Column("free", gettext_lazy("库内可分"), kind="quantity", unit="item", sort="free"),
        Column("coming", gettext_lazy("待到货"), kind="quantity", unit="item", sort="coming"),
        Column("to_get", gettext_lazy("需补货"), kind="quantity", unit="item", sort="to_get", phone="main"),
        Column(
            "suggested",
            gettext_lazy("任务数量"),
            lambda row: row.replenishment.quantity_suggested if row.replenishment else None,
            kind="quantity",
            unit=lambda row: unit_of(row.item) if row.replenishment else "",
        ),
        Column("task", gettext_lazy("补货任务"), replenishing_words, link=replenishing_link),
        Column(
            "due_at",
            gettext_lazy("时限"),
            lambda row: row.replenishment.task.due_at if row.replenishment else None,
            kind="moment",
        ),
        Column("state", gettext_lazy("状态"), _state, kind="mark"),
    ),
    order=("code",),
    filters=(
        Filter(
            "task",
            gettext_lazy("任务"),
            lambda rows, value: [row for row in rows if bool(row.replenishment) == (value == "1")],
            choices=lambda request: [("0", _("未转任务")), ("1", _("已有任务"))],
        ),
    ),
    search=search_items,
    search_hint=gettext_lazy("物资名称、编码或拼音"),
    empty=Empty(gettext_lazy("没有缺口:库内可分加待到货,够给所有已核定的需求。")),
    tone=lambda row: "alarm" if row.to_get and row.replenishment is None else "",
)


@desk_page("replenishment")
def replenishments(request: Any) -> HttpResponse:
    """Items that run short even with what is to come, and those whose replenishment is open."""
    rows = [row for row in item_needs(request) if row.to_get or row.replenishment]
    return listing.answer(
        request, REPLENISHMENTS, rows, title=_("需求"), template="desk/demand/demand.html", tab="replenishment_list"
    )


class ReplenishmentForm(ActForm):
    """How many, who, until when."""

    quantity = PieceField(label=gettext_lazy("筹措数量"))
    owner_id = NamedChoice(None, label=gettext_lazy("承办人"))
    due_at = MomentField(label=gettext_lazy("时限"))

    def build(self) -> None:
        """Colleagues of the bureau."""
        self.fields["owner_id"].queryset = colleague_choices(self.request)


@desk_page("replenishment", "start")
def replenishment_new(request: Any, item_id: int) -> HttpResponse:
    """The gap of an item becomes a task; where it is one already, that one is shown."""
    bureau_id = request.bureau.pk
    item = known_item(items_by_id([item_id]), item_id)
    found = shortage(request.actor, bureau_id, item, at=request.at)
    if request.method != "POST" and found.replenishment is not None:
        return redirect("task", found.replenishment.task_id)
    ahead = gap_ahead(request.actor, bureau_id, item, at=request.at)
    owner = person_of(request.actor, bureau_id, on=business_date(request.at))
    tomorrow = request.at.astimezone(LOCAL) + timedelta(days=1)
    initial = {
        "quantity": suggested(max(found.gap, ahead), [pack.factor for pack in item.packs.all()]) or None,
        "owner_id": owner.pk if owner else None,
        "due_at": tomorrow.replace(hour=DUE_HOUR, minute=0, second=0, microsecond=0),
    }
    return act_page(
        request,
        ReplenishmentForm(request, initial=initial),
        title=_("转补货任务 · %(item)s") % {"item": named(item)},
        button=_("转补货任务"),
        do=lambda values: start_replenishment(
            bureau_id=bureau_id, item_id=item_id, owner_id=values["owner_id"].pk, due_at=values["due_at"],
            quantity=values["quantity"], page=reverse("replenishment_list"), by=request.actor, at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda made: reverse("task", args=[made.task_id]),
        message=_("该物资的补货任务在办,进度见本页。"),
        summary=_summary(found, ahead),
        back=reverse("replenishment_list"),
    )  # fmt: skip


def _summary(found: Shortage, ahead: int) -> str:
    words = {
        "open": quantity(found.open), "free": quantity(found.free), "coming": quantity(found.coming),
        "gap": quantity(found.gap), "unit": unit_of(found.item, found.gap),
    }  # fmt: skip
    told = (
        _("待分配 %(open)s,库内可分 %(free)s,待到货 %(coming)s:缺口 %(gap)s %(unit)s。数量已按整件取整,可以改。")
        % words
    )
    if ahead > found.gap:
        more = {"told": told, "gap": quantity(ahead), "unit": unit_of(found.item, ahead)}
        told = _("%(told)s 未来 7 天按预测共缺 %(gap)s %(unit)s。") % more
    if found.coming_unknown:
        untold = _("另有 %(count)s 批待到货数量不详,没有计入。") % {"count": found.coming_unknown}
        return f"{told} {untold}"
    return told
