"""Every route with the act of access.toml that opens it, or why it is open. A route without a row fails the test.

Pages: name of the route -> act. API: "METHOD /path" -> act. `open`: no log-in; `own`: any log-in, about oneself only.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ROUTES_FILE = Path(__file__).with_name("routes.toml")


@cache
def rows() -> dict[str, dict[str, str]]:
    """ "pages", "api", "public" → route → act or reason."""
    with ROUTES_FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def pages() -> dict[str, tuple[tuple[str, str] | None, tuple[str, ...]]]:
    """Route name → (the act that its view says it asks for, the places in its address)."""
    return {name: found for name, *found in _walk(get_resolver().url_patterns)}  # type: ignore[misc]


def _walk(patterns: Any) -> Any:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            if "api/v1" not in str(entry.pattern):
                yield from _walk(entry.url_patterns)
        elif isinstance(entry, URLPattern):
            places = tuple(entry.pattern.regex.groupindex)
            yield entry.name or str(entry.pattern), getattr(entry.callback, "access", None), places


@cache
def calls() -> dict[str, tuple[str, ...]]:
    """ "GET /requisitions/{requisition_id}" → its places, for every call of the API."""
    import re

    from liangcao.interfaces.api.v1.urls import api

    paths = api.get_openapi_schema()["paths"]
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}": tuple(re.findall(r"{(\w+)}", path))
        for path, methods in paths.items()
        for method in methods
    }
