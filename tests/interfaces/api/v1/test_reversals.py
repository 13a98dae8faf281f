"""What a page can reverse, a call can reverse."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, get_resolver

from liangcao.interfaces.api.v1.urls import api


def routes(resolver: URLResolver, before: str = "") -> list[str]:
    found: list[str] = []
    for each in resolver.url_patterns:
        path = before + str(each.pattern)
        found += [path] if isinstance(each, URLPattern) else routes(each, path)
    return found


def kinds(paths: list[str]) -> set[str]:
    """receipts/<int:receipt_id>/reversal → receipts."""
    return {path.strip("/").split("/")[-3] for path in paths if path.strip("/").endswith("/reversal")}


def test_each_document_that_a_page_reverses_has_its_call() -> None:
    pages = kinds([path for path in routes(get_resolver()) if not path.startswith("api/")])
    calls = kinds([path for path, methods in api.get_openapi_schema()["paths"].items() if "post" in methods])
    assert pages == {"receipts", "returns", "sub-issues"}
    assert calls == pages
