"""The person's own page: appointments, language, API token."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liangcao.foundation.identity.actions import make_token, revoke_tokens
from liangcao.foundation.identity.guard import role_name
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.templatetags.words import is_english, named
from liangcao.reference.parties.queries import bureaus


@desk_page("item")
def account(request: Any) -> HttpResponse:
    """Who I am here, and what I may do."""
    return render_page(request, "desk/settings/account.html", title=_("我的账号"), grants=_grants(request), token="")


def _grants(request: Any) -> list[tuple[str, str]]:
    language = "en" if is_english() else "zh"
    places = {bureau.pk: named(bureau) for bureau in bureaus(request.actor)}
    return [(role_name(grant.role, language), places.get(grant.bureau_id, "")) for grant in request.actor.grants]


@desk_page("item")
@require_POST
def token_new(request: Any) -> HttpResponse:
    """A new token, shown once on the answer to this very request; the earlier ones stop working."""
    revoke_tokens(user=request.user, at=request.at)
    token = make_token(user=request.user, at=request.at)
    return render_page(request, "desk/settings/account.html", title=_("我的账号"), grants=_grants(request), token=token)


@desk_page("item")
@require_POST
def token_revoke(request: Any) -> HttpResponse:
    """No token of this person works any more."""
    count = revoke_tokens(user=request.user, at=request.at)
    messages.success(request, _("已停用 %(count)s 个令牌。") % {"count": count})
    return redirect("account")
