"""The turn of one unit at the desk: the page that its QR opens, another slot, check-in, hand-over."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.interfaces.web import document
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.desk.pickup import papers
from liangcao.interfaces.web.desk.pickup.forms import CheckInForm, SignedForm, SlotForm
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import named
from liangcao.operations.pickup import actions, queries


@desk_page("pick_up")
def turn(request: Any, turn_id: int) -> HttpResponse:
    """One unit: when it comes, and the next act."""
    found = queries.turn(request.actor, turn_id)
    return document.answer(request, papers.turn_document(request, found))


def change_slot(request: Any, found: Any, *, back: str, **shown: Any) -> HttpResponse:
    """The form of it, at the desk and on the portal: slots that are not over."""
    slots = [slot for slot in queries.slots(request.actor, found.pick_up_id) if slot.ends_at > request.at]
    return act_page(
        request,
        SlotForm(request, slots=[slot for slot in slots if slot.pk != found.slot_id or found.status == "no_show"]),
        title=_("改时段 · %(unit)s") % {"unit": named(found.organisation)},
        button=_("改到这个时段"),
        back=back,
        do=lambda values: actions.move_turn(
            turn_id=found.pk, slot_id=int(values["slot"]), by=request.actor, at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _done: back,
        message=_("时段已改。"),
        **shown,
    )  # fmt: skip


@desk_page("pick_up", "edit")
def slot(request: Any, turn_id: int) -> HttpResponse:
    """Another slot."""
    found = queries.turn(request.actor, turn_id)
    return change_slot(request, found, back=reverse("pick_up_turn", args=[found.pk]))


@desk_page("pick_up", "check_in")
def check_in(request: Any, turn_id: int) -> HttpResponse:
    """The unit has come."""
    found = queries.turn(request.actor, turn_id)
    knows = found.acknowledged_at is not None
    return returning_act(
        request,
        CheckInForm(request, is_acknowledged=knows),
        partial(actions.check_in, turn_id=found.pk),
        title=_("到场登记 · %(unit)s") % {"unit": named(found.organisation)},
        button=_("登记到场"),
        summary="" if knows else _("请当场读一遍安全须知:%(text)s") % {"text": found.pick_up.safety_text},
        message=_("已登记到场。"),
        back=reverse("pick_up_turn", args=[found.pk]),
    )


@desk_page("pick_up", "hand_over")
def hand_over(request: Any, turn_id: int) -> HttpResponse:
    """The unit takes its goods."""
    found = queries.turn(request.actor, turn_id)
    return returning_act(
        request,
        SignedForm(request),
        partial(actions.hand_out, turn_id=found.pk),
        title=_("交货 · %(unit)s") % {"unit": named(found.organisation)},
        button=_("交货"),
        summary=_("配送单 %(number)s 的货当面点清后交出,台账同时记出库。") % {"number": found.delivery.number},
        message=_("已交货。"),
        back=reverse("pick_up_turn", args=[found.pk]),
    )
