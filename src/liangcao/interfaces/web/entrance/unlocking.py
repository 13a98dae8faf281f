"""A locked log-in is opened by its owner with a code of the authenticator app, at once and from anywhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.identity import lockout, second_factor
from liangcao.foundation.identity.queries import user_by_name
from liangcao.foundation.kernel.clock import now
from liangcao.interfaces.web.entrance.forms import UnlockForm
from liangcao.interfaces.web.pages import open_page, render_page, see_other
from liangcao.reference.parties import actions


@open_page
def unlocking(request: Any) -> HttpResponse:
    """Name and code. An unknown name, a name without an app and a wrong code are answered alike."""
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if _opened(request, form.cleaned_data["username"], form.cleaned_data["code"]):
            return see_other(request, "/login/", _("已解锁,请登录。"))
        form.refuse_code()
    return render_page(
        request,
        "entrance/unlocking.html",
        title=_("解锁登录"),
        form=form,
        status=400 if form.errors else 200,
    )


def _opened(request: Any, username: str, code: str) -> bool:
    counted_as = lockout.opening_name(request, username)
    if lockout.is_locked(request, counted_as):
        return False
    user = user_by_name(username)
    known = user if user is not None and user.is_active else None
    if second_factor.take_code(user=known, code=code, at=now(), recovery=False) and known is not None:
        actions.open_own_lock(user=known, at=now())
        return True
    lockout.note_failure(request, counted_as)
    return False
