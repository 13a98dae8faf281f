"""A refusal in the shape of the door that was knocked at: JSON for a program, a page for a person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from liangcao.config.headers import is_machine
from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.api.v1 import errors
from liangcao.interfaces.web import refusals


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer in the caller's shape and language."""
    return errors.refused(request, refusal) if is_machine(request) else refusals.answer(request, refusal)
