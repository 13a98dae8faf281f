"""会商: agree or object; the minutes, which print with figures, changed numbers, opinions, decisions and tasks."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.interfaces.web import document
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, Table, table
from liangcao.interfaces.web.desk.allocation import compared
from liangcao.interfaces.web.desk.allocation.acts import head_of, plan_in_words
from liangcao.interfaces.web.desk.allocation.forms import MinutesForm, SignOffForm
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.pages import can, desk_page
from liangcao.interfaces.web.templatetags.words import chip, chip_of, day, moment, named, quantity, role_said, said
from liangcao.operations.allocation import actions, comparison, queries, rules
from liangcao.operations.allocation.consultation_models import OPINIONS
from liangcao.operations.duty import queries as duty
from liangcao.operations.duty.flow import TASK_FLOW


@desk_page("plan", "sign_off")
def sign_off(request: Any, plan_id: int) -> HttpResponse:
    """会签: agree to the numbers as they were read, or object with a reason."""
    detail = head_of(request, plan_id)
    role = rules.signing_role(detail.plan, request.actor, request.at)
    summary = _("您以%(role)s会签:%(told)s不同意时方案退回试算稿。") % {
        "role": role_said(role) if role else "—",
        "told": plan_in_words(detail),
    }
    return act_page(
        request,
        SignOffForm(request, plan=detail.plan),
        title=titled(_("会签 %(number)s"), detail.plan.number),
        button=_("签字"),
        do=lambda values: actions.sign_off_plan(
            plan_id=plan_id,
            agrees=values["agrees"],
            note=values["note"],
            version=values["version"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda plan: reverse("plan", args=[plan_id]),
        message=lambda plan: _SIGNED[plan.status](),
        summary=summary,
        back=reverse("plan", args=[plan_id]),
    )


_SIGNED = {
    "reviewed": lambda: _("已会签,会商通过,等待签发。"),
    "consulting": lambda: _("已会签。"),
    "draft": lambda: _("已记下不同意,方案退回试算稿。"),
}


@desk_page("plan", "minute")
def minutes_new(request: Any, plan_id: int) -> HttpResponse:
    """Write the minutes, or correct them: what stands there already is filled in."""
    plan = queries.plan(request.actor, plan_id)
    rules.check_can_minute(plan, request.actor)
    before = queries.minutes(request.actor, plan_id).last()
    return act_page(
        request,
        MinutesForm(request, initial=_written(request, plan, before)),
        title=titled(_("会商纪要 %(number)s"), plan.number),
        button=_("保存"),
        do=lambda values: actions.write_minutes(
            plan_id=plan_id,
            held_at=values["held_at"],
            place=values["place"],
            participants=values["participants"],
            decisions=values["decisions"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda made: reverse("plan_minutes", args=[plan_id]),
        message=_("已保存。要交办的事,在纪要页上点“交办”,会列在纪要里。"),
        back=reverse("plan_minutes", args=[plan_id]),
    )


def _written(request: Any, plan: Any, before: Any) -> dict[str, Any]:
    if before is not None:
        held_at = before.held_at.astimezone(LOCAL)
        return {
            "held_at": held_at,
            "place": before.place,
            "participants": before.participants,
            "decisions": before.decisions,
        }
    people = [plan.made_by, *(row.by for row in queries.sign_offs(request.actor, plan.pk))]
    return {
        "held_at": request.at.astimezone(LOCAL),
        "participants": _("、").join(dict.fromkeys(people)),
    }


@desk_page("plan")
def minutes(request: Any, plan_id: int) -> HttpResponse:
    """会商纪要 as it prints."""
    changed = Q(quantity_pinned__isnull=False)
    detail = queries.plan_detail(request.actor, plan_id, language=request.LANGUAGE_CODE, lines_of=changed)
    plan, written = detail.plan, queries.minutes(request.actor, plan_id).last()
    may_write = rules.can_minute(plan, request.actor)
    acts = []
    if may_write:
        label = _("改纪要") if written else _("写纪要")
        acts.append(document.Act(label, address("plan_minutes_new", plan_id), is_next=not written, in_dialog=False))
    if written and can(request, "give", "task"):
        page = reverse("plan_minutes", args=[plan_id])
        acts.append(document.Act(_("交办"), address("task_new", query=f"page={page}")))
    return document.answer(
        request,
        document.Document(
            kind=_("会商纪要"),
            number=plan.number,
            facts=_facts(plan, written),
            acts=acts,
            tables=_tables(request, detail),
            back=(plan.number, address("plan", plan_id)),
        ),
        template="desk/allocation/minutes.html",
        written=written,
        detail=detail,
        may_write=may_write,
    )


def _facts(plan: Any, written: Any) -> list[document.Fact]:
    facts = [document.Fact(_("方案日期"), day(plan.plan_date)), document.Fact(_("编制"), plan.made_by)]
    if written:
        facts += [
            document.Fact(_("会商时间"), moment(written.held_at)),
            document.Fact(_("地点"), written.place or "—"),
            document.Fact(_("参会人"), written.participants, is_wide=True),
            document.Fact(_("记录"), written.by),
        ]
    return facts


def _tables(request: Any, detail: Any) -> list[Table]:
    """Scenarios, changed numbers, opinions, tasks: each only where there is one."""
    found = comparison.comparison(request.actor, detail.plan.pk, language=request.LANGUAGE_CODE)
    overridden = [
        cell for rows in detail.tiers.values() for row in rows for cell in row.cells.values() if cell.is_overridden
    ]
    signed = list(queries.sign_offs(request.actor, detail.plan.pk))
    given = list(_tasks(request, detail.plan.pk))
    tables = [compared.figures_table(found)]
    tables += [_changed_table(overridden)] if overridden else []
    tables += [_signed_table(signed, detail.plan)] if signed else []
    return tables + ([_task_table(given)] if given else [])


def _changed_table(cells: list[Any]) -> Table:
    columns = (
        Column("unit", _("单位"), lambda cell: named(cell.line.organisation), phone="title"),
        Column("item", _("物资"), lambda cell: named(cell.line.item)),
        Column("solved", _("规则结果"), lambda cell: cell.line.quantity_solved, kind="quantity", unit="line__item"),
        Column(
            "pinned",
            _("改为"),
            lambda cell: cell.line.quantity_pinned,
            kind="quantity",
            unit="line__item",
            phone="main",
        ),
        Column("by", _("谁改的"), lambda cell: cell.line.override_by),
        Column("reason", _("改数原因"), lambda cell: cell.line.override_reason),
    )
    return table(columns, cells, title=_("改过的数"))


def _signed_table(rows: list[Any], plan: Any) -> Table:
    columns = (
        Column("role", _("岗位"), lambda row: role_said(row.role), phone="title"),
        Column("by", _("姓名")),
        Column(
            "opinion",
            _("意见"),
            lambda row: chip_of(said(OPINIONS[row.opinion]), "done" if row.opinion == "agreed" else "alarm"),
            kind="mark",
            phone="main",
        ),
        Column("note", _("说明")),
        Column("at", _("时间"), kind="moment"),
        Column("version", _("方案第几版"), lambda row: quantity(row.version), kind="number"),
    )
    return table(columns, rows, title=_("会签"))


def _tasks(request: Any, plan_id: int) -> Any:
    """What was given to somebody on the pages of this plan."""
    if not can(request, "view", "task"):
        return []
    page = reverse("plan", args=[plan_id])
    rows = duty.tasks(request.actor, bureau_id=request.bureau.pk).filter(page__startswith=page)
    return rows.order_by("given_at", "pk")


def _task_table(rows: list[Any]) -> Table:
    columns = (
        Column("text", _("事项"), phone="title", link=lambda row: address("task", row.pk)),
        Column("owner", _("承办人"), lambda row: row.owner.name),
        Column("due_at", _("办结时限"), kind="moment", phone="main"),
        Column("status", _("状态"), lambda row: chip(row.status, TASK_FLOW), kind="mark"),
    )
    return table(columns, rows, title=_("交办事项"))
