"""Plans: draft, share, override, review, publication; their workbooks."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field, StrictInt

from liangcao.foundation.identity import guard
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.interfaces.api.v1.described import XLSX
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, Filters, RowId, enter, entered, key_of, language_of
from liangcao.interfaces.api.v1.names import items_by_code, organisation_ids
from liangcao.interfaces.api.v1.paging import PAGE_MOST, Page, PageFilters, page
from liangcao.operations.allocation import actions, queries
from liangcao.operations.allocation.hold_back_queries import hold_backs
from liangcao.operations.allocation.reasons import words
from liangcao.operations.allocation.summary import summary_of
from liangcao.operations.allocation.workbooks import export_plan_workbooks, plan_workbook

router = Router(tags=["allocation"])


class PlanFilters(PageFilters):
    """Plans by state."""

    status: Literal["", "draft", "consulting", "reviewed", "published", "discarded"] = ""


class PlanLineFilters(PageFilters):
    """Lines of one item, or of one unit, by code."""

    item: str = Field("", max_length=30)
    organisation: str = Field("", max_length=30)


class HoldBackFilters(PageFilters):
    """What is needed up to a day."""

    needed_to: date | None = None


class WorkbookFilters(Filters):
    """Which workbook: the plan, or what `liangcao plan` reads to make it."""

    which: Literal["plan", "supply", "demand"] = "plan"


class HoldBackIn(Body):
    """A reserve for a known later need: a unit with its own place in the list."""

    organisation: str = Field(max_length=30)
    item: str = Field(max_length=30)
    quantity: StrictInt
    tier: StrictInt = Field(1, ge=1, le=4)
    needed_on: date | None = Field(None, description="The day of the need, if it is known; today or later")


class LimitIn(Body):
    """Floor, cap and pack of one unit and item, in base units."""

    organisation: str = Field(max_length=30)
    item: str = Field(max_length=30)
    floor: StrictInt = 0
    cap: StrictInt | None = None
    pack: StrictInt = 1


class PlanIn(Body):
    """A draft for a day by a rule set; `items` limits it to some of the catalogue."""

    plan_date: date
    rule_set: str = Field(max_length=30, description="Code of a rule set", examples=["front-line-first"])
    items: list[str] = Field(default_factory=list, max_length=2000)
    hold_backs: list[HoldBackIn] = Field(default_factory=list, max_length=500)
    limits: list[LimitIn] = Field(default_factory=list, max_length=500)
    adds_to: RowId | None = Field(None, description="A published plan to which later goods are added")
    bureau: str | None = None


class ShareIn(Body):
    """Split a quantity over units by population, beds or head-count, to the piece."""

    plan_date: date
    item: str = Field(max_length=30)
    quantity: StrictInt
    weigh_by: Literal["population", "beds", "headcount"]
    organisations: list[str] = Field(min_length=1, max_length=2000)
    lots: list[UUID] = Field(default_factory=list, max_length=2000)
    pack: StrictInt = Field(1, ge=1, le=QUANTITY_MAX)
    bureau: str | None = None


class ReadIn(Body):
    """The version of the plan that was read: if it has changed since, 409 says who changed it, when and how."""

    version: StrictInt | None = None


class OverrideIn(ReadIn):
    """A person's number for one line, with the reason; the rest of the item is shared again around it."""

    quantity: StrictInt
    reason: str = Field(max_length=200)


class DiscardIn(ReadIn):
    """Why a plan is put aside."""

    reason: str = Field(max_length=200)


def show_plan(plan: Any) -> dict[str, Any]:
    """A plan without its lines."""
    return {
        "id": plan.pk,
        "number": plan.number,
        "plan_date": plan.plan_date.isoformat(),
        "status": plan.status,
        "version": plan.version,
        "rule_set": plan.rule_set.code if plan.rule_set else None,
        "adds_to": plan.adds_to_id,
        "weigh_by": plan.weigh_by,
        "made_by": plan.made_by,
        "reviewed_by": plan.reviewed_by,
        "published_by": plan.published_by,
    }


def show_plan_whole(request: HttpRequest, plan_id: int) -> dict[str, Any]:
    """A plan with its figures and its first lines, each with why it is what it is; further ones by `lines_next`."""
    actor = request.auth  # type: ignore[attr-defined]
    plan = queries.plan(actor, plan_id)
    first = _lines(request, plan_id, PageFilters.model_construct(cursor=None, limit=PAGE_MOST))
    return show_plan(plan) | {
        "figures": _figures(plan),
        "lines": first["results"],
        "lines_next": first["next"],
    }


def _lines(request: HttpRequest, plan_id: int, filters: PageFilters, **narrowed: str) -> dict[str, Any]:
    rows = queries.plan_lines(request.auth, plan_id)  # type: ignore[attr-defined]
    rows = rows.filter(**{key: value for key, value in narrowed.items() if value})
    return page(rows, filters, lambda line: show_line(line, language_of(request)))


