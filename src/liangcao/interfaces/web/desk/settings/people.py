"""人员: who works at the desk, with what appointment and what log-in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.identity import lockout, second_factor
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.desk.settings import account_forms, lists
from liangcao.interfaces.web.desk.settings.factor_removals import removal_acts, removal_facts
from liangcao.interfaces.web.desk.settings.links import absolute, link_page
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.document import Act, Document, Fact, history_of
from liangcao.interfaces.web.entrance.reauthentication import require_recent_login
from liangcao.interfaces.web.forms import ActForm, ReasonForm
from liangcao.interfaces.web.pages import can, desk_page
from liangcao.interfaces.web.templatetags.words import chip_of, full_day, moment, named, role_said
from liangcao.reference.parties import actions
from liangcao.reference.parties import queries as parties

TEMPLATE = "desk/settings/people.html"


@desk_page("bureau")
def person_list(request: Any) -> HttpResponse:
    """People with their appointments."""
    rows = parties.people(request.actor).filter(appointments__bureau=request.bureau).select_related("user")
    rows = rows.prefetch_related("appointments__organisation")
    may_edit = can(request, "edit", "account")
    return listing.answer(request, lists.PEOPLE, rows, title=_("人员"), template=TEMPLATE, may_edit=may_edit)


@desk_page("bureau")
def person(request: Any, person_id: int) -> HttpResponse:
    """One person: appointments here, state of the log-in, and what can be done about it."""
    return document.answer(request, _document(request, parties.person_in_scope(request.actor, person_id)))


def _document(request: Any, found: Any) -> Document:
    held = parties.appointments(request.actor, bureau_id=request.bureau.pk).filter(person=found)
    held = held.select_related("store", "region", "emergency").order_by("-valid_from", "-pk")
    may_edit = can(request, "edit", "account")
    user = found.user
    facts = [Fact(_("姓名"), found.name), Fact(_("用户名"), code(user.username) if user else _("没有登录账号"))]
    if user and may_edit:
        facts.append(Fact(_("第二道验证"), _("已开启") if second_factor.is_on(user.pk) else _("未开启")))
        facts.append(Fact(_("上次登录"), moment(user.last_login)))
        facts += removal_facts(request, found)
    return Document(
        kind=_("人员"),
        number=found.name,
        state=_state(user),
        facts=facts,
        acts=_acts(request, found) if may_edit else [],
        tables=[table(_columns(may_edit), held, title=_("任职"))],
        history=history_of(request, object_kind="person", object_ref=str(found.pk)),
        back=(_("人员"), address("person_list")),
    )


def _state(user: Any) -> Any:
    if user is None:
        return chip_of(_("没有账号"), "aside")
    if not user.is_active:
        return chip_of(_("已停用"), "alarm")
    if user.is_program:
        return chip_of(_("程序"), "done")
    return chip_of(_("登录被锁"), "wait") if lockout.is_name_locked(user.username) else chip_of(_("正常"), "done")


def _acts(request: Any, found: Any) -> list[Act]:
    acts = [Act(_("任命"), address("appointment_new", found.pk), is_next=True)]
    user = found.user
    if user is None:
        return acts
    if not user.is_active:
        return [*acts, Act(_("恢复账号"), address("person_reopening", found.pk))]
    if user.is_program:
        # Its tokens are its organisation's; here it is only seen and, where need be, closed.
        return [Act(_("停用账号"), address("person_closing", found.pk), danger=True)]
    if lockout.is_name_locked(user.username):
        acts.append(Act(_("解锁"), address("person_unlocking", found.pk)))
    acts.append(Act(_("重置密码"), address("person_reset", found.pk)))
    acts += removal_acts(request, found)
    if user.pk != request.user.pk:
        acts.append(Act(_("停用账号"), address("person_closing", found.pk), danger=True))
    return acts


def _columns(may_edit: bool) -> tuple[Column, ...]:
    return (
        Column(
            "role", gettext_lazy("岗位"), phone="title",
            value=lambda row: role_said(row.role),
        ),
        Column("organisation", gettext_lazy("单位"), value=_unit),
        Column("narrowing", gettext_lazy("只管"), value=_narrowed_to),
        Column("valid_from", gettext_lazy("从"), value=lambda row: full_day(row.valid_from)),
        Column("until", gettext_lazy("到"), value=_until, phone="main"),
        *(
            (Column("ending", gettext_lazy("办理"), value=lambda row: "" if row.ended_at else _("结束任职"),
                    link=lambda row: "" if row.ended_at else address("appointment_ending", row.pk)),)
            if may_edit else ()
        ),
    )  # fmt: skip


def _unit(row: Any) -> str:
    return named(row.organisation) if row.organisation else ""


def _narrowed_to(row: Any) -> str:
    return _("、").join(named(part) for part in (row.store, row.region, row.emergency) if part)


def _until(row: Any) -> str:
    if row.ended_at:
        return _("已结束 %(day)s") % {"day": full_day(row.ended_at)}
    return full_day(row.valid_until) if row.valid_until else _("长期")


@desk_page("account", "edit")
@require_recent_login
def person_new(request: Any) -> HttpResponse:
    """Somebody new: log-in, appointment, and a link to choose a password with."""

    def do(values: dict[str, Any]) -> Any:
        return actions.enrol_person(
            name=values["name"], username=values["username"], role=values["role"], bureau_id=request.bureau.pk,
            narrowing=account_forms.AppointmentForm.narrowing(values),
            valid_from=values["valid_from"], valid_until=values["valid_until"],
            by=request.actor, at=request.at, client_id=values["client_id"],
        )  # fmt: skip

    return link_page(
        request,
        account_forms.PersonForm(request),
        title=_("添加人员"),
        button=_("添加"),
        back=reverse("person_list"),
        do=do,
        shown=lambda done: _shown_link(request, *done),
    )


def _shown_link(request: Any, found: Any, secret: str) -> dict[str, Any]:
    return {
        "who": f"{found.name}({found.user.username})",
        "link": absolute(request, "password_choice", secret) if secret else "",
        "hint": _("请把链接单独发给本人。只能用一次,24 小时内有效,只在这里显示。"),
        "onward": reverse("person", args=[found.pk]),
    }


@desk_page("bureau", "edit")
@require_recent_login
def appointment_new(request: Any, person_id: int) -> HttpResponse:
    """One more role for a person."""
    found = parties.person_in_scope(request.actor, person_id)
    return act_page(
        request,
        account_forms.AppointmentForm(request),
        title=_("任命:%(name)s") % {"name": found.name},
        button=_("任命"),
        back=reverse("person", args=[person_id]),
        do=lambda values: actions.appoint(
            person=found, role=values["role"], bureau_id=request.bureau.pk,
            narrowing=account_forms.AppointmentForm.narrowing(values),
            valid_from=values["valid_from"], valid_until=values["valid_until"], by=request.actor, at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _made: reverse("person", args=[person_id]),
        message=_("已登记任职。"),
    )  # fmt: skip


@desk_page("account", "edit")
@require_recent_login
def appointment_ending(request: Any, appointment_id: int) -> HttpResponse:
    """An appointment ends."""
    held = parties.appointment(request.actor, appointment_id)
    words = {"name": held.person.name, "role": role_said(held.role)}
    return act_page(
        request,
        account_forms.EndingForm(request),
        title=_("结束任职:%(name)s,%(role)s") % words,
        button=_("结束任职"),
        danger=True,
        back=reverse("person", args=[held.person_id]),
        do=lambda values: actions.end_appointment(
            appointment_id=appointment_id, last_day=values["last_day"], reason=values["reason"], by=request.actor,
            at=request.at,
        ),
        to=lambda done: reverse("person", args=[done.person_id]),
        message=_("已结束任职。"),
    )  # fmt: skip


@desk_page("account", "edit")
@require_recent_login
def person_reset(request: Any, person_id: int) -> HttpResponse:
    """A new password by link; the old one ends now."""
    found = parties.person_in_scope(request.actor, person_id)
    return link_page(
        request,
        ActForm(request),
        title=_("重置密码:%(name)s") % {"name": found.name},
        button=_("重置"),
        summary=_("原密码、已登录的设备和接口令牌立即失效;本人用一次性链接重新设密码。第二道验证不变。"),
        back=reverse("person", args=[person_id]),
        do=lambda _values: actions.reset_password(
            person_id=person_id, bureau_id=request.bureau.pk, by=request.actor, at=request.at
        ),
        shown=lambda done: _shown_link(request, *done),
    )


def _state_act(
    request: Any, person_id: int, *, title: Any, button: Any, message: Any, do: Any, summary: Any = "",
    form: type[ActForm] = ReasonForm, danger: bool = False,
) -> HttpResponse:  # fmt: skip
    found = parties.person_in_scope(request.actor, person_id)

    def done(values: dict[str, Any]) -> Any:
        given = {"reason": values["reason"]} if "reason" in values else {}
        return do(person_id=person_id, bureau_id=request.bureau.pk, by=request.actor, at=request.at, **given)

    return act_page(
        request, form(request), title=title % {"name": found.name}, button=button, message=message, summary=summary,
        danger=danger, back=reverse("person", args=[person_id]), do=done,
        to=lambda _done: reverse("person", args=[person_id]),
    )  # fmt: skip


@desk_page("account", "edit")
@require_recent_login
def person_closing(request: Any, person_id: int) -> HttpResponse:
    """The log-in is closed."""
    return _state_act(
        request, person_id, title=_("停用账号:%(name)s"), button=_("停用"), message=_("账号已停用。"),
        summary=_("已登录的设备、接口令牌和未用的链接立即失效。任职记录保留。"), do=actions.close_log_in, danger=True,
    )  # fmt: skip


@desk_page("account", "edit")
@require_recent_login
def person_reopening(request: Any, person_id: int) -> HttpResponse:
    """The log-in is open again."""
    return _state_act(
        request, person_id, title=_("恢复账号:%(name)s"), button=_("恢复"), message=_("账号已恢复。"),
        form=ActForm, do=actions.reopen_log_in,
    )  # fmt: skip


@desk_page("account", "edit")
def person_unlocking(request: Any, person_id: int) -> HttpResponse:
    """The lock after wrong passwords is opened."""
    return _state_act(
        request, person_id, title=_("解锁:%(name)s"), button=_("解锁"), message=_("已解锁。"),
        form=ActForm, do=actions.unlock_person,
    )  # fmt: skip


@desk_page("bureau", "edit")
@require_recent_login
def second_factor_demand(request: Any) -> HttpResponse:
    """Which roles need a second factor here."""
    return act_page(
        request,
        account_forms.DemandForm(request),
        title=_("要求第二道验证"),
        button=_("保存"),
        summary=_("勾选的岗位登录后必须先开启第二道验证,才能使用其他页面。"),
        back=reverse("person_list"),
        do=lambda values: actions.demand_second_factor(
            bureau_id=request.bureau.pk, roles=values["roles"], by=request.actor, at=request.at
        ),
        to=lambda _done: reverse("person_list"),
        message=_("已保存。"),
    )
