"""An empty system is set up once, with the link that `liangcao serve` prints: bureau, book, first administrator."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.identity.actions import LinkDead
from liangcao.foundation.identity.queries import live_link
from liangcao.foundation.kernel.clock import now
from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.web.entrance.forms import FirstStartForm
from liangcao.interfaces.web.pages import open_page, render_page, see_other
from liangcao.ledger.actions import open_book
from liangcao.reference.parties import actions


@open_page
def first_start(request: Any, secret: str) -> HttpResponse:
    """Name the bureau and its first administrator."""
    if live_link(secret, kind="first_start", at=now()) is None:
        raise LinkDead()
    form = FirstStartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "repeated"}
        try:
            actions.set_up(secret=secret, open_book=open_book, at=now(), **given)
        except LinkDead:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return see_other(request, reverse("login"), _("已建好,请用刚才的用户名和密码登录。"))
    return render_page(
        request,
        "entrance/first_start.html",
        title=_("首次设置"),
        form=form,
        status=400 if form.errors else 200,
    )
