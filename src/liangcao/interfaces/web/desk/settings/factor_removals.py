"""The removal of a person's second factor: one administrator asks, another confirms within a day."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from liangcao.foundation.identity import guard, second_factor
from liangcao.interfaces.web.acts import returning_act
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.document import Act, Fact
from liangcao.interfaces.web.entrance.reauthentication import require_recent_login
from liangcao.interfaces.web.forms import ActForm, ReasonForm
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import moment
from liangcao.reference.parties import actions, separation
from liangcao.reference.parties import queries as parties
from liangcao.reference.parties.actions.factor_removals import RULE


def removal_facts(request: Any, person: Any) -> list[Fact]:
    """Who has asked for it, why, and until when somebody else may confirm it."""
    held = parties.open_factor_removal(request.actor, person.pk, at=request.at)
    if held is None:
        return []
    asked = {"who": held.asked_by, "reason": held.reason}
    told = _("%(who)s提出:%(reason)s。等待另一位系统管理员确认,有效期至") % asked
    until = moment(held.asked_at + parties.REMOVAL_LIVES)
    return [Fact(_("去掉第二道验证"), format_html("{} {}", told, until), is_wide=True)]


def removal_acts(request: Any, person: Any) -> list[Act]:
    """Ask for it; or confirm and withdraw what was asked."""
    if person.user_id == request.user.pk:
        return []
    held = parties.open_factor_removal(request.actor, person.pk, at=request.at)
    if held is None:
        is_on = second_factor.is_on(person.user_id)
        return [Act(_("去掉第二道验证"), address("person_second_factor_removal", person.pk))] if is_on else []
    found = [Act(_("撤回去掉第二道验证"), address("factor_removal_withdrawal", held.pk))]
    if _may_confirm(request, held):
        found.insert(0, Act(_("确认去掉第二道验证"), address("factor_removal_confirmation", held.pk), danger=True))
    return found


def _may_confirm(request: Any, held: Any) -> bool:
    def check() -> None:
        separation.check_apart(
            rule=RULE, by=request.actor, earlier=[held.asked_user_id], bureau_id=held.bureau_id, at=request.at
        )

    return guard.passes(check)


@desk_page("account", "edit")
@require_recent_login
def person_second_factor_removal(request: Any, person_id: int) -> HttpResponse:
    """A lost phone's second factor: asked for by one administrator."""
    person = parties.person_in_scope(request.actor, person_id)
    return returning_act(
        request,
        ReasonForm(request),
        lambda **values: actions.ask_factor_removal(person_id=person_id, bureau_id=request.bureau.pk, **values),
        back=reverse("person", args=[person_id]),
        title=_("去掉第二道验证:%(name)s") % {"name": person.name},
        button=_("提出"),
        message=_("已提出,请另一位系统管理员在 24 小时内确认。"),
        summary=_("请先当面或打电话确认是本人。另一位系统管理员确认后才去掉;24 小时内没有确认就作废。"),
    )


@desk_page("account", "edit")
@require_recent_login
def factor_removal_confirmation(request: Any, removal_id: int) -> HttpResponse:
    """The second administrator says yes."""
    held = parties.factor_removal(request.actor, removal_id)
    return returning_act(
        request,
        ActForm(request),
        lambda **values: actions.confirm_factor_removal(removal_id=removal_id, **values),
        back=reverse("person", args=[held.person_id]),
        title=_("确认去掉第二道验证:%(name)s") % {"name": held.person.name},
        button=_("确认去掉"),
        message=_("已去掉第二道验证。"),
        summary=_(
            "%(who)s提出:%(reason)s。去掉之后凭密码就能登录,已登录的设备立即退出;本局要求第二道验证的岗位,"
            "下次登录要重新开启。"
        )
        % {"who": held.asked_by, "reason": held.reason},
        danger=True,
    )


@desk_page("account", "edit")
def factor_removal_withdrawal(request: Any, removal_id: int) -> HttpResponse:
    """Not wanted any more, or not agreed to."""
    held = parties.factor_removal(request.actor, removal_id)
    return returning_act(
        request,
        ReasonForm(request),
        lambda **values: actions.withdraw_factor_removal(removal_id=removal_id, **values),
        back=reverse("person", args=[held.person_id]),
        title=_("撤回去掉第二道验证:%(name)s") % {"name": held.person.name},
        button=_("撤回"),
        message=_("已撤回,第二道验证不变。"),
    )
