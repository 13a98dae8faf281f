"""What no view has answered: bare refusals of the framework, forged hosts, faults. Each gets a sentence in the reader's
language and the number of the request, as a page or as JSON, and nothing of the inside."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse

from liangcao.config.answers import refused
from liangcao.config.headers import is_machine
from liangcao.config.sizes import too_large
from liangcao.foundation.database.faults import interruption_of
from liangcao.foundation.kernel.errors import Forbidden, Invalid, NotFound, Refusal
from liangcao.interfaces.api.v1 import errors
from liangcao.interfaces.web import refusals
from liangcao.interfaces.web.refusals import is_reading

METHOD_NOT_ALLOWED = 405
# A page knows no other; the calls of the API say for themselves which they take.
PAGE_METHODS = ("GET", "HEAD", "POST")


class FaultMiddleware:
    """Words for the answers that Django and the API framework give without any: a method that is not allowed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse methods that no page knows; put words to a bare 405, which keeps its Allow."""
        if request.method not in PAGE_METHODS and not request.path.startswith("/api/"):
            return _not_allowed(request, ", ".join(PAGE_METHODS))
        response = self.get_response(request)
        if response.status_code != METHOD_NOT_ALLOWED or _has_words(request, response):
            return response
        return _not_allowed(request, response.get("Allow", ""))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where the body was larger than it said."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if isinstance(exception, DisallowedHost):
        # The host that was forged stands nowhere in the answer.
        return refused(request, Invalid("HOST_UNKNOWN", "本系统不服务这个域名", "This host is not served here"))
    if isinstance(exception, (TooManyFieldsSent, TooManyFilesSent)):
        return refused(
            request,
            Invalid(
                "FIELDS_TOO_MANY",
                "一次提交的字段太多,未作任何处理。请分几次提交",
                "Too many fields at once; nothing was read. Send them in parts",
            ),
        )
    if is_machine(request):
        wrong = Invalid("REQUEST_INVALID", "请求无法识别", "The request cannot be understood")
        return errors.refused(request, wrong)
    return refusals.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 that no refusal explains."""
    if is_machine(request):
        return errors.refused(request, Forbidden("FORBIDDEN", "没有权限", "Not allowed"))
    return refusals.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for an address that leads nowhere."""
    return errors.refused(request, NotFound()) if is_machine(request) else refusals.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 or 507 when the database broke off before or after the view (session, log-in, actor), as inside it; else 500.
    Django turns a fault of a middleware into an answer on the spot, so that no other middleware sees it: this is the
    one place behind all doors."""
    fault = sys.exception()
    if is_machine(request):
        return errors.failed(request, fault if isinstance(fault, Exception) else RuntimeError("no fault at hand"))
    interruption = interruption_of(fault, is_reading=is_reading(request)) if fault else None
    return refusals.broken_off(request, interruption) if interruption else refusals.server_error(request)


def _not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    method = (request.method or "")[:10]
    refusal = Refusal(
        "METHOD_NOT_ALLOWED",
        f"这个地址不接受 {method} 请求,没有做任何修改",
        f"This address does not take {method}; nothing was changed",
    )
    refusal.status = METHOD_NOT_ALLOWED
    response = refused(request, refusal)
    if allowed:
        response["Allow"] = allowed
    return response


def _has_words(request: HttpRequest, response: HttpResponse) -> bool:
    kind = "application/json" if is_machine(request) else "text/html"
    return bool(not response.streaming and response.content) and response.get("Content-Type", "").startswith(kind)
