"""What the OpenAPI document says of the call at hand: the refusals follow the same words that a client reads."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.http import HttpRequest


def path_of(request: HttpRequest) -> str:
    """The address of a call as the document writes it: /api/v1/plans/{plan_id}."""
    match = request.resolver_match
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", match.route if match else "")


@cache
def single_paths() -> frozenset[str]:
    """Addresses of single documents: a GET that ends in what names it and answers with JSON."""
    return frozenset(
        path
        for path, calls in _document()["paths"].items()
        if "304" in map(str, calls.get("get", {}).get("responses", {}))
    )


def query_names(request: HttpRequest) -> set[str]:
    """Names of the query parameters of this call."""
    call = _call(request)
    return {parameter["name"] for parameter in call.get("parameters", []) if parameter["in"] == "query"}


def body_names(request: HttpRequest) -> set[str]:
    """Names of the fields that the JSON body of this call may have."""
    content = _call(request).get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    found = [schema, *schema.get("anyOf", [])]
    return {name for each in found for name in _resolved(each).get("properties", {})}


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return _document()["components"]["schemas"][name] if name else schema


def _call(request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = _document()["paths"].get(path_of(request), {}).get((request.method or "").lower(), {})
    return found


def _document() -> Any:
    from liangcao.interfaces.api.v1.urls import api

    return api.get_openapi_schema()
