"""The count of what waits, asked for every half minute; and one's own notices."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.journal.queries import last_entry_id
from liangcao.foundation.kernel.chain import digest
from liangcao.foundation.outbox.listeners import clear_notice_address, set_notice_address
from liangcao.foundation.outbox.queries import notice_address
from liangcao.interfaces.channels.setting import has_mail_server
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.entrance.frames import frame_of
from liangcao.interfaces.web.forms import ActForm
from liangcao.interfaces.web.notices.forms import NoticeForm
from liangcao.interfaces.web.pages import open_page, own_page

# A clock alone can make something overdue: then the count is new although nothing was done.
FRESH_SECONDS = 300
STOP_ASKING = 286  # htmx's own status: the page stops asking.


@open_page
def badge(request: Any) -> HttpResponse:
    """The badge of the header, or 304 when nothing was done in the bureau since the reader's last one. It is open: a
    page whose session has ended is not torn away from what is being typed, it only stops asking."""
    if not request.user.is_authenticated or request.bureau is None:
        response = HttpResponse(status=STOP_ASKING)
        response["HX-Reswap"] = "none"
        return response
    pulse = f'"{_pulse(request)}"'
    if request.headers.get("If-None-Match") == pulse:
        return _kept(HttpResponseNotModified(), pulse)
    return _kept(render(request, "components/_waiting.html"), pulse)


def _kept(response: HttpResponse, pulse: str) -> HttpResponse:
    response["ETag"] = pulse
    # The browser keeps it and asks each time whether it is still good.
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Cookie, HX-Request"
    return response


def _pulse(request: Any) -> str:
    """Changes whenever what waits may have changed: one look at the end of the journal."""
    unit = request.organisation.pk if request.organisation else 0
    told = (
        request.user.pk, request.bureau.pk, unit, request.LANGUAGE_CODE, last_entry_id(request.bureau.pk),
        int(request.at.timestamp()) // FRESH_SECONDS, request.actor.grants,
    )  # fmt: skip
    return digest(repr(told).encode())[:32]


@own_page
def setting(request: Any) -> HttpResponse:
    """Where I want to be told."""
    held = notice_address(request.actor)
    return act_page(
        request,
        NoticeForm(request, initial={"email": held.email if held else ""}),
        title=_("提醒设置"),
        button=_("保存"),
        do=lambda values: set_notice_address(
            email=values["email"],
            has_consented=values["has_consented"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _saved: reverse("notice_setting"),
        message=_("已保存。有事等您办理时会发邮件。"),
        template="notices/setting.html",
        frame=frame_of(request),
        held=held,
        has_mail_server=has_mail_server(),
    )


@own_page
def removal(request: Any) -> HttpResponse:
    """Tell me nothing by mail any more."""
    return act_page(
        request,
        ActForm(request),
        title=_("停用邮件提醒"),
        button=_("停用并删除邮箱"),
        do=lambda values: clear_notice_address(by=request.actor, at=request.at, client_id=values["client_id"]),
        to=lambda _done: reverse("notice_setting"),
        message=_("已停用,邮箱地址已删除。"),
        summary=_("停用后不再发邮件;登记的邮箱地址从系统中删除。待办仍显示在首页。"),
        back=reverse("notice_setting"),
        template="notices/removal.html",
        frame=frame_of(request),
    )
