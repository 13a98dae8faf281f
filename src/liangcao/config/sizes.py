"""How big a request may be: a body that says it is larger is refused before a byte of it is read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from liangcao.config.answers import refused
from liangcao.config.headers import is_machine
from liangcao.foundation.kernel.errors import Invalid

_MEGABYTE = 1024 * 1024


class BodyTooLarge(Invalid):
    """More than the door takes."""

    status = 413

    def __init__(self, most: int) -> None:
        super().__init__(
            "BODY_TOO_LARGE",
            f"提交的内容超过 {most // _MEGABYTE} MB,未作任何处理。请拆成几份,或删去表格中的图片后再提交",
            f"More than {most // _MEGABYTE} MB was sent, and nothing was read. Send it in parts, or without pictures",
        )


class SizeMiddleware:
    """Believes the Content-Length: what stands beyond it never reaches us."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 413, or pass on."""
        most = limit_of(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isascii() and length.isdigit() and int(length[:18]) <= most:
            return self.get_response(request)
        return too_large(request, most)


def limit_of(request: HttpRequest) -> int:
    """Files may be larger than forms and calls."""
    is_upload = request.META.get("CONTENT_TYPE", "").startswith("multipart/form-data")
    return settings.UPLOAD_MOST if is_upload and not is_machine(request) else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def too_large(request: HttpRequest, most: int) -> HttpResponse:
    """413 in the caller's shape. The rest of the body is not waited for."""
    response = refused(request, BodyTooLarge(most))
    response["Connection"] = "close"
    return response
