"""定额: the list, one more, one that counts no more."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web import listing
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.choices import item_choices
from liangcao.interfaces.web.forms import ActForm, DayField, NamedChoice, PieceField, ReasonForm
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.pages import can, desk_page
from liangcao.interfaces.web.templatetags.words import chip_of, full_day, named, quantity, said, unit_of
from liangcao.operations.forecast import actions, norms
from liangcao.operations.forecast.alerting import alert_days
from liangcao.operations.forecast.models import PER, Norm
from liangcao.reference.parties.kinds import KINDS, REQUESTERS


def _amount(row: Norm) -> str:
    words = {"pieces": quantity(row.quantity), "unit": unit_of(row.item, row.quantity), "every": quantity(row.every)}
    if row.per == "head":
        return _("每 %(every)s 人每天 %(pieces)s %(unit)s") % words
    if row.per == "bed":
        return _("每 %(every)s 张床位每天 %(pieces)s %(unit)s") % words
    return _("每家单位每天 %(pieces)s %(unit)s") % words


def _state(row: Norm) -> Any:
    if row.ended_at is None:
        return chip_of(_("在用"), "done")
    return chip_of(_("已停用(%(who)s:%(why)s)") % {"who": row.ended_by, "why": row.ended_reason}, "aside")


def _listing(*, may_edit: bool) -> Listing:
    def may_end(row: Norm) -> bool:
        return may_edit and row.ended_at is None

    return Listing(
        "norms",
        columns=(
            Column("item", _("物资"), lambda row: named(row.item), sort="item__code", phone="title"),
            Column("kind", _("单位类别"), lambda row: said(KINDS[row.kind])),
            Column("amount", _("定额"), _amount, phone="main"),
            Column("valid_from", _("生效日"), lambda row: full_day(row.valid_from), sort="valid_from",
                   plain=lambda row: row.valid_from),
            Column("source", _("依据")),
            Column("made_by", _("制定人"), phone="hide"),
            Column("state", _("状态"), _state, kind="mark"),
            Column("act", _("办理"), lambda row: _("停用") if may_end(row) else "",
                   link=lambda row: address("norm_retirement", row.pk) if may_end(row) else ""),
        ),
        order=("item__code", "kind", "-valid_from", "-pk"),
        filters=(
            Filter(
                "state", _("状态"), lambda rows, value: rows.filter(ended_at__isnull=value == "1"),
                choices=lambda _request: [("1", _("在用")), ("0", _("已停用"))],
            ),
        ),
        search=lambda rows, text: rows.filter(item__name__icontains=text)
        | rows.filter(item__pinyin__icontains=text.lower()),
        search_hint=_("物资名称或拼音"),
        empty=Empty(_("还没有定额。定额由本局按文件或用量自定,程序不代拟。"), ((_("添加定额"), "norm_new"),)),
    )  # fmt: skip


class NormForm(ActForm):
    """So many pieces a day for every so many."""

    item = NamedChoice(None, label=gettext_lazy("物资"))
    kind = forms.ChoiceField(
        label=gettext_lazy("单位类别"), choices=lambda: [(key, said(KINDS[key])) for key in REQUESTERS]
    )
    per = forms.ChoiceField(label=gettext_lazy("按什么计"), choices=lambda: [(key, said(w)) for key, w in PER.items()])
    every = PieceField(label=gettext_lazy("每多少人(床位)"), help_text=gettext_lazy("按单位计的填 1"))
    quantity = PieceField(label=gettext_lazy("每天多少(基本单位)"))
    valid_from = DayField(label=gettext_lazy("生效日"))
    source = forms.CharField(
        label=gettext_lazy("依据"), max_length=200, widget=forms.TextInput(attrs={"wide": "1"}),
        help_text=gettext_lazy("文件名称与文号,或据以测算的数据"),
    )  # fmt: skip

    def build(self) -> None:
        """The catalogue."""
        self.fields["item"].queryset = item_choices(self.request)  # type: ignore[attr-defined]


@desk_page("norm")
def norm_list(request: Any) -> HttpResponse:
    """All norms, those in use and those that were ended."""
    may_edit = can(request, "edit", "norm")
    rows = norms.norms(request.actor, request.bureau.pk)
    return listing.answer(
        request, _listing(may_edit=may_edit), rows, title=_("定额"), template="desk/settings/norms.html",
        add=reverse("norm_new") if may_edit else "", days=alert_days(request.actor, request.bureau.pk),
    )  # fmt: skip


class AlertDaysForm(ActForm):
    """From how few days of cover on something is an alert."""

    days = PieceField(label=gettext_lazy("告急天数"), help_text=gettext_lazy("1–14 天"))
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200, widget=forms.TextInput(attrs={"wide": "1"}))


@desk_page("norm", "edit")
def alert_days_new(request: Any) -> HttpResponse:
    """Tell earlier, or later."""
    now = alert_days(request.actor, request.bureau.pk)
    return act_page(
        request,
        AlertDaysForm(request, initial={"days": now}),
        title=_("告急天数"),
        button=_("保存"),
        do=lambda values: actions.set_alert_days(
            bureau_id=request.bureau.pk, days=values["days"], reason=values["reason"], by=request.actor,
            at=request.at, client_id=values["client_id"],
        ),
        to=lambda made: reverse("norm_list"),
        message=_("已保存,首页和预测按新的天数告急。"),
        summary=_("物资可用天数少于此数,或在此天数内断档,即告急;一线单位自有库存少于此数同样告急。现为 %(days)s 天。")
        % {"days": now},
        back=reverse("norm_list"),
    )  # fmt: skip


@desk_page("norm", "edit")
def norm_new(request: Any) -> HttpResponse:
    """One more, or a new version of one from a later day on."""
    return act_page(
        request,
        NormForm(request, initial={"valid_from": business_date(request.at), "every": 1}),
        title=_("添加定额"),
        button=_("保存"),
        do=lambda values: actions.make_norm(
            bureau_id=request.bureau.pk, item_id=values["item"].pk, kind=values["kind"], per=values["per"],
            quantity=values["quantity"], every=values["every"], source=values["source"],
            valid_from=values["valid_from"], by=request.actor, at=request.at, client_id=values["client_id"],
        ),
        to=lambda made: reverse("norm_list"),
        message=_("已保存,从生效日起用于方案和预测。"),
        summary=_("同一物资、同一类单位可以有几版:生效日最近的一版算数。"),
        back=reverse("norm_list"),
    )  # fmt: skip


@desk_page("norm", "edit")
def norm_retirement(request: Any, norm_id: int) -> HttpResponse:
    """It counts no more."""
    held = norms.norm_by_id(request.actor, norm_id)
    return returning_act(
        request,
        ReasonForm(request),
        partial(actions.retire_norm, norm_id=held.pk),
        title=_("停用定额 · %(item)s") % {"item": named(held.item)},
        button=_("停用"),
        summary=_("停用后用前一版;没有前一版的,日用量未知的单位按申领分。已定的方案不变。"),
        message=_("已停用。"),
        back=reverse("norm_list"),
        danger=True,
    )
