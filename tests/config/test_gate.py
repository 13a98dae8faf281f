"""What every answer carries, and whom a request may say it comes from."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import make_office

KINDS = {
    "page": "/login/",
    "missing page": "/nowhere/",
    "call": "/api/v1/items",
    "document of the calls": "/api/v1/docs",
    "probe": "/readyz",
    "our own file": "/static/web/icon.svg",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", list(KINDS.values()), ids=[name.replace(" ", "-") for name in KINDS])
def test_every_kind_of_answer_has_the_headers(path: str) -> None:
    answer = Client().get(path)
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"] and "camera=(self)" in answer["Permissions-Policy"]
    assert len(answer["X-Request-Id"]) == 12
    assert "Strict-Transport-Security" not in answer, "over plain HTTP nothing is promised"


@pytest.mark.django_db
def test_data_opened_by_itself_loads_nothing() -> None:
    assert "script-src" not in Client().get("/readyz")["Content-Security-Policy"]
    assert Client().get("/readyz")["Cache-Control"] == "private, no-store"
    assert "no-store" not in Client().get("/static/web/icon.svg")["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/login/", "/api/v1/items"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", ""])
def test_forged_host_is_refused(path: str, host: str) -> None:
    """Somebody sends another Host, so that links in the answer lead to his machine: 400, and his host stands nowhere."""
    answer = Client().get(path, headers={"Host": host or " "})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()
    assert answer["X-Request-Id"] in answer.content.decode()


@pytest.mark.django_db
def test_forwarded_host_is_not_read() -> None:
    """X-Forwarded-Host names another machine: the answer does not take it up."""
    answer = Client().get("/stock/", headers={"X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 302 and "evil" not in answer["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["X-User", "X-Remote-User", "Remote-User", "X-Forwarded-User"])
def test_a_header_logs_nobody_in(header: str) -> None:
    """Somebody writes a user's name into a header that some proxies use for log-ins: he stays a stranger."""
    make_office()
    answer = Client().get(reverse("stock"), headers={header: "storekeeper"})
    assert answer.status_code == 302 and answer["Location"].startswith(reverse("login"))
    assert Client().get("/api/v1/items", headers={header: "storekeeper"}).status_code == 401


@pytest.mark.django_db
def test_scheme_and_address_of_a_stranger_are_not_believed() -> None:
    """Somebody without a proxy claims another address and an encrypted line: neither is believed."""
    answer = Client().get("/login/", headers={"X-Forwarded-For": "10.0.0.9", "X-Forwarded-Proto": "https"})
    request: Any = answer.wsgi_request
    assert request.META["REMOTE_ADDR"] == "127.0.0.1" and not request.is_secure()
    assert "HTTP_X_FORWARDED_FOR" not in request.META


@pytest.mark.django_db
def test_a_named_proxy_is_believed(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    answer = Client().get("/login/", headers={"X-Forwarded-For": "1.2.3.4, 10.0.0.9", "X-Forwarded-Proto": "https"})
    request: Any = answer.wsgi_request
    assert request.META["REMOTE_ADDR"] == "10.0.0.9" and request.is_secure()


@pytest.mark.django_db
def test_over_tls_browsers_are_told_to_stay_there(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    assert Client().get("/login/", secure=True)["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in Client().get("/login/")
