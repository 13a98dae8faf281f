"""The groups of the emergency with their members, and the contact list on one page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.web import spreadsheet
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.desk.duty.forms import EndForm, GroupForm, MemberForm, TemplateForm
from liangcao.interfaces.web.forms import ActForm, ReasonForm
from liangcao.interfaces.web.listing import sheet_of
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.templatetags.words import full_day, is_english, named, said
from liangcao.operations.duty import actions, queries
from liangcao.operations.duty.flow import GROUP_KINDS, POSITIONS
from liangcao.operations.duty.templates import templates

RANK = {name: place for place, name in enumerate(POSITIONS)}


def _shown(request: Any) -> list[dict[str, Any]]:
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
    return render_page(request, "desk/duty/groups.html", title=_("应急组织"), groups=_shown(request))


def _groups_act(request: Any, form: ActForm, act: Callable[..., Any], **shown: Any) -> HttpResponse:
    """A page for an act on the groups, which leads back to them. The act takes the form's values, by whom and when."""
    back = reverse("group_list")
    return act_page(
        request,
        form,
        do=lambda values: act(**values, by=request.actor, at=request.at),
        to=lambda _done: back,
        back=back,
        **shown,
    )


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


def _contact_columns() -> tuple[Column, ...]:
    return (
        Column("group", _("工作组"), lambda row: named(row.group)),
        Column("position", _("职务"), lambda row: POSITIONS[row.position]),
        Column("person", _("姓名"), lambda row: row.person.name, phone="title"),
        Column("seconded_from", _("借调自")),
        Column("phone", _("工作电话"), phone="main"),
    )


@desk_page("duty")
def contacts(request: Any) -> HttpResponse:
    """The contact list on one sheet of paper, and as a workbook."""
    today = business_date(request.at)
    held = [each["member"] for part in _shown(request) for each in part["members"]]
    title = _("应急通讯录")
    if kind := request.GET.get("format"):
        if kind != "xlsx":
            raise Invalid(
                "FORMAT_UNKNOWN", f"不能导出为“{kind[:20]}”", f'Cannot export as "{kind[:20]}"', field="format"
            )
        sheet = sheet_of(_contact_columns(), held, title=title, notes=[f"{named(request.bureau)} · {full_day(today)}"])
        return spreadsheet.answer(sheet, kind="xlsx", name=f"{title}-{today}")
    return render_page(
        request,
        "desk/duty/contacts.html",
        title=title,
        on=today,
        posts=list(queries.posts(request.actor, request.bureau.pk)),
        table=table(_contact_columns(), held, empty=_("还没有任命组员。")),
    )
