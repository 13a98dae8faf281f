"""复工、开学: the list, one more, a change, a cancellation."""

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
from liangcao.interfaces.web.desk.choices import division_choices, party_choices
from liangcao.interfaces.web.desk.forecast.views import group_name
from liangcao.interfaces.web.forms import ActForm, DayField, NamedChoice, PieceField, ReasonForm
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.pages import can, desk_page
from liangcao.interfaces.web.templatetags.words import chip_of, full_day, named, said
from liangcao.operations.forecast import actions, norms
from liangcao.operations.forecast.actions import EventInput
from liangcao.operations.forecast.models import OCCASIONS, NeedEvent
from liangcao.reference.parties.kinds import KINDS, REQUESTERS


def _who(row: NeedEvent) -> str:
    return named(row.organisation) if row.organisation else group_name(row)


def _state(row: NeedEvent) -> Any:
    if row.ended_at is None:
        return chip_of(_("计入预测"), "done")
    return chip_of(_("已取消或改动(%(who)s:%(why)s)") % {"who": row.ended_by, "why": row.ended_reason}, "aside")


def _listing(*, may_edit: bool) -> Listing:
    def act(row: NeedEvent) -> str:
        return _("改动") if may_edit and row.ended_at is None else ""

    def ending(row: NeedEvent) -> str:
        return _("取消") if may_edit and row.ended_at is None else ""

    return Listing(
        "need-events",
        columns=(
            Column("begins_on", _("起始日"), lambda row: full_day(row.begins_on), sort="begins_on",
                   plain=lambda row: row.begins_on),
            Column("occasion", _("事由"), lambda row: said(OCCASIONS[row.occasion])),
            Column("who", _("单位"), _who, phone="title"),
            Column("headcount", _("人数"), kind="number", sort="headcount", phone="main"),
            Column("units", _("单位数"), kind="number", phone="hide"),
            Column("reason", _("依据"), phone="rest"),
            Column("made_by", _("登记人"), phone="hide"),
            Column("state", _("状态"), _state, kind="mark"),
            Column("change", _("办理"), act, link=lambda row: address("need_event_change", row.pk) if act(row) else ""),
            Column("ending", _("取消"), ending,
                   link=lambda row: address("need_event_cancellation", row.pk) if ending(row) else ""),
        ),
        order=("begins_on", "pk"),
        filters=(
            Filter(
                "state", _("状态"), lambda rows, value: rows.filter(ended_at__isnull=value == "1"),
                choices=lambda _request: [("1", _("计入预测")), ("0", _("已取消或改动"))],
            ),
        ),
        empty=Empty(_("还没有登记过复工、开学。"), ((_("登记复工、开学"), "need_event_new"),)),
    )  # fmt: skip


class EventForm(ActForm):
    """One unit, or all of a kind."""

    occasion = forms.ChoiceField(
        label=gettext_lazy("事由"), choices=lambda: [(k, said(w)) for k, w in OCCASIONS.items()]
    )
    organisation = NamedChoice(
        None, label=gettext_lazy("单位"), required=False, help_text=gettext_lazy("不选单位就是一类单位一起")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("哪一类单位"),
        required=False,
        choices=lambda: [("", ""), *((k, said(KINDS[k])) for k in REQUESTERS)],
    )
    region = NamedChoice(None, label=gettext_lazy("哪个区划"), required=False)
    units = PieceField(label=gettext_lazy("这类单位有几家"), required=False)
    headcount = PieceField(label=gettext_lazy("新增人数"))
    begins_on = DayField(label=gettext_lazy("从哪天起"))
    reason = forms.CharField(label=gettext_lazy("依据"), max_length=200, widget=forms.TextInput(attrs={"wide": "1"}))

    def build(self) -> None:
        """Who asks for supplies, and the divisions of the bureau."""
        self.fields["organisation"].queryset = party_choices(self.request, REQUESTERS)  # type: ignore[attr-defined]
        self.fields["region"].queryset = division_choices(self.request)  # type: ignore[attr-defined]


def _told(values: dict[str, Any]) -> EventInput:
    organisation, region = values["organisation"], values["region"]
    return EventInput(
        occasion=values["occasion"], headcount=values["headcount"], begins_on=values["begins_on"],
        reason=values["reason"], organisation_id=organisation.pk if organisation else None, kind=values["kind"],
        region_id=region.pk if region else None, units=values["units"] or 1,
    )  # fmt: skip


@desk_page("need_event")
def need_event_list(request: Any) -> HttpResponse:
    """All events by the day they begin."""
    may_edit = can(request, "edit", "need_event")
    rows = norms.need_events(request.actor, request.bureau.pk)
    return listing.answer(
        request, _listing(may_edit=may_edit), rows, title=_("需求"), template="desk/forecast/list.html",
        tab="need_event_list", add=reverse("need_event_new") if may_edit else "",
    )  # fmt: skip


@desk_page("need_event", "edit")
def need_event_new(request: Any) -> HttpResponse:
    """From a day on so many more people need supplies."""
    return _form_page(
        request,
        EventForm(request, initial={"begins_on": business_date(request.at), "occasion": "resumption"}),
        partial(actions.make_need_event, bureau_id=request.bureau.pk),
        title=_("登记复工、开学"),
    )


@desk_page("need_event", "edit")
def need_event_change(request: Any, need_event_id: int) -> HttpResponse:
    """The day or the head-count is another one."""
    held = norms.need_event_by_id(request.actor, need_event_id)
    initial = {
        "occasion": held.occasion, "organisation": held.organisation_id, "kind": held.kind, "region": held.region_id,
        "units": held.units, "headcount": held.headcount, "begins_on": held.begins_on,
    }  # fmt: skip
    return _form_page(
        request,
        EventForm(request, initial=initial),
        partial(actions.change_need_event, event_id=need_event_id),
        title=_("改动复工、开学"),
    )


def _form_page(request: Any, form: EventForm, do: Any, *, title: str) -> HttpResponse:
    return act_page(
        request,
        form,
        title=title,
        button=_("保存"),
        do=lambda values: do(event=_told(values), by=request.actor, at=request.at, client_id=values["client_id"]),
        to=lambda made: reverse("need_event_list"),
        message=_("已登记,缺口预测已计入。"),
        summary=_("从这天起按定额计入预测;没有定额的物资不计。单位此后自报了日用量的,以自报为准。"),
        back=reverse("need_event_list"),
    )


@desk_page("need_event", "edit")
def need_event_cancellation(request: Any, need_event_id: int) -> HttpResponse:
    """It does not take place."""
    held = norms.need_event_by_id(request.actor, need_event_id)
    return returning_act(
        request,
        ReasonForm(request),
        partial(actions.cancel_need_event, event_id=held.pk),
        title=_("取消 · %(who)s") % {"who": _who(held)},
        button=_("取消该事件"),
        summary=_("取消后不再计入预测,记录保留。"),
        message=_("已取消。"),
        back=reverse("need_event_list"),
        danger=True,
    )
