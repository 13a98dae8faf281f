"""The second factor: turned on by its owner, demanded by the bureau for some roles, with recovery codes shown once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liangcao.foundation.identity import second_factor
from liangcao.foundation.kernel.clock import now
from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.web.entrance.forms import ActivationForm
from liangcao.interfaces.web.entrance.frames import frame_of
from liangcao.interfaces.web.entrance.reauthentication import require_recent_login
from liangcao.interfaces.web.entrance.sessions import ASKED_BY_ITSELF
from liangcao.interfaces.web.middleware import MACHINE_PATHS
from liangcao.interfaces.web.pages import own_page, render_page, see_other
from liangcao.interfaces.web.qr import qr
from liangcao.reference.parties import actions
from liangcao.reference.parties.queries import wants_second_factor

SECRET_IN_SESSION = "second_factor_secret"  # noqa: S105
Answer = Callable[[HttpRequest], HttpResponse]
# What stays open to somebody who still has to turn it on. What the page asks for by itself is answered in its place:
# sent on to the page that turns it on, it would make a new secret while the reader types a code of the one he scanned.
_OPEN_PATHS = ("/account/", "/login/", "/logout/", "/language/", "/bureau/", *ASKED_BY_ITSELF, *MACHINE_PATHS)


class SecondFactorMiddleware:
    """Where the bureau demands a second factor for a role, its holder turns it on before anything else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send to the page that turns it on, or pass on."""
        if not request.path.startswith(_OPEN_PATHS) and _is_owing(request):
            return redirect("second_factor_new")
        return self.get_response(request)


def _is_owing(request: Any) -> bool:
    if request.bureau is None or not wants_second_factor(request.actor, request.bureau):
        return False
    if request.session.get("second_factor"):
        return False
    if second_factor.is_on(request.user.pk):
        request.session["second_factor"] = True
        return False
    return True


@own_page
@require_recent_login
def second_factor_new(request: Any) -> HttpResponse:
    """Scan, enter the first code, keep the recovery codes."""
    if second_factor.is_on(request.user.pk):
        return redirect("account")
    secret = request.session.get(SECRET_IN_SESSION) if request.method == "POST" else None
    if not secret:
        secret = request.session[SECRET_IN_SESSION] = second_factor.new_secret()
    form = ActivationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            codes = actions.turn_on_second_factor(
                user=request.user, secret=secret, code=form.cleaned_data["code"], by=request.actor, at=now()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            del request.session[SECRET_IN_SESSION]
            request.session["second_factor"] = True
            return _codes_page(request, codes)
    return render_page(
        request,
        "entrance/second_factor.html",
        title=_("开启第二道验证"),
        frame=frame_of(request),
        form=form,
        qr=qr_of(request.user.username, secret),
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        is_demanded=request.bureau is not None and wants_second_factor(request.actor, request.bureau),
        status=400 if form.errors else 200,
    )


def qr_of(username: str, secret: str) -> SafeString:
    """The QR that an authenticator app scans, drawn here: nothing leaves the machine."""
    given = urlencode({"secret": secret, "issuer": settings.MFA_TOTP_ISSUER}, quote_via=quote)
    address = f"otpauth://totp/{quote(settings.MFA_TOTP_ISSUER)}:{quote(username)}?{given}"
    return qr(address, scale=4)


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    title = _("请保存恢复码")
    return render_page(request, "entrance/recovery_codes.html", title=title, frame=frame_of(request), codes=codes)


@own_page
@require_recent_login
@require_POST
def recovery_codes_new(request: Any) -> HttpResponse:
    """Fresh recovery codes; the earlier ones stop working."""
    if not second_factor.is_on(request.user.pk):
        return redirect("second_factor_new")
    codes = actions.renew_recovery_codes(user=request.user, by=request.actor, at=now())
    return _codes_page(request, codes)


@own_page
@require_recent_login
@require_POST
def second_factor_off(request: Any) -> HttpResponse:
    """Turn it off, where the bureau does not demand it."""
    actions.turn_off_second_factor(user=request.user, by=request.actor, at=now())
    request.session.pop("second_factor", None)
    return see_other(request, reverse("account"), _("已关闭第二道验证。"))
