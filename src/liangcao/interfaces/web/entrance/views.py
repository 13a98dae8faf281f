"""Log-in, log-out, switches."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.http import require_POST

from liangcao.foundation.identity import lockout, second_factor
from liangcao.foundation.identity.queries import has_users
from liangcao.foundation.kernel.clock import now
from liangcao.interfaces.web.entrance.forms import CodeForm, LogInForm
from liangcao.interfaces.web.entrance.going_on import next_address
from liangcao.interfaces.web.middleware import LANGUAGE_COOKIE
from liangcao.interfaces.web.pages import open_page, render_page
from liangcao.interfaces.web.row_ids import row_id

LANGUAGE_AGE_SECONDS = 400 * 24 * 3600


@open_page
def log_in(request: Any) -> HttpResponse:
    """Name and password; then the second factor where there is one; afterwards to the page that was asked for."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(next_address(request))
    form = LogInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        user: Any = authenticate(request, username=given["username"], password=given["password"])
        if user is not None:
            request.session["language"] = _language(request, user)
            record_authentication(request, user, method="password")
            return perform_login(request, Login(user=user, redirect_url=next_address(request)))
        if getattr(request, "axes_locked_out", False):
            form.refuse_locked()
        else:
            form.refuse_password()
    return render_page(
        request,
        "entrance/login.html",
        title=translation.gettext("登录"),
        form=form,
        next=next_address(request),
        is_empty=request.method == "GET" and not has_users(),
        status=max(form.status, 400) if form.errors else 200,
    )


def _language(request: Any, user: Any) -> str:
    return request.session.get("language") or request.COOKIES.get(LANGUAGE_COOKIE) or user.language


@open_page
def log_in_code(request: Any) -> HttpResponse:
    """The second step of a log-in: a code of the app, or a recovery code. Wrong codes count like wrong passwords."""
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None or stage.login.user is None:
        return redirect("login")
    user = stage.login.user
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if lockout.is_locked(request, user.username):
            stage.abort()
            return _locked(request)
        taken = second_factor.take_code(user=user, code=form.cleaned_data["code"], at=now())
        if taken:
            record_authentication(request, user, "mfa", type=taken)
            response = stage.exit()
            request.session["second_factor"] = True
            return response
        lockout.note_failure(request, user.username)
        form.add_error("code", translation.gettext("验证码不对,或已用过。"))
    return render_page(
        request,
        "entrance/code.html",
        title=translation.gettext("第二道验证"),
        form=form,
        status=400 if form.errors else 200,
    )


def _locked(request: HttpRequest) -> HttpResponse:
    form = LogInForm({"username": "", "password": ""})
    form.errors.clear()
    form.refuse_locked()
    title = translation.gettext("登录")
    return render_page(request, "entrance/login.html", title=title, form=form, next=next_address(request), status=429)


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
    response = redirect(next_address(request))
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
