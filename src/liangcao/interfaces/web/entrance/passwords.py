"""Choosing a password: one's own, or with a one-time link from an administrator."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.identity.actions import LinkDead
from liangcao.foundation.identity.queries import live_link
from liangcao.foundation.kernel.clock import now
from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.web.entrance.forms import NewPasswordForm
from liangcao.interfaces.web.entrance.frames import frame_of
from liangcao.interfaces.web.entrance.reauthentication import require_recent_login
from liangcao.interfaces.web.entrance.sessions import begin
from liangcao.interfaces.web.pages import open_page, own_page, render_page, see_other
from liangcao.reference.parties import actions


@own_page
@require_recent_login
def password_change(request: Any) -> HttpResponse:
    """One's own password. Every other session ends; this one goes on."""
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.change_own_password(
                user=request.user, password=form.cleaned_data["password"], by=request.actor, at=now()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            update_session_auth_hash(request, request.user)
            begin(None, request, request.user)
            return see_other(request, reverse("account"), _("密码已修改,其他设备上的登录都已退出。"))
    return render_page(
        request,
        "entrance/password.html",
        title=_("修改密码"),
        frame=frame_of(request),
        form=form,
        button=_("修改密码"),
        back=reverse("account"),
        status=400 if form.errors else 200,
    )


@open_page
def password_choice(request: Any, secret: str) -> HttpResponse:
    """Choose a password with a one-time link."""
    link = live_link(secret, kind="password", at=now())
    if link is None or link.user is None or not link.user.is_active:
        raise LinkDead()
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.choose_password(secret=secret, password=form.cleaned_data["password"], at=now())
        except LinkDead:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return see_other(request, reverse("login"), _("密码已设好,请登录。"))
    return render_page(
        request,
        "entrance/password.html",
        title=_("设置密码:%(name)s") % {"name": link.user.username},
        frame="frame_plain.html",
        form=form,
        button=_("保存密码"),
        status=400 if form.errors else 200,
    )