def _figures(plan: Any) -> dict[str, Any]:
    """How the whole plan fares: cover of the worst-off unit in tenths of a day, share of the need met in permille."""
    told = summary_of(plan)
    before = [item.worst_before for item in told.items.values() if item.worst_before is not None]
    after = [item.worst_after for item in told.items.values() if item.worst_after is not None]
    return {
        "lines": told.lines,
        "lines_met": told.lines_met,
        "lines_unmet": told.lines_unmet,
        "worst_cover_before": min(before, default=None),
        "worst_cover_after": min(after, default=None),
        "share_met": told.share,
    }


def show_line(line: Any, language: str) -> dict[str, Any]:
    """A line of a plan, in base units."""
    return {
        "id": line.pk,
        "organisation": line.organisation.code,
        "organisation_name": line.organisation.name,
        "item": line.item.code,
        "instead_of": line.instead_of.code if line.instead_of else None,
        "tier": line.tier,
        "is_hold_back": line.is_hold_back,
        "needed_on": line.needed_on,
        "quantity_asked": line.quantity_asked,
        "quantity_open": line.quantity_open,
        "quantity_planned": line.quantity_planned,
        "quantity_solved": line.quantity_solved,
        "gap": line.gap,
        "requisition_line": line.requisition_line_id,
        "override": {"by": line.override_by, "reason": line.override_reason} if line.override_by else None,
        "reasons": words(line, language),
        "picks": [
            {
                "id": pick.pk,
                "store": pick.store.code,
                "lot": pick.lot.code,
                "quantity": pick.quantity,
                "quantity_released": pick.quantity_released,
                "delivery": pick.delivery_ref,
            }
            for pick in line.picks.all()
        ],
    }


def _read(body: ReadIn | None) -> int | None:
    return body.version if body else None


def door_of_plan(request: HttpRequest, plan_id: int) -> Door:
    """The door of the bureau whose plan this is. Raises NotFound."""
    return enter(request, queries.plan(request.auth, plan_id).bureau.code)  # type: ignore[attr-defined]


def rule_set_id(door: Door, code: str) -> int:
    """The newest version in use of a rule set; 0, which the action refuses, where there is none."""
    rows = queries.rule_sets(door.actor, bureau_id=door.bureau_id).filter(code=code)
    found = rows.order_by("-version").values_list("pk", flat=True).first()
    return found or 0


@router.get("/plans", response=Page)
def list_plans(request: HttpRequest, filters: Query[PlanFilters]) -> dict[str, Any]:
    """Plans, newest first."""
    door = entered(request, filters.bureau, "plan")
    rows = queries.plans(door.actor, bureau_id=door.bureau_id, status=filters.status or None)
    return page(rows, filters, show_plan, newest_first=True)


@router.get("/plans/{int:plan_id}", response=dict)
def get_plan(request: HttpRequest, plan_id: int) -> dict[str, Any]:
    """One plan with its figures and its first 200 lines."""
    guard.check(request.auth, "view", "plan", bureau_id=door_of_plan(request, plan_id).bureau_id)
    return show_plan_whole(request, plan_id)


@router.get("/plans/{int:plan_id}/lines", response=Page)
def list_plan_lines(request: HttpRequest, plan_id: int, filters: Query[PlanLineFilters]) -> dict[str, Any]:
    """The lines of a plan; `item` and `organisation` leave those of one code."""
    door = door_of_plan(request, plan_id)
    guard.check(door.actor, "view", "plan", bureau_id=door.bureau_id)
    return _lines(request, plan_id, filters, item__code=filters.item, organisation__code=filters.organisation)


@router.get("/hold-backs", response=Page)
def list_hold_backs(request: HttpRequest, filters: Query[HoldBackFilters]) -> dict[str, Any]:
    """What published plans keep back for later needs, in base units; `needed_to` leaves what is needed by that day."""
    door = enter(request, filters.bureau)
    guard.check(door.actor, "view", "plan", bureau_id=door.bureau_id)
    rows = hold_backs(door.actor, bureau_id=door.bureau_id)
    if filters.needed_to:
        rows = rows.filter(needed_on__lte=filters.needed_to)
    return page(rows, filters, _show_hold_back)


def _show_hold_back(line: Any) -> dict[str, Any]:
    return {
        "plan": line.plan_id,
        "plan_number": line.plan.number,
        "line": line.pk,
        "organisation": line.organisation.code,
        "item": line.item.code,
        "quantity_kept": line.quantity_kept,
        "needed_on": line.needed_on,
    }


@router.get("/plans/{int:plan_id}/workbook", response=None)
def get_workbook(request: HttpRequest, plan_id: int, filters: Query[WorkbookFilters]) -> HttpResponse:
    """The plan as a workbook, or the two workbooks that `liangcao plan` turns into it."""
    door = door_of_plan(request, plan_id)
    guard.check(door.actor, "view", "plan", bureau_id=door.bureau_id)
    if filters.which == "plan":
        content = plan_workbook(door.actor, plan_id, language="en" if language_of(request).startswith("en") else "zh")
    else:
        content = export_plan_workbooks(door.actor, plan_id)[filters.which == "demand"]
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{filters.which}-{plan_id}.xlsx"'},
    )


