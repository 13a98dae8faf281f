"""Grave acts want the password again: a desk left open at night signs no plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.identity import lockout, second_factor
from liangcao.foundation.kernel.clock import now
from liangcao.foundation.kernel.errors import Forbidden
from liangcao.interfaces.web.entrance.forms import PasswordAgainForm
from liangcao.interfaces.web.entrance.frames import frame_of
from liangcao.interfaces.web.entrance.going_on import next_address
from liangcao.interfaces.web.pages import own_page, render_page

View = Callable[..., HttpResponse]


class ProofTooOld(Forbidden):
    """The password was given too long ago for an act of this weight."""

    def __init__(self) -> None:
        super().__init__(
            "PROOF_TOO_OLD",
            "这一步很重要,需要再次验证身份;尚未做任何修改。请点“再次验证”,然后重新提交",
            "This step asks for your password again; nothing was changed. Prove yourself, then submit again",
        )


def require_recent_login(view: View) -> View:
    """For a grave act: opening its page asks for the password again when the last proof is older than
    REAUTHENTICATION_SECONDS; a form that was opened in time may be sent for as long again."""

    @wraps(view)
    def proved(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        age = proof_age(request)
        limit = settings.REAUTHENTICATION_SECONDS
        if age is None or age <= (limit if request.method == "GET" else 2 * limit):
            return view(request, *args, **kwargs)
        if request.method == "GET":
            return _ask(request)
        raise ProofTooOld()

    return proved


def proof_age(request: Any) -> int | None:
    """Seconds since the password was last given; None for somebody who is not logged in (the page itself refuses)."""
    if not request.user.is_authenticated:
        return None
    return abs(int(now().timestamp()) - request.session.get("proved_at", 0))


def _ask(request: HttpRequest) -> HttpResponse:
    """Afterwards back to the page itself: an act that was to open in a dialog opens as a page of its own."""
    asking = f"{reverse('reauthentication')}?{urlencode({'next': request.get_full_path()})}"
    if getattr(request, "htmx", False):
        response = HttpResponse(status=200)
        response["HX-Redirect"] = asking
        return response
    return redirect(asking)


@own_page
def reauthentication(request: Any) -> HttpResponse:
    """Ask for the password, or a code of the app, and go on where the reader was."""
    has_app = second_factor.is_on(request.user.pk)
    form = PasswordAgainForm(request.POST if request.method == "POST" else None, has_app=has_app)
    if form.is_valid():
        if _is_proved(request, form.cleaned_data, has_app=has_app):
            request.session["proved_at"] = int(now().timestamp())
            return redirect(next_address(request))
        form.refuse_proof(is_locked=lockout.is_locked(request, request.user.username))
    return render_page(
        request,
        "entrance/reauthentication.html",
        title=_("再次验证身份"),
        frame=frame_of(request),
        form=form,
        next=next_address(request),
        status=400 if form.errors else 200,
    )


def _is_proved(request: Any, given: dict[str, str], *, has_app: bool) -> bool:
    username = request.user.username
    if has_app and given["code"]:
        if lockout.is_locked(request, username):
            return False
        if second_factor.take_code(user=request.user, code=given["code"], at=now(), recovery=False):
            return True
        lockout.note_failure(request, username)
        return False
    user = authenticate(request, username=username, password=given["password"])
    return user is not None and user.pk == request.user.pk
