"""A unit's administrator manages the unit's own people: invite, end, reset. Nobody else's."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.settings import account_forms
from liangcao.interfaces.web.desk.settings.invitations import made_link, state_of
from liangcao.interfaces.web.desk.settings.links import absolute, link_page
from liangcao.interfaces.web.entrance.reauthentication import require_recent_login
from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.pages import portal_page, render_page
from liangcao.interfaces.web.portal.programs import programs_of
from liangcao.interfaces.web.templatetags.words import role_said
from liangcao.reference.parties import actions
from liangcao.reference.parties import queries as parties

FRAME = "frame_portal.html"


def _held(request: Any) -> Any:
    return parties.appointments(request.actor).filter(organisation=request.organisation, ended_at=None)


def _people(request: Any) -> Any:
    return _held(request).exclude(person__user__is_program=True)


@portal_page("invitation")
def people(request: Any) -> HttpResponse:
    """Who speaks for the unit, and who is invited."""
    waiting = parties.invitations(request.actor).filter(
        organisation=request.organisation, accepted_at=None, revoked_at=None, expires_at__gt=request.at
    )
    return render_page(
        request,
        "portal/people.html",
        title=_("本单位人员"),
        appointments=[(each, role_said(each.role)) for each in _people(request).order_by("person__name", "pk")],
        programs=programs_of(request),
        invitations=[(each, role_said(each.role)) for each in waiting.order_by("-pk")],
    )


@portal_page("invitation", "make")
@require_recent_login
def invitation_new(request: Any) -> HttpResponse:
    """Invite a colleague."""
    return link_page(
        request,
        account_forms.OwnInvitationForm(request),
        title=_("邀请同事"),
        button=_("生成链接"),
        back=reverse("portal_people"),
        frame=FRAME,
        do=lambda values: actions.invite(
            organisation_id=request.organisation.pk, role=values["role"], by=request.actor, at=request.at,
            client_id=values["client_id"],
        ),
        shown=lambda held: made_link(request, held),
    )  # fmt: skip


@portal_page("invitation", "make")
@require_recent_login
def invitation_revocation(request: Any, invitation_id: int) -> HttpResponse:
    """The link stops working."""
    held = parties.invitation(request.actor, invitation_id)
    if held.organisation_id != request.organisation.pk or state_of(held, request.at) != "open":
        raise NotFound()
    return act_page(
        request,
        ActForm(request),
        title=_("撤销邀请"),
        button=_("撤销"),
        summary=_("链接立即失效。要再邀请,请另发一个。"),
        danger=True,
        back=reverse("portal_people"),
        do=lambda _values: actions.revoke_invitation(invitation_id=invitation_id, by=request.actor, at=request.at),
        to=lambda _done: reverse("portal_people"),
        message=_("已撤销。"),
        template="portal/act.html",
    )


def _appointment(request: Any, appointment_id: int) -> Any:
    held = _people(request).filter(pk=appointment_id).first()
    if held is None:
        raise NotFound()
    return held


@portal_page("account", "edit_outside")
@require_recent_login
def ending(request: Any, appointment_id: int) -> HttpResponse:
    """A colleague speaks for the unit no more."""
    held = _appointment(request, appointment_id)
    return act_page(
        request,
        account_forms.EndingForm(request),
        title=_("结束任职:%(name)s,%(role)s") % {"name": held.person.name, "role": role_said(held.role)},
        button=_("结束任职"),
        danger=True,
        back=reverse("portal_people"),
        do=lambda values: actions.end_appointment(
            appointment_id=held.pk, last_day=values["last_day"], reason=values["reason"], by=request.actor,
            at=request.at,
        ),
        to=lambda _done: reverse("portal_people"),
        message=_("已结束任职。"),
        template="portal/act.html",
    )  # fmt: skip


@portal_page("account", "edit_outside")
@require_recent_login
def reset(request: Any, appointment_id: int) -> HttpResponse:
    """A colleague chooses a new password by link."""
    held = _appointment(request, appointment_id)
    return link_page(
        request,
        ActForm(request),
        title=_("重置密码:%(name)s") % {"name": held.person.name},
        button=_("重置"),
        summary=_("原密码、已登录的设备和接口令牌立即失效;本人用一次性链接重新设密码。第二道验证不变。"),
        back=reverse("portal_people"),
        frame=FRAME,
        do=lambda _values: actions.reset_password(
            person_id=held.person_id, bureau_id=request.bureau.pk, by=request.actor, at=request.at
        ),
        shown=lambda done: {
            "who": done[0].name,
            "link": absolute(request, "password_choice", done[1]),
            "hint": _("请把链接单独发给本人。只能用一次,24 小时内有效,只在这里显示。"),
            "onward": "",
        },
    )
