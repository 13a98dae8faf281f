"""Acts on a plan: a cell with its reasons and override, recompute, review, publish, discard, release."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.allocation.forms import DiscardForm, OverrideForm, ReadForm
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.entrance.reauthentication import require_recent_login
from liangcao.interfaces.web.pages import can, desk_page
from liangcao.interfaces.web.templatetags.words import days, named, quantity, unit_of
from liangcao.ledger import queries as ledger
from liangcao.operations.allocation import actions, queries, rules


def head_of(request: Any, plan_id: int) -> Any:
    """The plan's detail without its lines: its sums tell what an act is about. Raises NotFound."""
    return queries.plan_detail(request.actor, plan_id, language=request.LANGUAGE_CODE, lines_of=queries.NO_LINES)


def cell_of(request: Any, plan_id: int, line_id: int) -> tuple[Any, Any]:
    """(plan's detail with the lines of this cell, cell). Raises NotFound."""
    found = queries.plan_lines(request.actor, plan_id).filter(pk=line_id, instead_of=None).first()
    if found is None:
        raise NotFound()
    same_item = Q(item_id=found.item_id, instead_of=None) | Q(instead_of_id=found.item_id)
    detail = queries.plan_detail(
        request.actor,
        plan_id,
        language=request.LANGUAGE_CODE,
        lines_of=Q(organisation_id=found.organisation_id) & same_item,
    )
    cells = (cell for rows in detail.tiers.values() for row in rows for cell in row.cells.values())
    return detail, next(cell for cell in cells if cell.line.pk == line_id)


