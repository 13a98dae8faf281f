"""The groups of the emergency with their members."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web.acts import returning_act
from liangcao.interfaces.web.desk.duty.forms import EndForm, GroupForm, MemberForm, TemplateForm
from liangcao.interfaces.web.forms import ActForm, ReasonForm
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.templatetags.words import is_english, named, said
from liangcao.operations.duty import actions, queries
from liangcao.operations.duty.flow import GROUP_KINDS, POSITIONS
from liangcao.operations.duty.templates import templates

RANK = {name: place for place, name in enumerate(POSITIONS)}


def groups_shown(request: Any) -> list[dict[str, Any]]:
    """Groups with their members of today, heads first."""
    today = business_date(request.at)
    by_group: dict[int, list[Any]] = {}
    for member in queries.members(request.actor, request.bureau.pk, on=today):
        by_group.setdefault(member.group_id, []).append(member)
    found = []
    for group in queries.groups(request.actor, request.bureau.pk):
        held = sorted(by_group.get(group.pk, []), key=lambda each: (RANK[each.position], each.pk))
        duties = group.duties_en if is_english() and group.duties_en else group.duties
        shown = [{"member": each, "position": said(POSITIONS[each.position])} for each in held]
        found.append(
            {"group": group, "kind": said(GROUP_KINDS[group.kind]), "duties": duties.splitlines(), "members": shown}
        )
    return found


@desk_page("duty")
def groups(request: Any) -> HttpResponse:
    """Leading group and groups: duties, departments, members."""
    return render_page(request, "desk/duty/groups.html", title=_("应急组织"), groups=groups_shown(request))


def _groups_act(request: Any, form: ActForm, act: Callable[..., Any], **shown: Any) -> HttpResponse:
    return returning_act(request, form, act, back=reverse("group_list"), **shown)


@desk_page("duty", "edit")
def template(request: Any) -> HttpResponse:
    """Choose a shipped structure."""
    return _groups_act(
        request,
        TemplateForm(request),
        partial(actions.set_up_groups, bureau_id=request.bureau.pk),
        title=_("按模板设立工作组"),
        button=_("设立"),
        message=_("已设立工作组,请任命组长和组员。"),
        template="desk/duty/template_form.html",
        templates=templates(),
    )


@desk_page("duty", "edit")
def group_new(request: Any) -> HttpResponse:
    """One more group."""
    return _groups_act(
        request,
        GroupForm(request),
        partial(actions.add_group, bureau_id=request.bureau.pk),
        title=_("添加工作组"),
        button=_("添加"),
        message=_("已添加工作组。"),
    )


@desk_page("duty", "edit")
def dissolution(request: Any, group_id: int) -> HttpResponse:
    """A group that is not needed any more."""
    held = queries.group(request.actor, group_id)
    return _groups_act(
        request,
        ReasonForm(request),
        partial(actions.dissolve_group, group_id=group_id),
        title=_("撤销工作组"),
        button=_("撤销"),
        message=_("已撤销;组员任职到今天为止。"),
        summary=named(held),
        danger=True,
    )


@desk_page("duty", "edit")
def member_new(request: Any, group_id: int) -> HttpResponse:
    """Appoint somebody to a group."""
    held = queries.group(request.actor, group_id)
    return _groups_act(
        request,
        MemberForm(request),
        lambda person_id, **values: actions.add_member(group_id=group_id, person_id=person_id.pk, **values),
        title=_("任命:%(group)s") % {"group": named(held)},
        button=_("任命"),
        message=_("已任命。"),
    )


@desk_page("duty", "edit")
def member_end(request: Any, member_id: int) -> HttpResponse:
    """The membership ends with a day."""
    held = queries.member(request.actor, member_id)
    return _groups_act(
        request,
        EndForm(request),
        partial(actions.end_member, member_id=member_id),
        title=_("结束任职"),
        button=_("结束任职"),
        message=_("已结束任职。"),
        summary=f"{named(held.group)} {said(POSITIONS[held.position])} {held.person.name}",
        danger=True,
    )
