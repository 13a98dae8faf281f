"""How a refusal, a missing page and a fault are shown: a sentence in the reader's language, the request's id, a
way on."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import Refusal, Unavailable
from liangcao.interfaces.web.journalling import note

_log = logging.getLogger(__name__)


def told(refusal: Refusal, language: str) -> dict[str, Any]:
    """What the refusal box shows: the sentence, the further problems, and one link that helps."""
    return {
        "code": refusal.code,
        "message": refusal.message(language),
        "problems": [problem.message(language) for problem in refusal.problems],
        "link": link_that_helps(refusal),
    }


def link_that_helps(refusal: Refusal) -> dict[str, str] | None:
    """An address for the refusals whose way out is a page of its own."""
    from liangcao.interfaces.web.addresses import address

    links = {
        "STOCK_SHORT": ("stock", _("查看库存与预留")),
        "LOT_EXPIRED": ("lot_list", _("查看批次")),
        "LOT_FROZEN": ("lot_list", _("查看批次")),
        "GOODS_MOVED_ON": ("move_list", _("查看后续单据")),
        "ITEM_UNKNOWN": ("item_list", _("查看物资目录")),
        "NO_EMERGENCY": ("settings", _("前往设置")),
        "PROOF_TOO_OLD": ("reauthentication", _("再次验证")),
        "STATE_CONFLICT": ("", _("刷新本页")),
    }
    if refusal.code not in links:
        return None
    name, label = links[refusal.code]
    return {"url": address(name) if name else "", "label": label}


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as a page, or for htmx as the box alone."""
    note(request, refusal)
    box = told(refusal, getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE))
    if getattr(request, "htmx", False):
        response = render(request, "components/_refusal.html", {"refusal": box}, status=refusal.status)
        response["HX-Retarget"] = "#refusal"
        response["HX-Reswap"] = "innerHTML"
        return response
    titles = {403: _("您的岗位不能办理"), 404: _("未找到"), 409: _("现在不能办理"), 503: _("结果未知")}
    title = titles.get(refusal.status, _("未能办理"))
    return render(request, "refusal.html", {"title": title, "refusal": box}, status=refusal.status)


def is_reading(request: HttpRequest) -> bool:
    """Whether the request was to write nothing."""
    return request.method in ("GET", "HEAD")


def broken_off(request: HttpRequest, refusal: Unavailable) -> HttpResponse:
    """503 or 507 when database or disk does not take the act now. The page needs neither database nor session, in case
    that is what failed; it holds what was sent, so that one click sends it again under the same id."""
    _log.error("request %s broke off: %s", getattr(request, "request_id", ""), refusal.code, exc_info=True)
    box = told(refusal, get_language() or settings.LANGUAGE_CODE)
    if getattr(request, "htmx", False):
        # The form with its id still stands in the dialog, or on the page below.
        response = HttpResponse(get_template("components/_refusal.html").render({"refusal": box}))
        in_dialog = request.headers.get("HX-Target") == "dialog-body"
        response["HX-Retarget"] = "#dialog-body" if in_dialog else "#refusal"
        response["HX-Reswap"] = "afterbegin" if in_dialog else "innerHTML"
    else:
        title = _("结果未知") if refusal.applied is None else _("暂时不能办理")
        again = {"title": title, "refusal": box, "request_id": getattr(request, "request_id", "")}
        response = HttpResponse(get_template("broken_off.html").render(again | sent_again(request)))
    response.status_code = refusal.status
    response["Retry-After"] = "2"
    return response


def sent_again(request: HttpRequest) -> dict[str, Any]:
    """The way on: what was sent, as a form; where it held a file or a secret, the address of the form itself, in which
    our script puts what was typed."""
    path = request.get_full_path()
    if is_reading(request):
        return {"path": path, "language": get_language()}
    if request.FILES or any(name == "code" or "password" in name for name in request.POST):
        return {"path": path, "reopens": True, "language": get_language()}
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    return {"path": path, "sent": sent, "language": get_language()}


def _plain(
    request: HttpRequest, *, status: int, title: str, message: str, link: dict[str, Any] | None = None
) -> HttpResponse:
    return render(request, "refusal.html", {"title": title, "refusal": _told(status, message, link)}, status=status)


def _told(status: int, message: str, link: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the templates of refusals show, for one that no Refusal stands behind."""
    return {"code": str(status), "message": message, "problems": [], "link": link}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 that no refusal explains."""
    return _plain(request, status=400, title=_("请求无法识别"), message=_("提交的内容无法识别,请返回上一页重新提交。"))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for an address that leads nowhere."""
    return _plain(
        request, status=404, title=_("没有这个页面"), message=_("地址有误,或该页面已不存在。请从左侧菜单进入。")
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 that no refusal explains."""
    return _plain(request, status=403, title=_("无权访问"), message=_("您的岗位不能查看这个页面。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token: usually an old page after logging out in another window. The way back is
    the form's own address; there our script puts in what was typed. A dialog keeps its form below the sentence."""
    message = _("本页面的安全令牌已过期,未做任何修改。请刷新页面后重新提交;若刚退出登录,请先登录。")
    in_dialog = request.headers.get("HX-Target") == "dialog-body"
    is_own_form = urlsplit(request.headers.get("Referer", "")).path == request.path
    link = {"url": request.get_full_path(), "label": _("重新打开表单"), "reopens": True}
    shown = link if in_dialog or is_own_form else None
    if in_dialog:
        box = {"refusal": _told(403, message, shown)}
        response = render(request, "components/_refusal.html", box, status=403)
        response["HX-Reswap"] = "afterbegin"
        return response
    return _plain(request, status=403, title=_("页面已过期"), message=message, link=shown)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. The page needs neither database nor session, in case that is what failed."""
    request_id = getattr(request, "request_id", "")
    _log.error("fault in request %s %s", request_id, request.path)
    return HttpResponse(get_template("fault.html").render({"request_id": request_id}), status=500)
