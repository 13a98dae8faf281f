"""Background jobs, messages on their way out, and the programs that are told. Read only: acts are on the pages."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router

from liangcao.foundation.jobs import queries
from liangcao.foundation.outbox import queries as outbox
from liangcao.interfaces.api.v1.doors import PlaceFilters, entered
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page

router = Router(tags=["jobs"])


class JobFilters(PageFilters):
    """Jobs by state."""

    state: Literal["", "waiting", "running", "done", "dead", "cancelled"] = ""


@router.get("/jobs", response=Page)
def list_jobs(request: HttpRequest, filters: Query[JobFilters]) -> Any:
    """Jobs of a bureau and of the installation, newest first."""
    door = entered(request, filters.bureau, "job")
    states = (filters.state,) if filters.state else ()
    return page(
        queries.jobs(door.actor, bureau_id=door.bureau_id, states=states), filters, _show_job, newest_first=True
    )


@router.get("/jobs/{job_id}")
def read_job(request: HttpRequest, job_id: int, filters: Query[PlaceFilters]) -> dict[str, Any]:
    """One job."""
    door = entered(request, filters.bureau, "job")
    return _show_job(queries.job(door.actor, job_id, bureau_id=door.bureau_id))


@router.get("/messages", response=Page)
def list_messages(request: HttpRequest, filters: Query[PageFilters]) -> Any:
    """What left the building or is about to, newest first; without addresses and texts."""
    door = entered(request, filters.bureau, "job")
    rows = outbox.messages(door.actor, bureau_id=door.bureau_id)
    return page(rows, filters, _show_message, key="job_id", newest_first=True)


@router.get("/webhooks", response=Page)
def list_webhooks(request: HttpRequest, filters: Query[PageFilters]) -> Any:
    """Programs that are told, newest first; without their keys."""
    door = entered(request, filters.bureau, "webhook")
    return page(outbox.webhooks(door.actor, bureau_id=door.bureau_id), filters, _show_webhook, newest_first=True)


def _at(value: Any) -> str | None:
    return value.isoformat() if value else None


def _show_job(job: Any) -> dict[str, Any]:
    return {
        "id": job.pk,
        "kind": job.kind,
        "state": job.state,
        "attempts": job.attempts,
        "every_seconds": job.every_seconds,
        "due_at": _at(job.due_at),
        "started_at": _at(job.started_at),
        "ended_at": _at(job.ended_at),
        "error": job.error,
    }


def _show_message(message: Any) -> dict[str, Any]:
    return {
        "id": str(message.pk),
        "job": message.job_id,
        "state": message.job.state,
        "channel": message.channel,
        "subject": message.subject,
        "created_at": _at(message.created_at),
        "delivered_at": _at(message.delivered_at),
        "answer": message.answer,
    }


def _show_webhook(webhook: Any) -> dict[str, Any]:
    return {
        "id": webhook.pk,
        "url": webhook.url,
        "organisation": webhook.organisation_id,
        "added_at": _at(webhook.added_at),
    }
