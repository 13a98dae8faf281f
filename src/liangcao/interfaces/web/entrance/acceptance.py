"""Accepting an invitation: the person invited makes a log-in and is appointed at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.identity.actions import LinkDead
from liangcao.foundation.kernel.clock import now
from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.web.entrance.forms import AcceptanceForm
from liangcao.interfaces.web.pages import open_page, render_page, see_other
from liangcao.interfaces.web.templatetags.words import role_said
from liangcao.reference.parties import actions
from liangcao.reference.parties.queries import live_invitation


@open_page
def acceptance(request: Any, secret: str) -> HttpResponse:
    """Who you are, and how you log in from now on."""
    invitation = live_invitation(secret, at=now())
    if invitation is None:
        raise LinkDead()
    form = AcceptanceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "repeated"}
        try:
            actions.accept_invitation(secret=secret, at=now(), language=request.LANGUAGE_CODE, **given)
        except LinkDead:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return see_other(request, reverse("login"), _("账号已建好,请登录。"))
    return render_page(
        request,
        "entrance/acceptance.html",
        title=_("接受邀请"),
        form=form,
        invitation=invitation,
        role=role_said(invitation.role),
        status=400 if form.errors else 200,
    )
