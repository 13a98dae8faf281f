"""Where a reader goes on after the entrance: only to addresses of this site."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from liangcao.interfaces.web.addresses import address


def next_address(request: HttpRequest) -> str:
    """The page that was asked for, or the home page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return address("home") or "/"
