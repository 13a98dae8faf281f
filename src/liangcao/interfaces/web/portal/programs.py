"""A unit's administrator lets the unit's own programs in, each with a token that does the chosen acts alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.identity.access import act_words
from liangcao.foundation.identity.queries import tokens_of
from liangcao.foundation.kernel.clock import now
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.settings.account_forms import role_choices
from liangcao.interfaces.web.desk.settings.links import link_page
from liangcao.interfaces.web.entrance.reauthentication import require_recent_login
from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.pages import portal_page
from liangcao.interfaces.web.templatetags.words import role_said, said
from liangcao.reference.parties import actions
from liangcao.reference.parties import queries as parties

FRAME = "frame_portal.html"
DAYS = [("30", gettext_lazy("30 天")), ("90", gettext_lazy("90 天")), ("365", gettext_lazy("一年"))]


def programs_of(request: Any) -> list[tuple[Any, str, list[Any]]]:
    """The unit's programs with their role and the tokens that work."""
    held = parties.programs(request.actor, organisation_id=request.organisation.pk)
    return [
        (each, role_said(each.role), list(tokens_of(each.person.user, now()).order_by("-pk")))
        for each in held
        if each.person.user
    ]


class TokenForm(ActForm):
    """What the token may do, and for how long."""

    scope = forms.MultipleChoiceField(
        label=gettext_lazy("令牌可以做什么"), initial=["read"], widget=forms.CheckboxSelectMultiple(attrs={"wide": "1"})
    )
    days = forms.TypedChoiceField(label=gettext_lazy("令牌有效多久"), choices=DAYS, coerce=int, initial="90")

    def __init__(self, request: Any, *, roles: tuple[str, ...]) -> None:
        self.roles = roles
        super().__init__(request)

    def build(self) -> None:
        """The acts that the roles have."""
        acts = sorted({act for role in self.roles for act in actions.program_acts(role)})
        self.fields["scope"].choices = [("read", _("只能查看")), *((act, said(act_words(act))) for act in acts)]


class ProgramForm(TokenForm):
    """A new program: its name and what it works as."""

    name = forms.CharField(label=gettext_lazy("程序名称"), max_length=60, help_text=gettext_lazy("如:示例医院物资系统"))
    role = forms.ChoiceField(label=gettext_lazy("岗位"))
    field_order = ("client_id", "name", "role", "scope", "days")

    def build(self) -> None:
        """The roles of such a unit."""
        super().build()
        self.fields["role"].choices = role_choices(self.roles)


@portal_page("account", "program")
@require_recent_login
def program_new(request: Any) -> HttpResponse:
    """Let a program in; its token is shown once."""
    return link_page(
        request,
        ProgramForm(request, roles=actions.program_roles(request.organisation.kind)),
        title=_("接入程序"),
        button=_("生成令牌"),
        summary=_("程序只能用令牌办理,不能登录页面;它做的每件事都记在它的名下。"),
        back=reverse("portal_people"),
        frame=FRAME,
        do=lambda values: actions.add_program(
            organisation_id=request.organisation.pk, name=values["name"], role=values["role"], scope=values["scope"],
            days=values["days"], by=request.actor, at=request.at, client_id=values["client_id"],
        ),
        shown=_shown,
    )  # fmt: skip


@portal_page("account", "program")
@require_recent_login
def program_token(request: Any, person_id: int) -> HttpResponse:
    """A new token instead of the old one."""
    held = parties.program(request.actor, person_id, organisation_id=request.organisation.pk)
    return link_page(
        request,
        TokenForm(request, roles=(held.role,)),
        title=_("换令牌:%(name)s") % {"name": held.person.name},
        button=_("生成新令牌"),
        summary=_("原来的令牌立即失效。"),
        back=reverse("portal_people"),
        frame=FRAME,
        do=lambda values: actions.renew_program(
            person_id=person_id, scope=values["scope"], days=values["days"], by=request.actor, at=request.at,
            client_id=values["client_id"],
        ),
        shown=_shown,
    )  # fmt: skip


@portal_page("account", "program")
@require_recent_login
def program_closure(request: Any, person_id: int) -> HttpResponse:
    """The program is let in no more."""
    held = parties.program(request.actor, person_id, organisation_id=request.organisation.pk)
    return act_page(
        request,
        ActForm(request),
        title=_("停用程序:%(name)s") % {"name": held.person.name},
        button=_("停用"),
        summary=_("它的令牌立即失效。做过的事仍留在它的名下。"),
        danger=True,
        back=reverse("portal_people"),
        do=lambda _values: actions.close_log_in(
            person_id=person_id, bureau_id=request.bureau.pk, reason="", by=request.actor, at=request.at
        ),
        to=lambda _done: reverse("portal_people"),
        message=_("已停用。"),
        template="portal/act.html",
    )


def _shown(done: tuple[Any, str]) -> dict[str, Any]:
    program, token = done
    return {
        "who": program.name,
        "link": token,
        "what": _("新令牌"),
        "hint": _("只在这里显示一次,请马上存进程序的设置里,不要发到群里。"),
        "again": _("已经办过了。令牌只显示一次;需要新的,请用“换令牌”。"),
        "onward": "",
    }
