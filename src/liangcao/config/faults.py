"""What no view has caught. Django turns a fault of a middleware into an answer on the spot, so that no other middleware
sees it: this is the one place behind all doors."""

from __future__ import annotations

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from liangcao.interfaces.api.v1 import errors
from liangcao.interfaces.web import refusals
from liangcao.interfaces.web.middleware import MACHINE_PATHS


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when the database broke off before or after the view (session, log-in, actor), as inside it; else 500.
    Machines are answered in their own shape."""
    fault = sys.exception()
    is_broken_off = isinstance(fault, OperationalError)
    if request.path.startswith(MACHINE_PATHS):
        said = fault if isinstance(fault, Exception) else RuntimeError("no fault at hand")
        return errors.broken_off(request, said) if is_broken_off else errors.failed(request, said)
    return refusals.broken_off(request) if is_broken_off else refusals.server_error(request)
