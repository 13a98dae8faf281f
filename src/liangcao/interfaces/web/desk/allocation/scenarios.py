"""情景: a plan beside what it would be under another assumption; a new one; taking one over."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web import document, listing, spreadsheet
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.desk.allocation import compared
from liangcao.interfaces.web.desk.allocation.forms import ReadForm, ScenarioForm
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.pages import can, desk_page
from liangcao.interfaces.web.row_ids import row_id
from liangcao.operations.allocation import actions, comparison, queries, rules
from liangcao.operations.allocation.actions import ExtraStock, HoldBack, LineLimit
from liangcao.reference.catalog.queries import items_by_id
from liangcao.reference.parties.queries import organisations


@desk_page("plan")
def scenarios(request: Any, plan_id: int) -> HttpResponse:
    """The plan and its scenarios, figure by figure and line by line; `?item=` looks at one item."""
    item_id = row_id(request.GET.get("item", ""))
    found = comparison.comparison(request.actor, plan_id, item_id=item_id, language=request.LANGUAGE_CODE)
    kind = request.GET.get("format", "")
    if kind:
        sheet = compared.sheet(found, title=f"{found.plan.number}-{_('情景比较')}")
        return spreadsheet.answer(sheet, kind=kind, name=sheet.title)
    query = f"item={item_id}" if item_id else ""
    return document.answer(
        request,
        document.Document(
            kind=_("情景比较"),
            number=found.plan.number,
            acts=_acts(request, found.plan),
            tables=[compared.figures_table(found), *compared.group_tables(found), compared.lines_table(found)]
            if found.scenarios
            else [],
            back=(found.plan.number, address("plan", plan_id)),
            exports=listing.exports_at(address("plan_scenarios", plan_id, query=query)) if found.scenarios else {},
            exports_label=_("导出比较"),
        ),
        template="desk/allocation/scenarios.html",
        cards=_cards(request, found),
        items=found.items,
        chosen=item_id,
        may_try=rules.can_try(found.plan, request.actor),
        plan=found.plan,
    )


def _acts(request: Any, plan: Any) -> list[document.Act]:
    if not rules.can_try(plan, request.actor):
        return []
    return [document.Act(_("再试一种"), address("scenario_new", plan.pk), is_next=True, in_dialog=False)]


def _cards(request: Any, found: Any) -> list[dict[str, Any]]:
    """What each scenario assumed, in words, and whether it may be taken over."""
    may_adopt = can(request, "draft", "plan") and rules.can_try(found.plan, request.actor)
    ids = {row[0] for scenario in found.scenarios for row in scenario.extra_stock}
    ids |= {row[1] for scenario in found.scenarios for row in (*scenario.limits, *scenario.hold_backs)}
    units = {row[0] for scenario in found.scenarios for row in (*scenario.limits, *scenario.hold_backs)}
    items = items_by_id(ids)
    names = {row.pk: row for row in organisations(request.actor).filter(pk__in=units)}
    return [
        {
            "scenario": scenario,
            "rules": queries.scenario_sentence(scenario, request.LANGUAGE_CODE),
            "assumed": compared.assumed(scenario, items, names),
            "is_stale": scenario.pk in found.stale,
            "may_adopt": may_adopt and not scenario.extra_stock,
        }
        for scenario in found.scenarios
    ]


@desk_page("plan", "try_scenario")
def scenario_new(request: Any, plan_id: int) -> HttpResponse:
    """Another assumption: other rules, more or less stock, limits, hold-backs."""
    plan = queries.plan(request.actor, plan_id)
    rules.check_can_try(plan, request.actor)
    return act_page(
        request,
        ScenarioForm(request, plan=plan, items=queries.items_of_plan(request.actor, plan_id)),
        title=titled(_("试一种情景 %(number)s"), plan.number),
        button=_("试算比较"),
        do=lambda values: _try(request, plan_id, values),
        to=lambda done: reverse("plan_scenarios", args=[plan_id]),
        message=_("已算好,和方案并排列在下面;方案本身没有动。"),
        back=reverse("plan_scenarios", args=[plan_id]),
        template="desk/allocation/scenario_form.html",
    )


def _try(request: Any, plan_id: int, values: dict[str, Any]) -> Any:
    special = [
        (row, row["organisation_id"].pk, row["item_id"].pk)
        for row in values["lines"]
        if row["organisation_id"] and row["item_id"]
    ]
    return actions.try_scenario(
        plan_id=plan_id,
        name=values["name"],
        rule_set_id=int(values["rule_set_id"]) or None,
        extra_stock=[ExtraStock(row["item_id"].pk, row["quantity"]) for row in values["extra"]],
        limits=[
            LineLimit(unit, item, floor=row["floor"] or 0, cap=row["cap"], pack=row["pack"] or 1)
            for row, unit, item in special
            if row["floor"] or row["cap"] is not None or row["pack"]
        ],
        hold_backs=[
            HoldBack(unit, item, row["held_back"], row["tier"] or None, row["needed_on"])
            for row, unit, item in special
            if row["held_back"]
        ],
        keeps_overrides=values["keeps_overrides"],
        by=request.actor,
        at=request.at,
        client_id=values["client_id"],
    )


@desk_page("plan", "draft")
def adoption(request: Any, plan_id: int, scenario_id: int) -> HttpResponse:
    """采用: the plan takes over the scenario's rules, limits and hold-backs."""
    found = comparison.comparison(request.actor, plan_id, language=request.LANGUAGE_CODE)
    scenario = next((row for row in found.scenarios if row.pk == scenario_id), None)
    if scenario is None:
        raise NotFound()
    place = found.scenarios.index(scenario) + 1
    cells = [line.cells[place] for line in found.lines]
    changed = sum(cell is None or cell.difference != 0 for cell in cells)
    back = reverse("plan_scenarios", args=[plan_id])
    return act_page(
        request,
        ReadForm(request, plan=found.plan),
        title=_("采用情景“%(name)s”") % {"name": scenario.name},
        button=_("采用"),
        do=lambda values: actions.adopt_scenario(
            scenario_id=scenario_id,
            version=values["version"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda done: reverse("plan", args=[plan_id]),
        message=_("已采用,方案按新的规则重新试算,回到试算稿。"),
        summary=_(
            "方案 %(number)s 将按“%(name)s”的规则、限额和预留,用现在的库存和需求重新试算;和现在的方案相比 %(count)s 行不同。"
        )
        % {"number": found.plan.number, "name": scenario.name, "count": changed},
        back=back,
    )
