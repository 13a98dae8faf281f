"""What the filters of lists offer, (code, name) pairs in the actor's scope; and what an address asks for by them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from liangcao.foundation.identity.actor import DESK_ROLES, PORTAL_ROLES
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.foundation.kernel.flow import Flow
from liangcao.interfaces.web.listing import EARLIEST_YEAR, LATEST_YEAR, Filter
from liangcao.interfaces.web.templatetags.words import named, role_said, said
from liangcao.reference.catalog.queries import categories, items
from liangcao.reference.parties.kinds import KINDS
from liangcao.reference.parties.queries import stores


def item_options(request: Any) -> list[tuple[str, str]]:
    """Items of the catalogue; read once a request."""
    if not hasattr(request, "item_options"):
        request.item_options = [(item.code, named(item)) for item in items(request.actor).order_by("pinyin", "code")]
    return request.item_options


def store_options(request: Any) -> list[tuple[str, str]]:
    """Stores of the bureau."""
    if not hasattr(request, "store_options"):
        found = stores(request.actor, bureau_id=request.bureau.pk).order_by("code")
        request.store_options = [(store.code, named(store)) for store in found]
    return request.store_options


def status_filter(flow: Flow) -> Filter:
    """Documents in one state of their flow."""
    return Filter(
        "status",
        _("状态"),
        lambda rows, value: rows.filter(status=value),
        choices=lambda request: [(key, said(state)) for key, state in flow.items()],
    )


def organisation_kind_options(_request: Any) -> list[tuple[str, str]]:
    """Kinds of organisations."""
    return [(name, said(kind)) for name, kind in KINDS.items()]


def category_options(request: Any) -> list[tuple[str, str]]:
    """Categories of the catalogue."""
    return [(category.code, named(category)) for category in categories(request.actor).order_by("code")]


def role_options(_request: Any) -> list[tuple[str, str]]:
    """Roles that an appointment may give."""
    return [(role, role_said(role)) for role in sorted(DESK_ROLES | PORTAL_ROLES)]


def chosen(rows: Any, code: str) -> Any:
    """The row with this code, None where none is named. Raises NotFound."""
    if not code:
        return None
    found = rows.filter(code=code).first()
    if found is None:
        raise NotFound()
    return found


def day_asked(request: Any, name: str) -> date | None:
    """A day of the address, if one is named. Raises Invalid DATE_INVALID."""
    text = request.GET.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise Invalid("DATE_INVALID", f"日期“{text[:20]}”无法识别", f'"{text[:20]}" is not a date', field=name)
    return day
