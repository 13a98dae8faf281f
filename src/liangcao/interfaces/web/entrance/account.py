"""One's own account: appointments, password, second factor, where one is signed in, API tokens."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liangcao.foundation.identity import guard, second_factor
from liangcao.foundation.identity.access import act_words
from liangcao.foundation.identity.queries import sign_ins, tokens_of
from liangcao.foundation.kernel.clock import now
from liangcao.interfaces.web.entrance.frames import frame_of
from liangcao.interfaces.web.entrance.reauthentication import require_recent_login
from liangcao.interfaces.web.pages import own_page, render_page, see_other
from liangcao.interfaces.web.templatetags.words import named, role_said, said
from liangcao.reference.parties import actions
from liangcao.reference.parties.queries import bureaus, organisations, wants_second_factor

# The choices of the page; somebody who names none gets the middle one.
TOKEN_DAYS = {"30": 30, "90": 90, "365": 365, "never": None}


@own_page
def account(request: Any) -> HttpResponse:
    """Who I am here, what I may do, and where I am signed in."""
    return _page(request)


def _page(request: Any, *, token: str = "") -> HttpResponse:
    has_second_factor = second_factor.is_on(request.user.pk)
    return render_page(
        request,
        "entrance/account.html",
        title=_("我的账号"),
        frame=frame_of(request),
        grants=_grants(request),
        has_second_factor=has_second_factor,
        codes_left=second_factor.recovery_codes_left(request.user) if has_second_factor else 0,
        is_demanded=request.bureau is not None and wants_second_factor(request.actor, request.bureau),
        sign_ins=sign_ins(request.user).order_by("-seen_at")[:20],
        session_key=request.session.session_key,
        tokens=tokens_of(request.user, now()).order_by("-pk"),
        token=token,
        acts=[(act, said(act_words(act))) for act in guard.acts_of(request.actor)],
    )


def _grants(request: Any) -> list[tuple[str, str]]:
    places = {bureau.pk: named(bureau) for bureau in bureaus(request.actor)}
    units = {
        unit.pk: named(unit) for unit in organisations(request.actor).filter(pk__in=request.actor.organisation_ids)
    }
    return [
        (role_said(grant.role), units.get(grant.organisation_id or 0) or places.get(grant.bureau_id, ""))
        for grant in request.actor.grants
    ]


@own_page
@require_POST
def sessions_ending(request: Any) -> HttpResponse:
    """Sign out everywhere but here."""
    count = actions.end_other_sign_ins(
        user=request.user, kept=request.session.session_key or "", by=request.actor, at=now()
    )
    return see_other(request, reverse("account"), _("其他 %(count)s 处登录已退出。") % {"count": count})


@own_page
@require_recent_login
def token_new(request: Any) -> HttpResponse:
    """A new token, shown once on the answer to this very request."""
    if request.method != "POST":
        return redirect("account")
    width = request.POST.get("width", "owner")
    chosen = {"owner": None, "read": ["read"]}.get(width, request.POST.getlist("scope"))
    token = actions.make_own_token(
        user=request.user,
        scope=chosen,
        days=TOKEN_DAYS.get(request.POST.get("days", ""), 90),
        by=request.actor,
        at=now(),
    )
    return _page(request, token=token)


@own_page
@require_POST
def token_revoke(request: Any, token_id: int) -> HttpResponse:
    """One token stops working."""
    actions.revoke_own_token(user=request.user, token_id=token_id, by=request.actor, at=now())
    return see_other(request, reverse("account"), _("令牌已停用。"))
