"""What a unit fetches itself: when and where, the safety instructions, another slot."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web.acts import returning_act
from liangcao.interfaces.web.desk.pickup.forms import NameForm
from liangcao.interfaces.web.desk.pickup.papers import turn_link
from liangcao.interfaces.web.desk.pickup.turns import change_slot
from liangcao.interfaces.web.pages import can, portal_page, render_page
from liangcao.interfaces.web.qr import qr
from liangcao.interfaces.web.templatetags.words import chip, full_day
from liangcao.operations.pickup import actions, queries, rules
from liangcao.operations.pickup.flow import PICK_UP_TURN_FLOW


def told(turn: Any) -> str:
    """The day and the slot of a turn."""
    return f"{full_day(business_date(turn.slot.starts_at))} {rules.span(turn.slot)}"


def to_fetch(request: Any) -> list[tuple[Any, str]]:
    """What the home of a unit shows: its turns and when they are."""
    if not can(request, "view", "pick_up"):
        return []
    return [(turn, told(turn)) for turn in queries.own_turns(request.actor, request.organisation.pk)]


def _own(request: Any, turn_id: int) -> Any:
    """A turn of the unit itself. Raises NotFound."""
    found = queries.turn(request.actor, turn_id)
    if found.organisation_id != request.organisation.pk:
        raise NotFound()
    return found


@portal_page("pick_up")
def turn(request: Any, turn_id: int) -> HttpResponse:
    """When and where, what everybody must know, and the QR for the gate. It prints."""
    found = _own(request, turn_id)
    answers = found.pick_up.status == "announced" and rules.can_do(request.actor, found, "answer")
    return render_page(
        request,
        "portal/pick_up_turn.html",
        title=_("自己来领 · %(when)s") % {"when": told(found)},
        turn=found,
        when=told(found),
        state=chip(found.status, PICK_UP_TURN_FLOW),
        drawn=qr(turn_link(request, found)),
        may_acknowledge=answers and found.acknowledged_at is None and found.status in ("assigned", "no_show"),
        may_move=answers and found.status in ("assigned", "no_show"),
    )


@portal_page("pick_up", "answer")
def acknowledgement(request: Any, turn_id: int) -> HttpResponse:
    """The unit has read the instructions."""
    found = _own(request, turn_id)
    return returning_act(
        request,
        NameForm(request),
        partial(actions.acknowledge_turn, turn_id=found.pk),
        title=_("确认安全须知"),
        button=_("已读,确认"),
        summary=found.pick_up.safety_text,
        message=_("已确认。"),
        back=reverse("portal_pick_up_turn", args=[found.pk]),
        template="portal/act.html",
    )


@portal_page("pick_up", "answer")
def slot(request: Any, turn_id: int) -> HttpResponse:
    """Another slot with room."""
    found = _own(request, turn_id)
    return change_slot(request, found, back=reverse("portal_pick_up_turn", args=[found.pk]), template="portal/act.html")
