"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.utils.functional import SimpleLazyObject

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web import navigation
from liangcao.interfaces.web.pages import can


def desk(request: Any) -> dict[str, Any]:
    """Actor, bureau, emergency, the day, the left bar, what waits. Looked up only when a template asks."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "bureau": getattr(request, "bureau", None),
        "organisation": getattr(request, "organisation", None),
        "at": getattr(request, "at", None),
        "today": business_date(request.at) if getattr(request, "at", None) else None,
        "reader": SimpleLazyObject(lambda: _reader(request)),
        "request_id": getattr(request, "request_id", ""),
        "language": getattr(request, "LANGUAGE_CODE", "zh-hans"),
        "navigation": SimpleLazyObject(lambda: navigation.entries(request, actor) if actor else []),
        "emergency": SimpleLazyObject(lambda: _emergency(request)),
        "bureaus": SimpleLazyObject(lambda: _bureaus(request)),
        "waiting_count": SimpleLazyObject(lambda: _waiting_count(request)),
        "on_call": SimpleLazyObject(lambda: _on_call(request)),
        "duty_desk": SimpleLazyObject(lambda: _duty_desk(request)),
        "sealed_through": SimpleLazyObject(lambda: _sealed_through(request)),
        "may_trace": SimpleLazyObject(lambda: bool(actor) and can(request, "view", "ledger")),
    }


def _reader(request: Any) -> str:
    """A sign of who reads, for the browser: what one person typed is never put into another's form."""
    user = getattr(request, "user", None)
    return str(user.pk) if user is not None and user.is_authenticated else ""


def _emergency(request: Any) -> Any:
    from liangcao.foundation.kernel.errors import Refusal
    from liangcao.reference.parties.queries import current_emergency

    try:
        return current_emergency(request.bureau.pk) if request.bureau else None
    except Refusal:
        return None


def _bureaus(request: Any) -> list[Any]:
    """The desks to choose from; nothing is asked for the many who have one."""
    from liangcao.reference.parties.queries import bureaus

    return list(bureaus(request.actor).order_by("pk")) if len(request.actor.bureau_ids) > 1 else []


def _waiting_count(request: Any) -> int:
    from liangcao.interfaces.web.waiting import waiting

    if request.bureau is None:
        return 0
    if request.organisation is not None:
        from liangcao.interfaces.web.portal.overview import waiting_count

        return waiting_count(request)
    return sum(group.count for group in waiting(request))


def _on_call(request: Any) -> list[Any]:
    """Who is on call at the bureau's posts now, for those who may see the roster."""
    from liangcao.operations.duty.queries import on_call

    if request.bureau is None or request.actor.is_outside or not can(request, "view", "duty"):
        return []
    return on_call(request.actor, request.bureau.pk, at=request.at)


def _sealed_through(request: Any) -> Any:
    """The last sealed day in words, for the header; empty before the first."""
    from liangcao.interfaces.web.templatetags.words import full_day
    from liangcao.ledger.seals_queries import sealed_through

    day = sealed_through(request.actor, request.bureau.pk) if request.bureau else None
    return full_day(day) if day else ""


def _duty_desk(request: Any) -> Any:
    """The post that a unit calls: its name and telephone, no person."""
    from liangcao.operations.duty.queries import public_post

    return public_post(request.actor, request.bureau.pk) if request.bureau and request.organisation else None
