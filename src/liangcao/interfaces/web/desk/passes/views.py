"""Views of passes."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.desk.choices import party_choices
from liangcao.interfaces.web.desk.passes import checker, shown
from liangcao.interfaces.web.forms import ActForm, DayField, NamedChoice, ReasonForm
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.qr import qr
from liangcao.interfaces.web.templatetags.words import full_day
from liangcao.operations.passes import actions, queries
from liangcao.operations.passes.actions import VehicleInput


class IssueForm(ActForm):
    """What is the same for all vehicles, and a line for each."""

    vehicles = forms.CharField(
        label=gettext_lazy("车辆,一行一辆"),
        max_length=50_000,
        widget=forms.Textarea({"rows": 6, "wide": True}),
        help_text=gettext_lazy("车牌在前,驾驶员在后,用空格、逗号或制表符隔开;可从表格粘贴,一次最多 500 辆"),
    )
    route = forms.CharField(label=gettext_lazy("线路"), max_length=200, widget=forms.TextInput(attrs={"wide": "1"}))
    goods = forms.CharField(label=gettext_lazy("货物"), max_length=100, required=False)
    organisation = NamedChoice(None, label=gettext_lazy("单位"), required=False)
    valid_from = DayField(label=gettext_lazy("生效日"))
    valid_until = DayField(label=gettext_lazy("失效日(当天仍有效)"))

    def build(self) -> None:
        """Organisations that carry or deliver."""
        kinds = ("carrier", "enterprise", "supplier")
        self.fields["organisation"].queryset = party_choices(self.request, kinds)  # type: ignore[attr-defined]


class RenewForm(ActForm):
    """From when to when the new pass is good."""

    valid_from = DayField(label=gettext_lazy("生效日"))
    valid_until = DayField(label=gettext_lazy("失效日(当天仍有效)"))


def vehicles_in(text: str) -> list[VehicleInput]:
    """A vehicle for each line that says something."""
    rows = [re.split(r"[\s,,;;]+", line.strip(), maxsplit=1) for line in text.splitlines() if line.strip()]
    return [VehicleInput(row[0], row[1] if len(row) > 1 else "") for row in rows]


@desk_page("pass")
def pass_list(request: Any) -> HttpResponse:
    """All passes, newest first."""
    rows = queries.passes(request.actor, request.bureau.pk)
    return listing.answer(
        request, shown.pass_listing(request), rows, title=_("通行证"), template="desk/passes/passes.html"
    )


@desk_page("pass", "issue")
def pass_new(request: Any) -> HttpResponse:
    """Issue for one vehicle or many."""
    today = business_date(request.at)
    return act_page(
        request,
        IssueForm(request, initial={"valid_from": today, "valid_until": today}),
        title=_("签发通行证"),
        button=_("签发通行证"),
        back=reverse("pass_list"),
        do=lambda values: actions.issue_passes(
            bureau_id=request.bureau.pk,
            vehicles=vehicles_in(values["vehicles"]),
            route=values["route"],
            goods=values["goods"],
            organisation_id=values["organisation"].pk if values["organisation"] else None,
            valid_from=values["valid_from"],
            valid_until=values["valid_until"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda made: reverse("pass", args=[made[0].pk]) if len(made) == 1 else reverse("pass_list"),
        message=lambda made: _("已签发 %(count)s 张。") % {"count": len(made)},
    )


@desk_page("pass")
def pass_page(request: Any, pass_id: int) -> HttpResponse:
    """One pass."""
    return document.answer(request, shown.pass_document(request, queries.pass_by_id(request.actor, pass_id)))


@desk_page("pass")
def pass_paper(request: Any, pass_id: int) -> HttpResponse:
    """The pass for the windscreen, and a card with the same code for the driver."""
    held = queries.pass_by_id(request.actor, pass_id)
    return render_page(
        request,
        "desk/passes/paper.html",
        title=_("通行证 %(number)s") % {"number": held.number},
        held=held,
        kind=shown.kind_of(held),
        days=f"{full_day(held.valid_from)} — {full_day(held.valid_until)}",
        qr=qr(held.code),
        stands=held.state_on(business_date(request.at)) in ("valid", "not_yet"),
        back=reverse("pass", args=[held.pk]),
    )


@desk_page("pass", "issue")
def pass_renewal(request: Any, pass_id: int) -> HttpResponse:
    """A new pass that follows this one."""
    held = queries.pass_by_id(request.actor, pass_id)
    return act_page(
        request,
        RenewForm(request, initial={"valid_from": max(held.valid_until, business_date(request.at))}),
        title=_("续签通行证"),
        button=_("续签"),
        back=reverse("pass", args=[held.pk]),
        do=lambda values: actions.renew_pass(pass_id=held.pk, by=request.actor, at=request.at, **values),
        to=lambda made: reverse("pass", args=[made.pk]),
        message=_("已续签,请打印新证;旧证到期自行失效。"),
    )


@desk_page("pass", "revoke")
def pass_revocation(request: Any, pass_id: int) -> HttpResponse:
    """Good no more."""
    held = queries.pass_by_id(request.actor, pass_id)
    return returning_act(
        request,
        ReasonForm(request),
        partial(actions.revoke_pass, pass_id=held.pk),
        title=_("吊销通行证"),
        button=_("吊销"),
        summary=_("吊销后联网核验立即不通过;离线核验页要重新下载才认得,请通知各检查点。"),
        message=_("已吊销。请各检查点重新下载核验页。"),
        back=reverse("pass", args=[held.pk]),
        danger=True,
    )


@desk_page("pass")
def pass_checker(request: Any) -> HttpResponse:
    """One file for the phone of a checkpoint: it checks codes without a network."""
    response = HttpResponse(checker.page_of(request), content_type="text/html; charset=utf-8")
    day = f"{business_date(request.at):%Y%m%d}"
    response["Content-Disposition"] = f'attachment; filename="pass-checker-{day}.html"'
    return response
