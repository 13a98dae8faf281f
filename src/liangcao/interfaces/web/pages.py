"""What wraps a view: who may open it, how it renders, how it answers a POST."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from liangcao.foundation.identity import guard
from liangcao.foundation.kernel.errors import Forbidden
from liangcao.operations.allocation.solver.round import Notice

View = Callable[..., HttpResponse]


def desk_page(object_name: str, action: str = "view") -> Callable[[View], View]:
    """For officials: log-in, a desk appointment, and the grant `object_name.action` in access.toml for the current
    bureau."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_login(request)
            if request.bureau is None or request.actor.is_outside:
                return outside_the_desk(request)
            guard.check(request.actor, action, object_name, bureau_id=request.bureau.pk)
            return view(request, *args, **kwargs)

        guarded.access = (object_name, action)  # type: ignore[attr-defined]
        return guarded

    return wrap


def portal_page(object_name: str, action: str = "view") -> Callable[[View], View]:
    """For outside units: log-in, an appointment for an organisation, and the grant for that organisation."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_login(request)
            if request.organisation is None:
                return outside_the_desk(request)
            guard.check(request.actor, action, object_name, organisation_id=request.organisation.pk)
            return view(request, *args, **kwargs)

        guarded.access = (object_name, action)  # type: ignore[attr-defined]
        return guarded

    return wrap


def open_page(view: View) -> View:
    """For a page that everybody may open (log-in, language, a link with its own secret). Says so for the tests."""
    view.access = ("open", "")  # type: ignore[attr-defined]
    return view


def own_page(view: View) -> View:
    """For everybody who is logged in, with or without an appointment: one's own password, second factor, sessions."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_login(request)
        return view(request, *args, **kwargs)

    guarded.access = ("own", "")  # type: ignore[attr-defined]
    return guarded


def to_login(request: HttpRequest) -> HttpResponse:
    """To the log-in page and back; htmx is told to load it as a whole page."""
    if getattr(request, "htmx", False):
        response = HttpResponse(status=200)
        response["HX-Redirect"] = redirect_to_login(request.get_full_path()).url  # type: ignore[attr-defined]
        return response
    return redirect_to_login(request.get_full_path())


def outside_the_desk(request: Any) -> HttpResponse:
    """A known person on the wrong side: units go to the portal, officials to the desk, others are told what is
    missing."""
    from liangcao.interfaces.web.addresses import address

    if request.organisation is not None and address("portal_home"):
        return redirect(address("portal_home"))
    if request.bureau is not None and not request.actor.is_outside:
        return redirect("home")
    from liangcao.reference.parties.queries import last_appointment

    held = last_appointment(request.user.pk)
    zh = f"{held.bureau.name}的系统管理员" if held else "本局系统管理员"
    en = (
        f"the administrator of {held.bureau.name_en or held.bureau.name}"
        if held
        else "the administrator of your bureau"
    )
    if held and held.organisation:
        zh, en = (
            f"{held.organisation.name}的单位管理员,或{zh}",
            f"the administrator of {held.organisation.name}, or {en}",
        )
    raise Forbidden(
        "NO_APPOINTMENT",
        f"未分配单位:您的账号现在没有任职,看不到任何内容。请联系{zh}登记任职",
        f"No organisation: your account holds no appointment now and sees nothing. Ask {en} to add one",
    )


def can(request: Any, action: str, object_name: str) -> bool:
    """Whether a button is shown: the same rule as the act's own."""
    bureau_id = request.bureau.pk if request.bureau and not request.actor.is_outside else None
    organisation_id = request.organisation.pk if request.organisation else None
    return guard.can(request.actor, action, object_name, bureau_id=bureau_id, organisation_id=organisation_id)


def may_read(request: Any, object_name: str, field: str) -> bool:
    """Whether a field is shown to the reader (access.toml, fields)."""
    bureau_id = request.bureau.pk if request.bureau and not request.actor.is_outside else None
    organisation_id = request.organisation.pk if request.organisation else None
    return guard.may_read(request.actor, object_name, field, bureau_id=bureau_id, organisation_id=organisation_id)


def render_page(request: HttpRequest, template: str, *, title: str, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page with its title."""
    return render(request, template, {"title": title, **context}, status=status)


def tell_mended(request: HttpRequest, mended: Notice | None) -> None:
    """Say on the next page what was mended in what somebody sent."""
    if mended is not None:
        messages.success(request, mended.message(getattr(request, "LANGUAGE_CODE", "")))


def see_other(request: HttpRequest, url: str, message: str = "") -> HttpResponse:
    """After a POST that was done: go to the result, with one sentence on it."""
    messages.success(request, message or _("已完成。"))
    if getattr(request, "htmx", False):
        response = HttpResponse(status=200)
        response["HX-Redirect"] = url
        return response
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
