"""Log-in, log-out, switches."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.entrance.forms import LogInForm
from liangcao.interfaces.web.middleware import LANGUAGE_COOKIE
from liangcao.interfaces.web.pages import open_page, render_page
from liangcao.interfaces.web.row_ids import row_id

LANGUAGE_AGE_SECONDS = 400 * 24 * 3600


@open_page
def log_in(request: Any) -> HttpResponse:
    """Name and password; afterwards to the page that was asked for."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(_next(request))
    form = LogInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        user: Any = authenticate(
            request, username=form.cleaned_data["username"], password=form.cleaned_data["password"]
        )
        if user is not None:
            login(request, user)
            request.session.setdefault("language", request.COOKIES.get(LANGUAGE_COOKIE) or user.language)
            return redirect(_next(request))
        form.refuse_password()
    status = 400 if form.errors else 200
    return render_page(
        request, "entrance/login.html", title=translation.gettext("登录"), form=form, next=_next(request), status=status
    )


@open_page
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session; the language stays."""
    language = request.LANGUAGE_CODE
    logout(request)
    request.session["language"] = language
    return redirect("login")


@open_page
@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in the session, and in a cookie for the time before the next log-in."""
    language = request.POST.get("language", "")
    response = redirect(_next(request))
    if language in dict(settings.LANGUAGES):
        request.session["language"] = language
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=LANGUAGE_AGE_SECONDS, samesite="Lax", httponly=True)
    return response


@open_page
@require_POST
def switch_bureau(request: Any) -> HttpResponse:
    """Sit down at another desk; only at one where the person holds an appointment."""
    chosen = row_id(request.POST.get("bureau", ""))
    if chosen in request.actor.bureau_ids:
        request.session["bureau_id"] = chosen
    # The page one came from may belong to the other bureau: the home page always is there.
    return redirect("home")


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return address("home") or "/"