@router.post("/plans", response={201: dict}, openapi_extra=KEYED)
def draft_plan(request: HttpRequest, body: PlanIn) -> Status:
    """Try out a plan: from what is free and what is open, by a rule set."""
    door = enter(request, body.bureau)
    codes = [*body.items, *(row.item for row in (*body.hold_backs, *body.limits))]
    items = items_by_code(door, codes)
    units = organisation_ids(door, [row.organisation for row in (*body.hold_backs, *body.limits)])
    plan = actions.draft_plan(
        bureau_id=door.bureau_id,
        plan_date=body.plan_date,
        rule_set_id=rule_set_id(door, body.rule_set),
        adds_to_id=body.adds_to,
        item_ids=[items[code].pk for code in body.items] or None,
        hold_backs=[
            actions.HoldBack(
                units[r.organisation],  # type: ignore[arg-type]
                items[r.item].pk,
                r.quantity,
                r.tier,
                r.needed_on,
            )
            for r in body.hold_backs
        ],
        limits=[
            actions.LineLimit(units[r.organisation], items[r.item].pk, r.floor, r.cap, r.pack)  # type: ignore[arg-type]
            for r in body.limits
        ],
        client_id=key_of(request),
        **door.who_and_when,
    )
    return Status(201, show_plan_whole(request, plan.pk))


@router.post("/shares", response={201: dict}, openapi_extra=KEYED)
def draft_share(request: HttpRequest, body: ShareIn) -> Status:
    """Split an allotment over towns by population, to the piece."""
    door = enter(request, body.bureau)
    units = organisation_ids(door, body.organisations)
    plan = actions.draft_share(
        bureau_id=door.bureau_id,
        plan_date=body.plan_date,
        item_id=items_by_code(door, [body.item])[body.item].pk,
        quantity=body.quantity,
        weigh_by=body.weigh_by,
        organisation_ids=[units[code] for code in body.organisations],  # type: ignore[misc]
        lot_ids=body.lots,
        pack=body.pack,
        client_id=key_of(request),
        **door.who_and_when,
    )
    return Status(201, show_plan_whole(request, plan.pk))


@router.post("/plans/{int:plan_id}/lines/{int:line_id}/override", response={201: dict}, openapi_extra=KEYED)
def override_line(request: HttpRequest, plan_id: int, line_id: int, body: OverrideIn) -> Status:
    """Set one line to a person's number; the rest of the item is shared again around it."""
    door = door_of_plan(request, plan_id)
    if not queries.plan_lines(door.actor, plan_id).filter(pk=line_id).exists():
        raise NotFound("该方案没有这一行", "The plan has no such line", field="line")
    actions.override_line(plan_line_id=line_id, client_id=key_of(request), **body.model_dump(), **door.who_and_when)
    return Status(201, show_plan_whole(request, plan_id))


@router.post("/plans/{int:plan_id}/recomputation", response={201: dict}, openapi_extra=KEYED)
def recompute_plan(request: HttpRequest, plan_id: int, body: ReadIn | None = None) -> Status:
    """Solve again with the stock and the needs of now; overrides stay."""
    door = door_of_plan(request, plan_id)
    actions.recompute_plan(plan_id=plan_id, version=_read(body), client_id=key_of(request), **door.who_and_when)
    return Status(201, show_plan_whole(request, plan_id))


@router.post("/plans/{int:plan_id}/review", response={201: dict}, openapi_extra=KEYED)
def review_plan(request: HttpRequest, plan_id: int, body: ReadIn | None = None) -> Status:
    """会商: the plan was looked at together and may be signed."""
    door = door_of_plan(request, plan_id)
    actions.review_plan(plan_id=plan_id, version=_read(body), client_id=key_of(request), **door.who_and_when)
    return Status(201, show_plan_whole(request, plan_id))


@router.post("/plans/{int:plan_id}/publication", response={201: dict}, openapi_extra=KEYED)
def publish_plan(request: HttpRequest, plan_id: int, body: ReadIn | None = None) -> Status:
    """签发: reserve what the plan gives. Items whose stock is taken meanwhile follow in a recomputed plan."""
    door = door_of_plan(request, plan_id)
    done = actions.publish_plan(plan_id=plan_id, version=_read(body), client_id=key_of(request), **door.who_and_when)
    language = language_of(request)
    return Status(
        201,
        show_plan_whole(request, plan_id)
        | {
            "follow_up": done.follow_up.pk if done.follow_up else None,
            "short": [
                {"item": row.name, "planned": row.planned, "free": row.free, "message": row.message(language)}
                for row in done.short
            ],
        },
    )


@router.post("/plans/{int:plan_id}/discard", response={201: dict}, openapi_extra=KEYED)
def discard_plan(request: HttpRequest, plan_id: int, body: DiscardIn) -> Status:
    """Put a plan aside that was not published."""
    door = door_of_plan(request, plan_id)
    actions.discard_plan(plan_id=plan_id, client_id=key_of(request), **body.model_dump(), **door.who_and_when)
    return Status(201, show_plan_whole(request, plan_id))
