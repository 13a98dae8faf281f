"""Separation of duties: the profile in force, the terms of the head, and each time that one person did two steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from liangcao.interfaces.api.v1.doors import KEYED, Body, Moment, enter, entered, key_of
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.reference.parties import actions, queries, separation

router = Router(tags=["separation"])


class TermIn(Body):
    """A profile for a term; without `starts_at` it begins now."""

    profile: Literal["small", "night"]
    starts_at: Moment | None = None
    ends_at: Moment
    reason: str = Field(max_length=200, examples=["夜班只有一人"])
    bureau: str | None = None


def show_term(term: Any) -> dict[str, Any]:
    """A term."""
    return {
        "id": term.pk,
        "profile": term.profile,
        "starts_at": term.starts_at.isoformat(),
        "ends_at": term.ends_at.isoformat(),
        "reason": term.reason,
        "set_by": term.set_by,
        "status": term.status,
    }


def show_relaxation(row: Any) -> dict[str, Any]:
    """One person, two steps."""
    return {
        "at": row.at.isoformat(),
        "rule": row.rule,
        "ref": row.object_ref,
        "by": row.actor_name,
        "term": row.term_id,
    }


def show_now(bureau_id: int, at: datetime) -> dict[str, Any]:
    """The profile in force with what it asks."""
    term = separation.term_in_force(bureau_id, at)
    profile = term.profile if term else separation.FULL
    return {
        "profile": profile,
        "until": term.ends_at.isoformat() if term else None,
        "rules": {
            name: {"zh": rule.zh, "en": rule.en, "two_people": profile in rule.apart}
            for name, rule in separation.rules().items()
        },
    }


@router.get("/separation", response=dict)
def get_separation(request: HttpRequest, filters: Query[PageFilters]) -> dict[str, Any]:
    """Which steps need two people now."""
    door = entered(request, filters.bureau, "separation")
    return show_now(door.bureau_id, door.at)


@router.get("/separation/terms", response=Page)
def list_terms(request: HttpRequest, filters: Query[PageFilters]) -> dict[str, Any]:
    """Terms, newest first."""
    door = entered(request, filters.bureau, "separation")
    rows = queries.separation_terms(door.actor, bureau_id=door.bureau_id).order_by()
    return page(rows, filters, show_term, newest_first=True)


@router.post("/separation/terms", response={201: dict}, openapi_extra=KEYED)
def add_term(request: HttpRequest, body: TermIn) -> Status:
    """The head sets a profile for a term; it ends by itself."""
    door = enter(request, body.bureau)
    made = actions.set_separation(
        bureau_id=door.bureau_id, **body.model_dump(exclude={"bureau"}), client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_term(made))


@router.post("/separation/terms/{int:term_id}/ending", response={201: dict}, openapi_extra=KEYED)
def end_term(request: HttpRequest, term_id: int) -> Status:
    """Full separation is back before the term ends."""
    found = queries.separation_term(request.auth, term_id)  # type: ignore[attr-defined]
    door = enter(request, found.bureau.code)
    return Status(
        201, show_term(actions.end_separation(term_id=term_id, client_id=key_of(request), **door.who_and_when))
    )


@router.get("/separation/relaxations", response=Page)
def list_relaxations(request: HttpRequest, filters: Query[PageFilters]) -> dict[str, Any]:
    """Each time that one person did two steps, newest first."""
    door = entered(request, filters.bureau, "separation")
    rows = queries.relaxations(door.actor, bureau_id=door.bureau_id).order_by()
    return page(rows, filters, show_relaxation, newest_first=True)
