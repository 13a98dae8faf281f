"""Forms of people, appointments and invitations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.identity.actor import DESK_ROLES, PORTAL_ROLES
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict
from liangcao.interfaces.web.desk.choices import division_choices, store_choices
from liangcao.interfaces.web.desk.filters import organisation_kind_options
from liangcao.interfaces.web.forms import ActForm, DayField, NamedChoice
from liangcao.interfaces.web.templatetags.words import named, role_said
from liangcao.reference.parties.actions import roles_for
from liangcao.reference.parties.narrowing import Narrowing
from liangcao.reference.parties.queries import current_emergency, organisations


def role_choices(roles: Any) -> list[tuple[str, str]]:
    """Roles with their names in the reader's language."""
    return [(role, role_said(role)) for role in roles]


class AppointmentForm(ActForm):
    """A role at the desk, from a day on, for the whole bureau or narrowed."""

    role = forms.ChoiceField(label=_("岗位"))
    store = NamedChoice(None, label=_("只管一个仓库"), required=False)
    region = NamedChoice(None, label=_("只管一个地区"), required=False)
    emergency = forms.TypedChoiceField(label=_("只管一次应急事件"), required=False, coerce=int, empty_value=None)
    valid_from = DayField(label=_("从哪天起"))
    valid_until = DayField(label=_("到哪天止"), required=False, help_text=_("借调人员请填最后一天。"))

    def build(self) -> None:
        """Roles of the desk, stores and divisions of the bureau, its open emergency, from today on."""
        self.fields["role"].choices = [("", ""), *role_choices(sorted(DESK_ROLES))]
        self.fields["store"].queryset = store_choices(self.request)
        self.fields["region"].queryset = division_choices(self.request)
        self.fields["emergency"].choices = [("", ""), *_open_emergency(self.request)]
        self.fields["valid_from"].initial = business_date(self.request.at)

    @staticmethod
    def narrowing(values: dict[str, Any]) -> Narrowing:
        """What the appointment is narrowed to."""
        store, region = values["store"], values["region"]
        return Narrowing(store.pk if store else None, region.pk if region else None, values["emergency"])


def _open_emergency(request: Any) -> list[tuple[int, str]]:
    """The bureau's open emergency: nothing happens any more in one that has ended."""
    try:
        found = current_emergency(request.bureau.pk)
    except Conflict:
        return []
    return [(found.pk, named(found))]


class PersonForm(AppointmentForm):
    """Somebody new at the desk, with a log-in."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    username = forms.CharField(
        label=_("用户名"), max_length=60, help_text=_("登录用。密码由本人用一次性链接自己设,您看不到。")
    )
    field_order = ("name", "username", "role", "store", "region", "emergency", "valid_from", "valid_until")


class EndingForm(ActForm):
    """The last day of an appointment, or none: at once."""

    last_day = DayField(label=_("最后一天"), required=False, help_text=_("不填则立即结束。"))
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)


class InvitationForm(ActForm):
    """Whom to invite."""

    organisation = NamedChoice(None, label=_("单位"))
    role = forms.ChoiceField(label=_("岗位"))

    def build(self) -> None:
        """Organisations of the bureau."""
        found = organisations(self.request.actor, bureau_id=self.request.bureau.pk).filter(is_active=True)
        self.fields["organisation"].queryset = found.order_by("pinyin", "pk")
        self.fields["role"].choices = role_choices(sorted(PORTAL_ROLES))
        self.fields["role"].initial = "organisation_administrator"


class OwnInvitationForm(ActForm):
    """A colleague of one's own organisation."""

    role = forms.ChoiceField(label=_("岗位"))

    def build(self) -> None:
        """What people of this kind of organisation do; its usual work first."""
        owner, *others = roles_for(self.request.organisation.kind)
        self.fields["role"].choices = role_choices([*others, owner])


class BulkForm(ActForm):
    """A workbook of organisations."""

    file = forms.FileField(label=_("单位表"), help_text=_("电子表格文件,第一行是表头。"))
    kind = forms.ChoiceField(label=_("新单位的类别"), help_text=_("本局已有的单位不改类别。"))

    def build(self) -> None:
        """Kinds of organisations."""
        self.fields["kind"].choices = organisation_kind_options(self.request)


class DemandForm(ActForm):
    """Roles that log in with a second factor only."""

    roles = forms.MultipleChoiceField(
        label=_("必须使用第二道验证的岗位"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def build(self) -> None:
        """All roles; those demanded now are ticked."""
        self.fields["roles"].choices = role_choices([*sorted(DESK_ROLES), *sorted(PORTAL_ROLES)])
        self.fields["roles"].initial = self.request.bureau.second_factor_roles.split(",")
