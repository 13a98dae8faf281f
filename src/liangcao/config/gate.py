"""What every request passes first and every answer passes last: a number, the caller's true address, the headers."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from liangcao.config.headers import dress
from liangcao.config.logs import REQUEST_ID, without_persons
from liangcao.config.proxies import resolve_caller
from liangcao.foundation.database import outcome
from liangcao.foundation.kernel.ids import new_id

_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class GateMiddleware:
    """Stands before everything else, so that also the refusal of a forged host has its number and its headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take the proxy's id when it looks like one, else make one: a person reads it out, an operator finds it in
        the log."""
        given = request.headers.get("X-Request-Id", "")
        is_taken = _GIVEN_ID.fullmatch(given) and without_persons(given) == given
        request_id = given if is_taken else new_id().hex[-12:]
        request.request_id = request_id  # type: ignore[attr-defined]
        resolve_caller(request.META, settings.TRUSTED_PROXIES)
        named, counted = REQUEST_ID.set(request_id), outcome.begin()
        try:
            response = self.get_response(request)
        finally:
            outcome.end(counted)
            REQUEST_ID.reset(named)
        response["X-Request-Id"] = request_id
        dress(request, response)
        return response
