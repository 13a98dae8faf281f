"""The document page of a plan, put together around its matrix."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.columns import told_table
from liangcao.interfaces.web.desk.titles import code, titled
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.pages import can
from liangcao.interfaces.web.templatetags.words import chip, day, moment, named, quantity, role_said, said
from liangcao.operations.allocation import queries, rules
from liangcao.operations.allocation.flow import PLAN_FLOW
from liangcao.operations.allocation.models import BASES
from liangcao.operations.dispatch import queries as dispatch


def plan_paper(request: Any, detail: Any, *, is_part: bool = False) -> Document:
    """Head, acts in the order of the work, what is unmet, links and history; the matrix stands in the template.

    `is_part`: the detail is a page of the plan, and so is the table of what is unmet.
    """
    plan = detail.plan
    return Document(
        kind=_("分配方案"),
        number=plan.number,
        state=chip(plan.status, PLAN_FLOW),
        facts=_facts(plan),
        acts=_acts(request, plan),
        tables=[_unmet_table(detail, is_part=is_part)] if detail.unmet else [],
        links=_links(request, detail),
        history=history_of(request, object_kind="plan", object_ref=plan.number),
        notice=_notice(request, plan),
        back=(_("分配"), address("plan_list")),
    )


def _facts(plan: Any) -> list[Fact]:
    facts = [
        Fact(_("方案日期"), day(plan.plan_date)),
        Fact(_("依据"), said(BASES[plan.basis])),
        Fact(_("编制"), plan.made_by),
    ]
    if plan.reviewed_at:
        facts += [Fact(pgettext("who", "会商"), plan.reviewed_by), Fact(_("会商时间"), moment(plan.reviewed_at))]
    if plan.published_at:
        facts += [Fact(pgettext("who", "签发"), plan.published_by), Fact(_("签发时间"), moment(plan.published_at))]
    return facts


def _acts(request: Any, plan: Any) -> list[Act]:
    """Recompute, review, publish, prepare: one is the blue button, whichever comes next."""
    actor, pk, read = request.actor, plan.pk, f"version={plan.version}"
    acts = []
    if plan.status in ("draft", "reviewed") and can(request, "draft", "plan"):
        acts.append(Act(_("重新试算"), address("plan_recomputation", pk, query=read)))
    if rules.can_try(plan, actor) or plan.scenarios.exists():
        acts.append(Act(_("情景比较"), address("plan_scenarios", pk), in_dialog=False))
    if rules.can_sign_off(plan, actor, request.at):
        acts.append(Act(_("会签"), address("plan_sign_off", pk, query=read), is_next=True))
    if rules.can_review(plan, actor):
        acts.append(Act(_("送会商"), address("plan_review", pk, query=read), is_next=True))
    if rules.can_publish(plan, actor, request.at):
        acts.append(Act(_("签发"), address("plan_publication", pk, query=read), is_next=True))
    if plan.status == "published":
        acts.append(Act(_("通知文字"), address("plan_notices", pk), in_dialog=False))
        if can(request, "draft", "plan"):
            acts.append(Act(_("安排后到货"), address("plan_new", query=f"adds_to={pk}"), in_dialog=False))
    may_prepare = plan.status == "published" and can(request, "prepare", "delivery")
    if may_prepare and queries.unprepared_picks(request.actor, pk).exists():
        acts.append(Act(_("生成配送单"), address("plan_deliveries", pk), is_next=True))
    if plan.status != "draft" and (rules.can_minute(plan, actor) or plan.minutes.exists()):
        acts.append(Act(_("会商纪要"), address("plan_minutes", pk), in_dialog=False))
    if rules.can_discard(plan, actor):
        acts.append(Act(_("作废"), address("plan_discard", pk, query=read), danger=True))
    return acts


def _notice(request: Any, plan: Any) -> str:
    if plan.status == "discarded":
        return _("已作废。原因:%(reason)s") % {"reason": plan.discard_reason}
    if plan.status == "consulting":
        missing = rules.roles_missing(plan, request.at)
        return _("会商中,还等:%(roles)s。") % {"roles": _("、").join(role_said(role) for role in missing)}
    is_to_sign = plan.status == "reviewed" and can(request, "publish", "plan")
    if is_to_sign and not rules.can_publish(plan, request.actor, request.at):
        if rules.is_made_by(plan, request.actor):
            return _("这份方案由您编制,须由另一位负责人签发。")
        return _("这份方案中有您改的数,须由另一位负责人签发。")
    return ""


def _unmet_table(detail: Any, *, is_part: bool) -> Any:
    columns = (
        Column("unit", _("单位"), lambda row: named(row.line.organisation), phone="title"),
        Column("item", _("物资"), lambda row: named(row.line.item)),
        Column(
            "planned",
            _("分到"),
            lambda row: row.quantity_planned + row.quantity_substituted,
            kind="quantity",
            unit="line__item",
        ),
        Column("gap", _("还缺"), kind="quantity", unit="line__item", phone="main"),
        Column("why", _("为什么"), lambda row: _(";").join(row.reasons)),
    )
    title = _("未满足")
    if is_part:
        title = _("未满足:本页 %(shown)s 行,全方案 %(count)s 行") % {
            "shown": quantity(len(detail.unmet)),
            "count": quantity(detail.unmet_count),
        }
    return told_table(columns, detail.unmet, title=title, tone=lambda row: "alarm" if row.gap else "wait")


def _links(request: Any, detail: Any) -> list[Link]:
    plan = detail.plan
    links = [Link(_("承接自"), code(plan.follows.number), address("plan", plan.follows_id))] if plan.follows_id else []
    if plan.adds_to_id:
        links.append(Link(_("追加于"), code(plan.adds_to.number), address("plan", plan.adds_to_id)))
    links += [
        Link(_("后到货追加"), code(added.number), address("plan", added.pk))
        for added in plan.additions.exclude(status="discarded").order_by("pk")
    ]
    links += [Link(_("后续方案"), code(other.number), address("plan", other.pk)) for other in detail.followers]
    if plan.move_id:
        links.append(Link(_("预留分录"), code(plan.move.number), address("move", plan.move_id)))
    if plan.status == "published":
        made = dispatch.deliveries(request.actor, plan_id=plan.pk).order_by("pk")[:200]
        links += [
            Link(
                _("配送单"), titled("%(number)s " + named(each.organisation), each.number), address("delivery", each.pk)
            )
            for each in made
        ]
    return links