@desk_page("plan")
def line(request: Any, plan_id: int, line_id: int) -> HttpResponse:
    """Why a cell is what it is, in words and numbers; and another number, with its reason."""
    detail, cell = cell_of(request, plan_id, line_id)
    back = reverse("plan", args=[plan_id])
    return act_page(
        request,
        OverrideForm(request, plan=detail.plan, initial={"quantity": cell.quantity_planned}),
        title=_("%(unit)s · %(item)s") % {"unit": named(cell.line.organisation), "item": named(cell.line.item)},
        button=_("改数"),
        do=lambda values: actions.override_line(
            plan_line_id=line_id,
            quantity=values["quantity"],
            reason=values["reason"],
            version=values["version"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda plan: back,
        message=_("已改数,其余单位已重新分配,方案回到试算稿。"),
        back=back,
        template="desk/allocation/_line.html" if request.htmx else "desk/allocation/line.html",
        cell=cell,
        plan=detail.plan,
        cover_before=days(cell.cover_before),
        cover_after=days(cell.cover_after),
        may_override=rules.can_override(detail.plan, request.actor),
        may_release=rules.can_release(detail.plan, request.actor) and cell.quantity_planned,
        may_replace=detail.plan.status == "published" and can(request, "replace_lot", "plan"),
    )


@desk_page("plan", "draft")
def recomputation(request: Any, plan_id: int) -> HttpResponse:
    """Make the plan again from what is free and open now."""
    plan = queries.plan(request.actor, plan_id)
    return act_page(
        request,
        ReadForm(request, plan=plan),
        title=titled(_("重新试算 %(number)s"), plan.number),
        button=_("重新试算"),
        do=lambda values: actions.recompute_plan(
            plan_id=plan_id,
            version=values["version"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda done: reverse("plan", args=[plan_id]),
        message=_("已按现在的库存和需求重新试算。"),
        summary=_("按现在的库存和需求、同一套规则重新计算;保底、上限和改过的数保留。方案回到试算稿。"),
        back=reverse("plan", args=[plan_id]),
    )


@desk_page("plan", "review")
def review(request: Any, plan_id: int) -> HttpResponse:
    """会商: looked at together, ready to be signed."""
    detail = head_of(request, plan_id)
    return act_page(
        request,
        ReadForm(request, plan=detail.plan),
        title=titled(_("送会商 %(number)s"), detail.plan.number),
        button=_("送会商"),
        do=lambda values: actions.review_plan(
            plan_id=plan_id,
            version=values["version"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda done: reverse("plan", args=[plan_id]),
        message=_("已送会商,等待签发。"),
        summary=plan_in_words(detail),
        back=reverse("plan", args=[plan_id]),
    )


def plan_in_words(detail: Any) -> str:
    """How many units and items, how much of each, how many lines stay short."""
    told = _("、").join(
        f"{named(column)} {quantity(column.quantity_planned)} {unit_of(column, column.quantity_planned)}"
        for column in detail.columns
        if column.quantity_planned
    )
    words = {
        "units": detail.summary.rows,
        "items": len(detail.columns),
        "told": told or _("没有分出"),
        "unmet": detail.unmet_count,
    }
    return _("%(units)s 个单位、%(items)s 种物资:%(told)s;%(unmet)s 行未满足。") % words


def _affected(request: Any, detail: Any) -> list[str]:
    """Items of which the planned lots are not free any more, in numbers."""
    plan = detail.plan
    items = [column.item_id for column in detail.columns]
    rows = ledger.free_stock(request.actor, plan.bureau_id, on=business_date(request.at), item_ids=items)
    free = {(row.store_id, row.lot_id): row.quantity for row in rows}
    short: dict[int, int] = {}
    for store_id, lot_id, item_id, wanted in queries.picked(request.actor, plan.pk):
        missing = wanted - free.get((store_id, lot_id), 0)
        if missing > 0:
            short[item_id] = short.get(item_id, 0) + missing
    return [
        _("%(item)s 少了 %(count)s %(unit)s")
        % {
            "item": named(column),
            "count": quantity(short[column.item_id]),
            "unit": unit_of(column, short[column.item_id]),
        }
        for column in detail.columns
        if column.item_id in short
    ]


@desk_page("plan", "publish")
@require_recent_login
def publication(request: Any, plan_id: int) -> HttpResponse:
    """签发: reserve what the plan gives; says beforehand which items have been taken by others meanwhile."""
    detail = head_of(request, plan_id)
    affected = _affected(request, detail)
    summary = _("签发后立即预留:%(told)s") % {"told": plan_in_words(detail)}
    if affected:
        summary += _("其中有库存已被动用:%(short)s。签发后只把这几种重新试算成后续方案,其余照发。") % {
            "short": _("、").join(affected)
        }
    return act_page(
        request,
        ReadForm(request, plan=detail.plan),
        title=titled(_("签发 %(number)s"), detail.plan.number),
        button=_("签发"),
        do=lambda values: _publish(request, plan_id, values),
        to=lambda done: reverse("plan", args=[plan_id]),
        message=_("已签发,货已预留。下一步生成配送单。"),
        summary=summary,
        back=reverse("plan", args=[plan_id]),
    )


def _publish(request: Any, plan_id: int, values: dict[str, Any]) -> Any:
    done = actions.publish_plan(
        plan_id=plan_id,
        version=values["version"],
        by=request.actor,
        at=request.at,
        client_id=values["client_id"],
    )
    if done.follow_up:
        told = _(";").join(item.message(request.LANGUAGE_CODE) for item in done.short)
        words = {"told": told, "number": done.follow_up.number}
        messages.warning(request, _("%(told)s。这些已重新试算为 %(number)s,等待签发。") % words)
    return done


@desk_page("plan", "discard")
def discard(request: Any, plan_id: int) -> HttpResponse:
    """Put it away with a reason."""
    detail = head_of(request, plan_id)
    return act_page(
        request,
        DiscardForm(request, plan=detail.plan),
        title=titled(_("作废 %(number)s"), detail.plan.number),
        button=_("作废"),
        do=lambda values: actions.discard_plan(
            plan_id=plan_id,
            reason=values["reason"],
            version=values["version"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda done: reverse("plan", args=[plan_id]),
        message=_("已作废,没有动用任何库存。"),
        summary=plan_in_words(detail),
        danger=True,
        back=reverse("plan", args=[plan_id]),
    )
